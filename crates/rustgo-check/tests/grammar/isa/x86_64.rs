//! x86-64: statements as instructions, in the forms that compilers choose and in some that only people write.

use iced_x86::{Code as Op, Encoder, Instruction, MemoryOperand, Register as Name};
use rustgo_check::image::Processor;

use super::Isa;
use crate::code::{Entries, Fix, Label};
use crate::emit::{Bounds, Edit, Emitter, Index};
use crate::layout::ROOM;
use crate::program::{Choice, Function, How, Register, Saving};

/// The processor.
pub struct X86_64;

const RBP: Register = 5;
const RSP: Register = 4;

/// The caller-saved registers.
const SCRATCH: [Register; 9] = [0, 1, 2, 6, 7, 8, 9, 10, 11];

fn r64(register: Register) -> Name {
    Name::RAX + u32::from(register)
}

fn r32(register: Register) -> Name {
    Name::EAX + u32::from(register)
}

fn r16(register: Register) -> Name {
    Name::AX + u32::from(register)
}

fn r8(register: Register) -> Name {
    match register {
        0..4 => Name::AL + u32::from(register),
        _ => Name::SPL + u32::from(register - 4),
    }
}

/// The second byte of one of the first four registers.
fn high(register: Register) -> Name {
    Name::AH + u32::from(register)
}

/// The part of a register with some bytes.
fn part(register: Register, size: u64) -> Name {
    match size {
        1 => r8(register),
        2 => r16(register),
        4 => r32(register),
        _ => r64(register),
    }
}

/// The code for a size, of those for 1, 2, 4 and 8 bytes.
fn sized(codes: [Op; 4], size: u64) -> Op {
    codes[size.trailing_zeros() as usize]
}

const STORE: [Op; 4] = [
    Op::Mov_rm8_r8,
    Op::Mov_rm16_r16,
    Op::Mov_rm32_r32,
    Op::Mov_rm64_r64,
];
const LOAD: [Op; 4] = [
    Op::Mov_r8_rm8,
    Op::Mov_r16_rm16,
    Op::Mov_r32_rm32,
    Op::Mov_r64_rm64,
];
const COMPARE: [Op; 4] = [
    Op::Cmp_rm8_imm8,
    Op::Cmp_rm16_imm8,
    Op::Cmp_rm32_imm8,
    Op::Cmp_rm64_imm8,
];

/// Condition codes, as branches encode them.
const B: u8 = 2;
const AE: u8 = 3;
const E: u8 = 4;
const NE: u8 = 5;
const BE: u8 = 6;
const A: u8 = 7;
const L: u8 = 12;
const GE: u8 = 13;

fn put(e: &mut Emitter, instruction: Instruction) {
    let mut encoder = Encoder::new(64);
    let at = e.code.here();
    encoder
        .encode(&instruction, at)
        .unwrap_or_else(|error| panic!("{instruction}: {error}"));
    e.code.bytes.extend(encoder.take_buffer());
}

/// An instruction whose memory operand, written with RIP as its base, is a label.
fn put_at(e: &mut Emitter, instruction: Instruction, label: Label) {
    let mut encoder = Encoder::new(64);
    let at = e.code.here();
    let size = encoder.encode(&instruction, at).expect("it can be encoded");
    let field = encoder.get_constant_offsets().displacement_offset();
    e.code.bytes.extend(encoder.take_buffer());
    let behind = (size - field - 4) as u64;
    e.code.fix(at as usize + field, Fix::Relative32 { behind }, label);
}

fn rip() -> MemoryOperand {
    MemoryOperand::with_base_displ(Name::RIP, 64)
}

fn at(base: Register, displacement: i64) -> MemoryOperand {
    MemoryOperand::with_base_displ(r64(base), displacement)
}

fn indexed(base: Register, index: Register, scale: u32, displacement: i64) -> MemoryOperand {
    MemoryOperand::with_base_index_scale_displ_size(
        r64(base),
        r64(index),
        scale,
        displacement,
        if displacement == 0 { 0 } else { 1 },
    )
}

fn store(e: &mut Emitter, memory: MemoryOperand, register: Register, size: u64) {
    put(
        e,
        Instruction::with2(sized(STORE, size), memory, part(register, size)).unwrap(),
    );
}

fn load(e: &mut Emitter, register: Register, memory: MemoryOperand) {
    put(
        e,
        Instruction::with2(Op::Mov_r64_rm64, r64(register), memory).unwrap(),
    );
}

fn two(e: &mut Emitter, code: Op, first: Name, second: Name) {
    put(e, Instruction::with2(code, first, second).unwrap());
}

fn immediate(e: &mut Emitter, code: Op, first: Name, number: i32) {
    put(e, Instruction::with2(code, first, number).unwrap());
}

fn lea(e: &mut Emitter, register: Register, label: Label) {
    put_at(
        e,
        Instruction::with2(Op::Lea_r64_m, r64(register), rip()).unwrap(),
        label,
    );
}

fn branch(e: &mut Emitter, condition: u8, label: Label) {
    e.code.bytes.extend([0x0f, 0x80 | condition]);
    relative(e, label);
}

fn relative(e: &mut Emitter, label: Label) {
    let field = e.code.bytes.len();
    e.code.bytes.extend([0; 4]);
    e.code.fix(field, Fix::Relative32 { behind: 0 }, label);
}

fn push(e: &mut Emitter, register: Register) {
    put(e, Instruction::with1(Op::Push_r64, r64(register)).unwrap());
    e.down(8);
}

fn pop(e: &mut Emitter, register: Register) {
    put(e, Instruction::with1(Op::Pop_r64, r64(register)).unwrap());
    e.up(8);
}

