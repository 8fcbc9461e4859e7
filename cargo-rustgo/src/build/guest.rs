//! Compiles a guest crate into a static library, with the settings that every image needs.

use std::ffi::OsString;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, anyhow, bail, ensure};
use cargo_metadata::{Artifact, Message, Metadata, MetadataCommand, Package, TargetKind};

use crate::build::declared::{self, Declared};
use crate::build::diagnostics::Diagnostics;
use crate::build::flags;
use crate::build::reexports::Reexports;
use crate::export::Export;
use crate::processor::Processor;
use crate::std_diagnosis::{self, Library};
use crate::toolchain::Toolchain;
use crate::variant::Variant;

/// The folder under which generated files and debug info name every crate, on every machine.
const SOURCES: &str = "/rustgo";

/// The feature that makes a crate a guest. Without it, it is a library for any program, such as its own tests.
const FEATURE: &str = "guest";

/// A possible reason why a guest does not compile.
const LACKS_FEATURE: &str = ". A guest has a feature `guest = [\"rustgo-rt/guest\"]` in its Cargo.toml, which provides the panic \
                             handler";

/// The `core` that a guest is compiled with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Core {
    /// The toolchain's own, which uses all registers.
    Prebuilt,
    /// Compiled with the guest and its flags, from the toolchain's sources.
    Rebuilt,
}

/// A guest crate, found but not built.
#[derive(Clone, Debug)]
pub struct Guest {
    /// The package's name.
    pub name: String,
    /// The package's version.
    pub version: String,
    /// The package's one-line description.
    pub description: Option<String>,
    /// The crate's documentation, from its first lines (`//!`).
    pub documentation: String,
    /// The Go code for processors without an image, by its path in the package (`package.metadata.rustgo.go-fallback`).
    pub go_fallback: Option<PathBuf>,
    /// The default folders of the Go package and the C library, by their paths in the package
    /// (`package.metadata.rustgo.go`, `.c`).
    outputs: [Option<PathBuf>; 2],
    /// The features that are enabled in addition to the default ones.
    pub features: Vec<String>,
    /// The folder of the package.
    pub folder: PathBuf,
    manifest: PathBuf,
    /// The library's first file.
    root: PathBuf,
    target_folder: PathBuf,
    /// The folder of each crate's sources, and its name in debug info.
    sources: Vec<(PathBuf, String)>,
}

/// The lines at the start of a file that document the crate.
fn documentation(source: &str) -> String {
    let lines: Vec<&str> = source
        .lines()
        .map_while(|line| line.trim_start().strip_prefix("//!"))
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .collect();
    lines.join("\n").trim().to_owned()
}

impl Guest {
    /// Finds a guest by its manifest (by default that of the current folder) and package name (by default the
    /// manifest's own package).
    ///
    /// # Errors
    ///
    /// If there is no manifest, no such package, or the package has no library.
    pub fn find(manifest: Option<&Path>, package: Option<&str>) -> Result<Self> {
        let metadata = metadata(manifest)?;
        let package = select(&metadata, package)?;
        let library = package
            .targets
            .iter()
            .find(|target| target.kind.iter().any(is_library));
        let library = library.with_context(|| {
            let is_macro = |target: &&cargo_metadata::Target| target.kind.contains(&TargetKind::ProcMacro);
            let what = match package.targets.iter().find(is_macro) {
                Some(_) => "is a procedural macro, which runs inside the compiler",
                None => "has no library",
            };
            format!(
                "package `{}` {what}; a guest is a library crate (src/lib.rs)",
                package.name
            )
        })?;
        let source = std::fs::read_to_string(&library.src_path)
            .with_context(|| format!("{} can't be read", library.src_path))?;
        let has_feature = package.features.contains_key(FEATURE);
        let setting = |name: &str| package.metadata["rustgo"][name].as_str().map(PathBuf::from);
        Ok(Self {
            documentation: documentation(&source),
            go_fallback: setting("go-fallback"),
            outputs: [setting("go"), setting("c")],
            features: has_feature.then(|| FEATURE.to_owned()).into_iter().collect(),
            name: package.name.to_string(),
            version: package.version.to_string(),
            description: package.description.clone(),
            folder: package
                .manifest_path
                .parent()
                .context("a manifest lies in a folder")?
                .into(),
            manifest: package.manifest_path.clone().into(),
            root: library.src_path.clone().into(),
            target_folder: metadata.target_directory.join("rustgo").into(),
            sources: sources(&metadata),
        })
    }

