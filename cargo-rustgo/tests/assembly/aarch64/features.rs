//! Instructions that not every AArch64 processor has, and what an export has to require for them.

use crate::case::{Case, right, wrong};

/// A case's name, code, and the one feature that it needs.
const NEEDS: [(&str, &str, &str); 25] = [
    ("aes", "aese v0.16b, v1.16b\nret", "aes"),
    ("pmull", "pmull v0.1q, v0.1d, v1.1d\nret", "aes"),
    ("bf16", "bfdot v0.4s, v1.8h, v2.8h\nret", "bf16"),
    ("crc", "crc32cx w0, w0, x1\nret", "crc"),
    ("dotprod", "udot v0.4s, v1.16b, v2.16b\nret", "dotprod"),
    (
        "dotprod_by_element",
        "sdot v0.4s, v1.16b, v2.4b[1]\nret",
        "dotprod",
    ),
    ("fcma", "fcmla v0.4s, v1.4s, v2.4s, #90\nret", "fcma"),
    ("fhm", "fmlal v0.4s, v1.4h, v2.4h\nret", "fhm"),
    ("flagm", "cfinv\nret", "flagm"),
    ("flagm_set", "setf8 w0\nret", "flagm"),
    ("fp16", "fadd h0, h0, h1\nret", "fp16"),
    ("fp16_vector", "fadd v0.8h, v0.8h, v1.8h\nret", "fp16"),
    ("frintts", "frint32x d0, d1\nret", "frintts"),
    ("jsconv", "fjcvtzs w0, d0\nret", "jsconv"),
    ("lor", "ldlar x0, [x0]\nret", "lor"),
    ("lse", "ldadd x1, x0, [x2]\nret", "lse"),
    ("lse_cas", "cas x0, x1, [x2]\nret", "lse"),
    ("lse_swap", "swpal w0, w1, [x2]\nret", "lse"),
    ("rcpc", "ldapr x0, [x0]\nret", "rcpc"),
    ("rcpc2", "ldapur x0, [x0, #8]\nret", "rcpc2"),
    ("rdm", "sqrdmlah v0.4s, v1.4s, v2.4s\nret", "rdm"),
    ("sb", "sb\nret", "sb"),
    ("sha2", "sha256h q0, q1, v2.4s\nret", "sha2"),
    ("sha3", "eor3 v0.16b, v1.16b, v2.16b, v3.16b\nret", "sha3"),
    ("sm4", "sm4e v0.4s, v1.4s\nret", "sm4"),
];

pub fn cases() -> Vec<Case> {
    let needs = NEEDS.iter().flat_map(|&(name, code, feature)| {
        let requires: &'static [&'static str] = Box::leak(Box::new([feature]));
        let says = format!("needs the processor feature `{feature}`");
        [
            wrong(&format!("feature_{name}"), code, &says).requires(&[]),
            wrong(&format!("feature_{name}_is_another"), code, &says).requires(&["mte"]),
            right(&format!("feature_{name}_required"), code).requires(requires),
        ]
    });
    needs.chain(others()).collect()
}

fn others() -> Vec<Case> {
    vec![
        right("feature_implied", "sha256h q0, q1, v2.4s\nret").requires(&["sha3"]),
        right("feature_implied_half", "fadd h0, h0, h1\nret").requires(&["fhm"]),
        wrong("feature_implies", "ldapur x0, [x0, #8]\nret", "`rcpc2`").requires(&["rcpc"]),
        wrong(
            "feature_on_one_path",
            "cbz x0, 2f\ncrc32b w0, w0, w1\n2: ret",
            "`crc`",
        )
        .requires(&[]),
        right("feature_out_of_reach", "ret\ncrc32b w0, w0, w1\nret").requires(&[]),
        // Hints that do nothing where they are not known, and what Armv8-A has from the start.
        right("feature_hints", "bti c\nyield\ncsdb\nnop\nret").requires(&[]),
        right(
            "feature_atomics",
            "ldaxr x0, [x1]\nstlxr w2, x0, [x1]\nclrex\nldar x0, [x1]\nret",
        )
        .requires(&[]),
        right(
            "feature_half_conversion",
            "fcvt s0, h0\nfcvt h0, s0\nfcvtl v0.4s, v0.4h\nret",
        )
        .requires(&[]),
        right(
            "feature_vectors",
            "pmull v0.8h, v0.8b, v1.8b\ncnt v0.8b, v0.8b\nfmla v0.4s, v1.4s, v2.4s\nret",
        )
        .requires(&[]),
        // A name of another processor says nothing here, unless both have one of that name.
        wrong("feature_of_another_processor", "crc32b w0, w0, w1\nret", "`crc`")
            .requires(&["sse4.2", "avx2"]),
        wrong(
            "feature_count",
            "crc32b w0, w0, w1\ncrc32b w0, w0, w1\nret",
            "(as another instruction does)",
        )
        .requires(&[])
        .at(0),
        wrong("feature_place", "mov x0, x1\ncrc32b w0, w0, w1\nret", "`crc32b")
            .requires(&[])
            .at(4),
        // Scalable vectors are not understood, whatever the export requires.
        wrong("feature_scalable", "ptrue p0.b\nret", "is not understood")
            .and("needs the processor feature `sve`")
            .requires(&[]),
        wrong(
            "feature_scalable_required",
            "ptrue p0.b\nret",
            "is not understood",
        )
        .requires(&["sve"]),
        wrong(
            "feature_not_known",
            "axflag\nret",
            "needs the processor feature `flagmanip`",
        )
        .and("")
        .requires(&["flagm"]),
    ]
}
