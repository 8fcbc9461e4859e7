//! The input of `check` and `tree`: a guest crate, or any machine code that can be linked into an image.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use object::{Object, ObjectKind, ObjectSymbol, SymbolKind, SymbolScope};

use super::GuestArgs;
use crate::export::{Export, Import};
use crate::guest::Guest;
use crate::image::{PANIC, is_mangled};
use crate::link::{CODE_END, Member, members};
use crate::options::{Options, processor_parser};
use crate::pipeline::{self, Checked, Declared};
use crate::processor::Processor;
use crate::toolchain::Toolchain;
use crate::variant::Variant;

/// The machine code that a subcommand analyses.
#[derive(clap::Args, Clone, Debug)]
pub struct InputArgs {
    /// A guest crate's folder, or an object, an archive or a linked image (default: the guest of the current folder)
    #[arg(value_name = "PATH", conflicts_with_all = ["package", "manifest_path"])]
    path: Option<PathBuf>,

    #[command(flatten)]
    guest: GuestArgs,

    /// Check this symbol of an object or archive as an export (may be given more than once; default: those that it declares,
    /// or else all its global functions)
    #[arg(long, value_name = "SYMBOL", requires = "path")]
    export: Vec<String>,

    /// Allow the exports of an object or archive that declares none to use these processor features
    #[arg(long, value_name = "FEATURE,...", requires = "path", value_delimiter = ',')]
    requires: Vec<String>,

    /// Check this object or archive together with the guest, as `build --with` seals it (may be given more than once)
    #[arg(long, value_name = "FILE", conflicts_with = "path")]
    with: Vec<PathBuf>,

    /// Check the guest's machine code for this processor
    #[arg(long, value_name = "PROCESSOR", conflicts_with = "path", value_parser = processor_parser())]
    processor: Vec<Processor>,

    /// Also check this variant of the guest, as `cargo rustgo build` makes it (may be given more than once)
    #[arg(long, value_name = "NAME=+FEATURE,...", conflicts_with = "path")]
    variant: Vec<Variant>,
}

/// The machine code for one processor, checked.
#[derive(Debug)]
pub struct Input {
    /// The processor.
    pub processor: Processor,
    /// The result.
    pub checked: Checked,
}

impl InputArgs {
    /// Compiles and links the input, once for each processor.
    ///
    /// # Errors
    ///
    /// If there is no such guest or file, it does not compile, or it is not machine code.
    pub fn load(&self) -> Result<Vec<Input>> {
        match &self.path {
            Some(path) if path.is_file() && path.file_name() != Some("Cargo.toml".as_ref()) => {
                Ok(vec![self.file(path)?])
            }
            Some(path) => {
                let manifest = if path.is_dir() {
                    path.join("Cargo.toml")
                } else {
                    path.clone()
                };
                ensure!(
                    manifest.is_file(),
                    "{} is neither a guest crate's folder nor an object, archive or linked image",
                    path.display()
                );
                self.guest(&Guest::find(Some(&manifest), None)?)
            }
            None => self.guest(&self.guest.find()?),
        }
    }

    fn guest(&self, guest: &Guest) -> Result<Vec<Input>> {
        let toolchain = Toolchain::find(&guest.folder)?;
        let options = Options {
            processor: self.processor.clone(),
            variant: self.variant.clone(),
            with: self.with.clone(),
        };
        let build = |&processor: &Processor| {
            let checked = pipeline::guest(guest, &toolchain, processor, &options)?;
            Ok(Input { processor, checked })
        };
        options.processors().iter().map(build).collect()
    }

