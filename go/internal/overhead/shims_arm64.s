// The shims around the Rust exports increment and multiply_two.
//
//	uint64_t increment(uint64_t value);
//	uint64_t multiply_two(uint64_t value);
//
// The C ABI takes the argument in R0 and gives the result there. Both exports are so short that the generated header has
// all of their code to be put in place of a call.
//
//	R0  value; then the result

//go:build gc && !purego

#include "textflag.h"
#include "rust_arm64.h"

// func Increment(value uint64) uint64
TEXT ·Increment(SB), NOSPLIT, $0-16
	MOVD value+0(FP), R0
	INLINE_increment
	MOVD R0, ret+8(FP)
	RET

// func MultiplyTwo(value uint64) uint64
TEXT ·MultiplyTwo(SB), NOSPLIT, $0-16
	MOVD value+0(FP), R0
	INLINE_multiply_two
	MOVD R0, ret+8(FP)
	RET