    /// The name in files and C code, such as `rustgo_crypto`.
    pub fn identifier(&self) -> String {
        self.name.replace('-', "_")
    }

    /// The package's Cargo.toml.
    pub fn manifest(&self) -> &Path {
        &self.manifest
    }

    /// The default folders of the Go package and of the C library: those that the manifest names, or two below the
    /// target folder.
    pub fn default_outputs(&self) -> [Option<PathBuf>; 2] {
        if self.outputs.iter().any(Option::is_some) {
            return self
                .outputs
                .each_ref()
                .map(|path| path.as_ref().map(|path| self.folder.join(path)));
        }
        let folder = self.target_folder.join("out").join(&self.name);
        // The folder's name is that of the package.
        let go = folder.join("go").join(self.name.replace('-', ""));
        [Some(go), Some(folder.join("c"))]
    }

    /// Compiles the guest for a processor, with the toolchain's own `core` or with one built from its sources, and with
    /// a variant's features. Returns the static library, which the next build overwrites.
    ///
    /// Cargo's progress and the compiler's messages go to stderr. `RUSTFLAGS` is ignored, so that the same sources give
    /// the same bytes. Flags in `.cargo/config.toml` apply.
    ///
    /// # Errors
    ///
    /// If cargo can't be run, or the guest does not compile.
    pub fn build(
        &self,
        toolchain: &Toolchain,
        processor: Processor,
        core: Core,
        variant: Option<&Variant>,
    ) -> Result<PathBuf> {
        toolchain.require(processor)?;
        flags::note_ignored(processor);
        // Cargo's progress follows in the same format.
        let of_variant = variant.map_or(String::new(), |variant| format!(", variant {variant}"));
        eprintln!(
            "{:>12} {} for {}{of_variant}",
            "Guest",
            self.name,
            processor.go_name()
        );
        let command = self.command(toolchain, processor, core, variant);
        let Compiled {
            success,
            artifacts,
            said,
        } = compile(command, Diagnostics::default())?;
        if !success {
            self.refuse_library(Library::Std, toolchain, processor, &artifacts)?;
            if said.lacks_allocator {
                self.refuse_library(Library::Alloc, toolchain, processor, &artifacts)?;
            }
            ensure!(
                !said.lacks_panic_handler || self.names_runtime()?,
                declared::NO_EXPORTS
            );
            said.show_held();
            let lacks = match self.features.is_empty() || said.lacks_panic_handler {
                true => LACKS_FEATURE,
                false => "",
            };
            bail!(
                "the guest `{}` does not compile for {}; see cargo's messages above{lacks}{}",
                self.name,
                processor.target(),
                said.help()
            );
        }
        let library = artifacts
            .iter()
            .filter(|artifact| artifact.manifest_path.as_std_path() == self.manifest)
            .flat_map(|artifact| &artifact.filenames)
            .find(|file| file.extension() == Some("a"));
        Ok(library
            .with_context(|| format!("cargo built no static library of `{}`", self.name))?
            .into())
    }

    /// What a library of this guest declares: its own exports, and those that it re-exports of its dependencies. With
    /// `says_so` it prints a note for each that is left out.
    ///
    /// # Errors
    ///
    /// If the library or a source file can't be read.
    pub fn declared(&self, library: &Path, says_so: bool) -> Result<Declared> {
        let mut declared = Declared::read(&[library.to_owned()])?;
        let is_foreign = |export: &Export| !export.package.is_empty() && export.package != self.name;
        if !declared.exports.iter().any(is_foreign) {
            return Ok(declared);
        }
        let metadata = metadata(Some(&self.manifest))?;
        let reexports = Reexports::of(&metadata, select(&metadata, Some(&self.name))?)?;
        declared.exports.retain(|export| {
            let Export { name, package, .. } = export;
            let item = export.item.as_ref().unwrap_or(name);
            let is_kept = !is_foreign(export) || reexports.contains(package, item);
            if !is_kept && says_so {
                eprintln!(
                    "note: `{name}` of the crate `{package}` is left out, as `{}` does not re-export it: for hosts to have it, \
                     write `pub use {}::{item};`",
                    self.name,
                    package.replace('-', "_")
                );
            }
            is_kept
        });
        Ok(declared)
    }

