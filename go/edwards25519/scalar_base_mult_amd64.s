// The shim around the Rust export scalar_base_mult.
//
//	void scalar_base_mult(uint8_t dst[32], const uint8_t scalar[32]);
//
// Go's assembly convention passes arguments on the stack and lets the callee change every register but SP and, where
// there is a frame, BP. The C ABI takes the first two pointers in DI and SI, wants SP at a multiple of 16 before the
// CALL, and keeps BX, BP and R12 to R15. The Go prologue saves BP and grows the stack, so that FRAME bytes are free
// below; SP changes only by what the assembler tracks, or this frame would end every traceback.
//
//	DI  dst
//	SI  scalar
//	AX  a copy of SP, to look at its alignment

//go:build !purego

#include "textflag.h"
#include "funcdata.h"
#include "rust_amd64.h"

// func scalarBaseMult(dst, scalar *[32]byte)
TEXT ·scalarBaseMult(SB), 0, $2400-16
	NO_LOCAL_POINTERS
	MOVQ dst+0(FP), DI
	MOVQ scalar+8(FP), SI
	TESTB AX, (DI)                            // a nil pointer faults here, in Go's own frame
	TESTB AX, (SI)
	MOVQ SP, AX
	TESTQ $8, AX
	JNZ  odd
	ADJSP $-FRAME_scalar_base_mult            // hands the frame to Rust
	CALL ·rust+ENTRY_scalar_base_mult(SB)
	ADJSP $FRAME_scalar_base_mult
	RET
odd:
	ADJSP $-(FRAME_scalar_base_mult-8)
	CALL ·rust+ENTRY_scalar_base_mult(SB)
	ADJSP $(FRAME_scalar_base_mult-8)
	RET
