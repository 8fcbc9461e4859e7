//go:build gc && !purego

package edwards25519

//go:noescape
func scalarBaseMult(dst, scalar *[32]byte)

// scalarBaseMultBatch takes count points and scalars that follow each other in memory.
//
//go:noescape
func scalarBaseMultBatch(dst, scalars *[32]byte, count int)

// batchSize is how many scalars a call takes at most: a tenth of a millisecond.
func batchSize() int { return 16 }
