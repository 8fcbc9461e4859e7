// The shims around the Rust exports scalar_base_mult and scalar_base_mult_batch, of which there are several for different
// processors.
//
//	void scalar_base_mult(uint8_t dst[32], const uint8_t scalar[32]);
//	void scalar_base_mult_batch(uint8_t dst[][32], const uint8_t scalars[][32], size_t count);
//
// Go's assembly convention passes arguments on the stack and lets the callee change every register but SP and, where
// there is a frame, BP. The C ABI takes the first three arguments in DI, SI and DX, and keeps BX, BP and R12 to R15. The
// Go prologue saves BP and grows the stack, so that FRAME bytes are free below, which CALL_RUST of rust_amd64.h hands over.
//
//	DI  dst
//	SI  scalar, scalars
//	DX  count
//	AX  where CALL_RUST looks at the alignment
//
// Kernels with vectors end with VZEROUPPER, as compilers have it.

//go:build gc && !purego

#include "textflag.h"
#include "funcdata.h"
#include "rust_amd64.h"

// A nil pointer faults in Go's own frame.
#define SINGLE(ENTRY, FRAME) \
	NO_LOCAL_POINTERS      \
	MOVQ dst+0(FP), DI     \
	MOVQ scalar+8(FP), SI  \
	TESTB AX, (DI)         \
	TESTB AX, (SI)         \
	CALL_RUST(ENTRY, FRAME) \
	RET

// The pointers are those of slices that are not empty.
#define BATCH(ENTRY, FRAME) \
	NO_LOCAL_POINTERS      \
	MOVQ dst+0(FP), DI     \
	MOVQ scalars+8(FP), SI \
	MOVQ count+16(FP), DX  \
	CALL_RUST(ENTRY, FRAME) \
	RET

// func scalarBaseMultBaseline(dst, scalar *[32]byte)
TEXT ·scalarBaseMultBaseline(SB), 0, $2304-16
	SINGLE(ENTRY_scalar_base_mult, FRAME_scalar_base_mult)

// func scalarBaseMultBMI2(dst, scalar *[32]byte)
TEXT ·scalarBaseMultBMI2(SB), 0, $2352-16
	SINGLE(ENTRY_scalar_base_mult_bmi2, FRAME_scalar_base_mult_bmi2)

// func scalarBaseMultAVX2(dst, scalar *[32]byte)
TEXT ·scalarBaseMultAVX2(SB), 0, $3696-16
	SINGLE(ENTRY_scalar_base_mult_avx2, FRAME_scalar_base_mult_avx2)

// func scalarBaseMultIFMA(dst, scalar *[32]byte)
TEXT ·scalarBaseMultIFMA(SB), 0, $6032-16
	SINGLE(ENTRY_scalar_base_mult_ifma, FRAME_scalar_base_mult_ifma)

// func scalarBaseMultBatchBaseline(dst, scalars *[32]byte, count int)
TEXT ·scalarBaseMultBatchBaseline(SB), 0, $4368-24
	BATCH(ENTRY_scalar_base_mult_batch, FRAME_scalar_base_mult_batch)

// func scalarBaseMultBatchBMI2(dst, scalars *[32]byte, count int)
TEXT ·scalarBaseMultBatchBMI2(SB), 0, $4352-24
	BATCH(ENTRY_scalar_base_mult_batch_bmi2, FRAME_scalar_base_mult_batch_bmi2)

// func scalarBaseMultBatchAVX2(dst, scalars *[32]byte, count int)
TEXT ·scalarBaseMultBatchAVX2(SB), 0, $5104-24
	BATCH(ENTRY_scalar_base_mult_batch_avx2, FRAME_scalar_base_mult_batch_avx2)

// func scalarBaseMultBatchIFMA(dst, scalars *[32]byte, count int)
TEXT ·scalarBaseMultBatchIFMA(SB), 0, $6144-24
	BATCH(ENTRY_scalar_base_mult_batch_ifma, FRAME_scalar_base_mult_batch_ifma)
