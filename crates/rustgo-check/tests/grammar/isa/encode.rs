//! The few AArch64 encodings that programs consist of, each checked against the prover's decoder.

use super::super::program::Register;

pub const SP: Register = 31;
pub const ZR: Register = 31;
pub const FP: Register = 29;
pub const LR: Register = 30;

pub const ADR: u32 = 0x1000_0000;
pub const B: u32 = 0x1400_0000;
pub const BL: u32 = 0x9400_0000;
pub const B_COND: u32 = 0x5400_0000;
pub const BR: u32 = 0xd61f_0000;
pub const BLR: u32 = 0xd63f_0000;
pub const RET: u32 = 0xd65f_0000;
pub const CBZ: u32 = 0xb400_0000;
pub const CBZ_W: u32 = 0x3400_0000;
pub const CBNZ_W: u32 = 0x3500_0000;
pub const TBZ: u32 = 0x3600_0000;
pub const TBNZ: u32 = 0x3700_0000;
pub const LDR_LITERAL: u32 = 0x5800_0000;
pub const BRK: u32 = 0xd420_0020;
pub const SVC: u32 = 0xd400_0001;
pub const DMB: u32 = 0xd503_3bbf;
pub const MRS_FPCR: u32 = 0xd53b_4400;
pub const MSR_FPCR: u32 = 0xd51b_4400;
pub const MRS_NZCV: u32 = 0xd53b_4200;
pub const MRS_FPSR: u32 = 0xd53b_4420;
/// `cmp sp, x9`
pub const CMP_SP_X9: u32 = 0xeb29_63ff;

pub const ADD: u32 = 0x8b00_0000;
pub const ADDS: u32 = 0xab00_0000;
pub const ADDS_W: u32 = 0x2b00_0000;
pub const SUB: u32 = 0xcb00_0000;
pub const EOR: u32 = 0xca00_0000;
pub const ANDS: u32 = 0xea00_0000;
pub const BICS: u32 = 0xea20_0000;
pub const ORR_W: u32 = 0x2a00_0000;
/// Adds the register that is always zero: `mul`.
pub const MADD: u32 = 0x9b00_7c00;
pub const UMULH: u32 = 0x9bc0_7c00;
pub const CSEL: u32 = 0x9a80_0000;
pub const CSINC_W: u32 = 0x1a80_0400;
pub const RBIT: u32 = 0xdac0_0000;
pub const FMOV_TO: u32 = 0x9e67_0000;
pub const FMOV_FROM: u32 = 0x9e66_0000;
pub const FADD: u32 = 0x1e60_2800;
pub const ADD_4S: u32 = 0x4ea0_8400;
pub const LD1: u32 = 0x4c40_7000;
pub const ST1: u32 = 0x4c00_7000;
pub const PRFM: u32 = 0xf980_0000;

/// Operands t, n, s where [`three`] has d, n, m.
pub const LDADD: u32 = 0xf820_0000;
pub const LDADDAL: u32 = 0xf8e0_0000;
pub const STADD: u32 = 0xf820_0000;
pub const SWP: u32 = 0xf820_8000;
pub const CAS: u32 = 0xc8a0_7c00;
pub const CASP: u32 = 0x4820_7c00;
pub const LDAXR: u32 = 0xc85f_fc00;
pub const STLXR: u32 = 0xc800_fc00;
pub const LDXP: u32 = 0xc87f_0000;
pub const STXP: u32 = 0xc820_0000;

/// Conditions, as branches encode them.
#[derive(Clone, Copy, Debug)]
pub enum Condition {
    Eq = 0,
    Ne = 1,
    Hs = 2,
    Lo = 3,
    Hi = 8,
    Ls = 9,
    Ge = 10,
    Lt = 11,
}

/// What a pair does.
#[derive(Clone, Copy, Debug)]
pub enum Pair {
    Store = 0,
    Load = 1,
}

/// When the base changes.
#[derive(Clone, Copy, Debug)]
pub enum Mode {
    After = 1,
    Offset = 2,
    Before = 3,
}

fn r(register: Register) -> u32 {
    u32::from(register) & 31
}

/// Numbers from 32 on stand for the vectors from v8 on.
fn v(register: Register) -> u32 {
    u32::from(register) - 24
}

pub fn three(word: u32, d: Register, n: Register, m: Register) -> u32 {
    word | r(m) << 16 | r(n) << 5 | r(d)
}

pub fn two(word: u32, d: Register, n: Register) -> u32 {
    word | r(n) << 5 | r(d)
}

