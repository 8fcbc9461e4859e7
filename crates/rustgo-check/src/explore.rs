//! The exploration: computes the states of all functions by a worklist, from the exports along every branch and into
//! every call, until they no longer change.
//!
//! A function is everything that is reachable from its first instruction without a call, wherever it lies. States are
//! kept at leaders, and only ever move up the lattice there, so a fixpoint is reached. A call is followed past its
//! return as soon as the callee can return; until then the code after it counts as unreachable.

use std::collections::{BTreeMap, BTreeSet};

use super::diagnostic::{Diagnostic, Refusal};
use super::fuel::{Exhausted, Fuel};
use super::machine::{Depth, Flow, Machine, Probe, Realign, Step, Summary, Targets};
use super::origin::{self, IMAGE};
use super::state::{StackAddress, State};
use crate::finding::Rule;
use crate::image::Image;

/// A call of one function by another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Call {
    /// Offset of the calling instruction from the image's start.
    pub at: u64,
    /// Offset of the called function's first instruction.
    pub target: u64,
    /// The caller's depth before the instruction.
    pub depth: Depth,
    /// Whether it is a jump: then the called function takes the caller's place on the stack.
    pub is_tail: bool,
}

/// The result of exploring a function.
#[derive(Clone, Debug, Default)]
pub struct Explored {
    /// The depth at every instruction that can be reached.
    pub depth: BTreeMap<u64, Depth>,
    /// The most bytes that the function itself uses, for each realignment and for the part without one.
    pub deepest: BTreeMap<Option<u64>, u64>,
    /// The instructions that align the stack pointer.
    pub realigns: BTreeMap<u64, Realign>,
    /// The loops that probe the stack.
    pub probes: Vec<Probe>,
    /// Whether the function indexes the stack or computes with stack addresses.
    escapes: bool,
    /// The first instruction that writes above the return address.
    writes_above: Option<u64>,
    /// The calls, sorted by place.
    pub calls: BTreeSet<Call>,
    /// The edges of the control-flow graph.
    pub edges: BTreeSet<(u64, u64)>,
    /// The instructions, except the first, with a predecessor other than the instruction before them.
    pub landings: BTreeSet<u64>,
    /// The instructions that return to the caller.
    pub exits: BTreeSet<u64>,
    /// The instructions that trap.
    pub traps: BTreeSet<u64>,
    /// The diagnostics, by place.
    pub diagnostics: BTreeMap<(u64, Rule), Diagnostic>,
    /// The rules that need only one diagnostic per function, and have it.
    said: BTreeSet<Rule>,
}

impl Explored {
    fn report(&mut self, at: u64, diagnostic: Diagnostic) {
        // A function that uses the frame pointer, a reserved register or the red zone for data does so in many places,
        // and after a frame of unknown size or alignment the later ones are unknown too: the first diagnostic is
        // enough.
        let once = matches!(
            diagnostic.rule,
            Rule::FramePointer
                | Rule::ReservedRegister
                | Rule::VariableFrame
                | Rule::StackAlignment
                | Rule::RedZone
        );
        if once && !self.said.insert(diagnostic.rule) {
            return;
        }
        self.diagnostics
            .entry((at, diagnostic.rule))
            .or_insert(diagnostic);
    }

    /// Leaves the function undecided. A refusal that [`Self::report`] drops has one of its own rule before it.
    fn refuse(&mut self, at: u64, refusal: Refusal) {
        self.report(at, refusal.into());
    }

    /// The calls of an instruction: several if it uses a table.
    pub fn calls_at(&self, at: u64) -> impl Iterator<Item = &Call> {
        let first = Call {
            at,
            target: 0,
            depth: Depth::of(StackAddress::ENTRY),
            is_tail: false,
        };
        self.calls.range(first..).take_while(move |call| call.at == at)
    }

    /// SOUNDNESS: B1
    fn use_stack(&mut self, stack_address: StackAddress) {
        let depth = Depth::of(stack_address);
        let deepest = self.deepest.entry(depth.realigned).or_default();
        *deepest = depth.bytes.max(*deepest);
    }

    /// Counts the red zone of a function whose stack addresses can't all be followed. Compilers give a function none if
    /// it calls others, because the call would overwrite it.
    ///
    /// SOUNDNESS: B2
    fn use_red_zone(&mut self, bytes: u64) {
        if self.escapes && self.calls.iter().all(|call| call.is_tail) {
            for depth in self.depth.values() {
                let deepest = self.deepest.entry(depth.realigned).or_default();
                *deepest = depth.bytes.saturating_add(bytes).max(*deepest);
            }
        }
    }
}

