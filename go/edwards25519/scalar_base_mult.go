package edwards25519

import "unsafe"

// ScalarBaseMult multiplies the basepoint by scalar and stores the compressed point in dst (RFC 8032, section 5.1.2).
//
// The scalar is any 256-bit little-endian integer: it acts modulo the order of the basepoint, and needs neither
// reduction nor clamping. The time and the memory addresses of the computation do not depend on it. dst may be scalar.
// It panics when either pointer is nil.
func ScalarBaseMult(dst, scalar *[32]byte) {
	if isInstrumented {
		reads(unsafe.Pointer(scalar), len(scalar))
		writes(unsafe.Pointer(dst), len(dst))
	}
	scalarBaseMult(dst, scalar)
	if isInstrumented {
		wrote(unsafe.Pointer(dst), len(dst))
	}
}
