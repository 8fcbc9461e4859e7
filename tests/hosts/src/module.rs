//! Go modules with packages that `cargo rustgo build --go` has written.

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
    /// Makes a module in a folder, or takes the one that is there.
    ///
    /// # Errors
    ///
    /// The folder can't be written, or Go can't be run.
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

    /// The module's folder, or something in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The command `go`, in the module.
    pub fn go(&self) -> Command {
        let mut go = Command::new("go");
        go.current_dir(&self.folder).env("GOFLAGS", "-mod=mod");
        go
    }

    /// Writes a guest's whole package into a folder of the module, beside what is there.
    ///
    /// # Errors
    ///
    /// The tool refuses the guest.
    pub fn add(&self, guest: &str, package: &str) -> Result<()> {
        self.add_with(guest, package, &[])
    }

    /// As [`Module::add`], with further options of `cargo rustgo build`.
    ///
    /// # Errors
    ///
    /// As [`Module::add`].
    pub fn add_with(&self, guest: &str, package: &str, options: &[&str]) -> Result<()> {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo
            .args(["rustgo-here", "build", "-p", guest, "--go"])
            .arg(self.path(package))
            .args(options)
            .current_dir(root());
        command::run(&mut cargo).map(drop)
    }

    /// Puts a file into the module.
    ///
    /// # Errors
    ///
    /// It can't be read or written.
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
    /// Go can't be run.
    pub fn require_rustgo(&self) -> Result<()> {
        let replace = format!("{RUSTGO}={}", root().join("go").display());
        command::run(self.go().args(["mod", "edit", "-replace", &replace]))?;
        command::run(self.go().args(["mod", "tidy"])).map(drop)
    }

    /// Everything that Go's own tools and staticcheck have to say of the module, for a processor.
    ///
    /// # Errors
    ///
    /// They have something to say.
    pub fn lint(&self, processor: &str) -> Result<()> {
        let unformatted = command::read(Command::new("gofmt").arg("-l").arg(&self.folder))?;
        anyhow::ensure!(
            unformatted.is_empty(),
            "these are not as gofmt writes them:\n{unformatted}"
        );
        // CGO_ENABLED=0, as vet would want a C compiler for the other processor.
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
