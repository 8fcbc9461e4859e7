//! The features of x86-64 processors beyond the first level (SSE2): their bits in CPUID, and the state that the operating
//! system has to save for them. The names and what they imply are rustc's.
//!
//! Sources: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2A, CPUID, table 3-8 (leaves 1, 7, 0DH);
//! Intel Architecture Instruction Set Extensions Programming Reference, chapter 1 (leaf 7, subleaf 1); AMD64 Architecture
//! Programmer's Manual, volume 3, appendix E.4 (leaf 8000_0001H). XCR0: Intel volume 1, sections 13.3, 14.3 and 15.2.

use super::{Feature, Table};

/// A register that CPUID writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Register {
    /// EAX.
    Eax,
    /// EBX.
    Ebx,
    /// ECX.
    Ecx,
    /// EDX.
    Edx,
}

use Register::{Eax, Ebx, Ecx, Edx};

/// A 32-bit word that CPUID returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// EAX before the instruction.
    pub leaf: u32,
    /// ECX before the instruction.
    pub subleaf: u32,
    /// The register that holds the bits afterwards.
    pub register: Register,
}

/// Registers that are usable only if the operating system saves them: bits of XCR0.
pub type State = u64;

/// XMM registers, which every operating system for x86-64 saves.
const SSE: State = 0;

/// XMM and YMM registers (bits 1 and 2).
pub const AVX: State = 0b110;

/// The same, the mask registers, ZMM0 to ZMM15's upper halves, and ZMM16 to ZMM31 (bits 1, 2, 5, 6 and 7).
const AVX512: State = 0b1110_0110;

/// How a processor and its operating system report a feature.
#[derive(Clone, Copy, Debug)]
pub struct Detection {
    /// The word with its bit: an index into [`WORDS`].
    pub word: usize,
    /// The bit's number in the word.
    pub bit: u32,
    /// The state that its instructions use.
    pub state: State,
    /// Its name in GCC's and Clang's `__builtin_cpu_supports`.
    pub gcc: &'static str,
}

/// The words with the bits of features.
pub const WORDS: [Word; 8] = [
    word(1, 0, Ecx),
    word(7, 0, Ebx),
    word(7, 0, Ecx),
    word(7, 0, Edx),
    word(7, 1, Eax),
    word(7, 1, Edx),
    word(0xd, 1, Eax),
    word(0x8000_0001, 0, Ecx),
];

/// The bit in the first of [`WORDS`] that says whether XCR0 can be read (OSXSAVE).
pub const OSXSAVE: u32 = 1 << 27;

/// All of them, in the order of [`WORDS`].
pub const TABLE: Table = Table { features: &FEATURES };

const FEATURES: [Feature; 49] = [
    feature("sse3", &[], 0, 0, SSE, "sse3"),
    feature("pclmulqdq", &[], 0, 1, SSE, "pclmul"),
    feature("ssse3", &["sse3"], 0, 9, SSE, "ssse3"),
    feature("fma", &["avx"], 0, 12, AVX, "fma"),
    feature("cmpxchg16b", &[], 0, 13, SSE, "cmpxchg16b"),
    feature("sse4.1", &["ssse3"], 0, 19, SSE, "sse4.1"),
    feature("sse4.2", &["sse4.1"], 0, 20, SSE, "sse4.2"),
    feature("movbe", &[], 0, 22, SSE, "movbe"),
    feature("popcnt", &[], 0, 23, SSE, "popcnt"),
    feature("aes", &[], 0, 25, SSE, "aes"),
    feature("xsave", &[], 0, 26, SSE, "xsave"),
    feature("avx", &["sse4.2"], 0, 28, AVX, "avx"),
    feature("f16c", &["avx"], 0, 29, AVX, "f16c"),
    feature("rdrand", &[], 0, 30, SSE, "rdrnd"),
    feature("bmi1", &[], 1, 3, SSE, "bmi"),
    feature("avx2", &["avx"], 1, 5, AVX, "avx2"),
    feature("bmi2", &[], 1, 8, SSE, "bmi2"),
    feature("avx512f", &["avx2", "fma", "f16c"], 1, 16, AVX512, "avx512f"),
    feature("avx512dq", &["avx512f"], 1, 17, AVX512, "avx512dq"),
    feature("rdseed", &[], 1, 18, SSE, "rdseed"),
    feature("adx", &[], 1, 19, SSE, "adx"),
    feature("avx512ifma", &["avx512f"], 1, 21, AVX512, "avx512ifma"),
    feature("avx512cd", &["avx512f"], 1, 28, AVX512, "avx512cd"),
    feature("sha", &[], 1, 29, SSE, "sha"),
    feature("avx512bw", &["avx512f"], 1, 30, AVX512, "avx512bw"),
    feature("avx512vl", &["avx512f"], 1, 31, AVX512, "avx512vl"),
    feature("avx512vbmi", &["avx512bw"], 2, 1, AVX512, "avx512vbmi"),
    feature("avx512vbmi2", &["avx512bw"], 2, 6, AVX512, "avx512vbmi2"),
    feature("gfni", &[], 2, 8, SSE, "gfni"),
    feature("vaes", &["avx2", "aes"], 2, 9, AVX, "vaes"),
    feature("vpclmulqdq", &["avx", "pclmulqdq"], 2, 10, AVX, "vpclmulqdq"),
    feature("avx512vnni", &["avx512f"], 2, 11, AVX512, "avx512vnni"),
    feature("avx512bitalg", &["avx512bw"], 2, 12, AVX512, "avx512bitalg"),
    feature("avx512vpopcntdq", &["avx512f"], 2, 14, AVX512, "avx512vpopcntdq"),
    feature(
        "avx512vp2intersect",
        &["avx512f"],
        3,
        8,
        AVX512,
        "avx512vp2intersect",
    ),
    feature("avx512fp16", &["avx512bw"], 3, 23, AVX512, "avx512fp16"),
    feature("sha512", &["avx2"], 4, 0, AVX, "sha512"),
    feature("sm3", &["avx"], 4, 1, AVX, "sm3"),
    feature("sm4", &["avx2"], 4, 2, AVX, "sm4"),
    feature("avxvnni", &["avx2"], 4, 4, AVX, "avxvnni"),
    feature("avx512bf16", &["avx512bw"], 4, 5, AVX512, "avx512bf16"),
    feature("avxifma", &["avx2"], 4, 23, AVX, "avxifma"),
    feature("avxvnniint8", &["avx2"], 5, 4, AVX, "avxvnniint8"),
    feature("avxneconvert", &["avx2"], 5, 5, AVX, "avxneconvert"),
    feature("avxvnniint16", &["avx2"], 5, 10, AVX, "avxvnniint16"),
    feature("xsaveopt", &["xsave"], 6, 0, SSE, "xsaveopt"),
    feature("xsavec", &["xsave"], 6, 1, SSE, "xsavec"),
    feature("lzcnt", &[], 7, 5, SSE, "lzcnt"),
    feature("sse4a", &["sse3"], 7, 6, SSE, "sse4a"),
];

