//! `cargo rustgo verify`: checks that generated files are what their source generates.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use super::build::{Hosts, Product};
use crate::guest::Guest;
use crate::options::Options;
use crate::toolchain::Toolchain;
use crate::verify::{Kind, Output, Wrong, compare, find, go_frames, versions};
use crate::write::{Files, Stamp};

/// Rebuild generated files from their source, and compare them byte by byte
///
/// Generated files need no trust: the first line of each names the guest, the toolchain and the options that made it,
/// and the same sources give the same bytes in any folder. If Go is installed, it also links the code, which is then
/// proven again and compared with Go's stack tables. The exit status is 1 if a file differs, is missing, or is no
/// longer generated.
#[derive(clap::Args, Clone, Debug)]
#[command(after_help = "\
Examples:
  cargo rustgo verify                    everything that `cargo rustgo build` wrote below this folder
  cargo rustgo verify go/hash dist       one Go package, and what --c wrote into dist
  cargo rustgo verify --write            the same files, but written again where they differ")]
pub struct Args {
    /// Folders with generated files, searched recursively
    #[arg(value_name = "FOLDER", default_value = ".")]
    folders: Vec<PathBuf>,

    /// The Cargo.toml of the guests or of their workspace, instead of the current folder's
    #[arg(long, value_name = "FILE")]
    manifest_path: Option<PathBuf>,

    /// The path of a file that was sealed together with a guest (may be given more than once)
    #[arg(long, value_name = "FILE")]
    with: Vec<PathBuf>,

    /// Write the files again, with this toolchain and their original options
    #[arg(long)]
    write: bool,
}

/// Runs the command.
///
/// # Errors
///
/// If there is nothing to compare, or a guest can't be built.
pub fn run(args: &Args) -> Result<ExitCode> {
    let mut outputs: BTreeMap<(String, String), Vec<Output>> = BTreeMap::new();
    for folder in &args.folders {
        for output in find(folder)? {
            let key = (output.stamp.guest.clone(), output.stamp.options.clone());
            outputs.entry(key).or_default().push(output);
        }
    }
    if outputs.is_empty() {
        bail!(
            "there are no generated files below {}: write some with `cargo rustgo build --go DIR --c DIR`",
            shown(&args.folders)
        );
    }
    let mut wrong = Vec::new();
    for outputs in outputs.values() {
        let stamp = &outputs[0].stamp;
        let guest = Guest::find(args.manifest_path.as_deref(), Some(&stamp.guest))
            .with_context(|| format!("the source of {} is not here", outputs[0].folder.display()))?;
        let toolchain = Toolchain::find(&guest.folder)?;
        if !args.write {
            versions(outputs, &guest, &toolchain)?;
        }
        let product = Product::make(guest, &options(stamp, &args.with)?, Hosts::default())?;
        for output in outputs {
            let mut files = Files::default();
            match output.kind {
                Kind::Go if output.is_whole_package() => product.add_go(&mut files, &output.folder)?,
                Kind::Go => product.add_go_image(&mut files, &output.folder).map(drop)?,
                Kind::C => product.add_c(&mut files, &output.folder)?,
            }
            if args.write {
                write(output, files)?;
            } else {
                wrong.extend(judge(output, &files)?);
            }
        }
        if !args.write && outputs.iter().any(|output| output.kind == Kind::Go) {
            read_back(&product)?;
        }
    }
    if wrong.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    for wrong in &wrong {
        eprintln!("error: {wrong}\n");
    }
    eprintln!(
        "The same sources, Cargo.lock, toolchain and options give the same bytes: one of them differs from what made these \
         files, or the files were changed since. To write them again, run `cargo rustgo verify --write`."
    );
    Ok(ExitCode::FAILURE)
}

/// Compares an output with the files that should be there, and reports if they are equal.
fn judge(output: &Output, files: &Files) -> Result<Vec<Wrong>> {
    let wrong = compare(output, files)?;
    if wrong.is_empty() {
        let Stamp {
            guest,
            version,
            compiler,
            ..
        } = &output.stamp;
        println!(
            "{}: all {} files match {guest} {version}, built again with {compiler}",
            output.folder.display(),
            files.paths().count()
        );
    }
    Ok(wrong)
}

/// Links an image with Go, compares the stack depths in Go's tables with the proven ones, and prints their number.
fn read_back(product: &Product) -> Result<()> {
    let guest = &product.origin.stamp.guest;
    for (image, analysis, plan) in product.exact() {
        let processor = image.processor.go_name();
        match go_frames::link(&product.origin, image, &plan)? {
            Some(function) => {
                let recorded = go_frames::compare(image, analysis, &plan, &function)
                    .with_context(|| format!("the linked code of {guest} differs from what was proven"))?;
                println!("{guest} for {processor}: {recorded}");
            }
            None => eprintln!(
                "note: Go is not installed, so its stack tables for {guest} were not compared with the proof"
            ),
        }
    }
    Ok(())
}

/// Replaces the files that differ, and removes those that are no longer generated.
fn write(output: &Output, mut files: Files) -> Result<()> {
    let wrong = compare(output, &files)?;
    for wrong in wrong.iter().filter(|wrong| wrong.is_stale()) {
        files.remove(wrong.path.clone());
    }
    files.write()?;
    for wrong in wrong {
        eprintln!(
            "{} {}",
            if wrong.is_stale() { "removed" } else { "wrote" },
            wrong.path.display()
        );
    }
    Ok(())
}

/// The options of the first build. Files that were sealed together are found by their names.
fn options(stamp: &Stamp, with: &[PathBuf]) -> Result<Options> {
    let mut options = Options::parse(&stamp.options)
        .with_context(|| format!("the files of {} say how they were made", stamp.guest))?;
    for file in &mut options.with {
        let found = with.iter().find(|path| path.file_name() == file.file_name());
        *file = found.cloned().with_context(|| {
            format!(
                "{} was sealed together with {}: say where that file is, `--with FOLDER/{}`",
                stamp.guest,
                file.display(),
                file.display()
            )
        })?;
    }
    Ok(options)
}

fn shown(folders: &[PathBuf]) -> String {
    let folders: Vec<_> = folders
        .iter()
        .map(|folder| folder.display().to_string())
        .collect();
    folders.join(", ")
}
