//! What writers have to know of single instructions.

use crate::isa::aarch64::instruction::Instruction;

/// The word is AArch64 integer arithmetic that has nothing to do with the stack, the frame pointer or the return address.
pub fn is_plain_arithmetic(word: u32) -> bool {
    Instruction::decode(word).is_some_and(|instruction| instruction.is_plain_arithmetic())
}
