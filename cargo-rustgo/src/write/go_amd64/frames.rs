//! Decides which instructions of the image the assembler is to understand, so that the stack depth it records is the
//! true one.
//!
//! The assembler knows `PUSHQ`, `POPQ` and `ADJSP`, and keeps a running depth in file order; everything else is raw
//! data to it. Where control does not fall through, at a return in the middle of a function say, the running depth of
//! what follows would be wrong. Then the epilogue in front is written as raw data, so that the depth stays, or an
//! `ADJSP` that never runs is put into the gap between two functions.

use std::collections::BTreeMap;
use std::ops::Range;

use iced_x86::{Code, Decoder, DecoderOptions, FlowControl, Instruction, Mnemonic, OpKind, Register};

use crate::image::Image;

/// How a stretch of the image is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Raw data.
    Raw(Range<u64>),
    /// `PUSHQ` of a register, by Go's name.
    Push(&'static str),
    /// `POPQ` of a register, by Go's name.
    Pop(&'static str),
    /// `ADJSP`: the frame grows by this many bytes.
    Adjust(i32),
}

/// The image, piece by piece, each with its offset.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// In the order of their offsets; together they cover the image.
    pub pieces: Vec<(u64, Piece)>,
    /// The depth that the assembler will have recorded for each instruction, in bytes since the function's entry.
    pub recorded: BTreeMap<u64, i64>,
}

/// A place where no record can be exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inexact {
    /// The instruction's offset in the image.
    pub at: u64,
    /// Its true depth.
    pub depth: u64,
    /// The depth that would be recorded.
    pub recorded: i64,
}

/// An instruction with what the plan makes of it.
struct Step {
    at: u64,
    end: u64,
    /// What the instruction does to the depth, in a form that the assembler knows.
    piece: Option<Piece>,
    /// It changes SP in a form that the assembler does not know.
    changes_sp: bool,
    /// Control does not go on behind it.
    ends: bool,
    is_call: bool,
    depth: Option<u64>,
}

/// Plans the whole image, given the true depth of every instruction that can be reached.
///
/// # Errors
///
/// The first place where the record can't be exact but would have to be.
pub fn plan(image: &Image, depths: &BTreeMap<u64, u64>) -> Result<Plan, Inexact> {
    let mut plan = Plan::default();
    let mut at = image.imports_size();
    for function in &image.functions {
        plan.raw(at, function.start);
        let steps = steps(image, function.start..function.end(), depths);
        let depth = plan.function(&steps)?;
        at = function.end();
        if depth != 0 {
            let next = image
                .functions
                .iter()
                .find(|next| next.start >= at)
                .map_or(image.code_size, |f| f.start);
            let adjust = Piece::Adjust(-depth as i32);
            let length = adjust_length(-depth);
            if at + length > next {
                return Err(Inexact {
                    at,
                    depth: 0,
                    recorded: depth,
                });
            }
            plan.pieces.push((at, adjust));
            at += length;
        }
    }
    plan.raw(at, image.bytes.len() as u64);
    Ok(plan)
}

impl Plan {
    fn raw(&mut self, from: u64, to: u64) {
        if from < to {
            self.pieces.push((from, Piece::Raw(from..to)));
        }
    }

    /// Returns the depth that is recorded at the function's end.
    fn function(&mut self, steps: &[Step]) -> Result<i64, Inexact> {
        let mut recorded = 0i64;
        let mut index = 0;
        while index < steps.len() {
            // A run ends where control does not go on.
            let end = steps[index..]
                .iter()
                .position(|step| step.ends)
                .map_or(steps.len(), |n| index + n + 1);
            let run = &steps[index..end];
            let next = steps[end..].iter().find_map(|step| step.depth);
            let raw_from = raw_from(run, recorded, next);
            for (number, step) in run.iter().enumerate() {
                self.recorded.insert(step.at, recorded);
                let is_raw = number >= raw_from;
                if let Some(depth) = step.depth
                    && recorded != depth as i64
                    && (!is_raw || step.is_call)
                {
                    return Err(Inexact {
                        at: step.at,
                        depth,
                        recorded,
                    });
                }
                match &step.piece {
                    Some(piece) if !is_raw => {
                        recorded += effect(piece);
                        self.pieces.push((step.at, piece.clone()));
                    }
                    _ => self.raw(step.at, step.end),
                }
            }
            index = end;
        }
        Ok(recorded)
    }
}

