//! Why no instruction of an image for arm64 writes x28: a guest that was compiled without the reservation is refused; and
//! when it is put into a Go program in spite of that, its answers are right until a signal comes, whose handler looks for
//! Go's goroutine in that register.
//!
//! The prebuilt `core` was compiled without the reservation. What of it a guest reaches is checked like the rest, and where
//! the toolchain has its sources it is compiled again.
#![cfg(all(target_arch = "x86_64", target_os = "linux"))]

mod common;
#[path = "common/workspace.rs"]
mod workspace;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use cargo_rustgo::build::origin::origin;
use cargo_rustgo::finding::Rule;
use cargo_rustgo::guest::Guest;
use cargo_rustgo::options::Options;
use cargo_rustgo::pipeline::{self, Checked, Declared};
use cargo_rustgo::processor::Processor;
use cargo_rustgo::toolchain::Toolchain;
use cargo_rustgo::write::{Files, Proof, go};

const ARM64: Processor = Processor::Aarch64;

/// The flag that keeps the compiler from the reserved registers.
const RESERVATION: &str = "-reserve-regs-for-regalloc";

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The flagship guest, compiled as `cargo rustgo build` compiles it but for the flags that are left out.
fn compile(is_wanted: impl Fn(&str) -> bool, folder: &str) -> PathBuf {
    let flags = ARM64.codegen_flags().iter().filter(|flag| is_wanted(flag));
    let flags: Vec<&str> = flags.copied().collect();
    let folder = common::folder().join("reserved_registers").join(folder);
    let output = Command::new(env!("CARGO"))
        .args([
            "rustc",
            "-p",
            "rustgo-crypto",
            "--lib",
            "--crate-type",
            "staticlib",
        ])
        .args(["--release", "--target", ARM64.target(), "--target-dir"])
        .arg(&folder)
        .current_dir(repository())
        .env("CARGO_PROFILE_RELEASE_PANIC", "abort")
        .env("CARGO_PROFILE_RELEASE_LTO", "fat")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "1")
        .env("RUSTFLAGS", flags.join(" "))
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .output()
        .expect("cargo can be run");
    assert!(output.status.success(), "{}", common::text(&output.stderr));
    folder.join(ARM64.target()).join("release/librustgo_crypto.a")
}

fn check(toolchain: &Toolchain, library: PathBuf) -> Checked {
    let files = [library];
    let declared = Declared::read(&files).unwrap();
    pipeline::check(toolchain, ARM64, &files, &declared).unwrap()
}

/// The Go package's tests for arm64, as a program in the folder, with an image that was not checked.
fn tests(toolchain: &Toolchain, checked: &Checked, module: &Path) -> PathBuf {
    let package = module.join("edwards25519");
    fs::create_dir_all(&package).unwrap();
    let original = repository().join("go");
    for entry in fs::read_dir(original.join("edwards25519")).unwrap() {
        let path = entry.unwrap().path();
        // One test wants another package of the module.
        if !path.ends_with("frame_test.go") {
            fs::copy(&path, package.join(path.file_name().unwrap())).unwrap();
        }
    }
    for file in ["go.mod", "go.sum"] {
        fs::copy(original.join(file), module.join(file)).unwrap();
    }

    let guest = Guest::find(Some(&repository().join("rustgo-crypto/Cargo.toml")), None).unwrap();
    let origin = origin(&guest, toolchain, &Options::default());
    let image = checked.image.as_ref().unwrap();
    let entries = image.entries.iter().zip(&checked.analysis.entries);
    let proofs: Vec<Proof> = entries
        .map(|(entry, verdict)| Proof {
            entry: entry.clone(),
            stack: verdict.bound.unwrap(),
        })
        .collect();
    let header = package.join("rust_arm64.h");
    let before = fs::read_to_string(&header).unwrap();
    let mut files = Files::default();
    go::add(&mut files, &package, &origin, image, &checked.analysis, &proofs).unwrap();
    files.write().unwrap();
    let after = fs::read_to_string(&header).unwrap();
    // The frames of the shims are literals.
    let shims = package.join("scalar_base_mult_arm64.s");
    let mut text = fs::read_to_string(&shims).unwrap();
    for proof in &proofs {
        let frame = |header: &str| {
            let define = format!("#define FRAME_{} ", proof.entry.export.name);
            let (_, rest) = header.split_once(&define).unwrap();
            format!(", ${}-", rest.lines().next().unwrap())
        };
        assert!(text.contains(&frame(&before)), "{text}");
        text = text.replace(&frame(&before), &frame(&after));
    }
    fs::write(&shims, text).unwrap();

    let program = module.join("tests");
    let output = Command::new("go")
        .args(["test", "-c", "-o"])
        .arg(&program)
        .arg("./edwards25519")
        .current_dir(module)
        .env("GOARCH", ARM64.go_name())
        .env("CGO_ENABLED", "0")
        .output()
        .expect("Go can be run");
    assert!(output.status.success(), "{}", common::text(&output.stderr));
    program
}

