//! Tests of Rust code in Go's runtime: profiles, traces, panics and faults. The tests are a Go module of their own, in
//! `go/citizenship`, because they take long and read profiles. `cargo xtask test` runs them in a short form, `cargo
//! xtask citizenship` in full, and `cargo xtask soak` does everything at once for as long as you like.

use std::process::{Command, ExitCode};

use anyhow::{Result, bail, ensure};
use clap::ValueEnum;

use crate::platform::LINUX_AMD64;
use crate::run::Run;
use crate::shell::Shell;
use crate::tools::{Tool, Tools};
use crate::ui;

/// A processor that Go packages have images for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Processor {
    Amd64,
    Arm64,
}

impl Processor {
    /// This machine's processor.
    const NATIVE: Self = if cfg!(target_arch = "aarch64") {
        Self::Arm64
    } else {
        Self::Amd64
    };

    /// Its name in Go.
    fn name(self) -> &'static str {
        match self {
            Self::Amd64 => "amd64",
            Self::Arm64 => "arm64",
        }
    }
}

/// Where the tests run.
#[derive(clap::Args)]
struct Place {
    /// The processor; it is emulated if this machine has another one
    #[arg(long, value_enum, default_value = Processor::NATIVE.name())]
    processor: Processor,

    /// A version of Go, such as 1.24.0; may be given several times [default: the installed one]
    #[arg(long, value_name = "VERSION")]
    go: Vec<String>,
}

/// Test Rust code in Go's runtime: profiles, traces, panics, faults
///
/// Recovers a million Rust panics, with everything in Go that unwinds stacks running. Takes some minutes.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    place: Place,

    /// How many Rust panics are recovered [default: 1000000, or 50000 if the processor is emulated]
    #[arg(long, value_name = "NUMBER")]
    panics: Option<u64>,
}

/// Call Rust from 64 goroutines under collections, signals, profiles, traces and panics
#[derive(clap::Args)]
pub struct SoakArgs {
    #[command(flatten)]
    place: Place,

    /// The duration with each version of Go
    #[arg(long, default_value_t = 30)]
    minutes: u64,
}

/// Runs `cargo xtask citizenship`.
pub fn run(args: &Args, mut shell: Shell) -> Result<ExitCode> {
    let is_native = args.place.processor == Processor::NATIVE;
    let panics = args.panics.unwrap_or(if is_native { 1_000_000 } else { 50_000 });
    args.place
        .each(&mut shell, &["-panics", &panics.to_string(), "-soak", "60s"])
}

/// Runs `cargo xtask soak`.
pub fn soak(args: &SoakArgs, mut shell: Shell) -> Result<ExitCode> {
    let time = format!("{}m", args.minutes);
    args.place
        .each(&mut shell, &["-test.run", "^TestSoak$", "-soak", &time])
}

/// The tools for the short form.
pub const TOOLS: &[Tool] = if LINUX_AMD64 {
    &[Tool::Go, GDB, EMULATOR]
} else {
    &[Tool::Go]
};

/// Tools that unwind from inside Rust to Go's `main`.
const GDB: Tool = Tool::Program("gdb");

/// The tool that runs the tests for the processor that this machine does not have.
const EMULATOR: Tool = Tool::Program(match Processor::NATIVE {
    Processor::Amd64 => "qemu-aarch64",
    Processor::Arm64 => "qemu-x86_64",
});

/// The short form; on x86-64 also for the other processor.
pub fn test(run: &mut Run) -> Result<()> {
    const SHORT: &[&str] = &["-profiled", "2s", "-panics", "50000"];
    let shell = run.shell;
    run.show(go(shell, Processor::NATIVE).args(["vet", "."]));
    let native = [SHORT, &["-soak", "2m"]].concat();
    run.show(&mut command(shell, Processor::NATIVE, None, &native));
    if LINUX_AMD64 {
        let emulated = [SHORT, &["-soak", "10s"]].concat();
        run.show(&mut command(shell, Processor::Arm64, None, &emulated));
    }
    Ok(())
}

impl Place {
    /// Runs the tests with each version of Go, and reports which failed.
    fn each(&self, shell: &mut Shell, arguments: &[&str]) -> Result<ExitCode> {
        ui::heading("Tools");
        let mut needed = vec![Tool::Go];
        needed.extend((self.processor != Processor::NATIVE).then_some(EMULATOR));
        needed.extend((LINUX_AMD64 && self.processor == Processor::NATIVE).then_some(GDB));
        let tools = Tools::get(shell, &needed)?;
        if let Some((tool, reason)) = tools.lacking(&needed) {
            bail!("{} is missing: {reason}", tool.name());
        }
        let versions = if self.go.is_empty() {
            vec![None]
        } else {
            self.go.iter().map(|version| Some(version.as_str())).collect()
        };
        let mut failed = Vec::new();
        for version in versions {
            let name = version.map_or_else(|| "Go".to_owned(), |version| format!("Go {version}"));
            ui::heading(format_args!("{name}, {}", self.processor.name()));
            if let Err(error) = shell.show(&mut command(shell, self.processor, version, arguments)) {
                ui::error(&error);
                failed.push(name);
            }
        }
        ensure!(failed.is_empty(), "failed with {}", failed.join(", "));
        Ok(ExitCode::SUCCESS)
    }
}

/// A `go` command in the module.
fn go(shell: &Shell, processor: Processor) -> Command {
    let mut go = shell.go();
    go.current_dir(shell.workspace.go().join("citizenship"))
        .env("GOARCH", processor.name())
        .env("CGO_ENABLED", "0");
    go
}

/// Tests with the installed Go on this processor.
pub fn native(shell: &Shell, arguments: &[&str]) -> Command {
    command(shell, Processor::NATIVE, None, arguments)
}

/// `go test` of the module, with arguments for the tests.
fn command(shell: &Shell, processor: Processor, version: Option<&str>, arguments: &[&str]) -> Command {
    let mut go = go(shell, processor);
    go.args(["test", "-v", "-count", "1", "-timeout", "0"]);
    if let Some(version) = version {
        go.env("GOTOOLCHAIN", format!("go{}", version.trim_start_matches("go")));
    }
    if processor != Processor::NATIVE {
        go.args(["-exec", EMULATOR.name()]);
    }
    go.args([".", "-args"]).args(arguments);
    go
}
