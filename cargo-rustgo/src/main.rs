//! `cargo rustgo`: see the library for the pipeline.

use std::process::ExitCode;

use cargo_rustgo::cli::Cargo;
use clap::Parser;

fn main() -> ExitCode {
    let Cargo::Rustgo(rustgo) = Cargo::parse();
    match rustgo.run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
