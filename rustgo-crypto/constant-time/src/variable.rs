//! Instructions whose time depends on their operands, one of each kind: what is planted to see that they are found.
//!
//! Apart from the list of what is looked for, so that nothing can be taken off one of them unnoticed.

/// Names as `iced_x86::Mnemonic` has them, and machine code.
pub const PLANTED: &[(&str, &[u8])] = &[
    ("Div", &[0x48, 0xf7, 0xf1]),                          // div rcx
    ("Div", &[0xf6, 0xf1]),                                // div cl
    ("Div", &[0xf6, 0x37]),                                // div byte [rdi]
    ("Idiv", &[0xf7, 0xf9]),                               // idiv ecx
    ("Idiv", &[0x48, 0xf7, 0x7e, 0x08]),                   // idiv qword [rsi+8]
    ("Divss", &[0xf3, 0x0f, 0x5e, 0xc1]),                  // divss xmm0, xmm1
    ("Divsd", &[0xf2, 0x0f, 0x5e, 0xc1]),                  // divsd xmm0, xmm1
    ("Divps", &[0x0f, 0x5e, 0xc1]),                        // divps xmm0, xmm1
    ("Divpd", &[0x66, 0x0f, 0x5e, 0xc1]),                  // divpd xmm0, xmm1
    ("Vdivss", &[0xc5, 0xf2, 0x5e, 0xc2]),                 // vdivss xmm0, xmm1, xmm2
    ("Vdivsd", &[0xc5, 0xf3, 0x5e, 0xc2]),                 // vdivsd xmm0, xmm1, xmm2
    ("Vdivps", &[0xc5, 0xf4, 0x5e, 0xc2]),                 // vdivps ymm0, ymm1, ymm2
    ("Vdivpd", &[0xc5, 0xf5, 0x5e, 0x07]),                 // vdivpd ymm0, ymm1, [rdi]
    ("Vdivps", &[0x62, 0xf1, 0x74, 0x48, 0x5e, 0xc2]),     // vdivps zmm0, zmm1, zmm2
    ("Vdivpd", &[0x62, 0xf1, 0xf5, 0x48, 0x5e, 0xc2]),     // vdivpd zmm0, zmm1, zmm2
    ("Vdivph", &[0x62, 0xf5, 0x74, 0x48, 0x5e, 0xc2]),     // vdivph zmm0, zmm1, zmm2
    ("Vdivsh", &[0x62, 0xf5, 0x76, 0x08, 0x5e, 0xc2]),     // vdivsh xmm0, xmm1, xmm2
    ("Sqrtss", &[0xf3, 0x0f, 0x51, 0xc1]),                 // sqrtss xmm0, xmm1
    ("Sqrtsd", &[0xf2, 0x0f, 0x51, 0xc1]),                 // sqrtsd xmm0, xmm1
    ("Sqrtps", &[0x0f, 0x51, 0xc1]),                       // sqrtps xmm0, xmm1
    ("Sqrtpd", &[0x66, 0x0f, 0x51, 0xc1]),                 // sqrtpd xmm0, xmm1
    ("Vsqrtss", &[0xc5, 0xf2, 0x51, 0xc2]),                // vsqrtss xmm0, xmm1, xmm2
    ("Vsqrtsd", &[0xc5, 0xf3, 0x51, 0xc2]),                // vsqrtsd xmm0, xmm1, xmm2
    ("Vsqrtps", &[0xc5, 0xfc, 0x51, 0xc1]),                // vsqrtps ymm0, ymm1
    ("Vsqrtpd", &[0x62, 0xf1, 0xfd, 0x48, 0x51, 0xc1]),    // vsqrtpd zmm0, zmm1
    ("Vsqrtph", &[0x62, 0xf5, 0x7c, 0x48, 0x51, 0xc1]),    // vsqrtph zmm0, zmm1
    ("Vsqrtsh", &[0x62, 0xf5, 0x76, 0x08, 0x51, 0xc2]),    // vsqrtsh xmm0, xmm1, xmm2
    ("Fdiv", &[0xd8, 0xf1]),                               // fdiv st0, st1
    ("Fdivp", &[0xde, 0xf9]),                              // fdivp st1, st0
    ("Fdivr", &[0xd8, 0xf9]),                              // fdivr st0, st1
    ("Fdivrp", &[0xde, 0xf1]),                             // fdivrp st1, st0
    ("Fidiv", &[0xda, 0x37]),                              // fidiv dword [rdi]
    ("Fidivr", &[0xde, 0x3f]),                             // fidivr word [rdi]
    ("Fsqrt", &[0xd9, 0xfa]),                              // fsqrt
    ("Fprem", &[0xd9, 0xf8]),                              // fprem
    ("Fprem1", &[0xd9, 0xf5]),                             // fprem1
    ("Fsin", &[0xd9, 0xfe]),                               // fsin
    ("Fcos", &[0xd9, 0xff]),                               // fcos
    ("Fsincos", &[0xd9, 0xfb]),                            // fsincos
    ("Fptan", &[0xd9, 0xf2]),                              // fptan
    ("Fpatan", &[0xd9, 0xf3]),                             // fpatan
    ("F2xm1", &[0xd9, 0xf0]),                              // f2xm1
    ("Fyl2x", &[0xd9, 0xf1]),                              // fyl2x
    ("Fyl2xp1", &[0xd9, 0xf9]),                            // fyl2xp1
    ("Pdep", &[0xc4, 0xe2, 0xfb, 0xf5, 0xc1]),             // pdep rax, rax, rcx
    ("Pext", &[0xc4, 0xe2, 0x7a, 0xf5, 0xc1]),             // pext eax, eax, ecx
    ("Cmpsb", &[0xf3, 0xa6]),                              // repe cmpsb
    ("Cmpsw", &[0xf3, 0x66, 0xa7]),                        // repe cmpsw
    ("Cmpsd", &[0xf2, 0xa7]),                              // repne cmpsd
    ("Cmpsq", &[0x48, 0xa7]),                              // cmpsq
    ("Scasb", &[0xf2, 0xae]),                              // repne scasb
    ("Scasw", &[0x66, 0xaf]),                              // scasw
    ("Scasd", &[0xf2, 0xaf]),                              // repne scasd
    ("Scasq", &[0x48, 0xaf]),                              // scasq
    ("Pcmpestri", &[0x66, 0x0f, 0x3a, 0x61, 0xc1, 0x00]),  // pcmpestri xmm0, xmm1, 0
    ("Pcmpestrm", &[0x66, 0x0f, 0x3a, 0x60, 0xc1, 0x00]),  // pcmpestrm xmm0, xmm1, 0
    ("Pcmpistri", &[0x66, 0x0f, 0x3a, 0x63, 0xc1, 0x00]),  // pcmpistri xmm0, xmm1, 0
    ("Pcmpistrm", &[0x66, 0x0f, 0x3a, 0x62, 0xc1, 0x00]),  // pcmpistrm xmm0, xmm1, 0
    ("Vpcmpestri", &[0xc4, 0xe3, 0x79, 0x61, 0xc1, 0x00]), // vpcmpestri xmm0, xmm1, 0
    ("Vpcmpestrm", &[0xc4, 0xe3, 0x79, 0x60, 0xc1, 0x00]), // vpcmpestrm xmm0, xmm1, 0
    ("Vpcmpistri", &[0xc4, 0xe3, 0x79, 0x63, 0xc1, 0x00]), // vpcmpistri xmm0, xmm1, 0
    ("Vpcmpistrm", &[0xc4, 0xe3, 0x79, 0x62, 0xc1, 0x00]), // vpcmpistrm xmm0, xmm1, 0
];
