//! The rule by which a build is selected, tested on simulated processors that are tables of CPUID and XCR0. The numbers
//! are repeated here, from GCC's `cpuid.h` and, where that lacks them, Intel's manual.

use std::io::Write as _;
use std::process::{Command, Stdio};

use rustgo_record::features::x86_64::{self, Register, TABLE};

use super::*;

/// Leaf, subleaf and register of each word.
const PLACES: [(u32, u32, Register); 8] = [
    (1, 0, Register::Ecx),
    (7, 0, Register::Ebx),
    (7, 0, Register::Ecx),
    (7, 0, Register::Edx),
    (7, 1, Register::Eax),
    (7, 1, Register::Edx),
    (13, 1, Register::Eax),
    (0x8000_0001, 0, Register::Ecx),
];

/// No state, that of AVX, and that of AVX-512.
const NONE: u64 = 0;
const YMM: u64 = 1 << 1 | 1 << 2;
const ZMM: u64 = YMM | 1 << 5 | 1 << 6 | 1 << 7;

/// Features by word: name, bit and state.
const NUMBERS: [&[(&str, u32, u64)]; 8] = [
    &[
        ("sse3", 0, NONE),
        ("pclmulqdq", 1, NONE),
        ("ssse3", 9, NONE),
        ("fma", 12, YMM),
        ("cmpxchg16b", 13, NONE),
        ("sse4.1", 19, NONE),
        ("sse4.2", 20, NONE),
        ("movbe", 22, NONE),
        ("popcnt", 23, NONE),
        ("aes", 25, NONE),
        ("xsave", 26, NONE),
        ("avx", 28, YMM),
        ("f16c", 29, YMM),
        ("rdrand", 30, NONE),
    ],
    &[
        ("bmi1", 3, NONE),
        ("avx2", 5, YMM),
        ("bmi2", 8, NONE),
        ("avx512f", 16, ZMM),
        ("avx512dq", 17, ZMM),
        ("rdseed", 18, NONE),
        ("adx", 19, NONE),
        ("avx512ifma", 21, ZMM),
        ("avx512cd", 28, ZMM),
        ("sha", 29, NONE),
        ("avx512bw", 30, ZMM),
        ("avx512vl", 31, ZMM),
    ],
    &[
        ("avx512vbmi", 1, ZMM),
        ("avx512vbmi2", 6, ZMM),
        ("gfni", 8, NONE),
        ("vaes", 9, YMM),
        ("vpclmulqdq", 10, YMM),
        ("avx512vnni", 11, ZMM),
        ("avx512bitalg", 12, ZMM),
        ("avx512vpopcntdq", 14, ZMM),
    ],
    &[("avx512vp2intersect", 8, ZMM), ("avx512fp16", 23, ZMM)],
    &[
        ("sha512", 0, YMM),
        ("sm3", 1, YMM),
        ("sm4", 2, YMM),
        ("avxvnni", 4, YMM),
        ("avx512bf16", 5, ZMM),
        ("avxifma", 23, YMM),
    ],
    &[
        ("avxvnniint8", 4, YMM),
        ("avxneconvert", 5, YMM),
        ("avxvnniint16", 10, YMM),
    ],
    &[("xsaveopt", 0, NONE), ("xsavec", 1, NONE)],
    &[("lzcnt", 5, NONE), ("sse4a", 6, NONE)],
];

/// The bit of the first word that says whether XCR0 can be read.
const HAS_XCR0: u32 = 1 << 27;

#[test]
fn every_number_is_that_of_the_manuals() {
    let mut count = 0;
    for ((place, numbers), word) in PLACES.iter().zip(NUMBERS).zip(WORDS) {
        assert_eq!((word.leaf, word.subleaf, word.register), *place);
        for &(name, bit, state) in numbers {
            let feature = TABLE.find(name).unwrap().detection.unwrap();
            assert_eq!(WORDS[feature.word], word, "{name}");
            assert_eq!((feature.bit, feature.state), (bit, state), "{name}");
            count += 1;
        }
    }
    assert_eq!(count, TABLE.features.len());
    assert_eq!(OSXSAVE, HAS_XCR0);
    assert_eq!(x86_64::AVX, YMM);
    assert!(TABLE.find("avx3").is_none());
}

#[test]
fn needs_are_those_of_all_features_together() {
    let needs = |names: &[&str]| x86_64::Needs::of(names.iter().map(|name| TABLE.find(name).unwrap()));
    assert_eq!((needs(&[]).words, needs(&[]).state), ([0; 8], 0));
    assert_eq!(needs(&["avx2", "lzcnt"]).state, YMM);
    let needs = needs(&["popcnt", "avx512vl", "avx512f", "fma", "lzcnt", "avx512f"]);
    assert_eq!(
        needs.words,
        [1 << 23 | 1 << 12, 1 << 31 | 1 << 16, 0, 0, 0, 0, 0, 1 << 5]
    );
    assert_eq!(needs.state, 0b1110_0110);
}