    /// Reports which crates bring the standard library into a guest that was compiled, but is refused because of it.
    ///
    /// # Errors
    ///
    /// If there is such a crate, or cargo can't be run.
    pub fn without_standard_library(&self, toolchain: &Toolchain, processor: Processor) -> Result<()> {
        let mut command = self.command(toolchain, processor, Core::Prebuilt, None);
        // It only repeats messages that were already shown.
        command.stderr(Stdio::null());
        let compiled = compile(command, Diagnostics::quiet())?;
        self.refuse_library(Library::Std, toolchain, processor, &compiled.artifacts)
    }

    /// Whether a source file of the guest names the runtime, without which it exports nothing.
    fn names_runtime(&self) -> Result<bool> {
        let metadata = metadata(Some(&self.manifest))?;
        let package = select(&metadata, Some(&self.name))?;
        let runtime = package
            .dependencies
            .iter()
            .find(|dependency| dependency.name == "rustgo-rt");
        let name = runtime.map(|runtime| runtime.rename.as_deref().unwrap_or("rustgo-rt").replace('-', "_"));
        let folder = self.root.parent().context("a source file lies in a folder")?;
        name.map_or(Ok(false), |name| names(folder, &name))
    }

    fn refuse_library(
        &self,
        library: Library,
        toolchain: &Toolchain,
        processor: Processor,
        artifacts: &[Artifact],
    ) -> Result<()> {
        let metadata = metadata(Some(&self.manifest))?;
        let package = select(&metadata, Some(&self.name))?;
        let source = std::fs::read_to_string(&self.root)
            .with_context(|| format!("{} can't be read", self.root.display()))?;
        let users = std_diagnosis::users(
            library, &metadata, package, &source, artifacts, toolchain, processor,
        );
        let (what, more) = match library {
            Library::Std => ("Rust's standard library, which needs an operating system", ""),
            Library::Alloc => (
                "Rust's library `alloc`, which needs a heap",
                "\nIf what the exports call never allocates, keep it, and write into src/lib.rs:\n  #[global_allocator]\n  \
                 static HEAP: rustgo_rt::NoHeap = rustgo_rt::NoHeap;\nAn allocation is a panic then",
            ),
        };
        ensure!(
            users.is_empty(),
            "the guest `{}` uses {what}. Where that comes from, and what to do:\n  {}{more}",
            self.name,
            users.join("\n  ")
        );
        Ok(())
    }

    /// The command that compiles the guest.
    fn command(
        &self,
        toolchain: &Toolchain,
        processor: Processor,
        core: Core,
        variant: Option<&Variant>,
    ) -> Command {
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command
            .args(["rustc", "--lib", "--crate-type", "staticlib", "--release"])
            .args([
                "--target",
                processor.target(),
                "--message-format",
                Diagnostics::format(),
            ])
            .arg("--manifest-path")
            .arg(&self.manifest)
            .arg("--target-dir")
            .arg(&self.target_folder)
            .arg("--config")
            .arg(format!(
                "target.{}.rustflags={:?}",
                processor.target(),
                self.flags(toolchain, processor, variant)
            ))
            .current_dir(&self.folder);
        for feature in &self.features {
            command.args(["--features", feature]);
        }
        if core == Core::Rebuilt {
            // With a stable compiler too: cargo has no other way to compile `core` with custom flags.
            command
                .arg("-Zbuild-std=core,compiler_builtins")
                .env("RUSTC_BOOTSTRAP", "1");
        }
        for (name, value) in [
            ("PANIC", "abort"),
            ("LTO", "fat"),
            ("CODEGEN_UNITS", "1"),
            ("DEBUG", "line-tables-only"),
            ("SPLIT_DEBUGINFO", "off"),
            ("STRIP", "none"),
            ("INCREMENTAL", "false"),
        ] {
            command.env(format!("CARGO_PROFILE_RELEASE_{name}"), value);
        }
        for name in flags::variables(processor) {
            command.env_remove(name);
        }
        command
    }

