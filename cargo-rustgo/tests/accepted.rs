//! Random machine code: what the checks accept is run, and keeps what was proven of it. Every register that belongs to
//! the caller comes back, the stack pointer too, the direction flag is clear, the floating-point modes are what they
//! were, and no more stack is used than the bound says.
//!
//! Every function follows from its number, so that a failure can be repeated: `RUSTGO_ACCEPTED=FROM..TO cargo test
//! --release -p cargo-rustgo --test accepted`.
#![cfg(all(target_arch = "x86_64", target_os = "linux"))]

#[path = "common/random.rs"]
mod random;

use std::arch::naked_asm;

use cargo_rustgo::check::{Analysis, analyse};
use cargo_rustgo::export::Export;
use cargo_rustgo::image::{Entry, Function, Image, Lines, Parts, Relro};
use cargo_rustgo::processor::Processor;
use iced_x86::{Decoder, DecoderOptions, Instruction, OpKind, Register};
use random::Random;

/// How many functions are made when nothing else is said.
const SHORT: u64 = 20_000;

impl Random {
    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    fn percent(&mut self, chance: u64) -> bool {
        self.next() % 100 < chance
    }
}

/// push rbp; mov rbp, rsp; push rbx; push r12; push r13; sub rsp, 64
const ENTER: &[u8] = &[
    0x55, 0x48, 0x89, 0xe5, 0x53, 0x41, 0x54, 0x41, 0x55, 0x48, 0x83, 0xec, 0x40,
];

/// add rsp, 64; pop r13; pop r12; pop rbx; pop rbp; ret
const LEAVE: &[u8] = &[0x48, 0x83, 0xc4, 0x40, 0x41, 0x5d, 0x41, 0x5c, 0x5b, 0x5d, 0xc3];

/// One instruction, most likely about the stack.
fn instruction(random: &mut Random) -> Option<(Instruction, Vec<u8>)> {
    let mut bytes = Vec::new();
    for (prefix, chance) in [(0x66, 15), (0x67, 3), (0xf2, 4), (0xf3, 4), (0xf0, 2), (0x64, 1)] {
        if random.percent(chance) {
            bytes.push(prefix);
        }
    }
    if random.percent(50) {
        bytes.push(0x40 | if random.percent(70) { 8 } else { 0 } | (random.next() & 7) as u8);
    }
    match random.below(20) {
        0..13 => bytes.push(random.next() as u8),
        13..18 => bytes.extend([0x0f, random.next() as u8]),
        18 => bytes.extend([0x0f, [0x38, 0x3a][random.below(2)], random.next() as u8]),
        _ => bytes.extend([
            0xc4,
            random.next() as u8,
            random.next() as u8,
            random.next() as u8,
        ]),
    }
    // Register operands, or a place near the stack pointer or the frame pointer.
    let register = (random.next() as u8 & 7) << 3;
    match random.below(4) {
        0 => bytes.push(0xc0 | register | random.next() as u8 & 7),
        1 => bytes.extend([0x44 | register, 0x24]),
        2 => bytes.push(0x45 | register),
        _ => bytes.push(random.next() as u8),
    }
    let displacement = 8 * (random.below(20) as i8 - 10)
        + if random.percent(20) {
            random.below(8) as i8
        } else {
            0
        };
    bytes.push(displacement as u8);
    for _ in 0..10 {
        bytes.push(if random.percent(50) {
            0
        } else {
            random.next() as u8
        });
    }
    bytes.truncate(15);
    let instruction = Decoder::with_ip(64, &bytes, 0, DecoderOptions::NONE).decode();
    bytes.truncate(instruction.len());
    (!instruction.is_invalid()).then_some((instruction, bytes))
}

/// It indexes memory, or puts a stack address where it can be computed with: what it writes there is its own affair.
fn escapes(instruction: &Instruction) -> bool {
    use iced_x86::Mnemonic::{Btc, Btr, Bts, Lea};
    let is_pointer = |register: Register| matches!(register.full_register(), Register::RSP | Register::RBP);
    let memory = [instruction.memory_base(), instruction.memory_index()];
    instruction.memory_index() != Register::None && memory.into_iter().any(is_pointer)
        || (1..instruction.op_count()).any(|operand| {
            instruction.op_kind(operand) == OpKind::Register && is_pointer(instruction.op_register(operand))
        })
        || instruction.mnemonic() == Lea && memory.into_iter().any(is_pointer)
        // A bit some bits after the base.
        || matches!(instruction.mnemonic(), Btc | Btr | Bts)
            && instruction.op1_kind() == OpKind::Register
            && memory.into_iter().any(is_pointer)
}

