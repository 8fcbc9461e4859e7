//! Generates `names.rs` and `table.rs` from the definitions of disarm64, and compares them with the committed files.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use disarm64::{Insn, InsnOperand};
use disarm64_defn::{InsnFlags, InsnOperandClass, InsnOperandKind, InsnOperandQualifier};

use super::definitions::{self, Definitions};

/// Writes the files if it is `write`, or `all`, which looks for definitions at all words.
const VARIABLE: &str = "RUSTGO_AARCH64_TABLE";

/// The groups whose opcodes have different meanings to the analysis: these opcodes have names.
const NAMED: &[&str] = &[
    "ADDSUB_CARRY",
    "ADDSUB_EXT",
    "ADDSUB_IMM",
    "ADDSUB_SHIFT",
    "ASISDLSE",
    "ASISDLSEP",
    "ASISDLSO",
    "ASISDLSOP",
    "BITFIELD",
    "BRANCH_IMM",
    "BRANCH_REG",
    "COMPBRANCH",
    "CONDBRANCH",
    "CONDCMP_IMM",
    "CONDCMP_REG",
    "CONDSEL",
    "CSSC",
    "DP_1SRC",
    "DP_2SRC",
    "DP_3SRC",
    "EXCEPTION",
    "EXTRACT",
    "IC_SYSTEM",
    "LDSTEXCL",
    "LDSTNAPAIR_OFFS",
    "LDSTPAIR_INDEXED",
    "LDSTPAIR_OFF",
    "LDST_IMM9",
    "LDST_POS",
    "LDST_REGOFF",
    "LDST_UNSCALED",
    "LOADLIT",
    "LOG_IMM",
    "LOG_SHIFT",
    "LSE_ATOMIC",
    "MOVEWIDE",
    "PCRELADDR",
    "TESTBRANCH",
];

/// The name of an opcode.
pub fn opcode(insn: &Insn, id: impl std::fmt::Debug) -> String {
    match NAMED.contains(&class(insn).as_str()) {
        true => format!("{id:?}"),
        false => "OTHER".to_owned(),
    }
}

/// The name of a group.
pub fn class(insn: &Insn) -> String {
    match format!("{:?}", insn.class) {
        class if is_scalable(&class) => "SCALABLE".to_owned(),
        class => class,
    }
}

/// Whether a group, an operand or the like is part of the scalable vector or matrix extension.
fn is_scalable(name: &str) -> bool {
    ["SVE", "SME"].iter().any(|start| name.starts_with(start))
}

/// The name of an operand's kind. The analysis refuses the scalable extensions, so only those of their operands have
/// kinds that are integer or NEON registers.
pub fn kind(kind: InsnOperandKind, class: InsnOperandClass) -> String {
    let is_register = operand_class(class) != "Other";
    match format!("{kind:?}") {
        kind if is_scalable(&kind) && !is_register => "SCALABLE".to_owned(),
        kind => kind,
    }
}

/// The name of an operand's class.
pub fn operand_class(class: InsnOperandClass) -> &'static str {
    use InsnOperandClass as Class;
    match class {
        Class::INT_REG => "Integer",
        Class::FP_REG | Class::SIMD_REG | Class::SIMD_ELEMENT | Class::SIMD_REGLIST | Class::SISD_REG => {
            "Vector"
        }
        _ => "Other",
    }
}

/// The lowest bits of an operand's fields that are register numbers.
pub fn registers(operand: &InsnOperand) -> Vec<u32> {
    let is_register = |width| operand_class(operand.class) != "Other" && width == 5;
    let fields = operand.bit_fields.iter().filter(|field| is_register(field.width));
    fields.map(|field| field.lsb.into()).collect()
}

