//! AArch64: statements as instructions, in the forms that compilers choose and in some that only people write.

use rustgo_check::image::Processor;

use super::Isa;
use super::encode::{self as a64, Condition, FP, LR, Pair, SP, ZR};
use crate::code::{Entries, Fix, Label};
use crate::emit::{Bounds, Edit, Emitter, Index};
use crate::layout::ROOM;
use crate::program::{Choice, Function, How, Register, Saving};

/// The processor.
pub struct Aarch64;

/// The number of caller-saved registers: x0 to x17.
const SCRATCH: usize = 18;

/// Emits an instruction, whose operands may draw random numbers from the same emitter.
macro_rules! put {
    ($emitter:expr, $word:expr) => {{
        let word: u32 = $word;
        $emitter.code.bytes.extend(word.to_le_bytes());
    }};
}

/// A branch, or a load of a literal, with the distance to a label in a bit field.
fn to(e: &mut Emitter, word: u32, from: u32, count: u32, label: Label) {
    let at = e.code.bytes.len();
    put!(e, word);
    e.code.fix(at, Fix::Words { from, count }, label);
}

fn adr(e: &mut Emitter, register: Register, label: Label) {
    let at = e.code.bytes.len();
    put!(e, a64::ADR | u32::from(register));
    e.code.fix(at, Fix::Adr, label);
}

fn branch(e: &mut Emitter, condition: Condition, label: Label) {
    to(e, a64::B_COND | condition as u32, 5, 19, label);
}

fn scratch(e: &mut Emitter) -> Register {
    loop {
        let register = e.random.below(SCRATCH) as Register;
        if e.live & 1 << register == 0 {
            return register;
        }
    }
}

/// A register other than the given ones.
fn other(e: &mut Emitter, registers: &[Register]) -> Register {
    loop {
        let register = scratch(e);
        if !registers.contains(&register) {
            return register;
        }
    }
}

/// A general-purpose register that may be written.
fn free(e: &mut Emitter, function: &Function) -> Register {
    let own: Vec<Register> = function
        .clobbers
        .iter()
        .copied()
        .filter(|register| *register < 32)
        .collect();
    let number = e.random.below(SCRATCH + own.len());
    match own.get(number.wrapping_sub(SCRATCH)) {
        Some(&register) => register,
        None => scratch(e),
    }
}

/// A vector register whose low half may be written.
fn free_vector(e: &mut Emitter, function: &Function) -> Register {
    let own: Vec<Register> = function
        .clobbers
        .iter()
        .copied()
        .filter(|register| *register >= 32)
        .collect();
    let number = e.random.below(8 + own.len());
    match own.get(number.wrapping_sub(8)) {
        Some(&register) => register - 24,
        None => number as Register,
    }
}

fn any(e: &mut Emitter) -> Register {
    e.random.below(32) as Register
}

fn load_word(e: &mut Emitter, register: Register, word: Label) {
    if e.random.percent(50) {
        to(e, a64::LDR_LITERAL | u32::from(register), 5, 19, word);
    } else {
        let base = scratch(e);
        adr(e, base, word);
        put!(e, a64::load(8, register, base, 0));
    }
}

/// A load or store of some bytes at a place of the locals.
fn access(e: &mut Emitter, size: u64, is_load: bool, register: Register, offset: u64) {
    let function = &e.program.functions[e.function];
    let is_by_frame =
        function.has_frame_pointer && e.realigned.is_none() && e.floor < 4096 && e.random.percent(50);
    // From the frame pointer, or from the stack pointer.
    let (base, distance) = if is_by_frame {
        (FP, e.record as i64 - e.floor as i64 + offset as i64)
    } else {
        (SP, (e.extra() + offset) as i64)
    };
    near(e, size, is_load, register, base, distance);
}

fn near(e: &mut Emitter, size: u64, is_load: bool, register: Register, base: Register, distance: i64) {
    match a64::try_access(size, is_load, register, base, distance) {
        Some(word) => put!(e, word),
        // Too far for an immediate operand.
        None => {
            let address = other(e, &[register]);
            if distance < 0 {
                put!(e, a64::sub(address, base, -distance as u32));
            } else {
                put!(e, a64::add(address, base, distance as u32 & 0xff0));
                let rest = distance as u32 & !0xff0;
                if rest & 0xf != 0 {
                    put!(e, a64::add(address, address, rest & 0xf));
                }
                if rest >= 4096 {
                    put!(e, a64::add(address, address, rest & !0xfff));
                }
            }
            put!(
                e,
                a64::try_access(size, is_load, register, address, 0).expect("no distance")
            );
        }
    }
}

fn push_one(e: &mut Emitter, register: Register) {
    put!(e, a64::store_pre(register, SP, -16));
    e.down(16);
}

fn sub_sp(e: &mut Emitter, bytes: u64) {
    if bytes == 0 {
        return;
    }
    put!(e, a64::sub(SP, SP, bytes as u32));
    e.down(bytes);
    let register = e.random.below(SCRATCH) as Register;
    put!(e, a64::store(8, register, SP, 0));
}

