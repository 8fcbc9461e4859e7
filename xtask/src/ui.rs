//! The commands' output: headings, command lines, durations, and progress.

use std::fmt::Display;
use std::time::{Duration, Instant};

use anyhow::Result;
use comfy_table::{ContentArrangement, Table, presets};
use console::style;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

/// Begins a part of the output.
pub fn heading(text: impl Display) {
    println!("\n{} {}", style("==>").green().bold(), style(text).bold());
}

/// Shows a command line that is about to run.
pub fn command(line: &str) {
    println!("{}", command_line(line));
}

/// How a command line looks that is about to run.
pub fn command_line(line: &str) -> String {
    format!("{} {line}", style("$").dim())
}

/// Shows an error with its causes.
pub fn error(error: &anyhow::Error) {
    eprintln!("{} {error:#}", style("error:").red().bold());
}

/// An empty table with the given column headings.
pub fn table(columns: &[&str]) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::ASCII_MARKDOWN)
        .set_content_arrangement(ContentArrangement::Disabled)
        .set_header(columns);
    table
}

/// `12.3 s`, or `2 min 03 s`.
pub fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    if seconds < 100 {
        format!("{:.1} s", duration.as_secs_f64())
    } else {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    }
}

/// Concurrent tasks, each with a line that is animated while it runs and stays when it is done.
///
/// If stderr is not a terminal, a task gets a line when it is done.
pub struct Progress(MultiProgress);

impl Progress {
    pub fn new() -> Self {
        Self(MultiProgress::new())
    }

    /// Runs a task under its name.
    pub fn task<T>(&self, name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let style =
            ProgressStyle::with_template("  {spinner} {msg} {elapsed}").expect("the template is valid");
        let bar = self.0.add(
            ProgressBar::new_spinner()
                .with_style(style)
                .with_message(name.to_owned()),
        );
        bar.enable_steady_tick(Duration::from_millis(100));
        let start = Instant::now();
        let result = work();
        let elapsed = duration(start.elapsed());
        let mark = match result {
            Ok(_) => style_mark("✓", true),
            Err(_) => style_mark("✗", false),
        };
        bar.finish_and_clear();
        let line = format!("  {mark} {name} {}", console::style(elapsed).dim());
        if self.0.is_hidden() {
            eprintln!("{line}");
        } else {
            self.0.println(line)?;
        }
        result
    }
}

fn style_mark(mark: &str, good: bool) -> console::StyledObject<&str> {
    if good {
        style(mark).green()
    } else {
        style(mark).red()
    }
}
