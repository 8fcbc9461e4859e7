//! Go modules with packages that `cargo rustgo build --go` wrote.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::{command, root};

/// The linter, with its version.
pub const STATICCHECK: &str = "honnef.co/go/tools/cmd/staticcheck@v0.8.2";

/// This repository's module.
const RUSTGO: &str = "github.com/rustgo/rustgo/go";

/// A Go module of its own.
#[derive(Clone, Debug)]
pub struct Module {
    folder: PathBuf,
}

impl Module {
    /// Makes a module in a folder, or uses the existing one.
    ///
    /// # Errors
    ///
    /// If the folder can't be written, or Go can't be run.
    pub fn new(folder: &Path, name: &str) -> Result<Self> {
        let module = Self {
            folder: folder.to_owned(),
        };
        std::fs::create_dir_all(folder).with_context(|| format!("{} can't be made", folder.display()))?;
        if !folder.join("go.mod").exists() {
            command::run(module.go().args(["mod", "init", name]))?;
        }
        Ok(module)
    }

    /// The module's folder, or a path in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The command `go`, in the module.
    pub fn go(&self) -> Command {
        let mut go = Command::new("go");
        go.current_dir(&self.folder).env("GOFLAGS", "-mod=mod");
        go
    }

    /// Writes a guest's whole package into a folder of the module, next to what is there.
    ///
    /// # Errors
    ///
    /// If the tool refuses the guest.
    pub fn add(&self, guest: &str, package: &str) -> Result<()> {
        self.add_with(guest, package, &[])
    }

    /// Like [`Module::add`], with further options of `cargo rustgo build`.
    ///
    /// # Errors
    ///
    /// Those of [`Module::add`].
    pub fn add_with(&self, guest: &str, package: &str, options: &[&str]) -> Result<()> {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo
            .args(["rustgo-here", "build", "-p", guest, "--go"])
            .arg(self.path(package))
            .args(options)
            .current_dir(root());
        command::run(&mut cargo).map(drop)
    }

    /// Copies a file into the module.
    ///
    /// # Errors
    ///
    /// If it can't be read or written.
    pub fn copy(&self, from: &Path, to: &str) -> Result<()> {
        let to = self.path(to);
        let folder = to.parent().context("a file lies in a folder")?;
        std::fs::create_dir_all(folder)
            .and_then(|()| std::fs::copy(from, &to))
            .with_context(|| format!("{} can't be copied to {}", from.display(), to.display()))?;
        Ok(())
    }

    /// Lets the module import this repository's packages, from this checkout.
    ///
    /// # Errors
    ///
    /// If Go can't be run.
    pub fn require_rustgo(&self) -> Result<()> {
        let replace = format!("{RUSTGO}={}", root().join("go").display());
        command::run(self.go().args(["mod", "edit", "-replace", &replace]))?;
        command::run(self.go().args(["mod", "tidy"])).map(drop)
    }

    /// Runs Go's own tools and staticcheck on the module, for a processor.
    ///
    /// # Errors
    ///
    /// If they report anything.
    pub fn lint(&self, processor: &str) -> Result<()> {
        let unformatted = command::read(Command::new("gofmt").arg("-l").arg(&self.folder))?;
        anyhow::ensure!(
            unformatted.is_empty(),
            "these are not as gofmt writes them:\n{unformatted}"
        );
        // CGO_ENABLED=0, because vet would need a C compiler for the other processor.
        for arguments in [&["vet", "./..."][..], &["run", STATICCHECK, "./..."]] {
            let mut go = self.go();
            if arguments[0] == "vet" {
                go.env("GOARCH", processor).env("CGO_ENABLED", "0");
            }
            command::run(go.args(arguments))?;
        }
        Ok(())
    }
}
