//! Decides which instructions of the image the assembler has to understand, so that it records the true stack depth.
//!
//! The assembler knows `PUSHQ`, `POPQ` and `ADJSP`, and keeps a running depth in file order. It treats everything else
//! as raw data. Where control does not fall through, for example at a return in the middle of a function, the running
//! depth of the following code would be wrong. Then the epilogue before it is written as raw data, so that the depth
//! stays the same, or an `ADJSP` that never runs is put into the gap between two functions. A loop that probes a large
//! frame goes deeper in many small steps; its full depth is recorded from the function's entry on. The epilogue of a
//! function that aligns its frame moves by a few bytes: see [`Epilogue`].

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Range;

use iced_x86::{Decoder, DecoderOptions, FlowControl, Instruction, Mnemonic, OpKind, Register};

use super::epilogue::Epilogue;
use super::pieces::{PADDING, PADDING_LENGTH, Piece, adjust_length, effect, is_gap, piece};
use crate::check::{Analysis, Probe};
use crate::image::{Function, Image};

/// The image in pieces.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Each piece with its offset, in order. Together they cover the image, except the branches to host imports and the
    /// constants that hold addresses.
    pub pieces: Vec<(u64, Piece)>,
    /// The depth that the assembler will have recorded for each reachable instruction, in bytes since the function's
    /// entry. Empty if the image is opaque.
    pub recorded: BTreeMap<u64, i64>,
    /// The true depth of each of these.
    pub depths: BTreeMap<u64, u64>,
    /// The instructions whose recorded depth differs from the true one because they are in an epilogue that is written
    /// as raw data, before more code of the function. None of them calls anything.
    pub epilogues: BTreeSet<u64>,
    /// The same for loops that probe the stack, and for the code before them.
    pub probes: BTreeSet<u64>,
    /// The recorded depth before the first piece.
    pub first: i64,
    /// Ranges that are written after their offset in the image, with the distance in bytes.
    pub moved: Vec<(Range<u64>, u64)>,
}

/// Why the recorded depths can't be exact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inexact {
    /// The function, demangled.
    pub function: String,
    /// The instruction's offset in the image.
    pub at: u64,
    /// The end of a sentence about the function.
    pub reason: &'static str,
}

