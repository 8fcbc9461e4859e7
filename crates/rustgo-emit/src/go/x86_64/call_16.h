// CALL_RUST(ENTRY_name, FRAME_name) calls the export, in a shim that declares FRAME_name bytes of frame; once in each.
// Its arguments are where the C ABI has them, but for AX. Rust finds its stack below SP, so the frame is handed over
// first; SP changes only by what the assembler tracks, or this frame would end every traceback. Go keeps SP at a
// multiple of 8, the C ABI at one of 16, hence two ways.
//
//	AX  a copy of SP, to look at its remainder; then the result
#define CALL_RUST(ENTRY, FRAME) \
	MOVQ SP, AX           \
	TESTQ $8, AX          \
	JNZ  odd              \
	ADJSP $-FRAME         \
	CALL ·rust+ENTRY(SB)  \
	ADJSP $FRAME          \
	JMP  called           \
odd:                          \
	ADJSP $-(FRAME-8)     \
	CALL ·rust+ENTRY(SB)  \
	ADJSP $(FRAME-8)      \
called:
