//! The function that selects the variant for the processor: machine code in the same image, held to the same rules as
//! the guest's. So every host uses the same code.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use anyhow::Result;
use rustgo_record::features::x86_64::{OSXSAVE, WORDS};

use super::Variant;
use crate::export::{Export, Role};
use crate::toolchain::Toolchain;

/// The selecting function of a guest.
#[derive(Clone, Debug)]
pub struct Chooser {
    symbol: String,
    source: String,
}

impl Chooser {
    /// Makes the function for a guest with this name, spelt as in C, and its variants.
    ///
    /// # Errors
    ///
    /// If the compiler does not know a feature.
    pub fn new(guest: &str, variants: &[Variant], toolchain: &Toolchain) -> Result<Self> {
        let symbol = format!("{guest}_variant");
        let mut source = include_str!("chooser.rs.in").replace("SYMBOL", &symbol);
        writeln!(source, "\nconst OSXSAVE: u32 = {OSXSAVE:#x};")?;
        writeln!(source, "\nconst WORDS: [Word; {}] = [", WORDS.len())?;
        for word in WORDS {
            writeln!(source, "    {word:?},")?;
        }
        writeln!(source, "];\n\nconst VARIANTS: [Needs; {}] = [", variants.len())?;
        for variant in variants {
            writeln!(source, "    // {variant}\n    {:?},", variant.needs(toolchain)?)?;
        }
        source.push_str("];\n");
        Ok(Self { symbol, source })
    }

    /// Its declaration as an export.
    pub fn export(&self) -> Export {
        let mut export = Export::undeclared(&self.symbol);
        export.role = Role::Chooser;
        export.ret = Some("u32".to_owned());
        export.is_unsafe = false;
        export
    }

    /// Compiles it into a folder.
    ///
    /// # Errors
    ///
    /// If the compiler can't be run.
    pub fn compile(&self, toolchain: &Toolchain, folder: &Path) -> Result<PathBuf> {
        toolchain.compile(super::PROCESSOR, &self.source, &folder.join("variant.rs"))
    }
}

#[cfg(test)]
mod tests;
