//! What Go makes of an image, against what the tool knows of it: stack depths, source lines, bytes; and what Go's
//! unwinders do with it.
//!
//! Each guest is written as a Go package and linked into a program by Go itself, and the tables that Go's unwinder reads
//! are read back from that program.

#![cfg(all(target_arch = "x86_64", target_os = "linux"))]

#[path = "../common/mod.rs"]
mod common;
mod dalek;
mod depths;
mod fallback;
mod frame_pointer;
mod lines;
#[path = "../common/workspace.rs"]
mod workspace;

use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_rustgo::build::origin::origin;
use cargo_rustgo::check::Analysis;
use cargo_rustgo::guest::Guest;
use cargo_rustgo::image::Image;
use cargo_rustgo::pipeline::{self, Checked, Declared};
use cargo_rustgo::processor::Processor;
use cargo_rustgo::toolchain::Toolchain;
use cargo_rustgo::verify::{GoFunction, go_frames};
use cargo_rustgo::write::go::x86_64::Plan;
use cargo_rustgo::write::{self, Files, Origin, Proof};

/// A guest, linked.
struct Linked {
    image: Image,
    analysis: Analysis,
    origin: Origin,
    /// What the linker made, with debug info.
    file: Vec<u8>,
}

fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

fn find(package: &str) -> Guest {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml");
    Guest::find(Some(&workspace), Some(package)).unwrap()
}

impl Linked {
    /// A package of the repository.
    fn package(package: &str) -> Self {
        let guest = find(package);
        let toolchain = Toolchain::find(&guest.folder).unwrap();
        let checked = pipeline::guest(&guest, &toolchain, Processor::X86_64, &Default::default()).unwrap();
        Self::new(checked, origin(&guest, &toolchain, &Default::default()))
    }

    /// A single file of the tests, whatever the checks find in it.
    fn file(file: &str, cfgs: &[&str], name: &str) -> Self {
        let files = [common::compile(&tests().join(file), cfgs, name).unwrap()];
        let guest = find("rustgo-overhead");
        let toolchain = Toolchain::find(&tests()).unwrap();
        let declared = Declared::read(&files).unwrap();
        let checked = pipeline::check(&toolchain, Processor::X86_64, &files, &declared).unwrap();
        Self::new(checked, origin(&guest, &toolchain, &Default::default()))
    }

    fn new(checked: Checked, origin: Origin) -> Self {
        Self {
            image: checked.image.unwrap(),
            analysis: checked.analysis,
            origin,
            file: checked.file,
        }
    }

    fn plan(&self) -> Plan {
        Plan::exact(&self.image, &self.analysis).unwrap_or_else(|inexact| panic!("{inexact}"))
    }

    /// What Go has of the image, written in that way.
    fn in_go(&self, plan: &Plan) -> GoFunction {
        let function = go_frames::link(&self.origin, &self.image, plan).unwrap();
        function.expect("Go is installed")
    }

    /// Writes the image and its header into the folder of a Go package `main`, and a shim for each export, given with
    /// its arguments in words, the last of which is the result, if there is one.
    fn write_program(&self, folder: &Path, main: &str, shims: &[Shim]) {
        std::fs::write(folder.join("go.mod"), "module program\n\ngo 1.24\n").unwrap();
        std::fs::write(folder.join("main.go"), main).unwrap();
        let proofs: Vec<Proof> = self
            .image
            .entries
            .iter()
            .zip(&self.analysis.entries)
            .map(|(entry, verdict)| Proof {
                entry: entry.clone(),
                stack: verdict.bound.unwrap(),
            })
            .collect();
        let mut files = Files::default();
        let (image, analysis) = (&self.image, &self.analysis);
        write::go::add(&mut files, folder, &self.origin, image, analysis, &proofs).unwrap();
        write::go::add_panics(&mut files, folder, &self.origin, [image]);
        files.write().unwrap();
        let header = std::fs::read_to_string(folder.join("rust_amd64.h")).unwrap();
        let text: String = shims.iter().map(|shim| shim.text(&header)).collect();
        let includes =
            "#include \"textflag.h\"\n#include \"funcdata.h\"\n#include \"rust_amd64.h\"\n".to_owned();
        std::fs::write(folder.join("shims_amd64.s"), includes + &text).unwrap();
    }
}

/// A Go function of an export's name, that takes words and may return one.
struct Shim {
    name: &'static str,
    arguments: &'static [&'static str],
    returns: bool,
}

impl Shim {
    /// Its text, with as much frame as the header says.
    fn text(&self, header: &str) -> String {
        let name = self.name;
        let define = format!("#define FRAME_{name} ");
        let frame = header
            .lines()
            .find_map(|line| line.strip_prefix(&define))
            .unwrap();
        let words = self.arguments.len() + usize::from(self.returns);
        let mut text = format!(
            "\nTEXT ·{name}(SB), 0, ${frame}-{}\n\tNO_LOCAL_POINTERS\n",
            8 * words
        );
        for (number, (argument, register)) in self.arguments.iter().zip(["DI", "SI", "DX"]).enumerate() {
            text += &format!("\tMOVQ {argument}+{}(FP), {register}\n", 8 * number);
        }
        text += &format!("\tCALL_RUST(ENTRY_{name}, FRAME_{name})\n");
        if self.returns {
            text += &format!("\tMOVQ AX, ret+{}(FP)\n", 8 * self.arguments.len());
        }
        text + "\tRET\n"
    }
}

/// A `go` command in a folder.
fn go(folder: &Path, arguments: &[&str]) -> Command {
    let mut go = Command::new("go");
    go.args(arguments)
        .current_dir(folder)
        .env("GOFLAGS", "")
        .env("GOARCH", "amd64")
        .env("CGO_ENABLED", "0");
    go
}

/// What a command prints. It has to succeed.
fn output(command: &mut Command) -> String {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let (out, err) = (common::text(&output.stdout), common::text(&output.stderr));
    assert!(
        output.status.success(),
        "{command:?}: {}\n{out}{err}",
        output.status
    );
    out
}
