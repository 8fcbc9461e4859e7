//! Memory functions for processors with vectors. The processor's file provides the operations and the long loops.
//!
//! Up to eight vectors, everything is loaded before anything is stored, in accesses that overlap in the middle, so
//! overlapping ranges need no second path. Above that there are loops with aligned stores.
//!
//! The time of a short call depends on where its code lies: on Zen 5 a copy whose code is in the function's first cache
//! line takes four cycles with the call, and each further line adds one. So there are few cases, of four accesses each,
//! and [`cold_path`] puts those that matter less out of the way: for copies, the shortest come first.
//!
//! Vectors are passed by themselves, not in arrays or structs, which a debug build would copy by `memcpy`.

use core::arch::asm;
use core::hint::cold_path;

use super::access::{Bytes, load, store};
use super::processor::{Least, Register, copy_block_forward, copy_few, copy_long, fill_few, fill_long};
use super::{four, small};

/// The vector operations of a processor. The result of a comparison has a form of its own.
pub trait Operations: Copy {
    /// A vector of `byte` in every lane.
    fn splat(byte: u8) -> Self;
    /// The comparison of two vectors.
    fn compared(a: Self, b: Self) -> Self;
    /// The union of two comparisons' differences.
    fn both(a: Self, b: Self) -> Self;
    /// Whether a comparison found a difference.
    fn differs(compared: Self) -> bool;
    /// The index of the first difference. The comparison found one.
    fn first(compared: Self) -> usize;
}

/// A vector of bytes that are copied, whatever they are.
type Vector = Bytes<Register>;
/// The bytes in a vector.
pub const VECTOR: usize = size_of::<Vector>();
/// The bytes in a block of four vectors, which one iteration of a loop handles.
pub const BLOCK: usize = 4 * VECTOR;

/// See [`super::copy`].
#[inline(always)]
pub unsafe fn copy(dst: *mut u8, src: *const u8, n: usize) {
    // SAFETY: the caller guarantees n bytes at each pointer, and each branch stays within n bytes.
    unsafe {
        if n <= 16 {
            small::copy(dst, src, n);
        } else if n < VECTOR {
            cold_path();
            four::copy::<Least>(dst, src, n);
        } else if n <= 4 * VECTOR {
            cold_path();
            copy_few(dst, src, n);
        } else {
            cold_path();
            if n <= 8 * VECTOR {
                let (a, b, c, d) = load_block(src, 0);
                let (e, f, g, h) = load_block(src, n - BLOCK);
                store_block(dst, 0, a, b, c, d);
                store_block(dst, n - BLOCK, e, f, g, h);
            } else {
                copy_long(dst, src, n);
            }
        }
    }
}

/// Copies more than a block, first to last.
///
/// # Safety
/// - Those of [`super::copy`], and `dst` does not lie inside `src`'s range.
#[inline(always)]
pub unsafe fn copy_forward(dst: *mut u8, src: *const u8, n: usize) {
    // SAFETY: the caller guarantees n bytes at each pointer. Each byte that a store overwrites has been loaded before.
    unsafe {
        let head: Vector = load(src, 0);
        let (a, b, c, d) = load_block(src, n - BLOCK);
        let mut i = VECTOR - dst.addr() % VECTOR;
        while i < n - BLOCK {
            copy_block_forward(dst, src, i);
            i += BLOCK;
        }
        store_block(dst, n - BLOCK, a, b, c, d);
        store(dst, 0, head);
    }
}

/// Copies more than a block, last to first.
///
/// # Safety
/// - Those of [`super::copy`], and `src` does not lie inside `dst`'s range.
#[inline(always)]
pub unsafe fn copy_backward(dst: *mut u8, src: *const u8, n: usize) {
    // SAFETY: the caller guarantees n bytes at each pointer. Each byte that a store overwrites has been loaded before.
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
    // SAFETY: the caller guarantees n bytes at each pointer, and each branch stays within n bytes.
    unsafe {
        if n <= 16 {
            cold_path();
            small::fill(dst, byte, n);
        } else if n < VECTOR {
            cold_path();
            four::fill(dst, Least::splat(byte), n);
        } else if n <= 4 * VECTOR {
            fill_few(dst, Register::splat(byte), n);
        } else {
            cold_path();
            let vector = Vector::new(Register::splat(byte));
            store_block(dst, 0, vector, vector, vector, vector);
            store_block(dst, n - BLOCK, vector, vector, vector, vector);
            if n > 8 * VECTOR {
                fill_long(dst, byte, n);
            }
        }
    }
}

/// Sets the bytes between the first block and the last one, which are set already.
///
/// # Safety
/// - `dst` is writable for `n` bytes, more than two blocks.
#[inline(always)]
pub unsafe fn fill_middle(dst: *mut u8, byte: u8, n: usize) {
    let vector = Vector::new(Register::splat(byte));
    let mut i = BLOCK - dst.addr() % VECTOR;
    while i < n - BLOCK {
        // SAFETY: the caller guarantees n writable bytes, and the block ends before the last one does.
        unsafe { store_block(dst, i, vector, vector, vector, vector) };
        i += BLOCK;
    }
}

