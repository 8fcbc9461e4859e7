// The shims around the Rust exports increment and multiply_two.
//
//	uint64_t increment(uint64_t value);
//	uint64_t multiply_two(uint64_t value);
//
// The C ABI takes the argument in R0 and gives the result there. Go keeps this frame's R29 below RSP and the return
// address at 0(RSP), so Rust runs with RSP at the frame's top; a copy of the return address lies there for the unwinder,
// which looks for it at RSP. RSP changes by what the assembler tracks, or this frame would end every traceback. The
// proven stack of both is so small that there is no need for a stack check.
//
//	R0  value; then the result

//go:build !purego

#include "textflag.h"
#include "funcdata.h"
#include "rust_arm64.h"

#define SHIM(ENTRY, FRAME) \
	NO_LOCAL_POINTERS     \
	MOVD value+0(FP), R0  \
	MOVD R30, FRAME(RSP)  \
	ADD  $FRAME, RSP, RSP \
	BL   ·rust+ENTRY(SB)  \
	SUB  $FRAME, RSP, RSP \
	MOVD R0, ret+8(FP)    \
	RET

// func Increment(value uint64) uint64
TEXT ·Increment(SB), NOSPLIT, $48-16
	SHIM(ENTRY_increment, FRAME_increment)

// func MultiplyTwo(value uint64) uint64
TEXT ·MultiplyTwo(SB), NOSPLIT, $48-16
	SHIM(ENTRY_multiply_two, FRAME_multiply_two)
