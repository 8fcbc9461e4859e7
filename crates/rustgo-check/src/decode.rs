//! What emitters have to know about single instructions.

use crate::isa::aarch64::instruction::Instruction;

/// Whether the word is AArch64 integer arithmetic that involves neither the stack, the frame pointer nor the return
/// address.
pub fn is_plain_arithmetic(word: u32) -> bool {
    Instruction::decode(word).is_some_and(|instruction| instruction.is_plain_arithmetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_keeps_away_from_the_stack() {
        for (word, is_plain, text) in [
            (0x8b02_0020, true, "add x0, x1, x2"),
            (0x9b02_7c20, true, "mul x0, x1, x2"),
            (0xd280_0020, true, "mov x0, #1"),
            (0x9100_43ff, false, "add sp, sp, #16"),
            (0x9100_23e0, false, "add x0, sp, #8"),
            (0xaa00_03fd, false, "mov x29, x0"),
            (0xaa01_03fe, false, "mov x30, x1"),
            (0xf940_0020, false, "ldr x0, [x1]"),
            (0xd65f_03c0, false, "ret"),
            (0, false, "udf #0"),
        ] {
            assert_eq!(is_plain_arithmetic(word), is_plain, "{text}");
        }
    }
}
