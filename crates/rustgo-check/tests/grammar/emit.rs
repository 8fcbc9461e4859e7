//! Emits machine code for programs, and records the truth about it: every depth of the stack with the decisions that
//! lead there, which paths can be taken, and every place where one edit would make the program wrong.

use super::Random;
use super::code::{Code, Entries, Label};
use super::isa::Isa;
use super::model::{Event, Path, Realigned};
use super::program::{Choice, End, Function, How, Program, Statement};

/// A single edit that makes a program wrong, or may do so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Edit {
    /// A register is restored from the slot next to its own.
    OtherSlot,
    /// Two registers are restored in place of each other.
    Swapped,
    /// A register is not restored.
    NotRestored,
    /// A register is not saved.
    NotSaved,
    /// Only a part of a register is saved or restored.
    Part,
    /// An epilogue releases too much or too little.
    FrameSize,
    /// A comparison allows one index too many.
    BoundPlusOne,
    /// At least one byte is written to the return address.
    ReturnAddress,
    /// Something is written above the return address.
    Above,
    /// A store overwrites a part of a slot.
    OverSlot,
    /// A call is made with the stack pointer misaligned by half of the alignment.
    Misaligned,
    /// Memory below the stack pointer is used.
    BelowStack,
    /// The direction flag is set.
    Direction,
    /// The floating-point modes are changed.
    Modes,
    /// The frame pointer holds something else.
    FramePointer,
    /// A reserved register is written, temporarily or permanently.
    Reserved,
    /// A callee-saved register is written that was not saved.
    Unsaved,
    /// One path takes stack that another does not.
    Unbalanced,
    /// A function calls itself or an earlier one.
    Recursion,
    /// A jump leads into the middle of an instruction.
    IntoInstruction,
    /// The stack pointer moves by an unknown number.
    Variable,
    /// A system call is made.
    System,
    /// The image is written to.
    IntoImage,
    /// The x87 registers are left in use.
    X87,
    /// A call or jump has an unknown target.
    Unknown,
    /// A function pointer in the frame may be overwritten.
    Overwritten,
    /// No stack is taken for a callee's arguments.
    NoArguments,
    /// The alignment of the stack changes.
    Alignment,
    /// A tail call is made before the function has released everything.
    TailTooEarly,
    /// Bytes that are not an instruction, or that the analysis refuses.
    NoInstruction,
    /// A stack probe loop is wrong.
    Probe,
}

/// The truth about an edit that was made.
#[derive(Clone, Debug)]
pub struct Made {
    pub edit: Edit,
    /// Whether the prover has to refuse it, whatever an execution shows.
    pub must: bool,
    pub function: usize,
    /// The path to it within the function.
    pub path: Path,
}

/// The truth about a function.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    pub events: Vec<Event>,
    pub uses_red_zone: bool,
    pub diverges: bool,
}

/// The values that a decision's input word may have.
#[derive(Clone, Copy, Debug)]
pub struct Domain {
    /// The values below this.
    pub values: u64,
    /// Bits that nothing reads.
    pub free: u64,
}

/// A program's code, and the truth about it.
pub struct Emitted {
    pub code: Code,
    pub functions: Vec<Facts>,
    pub domains: Vec<Domain>,
    /// Every edit that could be made.
    pub opportunities: Vec<Edit>,
    pub made: Option<Made>,
}

/// The state of emission.
pub struct Emitter<'a> {
    pub code: Code,
    pub random: Random,
    pub program: &'a Program,
    /// The functions' first instructions.
    pub starts: Vec<Label>,
    pub function: usize,
    /// Bytes below the function's entry, without padding.
    pub depth: u64,
    pub realigned: Option<Realigned>,
    /// The depth of the body, and from there up the bytes of locals.
    pub floor: u64,
    pub locals: u64,
    /// The parts of the locals in use, start and end.
    pub used: Vec<(u64, u64)>,
    /// Registers that hold something.
    pub live: u64,
    /// Registers that were spilled, and their slots.
    spilled: Vec<(u8, u64)>,
    /// A stack address was stored where computations can use it.
    escapes: bool,
    /// Where the frame pointer points to, in bytes below the entry.
    pub record: u64,
    /// Whether the frame record is separate, above the frame.
    pub has_own_record: bool,
    /// Where the return address was saved, in bytes below the entry.
    pub link: Option<u64>,
    /// Tables may have entries of eight bits.
    pub is_narrow: bool,
    path: Path,
    pub is_reachable: bool,
    is_executable: bool,
    facts: Vec<Facts>,
    domains: Vec<Domain>,
    opportunities: Vec<Edit>,
    chosen: Option<usize>,
    made: Option<Made>,
    /// Nested statements.
    nesting: u32,
}

