//! Measures the memory functions of C: each with every size and placement.

pub mod cases;
mod room;
pub mod symbols;

use std::arch::asm;
use std::ffi::c_int;
use std::hint::black_box;
use std::rc::Rc;

use rustgo_bench_peer::{Benchmark, Entry, Input};

use cases::{Case, Operation};
use room::Room;

/// One implementation.
#[derive(Clone, Copy)]
pub struct Functions {
    /// `void *memcpy(void *dst, const void *src, size_t n)`
    pub memcpy: unsafe extern "C" fn(*mut u8, *const u8, usize) -> *mut u8,
    /// `void *memmove(void *dst, const void *src, size_t n)`
    pub memmove: unsafe extern "C" fn(*mut u8, *const u8, usize) -> *mut u8,
    /// `void *memset(void *dst, int byte, size_t n)`
    pub memset: unsafe extern "C" fn(*mut u8, c_int, usize) -> *mut u8,
    /// `int memcmp(const void *a, const void *b, size_t n)`
    pub memcmp: unsafe extern "C" fn(*const u8, *const u8, usize) -> c_int,
}

/// The byte that memset writes.
const FILL: c_int = 0x5a;

/// Every case for one implementation.
pub fn entries(name: &str, functions: Functions) -> Vec<Entry> {
    let room = Rc::new(Room::new());
    cases::all()
        .map(|case| Entry {
            benchmark: Benchmark {
                group: case.operation.name().into(),
                name: name.into(),
                case: case.to_string(),
                items: case.size as u64,
                input: Input::Memory,
                missing: None,
            },
            answer: {
                let room = room.clone();
                Box::new(move |_| room.answer(&case, || call(&functions, &room, &case, 1)))
            },
            run: {
                let room = room.clone();
                Box::new(move |_, calls| {
                    call(&functions, &room, &case, calls);
                })
            },
        })
        .collect()
}

/// Calls the case's function so many times, and returns what the last call did, as a number.
#[inline(never)]
fn call(functions: &Functions, room: &Room, case: &Case, calls: u64) -> i64 {
    let (dst, src, size) = (room.dst(case), room.src(case), case.size);
    let mut result = 0;
    // SAFETY, of all four: the room has `size` bytes at both places, which overlap for memmove alone. The functions
    // come out of `black_box`, so that each call stays one.
    match case.operation {
        Operation::Copy => {
            let memcpy = black_box(functions.memcpy);
            align();
            for _ in 0..calls {
                // SAFETY: see above.
                result = unsafe { memcpy(dst, src, size).offset_from(dst) } as i64;
            }
        }
        Operation::Move => {
            let memmove = black_box(functions.memmove);
            align();
            for _ in 0..calls {
                // SAFETY: see above.
                result = unsafe { memmove(dst, src, size).offset_from(dst) } as i64;
            }
        }
        Operation::Set => {
            let memset = black_box(functions.memset);
            align();
            for _ in 0..calls {
                // SAFETY: see above.
                result = unsafe { memset(dst, FILL, size).offset_from(dst) } as i64;
            }
        }
        Operation::Compare => {
            let memcmp = black_box(functions.memcmp);
            align();
            for _ in 0..calls {
                // SAFETY: see above.
                result = i64::from(unsafe { memcmp(dst, src, size) });
            }
        }
    }
    result
}

/// Puts the loop that follows into one cache line, alike in every program: a short call takes up to two cycles more where
/// the loop around it straddles two.
#[inline(always)]
fn align() {
    // SAFETY: a directive to the assembler, which pads with instructions that do nothing.
    unsafe { asm!(".p2align 6", options(nomem, nostack, preserves_flags)) }
}
