//! Machine code that was made to keep the analysis busy.

use cargo_rustgo::export::Export;
use cargo_rustgo::image::{Entry, Function, Image, Import, Lines, Parts, Reference, Relro};
use cargo_rustgo::processor::Processor;

/// An image, and whether the analysis has to give it up.
pub struct Case {
    pub name: &'static str,
    pub image: fn() -> Image,
    pub gives_up: bool,
}

pub fn cases() -> Vec<Case> {
    let case = |name, image, gives_up| Case {
        name,
        image,
        gives_up,
    };
    vec![
        case(
            "functions that fall into each other",
            falling as fn() -> Image,
            true,
        ),
        case(
            "functions that fall into each other, on arm64",
            falling_arm64,
            true,
        ),
        case("jumps through a huge table", table, true),
        case("one jump through a huge table", one_jump, true),
        case("jumps through a huge table of bytes, on arm64", table_arm64, true),
        case("two calls of the next function in each", doubling, false),
        case(
            "many exports above a long chain of calls",
            exports_above_a_chain,
            true,
        ),
        case(
            "a long chain of calls with a system call in each function",
            chain_of_complaints,
            true,
        ),
        case("a long chain of jumps", chain_of_jumps, false),
        case("saved registers and branches", saves, true),
        case("one function with very many calls", calls, false),
        case("very many pairs of functions that call each other", pairs, false),
        case("a circle of all functions", circle, false),
        case("a branch into the middle of each instruction", middles, false),
        case("very many traps behind one long way", traps, true),
        case("very many host imports", imports, false),
        case("a register less in each round", rounds, false),
        case("very many ways around an instruction", diamonds, false),
        case("a circle that writes further up in each function", climbs, true),
        case("very many words below the stack pointer", below, false),
        case("plain code of 4 MiB", plain, true),
        case("plain code, on arm64", plain_arm64, false),
        case("calls at every alignment of every function", alignments, true),
    ]
}

/// Code in the making.
struct Code {
    processor: Processor,
    bytes: Vec<u8>,
    functions: Vec<u64>,
    exports: Vec<u64>,
    /// Where a distance to a function belongs, and the function's number.
    calls: Vec<(usize, usize)>,
    references: Vec<Reference>,
    constants: Vec<u8>,
    imports: Vec<Import>,
}

impl Code {
    fn new(processor: Processor) -> Self {
        Self {
            processor,
            bytes: Vec::new(),
            functions: Vec::new(),
            exports: Vec::new(),
            calls: Vec::new(),
            references: Vec::new(),
            constants: Vec::new(),
            imports: Vec::new(),
        }
    }

    fn amd64() -> Self {
        Self::new(Processor::X86_64)
    }

    fn at(&self) -> u64 {
        self.bytes.len() as u64
    }

    fn function(&mut self) -> &mut Self {
        self.functions.push(self.at());
        self
    }

    fn export(&mut self) -> &mut Self {
        self.exports.push(self.at());
        self.function()
    }

    fn put(&mut self, bytes: &[u8]) -> &mut Self {
        self.bytes.extend_from_slice(bytes);
        self
    }

    fn words(&mut self, words: &[u32]) -> &mut Self {
        for word in words {
            self.bytes.extend_from_slice(&word.to_le_bytes());
        }
        self
    }

    /// An opcode with a 32-bit distance to a function, which may come later.
    fn to(&mut self, opcode: &[u8], function: usize) -> &mut Self {
        self.put(opcode);
        self.calls.push((self.bytes.len(), function));
        self.put(&[0; 4])
    }

    fn call(&mut self, function: usize) -> &mut Self {
        self.to(&[0xe8], function)
    }

