//go:build asan && (amd64 || arm64) && gc && !purego

package edwards25519

import "unsafe"

const isInstrumented = true

// reads has the address sanitizer look at what Rust is going to read.
func reads(p unsafe.Pointer, size int) { look(p, size) }

// writes has it look at what Rust is going to write: what may not be written may not be read either.
func writes(p unsafe.Pointer, size int) { look(p, size) }

func wrote(unsafe.Pointer, int) {}