/// Moves the stack pointer down and writes the lowest bytes.
fn sub_sp(e: &mut Emitter, bytes: u64) {
    if bytes == 0 {
        return;
    }
    match e.random.below(4) {
        0 => {
            let memory = at(RSP, -(bytes as i64));
            put(e, Instruction::with2(Op::Lea_r64_m, Name::RSP, memory).unwrap());
        }
        1 => immediate(e, Op::Add_rm64_imm32, Name::RSP, -(bytes as i32)),
        _ => immediate(e, Op::Sub_rm64_imm32, Name::RSP, bytes as i32),
    }
    e.down(bytes);
    let register = SCRATCH[e.random.below(9)];
    store(e, at(RSP, 0), register, 8);
}

fn add_sp(e: &mut Emitter, bytes: u64) {
    let function = &e.program.functions[e.function];
    // A frame pointer corrects it, and so does not returning.
    let must = !function.has_frame_pointer && function.returns;
    let is_off = e.edit(Edit::FrameSize, must);
    let moved = bytes as i64
        + if is_off {
            [8, -8, 4, 1][e.random.below(4)]
        } else {
            0
        };
    match e.random.below(4) {
        0 => put(
            e,
            Instruction::with2(Op::Lea_r64_m, Name::RSP, at(RSP, moved)).unwrap(),
        ),
        1 => immediate(e, Op::Sub_rm64_imm32, Name::RSP, -moved as i32),
        _ if moved == 0 => {}
        _ => immediate(e, Op::Add_rm64_imm32, Name::RSP, moved as i32),
    }
    e.up(bytes);
}

/// A register that may be written: a caller-saved one, or one that the function has saved or lets its callers save.
fn free(e: &mut Emitter, function: &Function) -> Register {
    let own = function.clobbers.len();
    loop {
        let number = e.random.below(9 + own);
        let register = if number < 9 {
            SCRATCH[number]
        } else {
            function.clobbers[number - 9]
        };
        if e.live & 1 << register == 0 {
            return register;
        }
    }
}

fn scratch(e: &mut Emitter) -> Register {
    loop {
        let register = SCRATCH[e.random.below(9)];
        if e.live & 1 << register == 0 {
            return register;
        }
    }
}

/// Any register but the stack pointer. A frame pointer is a stack address, which is stored here.
fn any(e: &mut Emitter) -> Register {
    let number = e.random.below(15) as Register;
    match if number >= RSP { number + 1 } else { number } {
        RBP if e.program.functions[e.function].has_frame_pointer => 0,
        register => register,
    }
}

/// The address of a byte of the locals, relative to the stack pointer or the frame pointer.
fn local(e: &mut Emitter, offset: u64) -> MemoryOperand {
    let function = &e.program.functions[e.function];
    let is_by_frame = function.has_frame_pointer && e.realigned.is_none();
    if is_by_frame && e.random.percent(50) {
        at(RBP, 8 - e.floor as i64 + offset as i64)
    } else {
        at(RSP, (e.extra() + offset) as i64)
    }
}

/// Some bytes above or below the first byte of the return address.
fn above(e: &Emitter, offset: i64) -> MemoryOperand {
    if e.realigned.is_some() {
        at(RBP, 8 + offset)
    } else {
        at(RSP, e.depth as i64 + offset)
    }
}

fn size(e: &mut Emitter) -> u64 {
    1 << e.random.below(4)
}

/// Replaces the epilogue's register for an edit, and returns the one that is restored instead.
fn restored(e: &mut Emitter, register: Register, others: &[Register]) -> Register {
    if e.edit(Edit::NotRestored, false) {
        return scratch(e);
    }
    match others.iter().find(|other| **other != register) {
        Some(&other) if e.edit(Edit::Swapped, false) => other,
        _ => register,
    }
}

impl X86_64 {
    /// The address of a table's entries in a register, and the index: the operand from which a jump or call reads its
    /// target.
    fn entry(&self, e: &mut Emitter, index: Index, labels: &[Label]) -> MemoryOperand {
        let base = loop {
            let base = scratch(e);
            if base != index.register {
                break base;
            }
        };
        let is_number = index.bounds == Bounds::Index;
        match e.random.below(if is_number { 5 } else { 3 }) {
            0 => {
                let table = e.addresses(labels, 8);
                lea(e, base, table);
                indexed(base, index.register, 8, 0)
            }
            1 => {
                let table = e.addresses(labels, 8);
                lea(e, base, table);
                put(
                    e,
                    Instruction::with2(Op::Lea_r64_m, r64(base), indexed(base, index.register, 8, 0))
                        .unwrap(),
                );
                at(base, 0)
            }
            2 => {
                // One of two entries at a time: the table begins behind a displacement.
                let table = e.addresses(labels, 8);
                lea(e, base, table);
                immediate(e, Op::Sub_rm64_imm8, r64(base), 8);
                indexed(base, index.register, 8, 8)
            }
            3 => {
                let stride = 8 << e.random.below(2);
                let table = e.addresses(labels, stride);
                lea(e, base, table);
                immediate(
                    e,
                    Op::Shl_rm64_imm8,
                    r64(index.register),
                    stride.trailing_zeros() as i32,
                );
                let (to, from) = if e.random.percent(50) {
                    (base, index.register)
                } else {
                    (index.register, base)
                };
                two(e, Op::Add_r64_rm64, r64(to), r64(from));
                at(to, 0)
            }
            _ => {
                let table = e.addresses(labels, 16);
                lea(e, base, table);
                immediate(e, Op::Shl_rm64_imm8, r64(index.register), 1);
                indexed(base, index.register, 8, 0)
            }
        }
    }