impl fmt::Display for Inexact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` (image offset {:#x}) {}",
            self.function, self.at, self.reason
        )
    }
}

/// An instruction and its form in the plan.
struct Step {
    at: u64,
    end: u64,
    /// The change of the depth, in a form that the assembler knows.
    piece: Option<Piece>,
    /// Whether it changes SP in a form that the assembler does not know.
    changes_sp: bool,
    /// Whether control does not fall through.
    ends: bool,
    is_call: bool,
    /// Whether it belongs to the loop that probes the stack.
    is_probe: bool,
    depth: Option<u64>,
}

impl Plan {
    /// Tracks every change of the stack pointer.
    ///
    /// # Errors
    ///
    /// At the first place where the recorded depth has to be exact, but can't be.
    pub fn exact(image: &Image, analysis: &Analysis) -> Result<Self, Inexact> {
        let depths = analysis.depths().map_err(|ambiguous| Inexact {
            function: ambiguous.function,
            at: ambiguous.at,
            reason: "aligns its frame to more than 64 bytes, or is called with different values of the stack \
                     pointer modulo 64",
        })?;
        let mut plan = Self {
            depths,
            ..Self::default()
        };
        let probe = |function: &Function| analysis.functions.get(&function.start)?.probes.first();
        let entered = analysis.entered_from_elsewhere();
        let mut at = image.imports_size();
        let mut recorded = 0;
        for (number, function) in image.functions.iter().enumerate() {
            let probed = probe(function).map_or(0, |probe| plan.probed(probe));
            if at == image.imports_size() {
                plan.first = probed;
            } else if recorded != probed {
                at = plan.adjust(image, function, at, probed - recorded)?;
            }
            plan.raw(at, function.start);
            // The gap after it may have to hold an instruction that never runs.
            let limit = image.functions.get(number + 1).map_or(image.code_size, |next| {
                let probed = probe(next).map_or(0, |probe| plan.probed(probe));
                let reserved = if probed == 0 { 0 } else { adjust_length(probed) };
                next.start.saturating_sub(reserved)
            });
            let instructions = instructions(image, function);
            let depth = |at| plan.depths.get(&at).copied();
            let epilogue = Epilogue::find(image, function, &instructions, depth, &entered, limit);
            let steps = plan.steps(&instructions, probe(function), epilogue.as_ref());
            recorded = plan.function(function, &steps, probed)?;
            at = function.end();
            if let Some(epilogue) = epilogue {
                at += epilogue.by;
                plan.moved.push((epilogue.rest, epilogue.by));
            }
        }
        plan.raw(at, image.relro.start);
        plan.recorded.retain(|at, _| plan.depths.contains_key(at));
        Ok(plan)
    }

    /// Tracks nothing: every instruction is raw data.
    pub fn opaque(image: &Image) -> Self {
        let mut plan = Self::default();
        let mut at = image.imports_size();
        for function in &image.functions {
            plan.raw(at, function.start);
            for instruction in instructions(image, function) {
                plan.raw(instruction.ip(), instruction.next_ip());
            }
            at = function.end();
        }
        plan.raw(at, image.relro.start);
        plan
    }

    /// Whether Go's unwinder can walk every frame.
    pub fn is_exact(&self) -> bool {
        !self.recorded.is_empty()
    }

    /// The offset of a function's code in Go, from the image's start.
    pub fn place(&self, at: u64) -> u64 {
        let moved = self.moved.iter().find(|(range, _)| range.contains(&at));
        at + moved.map_or(0, |(_, by)| *by)
    }

    fn raw(&mut self, from: u64, to: u64) {
        if from < to {
            self.pieces.push((from, Piece::Raw(from..to)));
        }
    }

    /// How much a probe loop deepens the stack.
    fn probed(&self, probe: &Probe) -> i64 {
        let depth = |at| self.depths.get(at).map_or(0, |depth| *depth as i64);
        depth(&probe.end) - depth(&probe.start)
    }

    /// Puts an instruction that never runs into the gap before a function, and returns its end.
    fn adjust(&mut self, image: &Image, function: &Function, at: u64, amount: i64) -> Result<u64, Inexact> {
        let end = at + adjust_length(amount);
        if end > function.start || !is_gap(image, at..end) {
            let reason = "has no room before it for an instruction that never runs";
            return Err(inexact(function, function.start, reason));
        }
        self.pieces.push((at, Piece::Adjust(amount as i32)));
        Ok(end)
    }

    /// Returns the depth that is recorded at the function's end.
    fn function(&mut self, function: &Function, steps: &[Step], probed: i64) -> Result<i64, Inexact> {
        let mut recorded = probed;
        let probe_end = steps
            .iter()
            .rposition(|step| step.is_probe)
            .map_or(0, |last| last + 1);
        let mut index = 0;
        while index < steps.len() {
            // A run ends where control does not fall through.
            let end = steps[index..]
                .iter()
                .position(|step| step.ends)
                .map_or(steps.len(), |n| index + n + 1);
            let run = &steps[index..end];
            let next = steps[end..].iter().find_map(|step| step.depth);
            let raw_from = raw_from(run, recorded, next);
            for (number, step) in run.iter().enumerate() {
                let is_before_probe = index + number < probe_end;
                self.recorded.insert(step.at, recorded);
                let is_raw = number >= raw_from;
                if step.depth.is_some_and(|depth| recorded != depth as i64) {
                    if !(is_raw || is_before_probe) || step.is_call {
                        let reason = if is_raw {
                            "changes the stack pointer in a way that Go's assembler does not know, and calls from there"
                        } else {
                            "has adjacent parts with different stack depths, without room between them for an instruction \
                             that never runs"
                        };
                        return Err(inexact(function, step.at, reason));
                    }
                    let part = if is_before_probe {
                        &mut self.probes
                    } else {
                        &mut self.epilogues
                    };
                    part.insert(step.at);
                }
                match &step.piece {
                    Some(piece) if !is_raw => {
                        recorded += effect(piece);
                        self.pieces.push((step.at, piece.clone()));
                        if let Piece::Adjust(amount) = piece
                            && step.at + adjust_length(i64::from(*amount)) < step.end
                        {
                            let padding = step.end - PADDING_LENGTH;
                            self.pieces
                                .push((padding, Piece::Instruction(PADDING.to_owned())));
                        }
                    }
                    _ => self.raw(step.at, step.end),
                }
            }
            index = end;
        }
        Ok(recorded)
    }

    fn steps(
        &self,
        instructions: &[Instruction],
        probe: Option<&Probe>,
        epilogue: Option<&Epilogue>,
    ) -> Vec<Step> {
        instructions
            .iter()
            .map(|instruction| {
                let flow = instruction.flow_control();
                let at = instruction.ip();
                let depth = self.depths.get(&at).copied();
                let after = self.depths.get(&instruction.next_ip()).copied();
                let is_probe = probe.is_some_and(|probe| probe.contains(&at));
                let piece = depth
                    .filter(|_| !is_probe)
                    .and_then(|depth| piece(instruction, depth, after))
                    .or_else(|| epilogue?.piece(at));
                Step {
                    at,
                    end: instruction.next_ip(),
                    changes_sp: depth.is_some()
                        && piece.is_none()
                        && (changes_sp(instruction) && after != depth),
                    piece,
                    ends: after.is_none()
                        || matches!(
                            flow,
                            FlowControl::Return
                                | FlowControl::UnconditionalBranch
                                | FlowControl::IndirectBranch
                                | FlowControl::Exception
                        ),
                    is_call: matches!(flow, FlowControl::Call | FlowControl::IndirectCall),
                    is_probe,
                    depth,
                }
            })
            .collect()
    }
}

fn instructions(image: &Image, function: &Function) -> Vec<Instruction> {
    let bytes = &image.bytes[function.start as usize..function.end() as usize];
    Decoder::with_ip(64, bytes, function.start, DecoderOptions::NONE)
        .iter()
        .collect()
}

fn inexact(function: &Function, at: u64, reason: &'static str) -> Inexact {
    Inexact {
        function: function.demangled(),
        at,
        reason,
    }
}

/// The step of a run after which nothing is tracked: the epilogue, if the next run is as deep as this one before it, or
/// if it changes SP in a form that the assembler does not know.
fn raw_from(run: &[Step], at_start: i64, next: Option<u64>) -> usize {
    let unknown = run.iter().position(|step| step.changes_sp).unwrap_or(run.len());
    let tracked: i64 = run
        .iter()
        .filter_map(|step| step.piece.as_ref())
        .map(effect)
        .sum();
    let Some(next) = next else { return unknown };
    if unknown == run.len() && at_start + tracked == next as i64 {
        return unknown;
    }
    // Backwards to the first step of the epilogue: the last place with the depth of the next run.
    let mut from = run.len();
    for (number, step) in run.iter().enumerate().rev() {
        let Some(depth) = step.depth else { continue };
        if step.piece.is_some() || step.changes_sp {
            from = number;
        }
        if depth == next {
            break;
        }
        if step.is_call {
            return unknown;
        }
    }
    from.min(unknown)
}

fn changes_sp(instruction: &Instruction) -> bool {
    instruction.mnemonic() == Mnemonic::Leave
        || (instruction.op_count() > 0
            && instruction.op0_kind() == OpKind::Register
            && instruction.op0_register() == Register::RSP
            && !matches!(
                instruction.mnemonic(),
                Mnemonic::Cmp | Mnemonic::Test | Mnemonic::Push
            ))
}
