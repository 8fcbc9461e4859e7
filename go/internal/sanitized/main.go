//go:build cgo

// Command sanitized has Rust read and write memory in the right way and in wrong ones, for sanitizers and the race detector to
// report. Its argument says which.
package main

// #include <stdlib.h>
import "C"
import (
	"os"
	"strings"
	"unsafe"

	"github.com/rustgo/rustgo/go/edwards25519"
)

// allocated returns memory of C that nothing has been written to.
func allocated() *[2][32]byte { return (*[2][32]byte)(C.malloc(64)) }

func free(p *[2][32]byte) { C.free(unsafe.Pointer(p)) }

func main() {
	point, scalar := allocated(), allocated()
	if strings.Contains(os.Args[1], "race") {
		// The race detector knows memory of Go alone.
		point, scalar = new([2][32]byte), new([2][32]byte)
	}
	batch := len(os.Args) > 2 && os.Args[2] == "batch"
	multiply := func() {
		if batch {
			edwards25519.ScalarBaseMultBatch(point[:], scalar[:])
		} else {
			edwards25519.ScalarBaseMult(&point[0], &scalar[0])
		}
	}
	if os.Args[1] != "uninitialised" {
		*scalar = [2][32]byte{{2}, {2}}
	}
	switch os.Args[1] {
	case "right", "uninitialised":
		multiply()
	case "freed-point":
		free(point)
		multiply()
	case "freed-scalar":
		free(scalar)
		multiply()
	case "race-with-a-read":
		done := make(chan byte)
		go func() { done <- point[0][7] }()
		multiply()
		<-done
	case "race-with-a-write":
		done := make(chan bool)
		go func() {
			scalar[0][7] = 1
			done <- true
		}()
		multiply()
		<-done
	case "no-race":
		done := make(chan byte)
		go func() { done <- scalar[0][7] }()
		multiply()
		<-done
	}
	// A decision by what Rust has written.
	if os.Args[1] == "right" && point[0][0] != 0xc9 {
		os.Exit(1)
	}
	println("end")
}