fn immediate(word: u32, d: Register, n: Register, number: u32) -> u32 {
    let (number, shift) = if number < 4096 {
        (number, 0)
    } else {
        (number >> 12, 1)
    };
    assert!(number < 4096);
    word | shift << 22 | number << 10 | r(n) << 5 | r(d)
}

/// With a number below 4096, or a multiple of it.
pub fn add(d: Register, n: Register, number: u32) -> u32 {
    immediate(0x9100_0000, d, n, number)
}

pub fn sub(d: Register, n: Register, number: u32) -> u32 {
    immediate(0xd100_0000, d, n, number)
}

pub fn compare(is_64: bool, n: Register, number: u32) -> u32 {
    immediate(if is_64 { 0xf100_0000 } else { 0x7100_0000 }, ZR, n, number)
}

pub fn add_shifted(d: Register, n: Register, m: Register, shift: u32) -> u32 {
    three(ADD, d, n, m) | shift << 10
}

/// `add d, n, m, uxtx`, in which number 31 is the stack pointer.
pub fn add_extended(d: Register, n: Register, m: Register) -> u32 {
    three(0x8b20_6000, d, n, m)
}

pub fn mov(d: Register, m: Register) -> u32 {
    three(0xaa00_0000, d, ZR, m)
}

pub fn mov_w(d: Register, m: Register) -> u32 {
    three(ORR_W, d, ZR, m)
}

pub fn movz(d: Register, number: u32, half: u32) -> u32 {
    0xd280_0000 | half << 21 | number << 5 | r(d)
}

pub fn movk(d: Register, number: u32, half: u32) -> u32 {
    0xf280_0000 | half << 21 | number << 5 | r(d)
}

pub fn ubfx(d: Register, n: Register, from: u32, bits: u32) -> u32 {
    two(0xd340_0000 | from << 16 | (from + bits - 1) << 10, d, n)
}

/// Keeps the low bits.
pub fn and_low(is_64: bool, d: Register, n: Register, bits: u32) -> u32 {
    two(
        if is_64 { 0x9240_0000 } else { 0x1200_0000 } | (bits - 1) << 10,
        d,
        n,
    )
}

/// Clears the low bits.
pub fn and_clear(d: Register, n: Register, bits: u32) -> u32 {
    two(0x9240_0000 | (64 - bits) << 16 | (63 - bits) << 10, d, n)
}

/// A load or store of some bytes, if the distance can be encoded.
pub fn try_access(size: u64, is_load: bool, t: Register, n: Register, distance: i64) -> Option<u32> {
    let is_vector = t >= 32;
    let t = if is_vector { v(t) } else { r(t) };
    let scale = size.trailing_zeros();
    let word = scale << 30 | u32::from(is_vector) << 26 | u32::from(is_load) << 22 | r(n) << 5 | t;
    if (0..(4096 << scale)).contains(&distance) && distance % (1 << scale) == 0 {
        Some(word | 0x3900_0000 | ((distance >> scale) as u32) << 10)
    } else if (-256..256).contains(&distance) {
        Some(word | 0x3800_0000 | (distance as u32 & 0x1ff) << 12)
    } else {
        None
    }
}

pub fn load(size: u64, t: Register, n: Register, distance: u64) -> u32 {
    try_access(size, true, t, n, distance as i64).expect("near")
}

pub fn store(size: u64, t: Register, n: Register, distance: u64) -> u32 {
    try_access(size, false, t, n, distance as i64).expect("near")
}

fn moving(word: u32, t: Register, n: Register, distance: i64) -> u32 {
    let (bit, t) = if t >= 32 { (1 << 26, v(t)) } else { (0, r(t)) };
    word | bit | (distance as u32 & 0x1ff) << 12 | r(n) << 5 | t
}

pub fn store_pre(t: Register, n: Register, distance: i64) -> u32 {
    moving(0xf800_0c00, t, n, distance)
}

pub fn store_post(t: Register, n: Register, distance: i64) -> u32 {
    moving(0xf800_0400, t, n, distance)
}

pub fn load_pre(t: Register, n: Register, distance: i64) -> u32 {
    moving(0xf840_0c00, t, n, distance)
}

pub fn load_post(t: Register, n: Register, distance: i64) -> u32 {
    moving(0xf840_0400, t, n, distance)
}

pub fn store_q(t: Register, n: Register, distance: u32) -> u32 {
    0x3d80_0000 | (distance / 16) << 10 | r(n) << 5 | r(t)
}

