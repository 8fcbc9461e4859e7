//! Words are decoded as the instructions that disarm64 decodes them as.

use std::collections::BTreeSet;
use std::fmt;
use std::thread;

use disarm64::decoder;
use disarm64::{Insn, InsnOpcode as _, InsnOperand};

use super::definitions::{fillings, neighbours, random};
use super::generate;
use crate::isa::aarch64::decoder::definition;
use crate::isa::aarch64::definition::Definition;
use crate::isa::aarch64::table::DEFINITIONS;

/// Compares all words if it is `all`.
const VARIABLE: &str = "RUSTGO_AARCH64_WORDS";

/// The properties of an instruction that both decoders have, by name.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Facts {
    mask: u32,
    value: u32,
    mnemonic: &'static str,
    opcode: String,
    class: String,
    feature_set: String,
    /// Kind, class, and the lowest bit of the register number.
    operands: Vec<(String, String, Option<u32>)>,
}

impl Facts {
    fn here(definition: &Definition) -> Self {
        let operands = definition.operands.iter().map(|operand| operand.kind);
        Self {
            mask: definition.mask,
            value: definition.value,
            mnemonic: definition.mnemonic,
            opcode: word(definition.opcode),
            class: word(definition.class),
            feature_set: word(definition.feature_set),
            operands: operands
                .map(|kind| (word(kind), word(kind.class()), kind.register()))
                .collect(),
        }
    }

    fn there(insn: &Insn, id: decoder::InsnId) -> Self {
        let operand = |operand: &InsnOperand| {
            (
                generate::kind(operand.kind, operand.class),
                generate::operand_class(operand.class).to_owned(),
                generate::registers(operand).first().copied(),
            )
        };
        Self {
            mask: insn.mask,
            value: insn.opcode,
            mnemonic: insn.mnemonic,
            opcode: generate::opcode(insn, id),
            class: generate::class(insn),
            feature_set: word(insn.feature_set),
            operands: insn.operands.iter().map(operand).collect(),
        }
    }
}

fn word(name: impl fmt::Debug) -> String {
    format!("{name:?}")
}

/// Compares the decoding of words, and the facts of each pair of definitions once.
#[derive(Default)]
struct Comparison {
    /// The pairs of definitions that have the same facts: an address and an identity.
    same: BTreeSet<(usize, u16)>,
    /// The last pair, which is often the next one.
    last: Option<(usize, u16)>,
}

impl Comparison {
    fn compare(&mut self, word: u32) {
        let (here, there) = (definition(word), decoder::decode(word));
        let (here, there) = match (here, there) {
            (None, None) => return,
            (Some(here), Some(there)) => (here, there),
            (here, there) => panic!("{word:#010x} is {here:?} here and {there:?} there"),
        };
        let pair = (std::ptr::from_ref(here) as usize, there.id() as u16);
        if self.last == Some(pair) {
            return;
        }
        if !self.same.contains(&pair) {
            let (here, there) = (Facts::here(here), Facts::there(there.definition(), there.id()));
            assert_eq!(here, there, "{word:#010x}");
            self.same.insert(pair);
        }
        self.last = Some(pair);
    }
}

#[test]
fn words_are_the_instructions_that_disarm64_takes_them_for() {
    let mut comparison = Comparison::default();
    for row in DEFINITIONS {
        for word in fillings(row.mask, row.value) {
            comparison.compare(word);
            neighbours(word).for_each(|word| comparison.compare(word));
        }
    }
    random(0x2545_f491)
        .take(4_000_000)
        .for_each(|word| comparison.compare(word));
    assert_eq!(
        comparison.same.len(),
        DEFINITIONS.len(),
        "definitions that no word matched"
    );
}

/// All of them take some minutes in a release build.
#[test]
fn all_words_are_the_instructions_that_disarm64_takes_them_for() {
    let is_asked_for = std::env::var(VARIABLE).is_ok_and(|value| value == "all");
    // Otherwise every 4093rd (a prime number).
    let step = if is_asked_for { 1 } else { 4093 };
    let threads: Vec<_> = (0..4u32)
        .map(|quarter| {
            thread::spawn(move || {
                let mut comparison = Comparison::default();
                let words = (quarter << 30)..=(quarter << 30 | u32::MAX >> 2);
                words.step_by(step).for_each(|word| comparison.compare(word));
            })
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
}
