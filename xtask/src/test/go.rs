//! Checks of Go sources.

use std::fs;

use anyhow::{Context, Result, bail};
use rustgo_hosts::module::STATICCHECK;

use crate::run::Run;

/// Every folder of the repository, because there are Go programs outside of the module too; except `target` and hidden
/// ones.
pub fn gofmt(run: &mut Run) -> Result<()> {
    let root = &run.shell.workspace.root;
    let mut gofmt = run.shell.command("gofmt");
    gofmt.arg("-l");
    for entry in fs::read_dir(root).context("the repository can't be read")? {
        let entry = entry?;
        let name = entry.file_name();
        if entry.file_type()?.is_dir() && name != "target" && !name.to_string_lossy().starts_with('.') {
            gofmt.arg(name);
        }
    }
    if let Some(unformatted) = run.read(&mut gofmt)
        && !unformatted.is_empty()
    {
        bail!("these are not as gofmt writes them; run `gofmt -w` on them:\n{unformatted}");
    }
    Ok(())
}

/// For each processor with assembly, which vet compares with the declarations.
pub fn vet(run: &mut Run) -> Result<()> {
    for processor in ["amd64", "arm64"] {
        run.say(&format!("GOARCH={processor}"));
        run.show(run.shell.go().args(["vet", "./..."]).env("GOARCH", processor));
    }
    Ok(())
}

pub fn staticcheck(run: &mut Run) -> Result<()> {
    run.show(run.shell.go().args(["run", STATICCHECK, "./..."]));
    Ok(())
}

/// Also with the largest frames that Go makes, for which a call has to grow the stack.
pub fn test(run: &mut Run) -> Result<()> {
    run.show(run.shell.go().args(["test", "./..."]));
    let unoptimized = [
        "test",
        "-gcflags=all=-N -l",
        "-run",
        "StackDepths",
        "./edwards25519",
    ];
    run.show(run.shell.go().args(unoptimized));
    Ok(())
}

pub fn test_purego(run: &mut Run) -> Result<()> {
    run.show(
        run.shell
            .go()
            .args(["test", "-short", "-tags", "purego", "./..."])
            .env("CGO_ENABLED", "0"),
    );
    Ok(())
}

pub fn test_race(run: &mut Run) -> Result<()> {
    run.show(run.shell.go().args(["test", "-short", "-race", "./..."]));
    Ok(())
}

/// What the race detector and the sanitizers say of programs with faults in them, and of those without.
pub fn test_sanitizers(run: &mut Run) -> Result<()> {
    let sanitized = ["test", "-count=1", "-tags", "sanitizers", "./internal/sanitized"];
    run.show(run.shell.go().args(sanitized));
    Ok(())
}