fn code(number: u64) -> Option<Vec<u8>> {
    let mut random = Random(number);
    let mut code = ENTER.to_vec();
    for _ in 0..1 + random.below(4) {
        let (instruction, bytes) = instruction(&mut random)?;
        if escapes(&instruction) {
            return None;
        }
        code.extend(bytes);
    }
    code.extend(LEAVE);
    Some(code)
}

fn judged(code: &[u8]) -> Analysis {
    let size = code.len() as u64;
    let image = Image::new(Parts {
        processor: Processor::X86_64,
        bytes: code.to_vec(),
        code_size: size,
        alignment: 16,
        functions: vec![Function {
            name: "f".to_owned(),
            start: 0,
            size,
        }],
        constants: Vec::new(),
        references: Vec::new(),
        relro: Relro {
            start: size,
            ..Relro::default()
        },
        entries: vec![Entry {
            export: Export::undeclared("f"),
            at: 0,
        }],
        types: Vec::new(),
        routines: Vec::new(),
        imports: Vec::new(),
        lines: Lines::default(),
    });
    analyse(&image.expect("an image"))
}

/// What a call leaves, in memory that a child shares with its parent.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Outcome {
    is_done: u64,
    /// rbx, rbp, r12 to r15
    saved: [u64; 6],
    sp: u64,
    flags: u64,
    mxcsr: u32,
    control: u32,
}

const SAVED: [u64; 6] = [
    0x1111_2222_3333_4441,
    0x1111_2222_3333_4442,
    0x1111_2222_3333_4443,
    0x1111_2222_3333_4444,
    0x1111_2222_3333_4445,
    0x1111_2222_3333_4446,
];

/// Calls a function on another stack, with an address in each register that is not the caller's, and says what comes
/// back.
#[unsafe(naked)]
unsafe extern "sysv64" fn call(
    function: *const u8,
    top: *mut u8,
    room: *mut u8,
    saved: *const u64,
    outcome: *mut Outcome,
) {
    naked_asm!(
        "push rbx",
        "push rbp",
        "push r12",
        "push r13",
        "push r14",
        "push r15",
        "mov [rip + {own}], rsp",
        "mov [rip + {outcome}], r8",
        "mov rsp, rsi",
        "mov rax, rdi",
        "mov rbx, [rcx]",
        "mov rbp, [rcx + 8]",
        "mov r12, [rcx + 16]",
        "mov r13, [rcx + 24]",
        "mov r14, [rcx + 32]",
        "mov r15, [rcx + 40]",
        "mov [rip + {function}], rax",
        "mov rax, rdx",
        "lea rcx, [rdx + 256]",
        "lea rsi, [rdx + 512]",
        "lea rdi, [rdx + 1024]",
        "lea r8, [rdx - 256]",
        "lea r9, [rdx - 512]",
        "lea r10, [rdx - 1024]",
        "lea r11, [rdx + 2048]",
        "call [rip + {function}]",
        "mov rax, [rip + {outcome}]",
        "mov [rax + 8], rbx",
        "mov [rax + 16], rbp",
        "mov [rax + 24], r12",
        "mov [rax + 32], r13",
        "mov [rax + 40], r14",
        "mov [rax + 48], r15",
        "mov [rax + 56], rsp",
        "mov rsp, [rip + {own}]",
        "pushfq",
        "pop qword ptr [rax + 64]",
        "cld",
        "stmxcsr [rax + 72]",
        "fnstcw [rax + 76]",
        "mov qword ptr [rax], 1",
        "pop r15",
        "pop r14",
        "pop r13",
        "pop r12",
        "pop rbp",
        "pop rbx",
        "ret",
        own = sym OWN,
        outcome = sym OUTCOME,
        function = sym FUNCTION,
    )
}

static mut OWN: u64 = 0;
static mut OUTCOME: u64 = 0;
static mut FUNCTION: u64 = 0;

/// Memory that children share.
fn shared(size: usize, protection: i32) -> *mut u8 {
    // SAFETY: asks for fresh memory.
    let memory = unsafe {
        libc::mmap(
            std::ptr::null_mut(),
            size,
            protection,
            libc::MAP_SHARED | libc::MAP_ANONYMOUS,
            -1,
            0,
        )
    };
    assert_ne!(memory, libc::MAP_FAILED);
    memory.cast()
}

/// How far around what the registers point to there is no other memory: further than a displacement reaches.
const EMPTY: usize = 4 << 30;

