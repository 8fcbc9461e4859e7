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
use super::{overlapping, small};

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

/// A processor with vectors: their types, and the operations that differ between processors.
pub trait Processor {
    /// The smallest vectors, of 16 bytes.
    type Least: Operations;
    /// The largest vectors.
    type Register: Operations;

    /// The bytes in a vector.
    const VECTOR: usize = size_of::<Self::Register>();
    /// The bytes in a block of four vectors, which one iteration of a loop handles.
    const BLOCK: usize = 4 * Self::VECTOR;

    /// Copies one to four times a vector's bytes. Everything is loaded before anything is stored, so the ranges may overlap.
    ///
    /// # Safety
    /// - Those of [`super::copy`].
    unsafe fn copy_few(dst: *mut u8, src: *const u8, n: usize);

    /// Copies more than eight vectors.
    ///
    /// # Safety
    /// - Those of [`super::copy`].
    unsafe fn copy_long(dst: *mut u8, src: *const u8, n: usize);

    /// Copies the block at `offset`, in [`copy_forward`]'s loop.
    ///
    /// # Safety
    /// - Those of [`copy_block`], and the destination does not lie in the source's range.
    unsafe fn copy_block_forward(dst: *mut u8, src: *const u8, offset: usize);

    /// Sets one to four times a vector's bytes.
    ///
    /// # Safety
    /// - Those of [`super::fill`].
    unsafe fn fill_few(dst: *mut u8, vector: Self::Register, n: usize);

    /// Sets the bytes between the first block and the last one, which are set already.
    ///
    /// # Safety
    /// - `dst` is writable for `n` bytes, more than two blocks.
    unsafe fn fill_long(dst: *mut u8, byte: u8, n: usize);
}

/// A vector of bytes that are copied, whatever they are.
type Vector<P> = Bytes<<P as Processor>::Register>;

/// See [`super::copy`].
#[inline(always)]
pub unsafe fn copy<P: Processor>(dst: *mut u8, src: *const u8, n: usize) {
    // SAFETY: the caller guarantees n bytes at each pointer, and each branch stays within n bytes.
    unsafe {
        if n <= 16 {
            small::copy(dst, src, n);
        } else if n < P::VECTOR {
            cold_path();
            overlapping::copy::<P::Least>(dst, src, n);
        } else if n <= 4 * P::VECTOR {
            cold_path();
            P::copy_few(dst, src, n);
        } else {
            cold_path();
            if n <= 8 * P::VECTOR {
                let (a, b, c, d) = load_block::<P>(src, 0);
                let (e, f, g, h) = load_block::<P>(src, n - P::BLOCK);
                store_block::<P>(dst, 0, a, b, c, d);
                store_block::<P>(dst, n - P::BLOCK, e, f, g, h);
            } else {
                P::copy_long(dst, src, n);
            }
        }
    }
}

/// Copies more than a block, first to last.
///
/// # Safety
/// - Those of [`super::copy`], and `dst` does not lie inside `src`'s range.
#[inline(always)]
pub unsafe fn copy_forward<P: Processor>(dst: *mut u8, src: *const u8, n: usize) {
    // SAFETY: the caller guarantees n bytes at each pointer. Each byte that a store overwrites has been loaded before.
    unsafe {
        let head: Vector<P> = load(src, 0);
        let (a, b, c, d) = load_block::<P>(src, n - P::BLOCK);
        let mut i = P::VECTOR - dst.addr() % P::VECTOR;
        while i < n - P::BLOCK {
            P::copy_block_forward(dst, src, i);
            i += P::BLOCK;
        }
        store_block::<P>(dst, n - P::BLOCK, a, b, c, d);
        store(dst, 0, head);
    }
}

/// Copies more than a block, last to first.
///
/// # Safety
/// - Those of [`super::copy`], and `src` does not lie inside `dst`'s range.
#[inline(always)]
pub unsafe fn copy_backward<P: Processor>(dst: *mut u8, src: *const u8, n: usize) {
    // SAFETY: the caller guarantees n bytes at each pointer. Each byte that a store overwrites has been loaded before.
    unsafe {
        let (a, b, c, d) = load_block::<P>(src, 0);
        let tail: Vector<P> = load(src, n - P::VECTOR);
        let mut i = n - dst.wrapping_add(n).addr() % P::VECTOR;
        while i > P::BLOCK {
            i -= P::BLOCK;
            copy_block::<P>(dst, src, i);
        }
        store_block::<P>(dst, 0, a, b, c, d);
        store(dst, n - P::VECTOR, tail);
    }
}