/// Emits a program, with one of its opportunities taken if one is chosen. `is_narrow` allows tables with entries of
/// eight bits.
pub fn emit<I: Isa>(isa: &I, program: &Program, chosen: Option<usize>, is_narrow: bool) -> Emitted {
    let mut code = Code::default();
    let starts: Vec<Label> = program.functions.iter().map(|_| code.label()).collect();
    let mut emitter = Emitter {
        code,
        random: Random(0),
        program,
        starts,
        function: 0,
        depth: 0,
        realigned: None,
        floor: 0,
        locals: 0,
        used: Vec::new(),
        live: 0,
        spilled: Vec::new(),
        escapes: false,
        record: 0,
        has_own_record: false,
        link: None,
        is_narrow,
        path: Path::new(),
        is_reachable: true,
        is_executable: true,
        facts: vec![Facts::default(); program.functions.len()],
        domains: program
            .choices
            .iter()
            .map(|&values| Domain { values, free: 0 })
            .collect(),
        opportunities: Vec::new(),
        chosen,
        made: None,
        nesting: 0,
    };
    for (number, function) in program.functions.iter().enumerate() {
        emitter.emit_function(isa, number, function);
    }
    Emitted {
        code: emitter.code,
        functions: emitter.facts,
        domains: emitter.domains,
        opportunities: emitter.opportunities,
        made: emitter.made,
    }
}

