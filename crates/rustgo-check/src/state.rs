//! The abstract domain, a lattice that is the same for every processor: the stack pointer, the values of registers, and
//! the values saved on the stack.
//!
//! A value describes a register or slot on every path that leads to the point, or is [`Value::Unknown`]. Values in
//! stack slots rest on one assumption: code does not write past the end of its own objects. Saved registers stay saved
//! unless an instruction names their slot; any other slot is forgotten at every store whose target is unknown.

pub use super::location::{Anchor, Register, StackAddress};

use super::location::REGISTERS;
use super::origin::Origins;

/// The format of a table's entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryFormat {
    /// A distance in bytes, in 32 bits.
    Bytes32,
    /// A distance forwards in instructions of four bytes each, in 8 bits.
    Words8,
    /// The same in 16 bits.
    Words16,
    /// A whole address in 64 bits. The entries are a power of two apart.
    Address {
        /// The binary logarithm of their distance in bytes.
        shift: u32,
    },
}

impl EntryFormat {
    /// The size of an entry in bytes.
    pub fn size(self) -> u64 {
        match self {
            Self::Bytes32 => 4,
            Self::Words16 => 2,
            Self::Words8 => 1,
            Self::Address { shift } => 1 << shift,
        }
    }

    /// The number of bits that an entry is shifted left to become a distance in bytes.
    pub fn shift(self) -> u32 {
        match self {
            Self::Bytes32 | Self::Address { .. } => 0,
            Self::Words8 | Self::Words16 => 2,
        }
    }
}

/// A table of distances, as compiled from a `match`, or of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeTable {
    /// Image offset of the first entry.
    pub start: u64,
    /// The greatest index, if a comparison bounds it.
    pub last: Option<u64>,
    /// The format of its entries.
    pub entry: EntryFormat,
}

/// The abstract value of a register or a stack slot.
///
/// SOUNDNESS: D5
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// Every word: the top of the order.
    Unknown,
    /// The value of this register at the function's first instruction.
    Initial(Register),
    /// A stack address.
    Stack(StackAddress),
    /// An image offset.
    Address(u64),
    /// A number in the low bits that is at most `max`.
    AtMost {
        /// The number of low bits.
        bits: u32,
        /// The bound, unsigned.
        max: u64,
    },
    /// A number of at most `last`, shifted left: an index to be added to a table.
    Scaled {
        /// The number of bits, 1 to 63.
        shift: u32,
        /// The greatest index.
        last: u64,
    },
    /// The address of an entry in a table of addresses.
    EntryAddress(CodeTable),
    /// An entry of a table, extended to 64 bits.
    TableEntry(CodeTable),
    /// An entry of a table, added to an image offset.
    Target {
        /// The table.
        table: CodeTable,
        /// The image offset.
        base: u64,
    },
    /// An address some bytes after those in a table: a method of a vtable.
    Field {
        /// The table of addresses.
        table: CodeTable,
        /// The distance, in bytes.
        offset: i64,
    },
}

/// The number of slots that are tracked at once, more than compiled code uses. Further ones are unknown.
const SLOTS: usize = 256;

/// Stack slots of eight bytes with known values, sorted by place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Slots(Vec<(StackAddress, Value)>);

impl Slots {
    /// The value of the eight bytes at a place.
    pub fn get(&self, stack_address: StackAddress) -> Value {
        match self.0.binary_search_by_key(&stack_address, |slot| slot.0) {
            Ok(index) => self.0[index].1,
            Err(_) => Value::Unknown,
        }
    }

    /// Records a store of some bytes, and its value if it has eight.
    ///
    /// SOUNDNESS: D3
    pub fn store(&mut self, stack_address: StackAddress, size: u64, value: Value) {
        let end = stack_address.offset.saturating_add_unsigned(size);
        self.0
            .retain(|(slot, _)| match (stack_address.anchor, slot.anchor) {
                // The padding of the realigned part is unknown, but it moves that part down.
                (Anchor::Realigned { .. }, Anchor::Entry) => slot.offset >= end,
                (Anchor::Entry, Anchor::Realigned { .. }) => {
                    stack_address.offset >= slot.offset.saturating_add(8)
                }
                (mine, theirs) => {
                    mine == theirs
                        && (slot.offset >= end || slot.offset.saturating_add(8) <= stack_address.offset)
                }
            });
        if size == 8 && value != Value::Unknown && self.0.len() < SLOTS {
            let index = self.0.partition_point(|slot| slot.0 < stack_address);
            self.0.insert(index, (stack_address, value));
        }
    }

