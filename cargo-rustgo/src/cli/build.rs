//! `cargo rustgo build`: from a guest crate to the files that hosts use.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};

use super::GuestArgs;
use crate::build::defaults;
use crate::build::origin::origin;
use crate::check::Analysis;
use crate::export::Type;
use crate::guest::Guest;
use crate::image::Image;
use crate::interface::Interface;
use crate::notice;
use crate::options::Options;
use crate::pipeline::{self, Declared};
use crate::processor::Processor;
use crate::progress;
use crate::toolchain::Toolchain;
use crate::variant::Table;
use crate::write::archive::{self, ArchiveKind};
use crate::write::c::{header, reserved};
use crate::write::go::package::{self, Way};
use crate::write::go::x86_64::Plan;
use crate::write::object::macho;
use crate::write::{Files, Origin, Proof, Stamp, go, interface, nasm, pkg_config};

/// Build a guest crate and write its image for Go, C and assembly
///
/// Compiles the guest with the settings that an image needs (panic = "abort", fat LTO, frame pointers, no red zone),
/// links what its exports reach, proves it, and writes it out. Nothing is written if a check fails.
#[derive(clap::Args, Clone, Debug)]
#[command(after_help = "\
Examples:
  cargo rustgo build
      Everything, to where Cargo.toml says under [package.metadata.rustgo], or below target/rustgo/out
  cargo rustgo build -p hash --go go/hash
      The Go package `hash`, in a folder of a Go module
  cargo rustgo build --c dist
      dist/include/hash.h, dist/include/hash.inc, dist/lib/SYSTEM/libhash.a and its pkg-config file")]
pub struct Args {
    #[command(flatten)]
    guest: GuestArgs,

    /// Write a Go package into this folder of a Go module: declarations, shims, images, and a test of the ABI
    #[arg(long, value_name = "DIR")]
    go: Option<PathBuf>,

    /// Write only the images and headers (rust_PROCESSOR.s, rust_PROCESSOR.h), into the folder of a Go package with
    /// declarations and shims of its own
    #[arg(long, value_name = "DIR", conflicts_with = "go")]
    go_image: Option<PathBuf>,

    /// Write the C header, the NASM include file, the sealed archives and their pkg-config files below this folder
    #[arg(long, value_name = "DIR")]
    c: Option<PathBuf>,

    #[command(flatten)]
    options: Options,
}

/// Runs the command.
///
/// # Errors
///
/// If the guest does not compile, is refused, or the files can't be written.
pub fn run(args: &Args) -> Result<ExitCode> {
    let guest = args.guest.find()?;
    let [go, c] = match (&args.go, &args.go_image, &args.c) {
        (None, None, None) => guest.default_outputs(),
        (go, _, c) => [go.clone(), c.clone()],
    };
    let hosts = Hosts {
        go: go.is_some(),
        c: c.is_some(),
    };
    let product = Product::make(guest, &args.options, hosts)?;
    let mut files = Files::default();
    if let Some(folder) = &go {
        product.add_go(&mut files, folder)?;
    }
    if let Some(folder) = &args.go_image {
        product.add_go_image(&mut files, folder)?;
    }
    if let Some(folder) = &c {
        product.add_c(&mut files, folder)?;
    }
    let written: Vec<PathBuf> = files.paths().map(Path::to_owned).collect();
    let stale = match &go {
        Some(folder) => stale(folder, &files, &product.origin)?,
        None => Vec::new(),
    };
    for path in &stale {
        files.remove(path.clone());
    }
    files.write()?;
    for path in stale {
        eprintln!(
            "removed {}, which an earlier build wrote and this one does not",
            path.display()
        );
    }
    let here = std::env::current_dir().unwrap_or_default();
    for path in written {
        eprintln!("wrote {}", path.strip_prefix(&here).unwrap_or(&path).display());
    }
    Ok(ExitCode::SUCCESS)
}

/// The files of a whole Go package that an earlier build of the guest wrote, with other options or exports. They would
/// be compiled with the new ones.
fn stale(folder: &Path, files: &Files, origin: &Origin) -> Result<Vec<PathBuf>> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Ok(Vec::new());
    };
    let mut stale = Vec::new();
    for entry in entries {
        let path = entry
            .with_context(|| format!("{} can't be read", folder.display()))?
            .path();
        let is_of_guest =
            |file: Vec<u8>| Stamp::find(&file).is_some_and(|stamp| stamp.guest == origin.stamp.guest);
        if files.paths().all(|made| made != path) && std::fs::read(&path).is_ok_and(is_of_guest) {
            stale.push(path);
        }
    }
    Ok(stale)
}