fn run(program: &Path, test: &str) -> Output {
    Command::new("qemu-aarch64")
        .arg(program)
        .args(["-test.v", "-test.short", "-test.run", test])
        .env("RUSTGO_SOAK", "30s")
        // Or the scheduler's own signals may end what is to go well.
        .env("GODEBUG", "asyncpreemptoff=1")
        .output()
        .expect("qemu-aarch64 can be run")
}

#[test]
fn a_guest_that_uses_them_is_refused_and_dies_under_signals() {
    let toolchain = Toolchain::find(&repository()).unwrap();
    assert!(
        ARM64
            .codegen_flags()
            .iter()
            .any(|flag| flag.contains(RESERVATION))
    );
    let checked = check(&toolchain, compile(|flag| !flag.contains(RESERVATION), "without"));
    let findings = &checked.analysis.findings;
    // The one that the handler looks at. Which of the others it writes is up to the compiler.
    assert!(
        findings
            .iter()
            .any(|finding| finding.to_string().contains("writes x28,")),
        "{findings:#?}"
    );
    assert!(
        findings
            .iter()
            .all(|finding| finding.rule == Rule::ReservedRegister)
    );

    let folder = tempfile::tempdir().unwrap();
    let program = tests(&toolchain, &checked, folder.path());
    let output = run(&program, "^TestVector$");
    assert!(output.status.success(), "{}", common::text(&output.stdout));
    let output = run(&program, "^TestSoak$/^rust$");
    let said = common::text(&output.stdout) + &common::text(&output.stderr);
    // It dies, and no answer was wrong before.
    assert!(
        !output.status.success() && !said.contains("--- FAIL"),
        "{}: {said}",
        output.status
    );
}

/// What kills the other is the registers, and not the way into the program.
#[test]
fn the_same_way_with_the_reservation_is_fine() {
    let toolchain = Toolchain::find(&repository()).unwrap();
    let checked = check(&toolchain, compile(|_| true, "with"));
    assert_eq!(checked.analysis.findings, []);
    let folder = tempfile::tempdir().unwrap();
    let program = tests(&toolchain, &checked, folder.path());
    let output = run(&program, "^TestSoak$/^rust$");
    assert!(output.status.success(), "{}", common::text(&output.stdout));
}

/// Its division is a function of `core` that the compiler calls, and that needs more registers than most.
const DIVISION: &str = r#"//! A guest that divides.
#![no_std]

/// The quotient.
///
/// # Safety
///
/// - The pointers are valid for reads of 16 bytes, and `dst` for writes.
#[rustgo_rt::export(stack = 1024)]
pub unsafe extern "C" fn divide(dst: *mut [u8; 16], a: *const [u8; 16], b: *const [u8; 16]) -> bool {
    // SAFETY: the caller guarantees that both pointers are readable.
    let (a, b) = unsafe { (u128::from_le_bytes(*a), u128::from_le_bytes(*b)) };
    let quotient = a.checked_div(b);
    // SAFETY: the caller guarantees that `dst` is writable.
    unsafe { *dst = quotient.unwrap_or(0).to_le_bytes() };
    quotient.is_some()
}
"#;

#[test]
fn the_function_of_the_prebuilt_core_is_named() {
    let source = common::folder().join("division.rs");
    fs::write(&source, DIVISION).unwrap();
    let library = common::compile_for(ARM64, &source, &[], "division").unwrap();
    let checked = check(&Toolchain::find(&repository()).unwrap(), library);
    let findings = &checked.analysis.findings;
    assert!(!findings.is_empty());
    for finding in findings {
        let text = finding.to_string();
        assert_eq!(finding.rule, Rule::ReservedRegister, "{text}");
        assert!(
            text.contains("compiler_builtins::int::") && text.contains("rust-src"),
            "{text}"
        );
    }
}

#[test]
fn core_is_compiled_again_with_the_reservation() {
    let folder = tempfile::tempdir().unwrap();
    workspace::workspace(folder.path(), DIVISION);
    let output = workspace::build(folder.path());
    let said = common::text(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("it is built again with the guest"), "{said}");
}
