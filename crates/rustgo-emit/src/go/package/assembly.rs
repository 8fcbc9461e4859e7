//! One shim, in terms that all processors share.

use super::signature::{Signature, Slot, Word};
use crate::go::words::words;
use crate::interface::{Function, Interface, Leaf, Scalar, Type};

/// How a shim reaches its export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// By a call, with a frame of this size in bytes.
    Call(u64),
    /// Its code is inlined, from the header.
    Inline,
}

/// Up to this frame size in bytes a shim needs no stack check: Go keeps more than that free below every frame, for
/// functions without one.
const NOSPLIT: u64 = 128;

/// A processor's assembly.
pub trait Assembly {
    /// The argument registers for integers and addresses.
    const INTEGERS: &'static [&'static str];
    /// The argument registers for floats.
    const FLOATS: &'static [&'static str];

    /// Loads a word into a register.
    fn load(scalar: Scalar, from: &str, register: &str) -> String;
    /// Stores the register that a scalar is returned in.
    fn store(scalar: Scalar, to: &str) -> String;
    /// Reads a byte at an address; `scratch` may be changed.
    fn touch(address: &str, scratch: &str) -> String;
    /// Puts the address of a place into a register.
    fn address(place: &str, register: &str) -> String;
    /// Clears `bytes` bytes (1, 2, 4 or 8) at the address in a register plus an offset.
    fn clear(register: &str, offset: u64, bytes: u64) -> String;
    /// Stores the registers that a struct of up to 16 bytes is returned in, at a place.
    fn store_struct(place: &str, size: u64, leaves: &[Leaf]) -> Vec<String>;
}

/// The shim of one function.
pub fn shim<A: Assembly>(
    interface: &Interface,
    function: &Function,
    signature: &Signature,
    way: Way,
) -> String {
    let name = &function.name;
    let (flags, frame) = match way {
        Way::Call(frame) if frame > NOSPLIT => ("0", frame),
        Way::Call(frame) => ("NOSPLIT", frame),
        Way::Inline => ("NOSPLIT", 0),
    };
    let mut lines = Vec::new();
    if let Way::Call(_) = way {
        lines.push("NO_LOCAL_POINTERS".to_owned());
    }
    let (mut integers, mut floats) = (A::INTEGERS.iter(), A::FLOATS.iter());
    let mut touched = Vec::new();
    for Word {
        slot,
        scalar,
        is_touched,
    } in &signature.words
    {
        let register = match scalar.is_float() {
            true => floats.next(),
            false => integers.next(),
        };
        let register = register.expect("the attribute has counted the registers");
        lines.push(A::load(*scalar, &slot.operand(), register));
        if *is_touched {
            touched.push(register);
        }
    }
    if let Some((slot, ty)) = &signature.out {
        let register = integers.next().expect("the attribute has counted the registers");
        lines.push(A::address(&slot.operand(), register));
        // Rust leaves the result unwritten if there is no value, so it starts as Go's zero value.
        for (offset, bytes) in words(interface.layout(ty).size) {
            lines.push(A::clear(register, offset, bytes));
        }
    }
    let scratch = integers.next().unwrap_or(&A::INTEGERS[0]);
    for register in touched {
        lines.push(commented(
            &A::touch(register, scratch),
            "a nil pointer faults here, in Go's own frame",
        ));
    }
    lines.push(match way {
        Way::Call(_) => format!("CALL_RUST(ENTRY_{name}, FRAME_{name})"),
        Way::Inline => format!("INLINE_{name}"),
    });
    if let Some((slot, ty)) = &signature.ret {
        lines.extend(store::<A>(interface, slot, ty));
    }
    lines.push("RET".to_owned());
    let Signature {
        name,
        declaration,
        size,
        ..
    } = signature;
    format!(
        "\n// {declaration}\nTEXT ·{name}(SB), {flags}, ${frame}-{size}\n\t{}\n",
        lines.join("\n\t")
    )
}

fn store<A: Assembly>(interface: &Interface, slot: &Slot, ty: &Type) -> Vec<String> {
    match ty {
        Type::Scalar(scalar) | Type::Enum(_, scalar) => vec![A::store(*scalar, &slot.operand())],
        Type::Pointer(_) => vec![A::store(interface.leaves(ty)[0].scalar, &slot.operand())],
        Type::Struct(_) | Type::Array(..) => {
            A::store_struct(&slot.operand(), interface.layout(ty).size, &interface.leaves(ty))
        }
    }
}

fn commented(instruction: &str, comment: &str) -> String {
    format!("{instruction:41} // {comment}")
}