/// The names of the forms that an operand can have.
fn forms(insn: &Insn, operand: &InsnOperand) -> Vec<&'static str> {
    // The number of a bit that is tested says which half of the register it is in.
    if class(insn) == "TESTBRANCH" && operand.kind == InsnOperandKind::Rt {
        return vec!["W", "X"];
    }
    use InsnOperandQualifier as Qualifier;
    let form = |qualifier: &Qualifier| {
        Some(match qualifier {
            Qualifier::W => "W",
            Qualifier::X | Qualifier::SP => "X",
            Qualifier::S_B => "B",
            Qualifier::S_H => "H",
            Qualifier::S_S => "S",
            Qualifier::S_D => "D",
            Qualifier::S_Q => "Q",
            Qualifier::S_2B => "B2",
            Qualifier::S_4B => "B4",
            Qualifier::S_2H => "H2",
            Qualifier::V_8B => "V8B",
            Qualifier::V_16B => "V16B",
            Qualifier::V_2H => "V2H",
            Qualifier::V_4H => "V4H",
            Qualifier::V_8H => "V8H",
            Qualifier::V_2S => "V2S",
            Qualifier::V_4S => "V4S",
            Qualifier::V_1D => "V1D",
            Qualifier::V_2D => "V2D",
            Qualifier::V_1Q => "V1Q",
            _ => return None,
        })
    };
    match operand_class(operand.class) {
        "Other" => Vec::new(),
        _ => operand.qualifiers.iter().filter_map(form).collect(),
    }
}

fn width(insn: &Insn) -> &'static str {
    let has = |flag| insn.flags.contains(flag);
    if has(InsnFlags::HAS_SF_FIELD) || class(insn) == "TESTBRANCH" {
        "Bit31"
    } else if has(InsnFlags::HAS_LDS_SIZE_IN_BIT_22) {
        "NotBit22"
    } else if has(InsnFlags::HAS_LSE_SZ_FIELD)
        || has(InsnFlags::HAS_ADVSIMV_GPRSIZE_IN_Q)
        || has(InsnFlags::HAS_RCPC3_SIZE)
    {
        "Bit30"
    } else {
        "Given"
    }
}

/// The first lines of both files.
fn heading() -> String {
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.lock");
    let lock = std::fs::read_to_string(lock).unwrap();
    let package = lock
        .split("[[package]]")
        .find(|package| package.contains("name = \"disarm64\"\n"));
    let version = package
        .unwrap()
        .lines()
        .find_map(|line| line.strip_prefix("version = "));
    format!(
        "//! Generated from the definitions of disarm64 {}, which are the GNU assembler's, by `{VARIABLE}=all cargo test --release\n\
         //! -p rustgo-check --lib aarch64::tests::generate`. Do not edit.\n",
        version.unwrap().trim_matches('"')
    )
}

fn names(definitions: &Definitions) -> String {
    let (mut opcodes, mut classes) = (BTreeSet::new(), BTreeSet::new());
    let (mut features, mut kinds) = (BTreeSet::new(), BTreeMap::new());
    for (id, insn) in definitions.values() {
        opcodes.insert(opcode(insn, id));
        classes.insert(class(insn));
        features.insert(format!("{:?}", insn.feature_set));
        for operand in insn.operands {
            let facts = (operand_class(operand.class), registers(operand));
            assert!(facts.1.len() < 2, "{operand:?}");
            let before = kinds.insert(kind(operand.kind, operand.class), facts.clone());
            assert!(before.is_none_or(|before| before == facts), "{operand:?}");
        }
    }
    let mut text = heading();
    text += "//!\n//! The names are those of the GNU assembler's sources.\n\n";
    text += "#![allow(non_camel_case_types, clippy::upper_case_acronyms, missing_docs)]\n\n";
    let mut list = |about: &str, name: &str, variants: &mut dyn Iterator<Item = &String>| {
        writeln!(
            text,
            "/// {about}\n#[derive(Clone, Copy, Debug, PartialEq, Eq)]\npub enum {name} {{"
        )
        .unwrap();
        for variant in variants {
            writeln!(text, "    {variant},").unwrap();
        }
        text += "}\n\n";
    };
    list(
        "The identity of an instruction, if the opcodes of its group have different meanings to the analysis.",
        "Opcode",
        &mut opcodes.iter(),
    );
    list("The group of an instruction.", "Class", &mut classes.iter());
    list(
        "The architecture extension that added an instruction.",
        "FeatureSet",
        &mut features.iter(),
    );
    list(
        "The field of the encoding that an operand is, and the field's role.",
        "Kind",
        &mut kinds.keys(),
    );
    text += "/// The class of an operand.\n#[derive(Clone, Copy, Debug, PartialEq, Eq)]\npub enum OperandClass {\n    Integer,\n    Vector,\n    Other,\n}\n\n";
    text += "impl Kind {\n    /// The class of operands of this kind.\n    pub const fn class(self) -> OperandClass {\n        match self {\n";
    for (kind, (class, _)) in kinds.iter().filter(|(_, (class, _))| *class != "Other") {
        writeln!(text, "            Self::{kind} => OperandClass::{class},").unwrap();
    }
    text += "            _ => OperandClass::Other,\n        }\n    }\n\n";
    text += "    /// The lowest bit of the field that is its register number, if it has one.\n    pub const fn register(self) -> Option<u32> {\n        match self {\n";
    for (kind, (_, registers)) in &kinds {
        if let [register] = registers[..] {
            writeln!(text, "            Self::{kind} => Some({register}),").unwrap();
        }
    }
    text + "            _ => None,\n        }\n    }\n}\n"
}

