//! `cargo run -p scheme -- FILE`: compiles a Scheme program and runs it.

use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};
use clap::Parser;
use scheme::program;

/// Compile a Scheme program to x86-64 Linux, and run it
///
/// The program is assembled by NASM and linked with primitives in Rust, without libc, below target/scheme.
#[derive(Parser, Debug)]
struct Args {
    /// The Scheme program
    #[arg(value_name = "FILE")]
    source: PathBuf,

    /// Only build the program, and print where it and its assembly are
    #[arg(long)]
    build: bool,
}

fn main() -> ExitCode {
    run(&Args::parse()).unwrap_or_else(|error| {
        eprintln!("{error:#}");
        ExitCode::FAILURE
    })
}

fn run(args: &Args) -> Result<ExitCode> {
    let folder = rustgo_hosts::root().join("target/scheme");
    // In folders of their own, so that a program may have any name.
    let primitives = program::primitives(&folder.join("primitives"))?;
    let program = program::build(&args.source, &primitives, &folder.join("programs"))?;
    if args.build {
        println!("{}\n{}", program.assembly.display(), program.executable.display());
        return Ok(ExitCode::SUCCESS);
    }
    let status = Command::new(&program.executable)
        .status()
        .with_context(|| format!("{} can't be run", program.executable.display()))?;
    // A program that a signal has ended has no code.
    let code = status
        .code()
        .with_context(|| format!("the program died: {status}"))?;
    Ok(ExitCode::from(u8::try_from(code)?))
}
