//! Exports with a small bound have shims without a stack check. Go's linker adds up the frames of functions without
//! one, and refuses a program in which the sum exceeds what Go keeps free: it has to know the whole frame for Rust.

use std::fs;
use std::path::Path;
use std::process::Command;

use rustgo_hosts::command;
use rustgo_hosts::module::Module;

use crate::{sample, scratch, stdout};

/// The size of a frame that no function without a stack check may have.
const TOO_LARGE: u64 = 2048;

/// A module with `go/internal/hello` in it, and a caller of its shim that has no stack check either.
fn module(processor: &str) -> Module {
    let folder = scratch().join(format!("nosplit/{processor}"));
    let module = Module::new(&folder, "example.com/nosplit").unwrap();
    let hello = rustgo_hosts::root().join("go/internal/hello");
    for entry in fs::read_dir(&hello).unwrap() {
        let file = entry.unwrap().file_name().into_string().unwrap();
        if !file.ends_with("_test.go") {
            module.copy(&hello.join(&file), &format!("hello/{file}")).unwrap();
        }
    }
    module
        .copy(&sample("nosplit").join("main.go"), "main.go")
        .unwrap();
    module
        .copy(&sample("nosplit").join("limit.go"), "hello/limit.go")
        .unwrap();
    module
}

/// Builds the program with a caller that has a frame of some bytes. Returns the linker's message if it refuses.
fn build(module: &Module, processor: &str, frame: u64, program: &Path) -> Result<(), String> {
    let name = format!("limit_{processor}.s");
    let source = fs::read_to_string(sample("nosplit").join(&name)).unwrap();
    fs::write(
        module.path("hello").join(&name),
        source.replace("FRAME", &frame.to_string()),
    )
    .unwrap();
    let mut go = module.go();
    go.args(["build", "-o"])
        .arg(program)
        .arg(".")
        .env("GOARCH", processor)
        .env("CGO_ENABLED", "0");
    command::run(&mut go)
        .map(drop)
        .map_err(|error| format!("{error:#}"))
}

/// The number after a word in the linker's message.
fn number(text: &str, word: &str) -> Option<u64> {
    let digits = text.split_once(word)?.1.split_whitespace().next()?;
    digits.parse().ok()
}

/// The frame that the shim in the repository declares.
fn declared(processor: &str) -> u64 {
    let shim = rustgo_hosts::root().join(format!("go/internal/hello/hello_{processor}.s"));
    let shim = fs::read_to_string(shim).unwrap();
    number(&shim.replace('-', " "), "TEXT ·greeting(SB), NOSPLIT, $").expect("the shim has a stack check")
}

fn check(processor: &str, step: u64, emulator: Option<&str>) {
    let module = module(processor);
    let program = module.path("program");
    let build = |frame| build(&module, processor, frame, &program);

    // What the linker allows a chain of such functions, and what the caller takes in addition to its frame.
    let refused = build(TOO_LARGE).unwrap_err();
    let limit =
        number(&refused, "nosplit stack over ").expect("the linker refuses a caller that takes too much");
    let caller = number(&refused, "grows ").expect("the linker counts the caller's frame");
    let beside = caller - TOO_LARGE;

    // The largest frame that leaves enough for the shim.
    let most = (0..limit / step)
        .map(|steps| (limit / step - steps) * step)
        .find(|&frame| build(frame).is_ok())
        .expect("a caller with the smallest frame links");
    let counted = limit - most - beside;
    assert!(
        counted >= declared(processor),
        "the linker counts {counted} bytes for the shim, which declares {}",
        declared(processor)
    );
    let mut run = match emulator {
        Some(emulator) => Command::new(emulator),
        None => Command::new(&program),
    };
    if emulator.is_some() {
        run.arg(&program);
    }
    let output = command::run(&mut run).unwrap();
    let said = stdout(&output);
    assert_eq!(said, "2692 calls\n");
}

#[test]
fn the_linker_counts_the_frames_of_shims_without_a_stack_check() {
    check("amd64", 8, None);
}

#[test]
fn the_linker_counts_them_on_arm64() {
    check("arm64", 16, Some("qemu-aarch64"));
}
