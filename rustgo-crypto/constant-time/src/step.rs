//! A debugger that steps through a call on the processor itself: for every scalar, the same instructions must touch the
//! same addresses in the same order. It sees what the processor has and valgrind does not, AVX-512 first of all.

use std::arch::asm;
use std::collections::HashMap;

use anyhow::{Context, Result, bail, ensure};
use fastrand::Rng;
use iced_x86::{Decoder, DecoderOptions, Formatter, Instruction, IntelFormatter, Mnemonic, OpKind, Register};
use nix::libc::{_exit, user_regs_struct};
use nix::sys::ptrace;
use nix::sys::signal::{Signal, raise};
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::{ForkResult, Pid, fork};

use crate::image::Image;
use crate::target::{BATCH, Length, Target};

/// Scalars in all, of the long form.
const SCALARS: usize = 150;

/// Calls of the short form: one that differs from the first is enough.
const SHORT_CALLS: usize = 2;

/// Scalars in a call of a batch in the short form, where valgrind knows the kernel: a row and two. `memcheck` does the whole.
const SHORT_BATCH: usize = 6;

/// An instruction, and the addresses of its operands in memory.
#[derive(Clone, Copy, PartialEq)]
struct Step {
    at: u64,
    addresses: [u64; 2],
}

/// Where two calls differ, if they do.
pub fn run(image: &Image, target: &Target, length: Length) -> Result<Option<String>> {
    let mut count = target.scalars(length);
    let calls = match (target, length) {
        // It is short, and a random bit may be the same for a few scalars.
        (Target::Plant(_), _) => 20,
        (Target::Export(_), Length::Short) => SHORT_CALLS,
        (Target::Export(_), Length::Long) => SCALARS.div_ceil(count).max(4),
    };
    if length == Length::Short && target.is_known_to_valgrind() {
        count = count.min(SHORT_BATCH);
    }
    // SAFETY: the child calls the image, and ends.
    match unsafe { fork() }.context("fork")? {
        ForkResult::Child => child(image, target, count, calls),
        ForkResult::Parent { child } => {
            let found = trace(child, image, calls);
            let _ = ptrace::kill(child);
            let _ = waitpid(child, None);
            found
        }
    }
}

/// Calls the target between two marks each time.
fn child(image: &Image, target: &Target, count: usize, calls: usize) -> ! {
    let mut random = Rng::with_seed(3);
    let (mut points, mut scalars) = ([[0; 32]; BATCH], [[0; 32]; BATCH]);
    if ptrace::traceme().is_ok() {
        let _ = raise(Signal::SIGSTOP);
        for _ in 0..calls {
            Target::fill(&mut scalars, &mut random);
            mark();
            target.call(image, &mut points, &scalars, count);
            mark();
        }
    }
    // SAFETY: ends the process at once.
    unsafe { _exit(0) }
}

#[inline(always)]
fn mark() {
    // SAFETY: stops for the debugger, without which this is never called.
    unsafe { asm!("int3") }
}

/// Follows the child through its calls.
fn trace(child: Pid, image: &Image, calls: usize) -> Result<Option<String>> {
    stopped(child)?;
    let mut code = Code::default();
    let mut first: Vec<Step> = Vec::new();
    for call in 0..calls {
        ptrace::cont(child, None)?;
        stopped(child)?;
        let mut count = 0;
        loop {
            let registers = ptrace::getregs(child)?;
            let instruction = code.at(registers.rip);
            if instruction.code() == iced_x86::Code::Int3 {
                // Continues after it.
                ptrace::step(child, None)?;
                stopped(child)?;
                break;
            }
            ensure!(
                !instruction.is_vsib(),
                "an instruction gathers from many addresses, which are not compared"
            );
            let step = Step {
                at: registers.rip,
                addresses: addresses(instruction, &registers),
            };
            if call == 0 {
                first.push(step);
            } else if first.get(count) != Some(&step) {
                return Ok(Some(difference(
                    image,
                    &mut code,
                    first.get(count),
                    &step,
                    call,
                    count,
                )));
            }
            count += 1;
            ptrace::step(child, None)?;
            stopped(child)?;
        }
        ensure!(
            count == first.len() || call == 0,
            "call {call} took {count} steps, and the first {}",
            first.len()
        );
        ensure!(count > 100, "there is nothing to compare in {count} steps");
    }
    Ok(None)
}

