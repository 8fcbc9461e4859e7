// Go links a BL with an offset by no external linker for Mach-O or PE.
#ifndef GOOS_linux
#ifndef GOOS_freebsd
#define BL_RUST(ENTRY) MOVD $·rust(SB), R16; MOVD $ENTRY, R17; ADD R17, R16; BL (R16)
#endif
#endif
#ifndef BL_RUST
#define BL_RUST(ENTRY) BL ·rust+ENTRY(SB)
#endif