    /// Records a store to an unknown place.
    ///
    /// SOUNDNESS: M2, O1, R2
    pub fn store_anywhere(&mut self) {
        self.0.retain(|(_, value)| matches!(value, Value::Initial(_)));
    }

    /// Forgets everything that is or may be below a place: a callee or a signal handler may write below the stack
    /// pointer at any time.
    ///
    /// SOUNDNESS: D4, H4
    pub fn drop_below(&mut self, place: StackAddress) {
        self.0.retain(|(slot, _)| slot.is_from(place));
    }

    /// Forgets everything relative to an anchor that is no longer valid.
    pub fn drop_realigned(&mut self) {
        self.0.retain(|(slot, _)| slot.anchor == Anchor::Entry);
    }

    /// The number of slots in the function's own frame that hold saved registers.
    fn saved(&self) -> i64 {
        let is_saved = |&&(slot, value): &&(StackAddress, Value)| {
            slot.offset <= -8 && matches!(value, Value::Initial(_))
        };
        self.0.iter().filter(is_saved).count() as i64
    }

    fn join(&mut self, other: &Self) -> bool {
        let before = self.0.len();
        self.0
            .retain(|(stack_address, value)| other.get(*stack_address) == *value);
        self.0.len() != before
    }
}

/// The stack pointer, the abstract values of registers and stack slots, and where addresses in them may come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cells {
    /// The stack pointer.
    pub sp: StackAddress,
    registers: [Value; REGISTERS],
    /// Values on the stack.
    pub slots: Slots,
    /// Where the words in registers and slots may come from.
    pub origins: Origins,
}

impl Cells {
    /// The state at a function's first instruction, in which the given registers belong to the caller.
    pub fn entry(callee_saved: u64) -> Self {
        let mut registers = [Value::Unknown; REGISTERS];
        for (number, value) in (0..).zip(&mut registers) {
            if callee_saved & (1 << number) != 0 {
                *value = Value::Initial(number);
            }
        }
        Self {
            sp: StackAddress::ENTRY,
            registers,
            slots: Slots::default(),
            origins: Origins::entry(0),
        }
    }

    /// The value of a register.
    pub fn get(&self, register: Register) -> Value {
        self.registers[usize::from(register) % REGISTERS]
    }

    /// Sets the value of a register.
    pub fn set(&mut self, register: Register, value: Value) {
        self.registers[usize::from(register) % REGISTERS] = value;
    }

    /// The cost of keeping this, in steps of [`Fuel`](super::fuel::Fuel).
    pub fn weight(&self) -> u64 {
        8 + (self.slots.0.len() + self.origins.len()) as u64 / 4
    }

    /// Whether the stack holds nothing but saved registers yet: then there is no object that an index could be relative
    /// to.
    pub fn holds_saved_registers_only(&self) -> bool {
        self.sp.anchor == Anchor::Entry && self.sp.offset == -8 * self.slots.saved()
    }

    /// Moves the stack pointer.
    pub fn move_sp(&mut self, sp: StackAddress) {
        if sp.anchor == Anchor::Entry && self.sp.anchor != Anchor::Entry {
            self.slots.drop_realigned();
            self.origins.drop_realigned();
        }
        self.sp = sp;
        self.slots.drop_below(sp);
        self.origins.drop_below(sp);
    }

    /// The registers that hold their values at the function's first instruction.
    pub fn preserved(&self) -> u64 {
        (0..)
            .zip(&self.registers)
            .filter(|(number, value)| **value == Value::Initial(*number))
            .fold(0, |set, (number, _)| set | (1 << number))
    }

    /// Joins with the cells on another edge to the same point; both have the same stack pointer. Returns whether that
    /// changed anything.
    pub fn join(&mut self, other: &Self) -> bool {
        let mut changed = self.slots.join(&other.slots) | self.origins.join(&other.origins);
        for (mine, theirs) in self.registers.iter_mut().zip(&other.registers) {
            if *mine != *theirs && *mine != Value::Unknown {
                *mine = Value::Unknown;
                changed = true;
            }
        }
        changed
    }
}

/// The modes of a processor that the analysis tracks in addition to registers and the stack, as one component of the state.
///
/// SOUNDNESS: D1
pub trait Modes: Clone {
    /// The modes that the C ABI requires at function entries, calls and returns.
    const OF_THE_ABI: Self;

    /// Joins with the modes on another edge to the same point. Returns whether that changed anything. Every chain of
    /// changes is finite.
    fn join(&mut self, other: &Self) -> bool;
}

