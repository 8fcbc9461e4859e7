//! Makes the packages, compares them with Go on 100,000 inputs each, and prints what both take.

use std::path::Path;

use anyhow::Result;
use crates::measure;
use rustgo_hosts::command;

fn main() -> Result<()> {
    let folder = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "target/crates".to_owned());
    eprintln!("making {} Go packages in {folder}", crates::PACKAGES.len());
    let module = crates::module(&std::path::absolute(Path::new(&folder))?)?;
    eprintln!("comparing each with Go on 100,000 inputs: some minutes");
    let mut test = module.go();
    test.args(["test", "-count=1", "-timeout=0", "."])
        .env("RUSTGO_INPUTS", "100000");
    command::run(&mut test)?;
    eprintln!("all agree; measuring: about a minute");
    let mut bench = module.go();
    bench.args(["test", "-run=^$", "-bench=.", "-benchtime=3ms", "-count=50", "."]);
    print!("{}", measure::table(&measure::rows(&command::read(&mut bench)?)?));
    Ok(())
}
