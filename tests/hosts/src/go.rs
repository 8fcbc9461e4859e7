//! The platforms that Go packages with guests are built for.

/// Go's names of the systems.
const SYSTEMS: [&str; 4] = ["linux", "darwin", "windows", "freebsd"];

/// Go's names of the processors.
const PROCESSORS: [&str; 2] = ["amd64", "arm64"];

/// Every platform: `GOOS` and `GOARCH`.
pub fn platforms() -> impl Iterator<Item = (&'static str, &'static str)> {
    SYSTEMS
        .into_iter()
        .flat_map(|system| PROCESSORS.map(|processor| (system, processor)))
}
