//! The hosts call what `cargo rustgo build` has made of `src/lib.rs`.

use std::path::{Path, PathBuf};
use std::process::Command;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// Runs a command and shows what it says.
fn run(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| {
        panic!(
            "{:?} can't be run, is it installed? {error}",
            command.get_program()
        )
    });
    let text = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{command:?}: {}\n{text}",
        output.status
    );
    println!("{text}");
}

/// What is tested is what the source makes.
fn built(file: PathBuf) -> PathBuf {
    assert!(
        file.exists(),
        "{} does not exist: run `cargo rustgo build` first",
        file.display()
    );
    file
}

#[test]
fn go_package() {
    built(folder("go/{package}/exports.go"));
    run(Command::new("go")
        .args(["test", "./..."])
        .current_dir(folder("go")));
}

#[test]
fn c_program() {
    let library = match (std::env::consts::OS, std::env::consts::ARCH) {
        ("macos", _) => "c/lib/darwin",
        ("linux", "aarch64") => "c/lib/linux-arm64",
        ("linux", _) => "c/lib/linux-amd64",
        (system, _) => {
            println!("there is no library for {system}");
            return;
        }
    };
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join("main");
    let cc = std::env::var_os("CC").unwrap_or_else(|| "cc".into());
    run(Command::new(cc)
        .args(["-std=c99", "-O2", "-Wall", "-Wextra", "-I"])
        .arg(folder("c/include"))
        .arg("-o")
        .arg(&program)
        .arg(folder("c/main.c"))
        .arg(built(folder(library).join("lib{identifier}.a"))));
    run(&mut Command::new(program));
}
