//! From sources to a disk image: cargo, NASM and the linker.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use rustgo_hosts::command;

const TARGET: &str = "i586-unknown-linux-gnu";
const GUEST: &str = "kernel-guest";
/// NASM's files, in `asm/kernel`.
const SOURCES: [&str; 3] = ["boot", "entry", "interrupts"];
const LINKER_SCRIPT: &str = "kernel.ld";

/// The kernel, built.
#[derive(Clone, Debug)]
pub struct Image {
    /// What a disk has to hold from its first sector on.
    pub disk: PathBuf,
    /// The same as an ELF file, with the symbols, for nm and gdb.
    pub symbols: PathBuf,
    /// What both were linked of.
    pub objects: Vec<PathBuf>,
}

impl Image {
    /// Builds the kernel into a folder.
    ///
    /// # Errors
    ///
    /// A tool is missing or has something to say.
    pub fn build(folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder).with_context(|| format!("{} can't be made", folder.display()))?;
        let mut objects = Vec::new();
        for name in SOURCES {
            let object = folder.join(name).with_extension("o");
            command::run(
                Command::new("nasm")
                    .args(["-Wall", "-Werror", "-f", "elf32", "-o"])
                    .args([&object, &sources().join(name).with_extension("asm")]),
            )?;
            objects.push(object);
        }
        objects.push(guest(folder)?);

        let image = Self {
            disk: folder.join("kernel.img"),
            symbols: folder.join("kernel.elf"),
            objects,
        };
        link(&image.objects, &[], &image.disk)?;
        // One segment holds all of the kernel, which is fine where nothing is protected from anything.
        let elf = ["--oformat", "elf32-i386", "--no-warn-rwx-segments"];
        link(&image.objects, &elf, &image.symbols)?;
        Ok(image)
    }
}

/// Links objects as the kernel is laid out.
///
/// # Errors
///
/// The linker is missing, or has something to say.
pub fn link(objects: &[PathBuf], options: &[&str], output: &Path) -> Result<()> {
    command::run(
        Command::new("ld")
            .args(["-m", "elf_i386", "--nmagic", "--gc-sections", "--fatal-warnings"])
            .args(options)
            .arg("-T")
            .arg(sources().join(LINKER_SCRIPT))
            .arg("-o")
            .arg(output)
            .args(objects),
    )?;
    Ok(())
}

fn sources() -> PathBuf {
    rustgo_hosts::root().join("asm/kernel")
}

/// Compiles the kernel's Rust half into a static library.
fn guest(folder: &Path) -> Result<PathBuf> {
    let target_folder = folder.join("cargo");
    command::run(
        Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .args(["rustc", "--package", GUEST, "--crate-type", "staticlib"])
            .args(["--profile", "freestanding", "--target", TARGET])
            .arg("--target-dir")
            .arg(&target_folder)
            // Addresses as the linker writes them, instead of through a table that a loader would fill.
            .args(["--", "-Crelocation-model=static"])
            .env_remove("RUSTFLAGS")
            .env_remove("CARGO_ENCODED_RUSTFLAGS")
            .current_dir(rustgo_hosts::root()),
    )
    .with_context(|| {
        format!("the kernel's Rust half is compiled for {TARGET}: rustup target add {TARGET}")
    })?;
    Ok(target_folder
        .join(TARGET)
        .join("freestanding")
        .join(format!("lib{}.a", GUEST.replace('-', "_"))))
}
