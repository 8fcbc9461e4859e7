//! Shims for AArch64: the AAPCS64's registers, in Go's names.

use super::assembly::Assembly;
use crate::go::words::words;
use crate::interface::{Leaf, Scalar};

/// The part of the file's header about registers.
pub const REGISTERS: &str = "//
// Go's assembly convention has arguments and results in memory, the C ABI in registers:
//
//	R0 to R7         integers and addresses, in order
//	F0 to F7         floats, in order
//	R0, R1, F0 to F3 the result
";

pub struct Aarch64;

impl Assembly for Aarch64 {
    const INTEGERS: &'static [&'static str] = &["R0", "R1", "R2", "R3", "R4", "R5", "R6", "R7"];
    const FLOATS: &'static [&'static str] = &["F0", "F1", "F2", "F3", "F4", "F5", "F6", "F7"];

    fn load(scalar: Scalar, from: &str, register: &str) -> String {
        let instruction = match scalar {
            Scalar::Int { bytes: 8, .. } => "MOVD",
            Scalar::Int { bytes, is_signed, .. } => match (bytes, is_signed) {
                (4, false) => "MOVWU",
                (4, true) => "MOVW",
                (2, false) => "MOVHU",
                (2, true) => "MOVH",
                (_, false) => "MOVBU",
                (_, true) => "MOVB",
            },
            Scalar::Bool => "MOVBU",
            Scalar::Float(4) => "FMOVS",
            Scalar::Float(_) => "FMOVD",
        };
        format!("{instruction} {from}, {register}")
    }

    fn store(scalar: Scalar, to: &str) -> String {
        match scalar {
            Scalar::Float(4) => format!("FMOVS F0, {to}"),
            Scalar::Float(_) => format!("FMOVD F0, {to}"),
            other => format!("{} R0, {to}", sized(other.size())),
        }
    }

    fn touch(address: &str, scratch: &str) -> String {
        format!("MOVBU ({address}), {scratch}")
    }

    fn address(place: &str, register: &str) -> String {
        format!("MOVD ${place}, {register}")
    }

    fn clear(register: &str, offset: u64, bytes: u64) -> String {
        format!("{} ZR, {offset}({register})", sized(bytes))
    }

    /// Up to four floats of one size are returned in a register each, everything else in two integer registers.
    fn store_struct(place: &str, size: u64, leaves: &[Leaf]) -> Vec<String> {
        let mut lines = vec![Self::address(place, "R9")];
        let first = leaves[0].scalar;
        if first.is_float() && leaves.len() <= 4 && leaves.iter().all(|leaf| leaf.scalar == first) {
            let instruction = if first.size() == 4 { "FMOVS" } else { "FMOVD" };
            for (index, leaf) in leaves.iter().enumerate() {
                lines.push(format!("{instruction} F{index}, {}(R9)", leaf.offset));
            }
            return lines;
        }
        for (register, start) in ["R0", "R1"].into_iter().zip((0..size).step_by(8)) {
            let mut before = 0;
            for (offset, word) in words((size - start).min(8)) {
                if offset > before {
                    lines.push(format!("LSR ${}, {register}", 8 * (offset - before)));
                    before = offset;
                }
                lines.push(format!("{} {register}, {}(R9)", sized(word), start + offset));
            }
        }
        lines
    }
}

fn sized(bytes: u64) -> &'static str {
    match bytes {
        8 => "MOVD",
        4 => "MOVW",
        2 => "MOVH",
        _ => "MOVB",
    }
}
