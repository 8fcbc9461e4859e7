//! A Go program outside of this repository needs only Go: no Rust, no C compiler, and no other file at run time.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use object::{Architecture, BinaryFormat, Object};
use rustgo_hosts::linkage::Linkage;
use rustgo_hosts::{command, go};
use tempfile::TempDir;

use crate::{POINT, run, sample, stdout};

/// A module in a folder of its own, which finds this repository's module by a `replace`.
struct Module {
    folder: TempDir,
}

impl Module {
    fn new() -> Self {
        let module = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        for file in ["main.go", "cgo.go", "usescgo/usescgo.go"] {
            let path = module.path(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::copy(sample("go").join(file), path).unwrap();
        }
        let rustgo = "github.com/rustgo/rustgo/go";
        let replace = format!("{rustgo}={}", rustgo_hosts::root().join("go").display());
        module.go(&["mod", "init", "example.com/fresh"]);
        module.go(&["mod", "edit", "-replace", &replace]);
        module.go(&["mod", "tidy"]);
        module
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut go = Command::new("go");
        go.args(arguments).current_dir(self.folder.path());
        go
    }

    fn go(&self, arguments: &[&str]) -> Output {
        command::run(&mut self.command(arguments)).unwrap()
    }
}

/// A folder for PATH with `go` in it, and nothing that compiles Rust or C.
fn path_of_go_alone() -> PathBuf {
    let root = command::read(Command::new("go").args(["env", "GOROOT"])).unwrap();
    let bin = Path::new(&root).join("bin");
    for other in ["cargo", "rustc", "cc", "gcc", "clang"] {
        assert!(
            !bin.join(other).exists(),
            "{other} lies beside go in {}",
            bin.display()
        );
    }
    bin
}

/// The command that builds the program, with only Go available.
fn build_with_go_alone(module: &Module) -> Command {
    let mut build = module.command(&["build", "-o", "program", "."]);
    build.env("CGO_ENABLED", "0").env("PATH", path_of_go_alone());
    for compiler in ["CC", "CXX", "RUSTC", "CARGO"] {
        build.env_remove(compiler);
    }
    build
}

/// Cross-compilation takes two variables. The file is for the platform that they name.
#[test]
fn cross_compiles_with_go_alone() {
    let module = Module::new();
    for (system, processor) in go::platforms() {
        let mut build = build_with_go_alone(&module);
        command::run(build.env("GOOS", system).env("GOARCH", processor)).unwrap();
        let program = fs::read(module.path("program")).unwrap();
        let program = object::File::parse(&*program).unwrap();
        let format = match system {
            "darwin" => BinaryFormat::MachO,
            "windows" => BinaryFormat::Pe,
            _ => BinaryFormat::Elf,
        };
        let architecture = match processor {
            "amd64" => Architecture::X86_64,
            _ => Architecture::Aarch64,
        };
        let found = (program.format(), program.architecture());
        assert_eq!(found, (format, architecture), "{system}/{processor}");
    }
}

#[test]
fn builds_with_go_alone_and_runs_in_an_empty_root() {
    let module = Module::new();
    command::run(&mut build_with_go_alone(&module)).unwrap();

    let program = module.path("program");
    let linkage = Linkage::of(&program).unwrap();
    assert!(linkage.is_static() && !linkage.dynamic, "{linkage}");
    assert_eq!(stdout(&run(&program, &[])), format!("{POINT}\n"));

    let empty = tempfile::tempdir().unwrap();
    fs::copy(&program, empty.path().join("program")).unwrap();
    match run_in_root(empty.path(), "/program") {
        Ok(output) => assert_eq!(stdout(&output), format!("{POINT}\n")),
        Err(reason) => {
            // Directly to the file, because the test harness captures the output of `eprintln!`.
            writeln!(
                std::io::stderr(),
                "SKIPPED: running the Go program in an empty root: {reason:#}"
            )
            .unwrap();
        }
    }
}

/// Runs a program with a folder as its root, by `chroot` as root, otherwise by `unshare` if the system permits it.
fn run_in_root(root: &Path, program: &str) -> anyhow::Result<Output> {
    // Whether this user may do so, independently of whether the program works: its failure must not skip the test.
    let allowed = |command: &mut Command| command::run(command.arg("true")).map(drop);
    if allowed(Command::new("chroot").arg("/")).is_ok() {
        return command::run(Command::new("chroot").arg(root).arg(program));
    }
    allowed(Command::new("unshare").args(["--map-root-user", "--root", "/"]))?;
    command::run(
        Command::new("unshare")
            .arg("--map-root-user")
            .arg("--root")
            .arg(root)
            .arg(program),
    )
}

#[test]
fn builds_in_every_way_beside_cgo() {
    let module = Module::new();
    for (name, flags) in [
        ("cgo", &[][..]),
        ("race", &["-race"]),
        ("pie", &["-buildmode=pie"]),
        ("external", &["-ldflags=-linkmode=external"]),
        ("pie-external", &["-buildmode=pie", "-ldflags=-linkmode=external"]),
    ] {
        let mut build = module.command(&["build", "-o", name]);
        build.args(flags).arg(".").env("CGO_ENABLED", "1");
        command::run(&mut build).unwrap();
        let program = module.path(name);
        assert_eq!(
            stdout(&run(&program, &[])),
            format!("{POINT}\nC says 42\n"),
            "{name}"
        );

        let linkage = Linkage::of(&program).unwrap();
        assert_eq!(
            linkage.position_independent,
            name.starts_with("pie"),
            "{name}: {linkage}"
        );
        assert!(
            !linkage.is_static(),
            "{name} was to be linked with libc, and is {linkage}"
        );
    }
}

/// What makes the first test's linkage check fail: a program that wants a loader.
#[test]
fn a_program_that_needs_libc_is_not_taken_for_static() {
    let module = Module::new();
    command::run(
        module
            .command(&["build", "-o", "program", "."])
            .env("CGO_ENABLED", "1"),
    )
    .unwrap();
    let linkage = Linkage::of(&module.path("program")).unwrap();
    assert!(
        linkage.interpreter.is_some() && linkage.dynamic && !linkage.is_static(),
        "{linkage}"
    );
    assert!(
        linkage
            .needed
            .iter()
            .any(|library| library.starts_with("libc.so")),
        "{linkage}"
    );
}
