//! Checks before the build which versions are needed for the same bytes.

use anyhow::{Result, bail};

use super::Output;
use crate::guest::Guest;
use crate::toolchain::Toolchain;

/// Checks that the tool, the guest and the compiler are those that made the files.
///
/// # Errors
///
/// If one of them has another version. The error says how to get the right one.
pub fn versions(outputs: &[Output], guest: &Guest, toolchain: &Toolchain) -> Result<()> {
    let tool = env!("CARGO_PKG_VERSION");
    for Output { folder, stamp, .. } in outputs {
        let mut reasons = Vec::new();
        if stamp.tool != tool {
            reasons.push(format!(
                "cargo-rustgo {}, and this is {tool}: `cargo install cargo-rustgo@{}` gets that version",
                stamp.tool, stamp.tool
            ));
        }
        if stamp.version != guest.version {
            reasons.push(format!(
                "{} {}, and the source here is {}: check out the source of that version",
                stamp.guest, stamp.version, guest.version
            ));
        }
        if stamp.compiler != toolchain.version {
            reasons.push(format!(
                "{}, and this is {}: {}",
                stamp.compiler,
                toolchain.version,
                with_toolchain(&stamp.compiler)
            ));
        }
        if !reasons.is_empty() {
            bail!(
                "{} was made by other versions, which generate other bytes\n  made by {}\n  `cargo rustgo verify --write` \
                 writes the files again with the installed versions",
                folder.display(),
                reasons.join("\n  made by ")
            );
        }
    }
    Ok(())
}

/// How to run the compiler of a version line, `rustc 1.95.0 (59807616e 2026-04-14)`, by rustup.
fn with_toolchain(compiler: &str) -> String {
    let version = compiler.split(' ').nth(1).unwrap_or_default();
    match version.split_once('-') {
        Some((_, channel)) => {
            format!("install the {channel} toolchain of that commit, and name it `cargo +TOOLCHAIN`")
        }
        None => format!(
            "`rustup toolchain install {version}` gets that compiler, `cargo +{version} rustgo verify` uses it"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_toolchain_is_named_as_rustup_does() {
        let stable = with_toolchain("rustc 1.94.1 (abcdef012 2026-02-01)");
        assert!(stable.contains("`rustup toolchain install 1.94.1`"), "{stable}");
        assert!(stable.contains("`cargo +1.94.1 rustgo verify`"), "{stable}");
        let nightly = with_toolchain("rustc 1.97.0-nightly (abcdef012 2026-05-01)");
        assert!(nightly.contains("nightly toolchain"), "{nightly}");
    }

    #[test]
    fn each_version_that_differs_is_told() {
        let package = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/hello/guest");
        let toolchain = Toolchain::find(&package).unwrap();
        let guest = Guest::find(Some(&package.join("Cargo.toml")), None).unwrap();
        let stamp = |tool: &str, version: &str, compiler: &str| crate::write::Stamp {
            tool: tool.to_owned(),
            guest: guest.name.clone(),
            version: version.to_owned(),
            compiler: compiler.to_owned(),
            options: String::new(),
        };
        let (tool, version, compiler) = (env!("CARGO_PKG_VERSION"), &*guest.version, &*toolchain.version);
        let told = |stamp| {
            let output = Output {
                kind: super::super::Kind::Go,
                folder: "out".into(),
                stamp,
                files: [].into(),
            };
            versions(&[output], &guest, &toolchain).map_err(|error| error.to_string())
        };
        assert_eq!(told(stamp(tool, version, compiler)), Ok(()));
        for (stamp, reason) in [
            (
                stamp("0.0.9", version, compiler),
                "made by cargo-rustgo 0.0.9, and this is ",
            ),
            (stamp(tool, "0.0.8", compiler), " 0.0.8, and the source here is "),
            (
                stamp(tool, version, "rustc 1.2.3 (0 0)"),
                "made by rustc 1.2.3 (0 0), and this is rustc ",
            ),
        ] {
            let error = told(stamp).unwrap_err();
            assert!(
                error.starts_with("out was made by other versions") && error.contains(reason),
                "{error}"
            );
            assert_eq!(error.matches("\n  made by ").count(), 1, "{error}");
        }
        let error = told(stamp("0.0.9", "0.0.8", "rustc 1.2.3 (0 0)")).unwrap_err();
        assert_eq!(error.matches("\n  made by ").count(), 3, "{error}");
    }
}