/// Explores the program from the given functions, and returns every function that is reached, by its start.
///
/// # Errors
///
/// If the fuel runs out.
pub fn explore<M: Machine>(
    image: &Image,
    machine: &M,
    starts: impl IntoIterator<Item = u64>,
    fuel: &Fuel,
) -> Result<BTreeMap<u64, Explored>, Exhausted> {
    let mut explorer = Explorer {
        image,
        machine,
        fuel,
        work: BTreeMap::new(),
        summaries: BTreeMap::new(),
        waiting: BTreeMap::new(),
        queue: Vec::new(),
        instructions: BTreeMap::new(),
    };
    let starts: Vec<u64> = starts.into_iter().collect();
    for &start in &starts {
        explorer.reach(start)?;
    }
    while let Some(start) = explorer.queue.pop() {
        explorer.run(start)?;
    }
    for start in &starts {
        let (Some(work), Some(summary)) = (explorer.work.get_mut(start), explorer.summaries.get(start))
        else {
            continue;
        };
        if summary.above > 0 {
            let at = work.explored.writes_above.unwrap_or(*start);
            work.explored.refuse(at, into_the_host(summary.above));
        }
    }
    let exports = starts.iter().map(|&start| (start, "the export".to_owned()));
    let routines = image.routines.iter().map(|&start| {
        let function = image.function_at(start);
        let name = function.map_or_else(|| "a routine".to_owned(), |f| format!("`{}`", f.demangled()));
        (start, format!("{name}, which the guest calls,"))
    });
    for (start, who) in exports.chain(routines) {
        // A function that no export reaches does no harm.
        let (Some(work), Some(summary)) = (explorer.work.get_mut(&start), explorer.summaries.get(&start))
        else {
            continue;
        };
        let mut diagnostics = Vec::new();
        machine.at_boundary(&who, summary.preserved, &mut diagnostics);
        for diagnostic in diagnostics {
            work.explored.report(start, diagnostic);
        }
    }
    let explored = explorer.work.into_iter().map(|(start, mut work)| {
        work.explored.use_red_zone(M::RED_ZONE);
        (start, work.explored)
    });
    Ok(explored.collect())
}

/// The cost of storing the result of a function, in steps of the analysis.
const FUNCTION: u64 = 8;

/// A function that is being explored.
struct Work<M> {
    start: u64,
    /// The state at each leader. States are large, and the map's nodes have room for many.
    states: BTreeMap<u64, Box<State<M>>>,
    /// The leaders whose states have to be followed (again).
    todo: BTreeSet<u64>,
    summary: Summary,
    explored: Explored,
}

struct Explorer<'a, M: Machine> {
    image: &'a Image,
    machine: &'a M,
    fuel: &'a Fuel,
    work: BTreeMap<u64, Work<M::Modes>>,
    summaries: BTreeMap<u64, Summary>,
    /// The callers of each function that depend on its summary, with the leaders to follow again when it changes.
    waiting: BTreeMap<u64, BTreeSet<(u64, u64)>>,
    queue: Vec<u64>,
    /// Start and end of every instruction that was decoded.
    instructions: BTreeMap<u64, u64>,
}