fn stopped(child: Pid) -> Result<()> {
    match waitpid(child, None)? {
        WaitStatus::Stopped(_, Signal::SIGTRAP | Signal::SIGSTOP) => Ok(()),
        status => bail!("the process that is stepped through came to {status:?}"),
    }
}

fn difference(
    image: &Image,
    code: &mut Code,
    first: Option<&Step>,
    step: &Step,
    call: usize,
    count: usize,
) -> String {
    let mut tell = |step: &Step| {
        let mut text = String::new();
        IntelFormatter::new().format(&code.at(step.at).clone(), &mut text);
        let place = image
            .describe(step.at as usize)
            .unwrap_or_else(|| format!("{:#x}", step.at));
        format!("`{text}` at {place}, of {:x?}", step.addresses)
    };
    let first = first.map_or("the end".to_owned(), &mut tell);
    format!(
        "step {count} of call {call} is {}; of the first call it was {first}",
        tell(step)
    )
}

/// Instructions by address. A child has the code at its parent's addresses.
#[derive(Default)]
struct Code(HashMap<u64, Instruction>);

impl Code {
    fn at(&mut self, address: u64) -> &Instruction {
        self.0.entry(address).or_insert_with(|| {
            // SAFETY: the child runs what is here, so it is mapped; the longest instruction has 15 bytes, and what
            // follows code is mapped too: its last page holds more bytes after the last instruction, or constants.
            let bytes = unsafe { std::slice::from_raw_parts(address as *const u8, room(address)) };
            Decoder::with_ip(64, bytes, address, DecoderOptions::NONE).decode()
        })
    }
}

/// How many bytes can be read: an instruction's at most, and not beyond its page unless it goes on there.
fn room(address: u64) -> usize {
    const LONGEST: usize = 15;
    const PAGE: u64 = 4096;
    let in_page = (PAGE - address % PAGE) as usize;
    // SAFETY: within the page of a byte that is executed.
    let bytes = unsafe { std::slice::from_raw_parts(address as *const u8, in_page.min(LONGEST)) };
    let whole = !Decoder::new(64, bytes, DecoderOptions::NONE)
        .decode()
        .is_invalid();
    if whole { bytes.len() } else { LONGEST }
}

/// The addresses of operands in memory.
pub fn addresses(instruction: &Instruction, registers: &user_regs_struct) -> [u64; 2] {
    let mut addresses = [0; 2];
    // What looks like an address, and is none: nothing is loaded from there.
    if matches!(instruction.mnemonic(), Mnemonic::Lea | Mnemonic::Nop) {
        return addresses;
    }
    let operands =
        (0..instruction.op_count()).filter(|operand| instruction.op_kind(*operand) == OpKind::Memory);
    for (address, operand) in addresses.iter_mut().zip(operands) {
        let value = |register: Register, _, _| value(register, registers);
        *address = instruction.virtual_address(operand, 0, value).unwrap_or(0);
    }
    // String instructions and those of the stack.
    if instruction.is_stack_instruction() {
        addresses[1] = registers.rsp;
    }
    if instruction.is_string_instruction() {
        addresses = [registers.rsi, registers.rdi];
    }
    addresses
}

fn value(register: Register, registers: &user_regs_struct) -> Option<u64> {
    Some(match register {
        Register::RAX => registers.rax,
        Register::RBX => registers.rbx,
        Register::RCX => registers.rcx,
        Register::RDX => registers.rdx,
        Register::RSI => registers.rsi,
        Register::RDI => registers.rdi,
        Register::RBP => registers.rbp,
        Register::RSP => registers.rsp,
        Register::R8 => registers.r8,
        Register::R9 => registers.r9,
        Register::R10 => registers.r10,
        Register::R11 => registers.r11,
        Register::R12 => registers.r12,
        Register::R13 => registers.r13,
        Register::R14 => registers.r14,
        Register::R15 => registers.r15,
        Register::FS => registers.fs_base,
        Register::GS => registers.gs_base,
        Register::CS | Register::DS | Register::ES | Register::SS => 0,
        _ => return None,
    })
}