/// For each processor, how shims reach each export.
type Ways = BTreeMap<Processor, BTreeMap<String, Way>>;

/// The hosts that names have to suit.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Hosts {
    /// A whole Go package is written.
    pub go: bool,
    /// Declarations for C and NASM are written.
    pub c: bool,
}

impl Hosts {
    /// Refuses what a host has no name or no type for.
    fn suit(self, declared: &Declared) -> Result<()> {
        let offered = Interface::new(&declared.exports, &declared.types)?;
        if self.c {
            reserved::check(&offered)?;
        }
        if self.go {
            package::check_names(&offered)?;
        }
        Ok(())
    }
}

/// A guest, compiled and proven, ready to be written out.
pub(super) struct Product {
    toolchain: Toolchain,
    /// The Go code for processors without an image.
    fallback: Option<String>,
    /// The guest, tool and options that made it.
    pub origin: Origin,
    notice: String,
    built: Vec<Built>,
}

impl Product {
    /// Compiles the guest for each processor, and proves it.
    pub fn make(guest: Guest, options: &Options, hosts: Hosts) -> Result<Self> {
        let toolchain = Toolchain::find(&guest.folder)?;
        let origin = origin(&guest, &toolchain, options);
        let processors = options.processors();
        for &processor in &processors {
            toolchain.require(processor)?;
        }
        let built = processors
            .iter()
            .map(|&processor| prove(&guest, &toolchain, processor, options, hosts))
            .collect::<Result<_>>()?;
        let fallback = guest.go_fallback.as_ref().map(|path| {
            let path = guest.folder.join(path);
            std::fs::read_to_string(&path)
                .with_context(|| format!("{}, the Go fallback, can't be read", path.display()))
        });
        let notice = notice::write(&guest, &processors, &origin.line())?;
        Ok(Self {
            toolchain,
            fallback: fallback.transpose()?,
            origin,
            notice,
            built,
        })
    }

    /// Adds all files of a Go package.
    pub fn add_go(&self, files: &mut Files, folder: &Path) -> Result<()> {
        let ways = self.add_go_image(files, folder)?;
        let proofs = interface(self.built.iter().map(|built| &*built.proofs));
        let types = self.built.first().map_or(&[][..], |built| &built.image.types);
        let offered = offered(&proofs, types)?;
        Ok(package::add(
            files,
            folder,
            &self.origin,
            &offered,
            &ways,
            self.built
                .iter()
                .find_map(|built| Table::of(&built.image.entries))
                .as_ref(),
            self.fallback.as_deref(),
        )?)
    }

    /// Adds those files of a Go package that depend only on the images, and returns how shims reach each export.
    pub fn add_go_image(&self, files: &mut Files, folder: &Path) -> Result<Ways> {
        let mut ways = Ways::new();
        for Built {
            image,
            analysis,
            proofs,
        } in &self.built
        {
            let added = go::add(files, folder, &self.origin, image, analysis, proofs)?;
            if let Some(inexact) = added.inexact {
                eprintln!(
                    "note: Go's tracebacks and profiles stop at this guest and omit its callers: {inexact}. Panics and \
                     faults still work"
                );
            }
            ways.insert(image.processor, added.ways);
        }
        let images = self.built.iter().map(|built| &built.image);
        go::add_panics(files, folder, &self.origin, images);
        self.add_notice(files, folder);
        Ok(ways)
    }

    /// Adds the declarations and the libraries for C and NASM.
    pub fn add_c(&self, files: &mut Files, folder: &Path) -> Result<()> {
        let _step = progress::step("sealing the libraries");
        add_declarations(files, folder, &self.origin, &self.built)?;
        for built in &self.built {
            add_linux(files, folder, &self.toolchain, &self.origin, &built.image)?;
        }
        add_darwin(files, folder, &self.toolchain, &self.origin, &self.built)?;
        self.add_notice(files, folder);
        Ok(())
    }

    /// The images whose frames Go's unwinder can walk, each with its plan.
    pub fn exact(&self) -> impl Iterator<Item = (&Image, &Analysis, Plan)> {
        self.built
            .iter()
            .filter(|built| built.image.processor == Processor::X86_64)
            .filter_map(|built| {
                let plan = Plan::exact(&built.image, &built.analysis).ok()?;
                Some((&built.image, &built.analysis, plan))
            })
    }

    fn add_notice(&self, files: &mut Files, folder: &Path) {
        files.add(folder.join("THIRD-PARTY.txt"), self.notice.clone());
    }
}

/// A guest for one processor.
struct Built {
    image: Image,
    analysis: Analysis,
    proofs: Vec<Proof>,
}

