//! Requests to valgrind, which it takes from a sequence of instructions that does nothing without it.
//!
//! The sequence and the numbers are those of `valgrind.h`, `memcheck.h` and `callgrind.h` (valgrind 3.19).

use std::arch::asm;
use std::path::Path;
use std::process::Command;

use crate::target::{Length, Target};

const fn tool(a: u8, b: u8) -> u64 {
    (a as u64) << 24 | (b as u64) << 16
}

const MAKE_UNDEFINED: u64 = tool(b'M', b'C') + 1;
const MAKE_DEFINED: u64 = tool(b'M', b'C') + 2;
const DUMP_STATS: u64 = tool(b'C', b'T');
const ZERO_STATS: u64 = tool(b'C', b'T') + 1;

fn request(request: u64, first: usize, second: usize) {
    let arguments = [request, first as u64, second as u64, 0, 0, 0];
    // SAFETY: rotates a register by 128 bits in total, and exchanges another with itself; valgrind reads the arguments
    // and writes the result.
    unsafe {
        asm!(
            "rol rdi, 3",
            "rol rdi, 13",
            "rol rdi, 61",
            "rol rdi, 51",
            "xchg rbx, rbx",
            in("rax") arguments.as_ptr(),
            inout("rdx") 0u64 => _,
            inout("rdi") 0u64 => _,
        );
    }
}

/// Says that nothing may depend on these bytes.
pub fn make_undefined(bytes: &mut [u8]) {
    request(MAKE_UNDEFINED, bytes.as_mut_ptr().addr(), bytes.len());
}

/// Says that these bytes are known from now on.
pub fn make_defined(bytes: &mut [u8]) {
    request(MAKE_DEFINED, bytes.as_mut_ptr().addr(), bytes.len());
}

/// Starts counting anew.
pub fn zero_stats() {
    request(ZERO_STATS, 0, 0);
}

/// Writes the counts to a file.
pub fn dump_stats() {
    request(DUMP_STATS, 0, 0);
}

/// This program below valgrind.
pub fn command(
    tool: &str,
    options: &[String],
    archive: &Path,
    target: &Target,
    length: Length,
) -> std::io::Result<Command> {
    let mut command = Command::new("valgrind");
    command
        .arg(format!("--tool={tool}"))
        .args(options)
        .arg(std::env::current_exe()?);
    command
        .arg("--archive")
        .arg(archive)
        .args(["--below", tool, &target.argument()]);
    if length == Length::Short {
        command.arg("--short");
    }
    Ok(command)
}
