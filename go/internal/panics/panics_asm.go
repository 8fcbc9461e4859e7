//go:build (amd64 || arm64) && gc && !purego

package panics

// rust is the image: all code and constants of the Rust exports. It is not called itself.
//
//lint:ignore U1000 the shims call into it
func rust()

// Element returns table[index], found under depth%4 frames of Rust functions that call each other. It panics when there
// is no such element.
//
//go:noescape
func Element(table *[8]uint64, index, depth uint) uint64

// Divide returns dividend / divisor. It panics when the divisor is 0.
func Divide(dividend, divisor uint64, depth uint) uint64

// Superstitious returns value. It panics when that is 13.
func Superstitious(value uint64, depth uint) uint64

// LowestBit returns the position of the lowest bit that is set. It panics when there is none.
func LowestBit(value uint64, depth uint) uint32

// Add returns a + b. It panics when the sum does not fit.
func Add(a, b uint64, depth uint) uint64

// Peek returns the byte at an address. It faults, in Rust, when it can't be read.
//
//go:noescape
func Peek(address *byte, depth uint) byte

// Month returns the first eight letters of a month's name, the first in the highest byte; 0 where there is no such month.
func Month(number uint) uint64
