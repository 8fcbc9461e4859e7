//! Compares the stack depths in Go's tables with the proven ones: Go links the image into a program, whose unwind
//! tables and code are read back. The code is analysed in the same way as the image.

use std::fmt;
use std::io::ErrorKind;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use super::GoFunction;
use crate::check::{Analysis, analyse};
use crate::finding::Place;
use crate::image::Image;
use crate::write::Origin;
use crate::write::go::panic;
use crate::write::go::x86_64::{self, Plan, START};

/// A package that only refers to the image.
const MAIN: &str = "package main\n\nimport \"os\"\n\nfunc rust()\n\nfunc main() {\n\tif len(os.Args) > 99 {\n\t\trust()\n\t}\n}\n";

/// The result of comparing Go's tables with the proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// The number of instructions that were compared.
    pub instructions: usize,
    /// How many of them have a different depth because they are in an epilogue that is written as raw data.
    pub epilogues: usize,
    /// How many have one because they are in, or before, a loop that probes the stack.
    pub probes: usize,
    /// The number of return addresses that were compared.
    pub returns: usize,
}

impl fmt::Display for Recorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            instructions,
            epilogues,
            probes,
            returns,
        } = self;
        write!(f, "Go's tables agree with the proof on the stack depth of ")?;
        if epilogues + probes == 0 {
            write!(
                f,
                "all {instructions} instructions and all {returns} return addresses"
            )
        } else {
            write!(
                f,
                "{instructions} instructions, except {epilogues} in epilogues and {probes} in loops that probe the stack, \
                 and of all {returns} return addresses"
            )
        }
    }
}

/// Links the image into a program with Go, and returns its function. `None` if Go is not installed.
///
/// # Errors
///
/// If Go refuses the image.
pub fn link(origin: &Origin, image: &Image, plan: &Plan) -> Result<Option<GoFunction>> {
    let folder = tempfile::tempdir().context("no folder for a Go program")?;
    let write = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).context("the Go program can't be written")
    };
    write("go.mod", "module frames\n\ngo 1.24\n")?;
    write("main.go", MAIN)?;
    write("rust_amd64.s", &x86_64::write(origin, image, plan)?)?;
    if image.panics() {
        let text = panic::write(origin, folder.path(), [image.processor]);
        write(panic::FILE, &text)?;
    }
    let output = Command::new("go")
        .args(["build", "-o", "program", "."])
        .current_dir(folder.path())
        .env("GOFLAGS", "")
        .env("GOARCH", "amd64")
        .env("GOOS", "linux")
        .env("CGO_ENABLED", "0")
        .output();
    let output = match output {
        Ok(output) => output,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).context("go can't be run"),
    };
    if !output.status.success() {
        bail!("Go: {}", String::from_utf8_lossy(&output.stderr));
    }
    let program = std::fs::read(folder.path().join("program")).context("the Go program can't be read")?;
    GoFunction::read(&program, "main.rust.abi0").map(Some)
}

/// Proves the linked code again, and compares the recorded depth of every reachable instruction and of every return
/// address with the proven one.
///
/// # Errors
///
/// At the first difference that the emitter did not expect.
pub fn compare(image: &Image, analysis: &Analysis, plan: &Plan, function: &GoFunction) -> Result<Recorded> {
    proven(image, analysis, plan, function)?;
    let recorded = |at| function.depth(START + plan.place(at));
    let mut approximate = 0;
    for (&at, &depth) in &plan.depths {
        let found = recorded(at);
        if found == Some(depth as i64) {
            continue;
        }
        let is_expected = plan.epilogues.contains(&at) || plan.probes.contains(&at);
        ensure!(
            is_expected && plan.recorded.get(&at).copied() == found,
            "Go's tables have a stack depth of {found:?} bytes instead of {depth}, at {}",
            Place::at(image, at)
        );
        approximate += 1;
    }
    let mut returns = 0;
    for call in analysis.functions.values().flat_map(|function| &function.calls) {
        if call.is_tail {
            continue;
        }
        let back = call.at + length(image, call.at)?;
        let (found, depth) = (recorded(back), plan.depths.get(&call.at).copied());
        ensure!(
            depth.is_some() && found == depth.map(|depth| depth as i64),
            "Go's tables have a stack depth of {found:?} bytes instead of {depth:?} at a return address, at {}",
            Place::at(image, back)
        );
        returns += 1;
    }
    let (epilogues, probes) = (plan.epilogues.len(), plan.probes.len());
    ensure!(
        approximate == epilogues + probes,
        "Go's tables have depths that the emitter did not expect"
    );
    Ok(Recorded {
        instructions: plan.depths.len(),
        epilogues,
        probes,
        returns,
    })
}