    fn image(mut self) -> Image {
        for (at, function) in std::mem::take(&mut self.calls) {
            let distance = self.functions[function] as i64 - (at as i64 + 4);
            self.bytes[at..at + 4].copy_from_slice(&(distance as i32).to_le_bytes());
        }
        let code_size = self.bytes.len() as u64;
        self.bytes.append(&mut self.constants);
        let ends = self.functions.iter().skip(1).copied().chain([code_size]);
        let functions = self.functions.iter().zip(ends).map(|(&start, end)| Function {
            name: format!("f{start}"),
            start,
            size: end - start,
        });
        let entries = self.exports.iter().map(|&at| Entry {
            export: Export::undeclared(&format!("f{at}")),
            at,
        });
        let image = Image::new(Parts {
            processor: self.processor,
            functions: functions.collect(),
            entries: entries.collect(),
            relro: Relro {
                start: self.bytes.len() as u64,
                ..Relro::default()
            },
            bytes: self.bytes,
            code_size,
            alignment: 16,
            constants: Vec::new(),
            references: self.references,
            types: Vec::new(),
            routines: Vec::new(),
            imports: self.imports,
            lines: Lines::default(),
        });
        image.expect("an image")
    }
}

const RET: &[u8] = &[0xc3];
const PUSH_RAX: &[u8] = &[0x50];
const POP_RAX: &[u8] = &[0x58];
const UD2: &[u8] = &[0x0f, 0x0b];

/// Each pushes a word and falls through into the next, so that each of them includes all that follow.
fn falling() -> Image {
    const COUNT: usize = 20_000;
    let mut code = Code::amd64();
    code.export();
    for function in 1..=COUNT {
        // jz
        code.to(&[0x0f, 0x84], function);
    }
    code.put(RET);
    for _ in 0..COUNT {
        code.function().put(PUSH_RAX);
    }
    code.put(UD2);
    code.image()
}

fn falling_arm64() -> Image {
    const COUNT: u32 = 20_000;
    let mut code = Code::new(Processor::Aarch64);
    // b.eq to each, then ret
    code.export();
    let branches = vec![0x5400_0000 | (COUNT + 1) << 5; COUNT as usize];
    code.words(&branches).words(&[0xd65f_03c0]);
    for _ in 0..COUNT {
        // sub sp, sp, #16
        code.function().words(&[0xd100_43ff]);
    }
    // brk #0
    code.words(&[0xd420_0000]);
    code.image()
}

/// `lea rax, [table]; movsxd rcx, [rax + 4 * rdi]; add rcx, rax; jmp rcx`, with the references that the linker keeps.
fn jump(code: &mut Code, tables: &mut Vec<usize>) {
    code.put(&[0x48, 0x8d, 0x05]);
    tables.push(code.bytes.len());
    code.put(&[0; 4])
        .put(&[0x48, 0x63, 0x0c, 0xb8, 0x48, 0x01, 0xc1, 0xff, 0xe1]);
}

fn with_table(jumps: usize, entries: usize) -> Image {
    let mut code = Code::amd64();
    let mut tables = Vec::new();
    code.export();
    for _ in 0..jumps {
        // jz over the jump
        code.put(&[0x74, 16]);
        jump(&mut code, &mut tables);
    }
    code.put(RET);
    let targets = code.at();
    for _ in 0..entries {
        code.put(RET);
    }
    let start = code.at();
    for place in tables {
        let distance = (start as i64 - (place as i64 + 4)) as i32;
        code.bytes[place..place + 4].copy_from_slice(&distance.to_le_bytes());
        code.references.push(Reference {
            at: place as u64,
            target: start,
        });
    }
    for entry in 0..entries as u64 {
        let target = targets + entry;
        code.constants
            .extend_from_slice(&((target as i64 - start as i64) as i32).to_le_bytes());
        code.references.push(Reference {
            at: start + 4 * entry,
            target,
        });
    }
    code.image()
}

fn table() -> Image {
    with_table(2_000, 1_000_000)
}

fn one_jump() -> Image {
    with_table(1, 4_000_000)
}

fn table_arm64() -> Image {
    const JUMPS: u32 = 4_000;
    const ENTRIES: usize = 4 << 20;
    let mut code = Code::new(Processor::Aarch64);
    code.export();
    let size = (JUMPS * 6 + 1) * 4;
    for jump in 0..JUMPS {
        let at = jump * 24;
        // The table's distance from the second instruction.
        let (distance, back) = (size + 256 * 4 - (at + 4), 8u32.wrapping_neg());
        let adr = |register: u32, bytes: u32| {
            0x1000_0000 | (bytes & 3) << 29 | (bytes >> 2 & 0x7_ffff) << 5 | register
        };
        code.words(&[
            0xb400_00c0,      // cbz x0, next
            adr(1, distance), // adr x1, table
            adr(2, back),     // adr x2, two back
            0x3860_6823,      // ldrb w3, [x1, x0]
            0x8b03_0842,      // add x2, x2, x3, lsl #2
            0xd61f_0040,      // br x2
        ]);
    }
    code.words(&[0xd65f_03c0]);
    code.words(&[0xd65f_03c0; 256]);
    code.constants = (0..ENTRIES).map(|entry| entry as u8).collect();
    code.image()
}

/// 2^30,000 paths.
fn doubling() -> Image {
    const COUNT: usize = 30_000;
    let mut code = Code::amd64();
    code.export().put(PUSH_RAX).call(1).call(1).put(POP_RAX).put(RET);
    for function in 2..COUNT {
        code.function().put(PUSH_RAX);
        code.call(function).call(function).put(POP_RAX).put(RET);
    }
    code.function().put(RET);
    code.image()
}

fn exports_above_a_chain() -> Image {
    const COUNT: usize = 10_000;
    let mut code = Code::amd64();
    for _ in 0..COUNT {
        code.export().put(PUSH_RAX).call(COUNT).put(POP_RAX).put(RET);
    }
    for function in 1..COUNT {
        code.function().put(PUSH_RAX);
        code.call(COUNT + function).put(POP_RAX).put(RET);
    }
    code.function().put(UD2);
    code.image()
}

fn chain_of_complaints() -> Image {
    const COUNT: usize = 20_000;
    let mut code = Code::amd64();
    code.export();
    for function in 1..COUNT {
        // syscall
        code.put(&[0x0f, 0x05]).put(PUSH_RAX).call(function).put(POP_RAX);
        code.put(RET).function();
    }
    code.put(RET);
    code.image()
}

fn chain_of_jumps() -> Image {
    const COUNT: usize = 30_000;
    let mut code = Code::amd64();
    code.export();
    for function in 1..COUNT {
        code.to(&[0xe9], function).function();
    }
    code.put(RET);
    code.image()
}

fn saves() -> Image {
    const COUNT: usize = 300_000;
    let mut code = Code::amd64();
    code.export();
    for _ in 0..COUNT {
        // push rbx; jz next
        code.put(&[0x53, 0x74, 0x00]);
    }
    code.put(UD2);
    code.image()
}

fn calls() -> Image {
    const COUNT: usize = 20_000;
    let mut code = Code::amd64();
    code.export().put(PUSH_RAX);
    for function in 1..=COUNT {
        code.call(function);
    }
    code.put(POP_RAX).put(RET);
    for _ in 0..COUNT {
        code.function().put(RET);
    }
    code.image()
}

fn pairs() -> Image {
    const COUNT: usize = 8_000;
    let mut code = Code::amd64();
    code.export().put(PUSH_RAX);
    for pair in 0..COUNT {
        code.call(1 + 2 * pair);
    }
    code.put(POP_RAX).put(RET);
    for pair in 0..COUNT {
        for callee in [2 + 2 * pair, 1 + 2 * pair] {
            code.function().put(PUSH_RAX).put(&[0x74, 5]).call(callee);
            code.put(POP_RAX).put(RET);
        }
    }
    code.image()
}

fn circle() -> Image {
    const COUNT: usize = 20_000;
    let mut code = Code::amd64();
    code.export();
    for function in 1..=COUNT {
        code.put(PUSH_RAX).put(&[0x74, 5]).call(function % COUNT);
        code.put(POP_RAX).put(RET);
        if function < COUNT {
            code.function();
        }
    }
    code.image()
}

fn middles() -> Image {
    const COUNT: usize = 50_000;
    let mut code = Code::amd64();
    code.export();
    for _ in 0..COUNT {
        // jz into the number that the next instruction loads
        code.put(&[0x74, 0x01, 0xb8, 0x90, 0x90, 0x90, 0x90]);
    }
    code.put(RET);
    code.image()
}

/// Many branches into the same long way to one trap.
fn traps() -> Image {
    const COUNT: usize = 30_000;
    let mut code = Code::amd64();
    code.export();
    for index in 0..COUNT {
        code.put(&[0x0f, 0x84]);
        let distance = (COUNT - 1 - index) * 6 + 1 + index;
        code.put(&(distance as i32).to_le_bytes());
    }
    code.put(RET);
    for _ in 0..COUNT {
        // nop
        code.put(&[0x90]);
    }
    code.put(UD2);
    code.image()
}

fn imports() -> Image {
    const COUNT: u64 = 50_000;
    const SLOT: u64 = 16;
    let mut code = Code::amd64();
    code.bytes.resize((COUNT * SLOT) as usize, 0);
    code.imports = (0..COUNT)
        .map(|number| Import {
            name: format!("import{number}"),
            at: number * SLOT,
            returns: true,
        })
        .collect();
    code.export();
    for number in 0..COUNT {
        let distance = (number * SLOT) as i64 - (code.at() as i64 + 5);
        code.put(&[0xe8]).put(&(distance as i32).to_le_bytes());
    }
    code.put(RET);
    code.image()
}

/// A loop over many blocks; each iteration loses the saved value of one more register.
fn rounds() -> Image {
    const BLOCKS: usize = 1_000;
    let mut code = Code::amd64();
    code.export();
    let start = code.at();
    for _ in 0..BLOCKS {
        code.put(&[0x74, 0x00]);
    }
    // Each register takes the next one's value: mov rbx, r12; mov r12, r13; mov r13, r14; mov r14, r15; xor r15, r15
    code.put(&[
        0x4c, 0x89, 0xe3, 0x4d, 0x89, 0xec, 0x4d, 0x89, 0xf5, 0x4d, 0x89, 0xfe, 0x4d, 0x31, 0xff,
    ]);
    let distance = start as i64 - (code.at() as i64 + 6);
    code.put(&[0x0f, 0x85])
        .put(&(distance as i32).to_le_bytes())
        .put(RET);
    code.image()
}

/// 2^60,000 paths through one function.
fn diamonds() -> Image {
    const COUNT: usize = 60_000;
    let mut code = Code::amd64();
    code.export();
    for _ in 0..COUNT {
        // jz over xor ebx, ebx
        code.put(&[0x74, 0x02, 0x31, 0xdb]);
    }
    code.put(RET);
    code.image()
}

/// What each function says of itself changes with what all others write.
fn climbs() -> Image {
    const COUNT: usize = 20_000;
    let mut code = Code::amd64();
    code.export();
    for function in 1..=COUNT {
        // mov [rsp + 8 * function], rdi; jz over the jump
        code.put(&[0x48, 0x89, 0xbc, 0x24])
            .put(&(8 * function as u32).to_le_bytes())
            .put(&[0x74, 5])
            .to(&[0xe9], function % COUNT)
            .put(RET);
        if function < COUNT {
            code.function();
        }
    }
    code.image()
}

fn below() -> Image {
    let mut code = Code::amd64();
    code.export();
    // push rbx, and mov [rsp + rdi - 8], rax
    code.put(&[0x53; 32])
        .put(&[0x48, 0x89, 0x44, 0x3c, 0xf8].repeat(300_000))
        .put(RET);
    code.image()
}

fn plain() -> Image {
    let mut code = Code::amd64();
    code.export();
    code.bytes.resize(4 << 20, 0x90);
    code.put(RET);
    code.image()
}

fn plain_arm64() -> Image {
    let mut code = Code::new(Processor::Aarch64);
    code.export();
    code.words(&vec![0xd503_201f; 300_000]).words(&[0xd65f_03c0]);
    code.image()
}

/// Each function calls the next one at eight depths, so that each is entered with every remainder of the stack pointer.
fn alignments() -> Image {
    const COUNT: usize = 40_000;
    let mut code = Code::amd64();
    code.export();
    for function in 1..COUNT {
        code.put(PUSH_RAX).call(function);
        for _ in 1..4 {
            code.put(PUSH_RAX).put(PUSH_RAX).call(function);
        }
        code.put(&POP_RAX.repeat(7)).put(RET);
        code.function();
    }
    code.put(RET);
    code.image()
}
