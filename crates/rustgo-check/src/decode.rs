//! What emitters have to know about single instructions.

use crate::isa::aarch64::instruction::Instruction;

/// Whether the word is AArch64 integer arithmetic that involves neither the stack, the frame pointer nor the return
/// address.
pub fn is_plain_arithmetic(word: u32) -> bool {
    Instruction::decode(word).is_some_and(|instruction| instruction.is_plain_arithmetic())
}