impl Emitter<'_> {
    /// Marks a place where an edit could be made, and returns whether it is made. `must` says that it has to be
    /// refused.
    pub fn edit(&mut self, edit: Edit, must: bool) -> bool {
        if !self.is_reachable {
            return false;
        }
        self.opportunities.push(edit);
        let is_chosen = self.chosen == Some(self.opportunities.len() - 1);
        if is_chosen {
            self.made = Some(Made {
                edit,
                must,
                function: self.function,
                path: self.path.clone(),
            });
        }
        is_chosen
    }

    /// Whether the function being emitted is the export.
    pub fn is_export(&self) -> bool {
        self.function == 0
    }

    /// The stack pointer moves down. The new memory is written next.
    pub fn down(&mut self, bytes: u64) {
        self.depth += bytes;
        self.note(None, true);
    }

    /// The stack pointer moves up.
    pub fn up(&mut self, bytes: u64) {
        self.depth -= bytes;
        if self
            .realigned
            .is_some_and(|realigned| self.depth < realigned.before)
        {
            self.realigned = None;
        }
    }

    /// The stack pointer returns to a depth without padding.
    pub fn back_to(&mut self, depth: u64) {
        self.depth = depth;
        self.realigned = None;
    }

    /// The stack pointer is aligned.
    pub fn realign(&mut self, alignment: u64) {
        self.realigned = Some(Realigned {
            before: self.depth,
            alignment,
        });
        // Only padding is added, which is not written.
        self.note(None, false);
    }

    fn note(&mut self, call: Option<(usize, bool)>, is_seen: bool) {
        self.note_depth(self.depth, call, is_seen);
    }

    /// An address some bytes below the entry is used.
    pub fn touch(&mut self, depth: u64) {
        self.note_depth(depth, None, false);
    }

    fn note_depth(&mut self, depth: u64, call: Option<(usize, bool)>, is_seen: bool) {
        if self.is_reachable {
            self.facts[self.function].events.push(Event {
                depth,
                realigned: self.realigned,
                call,
                path: self.path.clone(),
                is_seen: is_seen && self.is_executable,
            });
        }
    }

    /// A function is called here.
    pub fn calls(&mut self, callee: usize, is_tail: bool) {
        self.note(Some((callee, is_tail)), true);
    }

    /// A stack address is stored where computations can use it.
    pub fn escape(&mut self) {
        self.escapes |= self.is_reachable;
    }

    /// Some unused bytes of the locals, at a multiple of `alignment` from the body's stack pointer on.
    pub fn slot(&mut self, size: u64, alignment: u64) -> u64 {
        let places: Vec<u64> = (0..self.locals.saturating_sub(size - 1))
            .step_by(alignment as usize)
            .filter(|&from| self.is_free(from, size))
            .collect();
        // At either end, so that the middle stays in one piece.
        let is_low = self.random.percent(50);
        let place = if is_low { places.first() } else { places.last() };
        let place = *place.expect("the frame has room for its slots");
        self.used.push((place, place + size));
        place
    }

    pub fn is_free(&self, from: u64, size: u64) -> bool {
        from + size <= self.locals
            && self
                .used
                .iter()
                .all(|&(start, end)| from >= end || from + size <= start)
    }

    /// Whether a register is in a slot, from which it is restored.
    pub fn is_spilled(&self, register: u8) -> bool {
        self.spilled.iter().any(|(spilled, _)| *spilled == register)
    }

    pub fn give_back(&mut self) {
        self.used.pop();
    }

    /// A place in the locals for a store of some bytes, next to something else if possible.
    pub fn place(&mut self, size: u64, alignment: u64) -> Option<u64> {
        let fits = |place: &u64| place.is_multiple_of(alignment) && self.is_free(*place, size);
        let mut edges: Vec<u64> = vec![0, self.locals.saturating_sub(size)];
        for &(start, end) in &self.used {
            edges.extend([start.saturating_sub(size), end]);
        }
        edges.retain(fits);
        let places: Vec<u64> = (0..self.locals).filter(fits).collect();
        let from = if !edges.is_empty() && self.random.percent(70) {
            edges
        } else {
            places
        };
        (!from.is_empty()).then(|| from[self.random.below(from.len())])
    }

    /// How far the stack pointer is below the body's.
    pub fn extra(&self) -> u64 {
        self.depth - self.floor
    }

    /// Which values a decision's input may have, and which of its bits nothing reads.
    pub fn domain(&mut self, choice: Choice, values: u64, free: u64) {
        self.domains[choice] = Domain { values, free };
    }

    fn emit_function<I: Isa>(&mut self, isa: &I, number: usize, function: &Function) {
        self.function = number;
        self.random = Random(function.seed);
        self.depth = 0;
        self.realigned = None;
        self.floor = 0;
        self.locals = 0;
        self.used.clear();
        self.spilled.clear();
        self.live = 0;
        self.escapes = false;
        self.record = 0;
        self.has_own_record = false;
        self.link = None;
        self.path.clear();
        self.is_reachable = true;
        self.is_executable = true;
        isa.align(self);
        let start = self.code.here();
        self.code.bind(self.starts[number]);
        self.note(None, true);
        if let Some((choice, callee)) = function.early {
            let other = self.code.label();
            isa.unless(self, choice, other);
            self.taking(choice, 1, |e| {
                e.calls(callee, true);
                isa.jump(e, e.starts[callee]);
            });
            self.code.bind(other);
        }
        let needed = slots(&function.body);
        isa.prologue(self, function, 16 * needed);
        isa.write_arguments(self, function);
        self.block(isa, function, &function.body);
        self.end(isa, function);
        let facts = &mut self.facts[number];
        let has_calls = facts
            .events
            .iter()
            .any(|event| event.call.is_some_and(|(_, is_tail)| !is_tail));
        facts.uses_red_zone = self.escapes && !has_calls;
        self.code.function(start);
    }

    /// The emitted code runs only if a decision is made.
    fn taking(&mut self, choice: Choice, value: u64, emit: impl FnOnce(&mut Self)) {
        self.path.push((choice, value));
        let (depth, realigned) = (self.depth, self.realigned);
        emit(self);
        (self.depth, self.realigned) = (depth, realigned);
        self.path.pop();
    }

    fn block<I: Isa>(&mut self, isa: &I, function: &Function, block: &[Statement]) {
        self.nesting += 1;
        for statement in block {
            self.statement(isa, function, statement);
        }
        self.nesting -= 1;
    }

    fn statement<I: Isa>(&mut self, isa: &I, function: &Function, statement: &Statement) {
        isa.edits(self, function);
        match statement {
            Statement::Filler(count) => {
                for _ in 0..*count {
                    isa.filler(self, function);
                }
            }
            Statement::If { choice, then, other } => {
                let (otherwise, join) = (self.code.label(), self.code.label());
                isa.unless(self, *choice, otherwise);
                self.taking(*choice, 1, |e| {
                    if e.edit(Edit::Unbalanced, true) {
                        isa.unbalance(e);
                    }
                    e.block(isa, function, then);
                });
                if !other.is_empty() {
                    isa.jump(self, join);
                }
                self.code.bind(otherwise);
                self.taking(*choice, 0, |e| e.block(isa, function, other));
                self.code.bind(join);
            }
            Statement::Switch { choice, arms, bound } => {
                let count = arms.len();
                let default = self.code.label();
                let labels: Vec<Label> = arms.iter().map(|_| self.code.label()).collect();
                let index = isa.index(self, *choice, *bound, count, default);
                let base = self.code.label();
                isa.jump_through(self, index, &labels, base);
                self.code.bind(base);
                let order = self.random.order(count);
                for number in order {
                    self.code.bind(labels[number]);
                    self.arm(*choice, number, *bound, index.bounds, |e| {
                        e.block(isa, function, &arms[number]);
                    });
                    isa.jump(self, default);
                }
                self.code.bind(default);
            }
            Statement::Loop { times, body } => {
                let slot = self.slot(16, 8);
                let again = self.code.label();
                isa.count(self, slot, *times);
                self.code.bind(again);
                self.block(isa, function, body);
                isa.repeat(self, slot, again);
                self.give_back();
            }
            Statement::Call { callee, how } => self.call(isa, &[*callee], *how, None),
            Statement::CallTable {
                choice,
                callees,
                bound,
            } => {
                self.call(isa, callees, How::Direct, Some((*choice, *bound)));
            }
            Statement::Spill { register, body } => {
                let slot = self.slot(16, 8);
                isa.spill(self, *register, slot);
                self.spilled.push((*register, slot));
                self.block(isa, function, body);
                self.spilled.pop();
                isa.restore(self, *register, slot);
                self.give_back();
            }
            Statement::Deeper { units, body } => {
                isa.take(self, *units);
                self.block(isa, function, body);
                isa.give(self, *units);
            }
            Statement::Return { choice } => {
                let stays = self.code.label();
                isa.unless(self, *choice, stays);
                self.taking(*choice, 1, |e| e.leave(isa, function));
                self.code.bind(stays);
            }
            Statement::Diverge { choice, callee } => {
                let stays = self.code.label();
                isa.unless(self, *choice, stays);
                self.taking(*choice, 1, |e| match callee {
                    Some(callee) => e.call(isa, &[*callee], How::Direct, None),
                    None => {
                        e.facts[e.function].diverges |= e.is_reachable;
                        isa.trap(e);
                    }
                });
                self.code.bind(stays);
            }
        }
    }

    /// An entry of a table, reachable unless a comparison prevents it.
    fn arm(
        &mut self,
        choice: Choice,
        number: usize,
        bound: usize,
        bounds: Bounds,
        emit: impl FnOnce(&mut Self),
    ) {
        let (is_reachable, is_executable) = (self.is_reachable, self.is_executable);
        match bounds {
            Bounds::Index => self.is_reachable &= number < bound,
            Bounds::Nothing => {}
            Bounds::InPractice => self.is_executable &= number < bound,
        }
        self.taking(choice, number as u64, emit);
        (self.is_reachable, self.is_executable) = (is_reachable, is_executable);
    }

    fn call<I: Isa>(&mut self, isa: &I, callees: &[usize], how: How, choice: Option<(Choice, usize)>) {
        let most = callees
            .iter()
            .map(|&callee| self.program.functions[callee].arguments)
            .max();
        let arguments = most.unwrap_or(0);
        let skip = self.code.label();
        let index = choice
            .map(|(choice, bound)| (choice, bound, isa.index(self, choice, bound, callees.len(), skip)));
        let taken = isa.before_call(self, arguments);
        let labels: Vec<Label> = callees.iter().map(|&callee| self.starts[callee]).collect();
        match &index {
            None => self.calls(callees[0], false),
            Some((choice, bound, index)) => {
                for (number, &callee) in callees.iter().enumerate() {
                    self.arm(*choice, number, *bound, index.bounds, |e| e.calls(callee, false));
                }
            }
        }
        match index {
            None => isa.call(self, labels[0], how),
            Some((_, _, index)) => isa.call_through(self, index, &labels),
        }
        isa.after_call(self, taken);
        self.code.bind(skip);
    }

    /// Restores everything. The stack pointer is as at the entry.
    fn restore_all<I: Isa>(&mut self, isa: &I, function: &Function) {
        for (register, slot) in self.spilled.clone().into_iter().rev() {
            isa.restore(self, register, slot);
        }
        isa.epilogue(self, function);
        assert_eq!((self.depth, self.realigned), (0, None));
    }

    fn leave<I: Isa>(&mut self, isa: &I, function: &Function) {
        self.restore_all(isa, function);
        isa.ret(self);
    }

    fn end<I: Isa>(&mut self, isa: &I, function: &Function) {
        match &function.end {
            End::Return => self.leave(isa, function),
            End::Tail { callee, how } => {
                self.restore_all(isa, function);
                self.calls(*callee, true);
                isa.tail(self, self.starts[*callee], *how);
            }
            End::TailIf { choice, callee } => {
                self.restore_all(isa, function);
                let stays = self.code.label();
                isa.unless(self, *choice, stays);
                self.taking(*choice, 1, |e| {
                    e.calls(*callee, true);
                    isa.jump(e, e.starts[*callee]);
                });
                self.code.bind(stays);
                isa.ret(self);
            }
            End::TailTable {
                choice,
                callees,
                bound,
            } => {
                self.restore_all(isa, function);
                let stays = self.code.label();
                let index = isa.index(self, *choice, *bound, callees.len(), stays);
                let labels: Vec<Label> = callees.iter().map(|&callee| self.starts[callee]).collect();
                for (number, &callee) in callees.iter().enumerate() {
                    self.arm(*choice, number, *bound, index.bounds, |e| e.calls(callee, true));
                }
                isa.tail_through(self, index, &labels);
                self.code.bind(stays);
                isa.ret(self);
            }
            End::Trap => {
                self.facts[self.function].diverges = true;
                isa.trap(self);
            }
        }
    }

    /// A table of whole addresses.
    pub fn addresses(&mut self, targets: &[Label], stride: u64) -> Label {
        let is_closed = self.random.percent(50);
        self.code
            .table(Entries::Addresses { stride }, targets.to_vec(), is_closed)
    }
}

/// An index into a table.
#[derive(Clone, Copy, Debug)]
pub struct Index {
    pub register: u8,
    pub bounds: Bounds,
    /// Only its low 32 bits are the index.
    pub is_word: bool,
}

/// What the instructions before a table imply about the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bounds {
    /// It is below the bound, which the prover has to find out.
    Index,
    /// Nothing: every entry can be taken.
    Nothing,
    /// Nothing that the prover could know, but no input exceeds the bound.
    InPractice,
}

/// How many slots of 16 bytes statements need at once.
fn slots(block: &[Statement]) -> u64 {
    let of = |statement: &Statement| match statement {
        Statement::If { then, other, .. } => slots(then).max(slots(other)),
        Statement::Switch { arms, .. } => arms.iter().map(|arm| slots(arm)).max().unwrap_or(0),
        Statement::Spill { body, .. } | Statement::Loop { body, .. } => 1 + slots(body),
        Statement::Deeper { body, .. } => slots(body),
        Statement::Call {
            how: How::Spilled, ..
        } => 1,
        _ => 0,
    };
    block.iter().map(of).max().unwrap_or(0)
}
