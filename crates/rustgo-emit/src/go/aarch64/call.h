// CALL_RUST(ENTRY_name, FRAME_name) calls the export, once in a shim that declares FRAME_name bytes of frame, with arguments
// where the C ABI has them. Go keeps this frame's R29 below RSP and the return address at 0(RSP), so Rust runs with RSP at
// the frame's top, where the unwinder finds a copy of the return address. RSP changes only by what the assembler tracks.
#define CALL_RUST(ENTRY, FRAME) \
	MOVD R30, FRAME(RSP)    \
	ADD  $FRAME, RSP, RSP   \
	BL_RUST(ENTRY)          \
	SUB  $FRAME, RSP, RSP
