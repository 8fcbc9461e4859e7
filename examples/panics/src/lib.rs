//! Exports that panic in every common way, under several levels of Rust frames.
//!
//! A guest leaves its panics to the host: in Go they are Go panics, in C they call `rustgo_panic`.
#![no_std]

use core::hint::black_box;

/// How many levels of Rust frames an export goes down before it does its work.
const LEVELS: usize = 4;

/// Calls `work` under `level` frames of different sizes.
#[inline(always)]
fn under<R>(level: usize, work: impl Fn() -> R) -> R {
    match level % LEVELS {
        0 => level_0(&work),
        1 => level_1(&work),
        2 => level_2(&work),
        _ => level_3(&work),
    }
}

#[inline(never)]
fn level_0<R>(work: &impl Fn() -> R) -> R {
    work()
}

#[inline(never)]
fn level_1<R>(work: &impl Fn() -> R) -> R {
    let room = black_box([1u8; 24]);
    let result = level_0(work);
    black_box(&room);
    result
}

#[inline(never)]
fn level_2<R>(work: &impl Fn() -> R) -> R {
    let room = black_box([2u64; 40]);
    let result = level_1(work);
    black_box(&room);
    result
}

#[inline(never)]
fn level_3<R>(work: &impl Fn() -> R) -> R {
    let room = black_box([3u64; 300]);
    let result = level_2(work);
    black_box(&room);
    result
}

/// Returns the element of `table` at `index`, `depth % 4` frames down. Panics when there is none.
#[rustgo_rt::export]
pub extern "C" fn element(table: &[u64; 8], index: usize, depth: usize) -> u64 {
    under(depth, || table[black_box(index)])
}

/// Returns `dividend / divisor`, `depth % 4` frames down. Panics when the divisor is 0.
#[rustgo_rt::export]
pub extern "C" fn divide(dividend: u64, divisor: u64, depth: usize) -> u64 {
    under(depth, || dividend / black_box(divisor))
}

/// Returns `value`, `depth % 4` frames down. Panics when it is 13.
#[rustgo_rt::export]
pub extern "C" fn superstitious(value: u64, depth: usize) -> u64 {
    under(depth, || {
        if black_box(value) == 13 {
            panic!("thirteen is not a number");
        }
        value
    })
}

/// Returns the position of the lowest bit that is set in `value`, `depth % 4` frames down. Panics when there is none.
#[rustgo_rt::export]
pub extern "C" fn lowest_bit(value: u64, depth: usize) -> u32 {
    under(depth, || {
        (black_box(value) != 0).then(|| value.trailing_zeros()).unwrap()
    })
}

/// Returns `a + b`, `depth % 4` frames down. Panics when that is more than 64 bits hold.
#[rustgo_rt::export]
pub extern "C" fn add(a: u64, b: u64, depth: usize) -> u64 {
    under(depth, || {
        a.checked_add(black_box(b)).expect("the sum fits into 64 bits")
    })
}

/// Reads a byte, `depth % 4` frames down.
///
/// # Safety
///
/// - `address` is readable. The tests hand over addresses that are not.
#[rustgo_rt::export]
pub unsafe extern "C" fn peek(address: *const u8, depth: usize) -> u8 {
    // SAFETY: as the caller vouches.
    under(depth, || unsafe { address.read_volatile() })
}

/// Returns the name of the month, 1 to 12, as its first eight letters, from a table of references. 0 for anything else.
#[rustgo_rt::export(no_panic)]
pub extern "C" fn month(number: usize) -> u64 {
    static NAMES: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let name = number.checked_sub(1).and_then(|index| NAMES.get(index));
    name.map_or(0, |name| {
        name.bytes()
            .take(8)
            .fold(0, |letters, letter| letters << 8 | u64::from(letter))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_panic() {
        for depth in 0..LEVELS {
            assert_eq!(element(&[0, 1, 2, 3, 4, 5, 6, 7], 7, depth), 7);
            assert_eq!(divide(42, 6, depth), 7);
            assert_eq!(superstitious(12, depth), 12);
            assert_eq!(lowest_bit(8, depth), 3);
            assert_eq!(add(1, 2, depth), 3);
        }
        assert_eq!(month(5), 0x4d6179);
        assert_eq!((month(0), month(13)), (0, 0));
    }
}
