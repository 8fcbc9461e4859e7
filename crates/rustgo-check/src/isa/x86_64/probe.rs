//! The loop that touches each page of a large frame:
//!
//! ```text
//! loop: sub rsp, 4096
//!       mov qword ptr [rsp], 0
//!       cmp rsp, r11          ; r11 = rsp - n * 4096 before the loop
//!       jne loop
//! ```

use iced_x86::{Code, Instruction, Mnemonic, OpKind, Register as Name};

use super::{State, X86_64, values};
use crate::isa::{Isa as _, ProbeLoop, probe};

/// The loop that starts at an offset, if there is one.
pub fn probe_loop(machine: &X86_64, at: u64, state: &State) -> Option<ProbeLoop> {
    let grow = machine.decode(at)?;
    if grow.mnemonic() != Mnemonic::Sub
        || grow.op0_kind() != OpKind::Register
        || grow.op0_register() != Name::RSP
    {
        return None;
    }
    let page = i64::try_from(values::immediate(&grow, 1)?).ok()?;
    let touch = machine.decode(grow.next_ip())?;
    let compare = machine.decode(touch.next_ip())?;
    let repeat = machine.decode(compare.next_ip())?;
    let is_loop = is_touch(&touch)
        && matches!(compare.code(), Code::Cmp_r64_rm64 | Code::Cmp_rm64_r64)
        && repeat.mnemonic() == Mnemonic::Jne
        // Without a prefix.
        && matches!(repeat.len(), 2 | 6)
        && repeat.near_branch_target() == at;
    if !is_loop {
        return None;
    }
    Some(ProbeLoop {
        end: repeat.next_ip(),
        inner: vec![touch.ip(), compare.ip(), repeat.ip()],
        limit: probe::meets(state.cells.sp, state.get(limit(&compare)?), page)?,
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
