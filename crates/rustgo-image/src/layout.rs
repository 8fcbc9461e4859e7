//! The layout of a linked image, on which the linker's script and the reader of its output agree.

/// The symbol at the end of the image's code.
pub const CODE_END: &str = "__rustgo_code_end";

/// How many bytes the branch to a host import takes, so that what follows stays aligned.
pub const SLOT: u64 = 16;
