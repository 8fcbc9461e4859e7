//! `cargo run -p dalek`: makes the Go package and compares it with crypto/ed25519.

use anyhow::Result;
use rustgo_hosts::command;

fn main() -> Result<()> {
    let folder = rustgo_hosts::root().join("target/dalek");
    eprintln!("making {}", folder.join(dalek::PACKAGE).display());
    let module = dalek::module(&folder)?;
    let mut test = module.go();
    test.args(["test", "-count=1", "-run=PublicKeys", "-v", "./..."]);
    let output = command::read(&mut test)?;
    // Go puts the place of the line before what the test has to say.
    for line in output.lines().filter_map(|line| line.split_once("_test.go:")) {
        println!("{}", line.1.split_once(": ").unwrap_or_default().1);
    }
    Ok(())
}
