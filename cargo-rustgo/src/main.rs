//! `cargo rustgo`: see the library for the pipeline.

use std::process::ExitCode;

use cargo_rustgo::cli::Cargo;
use cargo_rustgo::pipeline::Refused;
use clap::Parser;

fn main() -> ExitCode {
    let Cargo::Rustgo(rustgo) = Cargo::parse();
    match rustgo.run() {
        Ok(code) => code,
        Err(error) => {
            // A refused guest has a list of errors of its own.
            match error.downcast_ref::<Refused>() {
                Some(refused) => eprintln!("{refused}"),
                None => eprintln!("error: {error:#}"),
            }
            ExitCode::FAILURE
        }
    }
}
