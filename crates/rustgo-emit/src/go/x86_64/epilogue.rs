//! The epilogue of a function that restores its stack pointer from its frame pointer, by `lea rsp, [rbp - 40]` or `mov
//! rsp, rbp`: that of every function that aligns its frame.
//!
//! The distance is known, so `ADJSP` has the same effect, but is up to four bytes longer. The instructions after it,
//! which restore registers and return, move into the gap after the function. The C ABI leaves the flags undefined
//! there.

use std::collections::BTreeSet;
use std::ops::Range;

use iced_x86::{Code, Instruction, Register};

use super::pieces::{Piece, adjust_length, is_gap};
use crate::image::{Function, Image};

/// How an epilogue is written.
#[derive(Debug, PartialEq, Eq)]
pub struct Epilogue {
    /// The offset of the instruction that restores the stack pointer.
    pub at: u64,
    /// The number of bytes that it releases.
    pub amount: i32,
    /// The rest of the function.
    pub rest: Range<u64>,
    /// The number of bytes by which that moves.
    pub by: u64,
    /// The jump to another function at the end, if there is one.
    jump: Option<Instruction>,
}

impl Epilogue {
    /// Finds the epilogue of a function, given its instructions, their depths, and the places with predecessors other
    /// than the instruction before them. It may occupy the bytes up to `limit`.
    pub fn find(
        image: &Image,
        function: &Function,
        instructions: &[Instruction],
        depth: impl Fn(u64) -> Option<u64>,
        entered: &BTreeSet<u64>,
        limit: u64,
    ) -> Option<Self> {
        let (last, before) = instructions.split_last()?;
        let jump = match last.code() {
            Code::Retnq => None,
            Code::Jmp_rel32_64 => Some(*last),
            _ => return None,
        };
        let back = before.iter().rev().find(|instruction| !restores(instruction))?;
        let rest = back.next_ip()..function.end();
        if !is_frame_pointer(back) || entered.range(rest.clone()).next().is_some() {
            return None;
        }
        let amount = depth(back.ip())?
            .checked_sub(depth(rest.start)?)
            .filter(|amount| *amount > 0)?;
        let amount = i32::try_from(amount).ok()?;
        let by = adjust_length(-i64::from(amount)).saturating_sub(back.len() as u64);
        let end = rest.end + by;
        (end <= limit && is_gap(image, rest.end..end)).then_some(Self {
            at: back.ip(),
            amount,
            rest,
            by,
            jump,
        })
    }

    /// The form of an instruction that has to differ from the image.
    pub fn piece(&self, at: u64) -> Option<Piece> {
        if at == self.at {
            return Some(Piece::Adjust(-self.amount));
        }
        let jump = self.jump.filter(|jump| jump.ip() == at)?;
        let distance = jump.near_branch64().wrapping_sub(jump.next_ip() + self.by) as u32;
        Some(Piece::Instruction(format!("BYTE $0xe9; LONG $0x{distance:08x}")))
    }
}

/// Whether the instruction may be anywhere between the restored stack pointer and the function's end.
fn restores(instruction: &Instruction) -> bool {
    matches!(instruction.code(), Code::Pop_r64 | Code::VEX_Vzeroupper)
}

/// Whether the instruction sets the stack pointer from the frame pointer.
fn is_frame_pointer(instruction: &Instruction) -> bool {
    let source = match instruction.code() {
        Code::Mov_r64_rm64 | Code::Mov_rm64_r64 => instruction.op1_register(),
        Code::Lea_r64_m if instruction.memory_index() == Register::None => instruction.memory_base(),
        _ => return false,
    };
    instruction.op0_register() == Register::RSP && source == Register::RBP
}