/// From which step of a run on nothing is tracked: the epilogue, where the next run is as deep as this one was before
/// it, or where it moves SP in a form that the assembler does not know.
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
    // Backwards to the first step of the epilogue: the last place whose depth is that of the next run.
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

fn steps(image: &Image, range: Range<u64>, depths: &BTreeMap<u64, u64>) -> Vec<Step> {
    let bytes = &image.bytes[range.start as usize..range.end as usize];
    Decoder::with_ip(64, bytes, range.start, DecoderOptions::NONE)
        .iter()
        .map(|instruction| {
            let piece = piece(&instruction);
            Step {
                at: instruction.ip(),
                end: instruction.next_ip(),
                changes_sp: piece.is_none() && changes_sp(&instruction),
                piece,
                ends: matches!(
                    instruction.flow_control(),
                    FlowControl::Return
                        | FlowControl::UnconditionalBranch
                        | FlowControl::IndirectBranch
                        | FlowControl::Exception
                ) || !depths.contains_key(&instruction.next_ip()),
                is_call: matches!(
                    instruction.flow_control(),
                    FlowControl::Call | FlowControl::IndirectCall
                ),
                depth: depths.get(&instruction.ip()).copied(),
            }
        })
        .collect()
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

/// The form in which the assembler understands an instruction and encodes it to the very same bytes' length.
fn piece(instruction: &Instruction) -> Option<Piece> {
    let length = instruction.len() as u64;
    match instruction.code() {
        Code::Push_r64 | Code::Pop_r64 => {
            let (name, expected) = register(instruction.op0_register())?;
            let piece = if instruction.code() == Code::Push_r64 {
                Piece::Push(name)
            } else {
                Piece::Pop(name)
            };
            (length == expected).then_some(piece)
        }
        Code::Sub_rm64_imm8 | Code::Sub_rm64_imm32 | Code::Add_rm64_imm8 | Code::Add_rm64_imm32
            if instruction.op0_kind() == OpKind::Register && instruction.op0_register() == Register::RSP =>
        {
            let amount = instruction.immediate(1) as i64;
            let amount = if instruction.mnemonic() == Mnemonic::Sub {
                amount
            } else {
                -amount
            };
            (length == adjust_length(amount)).then_some(Piece::Adjust(i32::try_from(amount).ok()?))
        }
        _ => None,
    }
}

/// How long the assembler's encoding of an `ADJSP` is.
fn adjust_length(amount: i64) -> u64 {
    // It turns the sign where that makes the immediate fit into a byte.
    if (-128..=128).contains(&amount) { 4 } else { 7 }
}

fn effect(piece: &Piece) -> i64 {
    match piece {
        Piece::Raw(_) => 0,
        Piece::Push(_) => 8,
        Piece::Pop(_) => -8,
        Piece::Adjust(amount) => i64::from(*amount),
    }
}

/// Go's name of a register, and the length of a push or pop of it.
fn register(register: Register) -> Option<(&'static str, u64)> {
    Some(match register {
        Register::RAX => ("AX", 1),
        Register::RBX => ("BX", 1),
        Register::RCX => ("CX", 1),
        Register::RDX => ("DX", 1),
        Register::RSI => ("SI", 1),
        Register::RDI => ("DI", 1),
        Register::RBP => ("BP", 1),
        Register::R8 => ("R8", 2),
        Register::R9 => ("R9", 2),
        Register::R10 => ("R10", 2),
        Register::R11 => ("R11", 2),
        Register::R12 => ("R12", 2),
        Register::R13 => ("R13", 2),
        Register::R14 => ("R14", 2),
        Register::R15 => ("R15", 2),
        _ => return None,
    })
}
