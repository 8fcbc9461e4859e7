//! From a static library to an image: link, refuse what an image can't express, resolve the rest.

use std::fmt;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::export::{self, Export};
use crate::finding::Finding;
use crate::image::{Image, Lines, Linked, refusals};
use crate::link::{self, Input};
use crate::processor::Processor;
use crate::toolchain::Toolchain;

/// The guest breaks rules of the images: everything that is wrong, at once.
#[derive(Debug)]
pub struct Refused(pub Vec<Finding>);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.0 {
            writeln!(f, "{finding}\n")?;
        }
        match self.0.len() {
            1 => write!(f, "the guest is refused for the reason above"),
            count => write!(f, "the guest is refused for the {count} reasons above"),
        }
    }
}

impl std::error::Error for Refused {}

/// Links the files and resolves what their exports reach.
///
/// # Errors
///
/// A file can't be read or linked; [`Refused`] where the guest breaks a rule.
pub fn image(
    toolchain: &Toolchain,
    processor: Processor,
    files: &[PathBuf],
    exports: &[Export],
) -> Result<Image> {
    let roots: Vec<String> = exports.iter().map(|export| export.name.clone()).collect();
    let file = link::link(
        toolchain,
        &Input {
            processor,
            files,
            roots: &roots,
        },
    )?;
    let linked = Linked::read(&file)?;
    let findings = refusals(&linked);
    if !findings.is_empty() {
        bail!(Refused(findings));
    }
    let lines = Lines::read(&file, linked.code_size)?;
    Image::new(&linked, exports, lines)
}

/// The exports that a guest's static library declares.
///
/// # Errors
///
/// The library can't be read, or it declares none.
pub fn exports(library: &PathBuf) -> Result<Vec<Export>> {
    let bytes = std::fs::read(library).with_context(|| format!("{} can't be read", library.display()))?;
    let exports = export::read(&bytes)?;
    if exports.is_empty() {
        bail!(
            "the guest exports nothing: write `#[rustgo_rt::export]` above each `extern \"C\"` function that hosts \
             are to call"
        );
    }
    Ok(exports)
}