fn add_sp(e: &mut Emitter, bytes: u64) {
    if bytes == 0 {
        return;
    }
    let function = &e.program.functions[e.function];
    let must = !function.has_frame_pointer && function.returns;
    let off = if e.edit(Edit::FrameSize, must) { 16 } else { 0 };
    if bytes >= 4096 {
        put!(e, a64::add(SP, SP, bytes as u32 & !0xfff));
    }
    put!(e, a64::add(SP, SP, (bytes as u32 & 0xfff) + off));
    e.up(bytes);
}

fn size(e: &mut Emitter) -> u64 {
    1 << e.random.below(4)
}

fn restored(e: &mut Emitter, register: Register, others: &[Register]) -> Register {
    let is_vector = register >= 32;
    if e.edit(Edit::NotRestored, false) {
        return if is_vector { 40 } else { scratch(e) };
    }
    match others
        .iter()
        .find(|other| **other != register && (**other >= 32) == is_vector)
    {
        Some(&other) if e.edit(Edit::Swapped, false) => other,
        _ => register,
    }
}

impl Aarch64 {
    /// Loads a callee-saved register from its slot, or stores it there: low halves of vectors, or whole ones.
    fn keep(&self, e: &mut Emitter, is_load: bool, register: Register, slot: u64, must: bool) {
        let slot = if is_load && e.edit(Edit::OtherSlot, must) {
            slot + [8, 16, 4][e.random.below(3)]
        } else {
            slot
        };
        let size = if e.edit(Edit::Part, must) { 4 } else { 8 };
        let register = if !is_load && e.edit(Edit::NotSaved, must) {
            if register >= 32 { 40 } else { scratch(e) }
        } else {
            register
        };
        access(e, size, is_load, register, slot);
    }

    fn room(&self, e: &mut Emitter) -> Register {
        let register = scratch(e);
        let low = 4096 + 16 * e.random.below(2048) as u32;
        put!(e, a64::movz(register, low & 0xffff, 0));
        put!(e, a64::movk(register, (ROOM >> 32) as u32, 2));
        register
    }

    /// The pairs and single registers that are pushed together.
    fn groups(saves: &[Register]) -> Vec<Vec<Register>> {
        let mut groups: Vec<Vec<Register>> = Vec::new();
        for &register in saves {
            match groups.last_mut() {
                Some(group) if group.len() == 1 && (group[0] >= 32) == (register >= 32) => {
                    group.push(register)
                }
                _ => groups.push(vec![register]),
            }
        }
        groups
    }

    /// A register with the target that a table of addresses has for an index.
    fn target(&self, e: &mut Emitter, index: Index, labels: &[Label]) -> Register {
        let base = other(e, &[index.register]);
        let target = scratch(e);
        let is_number = index.bounds == Bounds::Index && !index.is_word;
        match e.random.below(if is_number { 3 } else { 1 }) {
            0 => {
                let table = e.addresses(labels, 8);
                adr(e, base, table);
                put!(
                    e,
                    a64::load_indexed(8, target, base, index.register, index.is_word, true)
                );
            }
            1 => {
                let stride = 8 << e.random.below(2);
                let table = e.addresses(labels, stride);
                adr(e, base, table);
                put!(
                    e,
                    a64::add_shifted(base, base, index.register, stride.trailing_zeros())
                );
                put!(e, a64::load(8, target, base, 0));
            }
            _ => {
                let table = e.addresses(labels, 16);
                adr(e, base, table);
                put!(e, a64::sub(base, base, 16));
                put!(e, a64::add_shifted(base, base, index.register, 4));
                put!(e, a64::load(8, target, base, 16));
            }
        }
        target
    }
}

