// The shims around the Rust exports of rustgo-panics.
//
//	uint64_t element(const uint64_t table[8], size_t index, size_t depth);
//	uint64_t divide(uint64_t dividend, uint64_t divisor, size_t depth);
//	uint64_t superstitious(uint64_t value, size_t depth);
//	uint32_t lowest_bit(uint64_t value, size_t depth);
//	uint64_t add(uint64_t a, uint64_t b, size_t depth);
//	uint8_t peek(const uint8_t *address, size_t depth);
//	uint64_t month(size_t number);
//
//	R0, R1, R2  the arguments
//	R0          the result
//	R3          what a nil pointer would have to be read for

//go:build gc && !purego

#include "textflag.h"
#include "funcdata.h"
#include "rust_arm64.h"

// func Element(table *[8]uint64, index, depth uint) uint64
TEXT ·Element(SB), 0, $3184-32
	NO_LOCAL_POINTERS
	MOVD table+0(FP), R0
	MOVD index+8(FP), R1
	MOVD depth+16(FP), R2
	MOVBU (R0), R3                            // a nil pointer faults here, in Go's own frame
	CALL_RUST(ENTRY_element, FRAME_element)
	MOVD R0, ret+24(FP)
	RET

// func Divide(dividend, divisor uint64, depth uint) uint64
TEXT ·Divide(SB), 0, $3136-32
	NO_LOCAL_POINTERS
	MOVD dividend+0(FP), R0
	MOVD divisor+8(FP), R1
	MOVD depth+16(FP), R2
	CALL_RUST(ENTRY_divide, FRAME_divide)
	MOVD R0, ret+24(FP)
	RET

// func Superstitious(value uint64, depth uint) uint64
TEXT ·Superstitious(SB), 0, $3120-24
	NO_LOCAL_POINTERS
	MOVD value+0(FP), R0
	MOVD depth+8(FP), R1
	CALL_RUST(ENTRY_superstitious, FRAME_superstitious)
	MOVD R0, ret+16(FP)
	RET

// func LowestBit(value uint64, depth uint) uint32
TEXT ·LowestBit(SB), 0, $3152-20
	NO_LOCAL_POINTERS
	MOVD value+0(FP), R0
	MOVD depth+8(FP), R1
	CALL_RUST(ENTRY_lowest_bit, FRAME_lowest_bit)
	MOVW R0, ret+16(FP)
	RET

// func Add(a, b uint64, depth uint) uint64
TEXT ·Add(SB), 0, $3168-32
	NO_LOCAL_POINTERS
	MOVD a+0(FP), R0
	MOVD b+8(FP), R1
	MOVD depth+16(FP), R2
	CALL_RUST(ENTRY_add, FRAME_add)
	MOVD R0, ret+24(FP)
	RET

// func Peek(address *byte, depth uint) byte
TEXT ·Peek(SB), 0, $2960-17
	NO_LOCAL_POINTERS
	MOVD address+0(FP), R0                    // not touched here: the fault is to happen in Rust
	MOVD depth+8(FP), R1
	CALL_RUST(ENTRY_peek, FRAME_peek)
	MOVB R0, ret+16(FP)
	RET

// func Month(number uint) uint64
TEXT ·Month(SB), NOSPLIT, $48-16
	NO_LOCAL_POINTERS
	MOVD number+0(FP), R0
	CALL_RUST(ENTRY_month, FRAME_month)
	MOVD R0, ret+8(FP)
	RET
