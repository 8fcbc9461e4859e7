//! The processor features that a variant may need: their bits in CPUID, and the state that the operating system has to
//! save for them.
//!
//! Sources: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2A, CPUID, table 3-8 (leaves 1, 7, 0DH);
//! Intel Architecture Instruction Set Extensions Programming Reference, chapter 1 (leaf 7, subleaf 1); AMD64 Architecture
//! Programmer's Manual, volume 3, appendix E.4 (leaf 8000_0001H). XCR0: Intel volume 1, sections 13.3, 14.3 and 15.2.

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

/// 32 bits that CPUID tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// EAX before the instruction.
    pub leaf: u32,
    /// ECX before the instruction.
    pub subleaf: u32,
    /// Where the bits are afterwards.
    pub register: Register,
}

/// Registers that are there only when the operating system saves them: bits of XCR0.
pub type State = u64;

/// XMM registers, which every operating system for x86-64 saves.
const SSE: State = 0;

/// XMM and YMM registers (bits 1 and 2).
pub const AVX: State = 0b110;

/// The same, the mask registers, ZMM0 to ZMM15's upper halves, and ZMM16 to ZMM31 (bits 1, 2, 5, 6 and 7).
const AVX512: State = 0b1110_0110;

/// A processor feature.
#[derive(Clone, Copy, Debug)]
pub struct Feature {
    /// Its name in Rust.
    pub name: &'static str,
    /// Which word tells of it: an index into [`WORDS`].
    pub word: usize,
    /// Which bit of the word.
    pub bit: u32,
    /// The state that its instructions use.
    pub state: State,
}

/// The words that tell of features.
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

/// The bit in the first of [`WORDS`] that says that XCR0 can be read (OSXSAVE).
pub const OSXSAVE: u32 = 1 << 27;

/// Every feature that can be told, but those that x86-64 always has, in the order of [`WORDS`].
pub const FEATURES: [Feature; 49] = [
    feature("sse3", 0, 0, SSE),
    feature("pclmulqdq", 0, 1, SSE),
    feature("ssse3", 0, 9, SSE),
    feature("fma", 0, 12, AVX),
    feature("cmpxchg16b", 0, 13, SSE),
    feature("sse4.1", 0, 19, SSE),
    feature("sse4.2", 0, 20, SSE),
    feature("movbe", 0, 22, SSE),
    feature("popcnt", 0, 23, SSE),
    feature("aes", 0, 25, SSE),
    feature("xsave", 0, 26, SSE),
    feature("avx", 0, 28, AVX),
    feature("f16c", 0, 29, AVX),
    feature("rdrand", 0, 30, SSE),
    feature("bmi1", 1, 3, SSE),
    feature("avx2", 1, 5, AVX),
    feature("bmi2", 1, 8, SSE),
    feature("avx512f", 1, 16, AVX512),
    feature("avx512dq", 1, 17, AVX512),
    feature("rdseed", 1, 18, SSE),
    feature("adx", 1, 19, SSE),
    feature("avx512ifma", 1, 21, AVX512),
    feature("avx512cd", 1, 28, AVX512),
    feature("sha", 1, 29, SSE),
    feature("avx512bw", 1, 30, AVX512),
    feature("avx512vl", 1, 31, AVX512),
    feature("avx512vbmi", 2, 1, AVX512),
    feature("avx512vbmi2", 2, 6, AVX512),
    feature("gfni", 2, 8, SSE),
    feature("vaes", 2, 9, AVX),
    feature("vpclmulqdq", 2, 10, AVX),
    feature("avx512vnni", 2, 11, AVX512),
    feature("avx512bitalg", 2, 12, AVX512),
    feature("avx512vpopcntdq", 2, 14, AVX512),
    feature("avx512vp2intersect", 3, 8, AVX512),
    feature("avx512fp16", 3, 23, AVX512),
    feature("sha512", 4, 0, AVX),
    feature("sm3", 4, 1, AVX),
    feature("sm4", 4, 2, AVX),
    feature("avxvnni", 4, 4, AVX),
    feature("avx512bf16", 4, 5, AVX512),
    feature("avxifma", 4, 23, AVX),
    feature("avxvnniint8", 5, 4, AVX),
    feature("avxneconvert", 5, 5, AVX),
    feature("avxvnniint16", 5, 10, AVX),
    feature("xsaveopt", 6, 0, SSE),
    feature("xsavec", 6, 1, SSE),
    feature("lzcnt", 7, 5, SSE),
    feature("sse4a", 7, 6, SSE),
];

const fn word(leaf: u32, subleaf: u32, register: Register) -> Word {
    Word {
        leaf,
        subleaf,
        register,
    }
}

const fn feature(name: &'static str, word: usize, bit: u32, state: State) -> Feature {
    Feature {
        name,
        word,
        bit,
        state,
    }
}

/// The feature of a name.
pub fn find(name: &str) -> Option<&'static Feature> {
    FEATURES.iter().find(|feature| feature.name == name)
}

/// What a variant needs of the processor and its operating system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needs {
    /// The bits of [`WORDS`] that have to be set.
    pub words: [u32; WORDS.len()],
    /// The bits of XCR0 that have to be set.
    pub state: State,
}

impl Needs {
    /// What features need together.
    pub fn of(features: &[&Feature]) -> Self {
        let mut needs = Self {
            words: [0; WORDS.len()],
            state: 0,
        };
        for feature in features {
            needs.words[feature.word] |= 1 << feature.bit;
            needs.state |= feature.state;
        }
        needs
    }
}

#[cfg(all(test, target_arch = "x86_64"))]
mod tests {
    use std::arch::x86_64::{__cpuid, __cpuid_count};

    use super::*;

    /// Whether this processor has a feature, by the table.
    fn is_there(feature: &Feature) -> bool {
        let word = WORDS[feature.word];
        let last = __cpuid(word.leaf & 0x8000_0000).eax;
        let told = __cpuid_count(word.leaf, word.subleaf);
        let bits = match word.register {
            Eax => told.eax,
            Ebx => told.ebx,
            Ecx => told.ecx,
            Edx => told.edx,
        };
        word.leaf <= last && bits & 1 << feature.bit != 0
    }

    macro_rules! compare {
        ($($name:tt)*) => {
            [$(($name, std::arch::is_x86_feature_detected!($name))),*]
        };
    }

    /// Runs where the operating system saves all registers that the processor has, as Linux does.
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
        let mut places = FEATURES.map(|feature| (feature.word, feature.bit));
        places.sort_unstable();
        assert!(places.windows(2).all(|pair| pair[0] != pair[1]));
    }
}
