//! The grammar: whole programs of several functions, as trees that are independent of a processor's instructions.
//!
//! Functions call only later functions, so that recursion does not arise by itself. They are generated from last to
//! first: the callee-saved registers that a callee loses are known before its callers are generated, and each caller
//! saves what it has to.

use std::collections::BTreeSet;

use super::Random;
use super::isa::Isa;

/// A general-purpose register or, from 32 on, the low half of a vector register, as the prover numbers them.
pub type Register = u8;

/// Several functions, of which the first is exported.
pub struct Program {
    pub functions: Vec<Function>,
    /// The maximum number of ways of each decision.
    pub choices: Vec<u64>,
}

/// The index of a decision, which input words make when the program runs.
pub type Choice = usize;

/// One function.
#[derive(Clone, Debug, Default)]
pub struct Function {
    /// The seed for the details of its instructions.
    pub seed: u64,
    /// The callee-saved registers that it saves.
    pub saves: Vec<Register>,
    /// How it saves them.
    pub saving: Saving,
    /// The callee-saved registers that its own instructions write, saved or not.
    pub clobbers: Vec<Register>,
    pub has_frame_pointer: bool,
    /// The alignment of its frame, in bytes.
    pub alignment: Option<u64>,
    /// The minimum size of its locals, in bytes.
    pub frame: u64,
    /// The number of stack pages that it takes and touches one by one.
    pub pages: u64,
    /// Bytes above its return address that it writes: arguments in its caller's frame.
    pub arguments: u64,
    /// A decision on which it jumps to another function before anything else.
    pub early: Option<(Choice, usize)>,
    pub body: Vec<Statement>,
    pub end: End,
    /// Whether it calls functions, other than by tail calls.
    pub calls: bool,
    /// The registers that it does not preserve for its callers.
    pub loses: BTreeSet<Register>,
    /// Whether it returns.
    pub returns: bool,
}

/// How callee-saved registers are saved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Saving {
    /// By pushes, or by stores that move the stack pointer.
    #[default]
    Pushes,
    /// By stores into the frame, in any order.
    Stores,
    /// In caller-saved registers, if it calls nothing.
    Registers,
}

/// How a function is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    Direct,
    /// Its address is in a register.
    Register,
    /// Its address is in the image.
    Memory,
    /// Its address is in a stack slot.
    Spilled,
}

/// A part of a function.
#[derive(Clone, Debug)]
pub enum Statement {
    /// Some instructions that decide nothing.
    Filler(usize),
    If {
        choice: Choice,
        then: Vec<Statement>,
        other: Vec<Statement>,
    },
    /// A jump table with an arm for each entry. A comparison allows the first `bound` of them.
    Switch {
        choice: Choice,
        arms: Vec<Vec<Statement>>,
        bound: usize,
    },
    Loop {
        times: u64,
        body: Vec<Statement>,
    },
    Call {
        callee: usize,
        how: How,
    },
    /// A call through a table of functions. A comparison allows the first `bound` of them.
    CallTable {
        choice: Choice,
        callees: Vec<usize>,
        bound: usize,
    },
    /// A callee-saved register is saved, used and restored.
    Spill {
        register: Register,
        body: Vec<Statement>,
    },
    /// Some stack is taken and released.
    Deeper {
        units: u64,
        body: Vec<Statement>,
    },
    /// The function returns here, depending on a decision.
    Return {
        choice: Choice,
    },
    /// The function diverges here, depending on a decision: a trap, or a call of a function that does not return.
    Diverge {
        choice: Choice,
        callee: Option<usize>,
    },
}

/// How a function ends.
#[derive(Clone, Debug, Default)]
pub enum End {
    #[default]
    Return,
    /// A jump to another function.
    Tail { callee: usize, how: How },
    /// A tail call or a return, depending on a decision.
    TailIf { choice: Choice, callee: usize },
    /// A jump through a table of functions, of which a comparison allows the first `bound`; otherwise a return.
    TailTable {
        choice: Choice,
        callees: Vec<usize>,
        bound: usize,
    },
    /// A trap.
    Trap,
}

/// The maximum number of functions in a program.
const FUNCTIONS: usize = 6;

