// Command hello has Go say hello, then Rust.
package main

import (
	"fmt"

	"github.com/rustgo/rustgo/go/internal/hello"
)

func main() {
	fmt.Println("Hello, Go!")
	fmt.Println(hello.Hello())
}
