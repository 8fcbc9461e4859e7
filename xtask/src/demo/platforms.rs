//! The other platforms whose code can run here: the same Go program, built for each, and how it runs.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use console::style;
use rustgo_hosts::macos::{Convention, Program, emulator};
use rustgo_hosts::{command, go};

use super::callers::{SCALAR, shorten};
use super::{Attempt, Lack, attempt};
use crate::platform::LINUX_AMD64;
use crate::shell::Shell;
use crate::tools::{Tool, Tools, unicorn};
use crate::ui::{self, Progress};
use crate::wine::{self, Wine};

/// How a program's code runs here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    /// Natively.
    Native,
    /// In a user-mode emulator of another processor, which passes system calls on.
    Qemu,
    /// In Wine, as a Windows program.
    Wine,
    /// Only its shim and its image, without the program's system.
    Emulator,
}

impl How {
    /// The way for a platform, if there is one on this system.
    fn of(system: &str, processor: &str) -> Option<Self> {
        let here = match std::env::consts::OS {
            "macos" => "darwin",
            other => other,
        };
        let native = match std::env::consts::ARCH {
            "x86_64" => "amd64",
            _ => "arm64",
        };
        match (system, processor) {
            _ if (system, processor) == (here, native) => Some(Self::Native),
            ("linux", "arm64") if here == "linux" => Some(Self::Qemu),
            ("windows", "amd64") if LINUX_AMD64 => Some(Self::Wine),
            ("darwin", _) => Some(Self::Emulator),
            _ => None,
        }
    }

    fn needs(self) -> &'static [Tool] {
        match self {
            Self::Native => &[Tool::Go],
            Self::Qemu => &[Tool::Go, Tool::Program("qemu-aarch64")],
            Self::Wine => wine::TOOLS,
            Self::Emulator => &[Tool::Go, Tool::Unicorn],
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Native => "the whole program, natively",
            Self::Qemu => "the whole program, by qemu-aarch64",
            Self::Wine => "the whole program, by Wine",
            Self::Emulator => "shim and image, by Unicorn",
        }
    }

    /// The point that the program computes.
    fn run(self, shell: &Shell, program: &Path) -> Result<String> {
        match self {
            Self::Native => command::read(shell.command(&program.to_string_lossy()).arg(SCALAR)),
            Self::Qemu => command::read(shell.command("qemu-aarch64").arg(program).arg(SCALAR)),
            Self::Wine => {
                let wine = Wine::new(shell)?;
                command::read(wine.in_it(shell.command("wine").arg(program).arg(SCALAR)))
            }
            Self::Emulator => {
                let program = Program::read(program)?;
                let shim = *program.shims().first().context("the program has no shim")?;
                let task = program.task(Convention::Go, shim, &[SCALAR.to_owned()], &[])?;
                let points = emulator::run(&task, &[("PYTHONPATH", &unicorn::folder(shell))])?;
                points.into_iter().next().context("the emulator gave no point")
            }
        }
    }
}

/// Each platform that can be run here, as Go names its system and processor.
fn platforms() -> impl Iterator<Item = (&'static str, &'static str, How)> {
    go::platforms().filter_map(|(system, processor)| Some((system, processor, How::of(system, processor)?)))
}

/// All tools that are used.
pub fn tools() -> impl Iterator<Item = Tool> {
    platforms().flat_map(|(.., how)| how.needs().iter().copied())
}

/// Builds and runs the program for each platform, and prints the table. Returns whether all work and agree.
pub fn show(shell: &Shell, tools: &Tools, folder: &Path) -> Result<bool> {
    let progress = Progress::new();
    let mut table = ui::table(&["platform", "what runs here, and how", "point"]);
    let mut points: Vec<Attempt<String>> = Vec::new();
    for (system, processor, how) in platforms() {
        let name = format!("{system}/{processor}");
        let point = match tools.lacking(how.needs()) {
            Some((tool, _)) => Err(Lack::Missing(tool)),
            None => attempt(progress.task(&name, || {
                let program = build(shell, system, processor, folder)?;
                how.run(shell, &program)
            })),
        };
        let shown = point
            .as_ref()
            .map_or_else(ToString::to_string, |point| shorten(point));
        table.add_row([name, how.words().to_owned(), shown]);
        points.push(point);
    }
    println!("{table}");
    let computed: Vec<&String> = points.iter().flatten().collect();
    if computed.windows(2).any(|pair| pair[0] != pair[1]) {
        println!("{}", style("the platforms DISAGREE").red());
        return Ok(false);
    }
    println!("{}", style(format!("{} platforms agree", computed.len())).green());
    Ok(computed.len() == points.len())
}

fn build(shell: &Shell, system: &str, processor: &str, folder: &Path) -> Result<PathBuf> {
    let mut name = format!("scalarbasemult-{system}-{processor}");
    if system == "windows" {
        name += ".exe";
    }
    let program = folder.join(name);
    let mut go = shell.go();
    go.args(["build", "-o"])
        .arg(&program)
        .arg("./cmd/scalarbasemult")
        .env("CGO_ENABLED", "0")
        .env("GOOS", system)
        .env("GOARCH", processor);
    command::run(&mut go)?;
    Ok(program)
}