/// Memory that registers may point into, with nothing near it.
fn room() -> *mut u8 {
    // SAFETY: asks for fresh addresses, and then for memory in their middle.
    unsafe {
        let around = libc::mmap(
            std::ptr::null_mut(),
            2 * EMPTY,
            libc::PROT_NONE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE,
            -1,
            0,
        );
        assert_ne!(around, libc::MAP_FAILED);
        let room = around.cast::<u8>().add(EMPTY);
        let data = libc::PROT_READ | libc::PROT_WRITE;
        assert_eq!(libc::mprotect(room.cast(), ROOM, data), 0);
        room.add(ROOM / 2)
    }
}

const ROOM: usize = 64 << 10;
const STACK: usize = 16 << 10;
const PATTERN: u64 = 0x5a5a_a5a5_1234_8765;

/// Where children run.
struct Ground {
    code: *mut u8,
    stack: *mut u8,
    room: *mut u8,
    outcome: *mut Outcome,
}

impl Ground {
    fn new() -> Self {
        let data = libc::PROT_READ | libc::PROT_WRITE;
        Self {
            code: shared(4096, data | libc::PROT_EXEC),
            stack: shared(STACK, data),
            room: room(),
            outcome: shared(4096, data).cast(),
        }
    }

    /// Runs code in a child that can ask the system for nothing. None where it does not come back, and how many bytes
    /// of stack it uses.
    fn run(&self, code: &[u8]) -> Option<(Outcome, u64)> {
        // SAFETY: the memory is ours, and no child runs.
        let (words, top) = unsafe {
            self.code.write_bytes(0xcc, 4096);
            self.code.copy_from_nonoverlapping(code.as_ptr(), code.len());
            self.outcome.write(Outcome::default());
            let words = std::slice::from_raw_parts_mut(self.stack.cast::<u64>(), STACK / 8);
            words.fill(PATTERN);
            (words, self.stack.add(STACK - 4096))
        };
        // SAFETY: the child calls nothing but the code, and ends.
        unsafe {
            let child = libc::fork();
            assert!(child >= 0);
            if child == 0 {
                let limit = libc::rlimit {
                    rlim_cur: 1,
                    rlim_max: 1,
                };
                libc::setrlimit(libc::RLIMIT_CPU, &limit);
                let none = libc::rlimit {
                    rlim_cur: 0,
                    rlim_max: 0,
                };
                libc::setrlimit(libc::RLIMIT_CORE, &none);
                libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_STRICT);
                call(self.code, top, self.room, SAVED.as_ptr(), self.outcome);
                libc::syscall(libc::SYS_exit, 0);
            }
            assert_eq!(libc::waitpid(child, &mut 0, 0), child);
        }
        // SAFETY: the child has ended.
        let outcome = unsafe { self.outcome.read() };
        let lowest = words
            .iter()
            .position(|word| *word != PATTERN)
            .unwrap_or(words.len());
        let used = (STACK - 4096) as u64 - (lowest as u64 * 8).min((STACK - 4096) as u64);
        (outcome.is_done == 1).then_some((outcome, used))
    }

    fn expected(&self) -> Outcome {
        Outcome {
            is_done: 1,
            saved: SAVED,
            // SAFETY: within the mapping.
            sp: unsafe { self.stack.add(STACK - 4096) } as u64,
            flags: 0,
            mxcsr: 0x1f80,
            control: 0x037f,
        }
    }
}

#[test]
fn what_is_accepted_keeps_what_was_proven() {
    let range = match std::env::var("RUSTGO_ACCEPTED") {
        Ok(range) => {
            let (from, to) = range.split_once("..").expect("FROM..TO");
            from.parse().unwrap()..to.parse().unwrap()
        }
        Err(_) => 0..SHORT,
    };
    let ground = Ground::new();
    let expected = ground.expected();
    let (mut made, mut accepted, mut ran) = (0, 0, 0);
    let mut failures = Vec::new();
    for number in range {
        let Some(code) = code(number) else { continue };
        made += 1;
        let analysis = judged(&code);
        if !analysis.findings.is_empty() {
            continue;
        }
        accepted += 1;
        let Some((mut outcome, used)) = ground.run(&code) else {
            continue;
        };
        ran += 1;
        outcome.flags &= 1 << 10;
        outcome.mxcsr &= !0x3f;
        let bound = analysis.entries[0].bound.unwrap().next_multiple_of(8);
        if outcome != expected || used > bound {
            let texts: Vec<String> = Decoder::with_ip(64, &code, 0, DecoderOptions::NONE)
                .iter()
                .map(|instruction| instruction.to_string())
                .collect();
            failures.push(format!(
                "{number}: {used} bytes of {bound}, {outcome:x?}\n{}",
                texts.join("\n")
            ));
        }
    }
    println!("{made} functions, {accepted} accepted, {ran} came back");
    assert!(
        failures.is_empty(),
        "{} failures\n{}",
        failures.len(),
        failures[..failures.len().min(20)].join("\n\n")
    );
}
