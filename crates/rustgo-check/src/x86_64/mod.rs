//! x86-64: what one instruction does to the stack pointer, to the values that lead to jump and call targets, and to
//! the registers that a guest must leave alone.
//!
//! What is not spelled out here makes the registers that it writes unknown. An instruction that moves the stack
//! pointer in any other way is refused.

mod control;
mod forbidden;
mod memory;
mod probe;
mod stack;
mod values;
mod x87;

use std::cell::RefCell;

use iced_x86::{
    Decoder, DecoderOptions, FlowControl, Instruction, InstructionInfoFactory, IntelFormatter, Mnemonic,
    OpAccess, OpKind, Register as Name, RflagsBits,
};

use super::effort::Effort;
use super::machine::{Complaint, Flow, Machine, Realign, Step, Summary};
use super::state::{Frame, Register, Spot, Value};
use super::table::Tables;
use crate::finding::Rule;
use crate::image::Image;
use x87::InUse;

/// RBP's number.
const RBP: Register = 5;

/// RBX, RBP and R12 to R15, which a function of the C ABI leaves as they were.
const CALLEE_SAVED: u64 = 1 << 3 | 1 << RBP | 1 << 12 | 1 << 13 | 1 << 14 | 1 << 15;

/// The general-purpose register that a register is a part of; none for other kinds and for the stack pointer.
fn number(register: Name) -> Option<Register> {
    let full = register.full_register();
    if !register.is_gpr() || full == Name::RSP {
        return None;
    }
    u8::try_from(full as u32 - Name::RAX as u32).ok()
}

/// A comparison of a register with a number, as long as neither the flags nor the register change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Compared {
    register: Register,
    bits: u32,
    with: u64,
}

/// What is known at one point of a function.
#[derive(Clone, Debug)]
pub struct State {
    frame: Frame,
    compared: Option<Compared>,
    /// The direction flag may be set.
    is_backward: bool,
    x87: InUse,
}

impl super::machine::State for State {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn join(&mut self, other: &Self) -> bool {
        let mut changed = self.frame.join(&other.frame);
        if self.compared.is_some() && self.compared != other.compared {
            self.compared = None;
            changed = true;
        }
        if other.is_backward && !self.is_backward {
            self.is_backward = true;
            changed = true;
        }
        if other.x87 != self.x87 && self.x87 != InUse::SOME {
            self.x87 = InUse::SOME;
            changed = true;
        }
        changed
    }
}

impl State {
    /// What a register holds, the stack pointer included.
    fn get(&self, register: Name) -> Value {
        match number(register) {
            _ if register == Name::RSP => Value::Stack(self.frame.sp),
            Some(number) if register.is_gpr64() => self.frame.get(number),
            _ => Value::Unknown,
        }
    }

    fn set(&mut self, register: Name, value: Value) {
        if let Some(number) = number(register) {
            self.frame.set(number, value);
            self.compared = self.compared.filter(|compared| compared.register != number);
        }
    }

    /// RBP is the caller's, or points to where the caller's lies right below the return address.
    fn has_frame_pointer(&self) -> bool {
        let record = Spot::ENTRY.plus(-8);
        match self.frame.get(RBP) {
            Value::Initial(RBP) => true,
            Value::Stack(spot) => spot == record && self.frame.slots.get(record) == Value::Initial(RBP),
            _ => false,
        }
    }
}

/// An instruction that is being looked at.
struct Seen<'a> {
    at: u64,
    instruction: Instruction,
    /// The state in front of it.
    state: &'a State,
    touches: Vec<Spot>,
    escapes: bool,
    above: u64,
    realigns: Option<Realign>,
    complaints: Vec<Complaint>,
}