/// See [`super::compare`].
#[inline(always)]
pub unsafe fn compare(a: *const u8, b: *const u8, n: usize) -> i32 {
    // SAFETY: the caller guarantees n bytes at each pointer, and each branch stays within n bytes.
    unsafe {
        if n <= 16 {
            small::compare(a, b, n)
        } else if n < VECTOR {
            let (step, last) = (four::step::<Least>(n), n - size_of::<Least>());
            compare_four::<Least>(a, b, 0, step, last - step, last)
        } else if n <= 2 * VECTOR {
            compare_four::<Register>(a, b, 0, 0, n - VECTOR, n - VECTOR)
        } else if n <= 4 * VECTOR {
            compare_four::<Register>(a, b, 0, VECTOR, n - 2 * VECTOR, n - VECTOR)
        } else {
            compare_long(a, b, n)
        }
    }
}

/// Compares more than a block: finds the first block that differs, and then the byte in it.
#[inline(always)]
unsafe fn compare_long(a: *const u8, b: *const u8, n: usize) -> i32 {
    let last = n - BLOCK;
    // SAFETY: `compare` calls this for offsets at which both arguments have that many bytes left.
    unsafe {
        let head: Register = compared(a, b, 0);
        if Register::differs(head) {
            cold_path();
            align();
            return order_at(a, b, Register::first(head));
        }
        // From here on the loads from `a` are aligned, so that only those from `b` can straddle cache lines.
        let mut i = VECTOR - a.addr() % VECTOR;
        while i < last {
            let (w, x, y, z): (Register, Register, Register, Register) =
                compared_at(a, b, i, i + VECTOR, i + 2 * VECTOR, i + 3 * VECTOR);
            if Register::differs(all(w, x, y, z)) {
                cold_path();
                break;
            }
            i += BLOCK;
        }
        if i > last {
            i = last;
        }
        compare_four::<Register>(a, b, i, i + VECTOR, i + 2 * VECTOR, i + 3 * VECTOR)
    }
}

/// Compares the vectors at four offsets, in order. One branch if all are equal.
#[inline(always)]
unsafe fn compare_four<T: Operations>(
    a: *const u8,
    b: *const u8,
    i: usize,
    j: usize,
    k: usize,
    l: usize,
) -> i32 {
    // SAFETY: `compare` calls this for offsets at which both arguments have that many bytes left.
    unsafe {
        let (w, x, y, z): (T, T, T, T) = compared_at(a, b, i, j, k, l);
        if !T::differs(all(w, x, y, z)) {
            return 0;
        }
        cold_path();
        let at = if T::differs(w) {
            i + T::first(w)
        } else if T::differs(x) {
            j + T::first(x)
        } else if T::differs(y) {
            k + T::first(y)
        } else {
            l + T::first(z)
        };
        order_at(a, b, at)
    }
}

/// Compares the bytes at an offset.
#[inline(always)]
unsafe fn order_at(a: *const u8, b: *const u8, offset: usize) -> i32 {
    // SAFETY: `compare` calls this for offsets at which both arguments have that many bytes left.
    unsafe { load::<u8>(a, offset) as i32 - load::<u8>(b, offset) as i32 }
}

/// Compares the vectors at an offset.
#[inline(always)]
unsafe fn compared<T: Operations>(a: *const u8, b: *const u8, offset: usize) -> T {
    // SAFETY: `compare` calls this for offsets at which both arguments have that many bytes left.
    unsafe { T::compared(load(a, offset), load(b, offset)) }
}

/// Compares the vectors at four offsets.
#[inline(always)]
unsafe fn compared_at<T: Operations>(
    a: *const u8,
    b: *const u8,
    i: usize,
    j: usize,
    k: usize,
    l: usize,
) -> (T, T, T, T) {
    // SAFETY: `compare` calls this for offsets at which both arguments have that many bytes left.
    unsafe {
        (
            compared(a, b, i),
            compared(a, b, j),
            compared(a, b, k),
            compared(a, b, l),
        )
    }
}

/// The union of four comparisons' differences.
#[inline(always)]
fn all<T: Operations>(w: T, x: T, y: T, z: T) -> T {
    T::both(T::both(w, x), T::both(y, z))
}

/// Aligns the function that it is inlined into to a cache line: a section has the alignment of its strictest member.
/// Short calls then take the same time wherever the linker places the function; on Zen 4 some of them gain a tenth.
#[inline(always)]
pub fn align() {
    // SAFETY: an assembler directive that pads with instructions that do nothing.
    unsafe { asm!(".p2align 6", options(nomem, nostack, preserves_flags)) }
}

/// Copies the block at `offset`.
///
/// # Safety
/// - Those [`BLOCK`] bytes are readable from `src` and writable from `dst`.
#[inline(always)]
pub unsafe fn copy_block(dst: *mut u8, src: *const u8, offset: usize) {
    // SAFETY: the caller guarantees BLOCK bytes from `offset` on at both pointers.
    unsafe {
        let (a, b, c, d) = load_block(src, offset);
        store_block(dst, offset, a, b, c, d);
    }
}

#[inline(always)]
unsafe fn load_block(base: *const u8, offset: usize) -> (Vector, Vector, Vector, Vector) {
    // SAFETY: the caller guarantees BLOCK bytes from `offset` on, and the four accesses stay within them.
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
    // SAFETY: the caller guarantees BLOCK bytes from `offset` on, and the four accesses stay within them.
    unsafe {
        store(base, offset, a);
        store(base, offset + VECTOR, b);
        store(base, offset + 2 * VECTOR, c);
        store(base, offset + 3 * VECTOR, d);
    }
}
