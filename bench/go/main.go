// Command go is a peer of the benchmark: rustgo as Go calls it, and what else Go programs use. Its messages are those of
// ../peer; the benchmark builds and runs it.
package main

import (
	"fmt"
	"os"
)

func main() {
	benchmarks := rustgo()
	benchmarks = append(benchmarks, others()...)
	benchmarks = append(benchmarks, throughCgo()...)
	if err := serve(benchmarks, os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}
