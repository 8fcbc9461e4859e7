//go:build race && (amd64 || arm64) && gc && !purego

package edwards25519

import (
	"runtime"
	"unsafe"
)

const isInstrumented = true

// reads tells the race detector of what Rust is going to read.
func reads(p unsafe.Pointer, size int) {
	if p != nil {
		runtime.RaceReadRange(p, size)
	}
}

// writes tells the race detector of what Rust is going to write.
func writes(p unsafe.Pointer, size int) {
	if p != nil {
		runtime.RaceWriteRange(p, size)
	}
}

func wrote(unsafe.Pointer, int) {}
