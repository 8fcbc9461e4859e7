//! The x87 registers, which are a stack and which MMX instructions use too. The C ABI has them empty at each call and
//! return: a host's `long double` arithmetic goes wrong on what a guest leaves in them.

use iced_x86::{Instruction, Mnemonic, OpKind, Register as Name};

/// How many there are.
const COUNT: u8 = 8;

/// Which are in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InUse(u8);

impl InUse {
    pub const NONE: Self = Self(0);

    /// Others than the upper ones of the stack, or MMX registers: until an `emms`.
    pub const SOME: Self = Self(COUNT + 1);

    /// Joins with those on another edge. Tells whether that changed anything.
    pub fn join(&mut self, other: Self) -> bool {
        if other == *self || *self == Self::SOME {
            return false;
        }
        *self = Self::SOME;
        true
    }

    /// Those after an instruction.
    pub fn after(self, instruction: &Instruction) -> Self {
        if matches!(instruction.mnemonic(), Mnemonic::Emms | Mnemonic::Femms) {
            return Self::NONE;
        }
        let registers = (0..instruction.op_count())
            .filter(|&operand| instruction.op_kind(operand) == OpKind::Register)
            .map(|operand| instruction.op_register(operand));
        let is_other = |register: Name| {
            register.is_mm() || register.is_st() && register as u32 - Name::ST0 as u32 >= u32::from(self.0)
        };
        let top = instruction.fpu_stack_increment_info();
        let is_strange = matches!(
            instruction.mnemonic(),
            Mnemonic::Ffree | Mnemonic::Fincstp | Mnemonic::Fdecstp
        );
        if self == Self::SOME || registers.into_iter().any(is_other) || top.conditional() || is_strange {
            return Self::SOME;
        }
        match i32::from(self.0) - top.increment() {
            count @ 0..=8 => Self(count as u8),
            _ => Self::SOME,
        }
    }
}
