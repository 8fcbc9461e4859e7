//! Memory functions for processors with vectors, whose operations and long loops come from the processor's own file.
//!
//! Up to eight vectors, everything is loaded, in pieces that overlap in the middle, before anything is stored:
//! overlapping ranges need no second path. Above that there are loops with aligned stores.
//!
//! Vectors go by themselves, not in arrays or structs: a debug build would copy those by `memcpy`.

use super::access::{Bytes, load, store};
use super::processor::{
    Half, Register, and, copy_long, differing, equal, fill_long, first, splat, splat_half,
};
use super::small;

/// Bytes on their way from one place to another.
type Vector = Bytes<Register>;
/// Bytes in a vector.
pub const VECTOR: usize = size_of::<Vector>();
/// Bytes in a block of four vectors, which is what one turn of a loop handles.
pub const BLOCK: usize = 4 * VECTOR;

/// See [`super::copy`].
#[inline(always)]
pub unsafe fn copy(dst: *mut u8, src: *const u8, n: usize) {
    // SAFETY: as the caller vouches; each branch stays within n bytes.
    unsafe {
        if n <= 16 {
            small::copy(dst, src, n);
        } else if n <= 32 {
            copy_ends::<Half>(dst, src, n);
        } else if n <= 2 * VECTOR {
            copy_ends::<Register>(dst, src, n);
        } else if n <= 4 * VECTOR {
            let (a, b): (Vector, Vector) = (load(src, 0), load(src, VECTOR));
            let (c, d): (Vector, Vector) = (load(src, n - 2 * VECTOR), load(src, n - VECTOR));
            store(dst, 0, a);
            store(dst, VECTOR, b);
            store(dst, n - 2 * VECTOR, c);
            store(dst, n - VECTOR, d);
        } else if n <= 6 * VECTOR {
            let (a, b, c): (Vector, Vector, Vector) =
                (load(src, 0), load(src, VECTOR), load(src, 2 * VECTOR));
            let (d, e, f): (Vector, Vector, Vector) = (
                load(src, n - 3 * VECTOR),
                load(src, n - 2 * VECTOR),
                load(src, n - VECTOR),
            );
            store(dst, 0, a);
            store(dst, VECTOR, b);
            store(dst, 2 * VECTOR, c);
            store(dst, n - 3 * VECTOR, d);
            store(dst, n - 2 * VECTOR, e);
            store(dst, n - VECTOR, f);
        } else if n <= 8 * VECTOR {
            let (a, b, c, d) = load_block(src, 0);
            let (e, f, g, h) = load_block(src, n - BLOCK);
            store_block(dst, 0, a, b, c, d);
            store_block(dst, n - BLOCK, e, f, g, h);
        } else {
            copy_long(dst, src, n);
        }
    }
}

/// Copies more than a block, first to last.
///
/// # Safety
/// - As [`super::copy`], and `dst` doesn't lie inside `src`'s range.
#[inline(always)]
pub unsafe fn copy_forward(dst: *mut u8, src: *const u8, n: usize) {
    // SAFETY: as the caller vouches. What a store may overwrite has been loaded before.
    unsafe {
        let head: Vector = load(src, 0);
        let (a, b, c, d) = load_block(src, n - BLOCK);
        let mut i = VECTOR - dst.addr() % VECTOR;
        while i < n - BLOCK {
            copy_block(dst, src, i);
            i += BLOCK;
        }
        store_block(dst, n - BLOCK, a, b, c, d);
        store(dst, 0, head);
    }
}

/// Copies more than a block, last to first.
///
/// # Safety
/// - As [`super::copy`], and `src` doesn't lie inside `dst`'s range.
#[inline(always)]
pub unsafe fn copy_backward(dst: *mut u8, src: *const u8, n: usize) {
    // SAFETY: as the caller vouches. What a store may overwrite has been loaded before.
    unsafe {
        let (a, b, c, d) = load_block(src, 0);
        let tail: Vector = load(src, n - VECTOR);
        let mut i = n - dst.wrapping_add(n).addr() % VECTOR;
        while i > BLOCK {
            i -= BLOCK;
            copy_block(dst, src, i);
        }
        store_block(dst, 0, a, b, c, d);
        store(dst, n - VECTOR, tail);
    }
}

/// See [`super::fill`].
#[inline(always)]
pub unsafe fn fill(dst: *mut u8, byte: u8, n: usize) {
    // SAFETY: as the caller vouches; each branch stays within n bytes.
    unsafe {
        if n <= 16 {
            return small::fill(dst, byte, n);
        }
        if n <= 32 {
            return fill_ends(dst, splat_half(byte), n);
        }
        let vector = splat(byte);
        fill_ends(dst, vector, n);
        if n <= 2 * VECTOR {
            return;
        }
        store(dst, VECTOR, vector);
        store(dst, n - 2 * VECTOR, vector);
        if n <= 4 * VECTOR {
            return;
        }
        store(dst, 2 * VECTOR, vector);
        store(dst, n - 3 * VECTOR, vector);
        if n <= 6 * VECTOR {
            return;
        }
        store(dst, 3 * VECTOR, vector);
        store(dst, n - 4 * VECTOR, vector);
        if n > 8 * VECTOR {
            fill_long(dst, byte, n);
        }
    }
}

/// Sets what lies between the first block and the last one, which are set already.
///
/// # Safety
/// - `dst` is writable for `n` bytes, more than two blocks.
#[inline(always)]
pub unsafe fn fill_middle(dst: *mut u8, byte: u8, n: usize) {
    let vector = Vector::new(splat(byte));
    let mut i = BLOCK - dst.addr() % VECTOR;
    while i < n - BLOCK {
        // SAFETY: as the caller vouches: the block ends before the last one does.
        unsafe { store_block(dst, i, vector, vector, vector, vector) };
        i += BLOCK;
    }
}

