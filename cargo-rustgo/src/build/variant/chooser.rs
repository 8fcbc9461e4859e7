//! The function that tells which variant suits the processor: machine code like the guest's own, in the same image, and
//! held to the same rules. So every host chooses by the same code.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use anyhow::Result;
use rustgo_record::features::x86_64::{OSXSAVE, WORDS};

use super::Variant;
use crate::export::{Export, Role};
use crate::toolchain::Toolchain;

/// The choosing function of a guest.
#[derive(Clone, Debug)]
pub struct Chooser {
    symbol: String,
    source: String,
}

impl Chooser {
    /// For a guest of that name, spelt as C does, and its variants.
    ///
    /// # Errors
    ///
    /// The compiler does not know a feature.
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

    /// How the tool knows it among the exports.
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
    /// The compiler can't be run.
    pub fn compile(&self, toolchain: &Toolchain, folder: &Path) -> Result<PathBuf> {
        toolchain.compile(super::PROCESSOR, &self.source, &folder.join("variant.rs"))
    }
}

#[cfg(test)]
mod tests;
