//! Everything that a guest's objects declare.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::export::{self, Export, Import, Type};

/// The error for a guest without exports.
pub const NO_EXPORTS: &str =
    "the guest exports nothing: write `#[rustgo_rt::export]` above each function that hosts are to call";

/// The declarations of a guest's author.
#[derive(Clone, Debug, Default)]
pub struct Declared {
    /// The functions that hosts may call.
    pub exports: Vec<Export>,
    /// The functions that hosts provide.
    pub imports: Vec<Import>,
    /// The structs and errors in the exports' signatures.
    pub types: Vec<Type>,
    /// The functions of extra objects that the guest calls.
    pub routines: Vec<String>,
}

impl Declared {
    /// The same in the form for an image.
    pub fn of_image(&self) -> rustgo_image::Declared<'_> {
        rustgo_image::Declared {
            exports: &self.exports,
            imports: &self.imports,
            types: &self.types,
            routines: &self.routines,
        }
    }

    /// Reads the objects' declarations.
    ///
    /// # Errors
    ///
    /// If a file can't be read.
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
            declared.types.extend(export::types(&bytes).with_context(why)?);
        }
        Ok(declared)
    }

    /// Requires at least one export.
    ///
    /// # Errors
    ///
    /// If there are no exports.
    pub fn with_exports(self) -> Result<Self> {
        if self.exports.is_empty() {
            bail!(NO_EXPORTS);
        }
        Ok(self)
    }
}
