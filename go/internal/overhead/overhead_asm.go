//go:build (amd64 || arm64) && gc && !purego

package overhead

// rust is the image: all code and constants of the Rust exports. It is not called itself.
//
//lint:ignore U1000 the shims call into it
func rust()

// Increment returns value + 1, computed in Rust.
func Increment(value uint64) uint64

// MultiplyTwo returns value * 2, computed in Rust.
func MultiplyTwo(value uint64) uint64

func asmIncrement(value uint64) uint64

func asmMultiplyTwo(value uint64) uint64
