//! x86-64: the effects of an instruction on the stack pointer, on values that lead to jump and call targets, and on the
//! registers that a guest must not change.
//!
//! The registers that an unlisted instruction writes become unknown. An instruction that changes the stack pointer in
//! another way is refused.

mod control;
mod forbidden;
mod memory;
mod origins;
mod probe;
mod stack;
mod understood;
mod values;
mod x87;

use std::cell::RefCell;

use iced_x86::{
    Decoder, DecoderOptions, Instruction, InstructionInfoFactory, IntelFormatter, Mnemonic, OpAccess, OpKind,
    Register as Name, RflagsBits,
};

use super::{Abi, Decoded, Isa, ProbeLoop, Wording};
use crate::diagnostic::Diagnostic;
use crate::fuel::Fuel;
use crate::image::Image;
use crate::machine::Flow;
use crate::origin::Origin;
use crate::state::{Cells, Register, StackAddress, Value};
use crate::table::Tables;
use x87::InUse;

/// RBP's number.
const RBP: Register = 5;

/// RBX, RBP and R12 to R15, which are callee-saved in the C ABI.
const CALLEE_SAVED: u64 = 1 << 3 | 1 << RBP | 1 << 12 | 1 << 13 | 1 << 14 | 1 << 15;

/// The general-purpose register that a register is a part of. `None` for other kinds and for the stack pointer.
fn number(register: Name) -> Option<Register> {
    let full = register.full_register();
    if !register.is_gpr() || full == Name::RSP {
        return None;
    }
    u8::try_from(full as u32 - Name::RAX as u32).ok()
}

/// The direction flag and the x87 registers.
#[derive(Clone, Debug)]
pub struct Modes {
    /// Whether the direction flag may be set.
    is_backward: bool,
    x87: InUse,
}

impl crate::state::Modes for Modes {
    const OF_THE_ABI: Self = Self {
        is_backward: false,
        x87: InUse::NONE,
    };

    fn join(&mut self, other: &Self) -> bool {
        let changed = other.is_backward && !self.is_backward;
        self.is_backward |= other.is_backward;
        changed | self.x87.join(other.x87)
    }
}

type State = crate::state::State<Modes>;
type StepContext<'a> = super::StepContext<'a, Instruction, Modes>;

impl State {
    /// The value of a register, including the stack pointer.
    fn get(&self, register: Name) -> Value {
        match number(register) {
            _ if register == Name::RSP => Value::Stack(self.cells.sp),
            Some(number) if register.is_gpr64() => self.cells.get(number),
            _ => Value::Unknown,
        }
    }

    /// The origin of a register's word. Parts of registers hold no address.
    fn origin(&self, register: Name) -> Origin {
        match number(register) {
            Some(number) if register.is_gpr64() => self.cells.origins.get(number),
            _ => Origin::NONE,
        }
    }

    /// The origin of an address. An index that is scaled is a number.
    fn origin_of_address(&self, base: Name, index: Name, scale: u32) -> Origin {
        let index = if scale == 1 {
            self.origin(index)
        } else {
            Origin::NONE
        };
        self.origin(base).plus(index)
    }

    fn set(&mut self, register: Name, value: Value) {
        if let Some(number) = number(register) {
            self.set_register(number, value);
        }
    }
}

impl StepContext<'_> {
    /// Whether it computes with the stack pointer or the frame pointer, or stores one, in a way that is not followed.
    fn takes_stack_address(&self, first_operand: OpAccess) -> bool {
        let instruction = &self.instruction;
        let is_register = |operand| instruction.op_kind(operand) == OpKind::Register;
        let is_pointer = |operand| {
            let full = instruction.op_register(operand).full_register();
            full == Name::RSP || full == Name::RBP && matches!(self.state.get(full), Value::Stack(_))
        };
        // Changes of the pointers themselves are followed or refused. A comparison sets only flags.
        let leaves_pointer = first_operand != OpAccess::Read
            || matches!(instruction.mnemonic(), Mnemonic::Cmp | Mnemonic::Test);
        let makes_pointer = || {
            leaves_pointer && is_register(0) && matches!(instruction.op0_register(), Name::RSP | Name::RBP)
        };
        (0..instruction.op_count()).any(|operand| is_register(operand) && is_pointer(operand))
            && !makes_pointer()
    }
}

