//! What entries refuse, argument by argument and pair by pair; each refusal has a twin that is let through.

use std::ptr::{null, null_mut, without_provenance, without_provenance_mut};

use rustgo_rt::entry::Misuse;

/// Says that a call was let through, and which of its arguments it saw as what.
const FINE: i32 = 0;

/// The only error of the functions here: it is never made.
#[rustgo_rt::export]
#[repr(i32)]
#[derive(Debug)]
pub enum Never {
    /// It never happens.
    Never = 1,
}

macro_rules! three {
    ($($name:ident($($argument:ident: $ty:ty),+);)*) => {$(
        #[rustgo_rt::export]
        fn $name($($argument: $ty),+) -> Result<(), Never> {
            let _ = ($(&$argument),+);
            Ok(())
        }
    )*};
}

three! {
    mut_mut_mut(a: &mut [u8], b: &mut [u8], c: &mut [u8]);
    mut_shared_shared(a: &mut [u8], b: &[u8], c: &[u8]);
    shared_mut_shared(a: &[u8], b: &mut [u8], c: &[u8]);
    shared_shared_mut(a: &[u8], b: &[u8], c: &mut [u8]);
    shared_shared_shared(a: &[u8], b: &[u8], c: &[u8]);
    text_mut_text(a: &str, b: &mut [u8], c: &str);
    one_mut_one(a: &[u8; 4], b: &mut [u8; 4], c: &[u8; 4]);
    scalars_between(a: &mut [u8], x: u64, b: &[u8]);
    words(a: &mut [u32], b: &u64, c: &[u16]);
    text(a: &str);
    wide(a: &mut u64);
}

mod entries {
    pub type Three = unsafe extern "C" fn(*mut u8, usize, *mut u8, usize, *mut u8, usize) -> i32;

    unsafe extern "C" {
        pub fn mut_mut_mut(a: *mut u8, x: usize, b: *mut u8, y: usize, c: *mut u8, z: usize) -> i32;
        pub fn mut_shared_shared(a: *mut u8, x: usize, b: *mut u8, y: usize, c: *mut u8, z: usize) -> i32;
        pub fn shared_mut_shared(a: *mut u8, x: usize, b: *mut u8, y: usize, c: *mut u8, z: usize) -> i32;
        pub fn shared_shared_mut(a: *mut u8, x: usize, b: *mut u8, y: usize, c: *mut u8, z: usize) -> i32;
        pub fn shared_shared_shared(a: *mut u8, x: usize, b: *mut u8, y: usize, c: *mut u8, z: usize) -> i32;
        pub fn text_mut_text(a: *mut u8, x: usize, b: *mut u8, y: usize, c: *mut u8, z: usize) -> i32;
        pub fn one_mut_one(a: *const u8, b: *mut u8, c: *const u8) -> i32;
        pub fn scalars_between(a: *mut u8, length: usize, x: u64, b: *const u8, other: usize) -> i32;
        pub fn words(a: *mut u32, x: usize, b: *const u64, c: *const u16, y: usize) -> i32;
        pub fn text(a: *const u8, length: usize) -> i32;
        pub fn wide(a: *mut u64) -> i32;
    }
}

/// The numbers that hosts' headers have; the tool's tests have the same table.
#[test]
fn numbers() {
    let numbers = [
        Misuse::Null,
        Misuse::Misaligned,
        Misuse::TooLong,
        Misuse::Overlap,
        Misuse::NotUtf8,
    ];
    assert_eq!(numbers.map(|misuse| misuse as i32), [-1, -2, -3, -4, -5]);
}

/// A start and a length, in bytes.
type Range = (usize, usize);

/// Where two ranges of a 16-byte array may lie to each other: start and length of each, and whether they share a byte.
const PAIRS: &[(Range, Range, bool)] = &[
    ((0, 4), (4, 4), false),
    ((0, 4), (5, 4), false),
    ((0, 4), (3, 4), true),
    ((0, 4), (0, 4), true),
    ((0, 8), (7, 1), true),
    ((0, 8), (8, 1), false),
    ((2, 1), (0, 8), true),
    ((0, 16), (4, 4), true),
    // An empty slice shares nothing, at any address.
    ((0, 8), (4, 0), false),
    ((4, 0), (0, 8), false),
    ((4, 0), (4, 0), false),
];

