//go:build (amd64 || arm64) && gc && !purego

package edwards25519

// rust is the image: all code and constants of the Rust exports. It is not called itself.
//
//lint:ignore U1000 the shims call into it
func rust()
