// The shims around the Rust exports increment and multiply_two.
//
//	uint64_t increment(uint64_t value);
//	uint64_t multiply_two(uint64_t value);
//
// The C ABI takes the argument in DI and gives the result in AX. Both exports are so short that the generated header has
// all of their code to be put in place of a call.
//
//	DI  value
//	AX  the result

//go:build gc && !purego

#include "textflag.h"
#include "rust_amd64.h"

// func Increment(value uint64) uint64
TEXT ·Increment(SB), NOSPLIT, $0-16
	MOVQ value+0(FP), DI
	INLINE_increment
	MOVQ AX, ret+8(FP)
	RET

// func MultiplyTwo(value uint64) uint64
TEXT ·MultiplyTwo(SB), NOSPLIT, $0-16
	MOVQ value+0(FP), DI
	INLINE_multiply_two
	MOVQ AX, ret+8(FP)
	RET
