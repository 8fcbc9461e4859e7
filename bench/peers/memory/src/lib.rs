//! Measures the memory functions of C: each with every size and placement.
//!
//! They are called as programs call them, by name: one that is part of the program directly, one of a shared library by
//! way of its entry in the global offset table. A call through a pointer to anywhere is another thing: on Zen 5 it takes
//! up to three cycles more, and how many depends on what ran before.

pub mod cases;
mod loops;
#[cfg_attr(target_arch = "x86_64", path = "x86_64.rs")]
#[cfg_attr(target_arch = "aarch64", path = "aarch64.rs")]
mod processor;
mod room;
pub mod symbols;

use std::ffi::c_int;
use std::rc::Rc;

use rustgo_bench_peer::{Benchmark, Entry, Input};

use cases::{Case, Operation};
pub use loops::Functions;
use room::Room;

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

/// Calls the case's function a number of times, and returns the result of the last call, as a number.
fn call(functions: &Functions, room: &Room, case: &Case, calls: u64) -> i64 {
    let (dst, src, size) = (room.dst(case), room.src(case), case.size);
    // SAFETY: the room has `size` bytes at both places, which overlap for memmove alone.
    unsafe {
        let written = match case.operation {
            Operation::Copy => (functions.memcpy)(dst, src, size, calls),
            Operation::Move => (functions.memmove)(dst, src, size, calls),
            Operation::Set => (functions.memset)(dst, FILL, size, calls),
            Operation::Compare => return (functions.memcmp)(dst, src, size, calls).into(),
        };
        written.offset_from(dst) as i64
    }
}
