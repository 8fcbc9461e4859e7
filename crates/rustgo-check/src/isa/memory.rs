//! What is known about the address of a memory operand, and about the words there.

use crate::origin::Origin;
use crate::state::{Cells, CodeTable, StackAddress, Value};
use crate::table::Tables;

/// What is known about an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Location {
    /// Anywhere.
    Unknown,
    /// At this stack address.
    Stack(StackAddress),
    /// In an object on the stack, at an unknown index from this address on.
    StackObject(StackAddress),
    /// At this image offset.
    Image(u64),
    /// At an index in the table at this image offset.
    Table {
        /// The offset of index 0.
        start: u64,
        /// The greatest index, if it is known.
        last: Option<u64>,
        /// Bytes per step of the index.
        scale: u64,
    },
    /// Some bytes after the addresses that a table holds.
    Field {
        /// The table of addresses.
        table: CodeTable,
        /// In bytes.
        offset: i64,
    },
}

impl Location {
    /// The value of the eight bytes at this place, or some bytes after it.
    pub fn value(self, cells: &Cells, tables: &Tables, bytes: i64) -> Value {
        match self {
            Self::Stack(stack_address) => cells.slots.get(stack_address.plus(bytes)),
            Self::Image(offset) => tables
                .address(offset.wrapping_add_signed(bytes))
                .map_or(Value::Unknown, Value::Address),
            Self::Table { start, last, scale } => tables.entry(start.wrapping_add_signed(bytes), last, scale),
            Self::Field { table, offset } => Value::Field {
                table,
                offset: offset.wrapping_add(bytes),
            },
            Self::StackObject(_) | Self::Unknown => Value::Unknown,
        }
    }

    /// The origin of the eight bytes at this place, or some bytes after it.
    pub fn origin(self, cells: &Cells, tables: &Tables, bytes: i64) -> Origin {
        match self {
            Self::Stack(stack_address) => cells.origins.slot(stack_address.plus(bytes)),
            Self::Image(_) | Self::Table { .. } if self.value(cells, tables, bytes) != Value::Unknown => {
                Origin::IMAGE
            }
            _ => Origin::NONE,
        }
    }

    /// Whether it is, or may be, below a stack pointer. An index may lead up again, to an object on the stack.
    pub fn is_below(self, cells: &Cells, sp: StackAddress) -> bool {
        match self {
            Self::Stack(stack_address) => !stack_address.is_from(sp),
            Self::StackObject(stack_address) => {
                !stack_address.is_from(sp) && cells.holds_saved_registers_only()
            }
            _ => false,
        }
    }
}
