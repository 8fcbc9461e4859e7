//! A function as Go declares it, and the place of each word of its arguments and results: Go's assembly calling
//! convention passes all of them in memory, one after the other (`cmd/compile`'s ABI0).

use super::names;
use crate::interface::{Function, Interface, Kind, Outcome, Scalar, Type};

/// The size of an address, and the alignment of the results, in bytes.
const WORD: u64 = 8;

/// A place in the arguments and results.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Its name in assembly, `data_base`.
    pub name: String,
    /// Its offset from FP in bytes.
    pub offset: u64,
}

impl Slot {
    /// As an operand.
    pub fn operand(&self) -> String {
        format!("{}+{}(FP)", self.name, self.offset)
    }
}

/// A word that is loaded into a register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Its place.
    pub slot: Slot,
    /// Its type.
    pub scalar: Scalar,
    /// Whether it is an address that must not be nil: reading through it faults before Rust runs.
    pub is_touched: bool,
}

/// A function's assembly side.
#[derive(Clone, Debug)]
pub struct Signature {
    /// The name of the Go function that the shim is the body of.
    pub name: String,
    /// Its declaration, from `func` on.
    pub declaration: String,
    /// The words that are loaded into registers, in order.
    pub words: Vec<Word>,
    /// The value that Rust writes to Go's place for it, with its type.
    pub out: Option<(Slot, Type)>,
    /// The value that Rust returns in registers, with its type.
    pub ret: Option<(Slot, Type)>,
    /// The size of arguments and results in bytes.
    pub size: u64,
    /// Whether nothing escapes: Rust gets addresses from Go, and returns none.
    pub is_noescape: bool,
}

const ADDRESS: Scalar = Scalar::Int {
    bytes: 8,
    is_signed: false,
    is_address: true,
};
const STATUS: Scalar = Scalar::Int {
    bytes: 4,
    is_signed: true,
    is_address: false,
};

/// Places arguments and results.
struct Cursor(u64);

impl Cursor {
    fn take(&mut self, size: u64, align: u64) -> u64 {
        let at = self.0.next_multiple_of(align);
        self.0 = at + size;
        at
    }
}

impl Signature {
    /// The signature of a function's shim. If there is a status, a Go function around the shim turns that into an
    /// error.
    pub fn of(interface: &Interface, function: &Function) -> Self {
        let mut cursor = Cursor(0);
        let mut words = Vec::new();
        for parameter in &function.parameters {
            let name = names::parameter(&parameter.name);
            let mut word = |suffix: &str, scalar: Scalar, is_touched| {
                let offset = cursor.take(scalar.size(), scalar.size());
                words.push(Word {
                    slot: Slot {
                        name: format!("{name}{suffix}"),
                        offset,
                    },
                    scalar,
                    is_touched,
                });
            };
            match &parameter.kind {
                Kind::Scalar(scalar) | Kind::Enum(_, scalar) => word("", *scalar, false),
                Kind::Pointer(pointer) => {
                    let is_array = matches!(pointer.to.as_deref(), Some(Type::Array(..)));
                    word("", ADDRESS, pointer.is_reference || is_array);
                }
                Kind::Slice { .. } => {
                    word("_base", ADDRESS, false);
                    word("_len", ADDRESS, false);
                    // The capacity of the slice.
                    cursor.take(WORD, WORD);
                }
                Kind::Text => {
                    word("_base", ADDRESS, false);
                    word("_len", ADDRESS, false);
                }
            }
        }
        let mut results = Vec::new();
        if function.outcome != Outcome::Nothing {
            cursor.take(0, WORD);
        }
        let mut result = |ty: &Type| {
            let layout = interface.layout(ty);
            let slot = Slot {
                name: match results.len() {
                    0 => "ret".to_owned(),
                    index => format!("ret{index}"),
                },
                offset: cursor.take(layout.size, layout.align),
            };
            results.push(names::ty(interface, ty));
            (slot, ty.clone())
        };
        let out = function.outcome.out().map(&mut result);
        let ret = match &function.outcome {
            Outcome::Nothing => None,
            Outcome::Value(value) => Some(result(value)),
            Outcome::Option(_) => Some(result(&Type::Scalar(Scalar::Bool))),
            Outcome::Status { .. } | Outcome::StatusOption(_) => Some(result(&Type::Scalar(STATUS))),
        };
        let exported = names::exported(&function.name);
        let name = match function.outcome {
            // Names that start with `rust` exist once in a package, whatever the exports are.
            Outcome::Status { .. } | Outcome::StatusOption(_) => format!("call{exported}"),
            _ => exported,
        };
        let results = match results.len() {
            0 => String::new(),
            1 => format!(" {}", results[0]),
            _ => format!(" ({})", results.join(", ")),
        };
        let takes_address = function
            .parameters
            .iter()
            .any(|parameter| !matches!(parameter.kind, Kind::Scalar(_) | Kind::Enum(..)));
        let gives_address = matches!(&function.outcome, Outcome::Value(Type::Pointer(_)));
        Self {
            declaration: format!("func {name}({}){results}", parameters(interface, function)),
            name,
            words,
            out,
            ret,
            size: cursor.0,
            is_noescape: takes_address && !gives_address,
        }
    }
}

/// The parameters as Go declares them, with adjacent ones of one type together.
pub fn parameters(interface: &Interface, function: &Function) -> String {
    let mut list: Vec<(Vec<String>, String)> = Vec::new();
    for parameter in &function.parameters {
        let ty = match &parameter.kind {
            Kind::Scalar(scalar) => names::scalar(*scalar).to_owned(),
            Kind::Enum(name, _) => names::exported(name),
            Kind::Pointer(pointer) => names::ty(interface, &Type::Pointer(pointer.clone())),
            Kind::Slice { element, .. } => format!("[]{}", names::ty(interface, element)),
            Kind::Text => "string".to_owned(),
        };
        let name = names::parameter(&parameter.name);
        match list.last_mut() {
            Some((names, last)) if *last == ty => names.push(name),
            _ => list.push((vec![name], ty)),
        }
    }
    let list: Vec<_> = list
        .into_iter()
        .map(|(names, ty)| format!("{} {ty}", names.join(", ")))
        .collect();
    list.join(", ")
}
