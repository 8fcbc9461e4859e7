//! Memory functions for processors with vectors, whose operations and long loops come from the processor's own file.
//!
//! Up to eight vectors, everything is loaded, in pieces that overlap in the middle, before anything is stored:
//! overlapping ranges need no second path. Above that there are loops with aligned stores.

use super::access::{Bytes, load, store};
use super::processor::{
    Half, Register, and, copy_long, differing, equal, fill_long, first, splat, splat_half,
};
use super::small;

/// Bytes on their way from one place to another.
type Vector = Bytes<Register>;
/// Bytes in a vector.
pub const VECTOR: usize = size_of::<Vector>();
/// A loop's worth of vectors.
type Block = [Vector; 4];
/// Bytes in a block, which is what one turn of a loop handles.
pub const BLOCK: usize = size_of::<Block>();

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
        } else if n <= 8 * VECTOR {
            let (head, tail) = (load_block(src, 0), load_block(src, n - BLOCK));
            store_block(dst, 0, head);
            store_block(dst, n - BLOCK, tail);
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
        let tail = load_block(src, n - BLOCK);
        let mut i = VECTOR - dst.addr() % VECTOR;
        while i < n - BLOCK {
            store_block(dst, i, load_block(src, i));
            i += BLOCK;
        }
        store_block(dst, n - BLOCK, tail);
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
        let head = load_block(src, 0);
        let tail: Vector = load(src, n - VECTOR);
        let mut i = n - dst.wrapping_add(n).addr() % VECTOR;
        while i > BLOCK {
            i -= BLOCK;
            store_block(dst, i, load_block(src, i));
        }
        store_block(dst, 0, head);
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
        store(dst, 3 * VECTOR, vector);
        store(dst, n - 4 * VECTOR, vector);
        store(dst, n - 3 * VECTOR, vector);
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
    let block = [Vector::new(splat(byte)); 4];
    let mut i = BLOCK - dst.addr() % VECTOR;
    while i < n - BLOCK {
        // SAFETY: as the caller vouches: the block ends before the last one does.
        unsafe { store_block(dst, i, block) };
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
            compare_at(a, b, [0, n - VECTOR])
        } else if n <= BLOCK {
            compare_at(a, b, [0, VECTOR, n - 2 * VECTOR, n - VECTOR])
        } else {
            compare_long(a, b, n)
        }
    }
}

/// Compares more than a block: looks for the first block that differs, and then for the byte in it.
#[inline(always)]
unsafe fn compare_long(a: *const u8, b: *const u8, n: usize) -> i32 {
    let block = |i| [i, i + VECTOR, i + 2 * VECTOR, i + 3 * VECTOR];
    // SAFETY: as in `compare`.
    unsafe {
        if differing(equal_at(a, b, [0])) != 0 {
            return compare_at(a, b, [0]);
        }
        // From here on the loads from `a` are aligned: only those from `b` may straddle two cache lines.
        let mut i = VECTOR - a.addr() % VECTOR;
        let last = n - BLOCK;
        while i < last && differing(equal_at(a, b, block(i))) == 0 {
            i += BLOCK;
        }
        compare_at(a, b, block(i.min(last)))
    }
}

/// Compares the vectors at these offsets, as if one after the other: one branch when all are equal.
#[inline(always)]
unsafe fn compare_at<const N: usize>(a: *const u8, b: *const u8, offsets: [usize; N]) -> i32 {
    // SAFETY: as in `compare`.
    unsafe {
        if differing(equal_at(a, b, offsets)) == 0 {
            return 0;
        }
        for offset in offsets {
            let differing = differing(equal_at(a, b, [offset]));
            if differing != 0 {
                let at = offset + first(differing);
                return load::<u8>(a, at) as i32 - load::<u8>(b, at) as i32;
            }
        }
    }
    0
}

/// A byte of ones where the vectors at all of these offsets are equal.
#[inline(always)]
unsafe fn equal_at<const N: usize>(a: *const u8, b: *const u8, offsets: [usize; N]) -> Register {
    let mut all = splat(u8::MAX);
    for offset in offsets {
        // SAFETY: as in `compare`.
        all = and(all, unsafe { equal(load(a, offset), load(b, offset)) });
    }
    all
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

/// Reads a block at `offset` bytes from `base`.
///
/// # Safety
/// - Those [`BLOCK`] bytes are readable.
#[inline(always)]
pub unsafe fn load_block(base: *const u8, offset: usize) -> Block {
    // SAFETY: as the caller vouches.
    unsafe {
        [
            load(base, offset),
            load(base, offset + VECTOR),
            load(base, offset + 2 * VECTOR),
            load(base, offset + 3 * VECTOR),
        ]
    }
}

/// Writes a block at `offset` bytes from `base`.
///
/// # Safety
/// - Those [`BLOCK`] bytes are writable.
#[inline(always)]
pub unsafe fn store_block(base: *mut u8, offset: usize, block: Block) {
    // SAFETY: as the caller vouches.
    unsafe {
        store(base, offset, block[0]);
        store(base, offset + VECTOR, block[1]);
        store(base, offset + 2 * VECTOR, block[2]);
        store(base, offset + 3 * VECTOR, block[3]);
    }
}