/// A processor and its operating system.
#[derive(Clone, Copy, Debug)]
struct Machine {
    /// The last leaf, and the last of AMD's leaves. After them CPUID returns all bits set.
    last: u32,
    last_extended: u32,
    state: u64,
    words: [u32; 8],
}

/// A processor with everything.
const ALL: Machine = Machine {
    last: 0x20,
    last_extended: 0x8000_0008,
    state: u64::MAX,
    words: [u32::MAX; 8],
};

impl Machine {
    fn without(mut self, features: &[&str]) -> Self {
        for name in features {
            let (word, bit) = place(name);
            self.words[word] &= !(1 << bit);
        }
        self
    }

    /// These features alone, and the state to use them.
    fn with_only(features: &[&str], state: u64) -> Self {
        let mut machine = Self {
            words: [HAS_XCR0, 0, 0, 0, 0, 0, 0, 0],
            state,
            ..ALL
        };
        for name in features {
            let (word, bit) = place(name);
            machine.words[word] |= 1 << bit;
        }
        machine
    }
}

fn place(name: &str) -> (usize, u32) {
    NUMBERS
        .iter()
        .enumerate()
        .find_map(|(word, numbers)| {
            let (_, bit, _) = numbers.iter().find(|(other, ..)| *other == name)?;
            Some((word, *bit))
        })
        .unwrap()
}

/// Instructions of a simulated processor that reads a line of numbers.
const FAKE: &str = r#"
mod machine {
    static mut LINE: [u64; 11] = [0; 11];

    pub fn set(line: [u64; 11]) {
        unsafe { LINE = line };
    }

    pub fn cpuid(leaf: u32, subleaf: u32) -> [u32; 4] {
        let line = unsafe { LINE };
        let (last, extended) = (line[0] as u32, line[1] as u32);
        if leaf == 0 {
            return [last, 0, 0, 0];
        }
        if leaf == 0x8000_0000 {
            return [extended, 0, 0, 0];
        }
        if leaf > if leaf > 0x8000_0000 { extended } else { last } {
            return [u32::MAX; 4];
        }
        let mut registers = [0; 4];
        for (place, word) in PLACES.iter().zip(&line[3..]) {
            if (place.0, place.1) == (leaf, subleaf) {
                registers[place.2] = *word as u32;
            }
        }
        registers
    }

    pub fn xcr0() -> u64 {
        let line = unsafe { LINE };
        assert!(line[3] & 1 << 27 != 0, "xgetbv is no instruction here");
        line[2]
    }
}

macro_rules! asm {
    ("mov rsi, rbx", "cpuid", "mov edi, ebx", "mov rbx, rsi", out("rsi") _, out("edi") $ebx:ident,
     inlateout("eax") $leaf:ident => $eax:ident, inlateout("ecx") $subleaf:ident => $ecx:ident,
     lateout("edx") $edx:ident, options(nomem, nostack, preserves_flags),) => {
        [$eax, $ebx, $ecx, $edx] = machine::cpuid($leaf, $subleaf)
    };
    ("xgetbv", in("ecx") 0, out("eax") $low:ident, out("edx") $high:ident,
     options(nomem, nostack, preserves_flags)) => {
        [$low, $high] = [machine::xcr0() as u32, (machine::xcr0() >> 32) as u32]
    };
}

fn main() {
    for line in std::io::stdin().lines() {
        let numbers: Vec<u64> = line.unwrap().split(' ').map(|number| number.parse().unwrap()).collect();
        machine::set(numbers.try_into().unwrap());
        println!("{}", choose());
    }
}
"#;

/// The result of the selecting function on each machine.
fn chosen(variants: &[&str], machines: &[Machine]) -> Vec<usize> {
    let folder = tempfile::tempdir().unwrap();
    let toolchain = Toolchain::find(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
    let variants: Vec<Variant> = variants.iter().map(|text| text.parse().unwrap()).collect();
    let chooser = Chooser::new("guest", &variants, &toolchain).unwrap();
    assert_eq!(chooser.symbol, "guest_variant");
    let places: Vec<_> = PLACES
        .iter()
        .map(|(leaf, subleaf, register)| (leaf, subleaf, *register as usize))
        .collect();
    let count = places.len();
    let mut source = chooser.source.clone();
    for (from, to) in [
        ("#![no_std]\n", "#![allow(warnings)]\n"),
        ("use core::arch::asm;\n", FAKE),
    ] {
        assert!(source.contains(from));
        source = source.replacen(from, to, 1);
    }
    source = source.replacen(
        "mod machine {\n",
        &format!("mod machine {{\n    const PLACES: [(u32, u32, usize); {count}] = {places:?};\n"),
        1,
    );
    let (file, program) = (folder.path().join("chooser.rs"), folder.path().join("chooser"));
    std::fs::write(&file, source).unwrap();
    let output = Command::new(toolchain.rustc())
        .args(["--edition", "2024", "-o"])
        .args([&program, &file])
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let mut child = Command::new(&program)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    for machine in machines {
        let head = [machine.last.into(), machine.last_extended.into(), machine.state];
        let words = machine.words.map(u64::from);
        let line: Vec<String> = head.iter().chain(&words).map(u64::to_string).collect();
        writeln!(input, "{}", line.join(" ")).unwrap();
    }
    drop(input);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| line.parse().unwrap()).collect()
}