impl Isa for Aarch64 {
    const PROCESSOR: Processor = Processor::Aarch64;
    const RETURN_ADDRESS: u64 = 0;
    const RED_ZONE: u64 = 0;
    const NAMES: &'static [&'static str] = &[
        "x18", "x19", "x20", "x21", "x22", "x23", "x24", "x25", "x26", "x27", "x28", "x29", "d8", "d9",
        "d10", "d11", "d12", "d13", "d14", "d15", "FPCR", "SP",
    ];

    fn callee_saved(&self) -> &'static [Register] {
        &[19, 20, 21, 22, 23, 24, 25, 26, 32, 33, 34, 35, 36, 37, 38, 39]
    }

    fn align(&self, e: &mut Emitter) {
        while !e.code.here().is_multiple_of(16) {
            put!(e, a64::BRK);
        }
    }

    fn prologue(&self, e: &mut Emitter, function: &Function, slots: u64) {
        let must = e.is_export();
        let has_record = function.has_frame_pointer;
        let needs_link = function.calls;
        let is_by_stores = function.saving == Saving::Stores;
        let own = function.alignment.is_some() || function.pages > 0 || !is_by_stores || e.random.percent(40);
        e.has_own_record = own;
        if own && has_record {
            put!(e, a64::pair(Pair::Store, FP, LR, SP, -16, a64::Mode::Before));
            e.down(16);
            put!(e, a64::add(FP, SP, 0));
            e.record = 16;
            e.link = Some(8);
        } else if own && needs_link {
            push_one(e, LR);
            e.link = Some(16);
        }
        if function.saving == Saving::Pushes {
            for group in Self::groups(&function.saves) {
                let first = if e.edit(Edit::NotSaved, must) {
                    group[0] ^ 1
                } else {
                    group[0]
                };
                match group.get(1) {
                    Some(&second) => put!(
                        e,
                        a64::pair(Pair::Store, first, second, SP, -16, a64::Mode::Before)
                    ),
                    None => put!(e, a64::store_pre(first, SP, -16)),
                }
                e.down(16);
            }
        }
        let mut locals = (slots + function.frame).next_multiple_of(16);
        if is_by_stores {
            locals += (8 * function.saves.len() as u64).next_multiple_of(16);
        }
        if !own && (has_record || needs_link) {
            locals += 16;
        }
        if function.pages > 0 {
            let bytes = 4096 * function.pages;
            let distance = if e.edit(Edit::Probe, true) {
                bytes + 16
            } else {
                bytes
            };
            if distance == bytes {
                put!(e, a64::sub(9, SP, bytes as u32));
            } else {
                put!(e, a64::sub(9, SP, 4080));
            }
            let again = e.code.label();
            e.code.bind(again);
            put!(e, a64::sub(SP, SP, 4096));
            put!(e, a64::store(8, ZR, SP, 0));
            put!(e, a64::CMP_SP_X9);
            let condition = if e.edit(Edit::Probe, true) {
                Condition::Eq
            } else {
                Condition::Ne
            };
            branch(e, condition, again);
            e.down(bytes);
        }
        match function.alignment {
            Some(alignment) => {
                let register = scratch(e);
                let bits = alignment.trailing_zeros();
                let bits = if e.edit(Edit::Alignment, true) { 12 } else { bits };
                if e.random.percent(50) && locals > 0 {
                    put!(e, a64::sub(register, SP, locals as u32));
                    e.touch(e.depth + locals);
                    put!(e, a64::and_clear(SP, register, bits));
                    e.depth += locals;
                    e.realign(alignment);
                    e.down(0);
                    put!(e, a64::store(8, register, SP, 0));
                } else {
                    put!(e, a64::add(register, SP, 0));
                    put!(e, a64::and_clear(SP, register, bits));
                    e.realign(alignment);
                    sub_sp(e, locals);
                }
            }
            None => sub_sp(e, locals),
        }
        e.floor = e.depth;
        e.locals = locals;
        if is_by_stores {
            for &register in &function.saves {
                let slot = e.slot(8, 8);
                self.keep_by_sp(e, register, slot, must);
            }
        }
        if !own && has_record {
            // The record is among the saved registers.
            let slot = e.slot(16, 8);
            if slot <= 504 {
                put!(
                    e,
                    a64::pair(Pair::Store, FP, LR, SP, slot as i64, a64::Mode::Offset)
                );
            } else {
                near(e, 8, false, FP, SP, slot as i64);
                near(e, 8, false, LR, SP, slot as i64 + 8);
            }
            put!(e, a64::add(FP, SP, slot as u32));
            e.record = e.floor - slot;
            e.link = Some(e.record - 8);
        } else if !own && needs_link {
            let slot = e.slot(16, 8);
            near(e, 8, false, LR, SP, slot as i64);
            e.link = Some(e.floor - slot);
        }
        if function.saving == Saving::Registers {
            for (register, &saved) in (10..).zip(&function.saves) {
                put!(e, a64::mov(register, saved));
                e.live |= 1 << register;
            }
        }
    }

    fn write_arguments(&self, e: &mut Emitter, function: &Function) {
        if function.arguments > 0 {
            let size = size(e);
            let from = any(e);
            let (base, distance) = above(e, (function.arguments - size) as i64);
            near(e, size, false, from, base, distance);
        }
    }

    fn epilogue(&self, e: &mut Emitter, function: &Function) {
        let must = e.is_export();
        if function.saving == Saving::Registers {
            for (register, &saved) in (10..).zip(&function.saves) {
                let saved = restored(e, saved, &function.saves);
                put!(e, a64::mov(saved, register));
            }
        }
        if function.saving == Saving::Stores {
            for number in e.random.order(function.saves.len()) {
                let slot = e.used[number].0;
                let register = restored(e, function.saves[number], &function.saves);
                self.keep(e, true, register, slot, must);
            }
        }
        if !e.has_own_record {
            let extra = e.extra();
            add_sp(e, extra);
            let slot = e.used.get(function.saves.len()).map_or(0, |slot| slot.0);
            if function.has_frame_pointer {
                let link = if e.edit(Edit::OtherSlot, true) { 8 } else { 0 };
                near(e, 8, true, LR, SP, slot as i64 + 8 - link);
                near(e, 8, true, FP, SP, slot as i64);
            } else if function.calls {
                let off = if e.edit(Edit::OtherSlot, function.returns) {
                    8
                } else {
                    0
                };
                near(e, 8, true, LR, SP, slot as i64 + off);
            }
            let bytes = e.depth;
            add_sp(e, bytes);
            return;
        }
        let groups = match function.saving {
            Saving::Pushes => Self::groups(&function.saves),
            _ => Vec::new(),
        };
        let has_record = function.has_frame_pointer || function.calls;
        let pushed = 16 * (u64::from(has_record) + groups.len() as u64);
        if function.has_frame_pointer && (e.realigned.is_some() || e.random.percent(40)) {
            let distance = 16 * groups.len() as u32 + if e.edit(Edit::FrameSize, true) { 16 } else { 0 };
            put!(e, a64::sub(SP, FP, distance));
            e.back_to(pushed);
        } else {
            let bytes = e.depth - pushed;
            add_sp(e, bytes);
        }
        for group in groups.iter().rev() {
            let first = restored(e, group[0], &function.saves);
            match group.get(1) {
                Some(&second) if second != first => {
                    put!(e, a64::pair(Pair::Load, first, second, SP, 16, a64::Mode::After));
                }
                _ => put!(e, a64::load_post(first, SP, 16)),
            }
            e.up(16);
        }
        if function.has_frame_pointer {
            let (first, second) = if e.edit(Edit::FramePointer, true) {
                (LR, FP)
            } else {
                (FP, LR)
            };
            put!(e, a64::pair(Pair::Load, first, second, SP, 16, a64::Mode::After));
            e.up(16);
        } else if function.calls {
            let register = if e.edit(Edit::NotRestored, false) { 0 } else { LR };
            put!(e, a64::load_post(register, SP, 16));
            e.up(16);
        }
    }

    fn ret(&self, e: &mut Emitter) {
        let register = if e.edit(Edit::Unknown, true) { 1 } else { LR };
        put!(e, a64::RET | u32::from(register) << 5);
    }

    fn trap(&self, e: &mut Emitter) {
        let word = if e.random.percent(50) { a64::BRK } else { 0 };
        put!(e, word);
    }

    fn filler(&self, e: &mut Emitter, function: &Function) {
        let (d, n, m) = (free(e, function), any(e), any(e));
        let (v, w) = (free_vector(e, function), e.random.below(32) as Register);
        match e.random.below(34) {
            0 => put!(
                e,
                a64::movz(d, e.random.next() as u32 & 0xffff, e.random.below(4) as u32)
            ),
            1 => put!(
                e,
                a64::three(
                    [a64::ADD, a64::SUB, a64::EOR, a64::ANDS, a64::BICS][e.random.below(5)],
                    d,
                    n,
                    m
                )
            ),
            2 => put!(
                e,
                a64::three(
                    [a64::ADDS_W, a64::ORR_W, a64::MADD, a64::UMULH][e.random.below(4)],
                    d,
                    n,
                    m
                )
            ),
            3 => put!(
                e,
                a64::three(a64::CSEL | (e.random.below(14) as u32) << 12, d, n, m)
            ),
            4 => put!(
                e,
                a64::three(a64::CSINC_W | (e.random.below(14) as u32) << 12, d, n, m)
            ),
            5 => put!(
                e,
                a64::ubfx(d, n, e.random.below(20) as u32, 1 + e.random.below(20) as u32)
            ),
            6 => put!(e, a64::two(a64::RBIT, d, n)),
            7 => put!(e, a64::two(a64::FMOV_TO, v, n)),
            8 => put!(e, a64::two(a64::FMOV_FROM, d, w)),
            9 => put!(e, a64::three(a64::FADD, v, w, w)),
            10 => put!(e, a64::three(a64::ADD_4S, v, w, w)),
            11..16 => {
                let size = size(e);
                if let Some(place) = e.place(size, 1) {
                    access(e, size, false, n, place);
                }
            }
            16 => {
                if let Some(place) = e.place(16, 16) {
                    put!(e, a64::store_q(w, SP, (e.extra() + place) as u32));
                }
            }
            17 => {
                if let Some(place) = e.place(16, 8)
                    && e.extra() + place <= 504
                {
                    let mode = a64::Mode::Offset;
                    put!(
                        e,
                        a64::pair(Pair::Store, n, m, SP, (e.extra() + place) as i64, mode)
                    );
                }
            }
            18 => {
                let size = size(e);
                if e.locals >= size {
                    let place = e.random.below((e.locals - size + 1) as usize) as u64;
                    access(e, size, true, d, place);
                }
            }
            19 | 20 => {
                let (room, size) = (self.room(e), size(e));
                let distance = e.random.below(4) as i64 * 8;
                near(e, size, false, n, room, distance);
            }
            21 => {
                let room = self.room(e);
                let value = other(e, &[room]);
                put!(e, a64::load_pre(value, room, 16));
                put!(e, a64::store_post(n, room, -16));
            }
            // Atomics, on the frame or elsewhere.
            22..25 => {
                let base = scratch(e);
                let value = other(e, &[base]);
                let place = e.place(16, 16).filter(|_| e.random.percent(50));
                match place {
                    Some(place) => put!(e, a64::add(base, SP, (e.extra() + place) as u32)),
                    None => {
                        put!(e, a64::movz(base, 4096, 0));
                        put!(e, a64::movk(base, (ROOM >> 32) as u32, 2));
                    }
                }
                let word = [a64::LDADD, a64::LDADDAL, a64::SWP, a64::CAS, a64::STADD][e.random.below(5)];
                let source = scratch(e);
                if word == a64::STADD {
                    put!(e, a64::three(word, 31, base, source));
                } else if word == a64::CAS {
                    // The compared register is written.
                    let compared = other(e, &[base]);
                    put!(e, a64::three(word, value, base, compared));
                } else {
                    put!(e, a64::three(word, value, base, source));
                }
            }
            25 => {
                let room = self.room(e);
                let compared = 2 * e.random.below(4) as Register;
                if room > 9 && e.live & 0x3ff == 0 {
                    put!(e, a64::three(a64::CASP, 8, room, compared));
                }
            }
            // Exclusive loads and stores.
            26 => {
                let room = self.room(e);
                let (value, status) = (other(e, &[room]), other(e, &[room]));
                if value != status {
                    let is_pair = e.random.percent(50);
                    let second = other(e, &[room, value, status]);
                    if is_pair {
                        put!(
                            e,
                            a64::LDXP | u32::from(second) << 10 | u32::from(room) << 5 | u32::from(value)
                        );
                        let word = a64::STXP | u32::from(status) << 16 | u32::from(second) << 10;
                        put!(e, word | u32::from(room) << 5 | u32::from(value));
                    } else {
                        put!(e, a64::two(a64::LDAXR, value, room));
                        put!(e, a64::three(a64::STLXR, value, room, status));
                    }
                }
            }
            27 => put!(
                e,
                [a64::MRS_FPCR, a64::MRS_NZCV, a64::MRS_FPSR][e.random.below(3)] | u32::from(d)
            ),
            28 => put!(e, a64::DMB),
            // A stack address that is used in computations.
            29 => {
                let size = size(e);
                if let Some(place) = e.place(size, 1)
                    && e.extra() + place < 4096
                {
                    let register = scratch(e);
                    put!(e, a64::add(register, SP, (e.extra() + place) as u32));
                    put!(e, a64::try_access(size, false, n, register, 0).unwrap());
                }
            }
            30 => {
                // An object on the stack, at an index.
                if let Some(place) = e.place(8, 8)
                    && e.extra() + place < 4096
                {
                    let base = scratch(e);
                    let index = other(e, &[base]);
                    put!(e, a64::add(base, SP, (e.extra() + place) as u32));
                    put!(e, a64::movz(index, 0, 0));
                    put!(e, a64::store_indexed(8, n, base, index));
                }
            }
            31 => {
                // Two registers are saved and restored.
                put!(e, a64::pair(Pair::Store, n, m, SP, -32, a64::Mode::Before));
                e.down(32);
                let second = other(e, &[d]);
                put!(e, a64::pair(Pair::Load, d, second, SP, 32, a64::Mode::After));
                e.up(32);
            }
            32 => {
                let room = self.room(e);
                put!(e, a64::two([a64::ST1, a64::LD1][e.random.below(2)], v, room));
            }
            _ => {
                let room = self.room(e);
                put!(e, a64::two(a64::PRFM, 0, room));
            }
        }
    }

    fn edits(&self, e: &mut Emitter, function: &Function) {
        let is_export = e.is_export();
        let register = any(e);
        let size = size(e);
        let number = e.random.below(8) as i64;
        if let Some(link) = e.link
            && e.edit(Edit::ReturnAddress, function.returns)
        {
            let size = if number % 2 == 0 { 1 } else { size };
            let (base, distance) = above(
                e,
                -(link as i64) + number - if number < 4 { size as i64 - 1 } else { 0 },
            );
            near(e, size, false, register, base, distance);
        }
        if e.edit(Edit::Above, is_export) {
            let (base, distance) = above(e, number);
            near(e, size, false, register, base, distance);
        }
        if let Some(&(start, end)) = e.used.last()
            && e.edit(Edit::OverSlot, false)
        {
            let place = if number < 4 {
                end - 1
            } else {
                start.saturating_sub(size - 1)
            };
            access(e, size, false, register, place);
        }
        if e.edit(Edit::BelowStack, true) {
            near(e, size, number % 2 == 0, number as Register, SP, -number - 1);
        }
        if e.edit(Edit::Modes, true) {
            put!(e, a64::MSR_FPCR | number as u32);
        }
        if e.edit(Edit::FramePointer, true) {
            put!(
                e,
                [
                    a64::mov(FP, 0),
                    a64::add(FP, FP, 16),
                    a64::movz(FP, 0, 0),
                    a64::add(FP, SP, 0)
                ][number as usize % 3]
            );
        }
        if e.edit(Edit::Reserved, true) {
            let reserved = [18, 27, 28][number as usize % 3];
            match number {
                0..3 => put!(e, a64::mov(reserved, 0)),
                3 | 4 => put!(e, a64::load(8, reserved, SP, 0)),
                5 => put!(e, a64::pair(Pair::Load, 0, reserved, SP, 0, a64::Mode::Offset)),
                6 => put!(e, a64::add(reserved, reserved, 0)),
                _ => put!(e, a64::three(a64::LDADD, reserved, 0, 1)),
            }
        }
        let unsaved = self.callee_saved()[e.random.below(16)];
        let is_saved = function.saves.contains(&unsaved) || e.is_spilled(unsaved);
        if !is_saved && e.edit(Edit::Unsaved, is_export) {
            if unsaved >= 32 {
                let vector = unsaved - 24;
                put!(
                    e,
                    [
                        a64::two(a64::FMOV_TO, vector, 0),
                        a64::three(a64::ADD_4S, vector, vector, 1)
                    ][number as usize % 2]
                );
            } else {
                put!(
                    e,
                    [
                        a64::movz(unsaved, 1, 0),
                        a64::three(a64::CSEL, unsaved, unsaved, 0)
                    ][number as usize % 2]
                );
            }
        }
        if e.edit(Edit::Recursion, true) {
            let callee = if number % 2 == 0 { 0 } else { e.function };
            to(e, a64::BL, 0, 26, e.starts[callee]);
        }
        if e.link.is_none() && function.returns && e.edit(Edit::Unknown, true) {
            put!(e, a64::mov(LR, number as Register));
        }
        if e.edit(Edit::Variable, true) {
            put!(e, a64::movz(1, 0, 0));
            put!(
                e,
                [a64::add_extended(SP, SP, 1), a64::add(SP, 1, 0)][number as usize % 2]
            );
        }
        if e.edit(Edit::Misaligned, true) {
            put!(e, a64::sub(SP, SP, 8));
            put!(e, a64::add(SP, SP, 8));
        }
        if e.edit(Edit::System, true) {
            put!(
                e,
                [
                    a64::SVC,
                    0xd400_0002,
                    0xd503_207f,
                    0xd53b_0020,
                    0xd53b_d040,
                    0xd440_0000,
                    0xd50b_7420,
                    0xd503_42df
                ][number as usize]
            );
        }
        if e.edit(Edit::IntoImage, true) {
            let (word, base) = (e.code.word(0), scratch(e));
            adr(e, base, word);
            match number {
                0..4 => put!(e, a64::try_access(size, false, register, base, 0).unwrap()),
                4 | 5 => put!(e, a64::three(a64::LDADD, 0, base, 1)),
                _ => put!(e, a64::two(a64::ST1, 0, base)),
            }
        }
        if e.edit(Edit::Unknown, true) {
            let (word, target) = (e.code.word(0), scratch(e));
            load_word(e, target, word);
            put!(
                e,
                if number % 2 == 0 { a64::BLR } else { a64::BR } | u32::from(target) << 5
            );
        }
        let behind = e.function + 1;
        if behind < e.program.functions.len()
            && e.program.functions[behind].returns
            && e.depth > 0
            && e.edit(Edit::TailTooEarly, true)
        {
            branch(e, Condition::Eq, e.starts[behind]);
        }
        if e.edit(Edit::NoInstruction, true) {
            put!(
                e,
                [
                    0xd503_233f,
                    0xdac1_0020,
                    0xd65f_0bff,
                    0x043f_57ff,
                    0xa400_a000,
                    0xd920_0800,
                    0x1901_0440,
                    0xffff_ffff
                ][number as usize]
            );
        }
    }

    fn unbalance(&self, e: &mut Emitter) {
        put!(e, a64::sub(SP, SP, 16));
    }

    fn unless(&self, e: &mut Emitter, choice: Choice, label: Label) {
        let (word, register) = (e.code.word(choice), scratch(e));
        load_word(e, register, word);
        match e.random.below(6) {
            0 => to(e, a64::CBZ | u32::from(register), 5, 19, label),
            1 => {
                to(e, a64::CBZ_W | u32::from(register), 5, 19, label);
                e.domain(choice, 2, u64::MAX << 32);
            }
            2 => {
                to(e, a64::TBZ | u32::from(register), 5, 14, label);
                e.domain(choice, 2, !1);
            }
            3 => {
                put!(e, a64::compare(true, register, 0));
                branch(e, Condition::Eq, label);
            }
            4 => {
                put!(e, a64::compare(false, register, 1));
                branch(e, Condition::Lo, label);
                e.domain(choice, 2, u64::MAX << 32);
            }
            _ => {
                let stays = e.code.label();
                to(e, a64::TBNZ | u32::from(register), 5, 14, stays);
                to(e, a64::B, 0, 26, label);
                e.code.bind(stays);
                e.domain(choice, 2, !1);
            }
        }
    }

    fn jump(&self, e: &mut Emitter, label: Label) {
        to(e, a64::B, 0, 26, label);
    }

    fn count(&self, e: &mut Emitter, slot: u64, times: u64) {
        let register = scratch(e);
        put!(e, a64::movz(register, times as u32, 0));
        access(e, 1, false, register, slot);
    }

    fn repeat(&self, e: &mut Emitter, slot: u64, label: Label) {
        let register = scratch(e);
        access(e, 1, true, register, slot);
        put!(e, a64::sub(register, register, 1));
        access(e, 1, false, register, slot);
        to(e, a64::CBNZ_W | u32::from(register), 5, 19, label);
    }

    fn spill(&self, e: &mut Emitter, register: Register, slot: u64) {
        self.keep(e, false, register, slot, false);
        let from = any(e);
        if register >= 32 {
            put!(e, a64::two(a64::FMOV_TO, register - 24, from));
        } else {
            put!(e, a64::mov(register, from));
        }
    }

    fn restore(&self, e: &mut Emitter, register: Register, slot: u64) {
        self.keep(e, true, register, slot, false);
    }

    fn take(&self, e: &mut Emitter, units: u64) {
        if e.random.percent(50) {
            sub_sp(e, 16 * units);
        } else {
            for _ in 0..units {
                let register = any(e);
                push_one(e, register);
            }
        }
    }

    fn give(&self, e: &mut Emitter, units: u64) {
        if e.random.percent(50) {
            add_sp(e, 16 * units);
        } else {
            for _ in 0..units {
                let register = scratch(e);
                put!(e, a64::load_post(register, SP, 16));
                e.up(16);
            }
        }
    }

    fn index(&self, e: &mut Emitter, choice: Choice, bound: usize, count: usize, beyond: Label) -> Index {
        let word = e.code.word(choice);
        let register = scratch(e);
        let second = other(e, &[register]);
        let (bound, count) = (bound as u32, count as u64);
        let high = u64::MAX << 32;
        let compare = |e: &mut Emitter, is_64: bool| {
            let more = u32::from(e.edit(Edit::BoundPlusOne, false));
            let compare = |e: &mut Emitter, with: u32| put!(e, a64::compare(is_64, register, with + more));
            match e.random.below(5) {
                0 => {
                    compare(e, bound);
                    branch(e, Condition::Hs, beyond);
                }
                1 => {
                    compare(e, bound - 1);
                    branch(e, Condition::Hi, beyond);
                }
                2 => {
                    let within = e.code.label();
                    compare(e, bound - 1);
                    branch(e, Condition::Ls, within);
                    self.jump(e, beyond);
                    e.code.bind(within);
                }
                3 if bound == 1 && more == 0 => {
                    compare(e, 0);
                    branch(e, Condition::Ne, beyond);
                }
                _ => {
                    let within = e.code.label();
                    compare(e, bound);
                    // The flags stay the same across instructions that don't set them.
                    if e.random.percent(50) {
                        put!(e, a64::add(second, second, 1));
                    }
                    branch(e, Condition::Lo, within);
                    self.jump(e, beyond);
                    e.code.bind(within);
                }
            }
            if more == 0 { u64::from(bound) + 1 } else { count }
        };
        let found = |register, bounds, is_word| Index {
            register,
            bounds,
            is_word,
        };
        match e.random.below(13) {
            0 | 1 => {
                load_word(e, register, word);
                let values = compare(e, true);
                e.domain(choice, values, 0);
                found(register, Bounds::Index, false)
            }
            2 | 3 => {
                load_word(e, register, word);
                let values = compare(e, false);
                e.domain(choice, values, high);
                if e.random.percent(50) {
                    return found(register, Bounds::Index, true);
                }
                put!(e, a64::mov_w(second, register));
                found(second, Bounds::Index, false)
            }
            4 => {
                // A load clears the upper half, and the comparison bounds all of it.
                let base = scratch(e);
                adr(e, base, word);
                put!(e, a64::load(4, register, base, 0));
                let values = compare(e, false);
                e.domain(choice, values, high);
                found(register, Bounds::Index, false)
            }
            5 | 6 if bound.is_power_of_two() => {
                load_word(e, register, word);
                let bits = bound.trailing_zeros();
                match e.random.below(3) {
                    _ if bits == 0 => put!(e, a64::mov(register, ZR)),
                    0 => put!(e, a64::and_low(true, register, register, bits)),
                    1 => put!(e, a64::and_low(false, register, register, bits)),
                    _ => put!(e, a64::ubfx(register, register, 0, bits)),
                }
                e.domain(choice, u64::from(bound), !u64::from(bound - 1));
                found(register, Bounds::Index, false)
            }
            5..8 => {
                if e.random.percent(50) {
                    load_word(e, register, word);
                    e.domain(choice, count, 0);
                } else {
                    // The values of a byte exceed the table.
                    let base = scratch(e);
                    adr(e, base, word);
                    put!(e, a64::load(1 << e.random.below(2), register, base, 0));
                    e.domain(choice, count, !0xffff);
                }
                found(register, Bounds::Nothing, false)
            }
            // The comparison is signed.
            8 | 9 => {
                load_word(e, register, word);
                let is_64 = e.random.percent(50);
                put!(e, a64::compare(is_64, register, bound));
                if e.random.percent(50) {
                    branch(e, Condition::Ge, beyond);
                } else {
                    let within = e.code.label();
                    branch(e, Condition::Lt, within);
                    self.jump(e, beyond);
                    e.code.bind(within);
                }
                e.domain(choice, u64::from(bound) + 1, 0);
                found(register, Bounds::InPractice, !is_64)
            }
            // The index is more of the register than was compared.
            10 => {
                load_word(e, register, word);
                put!(e, a64::compare(false, register, bound));
                branch(e, Condition::Hs, beyond);
                e.domain(choice, u64::from(bound) + 1, 0);
                found(register, Bounds::InPractice, false)
            }
            // The index is not what was compared, or the jump does not depend on the comparison.
            _ => {
                let condition = match e.random.below(4) {
                    0 => {
                        put!(e, a64::movz(second, 0, 0));
                        load_word(e, register, word);
                        // The load may have used it.
                        put!(e, a64::movz(second, 0, 0));
                        put!(e, a64::compare(true, second, bound));
                        Condition::Hs
                    }
                    1 => {
                        load_word(e, register, word);
                        put!(e, a64::compare(true, register, bound));
                        put!(
                            e,
                            a64::three([a64::BICS, a64::ANDS][e.random.below(2)], ZR, second, second)
                        );
                        Condition::Hs
                    }
                    2 => {
                        load_word(e, register, word);
                        put!(e, a64::compare(true, register, bound));
                        // Adding to zero does not carry.
                        put!(e, a64::three(a64::ADDS, ZR, ZR, second));
                        Condition::Hs
                    }
                    _ => {
                        put!(e, a64::movz(register, 0, 0));
                        put!(e, a64::compare(true, register, bound));
                        load_word(e, register, word);
                        Condition::Hs
                    }
                };
                branch(e, condition, beyond);
                e.domain(choice, count, 0);
                found(register, Bounds::Nothing, false)
            }
        }
    }

    fn jump_through(&self, e: &mut Emitter, index: Index, labels: &[Label], base: Label) {
        // A narrow table without a meaningful bound may seem to go on in what follows it, and then more is explored
        // than is ever reached.
        match e
            .random
            .below(if index.bounds == Bounds::Nothing { 2 } else { 3 })
        {
            0 => {
                let target = self.target(e, index, labels);
                put!(e, a64::BR | u32::from(target) << 5);
            }
            1 => {
                let from = other(e, &[index.register]);
                let target = other(e, &[from]);
                let table = e.code.distances(labels);
                adr(e, from, table);
                put!(
                    e,
                    a64::load_signed_indexed(target, from, index.register, index.is_word)
                );
                let word = if e.random.percent(50) {
                    a64::three(a64::ADD, target, target, from)
                } else {
                    a64::three(a64::ADD, target, from, target)
                };
                put!(e, word);
                put!(e, a64::BR | u32::from(target) << 5);
            }
            _ => {
                let size = if e.is_narrow && e.random.percent(60) { 1 } else { 2 };
                let from = other(e, &[index.register]);
                let target = other(e, &[index.register, from]);
                let entry = other(e, &[from, target]);
                let table = e
                    .code
                    .table(Entries::Words { base, size }, labels.to_vec(), false);
                adr(e, from, table);
                adr(e, target, base);
                put!(
                    e,
                    a64::load_indexed(size, entry, from, index.register, index.is_word, true)
                );
                put!(e, a64::add_shifted(target, target, entry, 2));
                put!(e, a64::BR | u32::from(target) << 5);
            }
        }
    }

    fn before_call(&self, e: &mut Emitter, arguments: u64) -> u64 {
        let arguments = if arguments > 0 && e.edit(Edit::NoArguments, false) {
            0
        } else {
            arguments
        };
        let taken = arguments.next_multiple_of(16);
        sub_sp(e, taken);
        taken
    }

    fn after_call(&self, e: &mut Emitter, taken: u64) {
        add_sp(e, taken);
    }

    fn call(&self, e: &mut Emitter, callee: Label, how: How) {
        let register = scratch(e);
        match how {
            How::Direct => return to(e, a64::BL, 0, 26, callee),
            How::Register => adr(e, register, callee),
            How::Memory => {
                let table = e.addresses(&[callee], 8);
                let base = scratch(e);
                adr(e, base, table);
                put!(e, a64::load(8, register, base, 0));
            }
            How::Spilled => {
                let slot = e.slot(8, 8);
                adr(e, register, callee);
                access(e, 8, false, register, slot);
                if e.edit(Edit::Overwritten, true) {
                    let room = self.room(e);
                    put!(e, a64::try_access(1, false, 0, room, 0).unwrap());
                }
                access(e, 8, true, register, slot);
                e.give_back();
            }
        }
        put!(e, a64::BLR | u32::from(register) << 5);
    }

    fn call_through(&self, e: &mut Emitter, index: Index, labels: &[Label]) {
        let target = if e.random.percent(30) {
            // Methods of trait objects.
            let method = e.random.below(3);
            let vtables: Vec<Label> = labels
                .iter()
                .map(|&label| e.code.vtable(vec![label; method + 1]))
                .collect();
            let table = e.code.table(Entries::Addresses { stride: 8 }, vtables, true);
            let base = other(e, &[index.register]);
            let object = scratch(e);
            adr(e, base, table);
            put!(
                e,
                a64::load_indexed(8, object, base, index.register, index.is_word, true)
            );
            put!(e, a64::load(8, object, object, 8 * method as u64));
            object
        } else {
            self.target(e, index, labels)
        };
        put!(e, a64::BLR | u32::from(target) << 5);
    }

    fn tail(&self, e: &mut Emitter, callee: Label, how: How) {
        let register = scratch(e);
        match how {
            How::Direct => return self.jump(e, callee),
            How::Memory => {
                let table = e.addresses(&[callee], 8);
                adr(e, register, table);
                put!(e, a64::load(8, register, register, 0));
            }
            How::Register | How::Spilled => adr(e, register, callee),
        }
        put!(e, a64::BR | u32::from(register) << 5);
    }

    fn tail_through(&self, e: &mut Emitter, index: Index, labels: &[Label]) {
        let target = self.target(e, index, labels);
        put!(e, a64::BR | u32::from(target) << 5);
    }
}

/// A base and a distance for a place above the entry's stack pointer, or below.
fn above(e: &Emitter, offset: i64) -> (Register, i64) {
    if e.realigned.is_some() {
        (FP, e.record as i64 + offset)
    } else {
        (SP, e.depth as i64 + offset)
    }
}

impl Aarch64 {
    /// A store before the frame pointer is set.
    fn keep_by_sp(&self, e: &mut Emitter, register: Register, slot: u64, must: bool) {
        let register = if e.edit(Edit::NotSaved, must) {
            if register >= 32 { 40 } else { scratch(e) }
        } else {
            register
        };
        let size = if e.edit(Edit::Part, must) { 4 } else { 8 };
        near(e, size, false, register, SP, slot as i64);
    }
}
