//! The Rust toolchain that compiles and links guests: the paths of its parts, and its version.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::processor::Processor;

/// A Rust toolchain, as `rustc` describes itself.
#[derive(Clone, Debug)]
pub struct Toolchain {
    /// `rustc 1.95.0 (59807616e 2026-04-14)`.
    pub version: String,
    /// The compiler's commit. The paths of the standard library's sources in debug info contain it.
    pub commit: String,
    /// The folder that holds `lib/rustlib`.
    pub sysroot: PathBuf,
    /// The linker that comes with the toolchain.
    pub lld: PathBuf,
}

impl Toolchain {
    /// Asks the `rustc` that cargo would use in a folder.
    ///
    /// # Errors
    ///
    /// If `rustc` can't be run or is too old, or the toolchain has no `rust-lld`.
    pub fn find(folder: &Path) -> Result<Self> {
        let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let ask = |argument: &[&str]| -> Result<String> {
            let output = Command::new(&rustc)
                .args(argument)
                .current_dir(folder)
                .output()
                .with_context(|| format!("`{}` can't be run; is Rust installed?", rustc.display()))?;
            ensure!(
                output.status.success(),
                "`rustc {}` failed: {}",
                argument.join(" "),
                lossy(&output.stderr)
            );
            Ok(lossy(&output.stdout))
        };
        let verbose = ask(&["-vV"])?;
        let field = |name: &str| -> Result<&str> {
            verbose
                .lines()
                .find_map(|line| line.strip_prefix(name))
                .map(str::trim)
                .with_context(|| format!("`rustc -vV` does not say `{name}`"))
        };
        require_release(field("release:")?)?;
        let sysroot = PathBuf::from(ask(&["--print", "sysroot"])?);
        let lld = sysroot
            .join("lib/rustlib")
            .join(field("host:")?)
            .join("bin")
            .join(format!("rust-lld{}", std::env::consts::EXE_SUFFIX));
        if !lld.is_file() {
            bail!(
                "the Rust toolchain in {} has no rust-lld, which links the images; \
                 toolchains installed by rustup bring it (`rustup toolchain install stable`)",
                sysroot.display()
            );
        }
        Ok(Self {
            version: verbose.lines().next().unwrap_or_default().to_owned(),
            commit: field("commit-hash:")?.to_owned(),
            sysroot,
            lld,
        })
    }

    /// Checks that guests can be compiled for a processor.
    ///
    /// # Errors
    ///
    /// If the standard library for its target is not installed.
    pub fn require(&self, processor: Processor) -> Result<()> {
        let target = processor.target();
        let library = self.sysroot.join("lib/rustlib").join(target).join("lib");
        ensure!(
            library.is_dir(),
            "Rust's standard library for {target} is not installed: run `rustup target add {target}`, or leave that \
             processor out ({})",
            processor.others()
        );
        Ok(())
    }

    /// The compiler.
    pub fn rustc(&self) -> PathBuf {
        self.sysroot
            .join("bin")
            .join(format!("rustc{}", std::env::consts::EXE_SUFFIX))
    }

    /// Compiles one of this tool's own sources with the settings of a guest, and returns the object, next to the source
    /// file.
    ///
    /// # Errors
    ///
    /// If the compiler can't be run, or does not support what the source uses.
    pub fn compile(&self, processor: Processor, source: &str, file: &Path) -> Result<PathBuf> {
        let object = file.with_extension("o");
        std::fs::write(file, source).with_context(|| format!("{} can't be written", file.display()))?;
        let output = Command::new(self.rustc())
            .args(["--edition", "2024", "--crate-type", "rlib"])
            .args(["--target", processor.target()])
            .args(["-Copt-level=2", "-Cpanic=abort"])
            .args(["-Ccodegen-units=1", "-Cdebuginfo=0"])
            .args(processor.codegen_flags())
            .arg(format!("--emit=obj={}", object.display()))
            .arg(file)
            // The compiler puts its temporary files into its working folder, under names that another run in the same
            // folder would use too.
            .current_dir(file.parent().unwrap_or(Path::new("")))
            .output()
            .with_context(|| format!("{} can't be run", self.rustc().display()))?;
        ensure!(
            output.status.success(),
            "{} can't compile the code that this tool adds to guests:\n{}",
            self.version,
            lossy(&output.stderr)
        );
        Ok(object)
    }

    /// Whether the standard library's sources are installed, so that it can be compiled again.
    pub fn has_sources(&self) -> bool {
        self.sysroot
            .join("lib/rustlib/src/rust/library/core/Cargo.toml")
            .is_file()
    }
}

/// The oldest compiler that knows all that guests are compiled with, which is also what this tool itself needs.
const OLDEST: &str = env!("CARGO_PKG_RUST_VERSION");

/// Makes sure that a compiler of this release, such as `1.95.0` or `1.97.0-nightly`, can compile guests.
fn require_release(release: &str) -> Result<()> {
    let number = |text: &str| {
        let mut parts = text.split('.').map(|part| part.parse::<u32>().ok());
        Some((parts.next()??, parts.next()??))
    };
    ensure!(
        number(release) >= number(OLDEST),
        "rustc {release} is too old: guests need Rust {OLDEST} or later. Run `rustup update`, or name a newer toolchain, as in \
         `cargo +stable rustgo`; a `rust-toolchain.toml` in the guest's folder or above it may hold the old one"
    );
    Ok(())
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_compiler_is_told_which_is_needed() {
        for release in ["1.95.0", "1.96.0-nightly", "2.0.0", "1.100.1"] {
            require_release(release).unwrap();
        }
        for release in ["1.94.1", "1.9.0", "0.95.0", "1.80.0-beta.2"] {
            let error = require_release(release).unwrap_err().to_string();
            let expected =
                format!("rustc {release} is too old: guests need Rust 1.95 or later. Run `rustup update`");
            assert!(error.starts_with(&expected), "{error}");
        }
    }
}
