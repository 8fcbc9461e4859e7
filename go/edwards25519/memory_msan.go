//go:build msan && (amd64 || arm64) && gc && !purego

package edwards25519

import "unsafe"

const isInstrumented = true

// reads has the memory sanitizer look whether what Rust is going to read has been written.
func reads(p unsafe.Pointer, size int) { look(p, size) }

func writes(unsafe.Pointer, int) {}

// wrote has the memory sanitizer see that Rust has written: Go writes the same once more.
func wrote(p unsafe.Pointer, size int) {
	var part [256]byte
	for rest := unsafe.Slice((*byte)(p), size); len(rest) > 0; {
		size := min(len(rest), len(part))
		load(&part, unsafe.Pointer(&rest[0]), size)
		rest = rest[copy(rest, part[:size]):]
	}
}

// load reads without being seen.
//
//go:norace
//go:noinline
func load(to *[256]byte, from unsafe.Pointer, size int) {
	for i := range size {
		to[i] = *(*byte)(unsafe.Add(from, i))
	}
}
