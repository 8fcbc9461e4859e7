//! The Go packages' tests as programs for Windows, by Wine.

use anyhow::Result;

use crate::platform::LINUX_AMD64;
use crate::run::Run;
use crate::wine::Wine;

/// Why this system can't run them.
pub const IMPOSSIBLE: Option<&str> = if LINUX_AMD64 {
    None
} else {
    Some("Wine for x86-64 is on Linux")
};

pub fn test(run: &mut Run) -> Result<()> {
    let wine = Wine::new(run.shell)?;
    let mut go = run.shell.go();
    go.args(["test", "-short", "-exec", "wine", "./..."])
        .env("CGO_ENABLED", "0")
        .env("GOOS", "windows")
        .env("GOARCH", "amd64");
    run.show(wine.in_it(&mut go));
    Ok(())
}
