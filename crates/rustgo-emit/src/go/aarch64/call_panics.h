// CALL_RUST(ENTRY_name, FRAME_name) calls the export, once in a shim that declares FRAME_name bytes of frame, with arguments
// where the C ABI has them. Go keeps this frame's R29 below RSP and the return address at 0(RSP), so Rust runs with RSP at
// the frame's top, where the unwinder finds a copy of the return address. RSP changes only by what the assembler tracks.
//
// A panic comes back to where 24(RSP) says, with RSP as it was and what the panic tells about itself in R0. Then it
// starts again as a panic of this shim; the frames of Rust are gone.
//
//	R19  where a panic comes back to
//	R27  RSP of this frame, which Rust leaves alone
#define CALL_RUST(ENTRY, FRAME) \
	ADR  panicked, R19      \
	MOVD R19, 24(RSP)       \
	MOVD R30, FRAME(RSP)    \
	ADD  $FRAME, RSP, RSP   \
	SUB  $FRAME, RSP, R27   \
	BL_RUST(ENTRY)          \
	SUB  $FRAME, RSP, RSP   \
	JMP  called             \
panicked:                       \
	SUB  $8, RSP, R29       \
	MOVD R0, 8(RSP)         \
	CALL ·rustPanicked(SB)  \
	UNDEF                   \
called:
