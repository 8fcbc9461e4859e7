//! A processor for tests, with one instruction for each thing that the processor-independent part of the analysis has
//! to understand. A program is text. Every instruction takes four bytes, and a call pushes eight.
//!
//! ```text
//! export main: push 8; call helper; pop 8; ret
//! helper: lose 3; .again: jz .again; ret
//! ```
//!
//! | instruction | meaning |
//! | --- | --- |
//! | `push N`, `pop N` | moves the stack pointer by N bytes |
//! | `align N` | aligns the stack pointer down to N; `leave` goes back to the function's entry |
//! | `set R N`, `lose R` | register R holds the image offset N, or something unknown |
//! | `save R`, `restore R` | pushes and pops a register |
//! | `copy R S`, `store R` | register R holds what S holds; stores to an unknown address, which comes from register R |
//! | `want R N` | wrong unless register R holds N for certain |
//! | `touch N`, `above N`, `escape` | uses the stack N bytes above its pointer, writes N bytes above the return address, computes with a stack address |
//! | `jmp A B..`, `jz A`, `call A B..` | labels, functions, `LABEL+N` or a bare offset; `call` alone calls an unknown function |
//! | `ret`, `trap`, `lost`, `nop` | |
//! | `wide` | an instruction of eight bytes, the last four of which are a `trap` for a jump to them |
//! | `probe N` | takes N bytes of stack in a loop of three instructions, this one and two traps; another one overlaps those two |
//! | `break RULE N` | violates a rule and goes on |
//!
//! Registers 3, 5, 12 and 13 are callee-saved. Register 5 is a frame pointer: it has to be known at a join, and the
//! caller's at a tail call.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{Diagnostic, Refusal};
use crate::explore::{Explored, explore};
use crate::finding::{Finding, Rule};
use crate::fuel::{Exhausted, Fuel};
use crate::image::Processor;
use crate::image::record::Export;
use crate::image::{Entry, Function, Image, Import, Lines, Parts, Relro};
use crate::machine::{Flow, Machine, Realign, Step, Summary, Targets};
use crate::origin::{IMAGE, Origin, Origins};
use crate::state::{Anchor, Register, StackAddress, Value};
use crate::{Analysis, verdict};

const CALLEE_SAVED: u64 = 1 << 3 | 1 << 5 | 1 << 12 | 1 << 13;
const POINTER: Register = 5;

/// A program.
pub struct Toy {
    code: BTreeMap<u64, Vec<String>>,
    labels: BTreeMap<String, u64>,
    pub image: Image,
}

type State = crate::state::State<()>;

impl Toy {
    /// Reads a program: lines or `;` separate instructions, `NAME:` starts a function, `export NAME:` an export,
    /// `.NAME:` is a label in a function, `import NAME` and `import NAME noreturn` are branches to the host.
    pub fn new(program: &str) -> Self {
        let (mut code, mut labels) = (BTreeMap::new(), BTreeMap::new());
        let mut parts = Parts {
            processor: Processor::X86_64,
            bytes: Vec::new(),
            code_size: 0,
            alignment: 16,
            functions: Vec::new(),
            constants: Vec::new(),
            references: Vec::new(),
            relro: Relro::default(),
            entries: Vec::new(),
            types: Vec::new(),
            routines: Vec::new(),
            imports: Vec::new(),
            lines: Lines::default(),
        };
        let mut at = 0;
        for part in program.split(['\n', ';']) {
            let mut rest = part.trim();
            while let Some((head, tail)) = rest.split_once(':') {
                let name = head
                    .trim_start_matches("export ")
                    .trim_start_matches("routine ")
                    .trim();
                labels.insert(name.to_owned(), at);
                if !name.starts_with('.') {
                    // Colons end names.
                    parts.functions.push(Function {
                        name: name.replace("..", "::"),
                        start: at,
                        size: 0,
                    });
                }
                if head.starts_with("export ") {
                    parts.entries.push(Entry {
                        export: Export::undeclared(name),
                        at,
                    });
                } else if head.starts_with("routine ") {
                    parts.routines.push(at);
                }
                rest = tail.trim();
            }
            let words: Vec<String> = rest.split_whitespace().map(str::to_owned).collect();
            match words.first().map(String::as_str) {
                None => {}
                Some("import") => {
                    labels.insert(words[1].clone(), at);
                    parts.imports.push(Import {
                        name: words[1].clone(),
                        at,
                        returns: words.get(2).is_none(),
                    });
                    at += 4;
                }
                // Code outside of every function.
                Some("gap") => at += 4,
                Some(name) => {
                    let trap = || vec!["trap".to_owned()];
                    let size = match name {
                        "wide" => 8,
                        "probe" => 12,
                        _ => 4,
                    };
                    if size > 4 {
                        code.insert(at + 4, trap());
                    }
                    if size > 8 {
                        code.insert(at + 6, trap());
                        code.insert(at + 8, trap());
                    }
                    code.insert(at, words);
                    at += size;
                    let function = parts.functions.last_mut().expect("a function");
                    function.size = at - function.start;
                }
            }
        }
        parts.bytes.resize(at as usize, 0);
        parts.code_size = at;
        parts.relro.start = at;
        let image = Image::new(parts).expect("an image");
        Self { code, labels, image }
    }

    /// The offset of a label, or of some bytes after one.
    pub fn at(&self, label: &str) -> u64 {
        let (name, more) = label.split_once('+').unwrap_or((label, "0"));
        let more: u64 = more.parse().expect("a number");
        match name.parse::<u64>() {
            Ok(offset) => offset,
            Err(_) => {
                *self
                    .labels
                    .get(name)
                    .unwrap_or_else(|| panic!("no label `{name}`"))
                    + more
            }
        }
    }

    /// The result of exploring each function.
    pub fn explore(&self) -> BTreeMap<u64, Explored> {
        let starts = self.image.entries.iter().map(|entry| entry.at);
        explore(&self.image, self, starts, &Fuel::unlimited()).expect("fuel without a limit")
    }

    /// The verdict on all exports.
    pub fn judge(&self) -> Analysis {
        let fuel = Fuel::of(&self.image);
        self.judge_with(&fuel)
            .unwrap_or_else(|_| verdict::give_up(&self.image, &fuel))
    }

    /// The verdict on all exports, with a given amount of fuel.
    pub fn judge_with(&self, fuel: &Fuel) -> Result<Analysis, Exhausted> {
        verdict::judge(&self.image, self, fuel)
    }

    /// Declares the promises of the first export.
    pub fn declare(mut self, stack: Option<u64>, no_panic: bool) -> Self {
        let edited = self.image.edit(|image| {
            let export = &mut image.entries[0].export;
            (export.stack, export.no_panic) = (stack, no_panic);
        });
        edited.expect("an image");
        self
    }

    /// The findings: places and messages.
    pub fn findings(&self) -> Vec<(u64, String)> {
        let finding = |finding: &Finding| (finding.places[0].offset, finding.message.clone());
        self.judge().findings.iter().map(finding).collect()
    }

    /// Asserts the findings: labels and messages, in the order of functions and places.
    pub fn assert_findings(&self, expected: &[(&str, &str)]) {
        let expected: Vec<(u64, String)> = expected
            .iter()
            .map(|(label, message)| (self.at(label), (*message).to_owned()))
            .collect();
        assert_eq!(self.findings(), expected);
    }

    /// The bound of the first export.
    pub fn bound(&self) -> Option<u64> {
        self.judge().entries[0].bound
    }

    fn targets(&self, words: &[String]) -> BTreeSet<u64> {
        words[1..].iter().map(|label| self.at(label)).collect()
    }
}

fn number(words: &[String], index: usize) -> i64 {
    words[index].parse().expect("a number")
}

fn diagnostic(rule: Rule, message: String) -> Diagnostic {
    Diagnostic::new(rule, message, "")
}

impl Machine for Toy {
    type Modes = ();

    const RETURN_ADDRESS: u64 = 8;
    const RED_ZONE: u64 = 128;
    const ENTRY_RESIDUES: &'static [u64] = &[8, 24, 40, 56];

    fn entry(&self) -> State {
        let mut state = State::entry(CALLEE_SAVED);
        state.cells.origins = Origins::entry(0xffff);
        state
    }

    fn step(&self, at: u64, state: &State) -> Step<State> {
        let Some(words) = self.code.get(&at) else {
            return Step::lost(at, Refusal::undecidable(format!("no instruction at {at}"), ""));
        };
        let lost = || Refusal::undecidable(format!("lost at {at}"), "");
        let mut step = Step::lost(at + 4, lost());
        let mut next = state.clone();
        let frame = &mut next.cells;
        let sp = frame.sp;
        let register = |index| number(words, index) as Register;
        let mut flow: Option<fn(State) -> Flow<State>> = Some(Flow::Next);
        match words[0].as_str() {
            "nop" => {}
            "wide" => step.end = at + 8,
            "push" => frame.move_sp(sp.plus(-number(words, 1))),
            "pop" => frame.move_sp(sp.plus(number(words, 1))),
            "leave" => frame.move_sp(StackAddress::ENTRY),
            "align" => {
                let alignment = number(words, 1) as u64;
                let before = -sp.offset;
                step.realigns = Some(Realign {
                    before: before as u64,
                    alignment,
                });
                let anchor = Anchor::Realigned {
                    at,
                    before,
                    alignment,
                };
                frame.move_sp(StackAddress { anchor, ..sp });
            }
            "probe" => {
                step.inner = vec![at + 4, at + 8];
                step.end = at + 12;
                frame.move_sp(sp.plus(-number(words, 1)));
            }
            "set" => {
                frame.set(register(1), Value::Address(number(words, 2) as u64));
                frame.origins.set(register(1), Origin::IMAGE);
            }
            "lose" => {
                frame.set(register(1), Value::Unknown);
                frame.origins.set(register(1), Origin::NONE);
            }
            "copy" => {
                frame.set(register(1), state.cells.get(register(2)));
                frame
                    .origins
                    .set(register(1), state.cells.origins.get(register(2)));
            }
            "store" => {
                let sources = state.cells.origins.get(register(1)).sources();
                step.stores = sources & !IMAGE;
                if sources & IMAGE != 0 {
                    let message = format!("stores into the image at {at}");
                    step.diagnostics.push(diagnostic(Rule::MutableStatic, message));
                }
            }
            "save" => {
                let stack_address = sp.plus(-8);
                frame.move_sp(stack_address);
                frame.slots.store(stack_address, 8, state.cells.get(register(1)));
            }
            "restore" => {
                frame.set(register(1), state.cells.slots.get(sp));
                frame.move_sp(sp.plus(8));
            }
            "want" => {
                let value = state.cells.get(register(1));
                if value != Value::Address(number(words, 2) as u64) {
                    step.diagnostics.push(diagnostic(
                        Rule::SystemCall,
                        format!("register {} is {value:?}", words[1]),
                    ));
                }
            }
            "touch" => step.touches.push(sp.plus(number(words, 1))),
            "escape" => step.escapes = true,
            "above" => step.above = number(words, 1) as u64,
            // Violates a rule, and goes on.
            "break" => step.diagnostics.push(match words[1].as_str() {
                "red-zone" => diagnostic(Rule::RedZone, format!("red zone {}", words[2])),
                "alignment" => diagnostic(Rule::StackAlignment, format!("alignment {}", words[2])),
                "frame" => diagnostic(Rule::VariableFrame, format!("frame {}", words[2])),
                "pointer" => diagnostic(Rule::FramePointer, format!("pointer {}", words[2])),
                "reserved" => diagnostic(Rule::ReservedRegister, format!("reserved {}", words[2])),
                _ => diagnostic(Rule::SystemCall, format!("system {}", words[2])),
            }),
            "jz" => {
                step.flow = Flow::Branch {
                    target: self.at(&words[1]),
                    taken: next.clone(),
                    next: next.clone(),
                };
                flow = None;
            }
            "jmp" => {
                let targets = Targets::listed(self.targets(words)).expect("a target");
                step.flow = Flow::Jump(targets, next.clone());
                flow = None;
            }
            "call" => {
                let targets = Targets::listed(self.targets(words));
                let unknown = || Refusal::indirect("calls who knows what".to_owned(), "");
                step.flow = Flow::Call(targets.ok_or_else(unknown), next.clone());
                flow = None;
            }
            "ret" if sp == StackAddress::ENTRY => flow = Some(Flow::Return),
            "ret" | "lost" => flow = None,
            "trap" => flow = Some(|_| Flow::Trap),
            other => panic!("no instruction `{other}`"),
        }
        if let Some(flow) = flow {
            step.flow = flow(next);
        }
        step
    }

    fn after_call(&self, state: &State, callee: Summary) -> State {
        let mut next = state.clone();
        for register in (0..16).filter(|register| CALLEE_SAVED & callee.preserved & (1 << register) == 0) {
            next.cells.set(register, Value::Unknown);
        }
        next.cells.slots.store_anywhere();
        next.cells
            .origins
            .call(CALLEE_SAVED & callee.preserved, &callee.results);
        let below = next.cells.sp.plus(callee.above as i64);
        next.cells.slots.drop_below(below);
        next
    }

    fn at_call(&self, _: &State, callee: &str, _: &Summary, diagnostics: &mut Vec<Diagnostic>) {
        let message = format!("has {callee} store into the image");
        diagnostics.push(diagnostic(Rule::MutableStatic, message));
    }

    fn at_join(&self, state: &State, diagnostics: &mut Vec<Diagnostic>) {
        if state.cells.get(POINTER) == Value::Unknown {
            diagnostics.push(diagnostic(Rule::FramePointer, "differs at a join".to_owned()));
        }
    }

    fn at_tail_call(&self, state: &State, diagnostics: &mut Vec<Diagnostic>) {
        if state.cells.get(POINTER) != Value::Initial(POINTER) {
            diagnostics.push(diagnostic(Rule::FramePointer, "lost at a tail call".to_owned()));
        }
    }

    fn at_boundary(&self, who: &str, preserved: u64, diagnostics: &mut Vec<Diagnostic>) {
        let lost: Vec<u32> = (0..16)
            .filter(|register| CALLEE_SAVED & !preserved & (1 << register) != 0)
            .collect();
        if !lost.is_empty() {
            diagnostics.push(diagnostic(
                Rule::ReservedRegister,
                format!("{who} loses {lost:?}"),
            ));
        }
    }
}