#[test]
fn every_pair_of_which_one_is_written_to() {
    let cases: [(&str, entries::Three, [bool; 3]); 6] = [
        ("mut, mut, mut", entries::mut_mut_mut, [true, true, true]),
        (
            "mut, shared, shared",
            entries::mut_shared_shared,
            [true, false, false],
        ),
        (
            "shared, mut, shared",
            entries::shared_mut_shared,
            [false, true, false],
        ),
        (
            "shared, shared, mut",
            entries::shared_shared_mut,
            [false, false, true],
        ),
        ("all shared", entries::shared_shared_shared, [false, false, false]),
        ("text, mut, text", entries::text_mut_text, [false, true, false]),
    ];
    for (name, entry, is_mut) in cases {
        for (first, second) in [(0, 1), (0, 2), (1, 2)] {
            for &(one, two, shares) in PAIRS {
                for (one, two) in [(one, two), (two, one)] {
                    let mut memory = [b'a'; 16];
                    let mut other = [b'a'; 4];
                    // The third argument is elsewhere.
                    let mut arguments = [(other.as_mut_ptr(), 4); 3];
                    let at = |range: (usize, usize), memory: &mut [u8; 16]| {
                        (memory.as_mut_ptr().wrapping_add(range.0), range.1)
                    };
                    arguments[first] = at(one, &mut memory);
                    arguments[second] = at(two, &mut memory);
                    let [a, b, c] = arguments;
                    // SAFETY: the ranges lie in the arrays, and the function touches none of them.
                    let status = unsafe { entry(a.0, a.1, b.0, b.1, c.0, c.1) };
                    let is_refused = shares && (is_mut[first] || is_mut[second]);
                    let expected = if is_refused { Misuse::Overlap as i32 } else { FINE };
                    assert_eq!(
                        status, expected,
                        "{name}: arguments {first} and {second} at {one:?} and {two:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn single_values_are_regions_too() {
    let mut memory = [0u8; 24];
    let base = memory.as_mut_ptr();
    let at = |offset: usize| base.wrapping_add(offset);
    for (a, b, c, expected) in [
        (0, 4, 8, FINE),
        // Both shared: they may be the same.
        (0, 4, 0, FINE),
        (0, 3, 8, Misuse::Overlap as i32),
        (0, 4, 7, Misuse::Overlap as i32),
        (2, 6, 0, FINE),
        (8, 4, 12, FINE),
        (8, 11, 0, Misuse::Overlap as i32),
    ] {
        // SAFETY: the arrays lie in the memory, and the function touches none of them.
        let status = unsafe { entries::one_mut_one(at(a), at(b), at(c)) };
        assert_eq!(status, expected, "{a}, {b}, {c}");
    }
    for (length, other, expected) in [(4, 4, FINE), (5, 4, Misuse::Overlap as i32)] {
        // SAFETY: the ranges lie in the memory, and the function accesses none of them.
        let status = unsafe { entries::scalars_between(base, length, 4, at(4), other) };
        assert_eq!(status, expected, "a number between the two counts for nothing");
    }
}

/// Lengths count elements, and overlaps bytes.
#[test]
fn regions_are_as_long_as_their_elements() {
    #[repr(align(8))]
    struct Memory([u8; 64]);
    let mut memory = Memory([0; 64]);
    let base = memory.0.as_mut_ptr();
    let at = |offset: usize| base.wrapping_add(offset);
    for (count, b, c, halves, expected) in [
        (2, 8, 16, 4, FINE),
        (3, 8, 16, 4, Misuse::Overlap as i32),
        (4, 16, 24, 4, FINE),
        (5, 24, 18, 1, Misuse::Overlap as i32),
        (4, 24, 16, 4, FINE),
        (5, 24, 20, 2, FINE),
        // A region in front: four halves from 56 - 8 reach into nothing, five would.
        (1, 8, 4, 2, FINE),
    ] {
        // SAFETY: the ranges lie in the memory, and the function touches none of them.
        let status = unsafe { entries::words(at(0).cast(), count, at(b).cast(), at(c).cast(), halves) };
        assert_eq!(status, expected, "{count} words, {b}, {c}");
    }
    // The shared slice before the one that is written to.
    for (halves, expected) in [(4, FINE), (5, Misuse::Overlap as i32)] {
        // SAFETY: the ranges lie in the memory, and the function accesses none of them.
        let status = unsafe { entries::words(at(8).cast(), 2, at(32).cast(), at(0).cast(), halves) };
        assert_eq!(status, expected, "{halves}");
    }
}

#[test]
fn null_misaligned_and_too_long() {
    let mut memory = [0u64; 4];
    let base = memory.as_mut_ptr().cast::<u8>();
    let at = |offset: usize| base.wrapping_add(offset);
    let (null_word, misaligned) = (Misuse::Null as i32, Misuse::Misaligned as i32);
    // SAFETY: what is refused is not read, and the function touches nothing.
    unsafe {
        for offset in 0..8 {
            let expected = if offset == 0 { FINE } else { misaligned };
            assert_eq!(entries::wide(at(offset).cast()), expected, "{offset}");
            let expected = if offset % 4 == 0 { FINE } else { misaligned };
            let status = entries::words(at(offset).cast(), 1, at(16).cast(), at(24).cast(), 1);
            assert_eq!(status, expected, "{offset}");
            let expected = if offset % 2 == 0 { FINE } else { misaligned };
            let status = entries::words(at(0).cast(), 1, at(16).cast(), at(24 - 8 + offset).cast(), 1);
            assert_eq!(status, expected, "{offset}: both shared, so they may overlap");
        }
        assert_eq!(entries::wide(null_mut()), null_word);
        assert_eq!(
            entries::words(null_mut(), 1, at(16).cast(), at(24).cast(), 1),
            null_word
        );
        assert_eq!(
            entries::words(at(0).cast(), 1, null(), at(24).cast(), 1),
            null_word
        );
        assert_eq!(
            entries::words(at(0).cast(), 1, at(16).cast(), null(), 1),
            null_word
        );
        // Of nothing, the address may be anything.
        assert_eq!(entries::words(null_mut(), 0, at(16).cast(), null(), 0), FINE);
        let odd = 5;
        assert_eq!(
            entries::words(
                without_provenance_mut(odd),
                0,
                at(16).cast(),
                without_provenance(odd),
                0
            ),
            FINE
        );
        // The most that a slice may be, in elements of four bytes and of two.
        let (most, too_long) = (isize::MAX as usize, Misuse::TooLong as i32);
        for (words, halves, expected) in [
            (most / 4 + 1, 0, too_long),
            (usize::MAX, 0, too_long),
            (0, most / 2 + 1, too_long),
            (0, most / 2, FINE),
        ] {
            let status = entries::words(at(0).cast(), words, at(16).cast(), at(24).cast(), halves);
            assert_eq!(status, expected, "{words}, {halves}");
        }
    }
}

#[test]
fn text_is_utf_8() {
    for (bytes, is_fine) in [
        (&b""[..], true),
        (b"abc\0", true),
        ("äß∞😀".as_bytes(), true),
        // A byte that begins nothing, a beginning without an end, an end without a beginning.
        (b"\xff", false),
        (b"ab\xc3", false),
        (b"\x80ab", false),
        // Longer than needed, a surrogate, beyond the last character.
        (b"\xc0\xaf", false),
        (b"\xed\xa0\x80", false),
        (b"\xf4\x90\x80\x80", false),
        (b"\xf4\x8f\xbf\xbf", true),
    ] {
        // SAFETY: the bytes are readable.
        let status = unsafe { entries::text(bytes.as_ptr(), bytes.len()) };
        let expected = if is_fine { FINE } else { Misuse::NotUtf8 as i32 };
        assert_eq!(status, expected, "{bytes:x?}");
    }
    // SAFETY: nothing is read.
    unsafe {
        assert_eq!(entries::text(null(), 0), FINE);
        assert_eq!(entries::text(null(), 1), Misuse::Null as i32);
        assert_eq!(
            entries::text(b"a".as_ptr(), isize::MAX as usize + 1),
            Misuse::TooLong as i32
        );
    }
}
