//! How the stack pointer moves.

use iced_x86::{Code, Mnemonic, OpKind, Register as Name};

use super::{RBP, Seen, State, values};
use crate::finding::Rule;
use crate::machine::Realign;
use crate::state::{Anchor, Spot, Value};

/// The largest alignment of a frame that the analysis follows, in bytes: from here on compilers probe page by page.
const PAGE: u64 = 4096;

/// Moves the stack pointer as the instruction does, or complains when it can't be said where to.
pub fn move_pointer(seen: &mut Seen, next: &mut State) {
    let instruction = &seen.instruction;
    let sp = seen.state.frame.sp;
    let first = match instruction.op0_kind() {
        OpKind::Register => instruction.op0_register(),
        _ => Name::None,
    };
    let (to_sp, to_part) = (first == Name::RSP, first.full_register() == Name::RSP);
    let target = match instruction.mnemonic() {
        Mnemonic::Push | Mnemonic::Pushfq | Mnemonic::Pushf => push(seen, next),
        Mnemonic::Pop | Mnemonic::Popfq | Mnemonic::Popf if !to_part => {
            Some(sp.plus(instruction.stack_pointer_increment().into()))
        }
        // The call's own push and the return's own pop are the caller's concern.
        Mnemonic::Call | Mnemonic::Ret => return,
        // Refused for more than that.
        Mnemonic::Sysenter => return,
        Mnemonic::Leave if instruction.code() == Code::Leaveq => leave(seen, next),
        Mnemonic::Add | Mnemonic::Sub if to_sp => values::immediate(instruction, 1).map(|bytes| {
            let bytes = bytes as i64;
            let is_add = instruction.mnemonic() == Mnemonic::Add;
            sp.plus(if is_add { bytes } else { bytes.wrapping_neg() })
        }),
        Mnemonic::Lea if to_sp => spot(values::address(seen)),
        Mnemonic::Mov if to_sp => spot(seen.state.get(instruction.op1_register())),
        Mnemonic::And if to_sp => align(seen),
        _ => None,
    };
    match target {
        Some(target) if is_in_frame(target) => next.frame.move_sp(target),
        Some(_) => complain(seen, "takes more off the stack than the function put there"),
        None => complain(
            seen,
            "moves the stack pointer to a place that is not known before the program runs",
        ),
    }
}

/// The stack never holds more than this below a function's entry; beyond it arithmetic is nonsense.
fn is_in_frame(spot: Spot) -> bool {
    (-(1 << 31)..=0).contains(&spot.offset)
}

fn push(seen: &Seen, next: &mut State) -> Option<Spot> {
    let size = seen.instruction.stack_pointer_increment();
    let target = seen.state.frame.sp.plus(size.into());
    let value = match seen.instruction.op0_kind() {
        OpKind::Register => seen.state.get(seen.instruction.op0_register()),
        _ => Value::Unknown,
    };
    next.frame.move_sp(target);
    next.frame.slots.store(target, size.unsigned_abs().into(), value);
    Some(target)
}

/// `mov rsp, rbp; pop rbp`.
fn leave(seen: &Seen, next: &mut State) -> Option<Spot> {
    let record = spot(seen.state.get(Name::RBP))?;
    next.frame.set(RBP, seen.state.frame.slots.get(record));
    Some(record.plus(8))
}

fn spot(value: Value) -> Option<Spot> {
    match value {
        Value::Stack(spot) => Some(spot),
        _ => None,
    }
}

/// `and rsp, -alignment`: from here on the frame's depth depends on the stack pointer at the function's entry.
fn align(seen: &mut Seen) -> Option<Spot> {
    let mask = values::immediate(&seen.instruction, 1)?;
    let alignment = mask.wrapping_neg();
    let sp = seen.state.frame.sp;
    if !alignment.is_power_of_two() || alignment >= PAGE || sp.anchor != Anchor::Entry {
        return None;
    }
    let before = sp.offset.wrapping_neg();
    seen.realigns = Some(Realign {
        before: before as u64,
        alignment,
    });
    Some(Spot {
        anchor: Anchor::Realigned {
            at: seen.at,
            before,
            alignment,
        },
        offset: sp.offset,
    })
}

fn complain(seen: &mut Seen, what: &str) {
    let text = seen.text();
    seen.complain(
        Rule::VariableFrame,
        format!("`{text}` {what}"),
        "the frame of every function needs a size that is known before the program runs: use arrays of constant size \
         instead of `alloca` and variable-length arrays, align locals to less than a page, and move the stack pointer \
         in assembly by constants only",
    );
}
