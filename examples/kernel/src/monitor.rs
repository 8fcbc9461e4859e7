//! QEMU's monitor, spoken to in its machine protocol (QMP) over the program's standard input and output.

use std::io::{BufRead, BufReader, Write};
use std::process::{ChildStdin, ChildStdout};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

/// A monitor that takes commands.
#[derive(Debug)]
pub struct Monitor {
    commands: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Monitor {
    /// Waits for the monitor's greeting.
    pub fn connect(commands: ChildStdin, answers: ChildStdout) -> Result<Self> {
        let mut monitor = Self {
            commands,
            answers: BufReader::new(answers),
        };
        monitor.message()?;
        monitor.execute("qmp_capabilities", json!({}))?;
        Ok(monitor)
    }

    /// Executes a command and returns what it answers.
    pub fn execute(&mut self, name: &str, arguments: Value) -> Result<Value> {
        let command = json!({ "execute": name, "arguments": arguments });
        writeln!(self.commands, "{command}").context("QEMU takes no more commands: it has ended")?;
        loop {
            // Anything else is an event, which is ignored.
            let mut message = self.message()?;
            if let Some(error) = message.get("error") {
                bail!("QEMU refuses {command}: {error}");
            }
            if let Some(answer) = message.get_mut("return") {
                return Ok(answer.take());
            }
        }
    }

    /// Executes a command of the monitor for humans and returns the text that it answers.
    pub fn ask(&mut self, command: &str) -> Result<String> {
        let answer = self.execute("human-monitor-command", json!({ "command-line": command }))?;
        Ok(answer.as_str().context("QEMU answers without text")?.to_owned())
    }

    fn message(&mut self) -> Result<Value> {
        let mut line = String::new();
        self.answers.read_line(&mut line).context("QEMU can't be read")?;
        if line.is_empty() {
            bail!("QEMU has ended");
        }
        serde_json::from_str(&line).with_context(|| format!("QEMU says what is not JSON: {line}"))
    }
}