    fn near(&self, e: &mut Emitter, indirect: [Op; 2], memory: MemoryOperand) {
        if e.random.percent(50) {
            let register = scratch(e);
            load(e, register, memory);
            put(e, Instruction::with1(indirect[0], r64(register)).unwrap());
        } else {
            put(e, Instruction::with1(indirect[1], memory).unwrap());
        }
    }

    fn room(&self, e: &mut Emitter) -> Register {
        let register = scratch(e);
        let address = (ROOM + 8 * e.random.below(4096) as u64 + 4096) as i64;
        put(
            e,
            Instruction::with2(Op::Mov_r64_imm64, r64(register), address).unwrap(),
        );
        register
    }

    /// A store of a callee-saved register to its slot.
    fn save(&self, e: &mut Emitter, register: Register, slot: u64, must: bool) {
        let memory = local(e, slot);
        let size = if e.edit(Edit::Part, must) { 4 } else { 8 };
        let from = if e.edit(Edit::NotSaved, must) {
            scratch(e)
        } else {
            register
        };
        store(e, memory, from, size);
    }

    /// A load of a callee-saved register from its slot.
    fn reload(&self, e: &mut Emitter, register: Register, slot: u64, must: bool) {
        let slot = if e.edit(Edit::OtherSlot, must) {
            slot + [8, 16, 4, 1][e.random.below(4)]
        } else {
            slot
        };
        let memory = local(e, slot);
        if e.edit(Edit::Part, must) {
            put(
                e,
                Instruction::with2(Op::Mov_r32_rm32, r32(register), memory).unwrap(),
            );
        } else {
            load(e, register, memory);
        }
    }
}

