//! Shows long steps while they run: an animated line if standard error is a terminal, and nothing otherwise.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// A long step. Its line disappears when this is dropped.
#[must_use]
#[derive(Debug)]
pub struct Step(ProgressBar);

/// Begins a step.
pub fn step(what: impl Into<String>) -> Step {
    let style = ProgressStyle::with_template("  {spinner} {msg} ({elapsed})").expect("the template is valid");
    // It is drawn on standard error, and only if that is a terminal.
    let bar = ProgressBar::new_spinner()
        .with_style(style)
        .with_message(what.into());
    bar.enable_steady_tick(Duration::from_millis(100));
    Step(bar)
}

impl Drop for Step {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
