//! Go: the system's own if it is new enough, or one below `target/`.

use anyhow::{Context, Result};
use rustgo_hosts::command;

use super::wheel;
use crate::shell::Shell;
use crate::ui::Progress;

/// The lowest version of Go that builds the module; `go.mod` has it too.
pub const GO_AT_LEAST: (u32, u32) = (1, 24);

/// The version of the first Go that is new enough: on PATH, or installed here before.
pub fn find(shell: &mut Shell) -> Result<Option<String>> {
    let found = on_path(shell);
    let bin = wheel::GO.folder(shell).join("go/bin");
    if found.is_some() || !bin.is_dir() {
        return Ok(found);
    }
    shell.prefer(&bin)?;
    Ok(on_path(shell))
}

/// Run in the module, because its `go.mod` may make an older Go download a newer one.
fn on_path(shell: &Shell) -> Option<String> {
    let version = command::read(shell.go().args(["env", "GOVERSION"])).ok()?;
    let mut numbers = version.strip_prefix("go")?.split(['.', 'r', 'b', ' ']);
    let mut number = || numbers.next()?.parse().ok();
    let version_pair: (u32, u32) = (number()?, number()?);
    (version_pair >= GO_AT_LEAST).then_some(version)
}

/// Installs Go below `target/`.
pub fn install(shell: &Shell, progress: &Progress) -> Result<()> {
    let (major, minor) = GO_AT_LEAST;
    wheel::GO.install(shell, progress).with_context(|| {
        format!(
            "install Go {major}.{minor} or newer from https://go.dev/dl/, put it on PATH, and run this again"
        )
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn go_is_as_the_module_says() {
        let module = std::fs::read_to_string(rustgo_hosts::root().join("go/go.mod")).unwrap();
        let (major, minor) = super::GO_AT_LEAST;
        assert!(module.contains(&format!("\ngo {major}.{minor}")), "{module}");
    }
}
