//! What Go's assembler and linker recorded of an image is what the analysis found: the stack depth and the source line
//! of every instruction, and the bytes.
//!
//! Each guest is written as a Go package and linked into a program by Go itself, and the tables that Go's unwinder reads
//! are read back from that program.

#![cfg(all(target_arch = "x86_64", target_os = "linux"))]

#[path = "../common/mod.rs"]
mod common;
mod pclntab;

use std::path::Path;
use std::process::Command;

use cargo_rustgo::check::Analysis;
use cargo_rustgo::guest::{Core, Guest};
use cargo_rustgo::image::Image;
use cargo_rustgo::link::Input;
use cargo_rustgo::pipeline::{self, Declared};
use cargo_rustgo::processor::Processor;
use cargo_rustgo::toolchain::Toolchain;
use cargo_rustgo::write::go_amd64::{self, Piece, Plan, START};
use cargo_rustgo::write::{Files, Origin, Proof, go};
use pclntab::Program;

/// A package around an image: nothing but a reference to it.
const MAIN: &str = "package main\n\nimport \"os\"\n\nfunc rust()\n\nfunc main() {\n\tif len(os.Args) > 99 {\n\t\trust()\n\t}\n}\n";

struct Guests {
    image: Image,
    analysis: Analysis,
    origin: Origin,
}

fn guest(package: &str) -> Guests {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml");
    let guest = Guest::find(Some(&workspace), Some(package)).unwrap();
    let toolchain = Toolchain::find(&guest.folder).unwrap();
    let checked = pipeline::guest(&guest, &toolchain, Processor::X86_64, &Default::default()).unwrap();
    let (image, analysis) = checked.proven().unwrap();
    Guests {
        origin: Origin::new(&guest, &toolchain, &Default::default()),
        image,
        analysis,
    }
}

/// Has Go link the image into a program, and reads that.
fn link(guest: &Guests) -> Program {
    let folder = tempfile::tempdir().unwrap();
    let mut files = Files::default();
    std::fs::write(folder.path().join("go.mod"), "module frames\n\ngo 1.24\n").unwrap();
    std::fs::write(folder.path().join("main.go"), MAIN).unwrap();
    go::add(
        &mut files,
        folder.path(),
        &guest.origin,
        &guest.image,
        &guest.analysis,
        &[],
    )
    .unwrap();
    files.write().unwrap();
    let output = Command::new("go")
        .args(["build", "-o", "program", "."])
        .current_dir(folder.path())
        .env("GOFLAGS", "")
        .env("GOARCH", "amd64")
        .env("GOOS", "linux")
        .env("CGO_ENABLED", "0")
        .output()
        .expect("Go is installed");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Program::read(
        &std::fs::read(folder.path().join("program")).unwrap(),
        "main.rust.abi0",
    )
}

/// Compares everything, and returns how many instructions there are and how many of them lie in epilogues.
fn compare(package: &str) -> (usize, usize) {
    compare_guest(package, &guest(package))
}

fn compare_guest(package: &str, guest: &Guests) -> (usize, usize) {
    let plan = Plan::exact(&guest.image, &guest.analysis).unwrap_or_else(|inexact| panic!("{inexact}"));
    let program = link(guest);
    let mut approximate = 0;
    for (&at, &depth) in &plan.depths {
        let recorded = program.depth(START + at);
        assert_eq!(recorded, plan.recorded[&at], "{package}: recorded at {at:#x}");
        if recorded != depth as i64 {
            approximate += 1;
        }
    }
    for function in guest.analysis.functions.values() {
        for call in function.calls.iter().filter(|call| !call.is_tail) {
            let back = call.at + call_length(&guest.image, call.at);
            let (recorded, depth) = (program.depth(START + back), plan.depths[&call.at]);
            assert_eq!(recorded, depth as i64, "{package}: return address {back:#x}");
        }
    }
    assert_eq!(approximate, plan.approximate());
    lines(package, &guest.image, &plan, &program);
    bytes(package, &guest.image, &plan, &program);
    (plan.depths.len(), approximate)
}