struct Maker<'a, I> {
    isa: &'a I,
    random: Random,
    /// By number. Those that are not generated yet are empty.
    functions: Vec<Function>,
    choices: Vec<u64>,
    /// The number of the function that is being generated.
    function: usize,
    loses: BTreeSet<Register>,
    calls: bool,
    /// Whether it returns in the middle.
    has_return: bool,
}

/// The program with a number.
pub fn program(isa: &impl Isa, number: u64) -> Program {
    let mut random = Random(number);
    let count = 1 + random.below(FUNCTIONS);
    let mut maker = Maker {
        isa,
        random,
        functions: vec![Function::default(); count],
        choices: Vec::new(),
        function: 0,
        loses: BTreeSet::new(),
        calls: false,
        has_return: false,
    };
    for number in (0..count).rev() {
        maker.function = number;
        maker.functions[number] = maker.function();
    }
    Program {
        functions: maker.functions,
        choices: maker.choices,
    }
}

impl<I: Isa> Maker<'_, I> {
    fn function(&mut self) -> Function {
        let is_export = self.function == 0;
        self.loses.clear();
        self.calls = false;
        self.has_return = false;
        let saved = self.isa.callee_saved();
        let mut clobbers = Vec::new();
        for &register in saved {
            if self.random.percent(30) {
                clobbers.push(register);
            }
        }
        self.loses.extend(&clobbers);
        let body = self.block(3);
        let end = self.end();
        let tail_loses: BTreeSet<Register> = match &end {
            End::Tail { callee, .. } | End::TailIf { callee, .. } => self.functions[*callee].loses.clone(),
            End::TailTable { callees, .. } => callees
                .iter()
                .flat_map(|callee| self.functions[*callee].loses.clone())
                .collect(),
            _ => BTreeSet::new(),
        };
        let early = if self.random.percent(8) {
            let callee = self.callee(|callee| {
                callee.returns && (!is_export || callee.loses.is_empty()) && callee.arguments == 0
            });
            callee.map(|callee| (self.choice(2), callee))
        } else {
            None
        };
        // An export saves everything. Another function may leave that to its callers.
        let mut saves: Vec<Register> = self.loses.iter().copied().collect();
        if !is_export {
            saves.retain(|_| self.random.percent(60));
        }
        self.random.shuffle(&mut saves);
        let mut loses: BTreeSet<Register> = self
            .loses
            .iter()
            .copied()
            .filter(|register| !saves.contains(register))
            .collect();
        loses.extend(tail_loses);
        if let Some((_, callee)) = early {
            loses.extend(&self.functions[callee].loses);
        }
        let saving = match self.random.below(10) {
            0..5 => Saving::Pushes,
            5..9 => Saving::Stores,
            _ if self.calls || saves.len() > 2 || saves.iter().any(|register| *register >= 32) => {
                Saving::Stores
            }
            _ => Saving::Registers,
        };
        let alignment = self.random.percent(20).then(|| 16 << self.random.below(7));
        let is_tail = !matches!(end, End::Return | End::Trap) || early.is_some();
        let returns = !matches!(end, End::Trap);
        Function {
            seed: self.random.next(),
            saves,
            saving,
            clobbers,
            has_frame_pointer: alignment.is_some() || self.random.percent(50),
            alignment,
            frame: 8 * self.random.below(12) as u64,
            pages: if self.random.percent(4) {
                1 + self.random.below(2) as u64
            } else {
                0
            },
            arguments: if is_export || is_tail || self.random.percent(75) {
                0
            } else {
                8 * (1 + self.random.below(4) as u64)
            },
            early,
            body,
            end,
            calls: self.calls,
            loses,
            returns,
        }
    }

    /// A function after this one, more likely a near one.
    fn callee(&mut self, is_wanted: impl Fn(&Function) -> bool) -> Option<usize> {
        let behind = self.function + 1..self.functions.len();
        let wanted: Vec<usize> = behind
            .filter(|&number| is_wanted(&self.functions[number]))
            .collect();
        if wanted.is_empty() {
            return None;
        }
        let number = self
            .random
            .below(wanted.len())
            .min(self.random.below(wanted.len()));
        Some(wanted[number])
    }

    fn choice(&mut self, ways: u64) -> Choice {
        self.choices.push(ways);
        self.choices.len() - 1
    }

    fn how(&mut self) -> How {
        match self.random.below(10) {
            0..6 => How::Direct,
            6 | 7 => How::Register,
            8 => How::Memory,
            _ => How::Spilled,
        }
    }

    fn block(&mut self, nesting: u32) -> Vec<Statement> {
        let count = 1 + self.random.below(if nesting == 3 { 4 } else { 2 });
        (0..count).map(|_| self.statement(nesting)).collect()
    }

    fn statement(&mut self, nesting: u32) -> Statement {
        // Programs stay small enough to be understood if they fail.
        let is_leaf = nesting == 0 || self.choices.len() > 40;
        match self.random.below(if is_leaf { 40 } else { 100 }) {
            0..15 => Statement::Filler(1 + self.random.below(5)),
            15..30 => self.call(),
            30..34 => self.call_table(),
            34..37 => {
                self.has_return = true;
                Statement::Return {
                    choice: self.choice(2),
                }
            }
            37..40 => {
                let callee = self.callee(|callee| !callee.returns);
                if callee.is_some() {
                    self.calls = true;
                }
                Statement::Diverge {
                    choice: self.choice(2),
                    callee,
                }
            }
            40..58 => Statement::If {
                choice: self.choice(2),
                then: self.block(nesting - 1),
                other: if self.random.percent(60) {
                    self.block(nesting - 1)
                } else {
                    Vec::new()
                },
            },
            58..72 => {
                let count = 2 + self.random.below(4);
                let arms = (0..count).map(|_| self.block(nesting - 1)).collect();
                Statement::Switch {
                    choice: self.choice(count as u64),
                    arms,
                    bound: if self.random.percent(50) {
                        count
                    } else {
                        1 + self.random.below(count)
                    },
                }
            }
            72..80 => Statement::Loop {
                times: 1 + self.random.below(3) as u64,
                body: self.block(nesting - 1),
            },
            80..90 => {
                let saved = self.isa.callee_saved();
                let register = saved[self.random.below(saved.len())];
                let lost_before = self.loses.contains(&register);
                let body = self.block(nesting - 1);
                // The body's losses are restored.
                if !lost_before {
                    self.loses.remove(&register);
                }
                Statement::Spill { register, body }
            }
            _ => Statement::Deeper {
                units: 1 + self.random.below(3) as u64,
                body: self.block(nesting - 1),
            },
        }
    }

    fn call(&mut self) -> Statement {
        let Some(callee) = self.callee(|callee| callee.returns) else {
            return Statement::Filler(2);
        };
        self.calls = true;
        self.loses.extend(self.functions[callee].loses.clone());
        Statement::Call {
            callee,
            how: self.how(),
        }
    }

    fn call_table(&mut self) -> Statement {
        let count = 2 + self.random.below(3);
        let callees: Vec<usize> = (0..count)
            .filter_map(|_| self.callee(|callee| callee.returns))
            .collect();
        if callees.is_empty() {
            return Statement::Filler(2);
        }
        self.calls = true;
        for &callee in &callees {
            self.loses.extend(self.functions[callee].loses.clone());
        }
        let count = callees.len();
        Statement::CallTable {
            choice: self.choice(count as u64),
            callees,
            bound: if self.random.percent(60) {
                count
            } else {
                1 + self.random.below(count)
            },
        }
    }

    fn end(&mut self) -> End {
        let is_export = self.function == 0;
        // A tail callee of an export has to restore what the export's own callers rely on.
        let is_wanted = move |callee: &Function| {
            callee.returns && callee.arguments == 0 && (!is_export || callee.loses.is_empty())
        };
        match self.random.below(20) {
            0..12 => {}
            12..15 => {
                if let Some(callee) = self.callee(is_wanted) {
                    return End::Tail {
                        callee,
                        how: self.how(),
                    };
                }
            }
            15 | 16 => {
                if let Some(callee) = self.callee(is_wanted) {
                    return End::TailIf {
                        choice: self.choice(2),
                        callee,
                    };
                }
            }
            17 | 18 => {
                let callees: Vec<usize> = (0..2 + self.random.below(2))
                    .filter_map(|_| self.callee(is_wanted))
                    .collect();
                if let count @ 1.. = callees.len() {
                    return End::TailTable {
                        choice: self.choice(count as u64),
                        callees,
                        bound: if self.random.percent(60) {
                            count
                        } else {
                            1 + self.random.below(count)
                        },
                    };
                }
            }
            _ if !is_export && !self.has_return => return End::Trap,
            _ => {}
        }
        End::Return
    }
}
