//! The definitions of disarm64, which are accessible through decoded words only.

use std::collections::BTreeMap;
use std::thread;

use disarm64::decoder::{self, InsnId};
use disarm64::{Insn, InsnOpcode};

use crate::isa::aarch64::table::DEFINITIONS;

/// Definitions and their names, in disarm64's order.
pub type Definitions = BTreeMap<u16, (InsnId, &'static Insn)>;

/// The definitions of the table's words, of random words, and of all words that differ from these in up to two bits.
///
/// Only [`all`] is sure to find every definition.
pub fn nearby() -> Definitions {
    let mut definitions = Definitions::new();
    let mut queue = Vec::new();
    let mut visit = |word, queue: &mut Vec<&'static Insn>| {
        if let Some((id, insn)) = define(word)
            && definitions.insert(id as u16, (id, insn)).is_none()
        {
            queue.push(insn);
        }
    };
    for word in random(1)
        .take(1_000_000)
        .chain(DEFINITIONS.iter().map(|row| row.value))
    {
        visit(word, &mut queue);
    }
    while let Some(insn) = queue.pop() {
        for word in fillings(insn.mask, insn.opcode) {
            for near in neighbours(word) {
                visit(near, &mut queue);
            }
        }
    }
    definitions
}

/// The definitions of all words.
pub fn all() -> Definitions {
    let quarters: Vec<thread::JoinHandle<Definitions>> = (0..4u32)
        .map(|quarter| {
            thread::spawn(move || {
                let mut definitions = Definitions::new();
                for (id, insn) in ((quarter << 30)..=(quarter << 30 | u32::MAX >> 2)).filter_map(define) {
                    definitions.entry(id as u16).or_insert((id, insn));
                }
                definitions
            })
        })
        .collect();
    quarters
        .into_iter()
        .flat_map(|quarter| quarter.join().unwrap())
        .collect()
}

fn define(word: u32) -> Option<(InsnId, &'static Insn)> {
    decoder::decode(word).map(|opcode| (opcode.id(), opcode.definition()))
}

/// Words with the given bits, and several patterns in the others.
pub fn fillings(mask: u32, value: u32) -> [u32; 6] {
    let rest = [0, u32::MAX, 0x5555_5555, 0xaaaa_aaaa, 0x3333_3333, 0x0f0f_0f0f];
    rest.map(|rest| value | rest & !mask)
}

/// The words that differ from a word in two bits or fewer.
pub fn neighbours(word: u32) -> impl Iterator<Item = u32> {
    (0..32)
        .flat_map(move |one| (one..32).map(move |other| word ^ (1 << one) ^ (1 << other)))
        .chain((0..32).map(move |bit| word ^ (1 << bit)))
}

/// Pseudorandom numbers (xorshift).
pub fn random(seed: u32) -> impl Iterator<Item = u32> {
    let step = |number: &u32| {
        let mut number = *number;
        number ^= number << 13;
        number ^= number >> 17;
        number ^= number << 5;
        Some(number)
    };
    std::iter::successors(Some(seed), step)
}
