//! Instructions that not every x86-64 processor has, and what an export has to require for them.

use crate::case::{Case, right, wrong};

/// A case's name, code, and the one feature that it needs.
const NEEDS: [(&str, &str, &str); 49] = [
    ("adx", "adcx rax, rdi\nret", "adx"),
    ("aes", "aesenc xmm0, xmm1\nret", "aes"),
    ("avx", "vpxor xmm0, xmm0, xmm1\nret", "avx"),
    ("avx_wide", "vaddpd ymm0, ymm0, ymm1\nvzeroupper\nret", "avx"),
    ("avx2", "vpaddd ymm0, ymm0, ymm1\nvzeroupper\nret", "avx2"),
    ("avx2_register", "vbroadcastss xmm0, xmm1\nret", "avx2"),
    ("avx2_shift", "vpsllvd xmm0, xmm0, xmm1\nret", "avx2"),
    ("avx512f", "vpaddd zmm0, zmm0, zmm1\nvzeroupper\nret", "avx512f"),
    ("avx512f_mask", "kmovw eax, k1\nret", "avx512f"),
    ("avx512dq", "vpmullq zmm0, zmm0, zmm1\nret", "avx512dq"),
    ("avx512dq_mask", "kmovb eax, k1\nret", "avx512dq"),
    ("avx512bw", "vpaddb zmm0, zmm0, zmm1\nret", "avx512bw"),
    ("avx512bw_mask", "kmovq rax, k1\nret", "avx512bw"),
    ("avx512cd", "vpconflictd zmm0, zmm1\nret", "avx512cd"),
    ("avx512ifma", "vpmadd52luq zmm0, zmm0, zmm1\nret", "avx512ifma"),
    ("avx512vbmi", "vpermb zmm0, zmm0, zmm1\nret", "avx512vbmi"),
    ("avx512vbmi2", "vpshldd zmm0, zmm0, zmm1, 1\nret", "avx512vbmi2"),
    ("avx512vnni", "vpdpbusd zmm0, zmm0, zmm1\nret", "avx512vnni"),
    ("avx512bitalg", "vpopcntb zmm0, zmm1\nret", "avx512bitalg"),
    ("avx512vpopcntdq", "vpopcntd zmm0, zmm1\nret", "avx512vpopcntdq"),
    ("avx512bf16", "vdpbf16ps zmm0, zmm0, zmm1\nret", "avx512bf16"),
    ("avx512fp16", "vaddph zmm0, zmm0, zmm1\nret", "avx512fp16"),
    (
        "avx512vp2intersect",
        "vp2intersectd k2, zmm0, zmm1\nret",
        "avx512vp2intersect",
    ),
    ("avxvnni", "{vex} vpdpbusd xmm0, xmm0, xmm1\nret", "avxvnni"),
    ("avxifma", "{vex} vpmadd52luq xmm0, xmm0, xmm1\nret", "avxifma"),
    ("avxvnniint8", "vpdpbssd xmm0, xmm0, xmm1\nret", "avxvnniint8"),
    ("bmi1", "andn rax, rdi, rsi\nret", "bmi1"),
    ("bmi2", "mulx rax, rdx, rdi\nret", "bmi2"),
    ("bmi2_shift", "shlx rax, rdi, rsi\nret", "bmi2"),
    (
        "cmpxchg16b",
        "mov r8, rbx\ncmpxchg16b xmmword ptr [rdi]\nmov rbx, r8\nret",
        "cmpxchg16b",
    ),
    ("f16c", "vcvtph2ps xmm0, xmm1\nret", "f16c"),
    ("fma", "vfmadd231sd xmm0, xmm1, xmm2\nret", "fma"),
    ("gfni", "gf2p8mulb xmm0, xmm1\nret", "gfni"),
    ("lzcnt", "lzcnt rax, rdi\nret", "lzcnt"),
    ("movbe", "movbe rax, qword ptr [rdi]\nret", "movbe"),
    ("pclmulqdq", "pclmulqdq xmm0, xmm1, 0\nret", "pclmulqdq"),
    ("popcnt", "popcnt rax, rdi\nret", "popcnt"),
    ("rdrand", "rdrand rax\nret", "rdrand"),
    ("rdseed", "rdseed rax\nret", "rdseed"),
    ("sha", "sha256msg1 xmm0, xmm1\nret", "sha"),
    ("sse3", "haddpd xmm0, xmm1\nret", "sse3"),
    ("ssse3", "pshufb xmm0, xmm1\nret", "ssse3"),
    ("sse4_1", "pmulld xmm0, xmm1\nret", "sse4.1"),
    ("sse4_2", "crc32 eax, edi\nret", "sse4.2"),
    ("sse4a", "insertq xmm0, xmm1\nret", "sse4a"),
    ("xgetbv", "xor ecx, ecx\nxgetbv\nret", "xsave"),
    // A `tzcnt` whose flags are read can't stand for `bsf`, nor can one next to code for newer processors.
    (
        "tzcnt_flags",
        "tzcnt rax, rdi\njb 2f\nret\n2: xor eax, eax\nret",
        "bmi1",
    ),
    (
        "tzcnt_flags_later",
        "tzcnt rax, rdi\nmov rcx, rax\njmp 2f\n2: cmovz rax, rsi\nret",
        "bmi1",
    ),
    ("tzcnt_carry", "tzcnt rax, rdi\ninc rsi\nadc rax, 0\nret", "bmi1"),
];

