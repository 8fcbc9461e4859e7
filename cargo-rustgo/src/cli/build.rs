//! `cargo rustgo build`: from a guest crate to the files that hosts use.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use ar_archive_writer::ArchiveKind;

use super::GuestArgs;
use crate::check::Analysis;
use crate::guest::Guest;
use crate::image::Image;
use crate::notice;
use crate::options::Options;
use crate::pipeline;
use crate::processor::Processor;
use crate::toolchain::Toolchain;
use crate::write::archive;
use crate::write::{
    Files, Origin, Proof, c_header, defaults, go, interface, macho_object, nasm_include, pkg_config,
};

/// Build a guest crate and write its image for Go, C and assembly
///
/// Compiles the guest with the settings that an image needs (panic = "abort", fat LTO, frame pointers, no red zone),
/// links what its exports reach, proves it, and writes it out. Nothing is written when a check fails.
#[derive(clap::Args, Clone, Debug)]
#[command(after_help = "\
Examples:
  cargo rustgo build                          everything, below target/rustgo/out
  cargo rustgo build -p hash --go go/hash     the Go assembly of package `hash`, into an existing Go package
  cargo rustgo build --c dist                 dist/include/hash.h, hash.inc and dist/lib/SYSTEM/libhash.a")]
pub struct Args {
    #[command(flatten)]
    guest: GuestArgs,

    /// Write rust_PROCESSOR.s and rust_PROCESSOR.h into this folder of a Go module
    #[arg(long, value_name = "DIR")]
    go: Option<PathBuf>,

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
/// The guest does not compile, is refused, or the files can't be written.
pub fn run(args: &Args) -> Result<ExitCode> {
    let guest = args.guest.find()?;
    let (go, c) = match (&args.go, &args.c) {
        (None, None) => (
            Some(guest.default_output().join("go")),
            Some(guest.default_output().join("c")),
        ),
        (go, c) => (go.clone(), c.clone()),
    };
    let product = Product::make(guest, &args.options)?;
    let mut files = Files::default();
    if let Some(folder) = &go {
        product.add_go(&mut files, folder)?;
    }
    if let Some(folder) = &c {
        product.add_c(&mut files, folder)?;
    }
    let written: Vec<PathBuf> = files.paths().map(Path::to_owned).collect();
    files.write()?;
    for path in written {
        eprintln!("wrote {}", path.display());
    }
    Ok(ExitCode::SUCCESS)
}

/// A guest, compiled and proven, ready to be written out.
pub(super) struct Product {
    toolchain: Toolchain,
    origin: Origin,
    notice: String,
    built: Vec<Built>,
}

impl Product {
    /// Compiles the guest for each processor, and proves it.
    pub fn make(guest: Guest, options: &Options) -> Result<Self> {
        let toolchain = Toolchain::find(&guest.folder)?;
        let origin = Origin::new(&guest, &toolchain, options);
        let processors = options.processors();
        for &processor in &processors {
            toolchain.require(processor)?;
        }
        let built = processors
            .iter()
            .map(|&processor| prove(&guest, &toolchain, processor, options))
            .collect::<Result<_>>()?;
        let notice = notice::write(&guest, &processors, &origin.line())?;
        Ok(Self {
            toolchain,
            origin,
            notice,
            built,
        })
    }

    /// Adds the files of a Go package.
    pub fn add_go(&self, files: &mut Files, folder: &Path) -> Result<()> {
        for Built {
            image,
            analysis,
            proofs,
        } in &self.built
        {
            go::add(files, folder, &self.origin, image, analysis, proofs)?;
        }
        self.add_notice(files, folder);
        Ok(())
    }

    /// Adds the declarations and the libraries for C and NASM.
    pub fn add_c(&self, files: &mut Files, folder: &Path) -> Result<()> {
        add_declarations(files, folder, &self.origin, &self.built)?;
        for built in &self.built {
            add_linux(files, folder, &self.toolchain, &self.origin, &built.image)?;
        }
        add_darwin(files, folder, &self.toolchain, &self.origin, &self.built)?;
        self.add_notice(files, folder);
        Ok(())
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

fn prove(guest: &Guest, toolchain: &Toolchain, processor: Processor, options: &Options) -> Result<Built> {
    let (image, analysis) = pipeline::guest(guest, toolchain, processor, options)?.proven()?;
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

/// Adds the files that declare the exports: the C header for all processors, NASM's include file for the one it knows.
fn add_declarations(files: &mut Files, folder: &Path, origin: &Origin, built: &[Built]) -> Result<()> {
    let include = folder.join("include");
    let name = origin.identifier();
    let header = c_header::write(
        origin,
        &interface(built.iter().map(|built| &*built.proofs)),
        built.iter().any(|built| built.image.panics()),
    )?;
    files.add(include.join(format!("{name}.h")), header);
    let mut for_nasm = built
        .iter()
        .filter(|built| built.image.processor == Processor::X86_64);
    if let Some(built) = for_nasm.next() {
        let text = nasm_include::write(origin, &interface([&*built.proofs]), built.image.panics())?;
        files.add(include.join(format!("{name}.inc")), text);
    }
    Ok(())
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

/// Adds the one archive that serves macOS on all processors.
fn add_darwin(
    files: &mut Files,
    folder: &Path,
    toolchain: &Toolchain,
    origin: &Origin,
    built: &[Built],
) -> Result<()> {
    let mut slices = Vec::new();
    for Built { image, .. } in built {
        let members = defaults::members(defaults::MACOS, toolchain, image, &origin.identifier())?;
        slices.push((image.processor, archive::write(ArchiveKind::Darwin, &members)?));
    }
    add_library(files, folder, origin, "darwin", macho_object::universal(&slices)?);
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
