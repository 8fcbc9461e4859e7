//! `cargo rustgo completions`: what shells complete, from the definitions that `--help` comes from.

use std::process::ExitCode;

use anyhow::Result;
use clap::CommandFactory;
use clap_complete::Shell;

use super::Cargo;

/// Print a script with which a shell completes `cargo-rustgo rustgo ...`, and where it lets subcommands in, `cargo rustgo`
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// The shell
    shell: Shell,
}
