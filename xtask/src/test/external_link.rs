//! A Go program with Rust in it, linked by an external linker: for every platform, in every way that Go builds. What this
//! system can run, by itself, by QEMU, by Wine or in an emulator, gives the right answers.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use rustgo_hosts::macos::{Convention, Program, emulator};
use rustgo_hosts::{command, go};
use tempfile::TempDir;

use crate::run::Run;
use crate::tools::{Tool, unicorn};
use crate::wine::Wine;

/// What programs are linked and run with.
pub const TOOLS: &[Tool] = &[
    Tool::Go,
    Tool::Cc,
    Tool::Zig,
    Tool::Unicorn,
    Tool::Program("qemu-aarch64"),
    Tool::Program("wine"),
];

/// The program, in the Go module. It fails when an answer is wrong.
const PROGRAM: &str = "./internal/linked";

/// What loads it as a plugin.
const LOADER: &str = "./internal/linked/load";

/// The program in C that has it as a library.
const CALLER: &str = "tests/hosts/tests/programs/linked.c";

/// Go's names of the other ways to build it.
const MODES: [&str; 4] = ["pie", "c-archive", "c-shared", "plugin"];

/// Scalars and points, in hex: the basepoint, and twice that.
const POINTS: [(&str, &str); 2] = [
    (
        "01",
        "5866666666666666666666666666666666666666666666666666666666666666",
    ),
    (
        "02",
        "c9a3f86aae465f0e56513864510f3997561fa2c9e85ea21dc2292309f3cd6022",
    ),
];

/// A program for every platform, and every other way for the system at hand.
pub fn test(run: &mut Run) -> Result<()> {
    let folder = tempfile::tempdir()?;
    for (system, processor) in go::platforms() {
        program(run, &folder, system, processor)?;
    }
    libraries(run, &folder)
}

/// The same, and every other way for every other platform, which are linked and not run.
pub fn test_long(run: &mut Run) -> Result<()> {
    test(run)?;
    let folder = tempfile::tempdir()?;
    for (system, processor) in go::platforms() {
        for mode in MODES {
            let output = folder.path().join(format!("{mode}-{system}-{processor}"));
            let mut build = external(run, system, processor)?;
            build
                .arg(format!("-buildmode={mode}"))
                .arg("-o")
                .arg(&output)
                .arg(PROGRAM);
            let what = format!("-buildmode={mode} for {system}/{processor}");
            match command::run(&mut build) {
                // In Go's own words.
                Err(error) if format!("{error:#}").contains("not supported on") => {
                    run.skip(&format!("{what}, which Go does not have"))?;
                }
                result => {
                    run.say(&what);
                    run.check(result.map(drop));
                }
            }
        }
    }
    Ok(())
}

/// Links the program for a platform, and runs it where this system can.
fn program(run: &mut Run, folder: &TempDir, system: &str, processor: &str) -> Result<()> {
    let path = folder.path().join(format!("{system}-{processor}.exe"));
    let mut build = external(run, system, processor)?;
    run.say(&format!("{system}/{processor}"));
    run.show(build.arg("-o").arg(&path).arg(PROGRAM));
    if !path.exists() {
        // The failure is known already.
        return Ok(());
    }
    match (system, processor) {
        ("linux", "amd64") => run.show(&mut Command::new(&path)),
        ("linux", "arm64") => run.show(run.shell.command("qemu-aarch64").arg(&path)),
        ("windows", "amd64") => {
            let wine = Wine::new(run.shell)?;
            run.show(wine.in_it(run.shell.command("wine").arg(&path)));
        }
        ("darwin", _) => {
            let modules = unicorn::folder(run.shell);
            let result = emulated(&path, &modules);
            run.check(result);
        }
        _ => run.skip(&format!("running what is linked for {system}/{processor}"))?,
    }
    Ok(())
}

/// `go build` for a platform, by an external linker.
fn external(run: &Run, system: &str, processor: &str) -> Result<Command> {
    let mut build = run.shell.go();
    build.arg("build");
    go::externally(&mut build, &run.shell.workspace.target, system, processor)?;
    Ok(build)
}

/// Calls each shim of a program for macOS that the emulator can run.
fn emulated(path: &Path, modules: &Path) -> Result<()> {
    let program = Program::read(path)?;
    let shims = program.shims();
    ensure!(!shims.is_empty(), "{} has no shim", path.display());
    let scalars = POINTS.map(|(scalar, _)| format!("{scalar:0<64}"));
    for shim in shims {
        let task = program.task(Convention::Go, shim, &scalars, &[])?;
        let points = emulator::run(&task, &[("PYTHONPATH", modules)]).context(shim.to_owned())?;
        let points: Vec<_> = points.iter().map(|point| point.trim_end()).collect();
        ensure!(points == POINTS.map(|(_, point)| point), "{shim}: {points:?}");
    }
    Ok(())
}

/// Builds and runs the program in every other way for the system at hand, by its own linker.
fn libraries(run: &mut Run, folder: &TempDir) -> Result<()> {
    let at = |name: &str| -> PathBuf { folder.path().join(name) };
    for mode in MODES {
        let built = at(mode);
        let mut build = run.shell.go();
        build.args(["build", "-ldflags=-linkmode=external"]);
        build.env("CGO_ENABLED", "1").arg(format!("-buildmode={mode}"));
        run.show(build.arg("-o").arg(&built).arg(PROGRAM));
        if !built.exists() {
            continue;
        }
        match mode {
            "pie" => run.show(&mut Command::new(&built)),
            "plugin" => run.show(
                run.shell
                    .go()
                    .args(["run", LOADER])
                    .arg(&built)
                    .env("CGO_ENABLED", "1"),
            ),
            _ => {
                let caller = at(&format!("{mode}-caller"));
                let mut cc = Command::new(rustgo_hosts::c::compiler());
                cc.arg("-o")
                    .arg(&caller)
                    .arg(run.shell.workspace.root.join(CALLER));
                // The archive has a name that the compiler does not take for one.
                let library = at(if mode == "c-archive" {
                    "linked.a"
                } else {
                    "linked.so"
                });
                fs::rename(&built, &library)?;
                run.show(cc.arg(&library).arg("-pthread"));
                run.show(&mut Command::new(&caller));
            }
        }
    }
    Ok(())
}