fn call_length(image: &Image, at: u64) -> u64 {
    let bytes = &image.bytes[at as usize..image.code_size as usize];
    let mut decoder = iced_x86::Decoder::with_ip(64, bytes, at, iced_x86::DecoderOptions::NONE);
    decoder.decode().len() as u64
}

fn lines(package: &str, image: &Image, plan: &Plan, program: &Program) {
    let mut compared = 0;
    for &at in plan.depths.keys() {
        let Some(line) = image.lines.at(at) else { continue };
        let (file, number) = program.line(START + at);
        assert_eq!(
            (file.as_str(), number),
            (&*line.file, line.line),
            "{package}: line of {at:#x}"
        );
        compared += 1;
    }
    // Functions written in assembly have none.
    assert!(compared > 0, "{package}: no instruction has a line");
}

/// The code is the image's, but for what the linker fills in and for alignments whose padding is known.
fn bytes(package: &str, image: &Image, plan: &Plan, program: &Program) {
    let used: Vec<u64> = image.relro.uses.iter().map(|used| used.at).collect();
    for function in &image.functions {
        for at in function.start..function.end() {
            let is_filled_in = used.iter().any(|used| (*used..used + 4).contains(&at));
            let is_alignment = plan.pieces.iter().any(|(start, piece)| {
                matches!(piece, Piece::Adjust(_))
                    && (*start..start + 4).contains(&at)
                    && image.bytes[*start as usize..].starts_with(&[0x48, 0x83, 0xe4])
            });
            if !is_filled_in && !is_alignment {
                assert_eq!(
                    program.code[(START + at) as usize],
                    image.bytes[at as usize],
                    "{package}: byte {at:#x}, in {}",
                    function.demangled()
                );
            }
        }
    }
}

#[test]
fn frames_and_lines_of_kernels_are_exact() {
    let (instructions, approximate) = compare("rustgo-crypto");
    println!("rustgo-crypto: {instructions} instructions, {approximate} in epilogues or probes");
}

#[test]
fn frames_and_lines_of_panics_are_exact() {
    let (instructions, approximate) = compare("rustgo-panics");
    println!("rustgo-panics: {instructions} instructions, {approximate} in epilogues or probes");
}

#[test]
fn frames_and_lines_of_leaves_are_exact() {
    let (instructions, approximate) = compare("rustgo-overhead");
    println!("rustgo-overhead: {instructions} instructions, {approximate} in epilogues or probes");
}

/// The lines are those that binutils reads off the linked guest, instruction by instruction.
#[test]
fn lines_are_those_of_addr2line() {
    let guest = guest("rustgo-crypto");
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml");
    let found = Guest::find(Some(&workspace), Some("rustgo-crypto")).unwrap();
    let toolchain = Toolchain::find(&found.folder).unwrap();
    let files = [found
        .build(&toolchain, Processor::X86_64, Core::Prebuilt, None)
        .unwrap()];
    let declared = Declared::read(&files).unwrap();
    let roots: Vec<String> = declared
        .exports
        .iter()
        .map(|export| export.name.clone())
        .collect();
    let imports: Vec<String> = declared
        .imports
        .iter()
        .map(|import| import.name.clone())
        .collect();
    let input = Input {
        processor: Processor::X86_64,
        files: &files,
        roots: &roots,
        imports: &imports,
    };
    let elf = cargo_rustgo::link::link(&toolchain, &input).unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("image.elf"), elf).unwrap();
    let places: Vec<u64> = guest.analysis.depths().unwrap().into_keys().collect();
    let output = Command::new("addr2line")
        .args(["-e", "image.elf"])
        .args(places.iter().map(|at| format!("{at:#x}")))
        .current_dir(folder.path())
        .output()
        .expect("binutils are installed");
    let text = String::from_utf8(output.stdout).unwrap();
    let mut compared = 0;
    for (at, theirs) in places.iter().zip(text.lines()) {
        let theirs = theirs.split(" (discriminator").next().unwrap();
        let Some(ours) = guest.image.lines.at(*at) else {
            continue;
        };
        assert_eq!(theirs, format!("{}:{}", ours.file, ours.line), "at {at:#x}");
        compared += 1;
    }
    assert!(
        compared * 10 > places.len() * 9,
        "only {compared} of {} have lines",
        places.len()
    );
    println!("{compared} lines compared");
}

