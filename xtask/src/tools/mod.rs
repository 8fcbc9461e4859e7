//! Finds the tools that the commands need, installs missing ones if possible, and otherwise says how.

mod cargo;
mod go;
mod list;
mod mdbook;
mod pip;
mod rust;
mod system;
#[cfg(all(test, unix))]
mod tests;
pub mod unicorn;
mod wheel;
mod zig;

use std::collections::HashMap;

use anyhow::Result;
use console::style;

use crate::shell::Shell;
use crate::ui::Progress;

pub use go::GO_AT_LEAST;
pub use list::{GUEST_TARGETS, Tool};

/// The result for each tool that was asked for: nothing, or why it is unavailable and what to do.
pub struct Tools(HashMap<Tool, String>);

impl Tools {
    /// Finds or installs the given tools, and reports on each.
    pub fn get(shell: &mut Shell, wanted: &[Tool]) -> Result<Self> {
        let mut missing = Vec::new();
        for &tool in wanted {
            match tool.find(shell)? {
                Some(version) => println!("  {} {}: {version}", style("✓").green(), tool.name()),
                None if !missing.contains(&tool) => missing.push(tool),
                None => {}
            }
        }
        let mut lacking = HashMap::new();
        if !missing.is_empty() {
            let errors = install(shell, &missing);
            for tool in missing {
                match (tool.find(shell)?, errors.get(&tool)) {
                    (Some(version), _) => {
                        println!("  {} {}: {version}, installed", style("✓").green(), tool.name());
                    }
                    (None, error) => {
                        let reason = error.map_or("it was installed, and is not on PATH", String::as_str);
                        println!("  {} {}: {reason}", style("✗").red(), tool.name());
                        lacking.insert(tool, reason.to_owned());
                    }
                }
            }
        }
        Ok(Self(lacking))
    }

    /// All tools but one.
    #[cfg(test)]
    pub fn without(tool: Tool) -> Self {
        Self(HashMap::from([(tool, "it is kept away".to_owned())]))
    }

    /// One of the given tools that is unavailable, and why, if there is one.
    pub fn lacking(&self, tools: &[Tool]) -> Option<(Tool, &str)> {
        tools
            .iter()
            .find_map(|&tool| Some((tool, self.0.get(&tool)?.as_str())))
    }
}

/// Installs missing tools, each in its own way, and returns the errors.
fn install(shell: &mut Shell, missing: &[Tool]) -> HashMap<Tool, String> {
    let progress = Progress::new();
    let mut errors = HashMap::new();
    let packaged: Vec<_> = missing
        .iter()
        .copied()
        .filter(|tool| tool.packages().is_some())
        .collect();
    if !packaged.is_empty()
        && let Err(error) = system::install(
            shell,
            &progress,
            packaged.iter().filter_map(|tool| tool.packages()),
        )
    {
        let reason = format!("{error:#}");
        errors.extend(packaged.iter().map(|&tool| (tool, reason.clone())));
    }
    for &tool in missing {
        let result = match tool {
            Tool::Go => go::install(shell, &progress),
            Tool::Zig => zig::install(shell, &progress),
            Tool::CargoMutants => cargo::MUTANTS.install(shell, &progress),
            Tool::CargoLlvmCov => cargo::LLVM_COV.install(shell, &progress),
            Tool::Unicorn => unicorn::install(shell, &progress),
            Tool::Mdbook => mdbook::install(shell, &progress),
            Tool::Component(name) => rust::add_component(shell, &progress, name),
            Tool::Target(name) => rust::add_target(shell, &progress, name),
            _ => continue,
        };
        if let Err(error) = result {
            errors.insert(tool, format!("{error:#}"));
        }
    }
    errors
}
