// The shims around the Rust exports increment and multiply_two.
//
//	uint64_t increment(uint64_t value);
//	uint64_t multiply_two(uint64_t value);
//
// The C ABI takes the argument in R0 and gives the result there. Rust takes its stack from the frame that the shim asks
// for; CALL_RUST in rust_arm64.h says how. The proven stack of both is so small that there is no need for a stack check.
//
//	R0  value; then the result

//go:build !purego

#include "textflag.h"
#include "funcdata.h"
#include "rust_arm64.h"

// func Increment(value uint64) uint64
TEXT ·Increment(SB), NOSPLIT, $48-16
	NO_LOCAL_POINTERS
	MOVD value+0(FP), R0
	CALL_RUST(ENTRY_increment, FRAME_increment)
	MOVD R0, ret+8(FP)
	RET

// func MultiplyTwo(value uint64) uint64
TEXT ·MultiplyTwo(SB), NOSPLIT, $48-16
	NO_LOCAL_POINTERS
	MOVD value+0(FP), R0
	CALL_RUST(ENTRY_multiply_two, FRAME_multiply_two)
	MOVD R0, ret+8(FP)
	RET
