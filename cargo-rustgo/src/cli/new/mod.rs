//! `cargo rustgo new`: a guest crate with a Go package and a C program around it, from the files in `template`.

mod name;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail, ensure};

use crate::write::Files;
use name::Names;

/// Create a new guest crate, with a Go package, a C program, tests and a benchmark
///
/// The new folder builds and passes its tests without changes: `cargo rustgo build`, then `cargo test`. Its README
/// explains its files.
#[derive(clap::Args, Clone, Debug)]
#[command(after_help = "\
Examples:
  cargo rustgo new hash             ./hash, with the crate `hash` and the Go package `hash`
  cargo rustgo new crates/my-hash   ./crates/my-hash, with the crate `my-hash` and the Go package `myhash`")]
pub struct Args {
    /// The folder to create; its last component is the crate's name
    #[arg(value_name = "NAME")]
    folder: PathBuf,
}

/// The files of a new crate, with path and text. [`fill`] replaces `{...}`.
const TEMPLATE: [(&str, &str); 8] = [
    ("Cargo.toml", include_str!("template/Cargo.toml.in")),
    (".gitignore", include_str!("template/gitignore")),
    ("README.md", include_str!("template/README.md")),
    ("src/lib.rs", include_str!("template/src/lib.rs")),
    ("tests/hosts.rs", include_str!("template/tests/hosts.rs")),
    ("go/go.mod", include_str!("template/go/go.mod")),
    (
        "go/{package}/{package}_test.go",
        include_str!("template/go/package/package_test.go.in"),
    ),
    ("c/main.c", include_str!("template/c/main.c")),
];

/// Runs the command.
///
/// # Errors
///
/// If the name is not valid for a crate and a Go package, the folder exists, or it can't be written.
pub fn run(args: &Args) -> Result<ExitCode> {
    let folder = &args.folder;
    let name = folder
        .file_name()
        .with_context(|| format!("`{}` does not end in a name for the new crate", folder.display()))?;
    let names = Names::of(&name.to_string_lossy())?;
    // A dangling link counts as existing.
    if folder.symlink_metadata().is_ok() {
        bail!(
            "{} already exists: choose another name, or move it away",
            folder.display()
        );
    }
    let runtime = runtime()?;
    let mut files = Files::default();
    for (path, text) in TEMPLATE {
        files.add(
            folder.join(fill(path, &names, &runtime)),
            fill(text, &names, &runtime),
        );
    }
    files.write()?;
    eprintln!("made {}\n\n  cd {}", folder.display(), folder.display());
    eprintln!("  cargo rustgo build    # the Go package and the C library");
    eprintln!("  cargo test            # the tests of Rust, Go and C");
    Ok(ExitCode::SUCCESS)
}

fn fill(text: &str, names: &Names, runtime: &Path) -> String {
    text.replace("{name}", &names.package)
        .replace("{identifier}", &names.identifier)
        .replace("{package}", &names.go)
        // A TOML string, because a path on Windows has backslashes.
        .replace("{runtime}", &format!("{:?}", runtime.to_string_lossy()))
}

/// The runtime in the checkout that this tool was built from: it is not on crates.io yet.
fn runtime() -> Result<PathBuf> {
    let runtime = Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("rustgo-rt");
    ensure!(
        runtime.join("Cargo.toml").is_file(),
        "a new crate depends on rustgo-rt in the checkout that this tool was built from, and {} no longer exists: run \
         `cargo install --path cargo-rustgo --locked` in a checkout that stays",
        runtime.display()
    );
    Ok(runtime)
}
