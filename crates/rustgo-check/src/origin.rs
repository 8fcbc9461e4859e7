//! The origin of a word, as far as it may be an address: the image, or the value of a register at the function's entry.
//! This finds stores into the image through pointers with unknown values.
//!
//! A word is a sum: a number, plus addresses, each added once, subtracted once, or absent. So the distance of two
//! addresses, added to one of them, is the other address, as in compilers' loops over two slices.

use super::location::{Anchor, Register, StackAddress};

/// The number of registers that an address may come from: that of the processor with the most.
pub const SOURCES: usize = 31;

/// The bit in a set of sources that stands for the image. The others stand for registers.
pub const IMAGE: u32 = 1 << SOURCES;

/// How each source may be part of a word: added once, subtracted once, or absent.
///
/// SOUNDNESS: D6
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    plus: u32,
    minus: u32,
    zero: u32,
}

impl Origin {
    /// A number, or an address from elsewhere.
    pub const NONE: Self = Self {
        plus: 0,
        minus: 0,
        zero: u32::MAX,
    };

    /// No word at all: the bottom of the order.
    pub const NEVER: Self = Self {
        plus: 0,
        minus: 0,
        zero: 0,
    };

    /// An address of the image.
    pub const IMAGE: Self = Self::of(IMAGE);

    const fn of(source: u32) -> Self {
        Self {
            plus: source,
            minus: 0,
            zero: !source,
        }
    }

    /// The value of a register at the function's entry.
    pub fn entry(register: Register) -> Self {
        match 1u32.checked_shl(register.into()) {
            Some(source) if usize::from(register) < SOURCES => Self::of(source),
            _ => Self::NONE,
        }
    }

    /// The sources whose address the word may be.
    pub fn sources(self) -> u32 {
        self.plus
    }

    /// The word on one of two paths.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            plus: self.plus | other.plus,
            minus: self.minus | other.minus,
            zero: self.zero | other.zero,
        }
    }

    /// The sum of two words. A source that would be added twice is not tracked.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            plus: self.plus & other.zero | self.zero & other.plus,
            minus: self.minus & other.zero | self.zero & other.minus,
            zero: self.zero & other.zero
                | self.plus & (other.minus | other.plus)
                | self.minus & (other.plus | other.minus),
        }
    }

    /// The word with the opposite sign.
    #[must_use]
    pub fn negated(self) -> Self {
        Self {
            plus: self.minus,
            minus: self.plus,
            zero: self.zero,
        }
    }

    /// The difference of two words.
    #[must_use]
    pub fn less(self, other: Self) -> Self {
        self.plus(other.negated())
    }

    /// A callee's word in terms of the caller's sources, given the words in the registers at the call.
    fn seen_from_the_caller(self, at_call: impl Fn(Register) -> Self) -> Self {
        if self == Self::NEVER {
            return self;
        }
        let image = Self {
            plus: self.plus & IMAGE,
            minus: self.minus & IMAGE,
            zero: self.zero | !IMAGE,
        };
        let mut sum = image;
        let mut sources = (self.plus | self.minus) & !IMAGE;
        while sources != 0 {
            let source = 1 << sources.trailing_zeros();
            sources &= !source;
            let word = at_call(source.trailing_zeros() as Register);
            let mut part = Self::NEVER;
            if self.zero & source != 0 {
                part = part.or(Self::NONE);
            }
            if self.plus & source != 0 {
                part = part.or(word);
            }
            if self.minus & source != 0 {
                part = part.or(word.negated());
            }
            sum = sum.plus(part);
        }
        sum
    }
}

/// The origins of the words in all registers.
pub type Registers = [Origin; SOURCES];

/// A place other than a register that holds an origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Home {
    /// Eight bytes of a vector register, counted from its lowest.
    Vector(Register, u8),
    /// Eight bytes of the stack.
    Slot(StackAddress),
}

/// The maximum number of places other than registers that are tracked. Compiled code has far fewer; further ones are not tracked.
const HOMES: usize = 256;

/// The possible origins of the words in registers, vectors and stack slots. Unlike a known value, an origin says what
/// may be, so a store to an unknown address removes none.
///
/// SOUNDNESS: D6
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origins {
    registers: Registers,
    /// Sorted by place. A place that is not listed has no origin.
    homes: Vec<(Home, Origin)>,
}

impl Origins {
    /// The origins at a function's first instruction, of the given registers.
    pub fn entry(registers: u64) -> Self {
        let mut origins = Self {
            registers: [Origin::NONE; SOURCES],
            homes: Vec::new(),
        };
        for (number, origin) in (0..).zip(&mut origins.registers) {
            if registers & (1 << number) != 0 {
                *origin = Origin::entry(number);
            }
        }
        origins
    }

