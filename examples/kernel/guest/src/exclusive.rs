//! Statics that the kernel and its interrupt handlers share.

use core::cell::{Cell, UnsafeCell};

use crate::port;

/// A value that one function at a time works on, with interrupts off meanwhile.
///
/// There is one processor, so nothing else runs until they are on again.
pub struct Exclusive<T> {
    value: UnsafeCell<T>,
    is_taken: Cell<bool>,
}

// SAFETY: `with` gives access to the value only while nothing else uses it.
unsafe impl<T: Send> Sync for Exclusive<T> {}

impl<T> Exclusive<T> {
    /// Wraps the value that it starts with.
    pub const fn new(value: T) -> Self {
        Self {
            value: UnsafeCell::new(value),
            is_taken: Cell::new(false),
        }
    }

    /// Works on the value.
    ///
    /// # Panics
    ///
    /// From inside `with` of the same value.
    pub fn with<R>(&self, work: impl FnOnce(&mut T) -> R) -> R {
        let interrupts = port::interrupts_off();
        assert!(!self.is_taken.replace(true), "the value is being worked on");
        // SAFETY: interrupts are off on the one processor, and the flag says that no reference exists. A panic in
        // `work` ends the kernel, so nothing sees the value half changed.
        let result = work(unsafe { &mut *self.value.get() });
        self.is_taken.set(false);
        port::restore_interrupts(interrupts);
        result
    }
}
