//! The Go module builds, and vet finds nothing, for every system and processor: with the Go at hand, and in the long form
//! with the oldest that is supported and the two newest.

use anyhow::Result;
use rustgo_hosts::go;

use crate::shell::Shell;
use crate::tools::GO_AT_LEAST;

/// The newest releases of the two newest versions.
const NEWEST: [&str; 2] = ["1.26.11", "1.27.4"];

/// With the Go at hand.
pub fn build(shell: &Shell) -> Result<()> {
    build_with(shell, None)
}

/// With every Go that is promised, which the one at hand downloads.
pub fn build_long(shell: &Shell) -> Result<()> {
    let (major, minor) = GO_AT_LEAST;
    let oldest = format!("{major}.{minor}.0");
    [&*oldest, NEWEST[0], NEWEST[1]]
        .into_iter()
        .map(|version| build_with(shell, Some(version)))
        .fold(Ok(()), Result::and)
}

/// Every platform, also after one has failed.
fn build_with(shell: &Shell, version: Option<&str>) -> Result<()> {
    let mut result = Ok(());
    for (system, processor) in go::platforms() {
        for command in ["build", "vet"] {
            let mut go = shell.go();
            go.args([command, "./..."])
                .env("CGO_ENABLED", "0")
                .env("GOOS", system)
                .env("GOARCH", processor);
            let mut shown = format!("GOOS={system} GOARCH={processor}");
            if let Some(version) = version {
                go.env("GOTOOLCHAIN", format!("go{version}"));
                shown += &format!(" GOTOOLCHAIN=go{version}");
            }
            print!("{shown} ");
            result = result.and(shell.show(&mut go));
        }
    }
    result
}