impl Decoded for Instruction {
    fn text(&self, _: u64) -> String {
        let mut text = String::new();
        let mut formatter = IntelFormatter::new();
        let options = iced_x86::Formatter::options_mut(&mut formatter);
        options.set_space_after_operand_separator(true);
        options.set_hex_prefix("0x");
        options.set_hex_suffix("");
        options.set_uppercase_hex(false);
        options.set_branch_leading_zeros(false);
        options.set_rip_relative_addresses(true);
        iced_x86::Formatter::format(&mut formatter, self, &mut text);
        text
    }

    fn end(&self, _: u64) -> u64 {
        self.next_ip()
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
    pub fn new(image: &'a Image, fuel: &'a Fuel) -> Self {
        Self {
            image,
            tables: Tables::new(image, fuel),
            info: RefCell::new(InstructionInfoFactory::new()),
        }
    }
}

impl Isa for X86_64<'_> {
    type Instruction = Instruction;
    type Modes = Modes;

    const ABI: Abi = Abi {
        return_address: 8,
        red_zone: 128,
        // A multiple of 16 before the call, which pushes 8 bytes.
        entry_residues: &[8, 24, 40, 56],
        tracked: 0xffff,
        callee_saved: CALLEE_SAVED,
        link: None,
        frame_pointer: RBP,
        reserved: 0,
    };
    const WORDING: Wording = forbidden::WORDING;

    fn image(&self) -> &Image {
        self.image
    }

    fn decode(&self, at: u64) -> Option<Instruction> {
        let code = self.image.code().get(usize::try_from(at).ok()?..)?;
        let mut decoder = Decoder::with_ip(64, code, at, DecoderOptions::NONE);
        Some(decoder.decode()).filter(|instruction| !instruction.is_invalid())
    }

    fn probe(&self, at: u64, state: &State) -> Option<ProbeLoop> {
        probe::probe_loop(self, at, state)
    }

    fn forbidden(&self, context: &mut StepContext) {
        forbidden::check(context);
    }

    fn effects(&self, context: &mut StepContext) -> State {
        let mut next = context.state.clone();
        let mut info = self.info.borrow_mut();
        let info = info.info(&context.instruction);
        memory::access(context, &mut next, info.used_memory());
        context.escapes |= context.takes_stack_address(info.op0_access());
        let value = values::result(context, &self.tables);
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
            // The frame pointer is a stack address too, but counts only when it is used.
            context.escapes |= matches!(value, Value::Stack(_)) && number(register).is_some_and(|n| n != RBP);
            next.set(register, value);
        }
        origins::follow(context, &mut next, info, &self.tables);
        if context.instruction.rflags_modified() != 0 {
            next.compared = values::comparison(context);
        }
        if context.instruction.rflags_set() & RflagsBits::DF != 0 {
            next.modes.is_backward = true;
        }
        if context.instruction.rflags_cleared() & RflagsBits::DF != 0 {
            next.modes.is_backward = false;
        }
        next.modes.x87 = next.modes.x87.after(&context.instruction);
        if moves_sp {
            stack::move_pointer(context, &mut next);
        }
        next
    }

    fn control(&self, context: &mut StepContext, next: State) -> Flow<State> {
        self.successors(context, next)
    }

    /// The caller's RBP is right below the return address.
    fn is_frame_record(cells: &Cells, record: StackAddress) -> bool {
        record == StackAddress::ENTRY.plus(-8) && cells.slots.get(record) == Value::Initial(RBP)
    }

    fn at_handover(modes: &Modes, diagnostics: &mut Vec<Diagnostic>) {
        if modes.is_backward {
            diagnostics.push(forbidden::direction());
        }
        if modes.x87 != InUse::NONE {
            diagnostics.push(forbidden::x87());
        }
    }

    /// The return address is on the stack, where [`memory`] refuses to overwrite it.
    fn at_tail_call(_: &Cells, _: &mut Vec<Diagnostic>) {}

    fn register_name(register: Register) -> String {
        format!("{:?}", Name::RAX + u32::from(register)).to_lowercase()
    }
}