pub fn cases() -> Vec<Case> {
    let needs = NEEDS.iter().flat_map(|&(name, code, feature)| {
        let requires: &'static [&'static str] = Box::leak(Box::new([feature]));
        let says = format!("needs the processor feature `{feature}`");
        // A feature that the other one does not imply.
        let other: &'static [&'static str] = if feature == "rdrand" {
            &["rdseed"]
        } else {
            &["rdrand"]
        };
        [
            wrong(&format!("feature_{name}"), code, &says).requires(&[]),
            wrong(&format!("feature_{name}_is_another"), code, &says).requires(other),
            right(&format!("feature_{name}_required"), code).requires(requires),
        ]
    });
    needs.chain(others()).collect()
}

fn others() -> Vec<Case> {
    const IFMA_256: &str = "vpmadd52luq ymm0, ymm16, ymm1\nvzeroupper\nret";
    const VAES_512: &str = "vaesenc zmm0, zmm0, zmm1\nvzeroupper\nret";
    vec![
        // All features of an instruction are needed.
        wrong("feature_of_two_one_missing", IFMA_256, "`avx512vl`").requires(&["avx512ifma"]),
        wrong("feature_of_two_other_missing", IFMA_256, "`avx512ifma`").requires(&["avx512vl"]),
        right("feature_of_two_both", IFMA_256).requires(&["avx512ifma", "avx512vl"]),
        wrong("feature_vaes_of_512_bits", VAES_512, "`avx512f`").requires(&["vaes"]),
        wrong("feature_avx512_of_vaes", VAES_512, "`vaes`").requires(&["avx512f"]),
        // What a feature implies is there, what implies it is not.
        right("feature_implied", "vaddpd ymm0, ymm0, ymm1\nvzeroupper\nret").requires(&["avx512bw"]),
        right("feature_implied_far", "pshufb xmm0, xmm1\nhaddpd xmm0, xmm1\nret").requires(&["vaes"]),
        wrong("feature_implies", "vpaddd ymm0, ymm0, ymm1\nret", "`avx2`").requires(&["avx"]),
        wrong("feature_fma_is_no_avx2", "vpaddd ymm0, ymm0, ymm1\nret", "`avx2`").requires(&["fma"]),
        // On all paths, in functions that are called and jumped to.
        wrong(
            "feature_on_one_path",
            "test edi, edi\njz 2f\npopcnt eax, edi\n2: ret",
            "`popcnt`",
        )
        .requires(&[]),
        right("feature_out_of_reach", "ret\npopcnt eax, edi\nret").requires(&[]),
        // What older processors take for something that does the same.
        right(
            "feature_hints",
            "endbr64\nprefetchw [rdi]\nprefetcht0 [rdi]\npause\nret",
        )
        .requires(&[]),
        right(
            "feature_no_operation",
            "nop word ptr [rax + rax]\ndata16 nop\nret",
        )
        .requires(&[]),
        right("feature_cldemote", "cldemote [rdi]\nret").requires(&[]),
        right("feature_shadow_stack_read", "xor eax, eax\nrdsspq rax\nret").requires(&[]),
        right(
            "feature_cpuid",
            "mov r8, rbx\nxor eax, eax\ncpuid\nmov rbx, r8\nret",
        )
        .requires(&[]),
        right(
            "feature_baseline",
            "cmovz rax, rdi\nlock cmpxchg8b [rdi]\nmfence\nclflush [rdi]\nsqrtpd xmm0, xmm1\nrdtsc\nret",
        )
        .requires(&[]),
        right("feature_bsf", "bsf rax, rdi\njz 2f\n2: bsr rax, rdi\nret").requires(&[]),
        right("feature_tzcnt_alone", "rep bsf rax, rdi\nret").requires(&[]),
        right(
            "feature_tzcnt_flags_dead",
            "tzcnt rax, rdi\njmp 2f\n2: add rax, 1\njb 3f\n3: ret",
        )
        .requires(&[]),
        right(
            "feature_tzcnt_before_call",
            "push rbp\nmov rbp, rsp\ntzcnt rdi, rdi\ncall host_import\npop rbp\nret",
        )
        .requires(&[]),
        // One of two flags overwritten is not both.
        wrong(
            "feature_tzcnt_zero_overwritten",
            "tzcnt rax, rdi\nclc\njz 2f\n2: ret",
            "`bmi1`",
        )
        .requires(&[]),
        // Both need something: the one that comes first is named, and the other one listed.
        wrong(
            "feature_tzcnt_in_newer_code",
            "popcnt rsi, rsi\ntzcnt rax, rdi\nret",
            "`popcnt`, and does not say so. \
         Others need `bmi1`",
        )
        .requires(&[]),
        wrong(
            "feature_tzcnt_in_newer_code_required",
            "popcnt rsi, rsi\ntzcnt rax, rdi\nret",
            "`bmi1`",
        )
        .requires(&["popcnt"]),
        // Nothing that an export could require.
        wrong(
            "feature_not_known",
            "rdpid rax\nret",
            "needs the processor feature `rdpid`",
        )
        .requires(&[]),
        wrong(
            "feature_lahf",
            "lahf\nret",
            "needs the processor feature `lahfsahf`",
        )
        .requires(&[]),
        wrong(
            "feature_rdtscp",
            "rdtscp\nret",
            "needs the processor feature `rdtscp`",
        )
        .requires(&["avx512f", "bmi2"]),
        // A name of another processor says nothing here.
        wrong("feature_of_another_processor", "crc32 eax, edi\nret", "`sse4.2`").requires(&["crc", "lse"]),
        wrong(
            "feature_count",
            "popcnt eax, edi\npopcnt ecx, esi\npopcnt edx, edi\nret",
            "(as 2 other instructions do)",
        )
        .requires(&[])
        .at(0),
        wrong(
            "feature_place",
            "xor eax, eax\npopcnt eax, edi\nret",
            "`popcnt eax, edi`",
        )
        .requires(&[])
        .at(2),
    ]
}