fn prove(
    guest: &Guest,
    toolchain: &Toolchain,
    processor: Processor,
    options: &Options,
    hosts: Hosts,
) -> Result<Built> {
    let suits = |declared: &Declared| hosts.suit(declared);
    let checked = pipeline::guest_for(guest, toolchain, processor, options, suits)?;
    let (image, analysis) = checked.proven()?;
    let proofs = image
        .entries
        .iter()
        .zip(&analysis.entries)
        .map(|(entry, verdict)| {
            let stack = verdict
                .bound
                .with_context(|| format!("no stack bound of `{}` is proven", verdict.name))?;
            Ok(Proof {
                entry: entry.clone(),
                stack,
            })
        })
        .collect::<Result<_>>()?;
    Ok(Built {
        image,
        analysis,
        proofs,
    })
}

/// Adds the declarations of the exports: the C header for all processors, and NASM's include file for x86-64.
fn add_declarations(files: &mut Files, folder: &Path, origin: &Origin, built: &[Built]) -> Result<()> {
    let include = folder.join("include");
    let name = origin.identifier();
    let proofs = interface(built.iter().map(|built| &*built.proofs));
    let types = built.first().map_or(&[][..], |built| &built.image.types);
    let panics = built.iter().any(|built| built.image.panics());
    let offered = offered(&proofs, types)?;
    reserved::check(&offered)?;
    let header = header::write(origin, &offered, &stacks(&proofs), panics);
    files.add(include.join(format!("{name}.h")), header);
    let mut for_nasm = built
        .iter()
        .filter(|built| built.image.processor == Processor::X86_64);
    if let Some(built) = for_nasm.next() {
        let stacks = stacks(&interface([&*built.proofs]));
        let text = nasm::write(origin, &offered, &stacks, built.image.panics());
        files.add(include.join(format!("{name}.inc")), text);
    }
    Ok(())
}

/// The interface of the guest.
fn offered(proofs: &[Proof], types: &[Type]) -> Result<Interface> {
    Ok(Interface::new(
        proofs.iter().map(|proof| &proof.entry.export),
        types,
    )?)
}

/// The most stack that each export uses, in bytes.
fn stacks(proofs: &[Proof]) -> BTreeMap<String, u64> {
    let stacks = proofs
        .iter()
        .map(|proof| (proof.entry.export.name.clone(), proof.stack));
    stacks.collect()
}

/// Adds the archive for Linux on one processor.
fn add_linux(
    files: &mut Files,
    folder: &Path,
    toolchain: &Toolchain,
    origin: &Origin,
    image: &Image,
) -> Result<()> {
    let name = origin.identifier();
    let members = defaults::members(defaults::LINUX, toolchain, image, &name)?;
    let archive = archive::write(ArchiveKind::Gnu, &members)?;
    let platform = format!("linux-{}", image.processor.go_name());
    add_library(files, folder, origin, &platform, archive);
    Ok(())
}

/// Reports results that callers on macOS on arm64 misread: they expect small integers to be extended to 32 bits (Apple,
/// "Writing ARM64 code for Apple platforms"), which code for Linux does not do. The entries of safe functions do.
fn note_small_results(built: &[Built]) {
    let small = |proof: &&Proof| {
        let export = &proof.entry.export;
        !export.is_safe_fn && matches!(export.ret.as_deref(), Some("u8" | "u16" | "i8" | "i16"))
    };
    let arm64 = built
        .iter()
        .filter(|built| built.image.processor == Processor::Aarch64);
    for proof in arm64.flat_map(|built| built.proofs.iter().filter(small)) {
        eprintln!(
            "note: callers on macOS on arm64 read 32 bits of the result of `{}`: return `u32` or `i32`, or make it a safe function without `extern \"C\"`",
            proof.entry.export.name
        );
    }
}

/// Adds the one archive that serves macOS on all processors.
fn add_darwin(
    files: &mut Files,
    folder: &Path,
    toolchain: &Toolchain,
    origin: &Origin,
    built: &[Built],
) -> Result<()> {
    note_small_results(built);
    let mut slices = Vec::new();
    for Built { image, .. } in built {
        let members = defaults::members(defaults::MACOS, toolchain, image, &origin.identifier())?;
        slices.push((image.processor, archive::write(ArchiveKind::Darwin, &members)?));
    }
    add_library(files, folder, origin, "darwin", macho::universal(&slices)?);
    Ok(())
}

fn add_library(files: &mut Files, folder: &Path, origin: &Origin, platform: &str, archive: Vec<u8>) {
    let name = origin.identifier();
    let library = folder.join("lib").join(platform);
    files.add(library.join(format!("lib{name}.a")), archive);
    files.add(
        library.join(format!("pkgconfig/{name}.pc")),
        pkg_config::write(origin, platform),
    );
}
