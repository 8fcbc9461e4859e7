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
//	DI, SI, DX  the arguments
//	AX          the result

//go:build gc && !purego

#include "textflag.h"
#include "funcdata.h"
#include "rust_amd64.h"

// func Element(table *[8]uint64, index, depth uint) uint64
TEXT ·Element(SB), 0, $3104-32
	NO_LOCAL_POINTERS
	MOVQ table+0(FP), DI
	MOVQ index+8(FP), SI
	MOVQ depth+16(FP), DX
	TESTB AX, (DI)                            // a nil pointer faults here, in Go's own frame
	CALL_RUST(ENTRY_element, FRAME_element)
	MOVQ AX, ret+24(FP)
	RET

// func Divide(dividend, divisor uint64, depth uint) uint64
TEXT ·Divide(SB), 0, $3056-32
	NO_LOCAL_POINTERS
	MOVQ dividend+0(FP), DI
	MOVQ divisor+8(FP), SI
	MOVQ depth+16(FP), DX
	CALL_RUST(ENTRY_divide, FRAME_divide)
	MOVQ AX, ret+24(FP)
	RET

// func Superstitious(value uint64, depth uint) uint64
TEXT ·Superstitious(SB), 0, $3040-24
	NO_LOCAL_POINTERS
	MOVQ value+0(FP), DI
	MOVQ depth+8(FP), SI
	CALL_RUST(ENTRY_superstitious, FRAME_superstitious)
	MOVQ AX, ret+16(FP)
	RET

// func LowestBit(value uint64, depth uint) uint32
TEXT ·LowestBit(SB), 0, $3072-20
	NO_LOCAL_POINTERS
	MOVQ value+0(FP), DI
	MOVQ depth+8(FP), SI
	CALL_RUST(ENTRY_lowest_bit, FRAME_lowest_bit)
	MOVL AX, ret+16(FP)
	RET

// func Add(a, b uint64, depth uint) uint64
TEXT ·Add(SB), 0, $3088-32
	NO_LOCAL_POINTERS
	MOVQ a+0(FP), DI
	MOVQ b+8(FP), SI
	MOVQ depth+16(FP), DX
	CALL_RUST(ENTRY_add, FRAME_add)
	MOVQ AX, ret+24(FP)
	RET

// func Peek(address *byte, depth uint) byte
TEXT ·Peek(SB), 0, $2912-17
	NO_LOCAL_POINTERS
	MOVQ address+0(FP), DI                    // not touched here: the fault is to happen in Rust
	MOVQ depth+8(FP), SI
	CALL_RUST(ENTRY_peek, FRAME_peek)
	MOVB AX, ret+16(FP)
	RET

// func Month(number uint) uint64
TEXT ·Month(SB), NOSPLIT, $32-16
	NO_LOCAL_POINTERS
	MOVQ number+0(FP), DI
	CALL_RUST(ENTRY_month, FRAME_month)
	MOVQ AX, ret+8(FP)
	RET
