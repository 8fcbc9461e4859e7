// CALL_RUST(ENTRY_name, FRAME_name) calls the export, in a shim that declares FRAME_name bytes of frame; once in each.
// Its arguments are where the C ABI has them. Go keeps this frame's R29 below RSP and the return address at 0(RSP), so
// Rust runs with RSP at the frame's top; a copy of the return address lies there for the unwinder, which looks for it at
// RSP. RSP changes only by what the assembler tracks, or this frame would end every traceback.
#define CALL_RUST(ENTRY, FRAME) \
	MOVD R30, FRAME(RSP)    \
	ADD  $FRAME, RSP, RSP   \
	BL   ·rust+ENTRY(SB)    \
	SUB  $FRAME, RSP, RSP
