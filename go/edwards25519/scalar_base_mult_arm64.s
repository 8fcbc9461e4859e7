// The shims around the Rust exports scalar_base_mult and scalar_base_mult_batch.
//
//	void scalar_base_mult(uint8_t dst[32], const uint8_t scalar[32]);
//	void scalar_base_mult_batch(uint8_t dst[][32], const uint8_t scalars[][32], size_t count);
//
// Go's assembly convention passes arguments on the stack and lets the callee change every register but RSP, R28 (the
// goroutine), R18 (the system's) and R29. The C ABI takes the first three arguments in R0, R1 and R2, keeps R19 to R28,
// the frame pointer R29 and the low halves of V8 to V15, and wants RSP at a multiple of 16, where Go has it at all times.
//
// Rust takes its stack from the frame that the shim asks for; CALL_RUST in rust_arm64.h says how.
//
//	R0  dst
//	R1  scalar, scalars
//	R2  count; of a single scalar what a nil pointer would have to be read for

//go:build gc && !purego

#include "textflag.h"
#include "funcdata.h"
#include "rust_arm64.h"

// func scalarBaseMult(dst, scalar *[32]byte)
TEXT ·scalarBaseMult(SB), 0, $2272-16
	NO_LOCAL_POINTERS
	MOVD dst+0(FP), R0
	MOVD scalar+8(FP), R1
	MOVBU (R0), R2                            // a nil pointer faults here, in Go's own frame
	MOVBU (R1), R2
	CALL_RUST(ENTRY_scalar_base_mult, FRAME_scalar_base_mult)
	RET

// func scalarBaseMultBatch(dst, scalars *[32]byte, count int)
TEXT ·scalarBaseMultBatch(SB), 0, $4528-24
	NO_LOCAL_POINTERS
	MOVD dst+0(FP), R0
	MOVD scalars+8(FP), R1
	MOVD count+16(FP), R2
	CALL_RUST(ENTRY_scalar_base_mult_batch, FRAME_scalar_base_mult_batch)
	RET
