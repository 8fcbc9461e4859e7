//! The Rust toolchain that compiles and links guests: where its parts are, and which version it is.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

/// A Rust toolchain, as `rustc` describes itself.
#[derive(Clone, Debug)]
pub struct Toolchain {
    /// `rustc 1.95.0 (59807616e 2026-04-14)`.
    pub version: String,
    /// The compiler's commit, under whose name the standard library's sources appear in its debug info.
    pub commit: String,
    /// The folder that holds `lib/rustlib`.
    pub sysroot: PathBuf,
    /// The linker that comes with the toolchain.
    pub lld: PathBuf,
}

impl Toolchain {
    /// Asks the `rustc` that cargo would use in the given folder.
    ///
    /// # Errors
    ///
    /// `rustc` can't be run, or the toolchain has no `rust-lld`.
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
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim().to_owned()
}