impl Seen<'_> {
    /// It computes with the stack pointer or the frame pointer, or puts one away, in a way that is not followed.
    fn takes_stack_address(&self, first_operand: OpAccess) -> bool {
        let instruction = &self.instruction;
        let is_register = |operand| instruction.op_kind(operand) == OpKind::Register;
        let is_pointer = |operand| {
            let full = instruction.op_register(operand).full_register();
            full == Name::RSP || full == Name::RBP && matches!(self.state.get(full), Value::Stack(_))
        };
        // The pointers themselves are followed, or what moves them is refused. A comparison leaves nothing but flags.
        let leaves_pointer = first_operand != OpAccess::Read
            || matches!(instruction.mnemonic(), Mnemonic::Cmp | Mnemonic::Test);
        let makes_pointer = || {
            leaves_pointer && is_register(0) && matches!(instruction.op0_register(), Name::RSP | Name::RBP)
        };
        (0..instruction.op_count()).any(|operand| is_register(operand) && is_pointer(operand))
            && !makes_pointer()
    }

    fn complain(&mut self, rule: Rule, message: String, help: &str) {
        self.complaints.push(Complaint {
            rule,
            message,
            help: help.to_owned(),
        });
    }

    /// What comes behind it is not known.
    fn is_refused(&self) -> bool {
        let hides = |rule| matches!(rule, Rule::VariableFrame | Rule::Undecidable);
        self.complaints.iter().any(|complaint| hides(complaint.rule))
    }

    /// The instruction in the assembler's words.
    fn text(&self) -> String {
        let mut text = String::new();
        let mut formatter = IntelFormatter::new();
        let options = iced_x86::Formatter::options_mut(&mut formatter);
        options.set_space_after_operand_separator(true);
        options.set_hex_prefix("0x");
        options.set_hex_suffix("");
        options.set_uppercase_hex(false);
        options.set_branch_leading_zeros(false);
        options.set_rip_relative_addresses(true);
        iced_x86::Formatter::format(&mut formatter, &self.instruction, &mut text);
        text
    }
}

/// The processor.
pub struct X86_64<'a> {
    image: &'a Image,
    tables: Tables<'a>,
    info: RefCell<InstructionInfoFactory>,
}

impl<'a> X86_64<'a> {
    /// The processor that runs an image.
    pub fn new(image: &'a Image, effort: &'a Effort) -> Self {
        Self {
            image,
            tables: Tables::new(image, effort),
            info: RefCell::new(InstructionInfoFactory::new()),
        }
    }

    /// The instruction at an offset; none where the bytes are no instruction.
    fn decode(&self, at: u64) -> Option<Instruction> {
        let code = self.image.code().get(usize::try_from(at).ok()?..)?;
        let mut decoder = Decoder::with_ip(64, code, at, DecoderOptions::NONE);
        Some(decoder.decode()).filter(|instruction| !instruction.is_invalid())
    }

    /// The state behind an instruction, as far as registers, slots and flags go.
    fn effects(&self, seen: &mut Seen) -> State {
        let mut next = seen.state.clone();
        let mut info = self.info.borrow_mut();
        let info = info.info(&seen.instruction);
        memory::access(seen, &mut next, info.used_memory());
        seen.escapes |= seen.takes_stack_address(info.op0_access());
        let value = values::result(seen, &self.tables);
        let mut moves_sp = false;
        for used in info.used_registers() {
            let writes = matches!(
                used.access(),
                OpAccess::Write | OpAccess::CondWrite | OpAccess::ReadWrite | OpAccess::ReadCondWrite
            );
            if writes {
                moves_sp |= used.register().full_register() == Name::RSP;
                next.set(used.register(), Value::Unknown);
            }
        }
        if let Some((register, value)) = value {
            // The frame pointer is a stack address too, but one that counts when it is used.
            seen.escapes |= matches!(value, Value::Stack(_)) && number(register).is_some_and(|n| n != RBP);
            next.set(register, value);
        }
        if seen.instruction.rflags_modified() != 0 {
            next.compared = values::comparison(seen);
        }
        if seen.instruction.rflags_set() & RflagsBits::DF != 0 {
            next.is_backward = true;
        }
        if seen.instruction.rflags_cleared() & RflagsBits::DF != 0 {
            next.is_backward = false;
        }
        next.x87 = next.x87.behind(&seen.instruction);
        if moves_sp {
            stack::move_pointer(seen, &mut next);
        }
        next
    }

    /// What has to hold wherever a function hands over to another one.
    fn at_handover(state: &State, complaints: &mut Vec<Complaint>) {
        if state.is_backward {
            complaints.push(forbidden::direction());
        }
        if state.x87 != InUse::NONE {
            complaints.push(forbidden::x87());
        }
    }

