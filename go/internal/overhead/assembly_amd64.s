// The same functions as hand-written Go assembly, to compare with.
//
//	AX  the value

//go:build gc && !purego

#include "textflag.h"

// func asmIncrement(value uint64) uint64
TEXT ·asmIncrement(SB), NOSPLIT, $0-16
	MOVQ value+0(FP), AX
	INCQ AX
	MOVQ AX, ret+8(FP)
	RET

// func asmMultiplyTwo(value uint64) uint64
TEXT ·asmMultiplyTwo(SB), NOSPLIT, $0-16
	MOVQ value+0(FP), AX
	SHLQ $1, AX
	MOVQ AX, ret+8(FP)
	RET