/// Two shims by the generated macro, with as much frame as the header says.
fn shims(header: &str) -> String {
    let mut text =
        String::from("#include \"textflag.h\"\n#include \"funcdata.h\"\n#include \"rust_amd64.h\"\n");
    for name in ["aligned", "large"] {
        let define = format!("#define FRAME_{name} ");
        let frame = header
            .lines()
            .find_map(|line| line.strip_prefix(&define))
            .unwrap();
        text.push_str(&format!(
            "\nTEXT ·{name}(SB), 0, ${frame}-16\n\tNO_LOCAL_POINTERS\n\tMOVQ address+0(FP), DI\n\
             \tCALL_RUST(ENTRY_{name}, FRAME_{name})\n\tMOVQ AX, ret+8(FP)\n\tRET\n"
        ));
    }
    text
}

#[test]
fn frames_that_align_or_probe_the_stack_are_exact() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/go_frames");
    let files = [common::compile(&tests.join("guest.rs"), &[], "frames").unwrap()];
    let toolchain = Toolchain::find(&tests).unwrap();
    let declared = Declared::read(&files).unwrap();
    let (image, analysis) = pipeline::check(&toolchain, Processor::X86_64, &files, &declared)
        .unwrap()
        .proven()
        .unwrap();
    assert!(analysis.realigns(), "no frame aligns the stack pointer");
    assert!(
        analysis
            .functions
            .values()
            .any(|function| !function.probes.is_empty()),
        "no frame is probed"
    );
    let guest = Guests {
        origin: guest("rustgo-overhead").origin,
        image,
        analysis,
    };
    let (instructions, approximate) = compare_guest("frames", &guest);
    println!("frames: {instructions} instructions, {approximate} in epilogues or probes");

    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("go.mod"), "module frames\n\ngo 1.24\n").unwrap();
    std::fs::write(path("main.go"), include_str!("main.go.in")).unwrap();
    let proofs: Vec<Proof> = guest
        .image
        .entries
        .iter()
        .zip(&guest.analysis.entries)
        .map(|(entry, verdict)| Proof {
            entry: entry.clone(),
            stack: verdict.bound.unwrap(),
        })
        .collect();
    let mut files = Files::default();
    go::add(
        &mut files,
        folder.path(),
        &guest.origin,
        &guest.image,
        &guest.analysis,
        &proofs,
    )
    .unwrap();
    files.write().unwrap();
    let header = std::fs::read_to_string(path("rust_amd64.h")).unwrap();
    std::fs::write(path("shims_amd64.s"), shims(&header)).unwrap();
    let output = Command::new("go")
        .args(["run", "."])
        .current_dir(folder.path())
        .env("GOFLAGS", "")
        .env("CGO_ENABLED", "0")
        .output()
        .expect("Go is installed");
    assert_eq!(
        common::text(&output.stdout),
        "right\n",
        "{}",
        common::text(&output.stderr)
    );
}

/// Where frames can't be exact, a panic leaves them and goes on from the shim.
#[test]
fn panics_leave_an_opaque_image() {
    let guest = guest("rustgo-panics");
    let package = Path::new(env!("CARGO_MANIFEST_DIR")).join("../go/panics");
    let folder = tempfile::tempdir().unwrap();
    for file in std::fs::read_dir(package).unwrap() {
        let path = file.unwrap().path();
        std::fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
    }
    let opaque = go_amd64::write(&guest.origin, &guest.image, &Plan::opaque(&guest.image)).unwrap();
    assert!(opaque.contains("TOPFRAME"));
    std::fs::write(folder.path().join("rust_amd64.s"), opaque).unwrap();
    std::fs::write(folder.path().join("go.mod"), "module panics\n\ngo 1.24\n").unwrap();
    std::fs::write(folder.path().join("opaque_test.go"), include_str!("opaque.go.in")).unwrap();
    let output = Command::new("go")
        .args(["test", "-count=1", "."])
        .current_dir(folder.path())
        .env("GOFLAGS", "")
        .output()
        .expect("Go is installed");
    assert!(output.status.success(), "{}", common::text(&output.stdout));
}
