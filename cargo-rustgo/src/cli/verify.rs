//! `cargo rustgo verify`: the generated files are what their source makes.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use super::build::Product;
use crate::guest::Guest;
use crate::options::Options;
use crate::toolchain::Toolchain;
use crate::verify::{Kind, Output, Wrong, compare, find, go_frames, versions};
use crate::write::{Files, Stamp};

/// Build generated files again from their source, and compare them byte by byte
///
/// Nobody has to trust a page of hexadecimal: the first line of each generated file says which guest, which toolchain and
/// which options made it, and the same sources give the same bytes in any folder. Where there is Go, it links the code,
/// which is proven again as it is then, and what its tables say of the stack is compared with that. Exit status 1 when a file differs, is missing, or
/// is not written any more.
#[derive(clap::Args, Clone, Debug)]
#[command(after_help = "\
Examples:
  cargo rustgo verify                    everything that `cargo rustgo build` wrote below this folder
  cargo rustgo verify go/hash dist       one Go package, and what --c wrote into dist
  cargo rustgo verify --write            the same files, but written again where they differ")]
pub struct Args {
    /// Folders with generated files, searched with all that is below them
    #[arg(value_name = "FOLDER", default_value = ".")]
    folders: Vec<PathBuf>,

    /// The Cargo.toml of the guests or of their workspace, instead of the current folder's
    #[arg(long, value_name = "FILE")]
    manifest_path: Option<PathBuf>,

    /// Where a file lies that was sealed together with a guest (may be given more than once)
    #[arg(long, value_name = "FILE")]
    with: Vec<PathBuf>,

    /// Write the files again, with this toolchain and the options that they were made with
    #[arg(long)]
    write: bool,
}

/// Runs the command.
///
/// # Errors
///
/// There is nothing to compare, or a guest can't be built.
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
            "there is no generated file below {}: `cargo rustgo build --go DIR --c DIR` writes some",
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
        let product = Product::make(guest, &options(stamp, &args.with)?)?;
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
        "The same sources, Cargo.lock, toolchain and options give the same bytes: one of them is not what made these \
         files, or the files were changed since. `cargo rustgo verify --write` writes them again."
    );
    Ok(ExitCode::FAILURE)
}

/// Compares what is there with what there should be, and says so when it is the same.
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
            "{}: all {} files are what {guest} {version} gives with {compiler}",
            output.folder.display(),
            files.paths().count()
        );
    }
    Ok(wrong)
}

/// Has Go link what is written for it, compares the stack depths in its tables with those that are proven, and says how
/// many there are.
fn read_back(product: &Product) -> Result<()> {
    let guest = &product.origin.stamp.guest;
    for (image, analysis, plan) in product.exact() {
        let processor = image.processor.go_name();
        match go_frames::link(&product.origin, image, &plan)? {
            Some(function) => {
                let recorded = go_frames::compare(image, analysis, &plan, &function)
                    .with_context(|| format!("{guest} is not in Go as it was proven"))?;
                println!("{guest} for {processor}: {recorded}");
            }
            None => eprintln!(
                "note: there is no Go here, so what it records of the stack of {guest} was not compared with what is proven"
            ),
        }
    }
    Ok(())
}

/// Replaces the files that differ, and removes what is not written any more.
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

/// The options of the first build, with the files that were sealed together found again by their names.
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
