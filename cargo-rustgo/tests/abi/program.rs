//! Calls functions with random values in the registers that have to be preserved, and reports those that are not.
#![no_std]

#[cfg_attr(target_arch = "x86_64", path = "x86_64.rs")]
#[cfg_attr(target_arch = "aarch64", path = "aarch64.rs")]
mod processor;
#[path = "../common/random.rs"]
mod random;

mod exports {
    include!(env!("EXPORTS"));
}

use exports::{CALLS, EXPORTS};
use processor::{NAMES, PLANTED, Registers};
use random::Random;

/// Room for whatever an export reads and writes: it gets the addresses of both, and how many items there are.
#[repr(C, align(64))]
struct Room([u64; 4 * ITEMS]);

/// The most items that have room, points and scalars of 32 bytes: more than a kernel takes at once.
const ITEMS: usize = 20;

static mut ROOM: [Room; 2] = [const { Room([0; 4 * ITEMS]) }; 2];

/// Calls a function once, and returns the number of the first register that was not preserved.
fn lost(function: unsafe extern "C" fn(), random: &mut Random) -> Option<usize> {
    let mut before: Registers = [0; NAMES.len()];
    for (number, value) in before.iter_mut().enumerate() {
        *value = processor::allowed(number, random.next());
    }
    let mut after: Registers = [0; NAMES.len()];
    // SAFETY: nothing else runs in this program.
    unsafe {
        let room = &raw mut ROOM;
        for word in &mut (*room)[1].0 {
            *word = random.next();
        }
        let count = random.next() % (ITEMS as u64 + 1);
        processor::call(function, room.cast(), &before, &mut after, count);
    }
    (0..NAMES.len()).find(|&number| {
        processor::observed(number, before[number]) != processor::observed(number, after[number])
    })
}

#[unsafe(no_mangle)]
extern "C" fn run() -> ! {
    let mut random = Random(1);
    for &(name, function) in EXPORTS {
        for _ in 0..CALLS {
            if let Some(number) = lost(function, &mut random) {
                fail(&[name, " does not bring back ", NAMES[number]]);
            }
        }
        write(1, name);
        write(1, ": ");
        write_number(CALLS);
        write(1, " calls\n");
    }
    let mut noticed = 0;
    for (number, &planted) in PLANTED.iter().enumerate() {
        // Now and then the planted value is what was there before.
        let found = (0..4).filter_map(|_| lost(planted, &mut random)).next();
        match found {
            Some(found) if found == number => noticed += 1,
            Some(found) => fail(&[NAMES[number], " was lost, but the harness says ", NAMES[found]]),
            None => fail(&["the harness does not notice that ", NAMES[number], " is lost"]),
        }
    }
    write_number(noticed);
    write(1, " planted clobbers noticed\n");
    processor::exit(0)
}

fn fail(parts: &[&str]) -> ! {
    for part in parts {
        write(2, part);
    }
    write(2, "\n");
    processor::exit(1)
}

fn write(file: usize, text: &str) {
    processor::write(file, text.as_ptr(), text.len());
}

fn write_number(number: u32) {
    if number >= 10 {
        write_number(number / 10);
    }
    let digit = [b'0' + (number % 10) as u8];
    processor::write(1, digit.as_ptr(), 1);
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    fail(&["the harness panics"])
}

/// `core` was compiled to unwind, and refers to this.
#[unsafe(no_mangle)]
extern "C" fn rust_eh_personality() {}

/// What the compiler calls for loops that fill and copy.
///
/// # Safety
///
/// - What C requires.
#[unsafe(no_mangle)]
unsafe extern "C" fn memset(to: *mut u8, byte: i32, length: usize) -> *mut u8 {
    for index in 0..length {
        // SAFETY: the caller guarantees `length` bytes. Volatile, or the loop would become a call of this function.
        unsafe { to.add(index).write_volatile(byte as u8) };
    }
    to
}

/// # Safety
///
/// - What C requires.
#[unsafe(no_mangle)]
unsafe extern "C" fn memcpy(to: *mut u8, from: *const u8, length: usize) -> *mut u8 {
    for index in 0..length {
        // SAFETY: the caller guarantees `length` bytes at both. Volatile, or the loop would become a call of this function.
        unsafe { to.add(index).write_volatile(from.add(index).read_volatile()) };
    }
    to
}
