//! Tools that the system's package manager has: installed by it, or named in its own command.

use anyhow::{Context, Result, bail};
use rustgo_hosts::command;

use super::list::{Packages, Tool};
use crate::shell::Shell;
use crate::ui::Progress;

#[derive(Clone, Copy)]
enum Manager {
    Apt,
    Dnf,
    Pacman,
    Brew,
}

impl Manager {
    const ALL: [Self; 4] = [Self::Apt, Self::Dnf, Self::Pacman, Self::Brew];

    fn program(self) -> &'static str {
        match self {
            Self::Apt => "apt-get",
            Self::Dnf => "dnf",
            Self::Pacman => "pacman",
            Self::Brew => "brew",
        }
    }

    fn install(self) -> &'static [&'static str] {
        match self {
            Self::Apt => &["install", "--yes", "--no-install-recommends"],
            Self::Dnf => &["install", "--assumeyes"],
            Self::Pacman => &["-S", "--needed"],
            Self::Brew => &["install"],
        }
    }

    fn packages(self, packages: &Packages) -> &'static str {
        match self {
            Self::Apt => packages.apt,
            Self::Dnf => packages.dnf,
            Self::Pacman => packages.pacman,
            Self::Brew => packages.brew,
        }
    }

    /// The command line that installs the tools, for a person to type.
    fn by_hand(self, tools: &[Tool], root: bool) -> String {
        let sudo = if root || matches!(self, Self::Brew) {
            ""
        } else {
            "sudo "
        };
        let words = [&[self.program()], self.install(), &self.words(tools)].concat();
        format!("{sudo}{}", words.join(" "))
    }

    fn words(self, tools: &[Tool]) -> Vec<&'static str> {
        let mut words: Vec<_> = tools
            .iter()
            .filter_map(|tool| tool.packages())
            .flat_map(|packages| self.packages(&packages).split(' '))
            .collect();
        words.sort_unstable();
        words.dedup();
        words
    }
}

/// Installs the tools that packages bring; where that is for the user to do, the error has the command for it.
///
/// Installed is with apt as root, and with Homebrew in CI, where nobody can be asked.
pub fn install(shell: &Shell, progress: &Progress, tools: &[Tool]) -> Result<()> {
    let Some(manager) = Manager::ALL
        .into_iter()
        .find(|manager| shell.find(manager.program()).is_some())
    else {
        bail!(
            "no package manager known here (apt, dnf, pacman, brew) is on PATH; install it and run this again"
        );
    };
    let root = command::read(shell.command("id").arg("-u")).is_ok_and(|id| id == "0");
    let by_hand = manager.by_hand(tools, root);
    let may_install = match manager {
        Manager::Apt => root,
        Manager::Brew => std::env::var_os("CI").is_some(),
        Manager::Dnf | Manager::Pacman => false,
    };
    if !may_install {
        bail!("install it with `{by_hand}` and run this again");
    }
    let run = |arguments: &[&str]| {
        let mut command = shell.command(manager.program());
        command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
        command::run(&mut command).map(drop)
    };
    let arguments = [manager.install(), &manager.words(tools)].concat();
    progress
        .task(&format!("installing: {by_hand}"), || {
            let first = run(&arguments);
            if first.is_ok() || !matches!(manager, Manager::Apt) {
                return first;
            }
            // The lists of packages may be old, or not there at all as in a fresh container.
            run(&["update"])?;
            run(&arguments)
        })
        .with_context(|| format!("`{by_hand}` does not work here; put that right and run this again"))
}
