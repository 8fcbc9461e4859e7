//! Finds the definition of a word.
//!
//! If two definitions match, the one with more fixed bits is meant: `movi` lies among the encodings of shifts by an
//! immediate, and `nop` among those of `msr`. No two definitions that overlap have the same number of fixed bits, so the
//! table's order does not matter.

use std::sync::LazyLock;

use super::definition::Definition;
use super::table::DEFINITIONS;

/// The definition of a word. `None` if it is not an instruction.
///
/// SOUNDNESS: M1
pub fn definition(word: u32) -> Option<&'static Definition> {
    static INDEX: LazyLock<Index> = LazyLock::new(Index::new);
    let fits = |definition: &&Definition| word & definition.mask == definition.value;
    INDEX.candidates(word).iter().copied().find(fits)
}

/// The number of upper bits that select the candidates. They distinguish most instructions that compilers use.
const KEY: u32 = 11;

/// The definitions that can match a word, by its upper bits, those with more fixed bits first.
struct Index {
    /// The start of each key's candidates, and the end of the last key's.
    starts: Vec<u16>,
    candidates: Vec<&'static Definition>,
}

impl Index {
    fn new() -> Self {
        let mut ordered: Vec<&Definition> = DEFINITIONS.iter().collect();
        ordered.sort_by_key(|definition| std::cmp::Reverse(definition.mask.count_ones()));
        let mut keys = vec![Vec::new(); 1 << KEY];
        for definition in ordered {
            let (mask, value) = (key(definition.mask), key(definition.value));
            for rest in subsets(!mask & (keys.len() - 1)) {
                keys[value | rest].push(definition);
            }
        }
        let mut index = Self {
            starts: vec![0],
            candidates: Vec::new(),
        };
        for definitions in keys {
            index.candidates.extend(definitions);
            let end = index.candidates.len();
            index.starts.push(u16::try_from(end).expect("a small table"));
        }
        index
    }

    fn candidates(&self, word: u32) -> &[&'static Definition] {
        let key = key(word);
        &self.candidates[self.starts[key].into()..self.starts[key + 1].into()]
    }
}

fn key(word: u32) -> usize {
    (word >> (u32::BITS - KEY)) as usize
}

/// All subsets of a set of bits.
fn subsets(set: usize) -> impl Iterator<Item = usize> {
    std::iter::successors(Some(set), move |subset| {
        (*subset != 0).then(|| (subset - 1) & set)
    })
}
