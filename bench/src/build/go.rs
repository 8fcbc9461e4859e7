//! Builds the peers that are written in Go.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use cargo_rustgo::processor::Processor;

use super::Paths;
use super::guest::{self, Guest};

/// The program with rustgo, dalek by rustgo, and what else Go programs use. The guest has to be built.
///
/// # Errors
///
/// It does not compile, or Go is missing.
pub fn peer(paths: &Paths, processor: Processor, _: &Guest) -> Result<PathBuf> {
    guest::dalek(paths, processor)?;
    let program = paths.target.join("go-peer");
    let mut go = go(&paths.bench().join("go"), c_compiler().is_some())?;
    run(go.arg("-o").arg(&program).arg("."))?;
    Ok(program)
}

/// The test program of a package of the Go module.
///
/// # Errors
///
/// It does not compile, or what it needs is missing.
pub fn tests(paths: &Paths, package: &str, cgo: bool) -> Result<PathBuf> {
    ensure!(
        !cgo || c_compiler().is_some(),
        "cgo needs a C compiler; on Debian and Ubuntu: apt-get install gcc libc6-dev"
    );
    let name = package.trim_start_matches("./").replace('/', "-");
    let program = paths.target.join(format!("{name}.test"));
    let mut go = command(&paths.go(), cgo)?;
    run(go.args(["test", "-c", "-o"]).arg(&program).arg(package))?;
    Ok(program)
}

fn go(module: &Path, cgo: bool) -> Result<Command> {
    let mut go = command(module, cgo)?;
    go.args(["build"]);
    Ok(go)
}

fn command(module: &Path, cgo: bool) -> Result<Command> {
    ensure!(
        find("go").is_some(),
        "Go is not installed; get it from https://go.dev/dl, or on Debian and Ubuntu: apt-get install golang-go"
    );
    let mut go = Command::new("go");
    go.current_dir(module)
        .env("CGO_ENABLED", if cgo { "1" } else { "0" });
    Ok(go)
}

fn run(command: &mut Command) -> Result<()> {
    let output = command.output().context("go can't be run")?;
    if !output.status.success() {
        eprint!("{}", String::from_utf8_lossy(&output.stderr));
        bail!("it does not compile; see go's messages above");
    }
    Ok(())
}

/// The C compiler that the Go command runs.
fn c_compiler() -> Option<PathBuf> {
    let name = std::env::var("CC").unwrap_or_else(|_| "gcc".into());
    find(name.split_whitespace().next()?)
}

fn find(program: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders)
        .map(|folder| folder.join(program))
        .find(|path| path.is_file())
}
