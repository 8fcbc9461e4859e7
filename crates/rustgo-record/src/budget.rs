//! How much stack an export may take.

/// The most stack of an export without a budget, in bytes.
pub const STACK_WITHOUT_BUDGET: u64 = 64 << 10;

/// The largest budget, in bytes: Go copies a goroutine's stack when it grows, and threads of C programs have 8 MiB.
pub const LARGEST_BUDGET: u64 = 16 << 20;
