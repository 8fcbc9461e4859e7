// The shim around the Rust export greeting.
//
//	uint64_t greeting(uint8_t dst[32]);
//
// Go's assembly convention has arguments and results on the stack; the C ABI takes the first pointer in DI and gives the
// result in AX. The proven stack is so small that there is no need for a stack check.
//
//	DI  dst
//	AX  the result

//go:build gc && !purego

#include "textflag.h"
#include "funcdata.h"
#include "rust_amd64.h"

// func greeting(dst *[32]byte) uint64
TEXT ·greeting(SB), NOSPLIT, $32-16
	NO_LOCAL_POINTERS
	MOVQ dst+0(FP), DI
	TESTB AX, (DI)                            // a nil pointer faults here, in Go's own frame
	CALL_RUST(ENTRY_greeting, FRAME_greeting)
	MOVQ AX, ret+8(FP)
	RET
