//! Tools in the system's package manager: installed by it, or named in its command.

use anyhow::{Context, Result, bail};
use rustgo_hosts::command;
use rustgo_hosts::programs::Packages;

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

    /// The names of the packages, each once.
    fn words(self, packages: impl IntoIterator<Item = Packages>) -> Vec<&'static str> {
        let mut words: Vec<_> = packages
            .into_iter()
            .flat_map(|packages| self.packages(&packages).split(' '))
            .collect();
        words.sort_unstable();
        words.dedup();
        words
    }
}

/// Installs packages. If the user has to do that, the error has the command.
///
/// As root apt is used; in CI, which is unattended, also with `sudo`, and Homebrew.
pub fn install(
    shell: &Shell,
    progress: &Progress,
    packages: impl IntoIterator<Item = Packages>,
) -> Result<()> {
    let Some(manager) = Manager::ALL
        .into_iter()
        .find(|manager| shell.find(manager.program()).is_some())
    else {
        bail!(
            "no package manager known here (apt, dnf, pacman, brew) is on PATH; install it and run this again"
        );
    };
    let sudo = !matches!(manager, Manager::Brew)
        && !command::read(shell.command("id").arg("-u")).is_ok_and(|id| id == "0");
    let prefix: &[&str] = if sudo { &["sudo"] } else { &[] };
    let install = [
        prefix,
        &[manager.program()],
        manager.install(),
        &manager.words(packages),
    ]
    .concat();
    let update = [prefix, &[manager.program(), "update"]].concat();
    let by_hand = install.join(" ");

    let may_install = match manager {
        Manager::Apt => !sudo || in_ci(),
        Manager::Brew => in_ci(),
        Manager::Dnf | Manager::Pacman => false,
    };
    if !may_install {
        bail!("install it with `{by_hand}` and run this again");
    }
    let run = |words: &[&str]| {
        let mut command = shell.command(words[0]);
        command.args(&words[1..]).env("DEBIAN_FRONTEND", "noninteractive");
        command::run(&mut command).map(drop)
    };
    progress
        .task(&format!("installing: {by_hand}"), || {
            let first = run(&install);
            if first.is_ok() || !matches!(manager, Manager::Apt) {
                return first;
            }
            // The package lists may be old, or missing as in a fresh container.
            run(&update)?;
            run(&install)
        })
        .with_context(|| format!("`{by_hand}` does not work here; put that right and run this again"))
}

/// Whether this runs unattended.
fn in_ci() -> bool {
    std::env::var_os("CI").is_some()
}
