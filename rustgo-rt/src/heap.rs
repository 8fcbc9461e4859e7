//! What stands in for a heap.

use core::alloc::{GlobalAlloc, Layout};
use core::ptr::null_mut;

/// An allocator that has no memory, for guests in which something asks for `alloc` that the exports never allocate with.
///
/// An image has no heap. A crate that names `alloc` takes no space in it where no allocation can be reached from an export;
/// where one can, that allocation is a panic.
///
/// ```no_run
/// #[global_allocator]
/// static HEAP: rustgo_rt::NoHeap = rustgo_rt::NoHeap;
/// # fn main() {}
/// ```
#[derive(Debug, Clone, Copy)]
pub struct NoHeap;

// SAFETY: no memory is ever handed out, so there is none that could be used wrongly.
unsafe impl GlobalAlloc for NoHeap {
    unsafe fn alloc(&self, _: Layout) -> *mut u8 {
        null_mut()
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}
