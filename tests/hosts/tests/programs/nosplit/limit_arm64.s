#include "textflag.h"
#include "funcdata.h"

TEXT ·Limit(SB), NOSPLIT, $FRAME-16
	NO_LOCAL_POINTERS
	MOVD dst+0(FP), R0
	MOVD R0, 8(RSP)
	CALL ·greeting(SB)
	MOVD 16(RSP), R0
	MOVD R0, ret+8(FP)
	RET