/// A pair of whole registers.
pub fn pair(what: Pair, t: Register, second: Register, n: Register, distance: i64, mode: Mode) -> u32 {
    let (word, t, second) = if t >= 32 {
        (0x6c00_0000, v(t), v(second))
    } else {
        (0xa800_0000, r(t), r(second))
    };
    let distance = (distance >> 3) as u32 & 0x7f;
    word | (mode as u32) << 23 | (what as u32) << 22 | distance << 15 | second << 10 | r(n) << 5 | t
}

/// How an index register is extended and scaled.
fn index(word: u32, t: Register, n: Register, m: Register, is_word: bool, is_scaled: bool) -> u32 {
    let option = if is_word { 0b010 } else { 0b011 };
    three(word, t, n, m) | option << 13 | u32::from(is_scaled) << 12
}

pub fn load_indexed(size: u64, t: Register, n: Register, m: Register, is_word: bool, is_scaled: bool) -> u32 {
    index(
        0x3860_0800 | size.trailing_zeros() << 30,
        t,
        n,
        m,
        is_word,
        is_scaled && size > 1,
    )
}

pub fn store_indexed(size: u64, t: Register, n: Register, m: Register) -> u32 {
    index(0x3820_0800 | size.trailing_zeros() << 30, t, n, m, false, true)
}

/// `ldrsw`
pub fn load_signed_indexed(t: Register, n: Register, m: Register, is_word: bool) -> u32 {
    index(0xb8a0_0800, t, n, m, is_word, true)
}

