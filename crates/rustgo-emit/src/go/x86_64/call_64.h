// CALL_RUST(ENTRY_name, FRAME_name) calls the export, in a shim that declares FRAME_name bytes of frame; once in each.
// Its arguments are where the C ABI has them, but for AX. Rust finds its stack below SP, so the frame is handed over
// first; SP changes only by what the assembler tracks, or this frame would end every traceback.
//
// Frames of this image align SP to up to 64 bytes, and the image has the padding as a constant of its own. So it has to
// be called with SP at a multiple of 64, by this macro and nothing else. Go keeps SP at a multiple of 8, hence eight
// ways.
//
//	AX  where the frame ends, to look at its remainder; then the result
#define CALL_RUST(ENTRY, FRAME) \
	LEAQ FRAME(SP), AX              \
	TESTQ $32, AX                   \
	JNZ  padding32                  \
	TESTQ $16, AX                   \
	JNZ  padding16                  \
	TESTQ $8, AX                    \
	JNZ  padding8                   \
	CALL_RUST_AT(ENTRY, FRAME)      \
padding8:                               \
	CALL_RUST_AT(ENTRY, (FRAME-8))  \
padding16:                              \
	TESTQ $8, AX                    \
	JNZ  padding24                  \
	CALL_RUST_AT(ENTRY, (FRAME-16)) \
padding24:                              \
	CALL_RUST_AT(ENTRY, (FRAME-24)) \
padding32:                              \
	TESTQ $16, AX                   \
	JNZ  padding48                  \
	TESTQ $8, AX                    \
	JNZ  padding40                  \
	CALL_RUST_AT(ENTRY, (FRAME-32)) \
padding40:                              \
	CALL_RUST_AT(ENTRY, (FRAME-40)) \
padding48:                              \
	TESTQ $8, AX                    \
	JNZ  padding56                  \
	CALL_RUST_AT(ENTRY, (FRAME-48)) \
padding56:                              \
	CALL_RUST_AT(ENTRY, (FRAME-56)) \
called:

#define CALL_RUST_AT(ENTRY, SIZE) \
	ADJSP $-SIZE              \
	CALL ·rust+ENTRY(SB)      \
	ADJSP $SIZE               \
	JMP  called
