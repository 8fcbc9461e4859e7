#include "textflag.h"
#include "funcdata.h"

TEXT ·Limit(SB), NOSPLIT, $FRAME-16
	NO_LOCAL_POINTERS
	MOVQ dst+0(FP), AX
	MOVQ AX, 0(SP)
	CALL ·greeting(SB)
	MOVQ 8(SP), AX
	MOVQ AX, ret+8(FP)
	RET
