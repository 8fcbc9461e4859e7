//! All builds of a guest for one processor, as input for the linker. The symbols of each build have names of their own.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use super::variant::{Chooser, PORTABLE, Variant};
use crate::build::declared::Declared;
use crate::export::Export;
use crate::guest::{Core, Guest};
use crate::link;
use crate::processor::Processor;
use crate::toolchain::Toolchain;

/// The input for the linker.
#[derive(Debug)]
pub struct Builds {
    /// The libraries, and the function that selects one of them.
    pub files: Vec<PathBuf>,
    /// Their declarations: each build's exports under names of its own.
    pub declared: Declared,
    /// What the guest declares: each export once.
    pub offered: Declared,
}

impl Builds {
    /// Compiles a guest with its variants, if there are any, into a folder.
    ///
    /// # Errors
    ///
    /// If a build does not compile, or has other exports than the others.
    pub fn make(
        guest: &Guest,
        toolchain: &Toolchain,
        processor: Processor,
        core: Core,
        variants: &[Variant],
        folder: &Path,
    ) -> Result<Self> {
        let library = guest.build(toolchain, processor, core, None)?;
        let portable = guest.declared(&library, core == Core::Prebuilt)?;
        if variants.is_empty() {
            return Ok(Self {
                files: vec![library],
                offered: portable.clone(),
                declared: portable,
            });
        }
        let chooser = Chooser::new(&guest.identifier(), variants, toolchain)?;
        let mut builds = Self {
            files: vec![chooser.compile(toolchain, folder)?],
            declared: Declared {
                exports: vec![chooser.export()],
                types: portable.types.clone(),
                ..Declared::default()
            },
            offered: portable.clone(),
        };
        builds.add(&library, &portable, 0, PORTABLE, &[], folder)?;
        for (number, variant) in (1..).zip(variants) {
            let library = guest.build(toolchain, processor, core, Some(variant))?;
            let declared = guest.declared(&library, false)?;
            same_exports(&portable, &declared, variant)?;
            builds.add(
                &library,
                &declared,
                number,
                &variant.name,
                &variant.features,
                folder,
            )?;
        }
        builds.check_names(&portable)?;
        Ok(builds)
    }

    fn add(
        &mut self,
        library: &Path,
        declared: &Declared,
        number: usize,
        name: &str,
        features: &[&str],
        folder: &Path,
    ) -> Result<()> {
        let why = || format!("{} can't be read", library.display());
        let bytes = std::fs::read(library).with_context(why)?;
        let is_export = |symbol: &str| declared.exports.iter().any(|export| export.name == symbol);
        let symbol = |symbol: &str| {
            let separator = if is_export(symbol) { '_' } else { '.' };
            format!("{symbol}{separator}{name}")
        };
        // The linker script finds members by the end of their names.
        let member = |member: &str| format!("{member}.{name}.o");
        let renamed = link::rename(&bytes, member, symbol).with_context(why)?;
        let file = folder.join(format!("{name}.a"));
        std::fs::write(&file, renamed).with_context(|| format!("{} can't be written", file.display()))?;
        self.files.push(file);
        let exports = declared
            .exports
            .iter()
            .map(|export| export.variant(number, name, features));
        self.declared.exports.extend(exports);
        for import in &declared.imports {
            if !self.declared.imports.contains(import) {
                self.declared.imports.push(import.clone());
            }
        }
        Ok(())
    }

    /// Checks that no symbol would be defined twice.
    fn check_names(&mut self, portable: &Declared) -> Result<()> {
        let exports = &mut self.declared.exports;
        exports.sort_by(|a, b| a.name.cmp(&b.name));
        for pair in exports.windows(2) {
            ensure!(
                pair[0].name != pair[1].name,
                "two builds of exports would both have the symbol `{}`: rename the variant",
                pair[0].name
            );
        }
        let clash = |export: &&Export| {
            portable
                .exports
                .iter()
                .any(|declared| declared.name == export.name)
        };
        if let Some(export) = exports.iter().find(clash) {
            bail!(
                "the guest exports `{}`, which is also this tool's name for a variant of another export: rename one",
                export.name
            );
        }
        Ok(())
    }
}

fn same_exports(portable: &Declared, declared: &Declared, variant: &Variant) -> Result<()> {
    let missing = |from: &Declared, of: &Declared| -> Option<String> {
        let export = of.exports.iter().find(|export| !from.exports.contains(export))?;
        Some(export.name.clone())
    };
    if let Some(name) = missing(declared, portable) {
        bail!(
            "the guest does not export `{name}` with the features of `{variant}` as it does without: every variant has to \
             have the same exports: use `cfg(target_feature)` inside the functions instead"
        );
    }
    if let Some(name) = missing(portable, declared) {
        bail!(
            "the guest exports `{name}` only with the features of `{variant}`: a host on another processor would have \
             nothing to call, so export it in every build"
        );
    }
    Ok(())
}
