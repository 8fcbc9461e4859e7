//! Runs the programs of a batch, which is the file on its standard input: each on a painted stack with random values in
//! all registers, once per input. Writes the outcome of each run into the same file.
//!
//! It needs no system library, so that it can run in an emulator for another processor.
#![no_std]

#[path = "../layout.rs"]
mod layout;
#[cfg_attr(target_arch = "x86_64", path = "x86_64.rs")]
#[cfg_attr(target_arch = "aarch64", path = "aarch64.rs")]
mod processor;
#[path = "../../../../../cargo-rustgo/tests/common/random.rs"]
mod random;

use layout::{ABOVE, CODE, Header, Job, Outcome, RETURNED, ROOM, ROOM_SIZE, STACK, STACK_SIZE};
use processor::{Registers, system};
use random::Random;

const READ: usize = 1;
const WRITE: usize = 2;
const EXECUTE: usize = 4;
const SHARED: usize = 1;
const PRIVATE: usize = 2;
const FIXED: usize = 0x10;
const ANONYMOUS: usize = 0x20;

const ON_STACK: u64 = 0x0800_0000;
const NO_DEFER: u64 = 0x4000_0000;
const RESTORER: u64 = 0x0400_0000;

/// The signals that end a program: ill, trap, abort, bus, fpe, segv, vtalrm.
const SIGNALS: [usize; 7] = [4, 5, 6, 7, 8, 11, 26];

/// The time limit of a job, in microseconds of processor time.
const MICROSECONDS: u64 = 500_000;

/// The signal that ends a job after its time limit.
const TOO_LONG: u64 = 26;

static mut HANDLER_STACK: [u64; 8192] = [0; 8192];

#[unsafe(no_mangle)]
extern "C" fn run() -> ! {
    handle_signals();
    let head: *const Header = map(0, 4096, READ, SHARED, 0).cast_const().cast();
    // SAFETY: the file is mapped and starts with a header.
    let size = unsafe { (*head).size } as usize;
    let file = map(0, size, READ | WRITE, SHARED, 0);
    map(CODE, size, READ | EXECUTE, SHARED | FIXED, 0);
    let anonymous = PRIVATE | FIXED | ANONYMOUS;
    map(ROOM, ROOM_SIZE as usize, READ | WRITE, anonymous, usize::MAX);
    map(STACK, STACK_SIZE as usize, READ | WRITE, anonymous, usize::MAX);
    let mut stack = Stack { dirty: STACK };
    let header: *mut Header = file.cast();
    // SAFETY: the test lays the file out according to `layout`, and only this program uses it while it runs.
    unsafe {
        let jobs: *const Job = file.add(size_of::<Header>()).cast();
        for number in (*header).done..(*header).jobs {
            let job = &*jobs.add(number as usize);
            let timer = [0, MICROSECONDS, 0, MICROSECONDS];
            system(processor::SETITIMER, [1, timer.as_ptr() as usize, 0, 0, 0, 0]);
            for run in 0..job.runs {
                let input = file.add(job.inputs as usize).cast::<u64>();
                let input = input.add((run * (2 + job.count)) as usize);
                let outcome = file.add(job.outcomes as usize).cast::<Outcome>();
                let words = file.add(job.words as usize).cast::<u64>();
                for word in 0..job.count as usize {
                    words
                        .add(word)
                        .write_volatile(input.add(2 + word).read_volatile());
                }
                let entry = CODE + job.entry;
                let result = stack.run(entry, *input, *input.add(1), job.bound);
                *outcome.add(run as usize) = result;
                if result.ended == TOO_LONG {
                    break;
                }
            }
            (*header).done = number + 1;
        }
    }
    processor::exit(0)
}

/// The painted stack.
struct Stack {
    /// From here up the memory may hold something other than the pattern.
    dirty: u64,
}

