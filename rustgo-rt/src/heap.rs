//! A global allocator for guests, which have no heap.

use core::alloc::{GlobalAlloc, Layout};
use core::ptr::null_mut;

/// An allocator without memory, for guests whose code refers to `alloc` but whose exports never allocate.
///
/// An image has no heap. A crate that refers to `alloc` adds nothing to it if no export can reach an allocation; if one
/// can, that allocation is a panic.
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
