//! The repository's own commands: one for each thing a developer does, the same on a laptop and in CI.

mod bench;
mod citizenship;
mod coverage;
mod crypto;
mod demo;
mod flamegraph;
mod generated;
mod go_benchmark;
mod mutants;
mod platform;
mod run;
mod shell;
mod statistics;
mod test;
mod tools;
mod ui;
mod wine;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use shell::Shell;

/// The commands of the rustgo repository
///
/// They need Rust. Other tools (Go, NASM, C compilers) are installed if possible, and named if not.
#[derive(Parser)]
#[command(bin_name = "cargo xtask", max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Demo(demo::Args),
    Test(test::Args),
    Bench(bench::Args),
    Compare(crypto::CompareArgs),
    ConstantTime(crypto::ConstantTimeArgs),
    Citizenship(citizenship::Args),
    Soak(citizenship::SoakArgs),
    Flamegraph(flamegraph::Args),
    Mutants(mutants::Args),
    Coverage(coverage::Args),
    Regenerate(generated::Args),
}

fn main() -> ExitCode {
    match run(&Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            ui::error(&error);
            ExitCode::FAILURE
        }
    }
}

fn run(cli: &Cli) -> Result<ExitCode> {
    let shell = Shell::new()?;
    match &cli.command {
        Command::Demo(args) => demo::run(args, shell),
        Command::Test(args) => test::run(args, shell),
        Command::Bench(args) => bench::run(args, shell),
        Command::Compare(args) => crypto::compare(args, &shell),
        Command::ConstantTime(args) => crypto::constant_time(args, shell),
        Command::Citizenship(args) => citizenship::run(args, shell),
        Command::Soak(args) => citizenship::soak(args, shell),
        Command::Flamegraph(args) => flamegraph::run(args, shell),
        Command::Mutants(args) => mutants::run(args, shell),
        Command::Coverage(args) => coverage::run(args, shell),
        Command::Regenerate(args) => generated::run(args, &shell),
    }
}
