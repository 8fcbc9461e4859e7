//! The x87 registers, a stack that MMX instructions use too. The C ABI requires them to be empty at each call and
//! return: otherwise a host's `long double` arithmetic goes wrong.

use iced_x86::{Instruction, Mnemonic, OpKind, Register as Name};

/// The number of registers.
const COUNT: u8 = 8;

/// The registers in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InUse(u8);

impl InUse {
    pub const NONE: Self = Self(0);

    /// Others than the top of the stack, or MMX registers: until an `emms`.
    pub const SOME: Self = Self(COUNT + 1);

    /// Joins with the registers in use on another edge. Returns whether that changed anything.
    pub fn join(&mut self, other: Self) -> bool {
        if other == *self || *self == Self::SOME {
            return false;
        }
        *self = Self::SOME;
        true
    }

    /// The registers in use after an instruction.
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
