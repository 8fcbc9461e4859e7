// The shims around the Rust exports increment and multiply_two.
//
//	uint64_t increment(uint64_t value);
//	uint64_t multiply_two(uint64_t value);
//
// The C ABI takes the argument in DI and gives the result in AX. It wants SP at a multiple of 16 before the CALL, and
// Go's SP is only a multiple of 8; SP changes by what the assembler tracks, or this frame would end every traceback.
// The proven stack of both is so small that there is no need for a stack check.
//
//	DI  value
//	AX  a copy of SP, to look at its alignment; then the result

//go:build !purego

#include "textflag.h"
#include "funcdata.h"
#include "rust_amd64.h"

#define SHIM(ENTRY, FRAME) \
	NO_LOCAL_POINTERS     \
	MOVQ value+0(FP), DI  \
	MOVQ SP, AX           \
	TESTQ $8, AX          \
	JNZ  odd              \
	ADJSP $-FRAME         \
	CALL ·rust+ENTRY(SB)  \
	ADJSP $FRAME          \
	MOVQ AX, ret+8(FP)    \
	RET                   \
odd:                          \
	ADJSP $-(FRAME-8)     \
	CALL ·rust+ENTRY(SB)  \
	ADJSP $(FRAME-8)      \
	MOVQ AX, ret+8(FP)    \
	RET

// func Increment(value uint64) uint64
TEXT ·Increment(SB), NOSPLIT, $32-16
	SHIM(ENTRY_increment, FRAME_increment)

// func MultiplyTwo(value uint64) uint64
TEXT ·MultiplyTwo(SB), NOSPLIT, $32-16
	SHIM(ENTRY_multiply_two, FRAME_multiply_two)
