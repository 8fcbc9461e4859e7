//! `cargo rustgo completions`: shell completions, generated from the same definitions as `--help`.

use std::io::Write;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::CommandFactory;
use clap_complete::{Shell, generate};

use super::Rustgo;

/// The program that cargo runs. Shells look for the completions of `cargo rustgo` under this name.
const PROGRAM: &str = "cargo-rustgo";

/// For bash: completes `cargo rustgo` and its arguments, with or without `+TOOLCHAIN` before it.
const UNDER_CARGO: &str = include_str!("completions/under_cargo.bash");

/// Print a shell's completion script for `cargo rustgo`
///
/// In zsh and fish, cargo's own completions call those of the program `cargo-rustgo`. Bash's don't: there the script
/// completes `cargo rustgo` itself, and leaves everything else to the previous completion of `cargo`.
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
/// If standard output can't be written.
pub fn run(args: &Args) -> Result<ExitCode> {
    let script = match args.shell {
        // clap_complete 4.6.11 mishandles names with a hyphen in bash; only the registration needs the name.
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

/// The script for a program that takes the subcommands directly: shells omit the word `rustgo`.
fn script(shell: Shell, program: &'static str) -> String {
    let mut script = Vec::new();
    let mut command = Rustgo::command().name(program).bin_name(program);
    generate(shell, &mut command, program, &mut script);
    String::from_utf8_lossy(&script).into_owned()
}