    /// The origin of a register's word.
    pub fn get(&self, register: Register) -> Origin {
        let origin = self.registers.get(usize::from(register));
        origin.copied().unwrap_or(Origin::NONE)
    }

    /// Sets the origin of a register's word.
    pub fn set(&mut self, register: Register, origin: Origin) {
        if let Some(known) = self.registers.get_mut(usize::from(register)) {
            *known = origin;
        }
    }

    /// The origin of eight bytes of a vector register.
    pub fn vector(&self, register: Register, word: u8) -> Origin {
        self.home(Home::Vector(register, word))
    }

    /// Sets the origins of a vector register's words. Those that are not given have none.
    pub fn set_vector(&mut self, register: Register, words: &[Origin]) {
        let is_other = |home: &Home| !matches!(home, Home::Vector(number, _) if *number == register);
        self.homes.retain(|(home, _)| is_other(home));
        for (word, &origin) in (0..).zip(words) {
            self.put(Home::Vector(register, word), origin);
        }
    }

    /// The origin of eight bytes of the stack.
    pub fn slot(&self, stack_address: StackAddress) -> Origin {
        self.home(Home::Slot(stack_address))
    }

    /// Records a store of some bytes to the stack, and the origins of its words.
    pub fn store(&mut self, stack_address: StackAddress, size: u64, words: &[Origin]) {
        if !self.homes.is_empty() {
            let end = stack_address.offset.saturating_add_unsigned(size);
            self.homes.retain(|(home, _)| match home {
                Home::Slot(slot) => {
                    slot.anchor != stack_address.anchor
                        || slot.offset >= end
                        || slot.offset.saturating_add(8) <= stack_address.offset
                }
                Home::Vector(..) => true,
            });
        }
        for (number, &origin) in (0..).zip(words) {
            self.put(Home::Slot(stack_address.plus(8 * number)), origin);
        }
    }

    /// Forgets everything that is or may be below a place of the stack.
    pub fn drop_below(&mut self, place: StackAddress) {
        self.homes
            .retain(|(home, _)| !matches!(home, Home::Slot(slot) if !slot.is_from(place)));
    }

    /// Forgets slots relative to an anchor that is no longer valid.
    pub fn drop_realigned(&mut self) {
        self.homes
            .retain(|(home, _)| !matches!(home, Home::Slot(slot) if slot.anchor != Anchor::Entry));
    }

    /// The sources of this function to which a callee stores, if it stores through the given registers.
    ///
    /// SOUNDNESS: S4
    pub fn behind(&self, registers: u32) -> u32 {
        let through = |number: &usize| registers & 1 << number != 0;
        let words = (0..SOURCES).filter(through).map(|number| self.registers[number]);
        words.fold(0, |sources, word| sources | word.sources())
    }

    /// The origins after a call of a callee that leaves the given words in the registers that it does not preserve.
    ///
    /// SOUNDNESS: S4
    pub fn call(&mut self, preserved: u64, results: &Registers) {
        let before = self.registers;
        let at_call = |register: Register| before[usize::from(register)];
        for (number, result) in results.iter().enumerate() {
            if preserved & 1 << number == 0 {
                self.registers[number] = result.seen_from_the_caller(at_call);
            }
        }
        self.homes.retain(|(home, _)| matches!(home, Home::Slot(_)));
    }

    /// The origins of all registers.
    pub fn registers(&self) -> &Registers {
        &self.registers
    }

    /// Joins with the origins on another path. Returns whether that changed anything.
    ///
    /// SOUNDNESS: D6
    pub fn join(&mut self, other: &Self) -> bool {
        let mut changed = join(&mut self.registers, &other.registers);
        if self.homes == other.homes {
            return changed;
        }
        for (home, origin) in &mut self.homes {
            let joined = origin.or(other.home(*home));
            changed |= joined != *origin;
            *origin = joined;
        }
        for &(home, origin) in &other.homes {
            if let Err(index) = self.find(home)
                && self.homes.len() < HOMES
            {
                self.homes.insert(index, (home, origin.or(Origin::NONE)));
                changed = true;
            }
        }
        changed
    }

    /// The number of tracked places other than registers.
    pub fn len(&self) -> usize {
        self.homes.len()
    }

    fn find(&self, home: Home) -> Result<usize, usize> {
        self.homes.binary_search_by_key(&home, |(home, _)| *home)
    }

    fn home(&self, home: Home) -> Origin {
        self.find(home).map_or(Origin::NONE, |index| self.homes[index].1)
    }

