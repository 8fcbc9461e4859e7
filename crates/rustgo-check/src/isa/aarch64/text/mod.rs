//! Instructions in assembly, for diagnostics.
//!
//! The mnemonic is the table's, never an alias: `orr x0, xzr, x1` and not `mov x0, x1`. Reserved encodings, the scalable
//! extensions and a few operands of the newest instructions are shown with the directive that stands for any word:
//! `whilelo (.inst 0x25201c00)`.

mod addresses;
mod immediates;
mod registers;
mod system;
mod vectors;

use std::borrow::Cow;

use super::definition::{Definition, Operand};
use super::names::{Class, Kind};
use super::word::Word;

/// The instruction that is being written.
#[derive(Clone, Copy)]
struct Context {
    word: Word,
    definition: &'static Definition,
    /// Its offset in the image.
    at: u64,
    /// The index of the forms that its vector operands have, if they can have several.
    alternative: Option<usize>,
}

/// The instruction at an offset of the image.
pub fn text(definition: &'static Definition, word: u32, at: u64) -> String {
    let context = Context {
        word: Word(word),
        definition,
        at,
        alternative: vectors::alternative(definition, Word(word)),
    };
    let mnemonic = context.mnemonic();
    match context.operands() {
        Some(operands) if operands.is_empty() => mnemonic.into_owned(),
        Some(operands) => format!("{mnemonic} {operands}"),
        None => format!("{mnemonic} (.inst {word:#010x})"),
    }
}

impl Context {
    fn mnemonic(self) -> Cow<'static, str> {
        let name = self.definition.mnemonic;
        match self.definition.class {
            // The table has one definition for all numbers of registers.
            Class::ASISDLSE | Class::ASISDLSEP => match vectors::list_length(self.word) {
                Some((structure, _)) => format!("{}{structure}", &name[..2]).into(),
                None => name.into(),
            },
            Class::CONDBRANCH => {
                let stem = name.split('.').next().unwrap_or(name);
                format!("{stem}.{}", immediates::condition(self.word.bits(0, 4))).into()
            }
            Class::IC_SYSTEM if self.has(Kind::UIMM7) => system::hint(self.word.bits(5, 7)),
            _ => name.into(),
        }
    }

    fn has(self, kind: Kind) -> bool {
        self.definition
            .operands
            .iter()
            .any(|operand| operand.kind == kind)
    }

    /// The operands. `None` if one of them can't be written.
    fn operands(self) -> Option<String> {
        let mut operands = Vec::new();
        for (number, operand) in self.definition.operands.iter().enumerate() {
            operands.push(match operand.kind {
                // The mnemonic names the hint.
                Kind::UIMM7 => continue,
                Kind::PAIRREG => {
                    self.second_of_pair(self.definition.operands.get(number.checked_sub(1)?)?)?
                }
                // The operands of these are written together.
                Kind::MOPS_ADDR_Rd => return self.memory_operation(),
                _ => self.operand(operand)?,
            });
        }
        operands.retain(|operand| !operand.is_empty());
        Some(operands.join(", "))
    }

    fn operand(self, operand: &Operand) -> Option<String> {
        self.register(operand)
            .or_else(|| self.vector(operand))
            .or_else(|| self.address(operand.kind))
            .or_else(|| self.immediate(operand.kind))
            .or_else(|| self.system(operand.kind))
    }
}
