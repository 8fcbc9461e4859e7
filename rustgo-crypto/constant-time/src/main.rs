//! Looks at the machine code of `rustgo-crypto`'s image, the very bytes that hosts get: neither the time that a
//! multiplication takes nor the addresses that it touches may depend on the scalar.
//!
//! ```text
//! cargo xtask constant-time                                everything: some minutes
//! cargo xtask test --only constant-time                    the short form: every kernel, with fewer scalars
//! cargo xtask constant-time memcheck                      one check
//! cargo run --release -p constant-time -- --archive FILE   another sealed archive
//! ```
//!
//! | check | how | paths |
//! | --- | --- | --- |
//! | `instructions` | the image has no instruction whose time depends on its operands | all |
//! | `memcheck` | valgrind's memcheck, with the scalars marked undefined, reports no jump and no address that depends on them | all but AVX-512 |
//! | `callgrind` | valgrind's callgrind counts the same instructions for every scalar | all but AVX-512 |
//! | `step` | a debugger steps through on the processor itself: the same instructions touch the same addresses for every scalar | all |
//!
//! Valgrind knows no AVX-512, and minds no address of a prefetch. Each check must also find leaks that are planted: else it fails, whatever it says. A kernel that
//! this processor can't run is skipped, visibly.

#[cfg(not(all(target_arch = "x86_64", target_os = "linux")))]
fn main() {
    eprintln!("SKIPPED: these checks are for Linux on x86-64");
}

#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
mod callgrind;
#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
mod checks;
#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
mod image;
#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
mod instructions;
#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
mod memcheck;
#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
mod plant;
#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
mod step;
#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
mod target;
#[cfg(all(test, target_arch = "x86_64", target_os = "linux"))]
mod tests;
#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
mod valgrind;
#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
mod variable;

#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
fn main() -> anyhow::Result<std::process::ExitCode> {
    checks::run()
}
