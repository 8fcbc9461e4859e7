//go:build (amd64 || arm64) && gc && !purego

package hello

// rust is the image: all code and constants of the Rust exports. It is not called itself.
//
//lint:ignore U1000 the shims call into it
func rust()

// greeting writes to the beginning of dst, and returns how many bytes.
//
//go:noescape
func greeting(dst *[32]byte) uint64
