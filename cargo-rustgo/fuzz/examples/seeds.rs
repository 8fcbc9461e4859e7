//! Writes real files for the fuzzer to start from: the linker's output for this repository's guests, and its code.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use cargo_rustgo::guest::{Core, Guest};
use cargo_rustgo::image::Linked;
use cargo_rustgo::link::{self, Input};
use cargo_rustgo::pipeline::Declared;
use cargo_rustgo::processor::Processor;
use cargo_rustgo::toolchain::Toolchain;

const GUESTS: [&str; 3] = [
    "tests/fixtures/overhead",
    "tests/fixtures/panics",
    "rustgo-crypto",
];

/// The fuzzer's inputs are no longer than this.
const LENGTH: usize = 4096;

fn main() -> Result<()> {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = fuzz.join("../..");
    let toolchain = Toolchain::find(&root)?;
    for (target, processor) in ["linked", "code"]
        .iter()
        .flat_map(|target| Processor::ALL.map(|p| (target, p)))
    {
        let folder = fuzz.join("corpus").join(target);
        fs::create_dir_all(&folder)?;
        for name in GUESTS {
            let guest = Guest::find(Some(&root.join(name).join("Cargo.toml")), None)?;
            let files = [guest.build(&toolchain, processor, Core::Prebuilt, None)?];
            let declared = Declared::read(&files)?.with_exports()?;
            let names = |all: Vec<&String>| all.into_iter().cloned().collect::<Vec<_>>();
            let file = link::link(
                &toolchain,
                &Input {
                    processor,
                    files: &files,
                    roots: &names(declared.exports.iter().map(|export| &export.name).collect()),
                    imports: &names(declared.imports.iter().map(|import| &import.name).collect()),
                },
            )?;
            let name = format!("{}-{}", name.replace('/', "-"), processor.go_name());
            if *target == "linked" {
                fs::write(folder.join(name), &file)?;
                continue;
            }
            let linked = Linked::read(&file)?;
            let code = &linked.bytes[..linked.code_size as usize];
            for (number, piece) in code.chunks(LENGTH - 1).take(16).enumerate() {
                let choice = [u8::from(processor == Processor::Aarch64) | 64];
                let seed = [&choice[..], piece].concat();
                fs::write(folder.join(format!("{name}-{number}")), seed)
                    .with_context(|| format!("{} can't be written", folder.display()))?;
            }
        }
    }
    println!("wrote {}", fuzz.join("corpus").display());
    Ok(())
}