/// See [`super::compare`].
#[inline(always)]
pub unsafe fn compare(a: *const u8, b: *const u8, n: usize) -> i32 {
    // SAFETY: as the caller vouches; each branch stays within n bytes.
    unsafe {
        if n <= 16 {
            small::compare(a, b, n)
        } else if n < VECTOR {
            match small::compare(a, b, 16) {
                0 => small::compare(a.wrapping_add(n - 16), b.wrapping_add(n - 16), 16),
                order => order,
            }
        } else if n <= 2 * VECTOR {
            compare_four(a, b, 0, 0, n - VECTOR, n - VECTOR)
        } else if n <= BLOCK {
            compare_four(a, b, 0, VECTOR, n - 2 * VECTOR, n - VECTOR)
        } else {
            compare_long(a, b, n)
        }
    }
}

/// Compares more than a block: looks for the first block that differs, and then for the byte in it.
#[inline(always)]
unsafe fn compare_long(a: *const u8, b: *const u8, n: usize) -> i32 {
    let last = n - BLOCK;
    // SAFETY: as in `compare`.
    unsafe {
        if differing(equal_at(a, b, 0)) != 0 {
            return compare_one(a, b, 0);
        }
        // From here on the loads from `a` are aligned: only those from `b` may straddle two cache lines.
        let mut i = VECTOR - a.addr() % VECTOR;
        while i < last && differing(equal_at_four(a, b, i, i + VECTOR, i + 2 * VECTOR, i + 3 * VECTOR)) == 0 {
            i += BLOCK;
        }
        if i > last {
            i = last;
        }
        compare_four(a, b, i, i + VECTOR, i + 2 * VECTOR, i + 3 * VECTOR)
    }
}

/// Compares the vectors at four offsets, as if one after the other: one branch when all are equal.
#[inline(always)]
unsafe fn compare_four(a: *const u8, b: *const u8, i: usize, j: usize, k: usize, l: usize) -> i32 {
    // SAFETY: as in `compare`.
    unsafe {
        if differing(equal_at_four(a, b, i, j, k, l)) == 0 {
            0
        } else if differing(equal_at(a, b, i)) != 0 {
            compare_one(a, b, i)
        } else if differing(equal_at(a, b, j)) != 0 {
            compare_one(a, b, j)
        } else if differing(equal_at(a, b, k)) != 0 {
            compare_one(a, b, k)
        } else {
            compare_one(a, b, l)
        }
    }
}

/// Compares the vectors at an offset, which differ.
#[inline(always)]
unsafe fn compare_one(a: *const u8, b: *const u8, offset: usize) -> i32 {
    // SAFETY: as in `compare`.
    unsafe {
        let at = offset + first(differing(equal_at(a, b, offset)));
        load::<u8>(a, at) as i32 - load::<u8>(b, at) as i32
    }
}

/// A byte of ones where the vectors at an offset are equal.
#[inline(always)]
unsafe fn equal_at(a: *const u8, b: *const u8, offset: usize) -> Register {
    // SAFETY: as in `compare`.
    unsafe { equal(load(a, offset), load(b, offset)) }
}

/// A byte of ones where the vectors at all four offsets are equal.
#[inline(always)]
unsafe fn equal_at_four(a: *const u8, b: *const u8, i: usize, j: usize, k: usize, l: usize) -> Register {
    // SAFETY: as in `compare`.
    unsafe {
        and(
            and(equal_at(a, b, i), equal_at(a, b, j)),
            and(equal_at(a, b, k), equal_at(a, b, l)),
        )
    }
}

/// Copies from one to two `T`s' worth of bytes.
#[inline(always)]
unsafe fn copy_ends<T: Copy>(dst: *mut u8, src: *const u8, n: usize) {
    let last = n - size_of::<T>();
    // SAFETY: the caller sees to it that n is at least a T's size.
    unsafe {
        let (head, tail): (Bytes<T>, Bytes<T>) = (load(src, 0), load(src, last));
        store(dst, 0, head);
        store(dst, last, tail);
    }
}

/// Stores `value` at the start and at the end.
#[inline(always)]
unsafe fn fill_ends<T: Copy>(dst: *mut u8, value: T, n: usize) {
    // SAFETY: the caller sees to it that n is at least a T's size.
    unsafe {
        store(dst, 0, value);
        store(dst, n - size_of::<T>(), value);
    }
}

/// Copies the block at `offset`.
///
/// # Safety
/// - Those [`BLOCK`] bytes are readable from `src` and writable from `dst`.
#[inline(always)]
pub unsafe fn copy_block(dst: *mut u8, src: *const u8, offset: usize) {
    // SAFETY: as the caller vouches.
    unsafe {
        let (a, b, c, d) = load_block(src, offset);
        store_block(dst, offset, a, b, c, d);
    }
}

#[inline(always)]
unsafe fn load_block(base: *const u8, offset: usize) -> (Vector, Vector, Vector, Vector) {
    // SAFETY: the caller vouches for BLOCK readable bytes.
    unsafe {
        (
            load(base, offset),
            load(base, offset + VECTOR),
            load(base, offset + 2 * VECTOR),
            load(base, offset + 3 * VECTOR),
        )
    }
}

#[inline(always)]
unsafe fn store_block(base: *mut u8, offset: usize, a: Vector, b: Vector, c: Vector, d: Vector) {
    // SAFETY: the caller vouches for BLOCK writable bytes.
    unsafe {
        store(base, offset, a);
        store(base, offset + VECTOR, b);
        store(base, offset + 2 * VECTOR, c);
        store(base, offset + 3 * VECTOR, d);
    }
}
