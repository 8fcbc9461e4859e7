//! `cargo rustgo completions`: what shells complete, from the definitions that `--help` comes from.

use std::io::Write;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::CommandFactory;
use clap_complete::{Shell, generate};

use super::Rustgo;

/// The program that cargo runs. Shells that complete `cargo rustgo` look for the completions of this name.
const PROGRAM: &str = "cargo-rustgo";

/// For bash: `cargo rustgo` and what comes after it, with `+TOOLCHAIN` in front of it or not.
const UNDER_CARGO: &str = include_str!("completions/under_cargo.bash");

/// Print what a shell needs to complete `cargo rustgo`
///
/// In zsh and fish cargo's own completions hand over to those of the program `cargo-rustgo`. Bash's don't: there the script
/// completes `cargo rustgo` itself, and leaves everything else to what completed `cargo` before.
#[derive(clap::Args, Clone, Debug)]
#[command(after_help = "\
Where the script goes:
  bash   ~/.bashrc, after all else: source <(cargo-rustgo rustgo completions bash)
  zsh    a file _cargo-rustgo in a folder of $fpath
  fish   ~/.config/fish/completions/cargo-rustgo.fish")]
pub struct Args {
    /// The shell
    shell: Shell,
}

/// Runs the command.
///
/// # Errors
///
/// Standard output can't be written.
pub fn run(args: &Args) -> Result<ExitCode> {
    let script = match args.shell {
        // clap_complete 4.6.11 loses its way in names with a hyphen, in bash alone: only the registration needs the name.
        Shell::Bash => {
            const PLAIN: &str = "cargo_rustgo";
            script(args.shell, PLAIN).replace(&format!(" {PLAIN}\n"), &format!(" {PROGRAM}\n")) + UNDER_CARGO
        }
        shell => script(shell, PROGRAM),
    };
    std::io::stdout()
        .write_all(script.as_bytes())
        .context("the script can't be written")?;
    Ok(ExitCode::SUCCESS)
}

/// The script for a program that takes the subcommands itself: shells leave the word `rustgo` out.
fn script(shell: Shell, program: &'static str) -> String {
    let mut script = Vec::new();
    let mut command = Rustgo::command().name(program).bin_name(program);
    generate(shell, &mut command, program, &mut script);
    String::from_utf8_lossy(&script).into_owned()
}
