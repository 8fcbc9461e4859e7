//! The loop that touches each page of a large frame, so that a guard page is not stepped over:
//!
//! ```text
//! loop: sub rsp, 4096
//!       mov qword ptr [rsp], 0
//!       cmp rsp, r11          ; r11 = rsp - n * 4096 in front of the loop
//!       jne loop
//! ```
//!
//! The depth grows in the loop, so it is understood as a whole: behind it the stack pointer is where r11 says.

use iced_x86::{Code, Instruction, Mnemonic, OpKind, Register as Name};

use super::{State, X86_64, values};
use crate::machine::{Flow, Step};
use crate::state::Value;

/// The loop that starts at an offset, as one step; none where there is no such loop.
pub fn step(machine: &X86_64, at: u64, state: &State) -> Option<Step<State>> {
    let grow = machine.decode(at)?;
    if grow.mnemonic() != Mnemonic::Sub
        || grow.op0_kind() != OpKind::Register
        || grow.op0_register() != Name::RSP
    {
        return None;
    }
    let page = i64::try_from(values::immediate(&grow, 1)?)
        .ok()
        .filter(|page| *page > 0)?;
    let touch = machine.decode(grow.next_ip())?;
    let compare = machine.decode(touch.next_ip())?;
    let repeat = machine.decode(compare.next_ip())?;
    let is_loop = is_touch(&touch)
        && matches!(compare.code(), Code::Cmp_r64_rm64 | Code::Cmp_rm64_r64)
        && repeat.mnemonic() == Mnemonic::Jne
        // Without a prefix.
        && matches!(repeat.len(), 2 | 6)
        && repeat.near_branch_target() == at;
    let (sp, limit) = (state.frame.sp, limit(&compare)?);
    let Value::Stack(end) = state.get(limit) else {
        return None;
    };
    let distance = sp.offset.checked_sub(end.offset)?;
    if !is_loop || end.anchor != sp.anchor || distance <= 0 || distance % page != 0 {
        return None;
    }
    let mut next = state.clone();
    next.frame.move_sp(end);
    next.compared = None;
    Some(Step {
        end: repeat.next_ip(),
        inner: vec![touch.ip(), compare.ip(), repeat.ip()],
        touches: vec![end],
        escapes: false,
        above: 0,
        realigns: None,
        flow: Flow::Next(next),
        complaints: Vec::new(),
    })
}

/// `mov qword ptr [rsp], 0` or `or qword ptr [rsp], 0`.
fn is_touch(touch: &Instruction) -> bool {
    matches!(touch.mnemonic(), Mnemonic::Mov | Mnemonic::Or)
        && touch.op0_kind() == OpKind::Memory
        && touch.memory_base() == Name::RSP
        && touch.memory_index() == Name::None
        && touch.segment_prefix() == Name::None
        && touch.memory_displacement64() == 0
        && values::immediate(touch, 1) == Some(0)
}

/// The register that RSP is compared with.
fn limit(compare: &Instruction) -> Option<Name> {
    let registers = [compare.op0_register(), compare.op1_register()];
    let other = registers.iter().position(|&register| register == Name::RSP)?;
    Some(registers[1 - other]).filter(|register| *register != Name::RSP)
}
