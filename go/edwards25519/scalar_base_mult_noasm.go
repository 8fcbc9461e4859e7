//go:build !(amd64 || arm64) || !gc || purego

package edwards25519

import "filippo.io/edwards25519"

func scalarBaseMult(dst, scalar *[32]byte) {
	var wide [64]byte
	copy(wide[:], scalar[:])
	reduced, err := new(edwards25519.Scalar).SetUniformBytes(wide[:])
	if err != nil {
		panic("edwards25519: 64 bytes are a uniform scalar: " + err.Error())
	}
	copy(dst[:], new(edwards25519.Point).ScalarBaseMult(reduced).Bytes())
}

// scalarBaseMultBatch takes a batch of one.
func scalarBaseMultBatch(dst, scalars *[32]byte, _ int) {
	scalarBaseMult(dst, scalars)
}

func batchSize() int { return 1 }
