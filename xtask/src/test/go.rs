//! Checks of Go sources.

use std::fs;

use anyhow::{Context, Result, bail};
use rustgo_hosts::command;
use rustgo_hosts::module::STATICCHECK;

use crate::shell::Shell;
use crate::ui;

/// Every folder of the repository, as there are Go programs outside of the module too; not `target` and what is hidden.
pub fn gofmt(shell: &Shell) -> Result<()> {
    let root = &shell.workspace.root;
    let mut gofmt = shell.command("gofmt");
    gofmt.arg("-l");
    for entry in fs::read_dir(root).context("the repository can't be read")? {
        let entry = entry?;
        let name = entry.file_name();
        if entry.file_type()?.is_dir() && name != "target" && !name.to_string_lossy().starts_with('.') {
            gofmt.arg(name);
        }
    }
    ui::command(&command::line(&gofmt));
    let unformatted = command::read(&mut gofmt)?;
    if !unformatted.is_empty() {
        bail!("these are not as gofmt writes them; run `gofmt -w` on them:\n{unformatted}");
    }
    Ok(())
}

/// For each processor that there is assembly for: vet compares it with the declarations.
pub fn vet(shell: &Shell) -> Result<()> {
    let processors = ["amd64", "arm64"].map(|processor| {
        println!("GOARCH={processor}");
        shell.show(shell.go().args(["vet", "./..."]).env("GOARCH", processor))
    });
    processors.into_iter().collect()
}

pub fn staticcheck(shell: &Shell) -> Result<()> {
    shell.show(shell.go().args(["run", STATICCHECK, "./..."]))
}

/// Also with frames as large as Go makes them, for those whose stack a call has to grow.
pub fn test(shell: &Shell) -> Result<()> {
    shell.show(shell.go().args(["test", "./..."]))?;
    let unoptimized = [
        "test",
        "-gcflags=all=-N -l",
        "-run",
        "StackDepths",
        "./edwards25519",
    ];
    shell.show(shell.go().args(unoptimized))
}

pub fn test_purego(shell: &Shell) -> Result<()> {
    shell.show(
        shell
            .go()
            .args(["test", "-short", "-tags", "purego", "./..."])
            .env("CGO_ENABLED", "0"),
    )
}

pub fn test_race(shell: &Shell) -> Result<()> {
    shell.show(shell.go().args(["test", "-short", "-race", "./..."]))
}
