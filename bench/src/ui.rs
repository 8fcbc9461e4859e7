//! How the output looks: headings, notes, and progress while one waits. As in the repository's other commands.

use std::fmt::Display;
use std::time::Duration;

use console::style;
use indicatif::{ProgressBar, ProgressStyle};

/// Begins a part of the output.
pub fn heading(text: impl Display) {
    println!("\n{} {}", style("==>").green().bold(), style(text).bold());
}

/// Says something in passing.
pub fn note(text: impl Display) {
    println!("{text}");
}

/// Says what one should know before one believes the rest.
pub fn warning(text: impl Display) {
    eprintln!("{} {text}", style("warning:").yellow().bold());
}

/// Shows an error with its causes.
pub fn error(error: &anyhow::Error) {
    eprintln!("{} {error:#}", style("error:").red().bold());
}

/// A task whose steps are not known.
pub fn spinner(name: &str) -> ProgressBar {
    let style = ProgressStyle::with_template("  {spinner} {msg} {elapsed}").expect("the template is valid");
    let bar = ProgressBar::new_spinner()
        .with_style(style)
        .with_message(name.to_owned());
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}

/// A task with a number of steps.
pub fn steps(name: &str, count: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("  {msg:28} {bar:40} {percent:>3}% {elapsed}, {eta} to go")
        .expect("the template is valid");
    ProgressBar::new(count)
        .with_style(style)
        .with_message(name.to_owned())
}
