//! `cargo rustgo build`: from a guest crate to the files that hosts use.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use ar_archive_writer::ArchiveKind;

use super::GuestArgs;
use crate::guest::Guest;
use crate::image::Image;
use crate::notice;
use crate::pipeline;
use crate::processor::Processor;
use crate::toolchain::Toolchain;
use crate::write::archive::{self, Member};
use crate::write::{
    Files, Origin, Proof, c_header, defaults, elf_object, go_amd64, go_arm64, go_header, nasm_include,
    pkg_config,
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
  cargo rustgo build --c dist                 dist/include/hash.h, hash.inc and dist/lib/linux-amd64/libhash.a")]
pub struct Args {
    #[command(flatten)]
    guest: GuestArgs,

    /// Write rust_PROCESSOR.s and rust_PROCESSOR.h into this folder of a Go module
    #[arg(long, value_name = "DIR")]
    go: Option<PathBuf>,

    /// Write the C header, the NASM include file, the sealed archives and their pkg-config files below this folder
    #[arg(long, value_name = "DIR")]
    c: Option<PathBuf>,

    /// Seal this object or archive together with the guest (may be given more than once)
    #[arg(long, value_name = "FILE")]
    with: Vec<PathBuf>,

    /// Build for this processor only (may be given more than once)
    #[arg(long, value_name = "PROCESSOR")]
    processor: Vec<Processor>,
}

/// Runs the command.
///
/// # Errors
///
/// The guest does not compile, is refused, or the files can't be written.
pub fn run(args: &Args) -> Result<ExitCode> {
    let guest = args.guest.find()?;
    let toolchain = Toolchain::find(&guest.folder)?;
    let origin = Origin::new(&guest, &toolchain);
    let (go, c) = match (&args.go, &args.c) {
        (None, None) => (
            Some(guest.default_output().join("go")),
            Some(guest.default_output().join("c")),
        ),
        (go, c) => (go.clone(), c.clone()),
    };
    let processors = if args.processor.is_empty() {
        &Processor::ALL[..]
    } else {
        &args.processor
    };
    for &processor in processors {
        toolchain.require(processor)?;
    }

    let mut files = Files::default();
    for &processor in processors {
        let (image, proofs) = prove(&guest, &toolchain, processor, &args.with)?;
        if let Some(folder) = &go {
            add_go(&mut files, folder, &origin, &image, &proofs);
        }
        if let Some(folder) = &c {
            add_c(&mut files, folder, &toolchain, &origin, &image, &proofs)?;
        }
    }
    let notice = notice::write(&guest, processors, &origin.line())?;
    for folder in go.iter().chain(&c) {
        files.add(folder.join("THIRD-PARTY.txt"), notice.clone());
    }
    let written: Vec<PathBuf> = files.paths().map(Path::to_owned).collect();
    files.write()?;
    for path in written {
        eprintln!("wrote {}", path.display());
    }
    Ok(ExitCode::SUCCESS)
}

fn prove(
    guest: &Guest,
    toolchain: &Toolchain,
    processor: Processor,
    with: &[PathBuf],
) -> Result<(Image, Vec<Proof>)> {
    let (image, analysis) = pipeline::guest(guest, toolchain, processor, with)?.proven()?;
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
    Ok((image, proofs))
}

fn add_go(files: &mut Files, folder: &Path, origin: &Origin, image: &Image, proofs: &[Proof]) {
    let name = image.processor.go_name();
    let (text, start) = match image.processor {
        Processor::X86_64 => (go_amd64::write(origin, image, None), go_amd64::START),
        Processor::Aarch64 => (go_arm64::write(origin, image), go_arm64::START),
    };
    files.add(folder.join(format!("rust_{name}.s")), text);
    files.add(
        folder.join(format!("rust_{name}.h")),
        go_header::write(origin, image.processor, start, proofs),
    );
}

fn add_c(
    files: &mut Files,
    folder: &Path,
    toolchain: &Toolchain,
    origin: &Origin,
    image: &Image,
    proofs: &[Proof],
) -> Result<()> {
    let name = origin.identifier();
    let platform = format!("linux-{}", image.processor.go_name());
    files.add(
        folder.join(format!("include/{name}.h")),
        c_header::write(origin, proofs)?,
    );
    files.add(
        folder.join(format!("include/{name}.inc")),
        nasm_include::write(origin, proofs)?,
    );
    let member = Member {
        name: format!("{name}.o"),
        bytes: elf_object::write(image)?,
    };
    let library = folder.join("lib").join(&platform);
    let members: Vec<Member> = [member]
        .into_iter()
        .chain(defaults::linux(toolchain, image)?)
        .collect();
    files.add(
        library.join(format!("lib{name}.a")),
        archive::write(ArchiveKind::Gnu, &members)?,
    );
    files.add(
        library.join(format!("pkgconfig/{name}.pc")),
        pkg_config::write(origin, &platform),
    );
    Ok(())
}
