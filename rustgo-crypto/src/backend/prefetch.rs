//! Prefetches the table, which does not fit into the nearest cache, while multiplications run.

use core::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};

use crate::table::TABLE;

/// Bytes in a cache line.
const LINE: usize = 64;

/// Prefetches part `i` of the table, of `PARTS` equal ones, if there is such a part.
#[inline(always)]
pub fn prefetch<const PARTS: usize>(i: usize) {
    let lines = size_of_val(&TABLE) / PARTS / LINE;
    if i < PARTS {
        let part = (&raw const TABLE).cast::<[i8; LINE]>().wrapping_add(i * lines);
        for line in 0..lines {
            // SAFETY: every x86-64 processor has the instruction, and it takes any address.
            unsafe { _mm_prefetch::<_MM_HINT_T0>(part.wrapping_add(line).cast()) }
        }
    }
}