impl Isa for X86_64 {
    const PROCESSOR: Processor = Processor::X86_64;
    const RETURN_ADDRESS: u64 = 8;
    const RED_ZONE: u64 = 128;
    const NAMES: &'static [&'static str] = &[
        "rbx",
        "rbp",
        "r12",
        "r13",
        "r14",
        "r15",
        "the direction flag",
        "MXCSR",
        "the x87 control word",
        "rsp",
        "the x87 registers",
    ];

    fn callee_saved(&self) -> &'static [Register] {
        &[3, 12, 13, 14, 15]
    }

    fn align(&self, e: &mut Emitter) {
        while !e.code.here().is_multiple_of(16) {
            e.code.bytes.push(0xcc);
        }
    }

    fn prologue(&self, e: &mut Emitter, function: &Function, slots: u64) {
        if function.has_frame_pointer {
            push(e, RBP);
            two(e, Op::Mov_rm64_r64, Name::RBP, Name::RSP);
        }
        let must = e.is_export();
        if function.saving == Saving::Pushes {
            for &register in &function.saves {
                let pushed = if e.edit(Edit::NotSaved, must) {
                    scratch(e)
                } else {
                    register
                };
                push(e, pushed);
            }
        }
        if let Some(alignment) = function.alignment {
            let mask = if e.edit(Edit::Alignment, true) {
                [-24, -4096, alignment as i32][e.random.below(3)]
            } else {
                -(alignment as i32)
            };
            immediate(e, Op::And_rm64_imm32, Name::RSP, mask);
            e.realign(alignment);
        }
        let mut locals = slots + function.frame;
        if function.saving == Saving::Stores {
            locals += 8 * function.saves.len() as u64;
        }
        let aligned = match e.realigned {
            Some(realigned) => e.depth - realigned.before,
            None => e.depth + 8,
        };
        // Usually a body with the stack pointer aligned for calls.
        if function.calls && e.random.percent(90) {
            locals += (aligned + locals) % 16;
        }
        if function.pages > 0 {
            let bytes = 4096 * function.pages;
            let distance = if e.edit(Edit::Probe, true) {
                bytes + 8
            } else {
                bytes
            };
            put(
                e,
                Instruction::with2(Op::Lea_r64_m, Name::R11, at(RSP, -(distance as i64))).unwrap(),
            );
            e.escape();
            let again = e.code.label();
            e.code.bind(again);
            immediate(e, Op::Sub_rm64_imm32, Name::RSP, 4096);
            let touch = if e.random.percent(50) {
                Op::Mov_rm64_imm32
            } else {
                Op::Or_rm64_imm32
            };
            put(e, Instruction::with2(touch, at(RSP, 0), 0).unwrap());
            let (first, second) = if e.random.percent(50) {
                (Name::RSP, Name::R11)
            } else {
                (Name::R11, Name::RSP)
            };
            two(e, Op::Cmp_rm64_r64, first, second);
            let condition = if e.edit(Edit::Probe, true) { E } else { NE };
            branch(e, condition, again);
            e.down(bytes);
        }
        sub_sp(e, locals);
        e.floor = e.depth;
        e.locals = locals;
        match function.saving {
            Saving::Pushes => {}
            Saving::Stores => {
                for &register in &function.saves {
                    let slot = e.slot(8, 8);
                    self.save(e, register, slot, must);
                }
            }
            Saving::Registers => {
                for (register, &saved) in (8..).zip(&function.saves) {
                    two(e, Op::Mov_rm64_r64, r64(register), r64(saved));
                    e.live |= 1 << register;
                }
            }
        }
    }

    fn write_arguments(&self, e: &mut Emitter, function: &Function) {
        if function.arguments > 0 {
            let size = size(e);
            let from = any(e);
            let memory = above(e, 8 + (function.arguments - size) as i64);
            store(e, memory, from, size);
        }
    }

    fn epilogue(&self, e: &mut Emitter, function: &Function) {
        let must = e.is_export();
        match function.saving {
            Saving::Pushes => {}
            Saving::Stores => {
                for number in e.random.order(function.saves.len()) {
                    let slot = e.used[number].0;
                    let register = restored(e, function.saves[number], &function.saves);
                    self.reload(e, register, slot, must);
                }
            }
            Saving::Registers => {
                for (register, &saved) in (8..).zip(&function.saves) {
                    let saved = restored(e, saved, &function.saves);
                    two(e, Op::Mov_rm64_r64, r64(saved), r64(register));
                }
            }
        }
        let saved = if function.saving == Saving::Pushes {
            function.saves.len() as u64
        } else {
            0
        };
        let pushed = 8 * (u64::from(function.has_frame_pointer) + saved);
        if function.has_frame_pointer && (e.realigned.is_some() || e.random.percent(40)) {
            if saved == 0 && e.random.percent(60) {
                put(e, Instruction::with(Op::Leaveq));
                e.back_to(0);
                return;
            }
            let is_off = e.edit(Edit::FrameSize, true);
            let distance = 8 * saved as i64 + if is_off { [8, -8, 4][e.random.below(3)] } else { 0 };
            if distance == 0 {
                two(e, Op::Mov_rm64_r64, Name::RSP, Name::RBP);
            } else {
                put(
                    e,
                    Instruction::with2(Op::Lea_r64_m, Name::RSP, at(RBP, -distance)).unwrap(),
                );
            }
            e.back_to(pushed);
        } else {
            let bytes = e.depth - pushed;
            if bytes == 8 && e.random.percent(50) {
                let register = scratch(e);
                pop(e, register);
            } else if bytes > 0 {
                add_sp(e, bytes);
            }
        }
        if function.saving == Saving::Pushes {
            for &register in function.saves.iter().rev() {
                let register = restored(e, register, &function.saves);
                pop(e, register);
            }
        }
        if function.has_frame_pointer {
            let register = if e.edit(Edit::FramePointer, true) {
                scratch(e)
            } else {
                RBP
            };
            pop(e, register);
        }
    }

    fn ret(&self, e: &mut Emitter) {
        if e.edit(Edit::NoInstruction, true) {
            put(e, Instruction::with1(Op::Retnq_imm16, 8).unwrap());
        }
        e.code.bytes.push(0xc3);
    }

    fn trap(&self, e: &mut Emitter) {
        e.code.bytes.extend([0x0f, 0x0b]);
    }

    fn filler(&self, e: &mut Emitter, function: &Function) {
        let (to, from) = (free(e, function), any(e));
        match e.random.below(35) {
            0 => {
                let number = e.random.next() as i64;
                put(e, Instruction::with2(Op::Mov_r64_imm64, r64(to), number).unwrap());
            }
            1 => {
                let code = [
                    Op::Add_r64_rm64,
                    Op::Sub_r64_rm64,
                    Op::Xor_r64_rm64,
                    Op::And_r64_rm64,
                    Op::Imul_r64_rm64,
                ][e.random.below(5)];
                two(e, code, r64(to), r64(from));
            }
            2 => {
                let code = [
                    Op::Add_r32_rm32,
                    Op::Mov_r32_rm32,
                    Op::Or_r32_rm32,
                    Op::Adc_r32_rm32,
                ][e.random.below(4)];
                two(e, code, r32(to), r32(from));
            }
            3 => {
                let code = [Op::Add_r8_rm8, Op::Mov_r8_rm8, Op::Xor_r8_rm8][e.random.below(3)];
                two(e, code, r8(to), r8(from));
            }
            4 => {
                let code = [Op::Add_r16_rm16, Op::Mov_r16_rm16, Op::Xor_r16_rm16][e.random.below(3)];
                two(e, code, r16(to), r16(from));
            }
            5 if to < 4 => {
                let from = high(e.random.below(4) as Register);
                two(
                    e,
                    [Op::Mov_r8_rm8, Op::Add_r8_rm8][from as usize % 2],
                    high(to),
                    from,
                );
            }
            6 => {
                let code = [Op::Cmovb_r64_rm64, Op::Cmove_r64_rm64, Op::Cmovg_r64_rm64][e.random.below(3)];
                two(e, code, r64(to), r64(from));
            }
            7 => put(
                e,
                Instruction::with1(
                    [Op::Sete_rm8, Op::Seta_rm8, Op::Setl_rm8][from as usize % 3],
                    r8(to),
                )
                .unwrap(),
            ),
            8 => immediate(
                e,
                [Op::Shl_rm64_imm8, Op::Ror_rm64_imm8, Op::Sar_rm64_imm8][from as usize % 3],
                r64(to),
                13,
            ),
            9 => put(
                e,
                Instruction::with1(
                    [Op::Inc_rm64, Op::Not_rm64, Op::Neg_rm64][from as usize % 3],
                    r64(to),
                )
                .unwrap(),
            ),
            10 => two(
                e,
                [Op::Movzx_r32_rm8, Op::Movsx_r64_rm8][from as usize % 2],
                if from % 2 == 0 { r32(to) } else { r64(to) },
                r8(from),
            ),
            11..17 => {
                let size = size(e);
                if let Some(place) = e.place(size, 1) {
                    let memory = local(e, place);
                    store(e, memory, from, size);
                }
            }
            17 => {
                if let Some(place) = e.place(16, 1) {
                    let memory = local(e, place);
                    put(
                        e,
                        Instruction::with2(Op::Movups_xmmm128_xmm, memory, Name::XMM0).unwrap(),
                    );
                }
            }
            18 => {
                let size = size(e);
                if e.locals >= size {
                    let place = e.random.below((e.locals - size + 1) as usize) as u64;
                    let memory = local(e, place);
                    put(
                        e,
                        Instruction::with2(sized(LOAD, size), part(to, size), memory).unwrap(),
                    );
                }
            }
            19 | 20 => {
                let room = self.room(e);
                let size = size(e);
                store(e, at(room, -8 + from as i64), from, size);
            }
            21 => {
                let room = self.room(e);
                let code = [Op::Xadd_rm64_r64, Op::Xchg_rm64_r64, Op::Cmpxchg_rm64_r64][e.random.below(3)];
                if to != room && e.live & 1 == 0 {
                    put(e, Instruction::with2(code, at(room, 0), r64(to)).unwrap());
                }
            }
            22 => {
                if let Some(place) = e.place(8, 1) {
                    let memory = local(e, place);
                    let mut add = Instruction::with2(Op::Add_rm64_r64, memory, r64(from)).unwrap();
                    add.set_has_lock_prefix(true);
                    put(e, add);
                }
            }
            23 => {
                put(e, Instruction::with(Op::Std));
                let stays = e.edit(Edit::Direction, false);
                if !stays {
                    put(e, Instruction::with(Op::Cld));
                }
            }
            24 => {
                if let Some(place) = e.place(4, 1) {
                    let memory = local(e, place);
                    put(e, Instruction::with1(Op::Stmxcsr_m32, memory).unwrap());
                    let memory = local(e, place);
                    put(e, Instruction::with1(Op::Fnstcw_m2byte, memory).unwrap());
                }
            }
            25 => {
                let count = 1 + e.random.below(3);
                for _ in 0..count {
                    put(e, Instruction::with(Op::Fld1));
                }
                if e.edit(Edit::X87, false) {
                    put(e, Instruction::with(Op::Fldz));
                }
                for _ in 0..count {
                    put(e, Instruction::with1(Op::Fstp_sti, Name::ST0).unwrap());
                }
            }
            26 => {
                two(e, Op::Pxor_mm_mmm64, Name::MM1, Name::MM2);
                if !e.edit(Edit::X87, false) {
                    put(e, Instruction::with(Op::Emms));
                }
            }
            27 => {
                // A stack address that is used in computations.
                let size = size(e);
                if let Some(place) = e.place(size, 1) {
                    let register = scratch(e);
                    let memory = at(RSP, (e.extra() + place) as i64);
                    put(
                        e,
                        Instruction::with2(Op::Lea_r64_m, r64(register), memory).unwrap(),
                    );
                    e.escape();
                    store(e, at(register, 0), from, size);
                }
            }
            28 => {
                // An object on the stack, at an index.
                let size = size(e);
                if let Some(place) = e.place(size, 1) {
                    let register = scratch(e);
                    two(e, Op::Xor_r32_rm32, r32(register), r32(register));
                    e.escape();
                    let memory = indexed(RSP, register, 4, (e.extra() + place) as i64);
                    store(e, memory, from, size);
                }
            }
            29 => {
                push(e, from);
                let to = free(e, function);
                pop(e, to);
            }
            30 => {
                put(e, Instruction::with(Op::Pushfq));
                e.down(8);
                pop(e, to);
            }
            31 => {
                put(e, Instruction::with1(Op::Push_r16, r16(from)).unwrap());
                e.down(2);
                put(e, Instruction::with1(Op::Pop_r16, r16(to)).unwrap());
                e.up(2);
            }
            32 => {
                // Its implicit registers are written.
                if e.live & 0b101 == 0 {
                    put(e, Instruction::with1(Op::Mul_rm64, r64(from)).unwrap());
                }
            }
            33 => {
                if let Some(place) = e.place(8, 1) {
                    if function.has_frame_pointer {
                        e.escape();
                    }
                    let memory = local(e, place);
                    store(e, memory, RBP, 8);
                }
            }
            _ => {
                if e.live & 0b1100_0011 == 0 {
                    let number = (ROOM + 4096) as i64;
                    put(
                        e,
                        Instruction::with2(Op::Mov_r64_imm64, Name::RDI, number).unwrap(),
                    );
                    put(e, Instruction::with2(Op::Mov_r32_imm32, Name::ECX, 9).unwrap());
                    let mut stos = Instruction::with_stosb(64, iced_x86::RepPrefixKind::None).unwrap();
                    stos.set_has_rep_prefix(true);
                    put(e, stos);
                }
            }
        }
    }

    fn edits(&self, e: &mut Emitter, function: &Function) {
        let is_export = e.is_export();
        let register = any(e);
        let size = size(e);
        let number = e.random.below(8) as u64;
        if e.edit(Edit::ReturnAddress, true) {
            let size = if number.is_multiple_of(2) { 1 } else { size };
            let memory = above(e, number as i64 - if number < 4 { size as i64 - 1 } else { 0 });
            store(e, memory, register, size);
        }
        if e.edit(Edit::Above, is_export) {
            let memory = above(e, 8 + number as i64);
            store(e, memory, register, size);
        }
        if let Some(&(start, end)) = e.used.last()
            && e.edit(Edit::OverSlot, false)
        {
            let place = if number < 4 {
                end - 1
            } else {
                start.saturating_sub(size - 1)
            };
            let memory = local(e, place);
            store(e, memory, register, size);
        }
        if e.edit(Edit::BelowStack, true) {
            let memory = at(RSP, -(number as i64) - 1);
            if number < 4 {
                store(e, memory, register, size);
            } else {
                let to = scratch(e);
                load(e, to, memory);
            }
        }
        if e.edit(Edit::Modes, true) {
            let room = self.room(e);
            let code = [
                Op::Ldmxcsr_m32,
                Op::Fldcw_m2byte,
                Op::VEX_Vldmxcsr_m32,
                Op::Frstor_m108byte,
            ][number as usize % 4];
            put(e, Instruction::with1(code, at(room, 0)).unwrap());
        }
        if e.edit(Edit::FramePointer, true) {
            match number {
                0..3 => two(e, Op::Mov_r64_rm64, Name::RBP, Name::RAX),
                3..6 => put(e, Instruction::with1(Op::Inc_rm64, Name::RBP).unwrap()),
                _ => two(e, Op::Mov_r32_rm32, Name::EBP, Name::EBP),
            }
        }
        let unsaved = self.callee_saved()[number as usize % 5];
        let is_saved = function.saves.contains(&unsaved) || e.is_spilled(unsaved);
        if !is_saved && e.edit(Edit::Unsaved, is_export) {
            match number {
                0..3 => two(e, Op::Xor_r32_rm32, r32(unsaved), r32(unsaved)),
                3..6 => put(e, Instruction::with1(Op::Not_rm8, r8(unsaved)).unwrap()),
                _ => two(e, Op::Xchg_rm64_r64, r64(unsaved), Name::RAX),
            }
        }
        if e.edit(Edit::Recursion, true) {
            let callee = if number.is_multiple_of(2) { 0 } else { e.function };
            let taken = self.before_call(e, 0);
            self.call(e, e.starts[callee], How::Direct);
            self.after_call(e, taken);
        }
        if e.edit(Edit::IntoInstruction, true) {
            let inside = e.code.label();
            branch(e, E, inside);
            e.code.bytes.push(0xb8);
            e.code.bind(inside);
            e.code.bytes.extend([0x90; 4]);
        }
        if e.edit(Edit::Variable, true) {
            match number {
                0..3 => two(e, Op::Sub_r64_rm64, Name::RSP, r64(register)),
                3..6 => load(e, RSP, rip()),
                _ => put(e, Instruction::with1(Op::Dec_rm64, Name::RSP).unwrap()),
            }
        }
        if e.edit(Edit::System, true) {
            let code = [
                Op::Syscall,
                Op::Hlt,
                Op::Int3,
                Op::Rdmsr,
                Op::Cli,
                Op::Swapgs,
                Op::In_AL_DX,
                Op::Iretq,
            ][number as usize];
            let instruction = if code == Op::In_AL_DX {
                Instruction::with2(code, Name::AL, Name::DX).unwrap()
            } else {
                Instruction::with(code)
            };
            put(e, instruction);
        }
        if e.edit(Edit::IntoImage, true) {
            let word = e.code.word(0);
            put_at(
                e,
                Instruction::with2(sized(STORE, size), rip(), part(register, size)).unwrap(),
                word,
            );
        }
        if e.edit(Edit::Unknown, true) {
            let to = scratch(e);
            let word = e.code.word(0);
            put_at(
                e,
                Instruction::with2(Op::Mov_r64_rm64, r64(to), rip()).unwrap(),
                word,
            );
            if number.is_multiple_of(2) {
                let taken = self.before_call(e, 0);
                put(e, Instruction::with1(Op::Call_rm64, r64(to)).unwrap());
                self.after_call(e, taken);
            } else {
                put(e, Instruction::with1(Op::Jmp_rm64, at(to, 0)).unwrap());
            }
        }
        let behind = e.function + 1;
        if behind < e.program.functions.len() && e.program.functions[behind].returns && e.depth > 0 {
            let must = e.program.functions[behind].early.is_none();
            if e.edit(Edit::TailTooEarly, must) {
                branch(e, E, e.starts[behind]);
            }
        }
        if e.edit(Edit::NoInstruction, true) {
            let bytes: &[u8] = [
                &[0x06][..],
                &[0x0f, 0x04],
                &[0xcb],
                &[0xc8, 8, 0, 0],
                &[0x66, 0xc3],
                &[0xff, 0x18],
                &[0xea],
                &[0x0f, 0x01, 0xc1],
            ][number as usize];
            e.code.bytes.extend(bytes);
        }
    }

    fn unbalance(&self, e: &mut Emitter) {
        e.code.bytes.push(0x50);
    }

    fn unless(&self, e: &mut Emitter, choice: Choice, label: Label) {
        let word = e.code.word(choice);
        let register = scratch(e);
        match e.random.below(6) {
            0 => {
                put_at(e, Instruction::with2(Op::Cmp_rm64_imm8, rip(), 0).unwrap(), word);
                branch(e, E, label);
            }
            1 => {
                put_at(
                    e,
                    Instruction::with2(Op::Mov_r64_rm64, r64(register), rip()).unwrap(),
                    word,
                );
                two(e, Op::Test_rm64_r64, r64(register), r64(register));
                branch(e, E, label);
            }
            2 => {
                put_at(e, Instruction::with2(Op::Bt_rm32_imm8, rip(), 0).unwrap(), word);
                branch(e, AE, label);
                e.domain(choice, 2, !1);
            }
            3 => {
                put_at(
                    e,
                    Instruction::with2(Op::Movzx_r32_rm8, r32(register), rip()).unwrap(),
                    word,
                );
                immediate(e, Op::Cmp_rm32_imm8, r32(register), 1);
                branch(e, B, label);
                e.domain(choice, 2, !0xff);
            }
            4 => {
                put_at(e, Instruction::with2(Op::Test_rm8_imm8, rip(), 1).unwrap(), word);
                branch(e, E, label);
                e.domain(choice, 2, !1);
            }
            _ => {
                put_at(
                    e,
                    Instruction::with2(Op::Mov_r64_rm64, r64(register), rip()).unwrap(),
                    word,
                );
                immediate(e, Op::Cmp_rm8_imm8, r8(register), 0);
                branch(e, BE, label);
                e.domain(choice, 2, !0xff);
            }
        }
    }

    fn jump(&self, e: &mut Emitter, label: Label) {
        e.code.bytes.push(0xe9);
        relative(e, label);
    }

    fn count(&self, e: &mut Emitter, slot: u64, times: u64) {
        let memory = local(e, slot);
        put(
            e,
            Instruction::with2(Op::Mov_rm8_imm8, memory, times as i32).unwrap(),
        );
    }

    fn repeat(&self, e: &mut Emitter, slot: u64, label: Label) {
        let memory = local(e, slot);
        put(e, Instruction::with2(Op::Sub_rm8_imm8, memory, 1).unwrap());
        branch(e, NE, label);
    }

    fn spill(&self, e: &mut Emitter, register: Register, slot: u64) {
        self.save(e, register, slot, false);
        let from = any(e);
        two(e, Op::Mov_rm64_r64, r64(register), r64(from));
    }

    fn restore(&self, e: &mut Emitter, register: Register, slot: u64) {
        self.reload(e, register, slot, false);
    }

    fn take(&self, e: &mut Emitter, units: u64) {
        if e.random.percent(50) {
            sub_sp(e, 8 * units);
        } else {
            for _ in 0..units {
                let register = any(e);
                push(e, register);
            }
        }
    }

    fn give(&self, e: &mut Emitter, units: u64) {
        if e.random.percent(50) {
            add_sp(e, 8 * units);
        } else {
            for _ in 0..units {
                let register = scratch(e);
                pop(e, register);
            }
        }
    }

    fn index(&self, e: &mut Emitter, choice: Choice, bound: usize, count: usize, beyond: Label) -> Index {
        let word = e.code.word(choice);
        // One with a second byte.
        let register = loop {
            let register = scratch(e);
            if register < 3 || e.random.percent(50) {
                break register;
            }
        };
        let other = loop {
            let other = scratch(e);
            if other != register {
                break other;
            }
        };
        let load_all = |e: &mut Emitter| {
            put_at(
                e,
                Instruction::with2(Op::Mov_r64_rm64, r64(register), rip()).unwrap(),
                word,
            )
        };
        let (bound, count) = (bound as i32, count as u64);
        let compare = |e: &mut Emitter, size: u64| {
            let more = i32::from(e.edit(Edit::BoundPlusOne, false));
            let compare =
                |e: &mut Emitter, with| immediate(e, sized(COMPARE, size), part(register, size), with + more);
            match e.random.below(5) {
                0 => {
                    compare(e, bound);
                    branch(e, AE, beyond);
                }
                1 => {
                    compare(e, bound - 1);
                    branch(e, A, beyond);
                }
                2 => {
                    let within = e.code.label();
                    compare(e, bound - 1);
                    branch(e, BE, within);
                    self.jump(e, beyond);
                    e.code.bind(within);
                }
                3 if bound == 1 && more == 0 => {
                    compare(e, 0);
                    branch(e, NE, beyond);
                }
                _ => {
                    let within = e.code.label();
                    compare(e, bound);
                    branch(e, B, within);
                    self.jump(e, beyond);
                    e.code.bind(within);
                }
            }
            // One more is allowed, if the table has it.
            if more == 0 { bound as u64 + 1 } else { count }
        };
        let found = |register, bounds| Index {
            register,
            bounds,
            is_word: false,
        };
        match e.random.below(12) {
            // Compared and extended.
            0..6 => {
                let size = size(e);
                load_all(e);
                let values = compare(e, size);
                let bits = 8 * size as u32;
                let free = if size == 8 { 0 } else { u64::MAX << bits };
                e.domain(choice, values, free);
                let to = if size == 8 || e.random.percent(50) {
                    register
                } else {
                    other
                };
                match size {
                    1 if e.random.percent(50) => two(e, Op::Movzx_r64_rm8, r64(to), r8(register)),
                    1 => two(e, Op::Movzx_r32_rm8, r32(to), r8(register)),
                    2 => two(e, Op::Movzx_r32_rm16, r32(to), r16(register)),
                    4 => two(e, Op::Mov_r32_rm32, r32(to), r32(register)),
                    _ => {}
                }
                found(to, Bounds::Index)
            }
            6 if (bound as u64).is_power_of_two() => {
                load_all(e);
                let more = i32::from(e.edit(Edit::BoundPlusOne, false));
                let mask = bound - 1 + more;
                if e.random.percent(50) {
                    immediate(e, Op::And_rm32_imm8, r32(register), mask);
                } else {
                    immediate(e, Op::And_rm64_imm8, r64(register), mask);
                }
                // With one more allowed, indexes have to be in the table.
                let free = if more == 0 { !(bound as u64 - 1) } else { 0 };
                e.domain(choice, bound as u64, free);
                found(register, Bounds::Index)
            }
            6 | 7 => {
                load_all(e);
                e.domain(choice, count, 0);
                found(register, Bounds::Nothing)
            }
            // The second byte is compared, and the first is the index.
            8 if register < 3 => {
                load_all(e);
                immediate(e, Op::Cmp_rm8_imm8, high(register), bound);
                branch(e, AE, beyond);
                two(e, Op::Movzx_r32_rm8, r32(register), r8(register));
                e.domain(choice, count, !0xffff);
                found(register, Bounds::Nothing)
            }
            // The comparison is signed.
            8 | 9 => {
                load_all(e);
                let size = if e.random.percent(50) { 4 } else { 8 };
                immediate(e, sized(COMPARE, size), part(register, size), bound);
                if e.random.percent(50) {
                    branch(e, GE, beyond);
                } else {
                    let within = e.code.label();
                    branch(e, L, within);
                    self.jump(e, beyond);
                    e.code.bind(within);
                }
                if size == 4 {
                    two(e, Op::Mov_r32_rm32, r32(register), r32(register));
                }
                e.domain(choice, bound as u64 + 1, 0);
                found(register, Bounds::InPractice)
            }
            // The index is more of the register than was compared.
            10 => {
                let size = 1 << e.random.below(3);
                load_all(e);
                immediate(e, sized(COMPARE, size), part(register, size), bound);
                branch(e, AE, beyond);
                match size {
                    1 if e.random.percent(50) => two(e, Op::Movzx_r32_rm16, r32(register), r16(register)),
                    1 | 2 if e.random.percent(50) => two(e, Op::Mov_r32_rm32, r32(register), r32(register)),
                    _ => {}
                }
                e.domain(choice, bound as u64 + 1, 0);
                found(register, Bounds::InPractice)
            }
            // The index is not what was compared, or the jump does not depend on the comparison.
            _ => {
                match e.random.below(3) {
                    0 => {
                        two(e, Op::Xor_r32_rm32, r32(other), r32(other));
                        load_all(e);
                        immediate(e, Op::Cmp_rm64_imm8, r64(other), bound);
                    }
                    1 => {
                        load_all(e);
                        immediate(e, Op::Cmp_rm64_imm8, r64(register), bound);
                        put(e, Instruction::with(Op::Stc));
                    }
                    _ => {
                        two(e, Op::Xor_r32_rm32, r32(register), r32(register));
                        immediate(e, Op::Cmp_rm64_imm8, r64(register), bound);
                        load_all(e);
                    }
                }
                branch(e, AE, beyond);
                e.domain(choice, count, 0);
                found(register, Bounds::Nothing)
            }
        }
    }

    fn jump_through(&self, e: &mut Emitter, index: Index, labels: &[Label], _: Label) {
        if e.random.percent(50) {
            let memory = self.entry(e, index, labels);
            self.near(e, [Op::Jmp_rm64, Op::Jmp_rm64], memory);
            return;
        }
        let (base, target) = loop {
            let (base, target) = (scratch(e), scratch(e));
            if base != index.register && base != target {
                break (base, target);
            }
        };
        let table = e.code.distances(labels);
        lea(e, base, table);
        put(
            e,
            Instruction::with2(
                Op::Movsxd_r64_rm32,
                r64(target),
                indexed(base, index.register, 4, 0),
            )
            .unwrap(),
        );
        let (to, from) = if e.random.percent(50) {
            (base, target)
        } else {
            (target, base)
        };
        two(e, Op::Add_r64_rm64, r64(to), r64(from));
        put(e, Instruction::with1(Op::Jmp_rm64, r64(to)).unwrap());
    }

    fn before_call(&self, e: &mut Emitter, arguments: u64) -> u64 {
        let arguments = if arguments > 0 && e.edit(Edit::NoArguments, false) {
            0
        } else {
            arguments
        };
        let aligned = match e.realigned {
            Some(realigned) => e.depth - realigned.before,
            None => e.depth + 8,
        };
        let mut taken = arguments + (aligned + arguments) % 16;
        if e.edit(Edit::Misaligned, true) {
            taken += 8;
        }
        if taken == 8 && e.random.percent(50) {
            let register = any(e);
            push(e, register);
        } else {
            sub_sp(e, taken);
        }
        taken
    }

    fn after_call(&self, e: &mut Emitter, taken: u64) {
        if taken == 8 && e.random.percent(50) {
            let register = scratch(e);
            pop(e, register);
        } else if taken > 0 {
            add_sp(e, taken);
        }
    }

    fn call(&self, e: &mut Emitter, callee: Label, how: How) {
        match how {
            How::Direct => {
                e.code.bytes.push(0xe8);
                relative(e, callee);
            }
            How::Register => {
                let register = scratch(e);
                lea(e, register, callee);
                put(e, Instruction::with1(Op::Call_rm64, r64(register)).unwrap());
            }
            How::Memory => {
                let table = e.addresses(&[callee], 8);
                put_at(e, Instruction::with1(Op::Call_rm64, rip()).unwrap(), table);
            }
            How::Spilled => {
                let slot = e.slot(8, 8);
                let register = scratch(e);
                lea(e, register, callee);
                let memory = local(e, slot);
                store(e, memory, register, 8);
                if e.edit(Edit::Overwritten, true) {
                    let room = self.room(e);
                    store(e, at(room, 0), register, 1);
                }
                let memory = local(e, slot);
                self.near(e, [Op::Call_rm64, Op::Call_rm64], memory);
                e.give_back();
            }
        }
    }

    fn call_through(&self, e: &mut Emitter, index: Index, labels: &[Label]) {
        if e.random.percent(30) {
            // Methods of trait objects.
            let method = e.random.below(3);
            let vtables: Vec<Label> = labels
                .iter()
                .map(|&label| e.code.vtable(vec![label; method + 1]))
                .collect();
            let table = e.code.table(Entries::Addresses { stride: 8 }, vtables, true);
            let (base, object) = loop {
                let (base, object) = (scratch(e), scratch(e));
                if base != index.register {
                    break (base, object);
                }
            };
            lea(e, base, table);
            load(e, object, indexed(base, index.register, 8, 0));
            self.near(e, [Op::Call_rm64, Op::Call_rm64], at(object, 8 * method as i64));
            return;
        }
        let memory = self.entry(e, index, labels);
        self.near(e, [Op::Call_rm64, Op::Call_rm64], memory);
    }

    fn tail(&self, e: &mut Emitter, callee: Label, how: How) {
        match how {
            How::Direct => self.jump(e, callee),
            How::Memory => {
                let table = e.addresses(&[callee], 8);
                put_at(e, Instruction::with1(Op::Jmp_rm64, rip()).unwrap(), table);
            }
            How::Register | How::Spilled => {
                let register = scratch(e);
                lea(e, register, callee);
                put(e, Instruction::with1(Op::Jmp_rm64, r64(register)).unwrap());
            }
        }
    }

    fn tail_through(&self, e: &mut Emitter, index: Index, labels: &[Label]) {
        let memory = self.entry(e, index, labels);
        self.near(e, [Op::Jmp_rm64, Op::Jmp_rm64], memory);
    }
}