/// The modes of a processor that tracks none.
impl Modes for () {
    const OF_THE_ABI: Self = ();

    fn join(&mut self, (): &Self) -> bool {
        false
    }
}

/// The flags result from comparing a register with a number, and neither has changed since.
///
/// SOUNDNESS: T11
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compared {
    /// The register.
    pub register: Register,
    /// The number of its low bits that were compared.
    pub bits: u32,
    /// The number.
    pub with: u64,
}

/// The state at one point of a function: an element of the lattice that describes a set of machine states.
#[derive(Clone, Debug)]
pub struct State<M> {
    /// The stack pointer, registers and slots.
    pub cells: Cells,
    /// The comparison that the flags result from.
    pub compared: Option<Compared>,
    /// The modes that the processor tracks.
    pub modes: M,
}

impl<M: Modes> State<M> {
    /// The state at a function's first instruction, in which the given registers hold their initial values.
    pub fn entry(initial: u64) -> Self {
        Self {
            cells: Cells::entry(initial),
            compared: None,
            modes: M::OF_THE_ABI,
        }
    }

    /// Joins with the state on another edge to the same point, where the stack pointer is the same. Returns whether
    /// that changed anything.
    ///
    /// SOUNDNESS: D1, D2
    pub fn join(&mut self, other: &Self) -> bool {
        let mut changed = self.cells.join(&other.cells);
        if self.compared.is_some() && self.compared != other.compared {
            self.compared = None;
            changed = true;
        }
        changed | self.modes.join(&other.modes)
    }

    /// Sets the value of a register. A comparison with the old value is forgotten.
    ///
    /// SOUNDNESS: T11
    pub fn set_register(&mut self, register: Register, value: Value) {
        self.cells.set(register, value);
        self.compared = self.compared.filter(|compared| compared.register != register);
    }

    /// Records that the low bits of the compared register are at most `max` on this edge. A more precise value, or one
    /// that is not a number, is kept.
    ///
    /// SOUNDNESS: T11
    pub fn refine(&mut self, Compared { register, bits, .. }: Compared, max: u64) {
        match self.cells.get(register) {
            Value::AtMost {
                bits: known,
                max: tighter,
            } if known >= bits && tighter <= max => {}
            Value::Unknown | Value::AtMost { .. } => self.cells.set(register, Value::AtMost { bits, max }),
            _ => {}
        }
    }
}

