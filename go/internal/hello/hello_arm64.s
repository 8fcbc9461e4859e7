// The shim around the Rust export greeting.
//
//	uint64_t greeting(uint8_t dst[32]);
//
// Go's assembly convention has arguments and results on the stack; the C ABI takes the first pointer in R0 and gives the
// result there. The proven stack is so small that there is no need for a stack check.
//
//	R0  dst; then the result
//	R1  what a nil pointer would have to be read for

//go:build gc && !purego

#include "textflag.h"
#include "funcdata.h"
#include "rust_arm64.h"

// func greeting(dst *[32]byte) uint64
TEXT ·greeting(SB), NOSPLIT, $48-16
	NO_LOCAL_POINTERS
	MOVD dst+0(FP), R0
	MOVBU (R0), R1                            // a nil pointer faults here, in Go's own frame
	CALL_RUST(ENTRY_greeting, FRAME_greeting)
	MOVD R0, ret+8(FP)
	RET
