//! The command line: `cargo rustgo SUBCOMMAND`. One file for each subcommand.

pub mod build;
pub mod check;
pub mod completions;
mod input;
pub mod new;
pub mod tree;
pub mod verify;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// Cargo runs `cargo-rustgo rustgo ARGUMENTS` for `cargo rustgo ARGUMENTS`.
#[derive(Parser, Debug)]
#[command(name = "cargo", bin_name = "cargo", max_term_width = 100, styles = clap_cargo_styles())]
pub enum Cargo {
    /// Call Rust from Go, C and assembly as if it were hand-written assembly
    #[command(version, about, subcommand_required = true, arg_required_else_help = true)]
    Rustgo(Rustgo),
}

/// Builds `no_std` Rust guests into self-contained, proven images for Go, C and assembly.
#[derive(Parser, Debug)]
pub struct Rustgo {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    New(new::Args),
    Build(build::Args),
    Check(check::Args),
    Tree(tree::Args),
    Verify(verify::Args),
    Completions(completions::Args),
}

impl Rustgo {
    /// Runs the subcommand.
    ///
    /// # Errors
    ///
    /// If the subcommand fails.
    pub fn run(self) -> Result<ExitCode> {
        match self.command {
            Command::New(args) => new::run(&args),
            Command::Build(args) => build::run(&args),
            Command::Check(args) => check::run(&args),
            Command::Tree(args) => tree::run(&args),
            Command::Verify(args) => verify::run(&args),
            Command::Completions(args) => completions::run(&args),
        }
    }
}

/// The guest that a subcommand works on.
#[derive(clap::Args, Clone, Debug)]
pub struct GuestArgs {
    /// The guest's package, if the manifest is a workspace
    #[arg(short, long, value_name = "NAME")]
    pub package: Option<String>,

    /// The guest's Cargo.toml, instead of the current folder's
    #[arg(long, value_name = "FILE")]
    pub manifest_path: Option<std::path::PathBuf>,
}

impl GuestArgs {
    /// Finds the guest.
    ///
    /// # Errors
    ///
    /// If there is no such guest.
    pub fn find(&self) -> Result<crate::guest::Guest> {
        crate::guest::Guest::find(self.manifest_path.as_deref(), self.package.as_deref())
    }
}

/// The colours that cargo itself uses.
fn clap_cargo_styles() -> clap::builder::Styles {
    use clap::builder::styling::{AnsiColor, Effects};
    clap::builder::Styles::styled()
        .header(AnsiColor::Green.on_default() | Effects::BOLD)
        .usage(AnsiColor::Green.on_default() | Effects::BOLD)
        .literal(AnsiColor::Cyan.on_default() | Effects::BOLD)
        .placeholder(AnsiColor::Cyan.on_default())
}