    fn flags(&self, toolchain: &Toolchain, processor: Processor, variant: Option<&Variant>) -> Vec<String> {
        let mut flags: Vec<String> = processor
            .codegen_flags()
            .iter()
            .map(|&flag| flag.to_owned())
            .chain(variant.map(Variant::flag))
            // The compiler's messages name files by their real paths.
            .chain(["--remap-path-scope=object".to_owned()])
            .collect();
        let standard_library = toolchain.sysroot.join("lib/rustlib/src/rust");
        let rust = (standard_library, format!("/rustc/{}", toolchain.commit));
        for (folder, name) in self.sources.iter().chain([&rust]) {
            let mut flag = OsString::from("--remap-path-prefix=");
            flag.push(folder);
            flag.push("=");
            flag.push(name);
            flags.push(flag.to_string_lossy().into_owned());
        }
        flags
    }
}

/// The files that cargo built.
struct Compiled {
    success: bool,
    artifacts: Vec<Artifact>,
    said: Diagnostics,
}

fn compile(mut command: Command, mut said: Diagnostics) -> Result<Compiled> {
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .context("cargo can't be run; is Rust installed?")?;
    let output = child.stdout.take().context("cargo's output is piped")?;
    let mut artifacts = Vec::new();
    for message in Message::parse_stream(BufReader::new(output)) {
        match message.context("cargo's messages can't be read")? {
            Message::CompilerArtifact(artifact) => artifacts.push(artifact),
            Message::CompilerMessage(message) => said.add(&message.message),
            _ => {}
        }
    }
    let status = child.wait().context("cargo's exit status can't be read")?;
    Ok(Compiled {
        success: status.success(),
        artifacts,
        said,
    })
}

/// What can be compiled as a static library, whatever else its author has it compiled as.
fn is_library(kind: &TargetKind) -> bool {
    matches!(
        kind,
        TargetKind::Lib | TargetKind::RLib | TargetKind::StaticLib | TargetKind::CDyLib | TargetKind::DyLib
    )
}

/// Whether a Rust file below a folder has a word in it.
fn names(folder: &Path, word: &str) -> Result<bool> {
    let why = || format!("{} can't be read", folder.display());
    for entry in std::fs::read_dir(folder).with_context(why)? {
        let path = entry.with_context(why)?.path();
        let is_found = match path.is_dir() {
            true => names(&path, word)?,
            false => {
                path.extension().is_some_and(|extension| extension == "rs")
                    && std::fs::read_to_string(&path).with_context(why)?.contains(word)
            }
        };
        if is_found {
            return Ok(true);
        }
    }
    Ok(false)
}

fn metadata(manifest: Option<&Path>) -> Result<Metadata> {
    let mut command = MetadataCommand::new();
    if let Some(manifest) = manifest {
        command.manifest_path(manifest);
    }
    command.exec().map_err(|error| match error {
        cargo_metadata::Error::CargoMetadata { stderr } => {
            let why = stderr.trim().trim_start_matches("error: ");
            anyhow!("the guest's Cargo.toml can't be read: {why}")
        }
        error => anyhow!(error).context("the guest's Cargo.toml can't be read"),
    })
}

fn select<'a>(metadata: &'a Metadata, name: Option<&str>) -> Result<&'a Package> {
    let members = metadata.workspace_packages();
    match name {
        Some(name) => members
            .iter()
            .find(|package| package.name == name)
            .copied()
            .with_context(|| {
                let names: Vec<_> = members.iter().map(|package| package.name.as_str()).collect();
                format!(
                    "there is no package `{name}` in this workspace; it has {}",
                    names.join(", ")
                )
            }),
        None => metadata.root_package().context(
            "this folder's Cargo.toml is a workspace: name the guest's package with `--package NAME`",
        ),
    }
}

/// Every crate's folder and its name in debug info. A folder inside another one comes later, because the compiler uses
/// the last match.
fn sources(metadata: &Metadata) -> Vec<(PathBuf, String)> {
    let mut sources: Vec<(PathBuf, String)> = Vec::new();
    for package in &metadata.packages {
        let Some(folder) = package.manifest_path.parent() else {
            continue;
        };
        let name = format!("{SOURCES}/{}-{}", package.name, package.version);
        // Cargo names the files of a workspace relative to its root, and so do the locations of their panics.
        if let Ok(relative) = folder.strip_prefix(&metadata.workspace_root) {
            let sources_of_root = (PathBuf::from("src"), format!("{name}/src"));
            sources.push(if relative.as_str().is_empty() {
                sources_of_root
            } else {
                (relative.into(), name.clone())
            });
        }
        sources.push((folder.into(), name));
    }
    sources.sort_by_key(|(folder, _)| (folder.as_os_str().len(), folder.clone()));
    sources
}
