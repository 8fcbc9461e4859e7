//! Builds the kernel's disk image, and boots it in QEMU as a user would: types on its keyboard, reads its screen and
//! its serial port.
//!
//! The kernel itself is in `guest` (Rust) and in `asm/kernel` (NASM and the linker script).

pub mod image;
pub mod keys;
pub mod machine;
mod monitor;

pub use image::Image;
pub use machine::Machine;

/// What the kernel says once it listens to the keyboard.
pub const GREETING: &str = "Hello from Rust! Type something.\n";