    /// The same where it does so for good.
    fn at_exit(state: &State, complaints: &mut Vec<Complaint>) {
        Self::at_handover(state, complaints);
        if state.frame.get(RBP) != Value::Initial(RBP) {
            complaints.push(forbidden::frame_pointer(
                "it is not what it was at the function's entry",
            ));
        }
    }
}

impl Machine for X86_64<'_> {
    type State = State;

    const RETURN_ADDRESS: u64 = 8;
    const RED_ZONE: u64 = 128;
    // A multiple of 16 in front of the call, which pushes 8.
    const ENTRY_RESIDUES: &'static [u64] = &[8, 24, 40, 56];

    fn entry(&self) -> State {
        State {
            frame: Frame::entry(CALLEE_SAVED),
            compared: None,
            is_backward: false,
            x87: InUse::NONE,
        }
    }

    fn step(&self, at: u64, state: &State) -> Step<State> {
        let Some(instruction) = self.decode(at) else {
            let mut step = Step::lost(at);
            step.complaints.push(forbidden::undecodable(self.image, at));
            return step;
        };
        if let Some(step) = probe::step(self, at, state) {
            return step;
        }
        let mut seen = Seen {
            at,
            instruction,
            state,
            touches: Vec::new(),
            escapes: false,
            above: 0,
            realigns: None,
            complaints: Vec::new(),
        };
        forbidden::check(&mut seen);
        if seen.is_refused() {
            return Step {
                complaints: seen.complaints,
                ..Step::lost(instruction.next_ip())
            };
        }
        let next = self.effects(&mut seen);
        if state.has_frame_pointer() && !next.has_frame_pointer() && !seen.is_refused() {
            let reason = format!("`{}` puts something else there", seen.text());
            seen.complaints.push(forbidden::frame_pointer(&reason));
        }
        let flow = match instruction.flow_control() {
            _ if seen.is_refused() => Flow::Lost,
            _ if matches!(instruction.mnemonic(), Mnemonic::Syscall | Mnemonic::Sysenter) => Flow::Next(next),
            FlowControl::Next | FlowControl::Interrupt => Flow::Next(next),
            FlowControl::Exception => Flow::Trap,
            _ => self.control(&mut seen, next),
        };
        Step {
            end: instruction.next_ip(),
            inner: Vec::new(),
            touches: seen.touches,
            escapes: seen.escapes,
            above: seen.above,
            realigns: seen.realigns,
            flow,
            complaints: seen.complaints,
        }
    }

    fn after_call(&self, state: &State, callee: Summary) -> State {
        let mut next = state.clone();
        // A callee that loses RBP is refused itself.
        let preserved = CALLEE_SAVED & (callee.preserved | 1 << RBP);
        for register in (0..16).filter(|register| preserved & (1 << register) == 0) {
            next.frame.set(register, Value::Unknown);
        }
        next.frame.slots.store_anywhere();
        next.frame
            .slots
            .drop_below(next.frame.sp.plus(callee.above as i64));
        next.compared = None;
        next.is_backward = false;
        next.x87 = InUse::NONE;
        next
    }

    fn at_join(&self, state: &State, complaints: &mut Vec<Complaint>) {
        if !state.has_frame_pointer() {
            complaints.push(forbidden::frame_pointer(
                "it differs between the ways that lead here",
            ));
        }
    }

    fn at_tail_call(&self, state: &State, complaints: &mut Vec<Complaint>) {
        Self::at_exit(state, complaints);
    }

    fn at_boundary(&self, who: &str, preserved: u64, complaints: &mut Vec<Complaint>) {
        let lost: Vec<String> = (0..16)
            .filter(|register| CALLEE_SAVED & !preserved & (1 << register) != 0)
            // RBP has a rule of its own.
            .filter(|&register| register != RBP)
            .map(|register| format!("{:?}", Name::RAX + u32::from(register)).to_lowercase())
            .collect();
        if !lost.is_empty() {
            complaints.push(forbidden::not_restored(who, &lost));
        }
    }
}