fn table(definitions: &Definitions) -> String {
    let mut text = heading();
    text += "\nuse super::definition::Form::*;\nuse super::definition::{Definition, Operand, Width, define, operand};\n";
    text += "use super::names::{Class, FeatureSet, Kind, Opcode};\n\n";
    let lists: BTreeSet<String> = definitions.values().map(|(_, insn)| operands(insn)).collect();
    let numbers: BTreeMap<&str, usize> = lists.iter().map(String::as_str).zip(0..).collect();
    for (list, number) in &numbers {
        writeln!(text, "const OPERANDS_{number}: &[Operand] = &[{list}];").unwrap();
    }
    text += "\n/// All definitions that match a word.\npub static DEFINITIONS: &[Definition] = &[\n";
    for (id, insn) in definitions.values() {
        writeln!(
            text,
            "    define({:#010x}, {:#010x}, {:?}, Opcode::{}, Class::{}, FeatureSet::{:?}, Width::{}, OPERANDS_{}),",
            insn.mask,
            insn.opcode,
            insn.mnemonic,
            opcode(insn, id),
            class(insn),
            insn.feature_set,
            width(insn),
            numbers[operands(insn).as_str()],
        )
        .unwrap();
    }
    text + "];\n"
}

fn operands(insn: &Insn) -> String {
    let operands = insn.operands.iter().map(|operand| {
        let kind = kind(operand.kind, operand.class);
        format!("operand(Kind::{kind}, &[{}])", forms(insn, operand).join(", "))
    });
    operands.collect::<Vec<_>>().join(", ")
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/isa/aarch64")
}

#[test]
fn the_table_is_what_the_definitions_make_of_it() {
    let (writes, definitions) = match std::env::var(VARIABLE).as_deref() {
        Ok("all") => (true, definitions::all()),
        Ok("write") => (true, definitions::nearby()),
        Ok(other) => panic!("{VARIABLE} is `write` or `all`, not {other}"),
        Err(_) => (false, definitions::nearby()),
    };
    for (file, text) in [
        ("names.rs", names(&definitions)),
        ("table.rs", table(&definitions)),
    ] {
        let path = folder().join(file);
        if writes {
            std::fs::write(&path, text).unwrap();
            continue;
        }
        let committed = std::fs::read_to_string(&path).unwrap();
        let differs = committed
            .lines()
            .zip(text.lines())
            .zip(1..)
            .find(|((committed, made), _)| committed != made);
        assert!(
            committed == text,
            "{file} is not what disarm64's definitions give, from line {differs:?} on: its first line says how to generate it"
        );
    }
}
