//! Processor features, end to end: a cargo configuration that compiles a guest for newer processors, what the tool says of
//! it, and the hosts' documentation of an export that requires a feature.

#[path = "common/workspace.rs"]
mod workspace;

use std::path::{Path, PathBuf};
use std::process::Output;

use workspace::rustgo;

/// A guest without a feature of its own, with one function that the compiler vectorizes.
const GUEST: &str = r#"//! A guest.
#![no_std]

/// Adds up.
#[rustgo_rt::export]
pub fn sum(numbers: &[u32]) -> u32 {
    numbers.iter().fold(0, |sum, number| sum.wrapping_add(number.wrapping_mul(7) ^ 3))
}
"#;

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("features").join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).unwrap();
    }
    folder
}

fn text(output: &Output) -> String {
    let bytes = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn a_configuration_for_newer_processors_is_refused_by_its_file_and_line() {
    let folder = folder("configuration");
    workspace::workspace(&folder, GUEST);
    let flag = match std::arch::is_x86_feature_detected!("avx2") {
        true => "-Ctarget-cpu=native",
        false => "-Ctarget-cpu=x86-64-v3",
    };
    let file = folder.join("guest/.cargo/config.toml");
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    let configuration = |amd64: &str, arm64: &str| {
        let text = format!(
            "[target.x86_64-unknown-linux-gnu]\nrustflags = [{amd64:?}]\n\n[target.aarch64-unknown-linux-gnu]\n\
             rustflags = [{arm64:?}]\n"
        );
        std::fs::write(&file, text).unwrap();
    };
    let check = || rustgo(&folder, &["check", "-p", "rustgo-overhead", "--json"]);

    configuration(flag, "-Ctarget-cpu=a64fx");
    let output = check();
    let said = text(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    let reports: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    for (report, flag, line, required) in [
        (&reports[0], flag, 2, "avx"),
        (&reports[1], "-Ctarget-cpu=a64fx", 5, "sve"),
    ] {
        let findings = report["findings"].as_array().unwrap();
        let finding = findings
            .iter()
            .find(|finding| finding["rule"] == "processor-feature")
            .unwrap_or_else(|| panic!("{said}"));
        let message = finding["message"].as_str().unwrap();
        assert!(message.starts_with("export `sum` runs `"), "{message}");
        let help = finding["help"].as_str().unwrap();
        let cause = format!("`{flag}` ({}:{line}): remove it", file.display());
        assert!(help.contains(&cause), "{help}");
        assert!(
            help.contains("export(requires = ") && help.contains(required),
            "{help}"
        );
    }

    // What every processor has is fine, and so is what the guest says it requires.
    configuration("-Ctarget-cpu=x86-64", "-Ctarget-cpu=generic");
    let output = check();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    configuration("-Ctarget-feature=+avx2", "-Ctarget-cpu=generic");
    let guest = GUEST.replace("export]", "export(requires = \"avx2\")]");
    std::fs::write(folder.join("guest/src/lib.rs"), guest).unwrap();
    let output = workspace::build(&folder);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    let read = |file: &str| std::fs::read_to_string(folder.join("out").join(file)).unwrap();
    let header = read("c/include/rustgo_overhead.h");
    assert!(
        header.contains(
            " * Requires of amd64 processors: avx2.\n * In GCC: __builtin_cpu_supports(\"avx2\").\n"
        ),
        "{header}"
    );
}

#[test]
fn flags_of_the_environment_are_ignored_with_a_note() {
    let folder = folder("environment");
    workspace::workspace(&folder, GUEST);
    let output = std::process::Command::new(workspace::TOOL)
        .args(["rustgo", "check", "-p", "rustgo-overhead", "--processor", "amd64"])
        .env("RUSTFLAGS", "-Ctarget-cpu=x86-64-v3")
        .current_dir(&folder)
        .output()
        .unwrap();
    let said = text(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert_eq!(said.matches("note: RUSTFLAGS is ignored").count(), 1, "{said}");
}
