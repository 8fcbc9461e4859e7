//! Shims for x86_64: the System V ABI's registers, in Go's names.

use super::assembly::Assembly;
use crate::go::words::words;
use crate::interface::{Leaf, Scalar};

/// The part of the file's header about registers.
pub const REGISTERS: &str = "//
// Go's assembly convention has arguments and results in memory, the C ABI in registers:
//
//	DI, SI, DX, CX, R8, R9  integers and addresses, in order
//	X0 to X7                floats, in order
//	AX, DX, X0, X1          the result
";

pub struct X86_64;

impl Assembly for X86_64 {
    const INTEGERS: &'static [&'static str] = &["DI", "SI", "DX", "CX", "R8", "R9"];
    const FLOATS: &'static [&'static str] = &["X0", "X1", "X2", "X3", "X4", "X5", "X6", "X7"];

    fn load(scalar: Scalar, from: &str, register: &str) -> String {
        let instruction = match scalar {
            Scalar::Int { bytes: 8, .. } => "MOVQ",
            Scalar::Int { bytes: 4, .. } => "MOVL",
            Scalar::Int {
                bytes: 2, is_signed, ..
            } => {
                if is_signed {
                    "MOVWLSX"
                } else {
                    "MOVWLZX"
                }
            }
            Scalar::Int { is_signed: true, .. } => "MOVBLSX",
            Scalar::Int { .. } | Scalar::Bool => "MOVBLZX",
            Scalar::Float(4) => "MOVSS",
            Scalar::Float(_) => "MOVSD",
        };
        format!("{instruction} {from}, {register}")
    }

    fn store(scalar: Scalar, to: &str) -> String {
        match scalar {
            Scalar::Float(4) => format!("MOVSS X0, {to}"),
            Scalar::Float(_) => format!("MOVSD X0, {to}"),
            other => format!("{} AX, {to}", sized(other.size())),
        }
    }

    fn touch(address: &str, _: &str) -> String {
        format!("TESTB AX, ({address})")
    }

    fn address(place: &str, register: &str) -> String {
        format!("LEAQ {place}, {register}")
    }

    fn clear(register: &str, offset: u64, bytes: u64) -> String {
        format!("{} $0, {offset}({register})", sized(bytes))
    }

    /// Each half of 8 bytes is returned in the next float register if it consists of floats, otherwise in the next
    /// integer register.
    fn store_struct(place: &str, size: u64, leaves: &[Leaf]) -> Vec<String> {
        let mut lines = vec![Self::address(place, "R10")];
        let (mut integers, mut floats) = (["AX", "DX"].into_iter(), ["X0", "X1"].into_iter());
        for start in (0..size).step_by(8) {
            let bytes = (size - start).min(8);
            let mut inside = leaves
                .iter()
                .filter(|leaf| (start..start + 8).contains(&leaf.offset));
            if inside.all(|leaf| leaf.scalar.is_float()) {
                let register = floats.next().expect("there are two halves");
                let instruction = if bytes == 4 { "MOVSS" } else { "MOVSD" };
                lines.push(format!("{instruction} {register}, {start}(R10)"));
                continue;
            }
            let register = integers.next().expect("there are two halves");
            let mut before = 0;
            for (offset, word) in words(bytes) {
                if offset > before {
                    lines.push(format!("SHRQ ${}, {register}", 8 * (offset - before)));
                    before = offset;
                }
                lines.push(format!("{} {register}, {}(R10)", sized(word), start + offset));
            }
        }
        lines
    }
}

fn sized(bytes: u64) -> &'static str {
    match bytes {
        8 => "MOVQ",
        4 => "MOVL",
        2 => "MOVW",
        _ => "MOVB",
    }
}