    fn put(&mut self, home: Home, origin: Origin) {
        match self.find(home) {
            Ok(index) if origin == Origin::NONE => {
                self.homes.remove(index);
            }
            Ok(index) => self.homes[index].1 = origin,
            Err(index) if origin != Origin::NONE && self.homes.len() < HOMES => {
                self.homes.insert(index, (home, origin));
            }
            Err(_) => {}
        }
    }
}

/// Joins the origins of registers. Returns whether that changed anything.
pub fn join(mine: &mut Registers, theirs: &Registers) -> bool {
    let mut changed = false;
    for (mine, theirs) in mine.iter_mut().zip(theirs) {
        let joined = mine.or(*theirs);
        changed |= joined != *mine;
        *mine = joined;
    }
    changed
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: Register = 1;
    const B: Register = 2;

    fn a() -> Origin {
        Origin::entry(A)
    }

    fn b() -> Origin {
        Origin::entry(B)
    }

    #[test]
    fn a_distance_added_to_its_start_is_its_end() {
        let distance = a().less(b());
        assert_eq!(distance.plus(b()), a());
        assert_eq!(b().plus(distance), a());
        assert_eq!(a().less(a()), Origin::NONE);
        assert_eq!(a().plus(Origin::NONE), a());
        assert_eq!(a().negated().negated(), a());
        // The sum of an address with itself is not tracked.
        assert_eq!(a().plus(a()).sources(), 0);
    }

    #[test]
    fn a_word_of_two_paths_may_be_either() {
        let word = a().or(Origin::IMAGE);
        assert_eq!(word.sources(), 1 << A | IMAGE);
        assert_eq!(word.less(a()).sources(), IMAGE);
        let shifted = word.plus(Origin::NONE.or(b()));
        assert_eq!(shifted.sources(), 1 << A | 1 << B | IMAGE);
        assert_eq!(Origin::NEVER.or(a()), a());
    }

    #[test]
    fn a_callees_words_are_the_callers() {
        let mut origins = Origins::entry(0);
        origins.set(A, Origin::IMAGE);
        origins.set(B, Origin::entry(5));
        let mut results = [Origin::NONE; SOURCES];
        results[0] = a().or(b());
        results[3] = a().less(b());
        results[4] = Origin::IMAGE;
        results[7] = Origin::NEVER;
        origins.set(6, Origin::IMAGE);
        origins.set_vector(0, &[a()]);
        assert_eq!(origins.behind(1 << A | 1 << B), IMAGE | 1 << 5);
        assert_eq!(origins.behind(1 << B), 1 << 5);
        origins.call(1 << 6, &results);
        assert_eq!(origins.get(0).sources(), IMAGE | 1 << 5);
        assert_eq!(origins.get(3).plus(Origin::entry(5)), Origin::IMAGE);
        assert_eq!(origins.get(4), Origin::IMAGE);
        assert_eq!(origins.get(6), Origin::IMAGE);
        assert_eq!(origins.get(7), Origin::NEVER);
        assert_eq!(
            (origins.get(A), origins.vector(0, 0)),
            (Origin::NONE, Origin::NONE)
        );
    }

    #[test]
    fn slots_are_overwritten_where_they_lie() {
        let slot = |offset| StackAddress::ENTRY.plus(offset);
        let mut origins = Origins::entry(0);
        origins.store(slot(-16), 16, &[a(), b()]);
        assert_eq!((origins.slot(slot(-16)), origins.slot(slot(-8))), (a(), b()));
        origins.store(slot(-9), 1, &[]);
        assert_eq!(
            (origins.slot(slot(-16)), origins.slot(slot(-8))),
            (Origin::NONE, b())
        );
        origins.store(slot(-16), 8, &[a()]);
        origins.drop_below(slot(-8));
        assert_eq!(
            (origins.slot(slot(-16)), origins.slot(slot(-8))),
            (Origin::NONE, b())
        );
        origins.store(slot(-8), 8, &[Origin::NONE]);
        assert_eq!(origins.len(), 0);
    }

    #[test]
    fn joined_places_may_hold_either() {
        let slot = StackAddress::ENTRY.plus(-8);
        let mut mine = Origins::entry(1 << A);
        let mut theirs = mine.clone();
        assert!(!mine.join(&theirs));
        theirs.store(slot, 8, &[Origin::IMAGE]);
        theirs.set_vector(3, &[Origin::NONE, b()]);
        theirs.set(A, Origin::NONE);
        assert!(mine.join(&theirs));
        assert!(!mine.join(&theirs));
        assert_eq!(mine.slot(slot).sources(), IMAGE);
        assert_eq!(mine.vector(3, 1), b().or(Origin::NONE));
        assert_eq!(mine.get(A), a().or(Origin::NONE));
        assert!(theirs.join(&mine));
    }
}
