//! Compiles single files into guests' static libraries, with the settings of `cargo rustgo build`, and runs the tool.

// Each test takes what it needs.
#![allow(dead_code)]

#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
pub mod run;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use cargo_rustgo::processor::Processor;
use serde_json::Value;

/// The tool itself.
pub const TOOL: &str = env!("CARGO_BIN_EXE_cargo-rustgo");

/// Where this test may write.
pub fn folder() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
}

/// rustgo-rt, compiled for guests, and the folders that rustc has to look into for what it needs.
struct Runtime {
    library: PathBuf,
    folders: Vec<PathBuf>,
}

fn runtime(processor: Processor) -> &'static Runtime {
    static RUNTIMES: [OnceLock<Runtime>; 2] = [const { OnceLock::new() }; 2];
    RUNTIMES[processor as usize].get_or_init(|| {
        let target = processor.target();
        let folder = folder().join("runtime");
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../rustgo-rt/Cargo.toml");
        let output = Command::new(env!("CARGO"))
            .args([
                "rustc",
                "--release",
                "--lib",
                "--features",
                "guest",
                "--target",
                target,
            ])
            .arg("--manifest-path")
            .arg(manifest)
            .arg("--target-dir")
            .arg(&folder)
            .env("CARGO_PROFILE_RELEASE_PANIC", "abort")
            .env("CARGO_PROFILE_RELEASE_LTO", "fat")
            .env("RUSTFLAGS", processor.codegen_flags().join(" "))
            .env_remove("CARGO_ENCODED_RUSTFLAGS")
            .args(["--", "-Cembed-bitcode=yes"])
            .output()
            .expect("cargo can be run");
        assert!(output.status.success(), "{}", text(&output.stderr));
        let release = folder.join(target).join("release");
        Runtime {
            library: release.join("librustgo_rt.rlib"),
            folders: vec![release.join("deps"), folder.join("release/deps")],
        }
    })
}

/// Compiles a source file, with the given `--cfg`s, into a static library of that name; or returns what rustc says.
pub fn compile(source: &Path, cfgs: &[&str], name: &str) -> Result<PathBuf, String> {
    compile_for(Processor::X86_64, source, cfgs, name)
}

/// The same for a processor.
pub fn compile_for(
    processor: Processor,
    source: &Path,
    cfgs: &[&str],
    name: &str,
) -> Result<PathBuf, String> {
    let runtime = runtime(processor);
    let library = folder().join(format!("lib{name}.a"));
    let mut command = Command::new("rustc");
    command
        .args([
            "--edition",
            "2024",
            "--crate-type",
            "staticlib",
            "--cap-lints",
            "allow",
        ])
        .args(["-Copt-level=3", "-Cpanic=abort", "-Clto=fat", "-Ccodegen-units=1"])
        .args(["-Cdebuginfo=line-tables-only", "--target", processor.target()])
        .args(processor.codegen_flags())
        // Thread-locals are unstable.
        .env("RUSTC_BOOTSTRAP", "1")
        .arg("--extern")
        .arg(format!("rustgo_rt={}", runtime.library.display()));
    for folder in &runtime.folders {
        command.arg("-L").arg(format!("dependency={}", folder.display()));
    }
    for cfg in cfgs {
        command.args(["--cfg", cfg]);
    }
    let output = command
        .arg("-o")
        .arg(&library)
        .arg(source)
        .output()
        .expect("rustc can be run");
    if output.status.success() {
        Ok(library)
    } else {
        Err(text(&output.stderr))
    }
}

/// Runs `cargo rustgo`.
pub fn rustgo(arguments: &[&str], library: &Path) -> Output {
    let (first, rest) = arguments.split_first().expect("a subcommand");
    Command::new(TOOL)
        .args(["rustgo", first])
        .arg(library)
        .args(rest)
        .output()
        .expect("the tool can be run")
}

/// What `cargo rustgo check --json` says of a library, and its exit status.
pub fn check(library: &Path) -> (Value, Option<i32>) {
    let output = rustgo(&["check", "--json"], library);
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}{}", text(&output.stdout), text(&output.stderr)));
    (report[0].clone(), output.status.code())
}

/// Output as text.
pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Limits the memory of the process, if the system supports that.
#[cfg(target_os = "linux")]
pub fn limit_memory(bytes: u64) {
    let limit = libc::rlimit {
        rlim_cur: bytes,
        rlim_max: bytes,
    };
    // SAFETY: only sets a limit.
    assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_DATA, &limit) }, 0);
}

/// Limits the memory of the process, if the system supports that.
#[cfg(not(target_os = "linux"))]
pub fn limit_memory(_: u64) {}

/// Limits the remaining processor time of the process in seconds: the system kills it after that.
#[cfg(target_os = "linux")]
pub fn limit_processor_time(seconds: u64) {
    // Limits count whole seconds.
    let end = processor_time().as_secs() + 1 + seconds;
    // SAFETY: only reads and sets a limit.
    unsafe {
        let mut limit: libc::rlimit = std::mem::zeroed();
        assert_eq!(libc::getrlimit(libc::RLIMIT_CPU, &mut limit), 0);
        limit.rlim_cur = end.min(limit.rlim_max);
        assert_eq!(libc::setrlimit(libc::RLIMIT_CPU, &limit), 0);
    }
}

/// Limits the remaining processor time of the process in seconds, if the system supports that.
#[cfg(not(target_os = "linux"))]
pub fn limit_processor_time(_: u64) {}

/// The most memory that the process had, in bytes; 0 where the system does not say.
pub fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .unwrap_or_default();
    line.split_whitespace()
        .next()
        .and_then(|kib| kib.parse::<u64>().ok())
        .unwrap_or(0)
        << 10
}

/// How long this process has been running on a processor, whatever else is running.
pub fn processor_time() -> std::time::Duration {
    // SAFETY: a timespec is plain numbers, which the call fills in.
    let time = unsafe {
        let mut time: libc::timespec = std::mem::zeroed();
        assert_eq!(libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut time), 0);
        time
    };
    std::time::Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}