/// See [`super::fill`].
#[inline(always)]
pub unsafe fn fill<P: Processor>(dst: *mut u8, byte: u8, n: usize) {
    // SAFETY: the caller guarantees n bytes at each pointer, and each branch stays within n bytes.
    unsafe {
        if n <= 16 {
            cold_path();
            small::fill(dst, byte, n);
        } else if n < P::VECTOR {
            cold_path();
            overlapping::fill(dst, P::Least::splat(byte), n);
        } else if n <= 4 * P::VECTOR {
            P::fill_few(dst, P::Register::splat(byte), n);
        } else {
            cold_path();
            let vector = Vector::<P>::new(P::Register::splat(byte));
            store_block::<P>(dst, 0, vector, vector, vector, vector);
            store_block::<P>(dst, n - P::BLOCK, vector, vector, vector, vector);
            if n > 8 * P::VECTOR {
                P::fill_long(dst, byte, n);
            }
        }
    }
}

/// Sets the bytes between the first block and the last one, which are set already.
///
/// # Safety
/// - `dst` is writable for `n` bytes, more than two blocks.
#[inline(always)]
pub unsafe fn fill_middle<P: Processor>(dst: *mut u8, byte: u8, n: usize) {
    let vector = Vector::<P>::new(P::Register::splat(byte));
    let mut i = P::BLOCK - dst.addr() % P::VECTOR;
    while i < n - P::BLOCK {
        // SAFETY: the caller guarantees n writable bytes, and the block ends before the last one does.
        unsafe { store_block::<P>(dst, i, vector, vector, vector, vector) };
        i += P::BLOCK;
    }
}

/// See [`super::compare`].
#[inline(always)]
pub unsafe fn compare<P: Processor>(a: *const u8, b: *const u8, n: usize) -> i32 {
    // SAFETY: the caller guarantees n bytes at each pointer, and each branch stays within n bytes.
    unsafe {
        if n <= 16 {
            small::compare(a, b, n)
        } else if n < P::VECTOR {
            let (step, last) = (overlapping::step::<P::Least>(n), n - size_of::<P::Least>());
            compare_four::<P::Least>(a, b, 0, step, last - step, last)
        } else if n <= 2 * P::VECTOR {
            compare_four::<P::Register>(a, b, 0, 0, n - P::VECTOR, n - P::VECTOR)
        } else if n <= 4 * P::VECTOR {
            compare_four::<P::Register>(a, b, 0, P::VECTOR, n - 2 * P::VECTOR, n - P::VECTOR)
        } else {
            compare_long::<P>(a, b, n)
        }
    }
}

/// Compares more than a block: finds the first block that differs, and then the byte in it.
#[inline(always)]
unsafe fn compare_long<P: Processor>(a: *const u8, b: *const u8, n: usize) -> i32 {
    let last = n - P::BLOCK;
    // SAFETY: `compare` calls this for offsets at which both arguments have that many bytes left.
    unsafe {
        let head: P::Register = compared(a, b, 0);
        if P::Register::differs(head) {
            cold_path();
            align();
            return order_at(a, b, P::Register::first(head));
        }
        // From here on the loads from `a` are aligned, so that only those from `b` can straddle cache lines.
        let mut i = P::VECTOR - a.addr() % P::VECTOR;
        while i < last {
            let (w, x, y, z): (P::Register, P::Register, P::Register, P::Register) =
                compared_at(a, b, i, i + P::VECTOR, i + 2 * P::VECTOR, i + 3 * P::VECTOR);
            if P::Register::differs(all(w, x, y, z)) {
                cold_path();
                break;
            }
            i += P::BLOCK;
        }
        if i > last {
            i = last;
        }
        compare_four::<P::Register>(a, b, i, i + P::VECTOR, i + 2 * P::VECTOR, i + 3 * P::VECTOR)
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
/// - Those [`Processor::BLOCK`] bytes are readable from `src` and writable from `dst`.
#[inline(always)]
pub unsafe fn copy_block<P: Processor>(dst: *mut u8, src: *const u8, offset: usize) {
    // SAFETY: the caller guarantees BLOCK bytes from `offset` on at both pointers.
    unsafe {
        let (a, b, c, d) = load_block::<P>(src, offset);
        store_block::<P>(dst, offset, a, b, c, d);
    }
}

#[inline(always)]
unsafe fn load_block<P: Processor>(
    base: *const u8,
    offset: usize,
) -> (Vector<P>, Vector<P>, Vector<P>, Vector<P>) {
    // SAFETY: the caller guarantees BLOCK bytes from `offset` on, and the four accesses stay within them.
    unsafe {
        (
            load(base, offset),
            load(base, offset + P::VECTOR),
            load(base, offset + 2 * P::VECTOR),
            load(base, offset + 3 * P::VECTOR),
        )
    }
}

#[inline(always)]
unsafe fn store_block<P: Processor>(
    base: *mut u8,
    offset: usize,
    a: Vector<P>,
    b: Vector<P>,
    c: Vector<P>,
    d: Vector<P>,
) {
    // SAFETY: the caller guarantees BLOCK bytes from `offset` on, and the four accesses stay within them.
    unsafe {
        store(base, offset, a);
        store(base, offset + P::VECTOR, b);
        store(base, offset + 2 * P::VECTOR, c);
        store(base, offset + 3 * P::VECTOR, d);
    }
}
