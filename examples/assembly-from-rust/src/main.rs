//! `cargo run -p assembly-from-rust`: builds the program and runs it.

use std::process::Command;

use anyhow::Result;
use rustgo_hosts::command;

fn main() -> Result<()> {
    let folder = rustgo_hosts::root().join("target/assembly-from-rust");
    eprintln!("building {}", folder.display());
    let (_, program) = assembly_from_rust::build(&folder)?;
    println!("{}", command::read(&mut Command::new(program))?);
    Ok(())
}
