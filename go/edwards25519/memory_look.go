//go:build (msan || asan) && (amd64 || arm64) && gc && !purego

package edwards25519

import "unsafe"

// look reads memory, which the compiler has the sanitizer see.
func look(p unsafe.Pointer, size int) {
	var part [256]byte
	if p == nil {
		return
	}
	for rest := unsafe.Slice((*byte)(p), size); len(rest) > 0; {
		rest = rest[copy(part[:], rest):]
	}
}