/// A number whose low bits are set, 1 to 64 of them.
pub fn ones(bits: u32) -> u64 {
    u64::MAX >> (64 - bits.clamp(1, 64))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stack_address(offset: i64) -> StackAddress {
        StackAddress::ENTRY.plus(offset)
    }

    #[test]
    fn a_store_forgets_what_it_overlaps() {
        let mut slots = Slots::default();
        slots.store(stack_address(-8), 8, Value::Initial(5));
        slots.store(stack_address(-16), 8, Value::Address(1));
        slots.store(stack_address(-12), 1, Value::Unknown);
        assert_eq!(slots.get(stack_address(-8)), Value::Initial(5));
        assert_eq!(slots.get(stack_address(-16)), Value::Unknown);
        slots.store(stack_address(-1), 1, Value::Unknown);
        assert_eq!(slots.get(stack_address(-8)), Value::Unknown);
    }

    #[test]
    fn padding_may_move_a_realigned_place_down_and_never_up() {
        let realigned = |offset| StackAddress {
            anchor: Anchor::Realigned {
                at: 4,
                before: 32,
                alignment: 64,
            },
            offset,
        };
        let mut slots = Slots::default();
        slots.store(stack_address(-8), 8, Value::Initial(5));
        slots.store(stack_address(-24), 8, Value::Initial(6));
        slots.store(realigned(-32), 8, Value::Address(1));
        assert_eq!(slots.get(stack_address(-24)), Value::Initial(6));
        slots.store(stack_address(-28), 4, Value::Unknown);
        assert_eq!(slots.get(realigned(-32)), Value::Unknown);
        slots.store(realigned(-16), 8, Value::Address(1));
        assert_eq!(slots.get(stack_address(-8)), Value::Initial(5));
        assert_eq!(slots.get(stack_address(-24)), Value::Unknown);
    }

    #[test]
    fn what_may_lie_below_a_realigned_place_is_forgotten() {
        let realigned = |offset| StackAddress {
            anchor: Anchor::Realigned {
                at: 4,
                before: 16,
                alignment: 64,
            },
            offset,
        };
        let mut slots = Slots::default();
        slots.store(stack_address(-8), 8, Value::Initial(5));
        slots.store(stack_address(-16), 8, Value::Initial(3));
        slots.store(realigned(-24), 8, Value::Address(1));
        slots.drop_below(realigned(-24));
        assert_eq!(slots.get(stack_address(-16)), Value::Initial(3));
        assert_eq!(slots.get(realigned(-24)), Value::Address(1));
        slots.drop_below(realigned(-8));
        assert_eq!(slots.get(stack_address(-8)), Value::Initial(5));
        assert_eq!(slots.get(stack_address(-16)), Value::Unknown);
        assert_eq!(slots.get(realigned(-24)), Value::Unknown);
    }

    #[test]
    fn alignment_is_known_behind_an_aligning_instruction() {
        let realigned = |alignment, offset| StackAddress {
            anchor: Anchor::Realigned {
                at: 4,
                before: 24,
                alignment,
            },
            offset,
        };
        for entry in [0, 8] {
            assert_eq!(stack_address(-24).beyond_alignment(entry), (entry + 8) % 16);
            for alignment in [16, 64, 2048] {
                assert_eq!(realigned(alignment, -24).beyond_alignment(entry), 0);
                assert_eq!(realigned(alignment, -28).beyond_alignment(entry), 12);
            }
            assert_eq!(realigned(8, -24).beyond_alignment(entry), (entry + 8) % 16);
        }
        assert_eq!(realigned(8, -24).beyond_alignment(4), 8);
    }

    #[test]
    fn an_unknown_store_leaves_saved_registers() {
        let mut slots = Slots::default();
        slots.store(stack_address(-8), 8, Value::Initial(5));
        slots.store(stack_address(-16), 8, Value::Address(1));
        slots.store_anywhere();
        assert_eq!(slots.get(stack_address(-8)), Value::Initial(5));
        assert_eq!(slots.get(stack_address(-16)), Value::Unknown);
    }

    #[test]
    fn a_frame_of_saved_registers_only() {
        let frame = |slots: &[(i64, Value)], sp: i64| {
            let mut cells = Cells::entry(0b110);
            cells.move_sp(stack_address(sp.min(-64)));
            for &(offset, value) in slots {
                cells.slots.store(stack_address(offset), 8, value);
            }
            cells.move_sp(stack_address(sp));
            cells.holds_saved_registers_only()
        };
        let (saved, other) = (Value::Initial(1), Value::Address(1));
        assert!(frame(&[], 0) && frame(&[(-8, saved)], -8) && frame(&[(-8, saved), (-16, saved)], -16));
        assert!(!frame(&[], -8) && !frame(&[(-8, saved)], -16) && !frame(&[(-8, saved)], -24));
        // An object of the function's own.
        assert!(!frame(&[(-8, other)], -8) && !frame(&[(-8, saved), (-16, other)], -16));
        // Slots in the caller's frame are not the function's.
        assert!(frame(&[(8, saved)], 0) && !frame(&[(8, saved)], -8) && !frame(&[(0, saved)], -8));
        let mut realigned = Cells::entry(0b110);
        realigned.move_sp(StackAddress {
            anchor: Anchor::Realigned {
                at: 4,
                before: 0,
                alignment: 64,
            },
            offset: 0,
        });
        assert!(!realigned.holds_saved_registers_only());
    }

    #[test]
    fn what_a_state_costs_to_keep() {
        let mut cells = Cells::entry(0);
        assert_eq!(cells.weight(), 8);
        for number in 1..=8 {
            cells
                .slots
                .store(stack_address(-8 * number), 8, Value::Address(1));
        }
        assert_eq!(cells.weight(), 10);
    }

    #[test]
    fn what_is_too_much_is_not_known() {
        let mut slots = Slots::default();
        for number in 1..=SLOTS as i64 + 1 {
            slots.store(stack_address(-8 * number), 8, Value::Address(1));
        }
        assert_eq!(slots.get(stack_address(-8 * SLOTS as i64)), Value::Address(1));
        assert_eq!(slots.get(stack_address(-8 * (SLOTS as i64 + 1))), Value::Unknown);
    }

    #[test]
    fn what_differs_between_two_paths_is_unknown() {
        let mut left = Cells::entry(0b10);
        let mut right = left.clone();
        left.set(3, Value::Address(1));
        right.set(3, Value::Address(2));
        assert!(left.join(&right));
        assert_eq!((left.get(3), left.get(1)), (Value::Unknown, Value::Initial(1)));
        assert!(!left.join(&right));
    }
}
