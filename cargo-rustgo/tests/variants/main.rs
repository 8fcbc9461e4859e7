//! A guest with variants, on processors of every age: hosts run the last build that the processor and its operating
//! system support, and all builds compute the same.
#![cfg(all(target_arch = "x86_64", target_os = "linux"))]

#[path = "../common/workspace.rs"]
mod workspace;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use workspace::{rustgo, workspace};

const GUEST: &str = include_str!("guest.rs");

/// Processors that qemu imitates, and the build that each can run: none of them has AVX-512.
const PROCESSORS: [(&str, &str); 6] = [
    // The first of all, and one without the instruction that counts bits.
    ("Opteron_G1", "0"),
    ("Conroe", "0"),
    ("Nehalem", "1"),
    // It has AVX, but not AVX2.
    ("SandyBridge", "1"),
    ("Haswell", "2"),
    ("max", "2"),
];

/// The options that make the variants.
const VARIANTS: [&str; 6] = [
    "--variant",
    "v2=+popcnt,+sse4.2",
    "--variant",
    "v3=+avx2,+bmi1,+bmi2,+popcnt",
    "--variant",
    "v4=+avx512f,+avx512bw,+popcnt",
];

/// The folder of a workspace in which the guest is built.
fn built() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("variants");
        workspace(&folder, GUEST);
        let build = [
            "build",
            "-p",
            "rustgo-overhead",
            "--go",
            "out/go/rustgooverhead",
            "--c",
            "out/c",
        ];
        let output = rustgo(&folder, &[&build[..], &VARIANTS].concat());
        assert!(output.status.success(), "{}", text(&output.stderr));
        folder
    })
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Runs a command, and returns what it printed.
fn run(command: &mut Command) -> String {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert!(
        output.status.success(),
        "{command:?}: {}\n{stdout}{stderr}",
        output.status
    );
    stdout.trim().to_owned()
}

/// The build that this machine can run.
fn here() -> &'static str {
    if std::arch::is_x86_feature_detected!("avx512bw") {
        "3"
    } else if std::arch::is_x86_feature_detected!("avx2") {
        "2"
    } else {
        "1"
    }
}

/// On every processor the program says which build runs.
fn chooses(program: &Path) {
    for (processor, expected) in PROCESSORS {
        let mut qemu = Command::new("qemu-x86_64");
        let chosen = run(qemu.args(["-cpu", processor]).arg(program));
        assert_eq!(chosen, expected, "{} on {processor}", program.display());
    }
    assert_eq!(
        run(&mut Command::new(program)),
        here(),
        "{} here",
        program.display()
    );
}

#[test]
fn c_runs_the_build_that_suits_the_processor() {
    let folder = built();
    for (name, flags) in [
        ("static", &["-static"][..]),
        ("static-pie", &["-static-pie", "-fPIE"]),
        ("pie", &["-pie", "-fPIE"]),
    ] {
        let program = folder.join(name);
        let mut cc = Command::new("cc");
        cc.args(["-std=c99", "-O2", "-Wall", "-Wextra", "-Wpedantic", "-Werror"])
            .args(flags);
        cc.arg("-I").arg(folder.join("out/c/include"));
        cc.arg("-o").arg(&program);
        cc.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/variants/main.c"));
        cc.arg(folder.join("out/c/lib/linux-amd64/librustgo_overhead.a"));
        run(&mut cc);
        chooses(&program);
    }
}

#[test]
fn go_runs_the_build_that_suits_the_processor() {
    let module = built().join("out/go");
    std::fs::write(module.join("go.mod"), "module test\n\ngo 1.24\n").unwrap();
    std::fs::write(module.join("main.go"), include_str!("main.go.in")).unwrap();
    let go = |arguments: &[&str]| {
        let mut go = Command::new("go");
        run(go.args(arguments).current_dir(&module).env("CGO_ENABLED", "0"))
    };
    go(&["vet", "./..."]);
    go(&["test", "./..."]);
    go(&["build", "-o", "program", "."]);
    assert_eq!(run(Command::new("gofmt").arg("-l").arg(&module)), "");
    chooses(&module.join("program"));
}

#[test]
fn what_was_built_is_verified_with_its_variants() {
    let output = rustgo(built(), &["verify", "out"]);
    let said = text(&output.stdout);
    assert!(output.status.success(), "{said}{}", text(&output.stderr));
    assert!(
        said.contains("out/go/rustgooverhead: all ") && said.contains("out/c: all "),
        "{said}"
    );
    let header = std::fs::read_to_string(built().join("out/c/include/rustgo_overhead.h")).unwrap();
    assert!(
        header.contains(&format!(" and {}. DO NOT EDIT.", VARIANTS.join(" "))),
        "{header}"
    );
    assert!(
        !header.contains("which_v3"),
        "the variants are no exports: {header}"
    );
}

#[test]
fn what_can_not_be_variants_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |source: &str, variants: &[&str], message: &str| {
        workspace(folder.path(), source);
        let arguments = variants.iter().flat_map(|variant| ["--variant", variant]);
        let build = ["build", "-p", "rustgo-overhead", "--processor", "amd64"];
        let arguments: Vec<&str> = build.into_iter().chain(arguments).collect();
        let output = rustgo(folder.path(), &arguments);
        let said = text(&output.stderr);
        assert!(!output.status.success(), "{said}");
        assert!(said.contains(message), "no `{message}` in {said}");
        assert!(
            !folder.path().join("target/rustgo/out").exists(),
            "something is written"
        );
    };
    let export = |attribute: &str, name: &str| {
        format!("/// One.\n{attribute}\n#[rustgo_rt::export]\npub extern \"C\" fn {name}() -> u32 {{ 1 }}\n")
    };
    let head = "//! A guest.\n#![no_std]\n";
    let plain = format!("{head}{}", export("", "one"));
    refused(
        &plain,
        &["v3=+avx3"],
        "there is no way to tell whether a processor has `avx3`; known are sse3, ",
    );
    refused(
        &plain,
        &["v3=+avx2", "v3=+avx"],
        "there are two variants `v3`: give each a name of its own",
    );
    let clash = format!("{plain}{}", export("", "one_v3"));
    refused(
        &clash,
        &["v3=+avx2"],
        "the guest exports `one_v3`, which is also what this tool calls the variant of another export",
    );
    let more = format!("{plain}{}", export("#[cfg(target_feature = \"avx2\")]", "two"));
    refused(
        &more,
        &["v3=+avx2"],
        "the guest exports `two` with the features of `v3=+avx2` alone: a host on another processor would have nothing",
    );
    let less = format!(
        "{plain}{}",
        export("#[cfg(not(target_feature = \"avx2\"))]", "two")
    );
    refused(
        &less,
        &["v3=+avx2"],
        "the guest does not export `two` with the features of `v3=+avx2` as it does without",
    );
}
