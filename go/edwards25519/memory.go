//go:build !(race || msan || asan) || !(amd64 || arm64) || !gc || purego

package edwards25519

import "unsafe"

// isInstrumented says whether the build looks at memory accesses, and has to be told of those of Rust. Elsewhere nothing of
// that is compiled.
const isInstrumented = false

func reads(unsafe.Pointer, int)  {}
func writes(unsafe.Pointer, int) {}
func wrote(unsafe.Pointer, int)  {}
