//! Batches of any length, split into groups.

/// Turns `count` scalars into points. `multiply` gets pointers to points and scalars, and their number, at most `MOST`.
///
/// The order of the groups lets `dst` and `scalars` overlap in any way, as for `memmove`.
///
/// # Safety
///
/// - `scalars` is valid for reads of `count` scalars, `dst` for writes of `count` points.
/// - `multiply` reads all scalars of a group before it writes a point.
#[inline(always)]
pub unsafe fn in_groups<const MOST: usize>(
    dst: *mut [u8; 32],
    scalars: *const [u8; 32],
    count: usize,
    multiply: impl Fn(*mut [u8; 32], *const [u8; 32], usize),
) {
    let groups = count.div_ceil(MOST);
    let backward = dst.addr() > scalars.addr();
    for i in 0..groups {
        let start = MOST * if backward { groups - 1 - i } else { i };
        let size = MOST.min(count - start);
        // SAFETY: `start + size` is at most `count`, and the caller guarantees `count` scalars and points.
        multiply(unsafe { dst.add(start) }, unsafe { scalars.add(start) }, size);
    }
}
