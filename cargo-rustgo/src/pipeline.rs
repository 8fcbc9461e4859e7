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

/// What the guest's author declared.
#[derive(Clone, Debug, Default)]
pub struct Declared {
    /// What hosts may call.
    pub exports: Vec<Export>,
    /// What hosts provide.
    pub imports: Vec<String>,
}

impl Declared {
    /// Reads what the objects declare.
    ///
    /// # Errors
    ///
    /// A file can't be read.
    pub fn read(files: &[PathBuf]) -> Result<Self> {
        let mut declared = Self::default();
        for file in files {
            let bytes = std::fs::read(file).with_context(|| format!("{} can't be read", file.display()))?;
            let why = || format!("in {}", file.display());
            declared
                .exports
                .extend(export::exports(&bytes).with_context(why)?);
            declared
                .imports
                .extend(export::imports(&bytes).with_context(why)?);
        }
        Ok(declared)
    }

    /// The same, where there is something to call.
    ///
    /// # Errors
    ///
    /// There is none.
    pub fn with_exports(self) -> Result<Self> {
        if self.exports.is_empty() {
            bail!(
                "the guest exports nothing: write `#[rustgo_rt::export]` above each `extern \"C\"` function that \
                 hosts are to call"
            );
        }
        Ok(self)
    }
}

/// Links the files and resolves what their exports reach.
///
/// # Errors
///
/// A file can't be linked; [`Refused`] where the guest breaks a rule.
pub fn image(
    toolchain: &Toolchain,
    processor: Processor,
    files: &[PathBuf],
    declared: &Declared,
) -> Result<Image> {
    let roots: Vec<String> = declared
        .exports
        .iter()
        .map(|export| export.name.clone())
        .collect();
    let input = Input {
        processor,
        files,
        roots: &roots,
        imports: &declared.imports,
    };
    let file = link::link(toolchain, &input)?;
    let linked = Linked::read(&file)?;
    let lines = Lines::read(&file, linked.code_size)?;
    resolve(&linked, declared, lines)
}

/// Resolves what has been linked.
///
/// # Errors
///
/// [`Refused`] where the guest breaks a rule.
pub fn resolve(linked: &Linked, declared: &Declared, lines: Lines) -> Result<Image> {
    let findings = refusals(linked, &lines);
    if !findings.is_empty() {
        bail!(Refused(findings));
    }
    Image::new(linked, &declared.exports, &declared.imports, lines)
}
