// The same functions as hand-written Go assembly, to compare with.
//
//	R0  the value

//go:build gc && !purego

#include "textflag.h"

// func asmIncrement(value uint64) uint64
TEXT ·asmIncrement(SB), NOSPLIT, $0-16
	MOVD value+0(FP), R0
	ADD  $1, R0
	MOVD R0, ret+8(FP)
	RET

// func asmMultiplyTwo(value uint64) uint64
TEXT ·asmMultiplyTwo(SB), NOSPLIT, $0-16
	MOVD value+0(FP), R0
	LSL  $1, R0
	MOVD R0, ret+8(FP)
	RET
