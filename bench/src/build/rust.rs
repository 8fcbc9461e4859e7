//! Builds the peers that are written in Rust, with the flags that guests are compiled with.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use cargo_metadata::{Message, Metadata};
use cargo_rustgo::processor::Processor;

use super::Paths;
use super::exports;
use super::guest::Guest;
use crate::machine::Machine;

/// A program of this workspace.
pub struct Crate {
    package: &'static str,
    binary: &'static str,
    feature: Option<&'static str>,
    /// It links what is in the folder for exports.
    has_exports: bool,
    /// It uses what only the compiler's own crates may use.
    is_unstable: bool,
    /// What the processor has to have, beyond what all have.
    target_feature: Option<&'static str>,
}

impl Crate {
    const fn new(package: &'static str, binary: &'static str) -> Self {
        Self {
            package,
            binary,
            feature: None,
            has_exports: false,
            is_unstable: false,
            target_feature: None,
        }
    }

    /// Why this machine can't run it.
    pub fn impossible(&self, machine: &Machine) -> Option<String> {
        let feature = self.target_feature.filter(|feature| !machine.has(feature))?;
        Some(format!("the processor has no {feature}"))
    }
}

/// dalek, the sealed archive, libsodium. The guest has to be built.
pub fn curve(_: &Guest) -> Crate {
    Crate {
        has_exports: true,
        ..Crate::new("rustgo-bench-curve", "rustgo-bench-curve")
    }
}

/// AWS-LC.
pub fn aws_lc() -> Crate {
    Crate::new("rustgo-bench-aws-lc", "rustgo-bench-aws-lc")
}

/// The memory functions, with titles. Those of rustgo-rt are in every build of a guest, so also as variants for AVX2 and
/// AVX-512 have them.
pub fn memory() -> [(&'static str, Crate); 6] {
    const PACKAGE: &str = "rustgo-bench-memory";
    let of = |binary, feature| Crate {
        feature: Some(feature),
        ..Crate::new(PACKAGE, binary)
    };
    [
        ("libc", Crate::new(PACKAGE, "rustgo-bench-memory-libc")),
        ("rustgo-rt", of("rustgo-bench-memory-rustgo-rt", "rustgo-rt")),
        (
            "rustgo-rt, AVX2",
            Crate {
                target_feature: Some("avx2"),
                ..of("rustgo-bench-memory-rustgo-rt", "rustgo-rt")
            },
        ),
        (
            "rustgo-rt, AVX-512",
            Crate {
                target_feature: Some("avx512bw"),
                ..of("rustgo-bench-memory-rustgo-rt", "rustgo-rt")
            },
        ),
        (
            "compiler_builtins",
            Crate {
                is_unstable: true,
                ..of("rustgo-bench-memory-compiler-builtins", "compiler-builtins")
            },
        ),
        ("rlibc", of("rustgo-bench-memory-rlibc", "rlibc")),
    ]
}

/// Builds one.
///
/// # Errors
///
/// It does not compile.
pub fn build(paths: &Paths, processor: Processor, peer: &Crate) -> Result<PathBuf> {
    let manifest = paths.bench().join("Cargo.toml");
    // Crates look at RUSTC_BOOTSTRAP and flags, and would be compiled anew each time if these came and went in one folder.
    let folder = match (peer.is_unstable, peer.target_feature) {
        (true, _) => "unstable-peers".to_owned(),
        (false, Some(feature)) => format!("{feature}-peers"),
        (false, None) => "peers".to_owned(),
    };
    let mut flags: Vec<String> = processor
        .codegen_flags()
        .iter()
        .map(ToString::to_string)
        .collect();
    flags.extend(
        peer.target_feature
            .map(|feature| format!("-Ctarget-feature=+{feature}")),
    );
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .args([
            "build",
            "--profile",
            "peer",
            "--message-format",
            "json-render-diagnostics",
        ])
        .arg("--manifest-path")
        .arg(&manifest)
        .args(["--package", peer.package, "--bin", peer.binary])
        .args(
            peer.feature
                .into_iter()
                .flat_map(|feature| ["--features", feature]),
        )
        .arg("--target-dir")
        .arg(paths.target.join(folder))
        .env_remove("RUSTFLAGS")
        .env("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f"));
    if peer.has_exports {
        cargo.env("RUSTGO_BENCH_EXPORTS", exports::rust_folder(paths));
    }
    if peer.is_unstable {
        cargo.env("RUSTC_BOOTSTRAP", "1");
    }
    let output = cargo
        .stderr(Stdio::piped())
        .output()
        .context("cargo can't be run")?;
    if !output.status.success() {
        eprint!("{}", String::from_utf8_lossy(&output.stderr));
    }
    ensure!(
        output.status.success(),
        "{} does not compile; see cargo's messages above",
        peer.package
    );
    let program = Message::parse_stream(&output.stdout[..]).find_map(|message| match message {
        Ok(Message::CompilerArtifact(artifact)) if artifact.target.name == peer.binary => artifact.executable,
        _ => None,
    });
    Ok(program.context("cargo made no program")?.into())
}

/// Versions of the crates that are measured.
pub fn versions(metadata: &Metadata) -> BTreeMap<String, String> {
    const MEASURED: [&str; 4] = ["aws-lc-sys", "compiler_builtins", "curve25519-dalek", "rlibc"];
    let measured = metadata
        .packages
        .iter()
        .filter(|package| MEASURED.contains(&package.name.as_str()));
    measured
        .map(|package| (package.name.to_string(), package.version.to_string()))
        .collect()
}
