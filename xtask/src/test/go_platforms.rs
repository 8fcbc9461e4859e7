//! The Go module builds, and vet reports nothing, for every system and processor: with the installed Go, and in the
//! long form with the oldest supported version and the two newest, which run the tests too.

use anyhow::{Context, Result, ensure};
use rustgo_hosts::{command, go};

use crate::run::Run;
use crate::tools::GO_AT_LEAST;

/// With the installed Go.
pub fn build(run: &mut Run) -> Result<()> {
    build_with(run, None);
    Ok(())
}

/// With every supported Go, which the installed one downloads.
pub fn build_long(run: &mut Run) -> Result<()> {
    let (major, minor) = GO_AT_LEAST;
    let mut versions = vec![format!("{major}.{minor}.0")];
    let list = command::read(run.shell.go().args(["list", "-m", "-versions", "go"]))
        .context("the versions of Go that there are can't be listed")?;
    versions.extend(newest(&list)?);
    for version in &versions {
        build_with(run, Some(version));
        show(run, Some(version), &[], &["test", "-count=1", "./..."]);
    }
    Ok(())
}

/// The newest releases of the two newest versions in the output of `go list -m -versions go`, which is sorted by age.
fn newest(list: &str) -> Result<[String; 2]> {
    // Pre-releases such as `1.27rc1` are not three numbers.
    let releases = list.split(' ').filter_map(|word| {
        let numbers: Option<Vec<u32>> = word.split('.').map(|number| number.parse().ok()).collect();
        <[u32; 3]>::try_from(numbers?).ok()
    });
    let mut newest: Vec<[u32; 3]> = releases.collect();
    newest.sort_unstable_by(|a, b| b.cmp(a));
    newest.dedup_by_key(|&mut [major, minor, _]| (major, minor));
    ensure!(newest.len() >= 2, "two versions of Go were expected: {list}");
    Ok([newest[1], newest[0]].map(|[major, minor, patch]| format!("{major}.{minor}.{patch}")))
}

/// Runs `go` with the Go at hand or another version.
fn show(run: &mut Run, version: Option<&str>, variables: &[(&str, &str)], arguments: &[&str]) {
    let toolchain = version.map(|version| ("GOTOOLCHAIN", format!("go{version}")));
    let toolchain = toolchain.as_ref().map(|(name, value)| (*name, value.as_str()));
    let mut go = run.shell.go();
    go.args(arguments).env("CGO_ENABLED", "0");
    let mut shown = Vec::new();
    for (name, value) in variables.iter().copied().chain(toolchain) {
        shown.push(format!("{name}={value}"));
        go.env(name, value);
    }
    run.say(&shown.join(" "));
    run.show(&mut go);
}

/// Every platform, even after one has failed.
fn build_with(run: &mut Run, version: Option<&str>) {
    for (system, processor) in go::platforms() {
        for command in ["build", "vet"] {
            let platform = [("GOOS", system), ("GOARCH", processor)];
            show(run, version, &platform, &[command, "./..."]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::newest;

    #[test]
    fn the_newest_are_the_last_releases_of_two_versions() {
        let list = "go 1.9.7 1.25.0 1.26rc1 1.26.0 1.26.2 1.26.10 1.27rc1 1.27.0 1.27.3 1.28rc1";
        assert_eq!(newest(list).unwrap(), ["1.26.10", "1.27.3"]);
        assert!(newest("go 1.26.0 1.26.1 1.27rc1").is_err());
    }
}
