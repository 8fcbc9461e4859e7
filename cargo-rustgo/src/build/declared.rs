//! All that a guest's objects declare.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::export::{self, Export, Import, Type};

/// What is said of a guest that hosts could call nothing of.
pub const NO_EXPORTS: &str =
    "the guest exports nothing: write `#[rustgo_rt::export]` above each function that hosts are to call";

/// What the guest's author declared.
#[derive(Clone, Debug, Default)]
pub struct Declared {
    /// What hosts may call.
    pub exports: Vec<Export>,
    /// What hosts provide.
    pub imports: Vec<Import>,
    /// The structs and errors in the exports' signatures.
    pub types: Vec<Type>,
    /// What the guest calls of objects that are sealed with it.
    pub routines: Vec<String>,
}

impl Declared {
    /// The same, as an image takes it.
    pub fn of_image(&self) -> rustgo_image::Declared<'_> {
        rustgo_image::Declared {
            exports: &self.exports,
            imports: &self.imports,
            types: &self.types,
            routines: &self.routines,
        }
    }

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
            declared.types.extend(export::types(&bytes).with_context(why)?);
        }
        Ok(declared)
    }

    /// Requires at least one export.
    ///
    /// # Errors
    ///
    /// There are no exports.
    pub fn with_exports(self) -> Result<Self> {
        if self.exports.is_empty() {
            bail!(NO_EXPORTS);
        }
        Ok(self)
    }
}