/// Encodings, one of each kind and more at the limits, and their names.
pub fn encodings() -> Vec<(u32, &'static str)> {
    let (before, offset, after) = (Mode::Before, Mode::Offset, Mode::After);
    vec![
        (add(SP, SP, 4080), "add sp, sp, #0xff0"),
        (add(1, 2, 8192), "add x1, x2, #0x2, lsl #12"),
        (sub(SP, FP, 32), "sub sp, x29, #0x20"),
        (compare(true, 3, 5), "subs xzr, x3, #0x5"),
        (compare(false, 3, 5), "subs wzr, w3, #0x5"),
        (CMP_SP_X9, "subs xzr, sp, x9"),
        (add_shifted(1, 2, 3, 4), "add x1, x2, x3, lsl #4"),
        (add_extended(SP, SP, 1), "add sp, sp, x1"),
        (mov(19, 0), "orr x19, xzr, x0"),
        (mov_w(4, 5), "orr w4, wzr, w5"),
        (movz(1, 7, 0), "movz x1, #0x7, lsl #0x0"),
        (movk(1, 0x30, 2), "movk x1, #0x30, lsl #0x20"),
        (ubfx(1, 2, 3, 4), "ubfm x1, x2, #3, #6"),
        (and_low(true, 1, 2, 3), "and x1, x2, #0x7"),
        (and_low(false, 1, 2, 1), "and w1, w2, #0x1"),
        (and_clear(SP, 9, 6), "and sp, x9, #0xffffffffffffffc0"),
        (load(8, 1, SP, 32760), "ldr x1, [sp, #0x7ff8]"),
        (load(1, 1, 2, 5), "ldrb w1, [x2, #0x5]"),
        (load(2, 1, 2, 6), "ldrh w1, [x2, #0x6]"),
        (store(4, 1, 2, 8), "str w1, [x2, #0x8]"),
        (store(8, 39, SP, 8), "str d15, [sp, #0x8]"),
        (load(4, 32, SP, 4), "ldr s8, [sp, #0x4]"),
        (try_access(8, true, 30, SP, -8).unwrap(), "ldur x30, [sp, #-8]"),
        (try_access(1, false, 0, SP, -1).unwrap(), "sturb w0, [sp, #-1]"),
        (try_access(8, false, 33, SP, 3).unwrap(), "stur d9, [sp, #3]"),
        (store_pre(30, SP, -16), "str x30, [sp, #-16]!"),
        (store_pre(32, SP, -16), "str d8, [sp, #-16]!"),
        (store_post(1, 2, 16), "str x1, [x2], #16"),
        (load_pre(1, 2, 16), "ldr x1, [x2, #16]!"),
        (load_post(30, SP, 16), "ldr x30, [sp], #16"),
        (store_q(3, SP, 32), "str q3, [sp, #0x20]"),
        (
            pair(Pair::Store, FP, LR, SP, -16, before),
            "stp x29, x30, [sp, #-16]!",
        ),
        (pair(Pair::Load, FP, LR, SP, 16, after), "ldp x29, x30, [sp], #16"),
        (
            pair(Pair::Store, 32, 33, SP, 504, offset),
            "stp d8, d9, [sp, #504]",
        ),
        (load_indexed(8, 1, 2, 3, false, true), "ldr x1, [x2, x3, lsl #3]"),
        (load_indexed(2, 1, 2, 3, true, true), "ldrh w1, [x2, w3, uxtw #1]"),
        (load_indexed(1, 1, 2, 3, false, true), "ldrb w1, [x2, x3]"),
        (store_indexed(8, 1, 2, 3), "str x1, [x2, x3, lsl #3]"),
        (load_signed_indexed(1, 2, 3, false), "ldrsw x1, [x2, x3, lsl #2]"),
        (three(EOR, 1, 2, 3), "eor x1, x2, x3"),
        (three(BICS, ZR, 2, 3), "bics xzr, x2, x3"),
        (three(ANDS, 1, 2, 3), "ands x1, x2, x3"),
        (three(ADDS, ZR, ZR, 3), "adds xzr, xzr, x3"),
        (three(ADDS_W, 1, 2, 3), "adds w1, w2, w3"),
        (three(SUB, 1, 2, 3), "sub x1, x2, x3"),
        (three(MADD, 1, 2, 3), "madd x1, x2, x3, xzr"),
        (three(UMULH, 1, 2, 3), "umulh x1, x2, x3"),
        (three(CSEL | 11 << 12, 1, 2, 3), "csel x1, x2, x3, lt"),
        (three(CSINC_W, 1, 2, 3), "csinc w1, w2, w3, eq"),
        (two(RBIT, 1, 2), "rbit x1, x2"),
        (two(FMOV_TO, 8, 1), "fmov d8, x1"),
        (two(FMOV_FROM, 1, 8), "fmov x1, d8"),
        (three(FADD, 8, 1, 2), "fadd d8, d1, d2"),
        (three(ADD_4S, 8, 1, 2), "add v8.4s, v1.4s, v2.4s"),
        (two(LD1, 8, 1), "ld4 { v8.16b }, [x1]"),
        (two(ST1, 8, 1), "st4 { v8.16b }, [x1]"),
        (three(LDADD, 1, 2, 3), "ldadd x3, x1, [x2]"),
        (three(LDADDAL, 1, 2, 3), "ldaddal x3, x1, [x2]"),
        (three(STADD, ZR, 2, 3), "ldadd x3, xzr, [x2]"),
        (three(SWP, 1, 2, 3), "swp x3, x1, [x2]"),
        (three(CAS, 1, 2, 3), "cas x3, x1, [x2]"),
        (three(CASP, 8, 1, 2), "casp x2, x3, x8, x9, [x1]"),
        (two(LDAXR, 1, 2), "ldaxr x1, [x2]"),
        (three(STLXR, 1, 2, 3), "stlxr w3, x1, [x2]"),
        (LDXP | 4 << 10 | 2 << 5 | 1, "ldxp x1, x4, [x2]"),
        (STXP | 3 << 16 | 4 << 10 | 2 << 5 | 1, "stxp w3, x1, x4, [x2]"),
        (DMB, "dmb ish"),
        (MRS_FPCR | 1, "mrs x1, fpcr"),
        (MSR_FPCR | 1, "msr fpcr, x1"),
        (MRS_NZCV | 1, "mrs x1, nzcv"),
        (MRS_FPSR | 1, "mrs x1, fpsr"),
        (BRK, "brk #0x1"),
        (SVC, "svc #0x0"),
        (RET | 30 << 5, "ret x30"),
        (BR | 1 << 5, "br x1"),
        (BLR | 1 << 5, "blr x1"),
        (B | 1, "b 0x1004"),
        (BL | 1, "bl 0x1004"),
        (B_COND | 1 << 5 | Condition::Hi as u32, "b.hi 0x1004"),
        (CBZ | 1 << 5 | 2, "cbz x2, 0x1004"),
        (CBZ_W | 1 << 5 | 2, "cbz w2, 0x1004"),
        (CBNZ_W | 1 << 5 | 2, "cbnz w2, 0x1004"),
        (TBZ | 1 << 5 | 2, "tbz w2, #0, 0x1004"),
        (TBNZ | 1 << 5 | 2, "tbnz w2, #0, 0x1004"),
        (LDR_LITERAL | 1 << 5 | 2, "ldr x2, 0x1004"),
        (ADR | 1 << 5 | 2, "adr x2, 0x1004"),
    ]
}
