//! `cargo xtask flamegraph`: the picture of a Go profile with Rust in it, for the documentation.

use std::fs;
use std::process::ExitCode;

use anyhow::{Context, Result};
use inferno::flamegraph;

use crate::citizenship;
use crate::shell::Shell;
use crate::tools::{Tool, Tools};
use crate::ui;

/// Where the picture is kept, from the repository's root.
const PICTURE: &str = "docs/go-profile.svg";

/// Draw a flame graph of a CPU profile of Go functions that call Rust
///
/// Five functions call ScalarBaseMult in the ratio 1:2:3:4:10 while Go profiles them, and docs/go-profile.svg shows the
/// distribution of the samples.
#[derive(clap::Args)]
pub struct Args {
    /// How much processor time is profiled, in seconds
    #[arg(long, default_value_t = 20)]
    seconds: u64,
}

/// Runs `cargo xtask flamegraph`.
pub fn run(args: &Args, mut shell: Shell) -> Result<ExitCode> {
    ui::heading("Tools");
    Tools::get(&mut shell, &[Tool::Go])?;
    ui::heading("Profiling");
    let folder = tempfile::tempdir()?;
    let folded = folder.path().join("folded");
    let name = folded
        .to_str()
        .context("the temporary folder's name is no text")?;
    let time = format!("{}s", args.seconds);
    let test = ["-test.run", "^TestFolded$", "-folded", name, "-profiled", &time];
    shell.show(&mut citizenship::native(&shell, &test))?;

    let stacks = fs::read_to_string(&folded).context("the profile can't be read")?;
    let mut options = flamegraph::Options::default();
    options.title =
        "CPU profile of five Go functions that call ScalarBaseMult in the ratio 1:2:3:4:10".to_owned();
    options.subtitle = Some("frames of Rust have the names of its files".to_owned());
    options.count_name = "samples".to_owned();
    options.deterministic = true;
    options.min_width = 0.2;
    let mut svg = Vec::new();
    flamegraph::from_lines(&mut options, stacks.lines(), &mut svg)
        .context("the flame graph can't be drawn")?;
    let picture = shell.workspace.root.join(PICTURE);
    fs::write(&picture, svg).with_context(|| format!("{} can't be written", picture.display()))?;
    println!("wrote {PICTURE}");
    Ok(ExitCode::SUCCESS)
}
