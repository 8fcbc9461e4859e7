//! What the emitters' tests share: guests in a few words, and the hosts' own tools to check the output.

use std::path::Path;
use std::process::Command;

use super::{Origin, Stamp};
use crate::export::{Export, Type};
use crate::image::{Function, Image, Lines, Parts, Relro};
use crate::interface::Interface;
pub use crate::interface::testing::{chain, enumeration, error, plain, raw, structure};
use crate::processor::Processor;

/// The contents of the first lines of the tests' files.
pub fn origin() -> Origin {
    Origin {
        stamp: Stamp {
            tool: "0.1.0".to_owned(),
            guest: "some-guest".to_owned(),
            version: "1.2.3".to_owned(),
            compiler: "rustc 1.95.0".to_owned(),
            options: String::new(),
        },
        description: "Tests writers.".to_owned(),
        documentation: String::new(),
    }
}

/// The interface of a guest with these functions and types.
pub fn interface(functions: &[Export], types: &[Type]) -> Interface {
    Interface::new(functions, types).unwrap_or_else(|error| panic!("{}", chain(&error)))
}

/// An image of one function named `f`, without constants.
pub fn image(processor: Processor, code: &[u8]) -> Image {
    let size = code.len() as u64;
    let parts = Parts {
        processor,
        bytes: code.to_vec(),
        code_size: size,
        alignment: 16,
        functions: vec![Function {
            name: "f".to_owned(),
            start: 0,
            size,
        }],
        constants: Vec::new(),
        references: Vec::new(),
        relro: Relro {
            start: size,
            ..Relro::default()
        },
        entries: Vec::new(),
        types: Vec::new(),
        routines: Vec::new(),
        imports: Vec::new(),
        lines: Lines::default(),
    };
    Image::new(parts).expect("an image")
}

/// Little-endian words, as AArch64 has its instructions.
pub fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

/// Runs a tool in a folder. Returns its output, or its error messages.
pub fn run(folder: &Path, program: &str, arguments: &[&str]) -> Result<String, String> {
    run_with(folder, program, arguments, &[])
}

/// The same with environment variables.
pub fn run_with(
    folder: &Path,
    program: &str,
    arguments: &[&str],
    environment: &[(&str, &str)],
) -> Result<String, String> {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .envs(environment.iter().copied())
        .output()
        .unwrap_or_else(|error| panic!("{program} can't be run: {error}"));
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    match output.status.success() {
        true => Ok(out.into_owned()),
        false => Err(format!("{program} {arguments:?}:\n{out}{err}")),
    }
}

/// Assembles a file with Go's assembler. Returns the code of each function by its name, with zeros where the linker
/// would fill in addresses.
pub fn go_assembled(processor: Processor, source: &str) -> std::collections::BTreeMap<String, Vec<u8>> {
    go_assembled_for("linux", processor, source)
}

/// The same for another system, by Go's name.
pub fn go_assembled_for(
    system: &str,
    processor: Processor,
    source: &str,
) -> std::collections::BTreeMap<String, Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("x.s"), source).unwrap();
    let root = run(folder.path(), "go", &["env", "GOROOT"]).unwrap();
    let include = Path::new(root.trim()).join("pkg/include");
    let environment = [("GOARCH", processor.go_name()), ("GOOS", system)];
    // As `go build` has it.
    let defined = format!("GOOS_{system}");
    let assemble = [
        "tool",
        "asm",
        "-p",
        "x",
        "-D",
        &defined,
        "-I",
        include.to_str().unwrap(),
    ];
    run_with(
        folder.path(),
        "go",
        &[&assemble[..], &["-o", "x.o", "x.s"]].concat(),
        &environment,
    )
    .unwrap_or_else(|error| panic!("{error}\n{source}"));
    let listing = run_with(folder.path(), "go", &["tool", "objdump", "x.o"], &environment).unwrap();
    let mut code = std::collections::BTreeMap::<String, Vec<u8>>::new();
    let mut current = String::new();
    for line in listing.lines() {
        if let Some(rest) = line.strip_prefix("TEXT ") {
            let name = rest.split('(').next().unwrap_or_default();
            current = name.rsplit('.').next().unwrap_or_default().to_owned();
            code.entry(current.clone()).or_default();
            continue;
        }
        // `  x.s:3    0x1a2   488d0500000000   LEAQ 0(IP), AX`
        let mut columns = line.split_whitespace();
        let hexadecimal = columns.nth(2).unwrap_or_default();
        let bytes = (0..hexadecimal.len() / 2)
            .map(|byte| u8::from_str_radix(&hexadecimal[2 * byte..][..2], 16).expect("hexadecimal"));
        // AArch64's instructions are printed as numbers.
        let bytes: Vec<u8> = match processor {
            Processor::X86_64 => bytes.collect(),
            Processor::Aarch64 => bytes.rev().collect(),
        };
        if !line.trim().is_empty() {
            code.get_mut(&current).expect("a function").extend(bytes);
        }
    }
    code
}