impl Stack {
    /// # Safety
    ///
    /// - There is a program at the entry.
    unsafe fn run(&mut self, entry: u64, below: u64, seed: u64, bound: u64) -> Outcome {
        let end = STACK + STACK_SIZE;
        let top = end - ABOVE - below;
        self.paint(end);
        let mut random = Random(seed);
        let mut before = Registers::default();
        for (number, value) in before.iter_mut().enumerate() {
            *value = processor::allowed(number, random.next());
        }
        let mut after = Registers::default();
        // SAFETY: the caller guarantees a program at the entry, the stack below the top is mapped, and a signal ends a
        // faulty one.
        let signal = unsafe { processor::execute(entry, top, before.as_ptr(), after.as_mut_ptr()) };
        let mut lost = 0;
        for (number, (before, after)) in before.iter().zip(&after).enumerate() {
            if processor::expected(number, *before) != *after {
                lost |= 1 << number;
            }
        }
        let scanned = STACK.max((top - bound.min(top - STACK)).saturating_sub(8192) & !7);
        self.dirty = lowest(scanned, top);
        Outcome {
            ended: if signal == 0 { RETURNED } else { signal },
            used: top - self.dirty,
            lost: if signal == 0 { lost } else { 0 },
            above: u64::from(lowest(top, end) != end),
        }
    }

    fn paint(&self, end: u64) {
        for at in (self.dirty..end).step_by(8) {
            // SAFETY: the address is within the stack's mapping.
            unsafe { (at as *mut u64).write_volatile(pattern(at)) };
        }
    }
}

/// The first place that no longer holds the pattern.
fn lowest(from: u64, to: u64) -> u64 {
    (from..to)
        .step_by(8)
        // SAFETY: the address is within the stack's mapping.
        .find(|&at| unsafe { (at as *const u64).read_volatile() } != pattern(at))
        .unwrap_or(to)
}

fn pattern(at: u64) -> u64 {
    (at + 8).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn map(at: u64, size: usize, protection: usize, flags: usize, file: usize) -> *mut u8 {
    // SAFETY: maps memory at addresses that this program does not use.
    let address = unsafe { system(processor::MMAP, [at as usize, size, protection, flags, file, 0]) };
    if address > usize::MAX - 4096 {
        fail("no memory\n");
    }
    address as *mut u8
}

fn handle_signals() {
    // SAFETY: the handler returns into `execute`, and has a stack of its own.
    unsafe {
        let stack = [&raw const HANDLER_STACK as usize, 0, 8192 * 8];
        system(processor::SIGALTSTACK, [stack.as_ptr() as usize, 0, 0, 0, 0, 0]);
        let handler = processor::on_signal as *const () as u64;
        let action = [handler, ON_STACK | NO_DEFER | RESTORER, handler, 0u64];
        for signal in SIGNALS {
            let arguments = [signal, action.as_ptr() as usize, 0, 8, 0, 0];
            if system(processor::SIGACTION, arguments) != 0 {
                fail("no signal handler\n");
            }
        }
    }
}

fn fail(text: &str) -> ! {
    // SAFETY: writes a text, whose address and length are right.
    unsafe { system(processor::WRITE, [2, text.as_ptr() as usize, text.len(), 0, 0, 0]) };
    processor::exit(1)
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    fail("the runner panics\n")
}

/// `core` was compiled to unwind, and refers to this symbol.
#[unsafe(no_mangle)]
extern "C" fn rust_eh_personality() {}

/// The compiler calls these for loops that fill and copy.
///
/// # Safety
///
/// - What C requires.
#[unsafe(no_mangle)]
unsafe extern "C" fn memset(to: *mut u8, byte: i32, length: usize) -> *mut u8 {
    for index in 0..length {
        // SAFETY: the caller's memory has that length. The write is volatile, or else the loop would become a call of
        // this function.
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
        // SAFETY: the caller guarantees that length for both.
        unsafe { to.add(index).write_volatile(from.add(index).read_volatile()) };
    }
    to
}
