//! Compiler flags from outside of the guest: those of cargo configurations, which can enable processor features, and
//! those of the environment, which are ignored.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Once;

use crate::finding::{Finding, Rule};
use crate::processor::Processor;

/// The variables in which cargo takes flags for all crates. They are not passed on to guests.
pub fn variables(processor: Processor) -> [String; 4] {
    let target = processor.target().to_uppercase().replace('-', "_");
    [
        "RUSTFLAGS".to_owned(),
        "CARGO_ENCODED_RUSTFLAGS".to_owned(),
        "CARGO_BUILD_RUSTFLAGS".to_owned(),
        format!("CARGO_TARGET_{target}_RUSTFLAGS"),
    ]
}

/// Prints once which variables are ignored, if any is set.
pub fn note_ignored(processor: Processor) {
    static SAID: Once = Once::new();
    let is_set = |name: &String| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if let Some(name) = variables(processor).iter().find(|name| is_set(name)) {
        SAID.call_once(|| {
            eprintln!(
                "note: {name} is ignored, so that the same sources give the same image everywhere. Flags that the guest \
                 needs belong in its `.cargo/config.toml`, under `[target.{}]`",
                processor.target()
            );
        });
    }
}

/// A flag in a cargo configuration that selects processor features.
#[derive(Debug, PartialEq, Eq)]
struct Flag {
    file: PathBuf,
    line: usize,
    text: String,
}

impl fmt::Display for Flag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, text } = self;
        write!(f, "`-C{text}` ({}:{line})", file.display())
    }
}

/// Adds to findings about features the cargo configurations that compile the guest for newer processors.
pub fn blame(findings: &mut [Finding], folder: &Path, processor: Processor) {
    let mut about_features = findings
        .iter_mut()
        .filter(|finding| finding.rule == Rule::ProcessorFeature)
        .peekable();
    if about_features.peek().is_none() {
        return;
    }
    let flags: Vec<String> = configurations(folder)
        .iter()
        .filter_map(|file| Some((file, std::fs::read_to_string(file).ok()?)))
        .flat_map(|(file, text)| flags(file, &text, processor))
        .map(|flag| flag.to_string())
        .collect();
    if flags.is_empty() {
        return;
    }
    for finding in about_features {
        finding.help = format!(
            "a cargo configuration compiles the whole guest with {}: remove it, so that the guest runs on every processor. \
             Or {}",
            flags.join(" and "),
            finding.help
        );
    }
}

/// The configurations that cargo reads for a package: in its folder, in the folders above, and the user's.
fn configurations(folder: &Path) -> Vec<PathBuf> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    let folders = folder.ancestors().map(|folder| folder.join(".cargo"));
    let mut files: Vec<PathBuf> = Vec::new();
    for folder in folders.chain(home) {
        // If there are two, cargo uses the one without an extension.
        let file = ["config", "config.toml"]
            .map(|name| folder.join(name))
            .into_iter()
            .find(|file| file.is_file());
        files.extend(file.filter(|file| !files.contains(file)));
    }
    files
}

/// The flags in a configuration that apply to a processor. Cargo ignores `build.rustflags`, because the tool sets those
/// of the target.
fn flags(file: &Path, text: &str, processor: Processor) -> Vec<Flag> {
    let is_mine = |text: &str| {
        let mut others = Processor::ALL.into_iter().filter(|&other| other != processor);
        text.contains(processor.rust_name()) || !others.any(|other| text.contains(other.rust_name()))
    };
    let is_of_target =
        |text: &str| text.trim_start_matches(['[', ' ']).starts_with("target") && is_mine(text);
    let mut flags = Vec::new();
    let mut is_target = false;
    for (number, line) in (1..).zip(text.lines().map(str::trim)) {
        if line.starts_with('[') && line.ends_with(']') {
            is_target = is_of_target(line);
        }
        if line.starts_with('#') || !(is_target || is_of_target(line)) {
            continue;
        }
        for name in ["target-cpu=", "target-feature="] {
            for (at, _) in line.match_indices(name) {
                let ends = |letter: char| matches!(letter, '"' | '\'') || letter.is_whitespace();
                flags.push(Flag {
                    file: file.to_owned(),
                    line: number,
                    text: line[at..].split(ends).next().unwrap_or_default().to_owned(),
                });
            }
        }
    }
    flags
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, processor: Processor) -> Vec<String> {
        let flags = flags(Path::new("config.toml"), text, processor);
        flags.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn flags_are_found_with_their_lines() {
        let text = "[target.x86_64-unknown-linux-gnu]\nrustflags = [\n  \"-C\", \"target-cpu=native\",\n  \
                    \"-Ctarget-feature=+avx2,+bmi2\",\n]\n";
        assert_eq!(
            found(text, Processor::X86_64),
            [
                "`-Ctarget-cpu=native` (config.toml:3)",
                "`-Ctarget-feature=+avx2,+bmi2` (config.toml:4)"
            ]
        );
        assert!(found(text, Processor::Aarch64).is_empty());
        let text = "target.'cfg(target_os = \"linux\")'.rustflags = \"-Ctarget-cpu=native -Copt-level=3\"";
        assert_eq!(
            found(text, Processor::Aarch64),
            ["`-Ctarget-cpu=native` (config.toml:1)"]
        );
    }

    #[test]
    fn what_does_not_count_is_not_blamed() {
        for text in [
            "[build]\nrustflags = [\"-Ctarget-cpu=native\"]\n",
            "[target.x86_64-unknown-linux-gnu]\n# rustflags = [\"-Ctarget-cpu=native\"]\n",
            "[target.x86_64-unknown-linux-gnu]\nrustflags = [\"-Cllvm-args=x\"]\n",
            "[target.aarch64-unknown-linux-gnu]\nrustflags = [\"-Ctarget-feature=+lse\"]\n",
            "[target.x86_64-unknown-linux-gnu]\nlinker = \"x\"\n[env]\nFLAGS = \"-Ctarget-cpu=native\"\n",
        ] {
            assert!(found(text, Processor::X86_64).is_empty(), "{text}");
        }
    }
}
