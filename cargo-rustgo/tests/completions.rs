//! `cargo rustgo completions`: shells complete what the command line takes, from its own definitions.
#![cfg(unix)]

use std::process::Command;

const TOOL: &str = env!("CARGO_BIN_EXE_cargo-rustgo");

fn script(shell: &str) -> String {
    let output = Command::new(TOOL)
        .args(["rustgo", "completions", shell])
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// What bash offers for a line whose last word is begun, where something else completes `cargo` already.
fn bash(words: &[&str]) -> Vec<String> {
    let run = r#"
        set -eu
        _cargo() { COMPREPLY=("cargo's own for $2"); }
        complete -F _cargo cargo
        eval "$SCRIPT"
        # A second time makes no difference.
        eval "$SCRIPT"
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
        function=$(complete -p "$1" | sed 's/.*-F \([^ ]*\).*/\1/')
        "$function" "$1" "${COMP_WORDS[$COMP_CWORD]}" "${COMP_WORDS[$((COMP_CWORD - 1))]}"
        printf '%s\n' "${COMPREPLY[@]}"
    "#;
    let output = Command::new("bash")
        .args(["-c", run, "bash"])
        .args(words)
        .env("SCRIPT", script("bash"))
        .output()
        .expect("bash can be run");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout).unwrap();
    text.split_whitespace().map(str::to_owned).collect()
}

#[test]
fn bash_completes_subcommands_options_and_values() {
    assert_eq!(bash(&["cargo-rustgo", "ver"]), ["verify"]);
    assert_eq!(bash(&["cargo-rustgo", "build", "--var"]), ["--variant"]);
    assert_eq!(
        bash(&["cargo-rustgo", "build", "--processor", "a"]),
        ["amd64", "arm64"]
    );
}

#[test]
fn bash_completes_cargo_rustgo_and_leaves_the_rest_to_cargo() {
    assert_eq!(bash(&["cargo", "rustgo", "ver"]), ["verify"]);
    assert_eq!(bash(&["cargo", "rustgo", "build", "--var"]), ["--variant"]);
    assert_eq!(
        bash(&["cargo", "+stable", "rustgo", "build", "--processor", "a"]),
        ["amd64", "arm64"]
    );
    assert_eq!(bash(&["cargo", "bui"]).join(" "), "cargo's own for bui");
    assert_eq!(
        bash(&["cargo", "rustg"]).join(" "),
        "cargo's own for rustg rustgo"
    );
    assert_eq!(
        bash(&["cargo", "run", "rustgo", "x"]).join(" "),
        "cargo's own for x"
    );
}

#[test]
fn every_shell_has_a_script_with_every_subcommand() {
    let help = Command::new(TOOL).args(["rustgo", "--help"]).output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let (_, commands) = help.split_once("Commands:").unwrap();
    let (commands, _) = commands.split_once("\n\n").unwrap();
    let names: Vec<&str> = commands
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(names.contains(&"new") && names.contains(&"completions"), "{help}");
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = script(shell);
        for name in &names {
            assert!(script.contains(name), "{shell} does not complete {name}");
        }
        assert!(script.contains("cargo-rustgo"), "{shell}");
    }
}
