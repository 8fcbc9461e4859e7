// Command nosplit has Rust called at the end of the stack that Go keeps free for functions without a stack check, on
// fresh goroutines that have recursed to each depth up to some 16 KiB.
package main

import (
	"fmt"

	"example.com/nosplit/hello"
)

const (
	text   = "Hello, Rust!"
	frames = 340
)

// even and odd call each other n times, odd k times of these, and then call. The frames of odd are larger by a word or
// two, so that together they reach every depth.

//go:noinline
func even(n, k int, call func()) uint64 {
	var pad [1]uint64
	pad[0] = uint64(n)
	return pad[0] + deeper(n, k, call)
}

//go:noinline
func odd(n, k int, call func()) uint64 {
	var pad [2]uint64
	pad[n&1] = uint64(n)
	return pad[k&1] + deeper(n, k, call)
}

func deeper(n, k int, call func()) uint64 {
	switch {
	case n == 0:
		call()
		return 0
	case k > 0:
		return odd(n-1, k-1, call)
	default:
		return even(n-1, k, call)
	}
}

func main() {
	done := make(chan string)
	calls := 0
	for n := range frames {
		for k := range min(n, 7) + 1 {
			go func() {
				var buffer [32]byte
				var length uint64
				even(n, k, func() { length = hello.Limit(&buffer) })
				done <- string(buffer[:length])
			}()
			if got := <-done; got != text {
				panic(fmt.Sprintf("%q under %d frames, %d of them larger", got, n, k))
			}
			calls++
		}
	}
	fmt.Println(calls, "calls")
}
