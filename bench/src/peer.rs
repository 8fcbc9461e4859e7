//! A peer that runs: a program with implementations, spoken to through pipes.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, bail};
use rustgo_bench_peer::{Listing, Measurement, Request};
use serde::de::DeserializeOwned;

/// What has implementations to measure.
pub trait Peer {
    /// Which ones.
    fn list(&mut self) -> Result<Listing>;
    /// Gives it what to measure with, in hex.
    fn set_inputs(&mut self, inputs: &[String]) -> Result<()>;
    /// An implementation's output for inputs in hex, in hex.
    fn answer(&mut self, benchmark: usize, inputs: &[String]) -> Result<String>;
    /// The duration of some calls, after some others.
    fn measure(&mut self, benchmark: usize, warm_up: u64, calls: u64) -> Result<Measurement>;
}

/// A program that reads requests and writes responses.
pub struct Piped {
    program: String,
    child: Child,
    requests: Option<ChildStdin>,
    responses: BufReader<ChildStdout>,
}

impl Piped {
    /// Starts the program.
    pub fn start(program: &Path) -> Result<Self> {
        let name = program.display().to_string();
        let mut child = Command::new(program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("{name} can't be started"))?;
        let requests = child.stdin.take();
        let responses = child.stdout.take().context("the program's stdout is piped")?;
        Ok(Self {
            program: name,
            child,
            requests,
            responses: BufReader::new(responses),
        })
    }

    fn ask<T: DeserializeOwned>(&mut self, request: &Request) -> Result<T> {
        let mut line = serde_json::to_vec(request)?;
        line.push(b'\n');
        let written = self.requests.as_mut().map(|pipe| pipe.write_all(&line));
        let mut response = String::new();
        if !matches!(written, Some(Ok(()))) || self.responses.read_line(&mut response)? == 0 {
            let status = self.child.wait()?;
            bail!(
                "{} ended ({status}) instead of answering {request:?}",
                self.program
            );
        }
        serde_json::from_str(&response)
            .with_context(|| format!("{} answers {request:?} with {response}", self.program))
    }
}

impl Peer for Piped {
    fn list(&mut self) -> Result<Listing> {
        self.ask(&Request::List {})
    }

    fn set_inputs(&mut self, inputs: &[String]) -> Result<()> {
        self.ask(&Request::Inputs(inputs.to_vec()))
    }

    fn answer(&mut self, benchmark: usize, inputs: &[String]) -> Result<String> {
        self.ask(&Request::Answer {
            benchmark,
            inputs: inputs.to_vec(),
        })
    }

    fn measure(&mut self, benchmark: usize, warm_up: u64, calls: u64) -> Result<Measurement> {
        self.ask(&Request::Measure {
            benchmark,
            warm_up,
            calls,
        })
    }
}

impl Drop for Piped {
    /// The program ends when its requests do; it is waited for, so that its time counts as this process's.
    fn drop(&mut self) {
        self.requests = None;
        // Nobody is left to tell, and a program that failed has said so.
        let _ = self.child.wait();
    }
}
