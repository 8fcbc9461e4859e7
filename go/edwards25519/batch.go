package edwards25519

import "unsafe"

// ScalarBaseMultBatch multiplies the basepoint by each of scalars and stores the compressed points in dst, as
// [ScalarBaseMult] does one by one, but sooner.
//
// The batch may be of any length; time and memory addresses depend on it alone. dst and scalars may be the same slice, or
// overlap in any way. It panics when there are not as many points as scalars.
func ScalarBaseMultBatch(dst, scalars [][32]byte) {
	if len(dst) != len(scalars) {
		panic("edwards25519: dst and scalars of a batch differ in length")
	}
	if isInstrumented {
		reads(unsafe.Pointer(unsafe.SliceData(scalars)), 32*len(scalars))
		writes(unsafe.Pointer(unsafe.SliceData(dst)), 32*len(dst))
		defer wrote(unsafe.Pointer(unsafe.SliceData(dst)), 32*len(dst))
	}
	// A goroutine can't be preempted inside a call, but between two of them. Where the points lie behind the scalars,
	// the last come first, so that no scalar is overwritten before it is read.
	size := batchSize()
	if uintptr(unsafe.Pointer(unsafe.SliceData(dst))) > uintptr(unsafe.Pointer(unsafe.SliceData(scalars))) {
		for end := len(dst); end > 0; {
			start := (end - 1) / size * size
			scalarBaseMultBatch(&dst[start], &scalars[start], end-start)
			end = start
		}
		return
	}
	for start := 0; start < len(dst); start += size {
		scalarBaseMultBatch(&dst[start], &scalars[start], min(size, len(dst)-start))
	}
}