impl<M: Machine> Explorer<'_, M> {
    /// The summary of a function, which is put on the worklist if it is new.
    fn reach(&mut self, start: u64) -> Result<Summary, Exhausted> {
        if let Some(&known) = self.summaries.get(&start) {
            return Ok(known);
        }
        let mut work = Work {
            start,
            states: BTreeMap::new(),
            todo: BTreeSet::from([start]),
            summary: Summary::NONE,
            explored: Explored::default(),
        };
        self.fuel.spend(FUNCTION)?;
        self.keep(&mut work, start, &self.machine.entry())?;
        self.work.insert(start, work);
        self.queue.push(start);
        self.summaries.insert(start, Summary::NONE);
        Ok(Summary::NONE)
    }

    /// SOUNDNESS: S3
    fn run(&mut self, start: u64) -> Result<(), Exhausted> {
        let Some(mut work) = self.work.remove(&start) else {
            return Ok(());
        };
        if !self.is_covered(start) {
            work.todo.clear();
            self.give_up(&mut work, start, outside(start));
        }
        while let Some(leader) = work.todo.pop_first() {
            self.follow(&mut work, leader)?;
        }
        let summary = work.summary;
        self.work.insert(start, work);
        if self.summaries.insert(start, summary) != Some(summary) {
            for &(caller, leader) in self.waiting.get(&start).into_iter().flatten() {
                self.fuel.spend(1)?;
                if let Some(work) = self.work.get_mut(&caller) {
                    work.todo.insert(leader);
                    self.queue.push(caller);
                }
            }
        }
        Ok(())
    }

    /// Walks a basic block and those after it, from a leader to the next one.
    ///
    /// SOUNDNESS: F2, S2
    fn follow(&mut self, work: &mut Work<M::Modes>, mut leader: u64) -> Result<(), Exhausted> {
        let mut at = leader;
        let mut state = State::clone(&work.states[&leader]);
        let mut diagnostics = Vec::new();
        self.machine.at_join(&state, &mut diagnostics);
        loop {
            self.fuel.spend_at(at, 1)?;
            let mut step = self.machine.step(at, &state);
            let noted = self.note(work, at, &step, state.cells.sp);
            match &step.flow {
                Flow::Lost(refusal) => self.give_up(work, at, refusal.clone()),
                Flow::Call(Err(refusal), _) => work.explored.refuse(at, refusal.clone()),
                _ => {}
            }
            diagnostics.append(&mut step.diagnostics);
            for diagnostic in diagnostics.drain(..) {
                work.explored.report(at, diagnostic);
            }
            if let Err(refusal) = noted {
                self.give_up(work, at, refusal);
                return Ok(());
            }
            let next = match step.flow {
                Flow::Next(next) => next,
                Flow::Jump(targets, state) => {
                    for target in targets.iter() {
                        self.go(work, leader, at, target, &state)?;
                    }
                    return Ok(());
                }
                Flow::Branch { target, taken, next } => {
                    self.go(work, leader, at, target, &taken)?;
                    next
                }
                Flow::Call(targets, next) => {
                    let summary = self.call(work, at, targets, &state)?;
                    if !summary.returns {
                        return Ok(());
                    }
                    if next.cells.sp.offset.saturating_add_unsigned(summary.above) > 0 {
                        self.give_up(work, at, beyond_the_frame(summary.above));
                        return Ok(());
                    }
                    // From here on the path can be followed by itself, and the part before it ends here if it is
                    // followed again: everything learnt about later callees concerns this part.
                    if work.states.contains_key(&at) {
                        leader = at;
                    }
                    self.machine.after_call(&next, summary)
                }
                Flow::Return(state) => {
                    self.leave(work, at, state.cells.preserved());
                    origin::join(&mut work.summary.results, state.cells.origins.registers());
                    return Ok(());
                }
                Flow::Trap => {
                    work.explored.traps.insert(at);
                    return Ok(());
                }
                Flow::Lost(_) => return Ok(()),
            };
            work.explored.use_stack(next.cells.sp);
            let is_elsewhere = work.states.contains_key(&step.end) || self.is_start(step.end);
            if is_elsewhere || !self.is_covered(step.end) {
                return self.go(work, leader, at, step.end, &next);
            }
            work.explored.edges.insert((at, step.end));
            (at, state) = (step.end, next);
        }
    }

    /// Records an instruction.
    ///
    /// # Errors
    ///
    /// If it overlaps another one, or crosses the end of its function.
    ///
    /// SOUNDNESS: F3, F4
    fn note(
        &mut self,
        work: &mut Work<M::Modes>,
        at: u64,
        step: &Step<State<M::Modes>>,
        sp: StackAddress,
    ) -> Result<(), Refusal> {
        let whole = self
            .image
            .function_at(at)
            .is_some_and(|f| step.end <= f.end().min(self.image.code_size));
        if matches!(step.flow, Flow::Lost(_)) && step.end == at {
            return Ok(());
        }
        // The instruction, and the others of the loop if it is the first of a stack probe.
        let starts = std::iter::once(at).chain(step.inner.iter().copied());
        let ends = step.inner.iter().copied().chain([step.end]);
        let spans: Vec<(u64, u64)> = starts.zip(ends).collect();
        let apart = spans.iter().all(|&(start, end)| {
            let before = self.instructions.range(..start).next_back();
            let inside = self.instructions.range(start + 1..).next();
            before.is_none_or(|known| *known.1 <= start) && inside.is_none_or(|known| end <= *known.0)
        });
        if !whole || !apart {
            return Err(if whole { overlap(at) } else { crossing(at) });
        }
        self.instructions.extend(spans);
        let explored = &mut work.explored;
        let depth = Depth::of(sp);
        explored.depth.insert(at, depth);
        explored.use_stack(sp);
        for &stack_address in &step.touches {
            explored.use_stack(stack_address);
        }
        explored.escapes |= step.escapes;
        if step.above > 0 {
            explored.writes_above.get_or_insert(at);
        }
        work.summary.above = work.summary.above.max(step.above);
        work.summary.stores |= step.stores;
        if let Some(realign) = step.realigns {
            explored.realigns.insert(at, realign);
        }
        if !step.inner.is_empty() {
            explored
                .depth
                .extend(step.inner.iter().map(|&inner| (inner, depth)));
            let probe = at..step.end;
            if !explored.probes.contains(&probe) {
                explored.probes.push(probe);
            }
        }
        Ok(())
    }

    /// Follows an edge to another instruction: within the function, or as a tail call. Joins the states at a leader.
    ///
    /// SOUNDNESS: F1, F2
    fn go(
        &mut self,
        work: &mut Work<M::Modes>,
        leader: u64,
        at: u64,
        target: u64,
        state: &State<M::Modes>,
    ) -> Result<(), Exhausted> {
        if !self.is_covered(target) {
            self.give_up(work, at, outside(target));
            return Ok(());
        }
        let sp = state.cells.sp;
        if target != work.start && self.is_start(target) && sp == StackAddress::ENTRY {
            return self.tail_call(work, leader, at, target, state);
        }
        work.explored.edges.insert((at, target));
        if self.instructions.get(&at) != Some(&target) {
            work.explored.landings.insert(target);
        }
        work.explored.use_stack(sp);
        match work.states.get_mut(&target) {
            Some(known) if known.cells.sp != sp => {
                let refusal = clash(Depth::of(known.cells.sp), Depth::of(sp));
                work.explored.refuse(target, refusal);
            }
            Some(known) => {
                self.fuel.spend(1)?;
                if known.join(state) {
                    work.todo.insert(target);
                }
            }
            None => {
                if let Some(&known) = work.explored.depth.get(&target) {
                    if known != Depth::of(sp) {
                        work.explored.refuse(target, clash(known, Depth::of(sp)));
                        return Ok(());
                    }
                    // Execution was followed straight through. From now on that path has to end here.
                    work.todo
                        .extend(work.states.range(..target).next_back().map(|(leader, _)| *leader));
                }
                self.keep(work, target, state)?;
                work.todo.insert(target);
            }
        }
        Ok(())
    }

    /// Makes an instruction a leader with the given state.
    fn keep(&self, work: &mut Work<M::Modes>, at: u64, state: &State<M::Modes>) -> Result<(), Exhausted> {
        self.fuel.spend(state.cells.weight())?;
        work.states.insert(at, Box::new(state.clone()));
        Ok(())
    }

    /// SOUNDNESS: F5
    fn tail_call(
        &mut self,
        work: &mut Work<M::Modes>,
        leader: u64,
        at: u64,
        target: u64,
        state: &State<M::Modes>,
    ) -> Result<(), Exhausted> {
        let mut diagnostics = Vec::new();
        self.machine.at_tail_call(state, &mut diagnostics);
        for diagnostic in diagnostics {
            work.explored.report(at, diagnostic);
        }
        let depth = Depth::of(state.cells.sp);
        work.explored.calls.insert(Call {
            at,
            target,
            depth,
            is_tail: true,
        });
        let summary = self.ask(work, leader, target)?;
        work.summary.above = work.summary.above.max(summary.above);
        self.hand_over(work, at, target, &summary, state);
        if summary.returns {
            self.leave(work, at, state.cells.preserved() & summary.preserved);
            let mut origins = state.cells.origins.clone();
            origins.call(summary.preserved, &summary.results);
            origin::join(&mut work.summary.results, origins.registers());
        }
        Ok(())
    }

    /// SOUNDNESS: I3
    fn call(
        &mut self,
        work: &mut Work<M::Modes>,
        at: u64,
        targets: Result<Targets, Refusal>,
        state: &State<M::Modes>,
    ) -> Result<Summary, Exhausted> {
        let depth = Depth::of(state.cells.sp);
        let mut all = Summary::NONE;
        // The step refused it. The code after the call is explored to find more errors.
        let Ok(targets) = targets else {
            return Ok(Summary { returns: true, ..all });
        };
        for target in targets.iter() {
            if !self.is_covered(target) {
                work.explored.refuse(at, outside(target));
                all.returns = true;
                continue;
            }
            work.explored.calls.insert(Call {
                at,
                target,
                depth,
                is_tail: false,
            });
            // Later results about the callee don't affect the code before the call: it goes on from here.
            if !work.states.contains_key(&at) {
                self.keep(work, at, state)?;
            }
            let summary = self.ask(work, at, target)?;
            self.hand_over(work, at, target, &summary, state);
            all.returns |= summary.returns;
            all.preserved &= summary.preserved;
            all.above = all.above.max(summary.above);
            origin::join(&mut all.results, &summary.results);
        }
        Ok(all)
    }

    /// Notes through which of its own addresses a function has its callee store, and reports those of the image.
    ///
    /// SOUNDNESS: S4
    fn hand_over(
        &self,
        work: &mut Work<M::Modes>,
        at: u64,
        target: u64,
        summary: &Summary,
        state: &State<M::Modes>,
    ) {
        let sources = state.cells.origins.behind(summary.stores);
        work.summary.stores |= sources & !IMAGE;
        if sources & IMAGE != 0 {
            let callee = self.image.function_at(target).map_or_else(
                || "a function".to_owned(),
                |function| format!("`{}`", function.demangled()),
            );
            let mut diagnostics = Vec::new();
            self.machine.at_call(state, &callee, summary, &mut diagnostics);
            for diagnostic in diagnostics {
                work.explored.report(at, diagnostic);
            }
        }
    }

    /// The summary of a callee. The leader is followed again if it changes.
    ///
    /// SOUNDNESS: H2, S2
    fn ask(&mut self, work: &Work<M::Modes>, leader: u64, callee: u64) -> Result<Summary, Exhausted> {
        if let Some(import) = self.image.import_at(callee) {
            return Ok(Summary {
                returns: import.returns,
                ..Summary::IMPORT
            });
        }
        self.fuel.spend(1)?;
        self.waiting
            .entry(callee)
            .or_default()
            .insert((work.start, leader));
        if callee == work.start {
            Ok(work.summary)
        } else {
            self.reach(callee)
        }
    }

    /// Refuses a path that can't be followed. To find more errors, the path counts as one that returns and preserves
    /// all registers. Nothing relies on that, because the refusal leaves the function undecided.
    ///
    /// SOUNDNESS: G3
    fn give_up(&self, work: &mut Work<M::Modes>, at: u64, refusal: Refusal) {
        work.explored.refuse(at, refusal);
        self.leave(work, at, u64::MAX);
    }

    /// SOUNDNESS: S1
    fn leave(&self, work: &mut Work<M::Modes>, at: u64, preserved: u64) {
        work.explored.exits.insert(at);
        work.summary.returns = true;
        work.summary.preserved &= preserved;
    }

    fn is_start(&self, offset: u64) -> bool {
        self.image
            .functions
            .binary_search_by_key(&offset, |f| f.start)
            .is_ok()
            || self.image.import_at(offset).is_some()
    }

    /// SOUNDNESS: C4, F4
    fn is_covered(&self, offset: u64) -> bool {
        self.image.function_at(offset).is_some() || self.image.import_at(offset).is_some()
    }
}

