//! The layout of a linked image, shared by the linker script and the reader of the linker's output.

/// The symbol at the end of the image's code.
pub const CODE_END: &str = "__rustgo_code_end";

/// The size of a branch to a host import in bytes, which keeps what follows aligned.
pub const SLOT: u64 = 16;
