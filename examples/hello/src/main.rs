//! `cargo run -p hello`: builds every program that has Rust say hello, and runs it.

use std::process::Command;

use anyhow::Result;
use rustgo_hosts::command;

fn main() -> Result<()> {
    let folder = rustgo_hosts::root().join("target/hello");
    eprintln!("building {}", folder.display());
    let (_, programs) = hello::build(&folder)?;
    for program in programs {
        println!(
            "{:35}{}",
            program.name,
            command::read(&mut Command::new(&program.path))?
        );
    }
    Ok(())
}
