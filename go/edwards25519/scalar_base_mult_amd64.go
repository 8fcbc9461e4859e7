//go:build gc && !purego

package edwards25519

// A kernel is one of the implementations in the image, each of which needs more of the processor than the one before.
type kernel int

const (
	baseline kernel = iota
	bmi2
	avx2
	ifma
)

// chosen is the fastest kernel that this processor runs.
var chosen = fastest()

func scalarBaseMult(dst, scalar *[32]byte) {
	switch chosen {
	case ifma:
		scalarBaseMultIFMA(dst, scalar)
	case avx2:
		scalarBaseMultAVX2(dst, scalar)
	case bmi2:
		scalarBaseMultBMI2(dst, scalar)
	default:
		scalarBaseMultBaseline(dst, scalar)
	}
}

// scalarBaseMultBatch takes count points and scalars that follow each other in memory.
func scalarBaseMultBatch(dst, scalars *[32]byte, count int) {
	switch chosen {
	case ifma:
		scalarBaseMultBatchIFMA(dst, scalars, count)
	case avx2:
		scalarBaseMultBatchAVX2(dst, scalars, count)
	case bmi2:
		scalarBaseMultBatchBMI2(dst, scalars, count)
	default:
		scalarBaseMultBatchBaseline(dst, scalars, count)
	}
}

// batchSize is how many scalars a call takes at most: about a tenth of a millisecond, and a multiple of how many share
// an inversion.
func batchSize() int {
	switch chosen {
	case ifma, avx2:
		return 64
	default:
		return 16
	}
}

//go:noescape
func scalarBaseMultBaseline(dst, scalar *[32]byte)

//go:noescape
func scalarBaseMultBMI2(dst, scalar *[32]byte)

//go:noescape
func scalarBaseMultAVX2(dst, scalar *[32]byte)

//go:noescape
func scalarBaseMultIFMA(dst, scalar *[32]byte)

//go:noescape
func scalarBaseMultBatchBaseline(dst, scalars *[32]byte, count int)

//go:noescape
func scalarBaseMultBatchBMI2(dst, scalars *[32]byte, count int)

//go:noescape
func scalarBaseMultBatchAVX2(dst, scalars *[32]byte, count int)

//go:noescape
func scalarBaseMultBatchIFMA(dst, scalars *[32]byte, count int)