fn into_the_host(bytes: u64) -> Refusal {
    Refusal::undecidable(
        format!("the export writes {bytes} bytes above its return address, where the host's own frame is"),
        "all arguments of an export are passed in registers: keep variables in the function's own frame, or pass a \
         pointer to it",
    )
}

fn beyond_the_frame(bytes: u64) -> Refusal {
    Refusal::undecidable(
        format!(
            "the called function writes {bytes} bytes above its return address, beyond the end of this \
             function's frame"
        ),
        "a function may change the arguments that its caller has pushed for it, and nothing else there: \
         take stack for them before the call",
    )
}

fn outside(target: u64) -> Refusal {
    Refusal::undecidable(
        format!("execution goes on at image offset {target:#x}, which is in no function"),
        "a function without a return or jump at its end falls through into the bytes after it; assembly needs `.type NAME, \
         @function` and `.size` for each function",
    )
}

fn overlap(at: u64) -> Refusal {
    Refusal::undecidable(
        format!("execution reaches image offset {at:#x} in the middle of another instruction"),
        "compilers emit no such code: remove the jump into the instruction from the assembly",
    )
}

fn crossing(at: u64) -> Refusal {
    Refusal::undecidable(
        format!("the instruction at image offset {at:#x} crosses the end of its function"),
        "the symbol's size is wrong, or there is data where code should be: correct `.size` in the assembly",
    )
}

fn clash(one: Depth, other: Depth) -> Refusal {
    let message = if one.realigned == other.realigned {
        format!(
            "the stack depth here is {} or {} bytes, depending on the path that led here",
            one.bytes.min(other.bytes),
            one.bytes.max(other.bytes)
        )
    } else {
        "the stack is aligned on one path that leads here and not on another".to_owned()
    };
    Refusal::variable_frame(
        message,
        "each place in a function needs one stack depth: balance pushes and pops on every path through the \
         assembly, and take no stack in a loop",
    )
}