/// Analyses the linked code. It has to have the depths, bounds and diagnostics of the image.
fn proven(image: &Image, analysis: &Analysis, plan: &Plan, function: &GoFunction) -> Result<()> {
    let again = analyse(&in_go(image, plan, function)?);
    let depths = again
        .depths()
        .ok()
        .context("the code that Go linked has no exact depths")?;
    for (&at, depth) in &plan.depths {
        let found = depths.get(&plan.place(at));
        ensure!(
            found == Some(depth),
            "the code that Go linked has a stack depth of {found:?} bytes instead of {depth}, at {}",
            Place::at(image, at)
        );
    }
    ensure!(
        again.findings.len() == analysis.findings.len(),
        "the code that Go linked violates rules: {:?}",
        again.findings
    );
    for (entry, proof) in again.entries.iter().zip(&analysis.entries) {
        ensure!(
            entry.bound == proof.bound_aligned,
            "{} takes {:?} bytes in the code that Go linked instead of {:?}",
            entry.name,
            entry.bound,
            proof.bound_aligned
        );
    }
    Ok(())
}

/// The image with the code that Go linked, except references to other symbols.
fn in_go(image: &Image, plan: &Plan, function: &GoFunction) -> Result<Image> {
    let mut image = image.clone();
    let code = image.imports_size() as usize..image.code_size as usize;
    let linked = function
        .code
        .get(START as usize..)
        .and_then(|linked| linked.get(code.clone()));
    let mut linked = linked.context("the code that Go linked is truncated")?.to_vec();
    for used in &image.relro.uses {
        let field = used.at as usize..used.at as usize + 4;
        linked[field.start - code.start..][..4].copy_from_slice(&image.bytes[field]);
    }
    let edited = image.edit(|image| {
        image.bytes[code].copy_from_slice(&linked);
        for function in &mut image.functions {
            function.size = plan.place(function.end() - 1) + 1 - function.start;
        }
    });
    edited.context("what Go links is no image")?;
    Ok(image)
}

/// The length of an instruction.
fn length(image: &Image, at: u64) -> Result<u64> {
    let bytes = image.bytes.get(at as usize..image.code_size as usize);
    let bytes = bytes.context("a call is outside of the code")?;
    let mut decoder = iced_x86::Decoder::with_ip(64, bytes, at, iced_x86::DecoderOptions::NONE);
    Ok(decoder.decode().len() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_compared_is_told() {
        let told = |epilogues, probes| {
            let recorded = Recorded {
                instructions: 7,
                epilogues,
                probes,
                returns: 3,
            };
            recorded.to_string()
        };
        assert!(told(0, 0).ends_with(" of all 7 instructions and all 3 return addresses"));
        for (epilogues, probes) in [(2, 0), (0, 2), (1, 1)] {
            let expected =
                format!("7 instructions, except {epilogues} in epilogues and {probes} in loops that probe");
            assert!(told(epilogues, probes).contains(&expected));
        }
    }

    #[test]
    fn instructions_have_their_lengths() {
        use crate::image::{Function, Lines, Parts, Relro};
        // push rbp; call the next; pop rbp; ret; and a constant.
        let code = [0x55, 0xe8, 0, 0, 0, 0, 0x5d, 0xc3, 0xe8];
        let image = Image::new(Parts {
            processor: crate::processor::Processor::X86_64,
            bytes: code.to_vec(),
            code_size: 8,
            alignment: 16,
            functions: vec![Function {
                name: "f".to_owned(),
                start: 0,
                size: 8,
            }],
            constants: Vec::new(),
            references: Vec::new(),
            relro: Relro {
                start: 9,
                ..Relro::default()
            },
            entries: Vec::new(),
            types: Vec::new(),
            routines: Vec::new(),
            imports: Vec::new(),
            lines: Lines::default(),
        })
        .unwrap();
        let lengths = [0, 1, 6, 7].map(|at| length(&image, at).unwrap());
        assert_eq!(lengths, [1, 5, 1, 1]);
        assert!(length(&image, 9).is_err());
    }
}