    fn file(&self, path: &Path) -> Result<Input> {
        let bytes = std::fs::read(path).with_context(|| format!("{} can't be read", path.display()))?;
        let why = || format!("{} can't be checked", path.display());
        let functions = functions(&bytes).with_context(why)?;
        let known = functions.processor.features();
        for feature in &self.requires {
            ensure!(
                known.find(feature).is_some(),
                "`{feature}` is not a feature of {} processors that this tool knows; it knows {}",
                functions.processor.go_name(),
                known
                    .features
                    .iter()
                    .map(|feature| feature.name)
                    .collect::<Vec<_>>()
                    .join(", ")
            );
        }
        let mut files = vec![path.to_owned()];
        let mut declared = Declared::read(&files).unwrap_or_default();
        // The archive's defaults for host imports are not its exports.
        let folder = tempfile::tempdir().context("no folder for the archive's members")?;
        if !functions.defaults.is_empty() {
            files = without_defaults(&bytes, &functions, folder.path()).with_context(why)?;
            for name in &functions.defaults {
                let mut import = Import::undeclared(name);
                import.returns = name != PANIC;
                declared.imports.push(import);
            }
        }
        let undeclared = |name: &String| Export {
            requires: self.requires.clone(),
            ..Export::undeclared(name)
        };
        if !self.export.is_empty() {
            declared.exports = self.export.iter().map(undeclared).collect();
        } else if declared.exports.is_empty() {
            declared.exports = functions.names.iter().map(undeclared).collect();
        }
        ensure!(
            !declared.exports.is_empty(),
            "{} defines no global function, so there is nothing to check: declare one `.globl` or `extern \"C\"`",
            path.display()
        );
        let processor = functions.processor;
        let checked = if functions.is_linked {
            pipeline::check_linked(&bytes, &declared)
        } else {
            pipeline::check(&Toolchain::find(Path::new("."))?, processor, &files, &declared)
        };
        Ok(Input {
            processor,
            checked: checked.with_context(why)?,
        })
    }
}

/// What a file's symbol tables contain.
struct Functions {
    processor: Processor,
    /// The functions that other objects may call, by their names in C.
    names: BTreeSet<String>,
    /// The functions that other members call and that a member of their own name defines: `cargo rustgo build` puts
    /// defaults for host imports into such members.
    defaults: BTreeSet<String>,
    /// Whether it is an image that this tool linked.
    is_linked: bool,
}

/// Writes the guest's own members of a sealed archive into a folder, and returns their paths.
fn without_defaults(archive: &[u8], functions: &Functions, folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for (number, member) in members(archive)?.into_iter().enumerate() {
        if !functions.defaults.iter().any(|name| is_of(&member, name)) {
            let file = folder.join(format!("{number}.o"));
            std::fs::write(&file, member.data).context("a member can't be written")?;
            files.push(file);
        }
    }
    Ok(files)
}

/// Whether the member is named after a function.
fn is_of(member: &Member, name: &str) -> bool {
    member.name.strip_suffix(".o") == Some(name)
}

fn functions(file: &[u8]) -> Result<Functions> {
    let mut names = BTreeSet::new();
    let mut processor = None;
    let mut is_linked = false;
    let (mut provided, mut wanted) = (BTreeSet::new(), BTreeSet::new());
    for member in members(file)? {
        let Ok(object) = object::File::parse(member.data) else {
            continue;
        };
        let mine = Processor::of(object.architecture())?;
        ensure!(
            processor.is_none_or(|other| other == mine),
            "its members are for different processors"
        );
        processor = Some(mine);
        is_linked = object.kind() != ObjectKind::Relocatable;
        if is_linked && object.symbols().all(|symbol| symbol.name() != Ok(CODE_END)) {
            bail!(
                "it is a program or shared library, linked for one system: check the objects or the archive that it was \
                 made of"
            );
        }
        for symbol in object.symbols() {
            let is_callable = symbol.is_definition()
                && symbol.scope() == SymbolScope::Dynamic
                && symbol.kind() == SymbolKind::Text;
            let name = symbol.name().unwrap_or_default();
            if symbol.is_undefined() {
                wanted.insert(name.to_owned());
            }
            if is_callable && is_of(&member, name) {
                provided.insert(name.to_owned());
            }
            if is_callable && !is_mangled(name) {
                names.insert(name.to_owned());
            }
        }
    }
    let defaults: BTreeSet<String> = provided.intersection(&wanted).cloned().collect();
    names.retain(|name| !defaults.contains(name));
    Ok(Functions {
        processor: processor.context("there is no machine code in it")?,
        names,
        defaults,
        is_linked,
    })
}
