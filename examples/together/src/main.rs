//! `cargo run -p together`: builds the program and runs it.

use std::process::Command;

use anyhow::Result;
use rustgo_hosts::c::Linking;
use rustgo_hosts::command;

fn main() -> Result<()> {
    let folder = rustgo_hosts::root().join("target/together");
    eprintln!("building {}", folder.display());
    let guests = together::guests(&folder)?;
    let guests: Vec<_> = guests.iter().collect();
    let program = together::program(&folder, &guests, Linking::Static)?;
    println!("{}", command::read(&mut Command::new(program))?);
    Ok(())
}