const fn word(leaf: u32, subleaf: u32, register: Register) -> Word {
    Word {
        leaf,
        subleaf,
        register,
    }
}

const fn feature(
    name: &'static str,
    implies: &'static [&'static str],
    word: usize,
    bit: u32,
    state: State,
    gcc: &'static str,
) -> Feature {
    Feature {
        name,
        implies,
        detection: Some(Detection {
            word,
            bit,
            state,
            gcc,
        }),
    }
}

/// What a variant requires of the processor and the operating system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needs {
    /// The bits of [`WORDS`] that have to be set.
    pub words: [u32; WORDS.len()],
    /// The bits of XCR0 that have to be set.
    pub state: State,
}

impl Needs {
    /// The requirements of all these features together. Implied features count only if they are listed.
    pub fn of<'a>(features: impl IntoIterator<Item = &'a Feature>) -> Self {
        let mut needs = Self {
            words: [0; WORDS.len()],
            state: 0,
        };
        for detection in features.into_iter().filter_map(|feature| feature.detection) {
            needs.words[detection.word] |= 1 << detection.bit;
            needs.state |= detection.state;
        }
        needs
    }
}

#[cfg(all(test, target_arch = "x86_64"))]
mod tests {
    use std::arch::x86_64::{__cpuid, __cpuid_count};

    use super::*;

    /// Whether this processor has a feature, according to the table.
    fn is_there(feature: &Feature) -> bool {
        let detection = feature.detection.unwrap();
        let word = WORDS[detection.word];
        let last = __cpuid(word.leaf & 0x8000_0000).eax;
        let told = __cpuid_count(word.leaf, word.subleaf);
        let bits = match word.register {
            Eax => told.eax,
            Ebx => told.ebx,
            Ecx => told.ecx,
            Edx => told.edx,
        };
        word.leaf <= last && bits & 1 << detection.bit != 0
    }

    macro_rules! compare {
        ($($name:tt)*) => {
            [$(($name, std::arch::is_x86_feature_detected!($name))),*]
        };
    }

    /// Requires an operating system that saves all registers that the processor has, such as Linux.
    #[test]
    fn the_standard_library_finds_the_same() {
        let told = compare!(
            "sse3" "pclmulqdq" "ssse3" "fma" "cmpxchg16b" "sse4.1" "sse4.2" "movbe" "popcnt" "aes" "xsave" "avx" "f16c"
            "rdrand" "bmi1" "avx2" "bmi2" "avx512f" "avx512dq" "rdseed" "adx" "avx512ifma" "avx512cd" "sha" "avx512bw"
            "avx512vl" "avx512vbmi" "avx512vbmi2" "gfni" "vaes" "vpclmulqdq" "avx512vnni" "avx512bitalg"
            "avx512vpopcntdq" "avx512vp2intersect" "avx512fp16" "sha512" "sm3" "sm4" "avxvnni" "avx512bf16" "avxifma"
            "avxvnniint8" "avxneconvert" "avxvnniint16" "xsaveopt" "xsavec" "lzcnt" "sse4a"
        );
        let by_table = FEATURES.map(|feature| (feature.name, is_there(&feature)));
        assert_eq!(by_table, told);
    }

    #[test]
    fn each_bit_stands_for_one_feature() {
        let mut places = FEATURES.map(|feature| feature.detection.map(|it| (it.word, it.bit)).unwrap());
        places.sort_unstable();
        assert!(places.windows(2).all(|pair| pair[0] != pair[1]));
    }
}
