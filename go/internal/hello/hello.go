// Package hello has Rust say hello: the smallest package around a Rust function that returns something.
//
// It is there to be read, and not for import.
package hello

// Hello returns "Hello, Rust!", written by Rust. Where the package has no Rust for the processor, or is built with the
// tag purego, it returns "Hello, Go in place of Rust!".
func Hello() string {
	var buffer [32]byte
	return string(buffer[:greeting(&buffer)])
}
