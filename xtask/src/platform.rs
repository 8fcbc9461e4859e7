//! The system that the commands run on.

/// Whether this system runs programs for Linux on x86-64, which most tests need.
pub const LINUX_AMD64: bool = cfg!(all(target_os = "linux", target_arch = "x86_64"));
