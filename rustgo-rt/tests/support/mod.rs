//! Guests built by a cargo inside the test, in folders of their own: what their authors would do.

#![allow(dead_code, reason = "each test uses a part")]

pub mod archive;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

pub const X86_64: &str = "x86_64-unknown-linux-gnu";
pub const ARM64: &str = "aarch64-unknown-linux-gnu";
pub const I586: &str = "i586-unknown-linux-gnu";
pub const MAC_X86_64: &str = "x86_64-apple-darwin";
pub const MAC_ARM64: &str = "aarch64-apple-darwin";

/// Cargo's two profiles, as in `cargo build` and `cargo build --release`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    Debug,
    Release,
}

/// A guest under `tests/`, and how to build it.
pub struct Guest {
    name: &'static str,
    target: &'static str,
    profile: Profile,
    arguments: Vec<&'static str>,
    environment: Vec<(&'static str, &'static str)>,
}

impl Guest {
    pub fn new(name: &'static str, target: &'static str, profile: Profile) -> Self {
        Self {
            name,
            target,
            profile,
            arguments: Vec::new(),
            environment: Vec::new(),
        }
    }

    /// More arguments for `cargo build`.
    pub fn with(mut self, arguments: &[&'static str]) -> Self {
        self.arguments.extend(arguments);
        self
    }

    pub fn env(mut self, name: &'static str, value: &'static str) -> Self {
        self.environment.push((name, value));
        self
    }

    /// Builds the guest; returns its static library.
    pub fn build(&self) -> PathBuf {
        assert_installed(self.target);
        self.cargo("build")
            .unwrap_or_else(|message| panic!("{} for {}:\n{message}", self.name, self.target));
        let folder = match self.profile {
            Profile::Debug => "debug",
            Profile::Release => "release",
        };
        self.target_folder()
            .join(self.target)
            .join(folder)
            .join(format!("lib{}.a", self.name))
    }

    /// Runs a command of cargo's; returns what it says when it fails.
    pub fn cargo(&self, command: &str) -> Result<(), String> {
        let mut cargo = Command::new(env!("CARGO"));
        cargo
            .current_dir(guests().join(self.name))
            .args([command, "--target", self.target]);
        cargo.arg("--target-dir").arg(self.target_folder());
        // What no choice changes, such as the macros and what they need, is built once.
        cargo.env("CARGO_BUILD_BUILD_DIR", scratch().join("build"));
        if self.profile == Profile::Release {
            cargo.arg("--release");
        }
        // What the developer set for this repository's build is not meant for the guest.
        for name in [
            "RUSTFLAGS",
            "CARGO_ENCODED_RUSTFLAGS",
            "CARGO_BUILD_TARGET",
            "CARGO_BUILD_RUSTFLAGS",
        ] {
            cargo.env_remove(name);
        }
        cargo.args(&self.arguments).envs(self.environment.iter().copied());
        let output = cargo.output().expect("cargo starts");
        if output.status.success() {
            Ok(())
        } else {
            Err(text(&output.stdout) + &text(&output.stderr))
        }
    }

    /// One for each choice of arguments, whose results cargo would otherwise overwrite.
    fn target_folder(&self) -> PathBuf {
        let words = self
            .arguments
            .iter()
            .copied()
            .chain(self.environment.iter().flat_map(|(name, value)| [*name, value]));
        let choice: String = words
            .flat_map(str::chars)
            .filter(char::is_ascii_alphanumeric)
            .collect();
        scratch().join("target").join(if choice.is_empty() {
            "plain".to_owned()
        } else {
            choice
        })
    }
}

/// Runs a command that has to succeed; returns what it printed.
pub fn run(command: &mut Command) -> String {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}: install it"));
    assert!(
        output.status.success(),
        "{command:?}: {}\n{}",
        output.status,
        text(&output.stderr)
    );
    text(&output.stdout)
}

/// The target of this system's own programs.
pub fn host() -> &'static str {
    static HOST: OnceLock<String> = OnceLock::new();
    HOST.get_or_init(|| {
        run(Command::new("rustc").args(["--print", "host-tuple"]))
            .trim()
            .to_owned()
    })
}

/// The linker that comes with the Rust toolchain, for the object format that `flavor` says.
pub fn rust_lld(flavor: &str) -> Command {
    let sysroot = run(Command::new("rustc").args(["--print", "sysroot"]));
    let path = Path::new(sysroot.trim())
        .join("lib/rustlib")
        .join(host())
        .join("bin/rust-lld");
    let mut command = Command::new(path);
    command.args(["-flavor", flavor]);
    command
}

/// Where the tests may write; kept from run to run, so that the builds stay warm.
pub fn scratch() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(env!("CARGO_PKG_NAME"))
}

fn assert_installed(target: &str) {
    let library = run(Command::new("rustc").args(["--print", "target-libdir", "--target", target]));
    assert!(
        Path::new(library.trim()).exists(),
        "the target is missing: rustup target add {target}"
    );
}

/// A copy of the guests, outside this workspace, with the dependencies' versions that it has locked.
fn guests() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let package = Path::new(env!("CARGO_MANIFEST_DIR"));
        let folder = scratch().join("guests");
        for name in ["standalone", "freestanding", "checks"] {
            copy(&package.join("tests").join(name), &folder.join(name));
            if let Ok(lock) = fs::read(package.join("../Cargo.lock")) {
                write(&folder.join(name).join("Cargo.lock"), &lock);
            }
        }
        folder
    })
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("scratch folder");
    for entry in fs::read_dir(from).expect("guest's folder") {
        let path = entry.expect("guest's folder").path();
        let copied = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &copied);
        } else {
            let content = fs::read_to_string(&path).expect("guest's file");
            let here = format!("path = {:?}", env!("CARGO_MANIFEST_DIR"));
            write(&copied, content.replace("path = \"../..\"", &here).as_bytes());
        }
    }
}

/// Leaves a file alone that is as it should be: cargo would build its guest again.
fn write(path: &Path, content: &[u8]) {
    if fs::read(path).ok().as_deref() != Some(content) {
        fs::write(path, content).expect("scratch folder");
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
