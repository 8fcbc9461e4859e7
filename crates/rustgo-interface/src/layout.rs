//! Sizes and alignments of types, and the offsets of the scalars in them.

use super::{Interface, Scalar, Type};

/// The size of an address, in bytes.
const ADDRESS: u64 = 8;

/// A size and an alignment, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The size.
    pub size: u64,
    /// The alignment.
    pub align: u64,
}

/// A scalar inside a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// The offset from the type's start, in bytes.
    pub offset: u64,
    /// Its type. An address counts as an integer of its size.
    pub scalar: Scalar,
}

pub fn of(interface: &Interface, ty: &Type) -> Layout {
    match ty {
        Type::Scalar(scalar) | Type::Enum(_, scalar) => Layout {
            size: scalar.size(),
            align: scalar.size(),
        },
        Type::Array(element, length) => {
            let element = of(interface, element);
            Layout {
                size: element.size * length,
                align: element.align,
            }
        }
        Type::Struct(name) => interface.structures[name].layout,
        Type::Pointer(_) => Layout {
            size: ADDRESS,
            align: ADDRESS,
        },
    }
}

pub fn leaves(interface: &Interface, ty: &Type, offset: u64, into: &mut Vec<Leaf>) {
    match ty {
        Type::Scalar(scalar) | Type::Enum(_, scalar) => into.push(Leaf {
            offset,
            scalar: *scalar,
        }),
        Type::Array(element, length) => {
            let size = of(interface, element).size;
            for index in 0..*length {
                leaves(interface, element, offset + index * size, into);
            }
        }
        Type::Struct(name) => {
            for field in &interface.structures[name].fields {
                leaves(interface, &field.ty, offset + field.offset, into);
            }
        }
        Type::Pointer(_) => into.push(Leaf {
            offset,
            scalar: Scalar::Int {
                bytes: ADDRESS,
                is_signed: false,
                is_address: true,
            },
        }),
    }
}