#[test]
fn the_last_build_that_can_run_is_chosen() {
    // Each needs its implied features too.
    let variants = ["v1=+popcnt", "v2=+avx2", "v3=+avx512f"];
    let avx2 = ["avx2", "avx", "sse3", "ssse3", "sse4.1", "sse4.2"];
    let avx512 = ["avx512f", "fma", "f16c"];
    let everything = [&avx2[..], &avx512].concat();

    let mut cases = vec![
        (ALL, 3),
        // Nothing is selected without all of its bits, and no other bits are needed.
        (Machine::with_only(&everything, ZMM), 3),
        (Machine::with_only(&avx2, YMM), 2),
        (Machine::with_only(&["popcnt"], 0), 1),
        (Machine::with_only(&[], u64::MAX), 0),
        // The last match is selected, even if an earlier variant can't run.
        (ALL.without(&["popcnt"]), 3),
        (ALL.without(&["popcnt", "fma"]), 2),
        (ALL.without(&["popcnt", "avx"]), 0),
        // Without the instruction that reads XCR0, no state is saved.
        (
            Machine {
                words: [!HAS_XCR0, u32::MAX, u32::MAX, 0, 0, 0, 0, 0],
                ..ALL
            },
            1,
        ),
        // Processors without leaf 7 return other values.
        (Machine { last: 6, ..ALL }, 1),
        (Machine { last: 7, ..ALL }, 3),
        (Machine { last: 0, ..ALL }, 0),
        (Machine { last: 1, ..ALL }, 1),
        (
            Machine {
                last_extended: 0,
                ..ALL
            },
            3,
        ),
    ];
    cases.extend(avx512.iter().map(|name| (ALL.without(&[name]), 2)));
    cases.extend(avx2.iter().map(|name| (ALL.without(&[name]), 1)));
    for bit in 0..64 {
        let missing = Machine {
            state: !(1 << bit),
            ..ALL
        };
        let expected = match bit {
            1 | 2 => 1,
            5..=7 => 2,
            _ => 3,
        };
        cases.push((missing, expected));
        let alone = Machine {
            state: 1 << bit,
            ..ALL
        };
        cases.push((alone, 1));
        let unneeded = Machine {
            words: ALL.words.map(|word| word & !(1u32.checked_shl(bit).unwrap_or(0))),
            ..ALL
        };
        // Bits 0, 9, 12, 16, 19, 20, 28 and 29 of the first two words, bit 5 of the second, bit 23 and 27 of the first.
        let expected = match bit {
            12 | 16 | 29 => 2,
            0 | 5 | 9 | 19 | 20 | 27 | 28 => 1,
            _ => 3,
        };
        cases.push((unneeded, expected));
    }
    let machines: Vec<_> = cases.iter().map(|(machine, _)| *machine).collect();
    let chosen = chosen(&variants, &machines);
    assert_eq!(chosen.len(), cases.len());
    for ((machine, expected), chosen) in cases.iter().zip(chosen) {
        assert_eq!(chosen, *expected, "{machine:x?}");
    }
}

/// Words of every leaf count, and each range of leaves has its own maximum.
#[test]
fn every_leaf_is_asked_where_it_is() {
    let variants = [
        "lz=+lzcnt",
        "ave=+xsavec",
        "fp=+avx512vp2intersect",
        "vn=+avxvnniint8",
    ];
    let others = ["xsavec", "avx512vp2intersect", "avxvnniint8"];
    let machines = [
        ALL,
        ALL.without(&["avxvnniint8"]),
        ALL.without(&["avxvnniint8", "avx512vp2intersect"]),
        ALL.without(&others),
        Machine {
            last_extended: 0x8000_0000,
            ..ALL.without(&others)
        },
        Machine {
            last_extended: 0x8000_0001,
            ..ALL.without(&others)
        },
        Machine {
            last: 12,
            ..ALL.without(&others[1..])
        },
        Machine {
            last: 13,
            ..ALL.without(&others[1..])
        },
        ALL.without(&others).without(&["lzcnt"]),
    ];
    assert_eq!(chosen(&variants, &machines), [4, 3, 2, 1, 0, 1, 1, 2, 0]);
}

#[test]
fn the_chooser_is_an_export_of_its_own() {
    let toolchain = Toolchain::find(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
    let export = Chooser::new("guest", &[], &toolchain).unwrap().export();
    assert_eq!(
        (export.name.as_str(), export.role),
        ("guest_variant", Role::Chooser)
    );
    assert_eq!(export.ret.as_deref(), Some("u32"));
    assert!(!export.is_unsafe && export.args.is_empty());
}
