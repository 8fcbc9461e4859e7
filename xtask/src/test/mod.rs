//! `cargo xtask test`: every check there is, one after the other, and what became of each.

mod arm64;
mod book;
mod darwin;
mod go;
mod go_platforms;
mod rust;
mod windows;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Result;
use clap::builder::PossibleValuesParser;
use console::style;

use crate::citizenship;
use crate::crypto;
use crate::generated;
use crate::shell::Shell;
use crate::tools::{GUEST_TARGETS, Tool, Tools};
use crate::ui;
use crate::wine;

/// Run every test of every language, and every other check
///
/// What a step needs is installed where that is possible. A step that fails does not keep the others from running; the
/// end names all that failed, and the exit status is 1.
#[derive(clap::Args)]
pub struct Args {
    /// Run this step alone; may be given several times
    #[arg(long, value_name = "STEP", value_parser = PossibleValuesParser::new(steps().iter().map(|step| step.name)))]
    only: Vec<String>,

    /// Run the long form of each step that has one
    #[arg(long)]
    long: bool,

    /// List the steps
    #[arg(long)]
    list: bool,
}

/// One check.
struct Step {
    name: &'static str,
    about: &'static str,
    needs: &'static [Tool],
    /// Why this system can't run it, whatever is installed.
    impossible: Option<&'static str>,
    /// What it leaves out on this system.
    without: Option<&'static str>,
    run: fn(&Shell) -> Result<()>,
    /// The same and more, for those who have the time.
    long: Option<fn(&Shell) -> Result<()>>,
}

/// Whether this system runs programs for Linux on x86-64, which most tests are about.
pub const LINUX_AMD64: bool = cfg!(all(target_os = "linux", target_arch = "x86_64"));

/// What lints all Rust code, also that for one processor alone.
const CLIPPY_TOOLS: &[Tool] = &[Tool::Component("clippy"), Tool::Target(rust::KERNEL_TARGET)];

/// What generated files are made with again, and read back with.
const GENERATED_TOOLS: &[Tool] = &[
    Tool::Target(GUEST_TARGETS[0]),
    Tool::Target(GUEST_TARGETS[1]),
    Tool::Go,
];

/// What the tests of Rust code need: those of the runtime build for every system, and run what they can.
const RUST_TOOLS: &[Tool] = if LINUX_AMD64 {
    ALL_RUST_TOOLS
} else {
    ALL_RUST_TOOLS.split_at(RUST_TARGETS).0
};

const ALL_RUST_TOOLS: &[Tool] = &[
    Tool::Target(GUEST_TARGETS[0]),
    Tool::Target(GUEST_TARGETS[1]),
    Tool::Target(rust::KERNEL_TARGET),
    Tool::Target("x86_64-apple-darwin"),
    Tool::Target("aarch64-apple-darwin"),
    Tool::Component("rust-src"),
    Tool::Cc,
    Tool::Program("ld"),
    Tool::Program("addr2line"),
    Tool::Program("qemu-aarch64"),
    Tool::Program("qemu-x86_64"),
    Tool::Go,
];

/// So many of them are what the tests build for.
const RUST_TARGETS: usize = 5;

/// What looks at the flagship guest's machine code.
const CONSTANT_TIME_TOOLS: &[Tool] = &[Tool::Target(GUEST_TARGETS[0]), Tool::Program("valgrind")];

/// What the examples are built, run and looked at with.
const EXAMPLE_TOOLS: &[Tool] = &[
    Tool::Target(GUEST_TARGETS[0]),
    Tool::Target(GUEST_TARGETS[1]),
    Tool::Target(rust::KERNEL_TARGET),
    Tool::Cc,
    Tool::Program("gcc"),
    Tool::Program("g++"),
    Tool::Program("clang"),
    Tool::Program("nasm"),
    Tool::Program("ld"),
    Tool::Program("pkg-config"),
    Tool::Program("qemu-aarch64"),
    Tool::Program("qemu-system-i386"),
    Tool::Program("valgrind"),
    Tool::Program("xxd"),
    Tool::Go,
];

/// Every step, those first that are done soonest.
fn steps() -> Vec<Step> {
    let step = |name, about, needs, run| Step {
        name,
        about,
        needs,
        impossible: None,
        without: None,
        run,
        long: None,
    };
    vec![
        step(
            "fmt",
            "Rust sources are formatted",
            &[Tool::Component("rustfmt")],
            rust::fmt,
        ),
        step("gofmt", "Go sources are formatted", &[Tool::Go], go::gofmt),
        step("clippy", "no lint in Rust sources", CLIPPY_TOOLS, rust::clippy),
        step(
            "doc",
            "Rust documentation builds without a warning",
            &[],
            rust::doc,
        ),
        step(
            "book",
            "the book builds, and no link between documents is broken",
            book::TOOLS,
            book::build,
        ),
        step("vet", "go vet", &[Tool::Go, Tool::Cc], go::vet),
        step(
            "staticcheck",
            "staticcheck",
            &[Tool::Go, Tool::Cc],
            go::staticcheck,
        ),
        Step {
            // Cargo hashes the system that macros are compiled for into the names of crates, by which the compiler orders
            // functions.
            impossible: (!LINUX_AMD64)
                .then_some("the files are written on Linux on x86-64, and elsewhere in another order"),
            ..step(
                "generated",
                "the committed generated files are what the tool writes, and Go reads what is proven",
                GENERATED_TOOLS,
                generated::check,
            )
        },
        Step {
            without: (!LINUX_AMD64).then_some("the tests that run programs for Linux on x86-64"),
            ..step(
                "rust",
                "tests of the tool, the runtime and the guests",
                RUST_TOOLS,
                rust::test,
            )
        },
        Step {
            impossible: (!LINUX_AMD64).then_some("it looks at machine code for Linux on x86-64"),
            long: Some(crypto::test_constant_time_long),
            ..step(
                "constant-time",
                "no instruction of the flagship guest takes a time that depends on a secret",
                CONSTANT_TIME_TOOLS,
                crypto::test_constant_time,
            )
        },
        step("go", "tests of the Go packages", &[Tool::Go, Tool::Cc], go::test),
        step(
            "go-purego",
            "the same without Rust in them",
            &[Tool::Go],
            go::test_purego,
        ),
        Step {
            long: Some(go_platforms::build_long),
            ..step(
                "go-platforms",
                "the Go packages build for every system and processor",
                &[Tool::Go],
                go_platforms::build,
            )
        },
        step(
            "go-race",
            "the same with the race detector",
            &[Tool::Go, Tool::Cc],
            go::test_race,
        ),
        Step {
            impossible: arm64::IMPOSSIBLE,
            long: Some(arm64::test_long),
            ..step(
                "arm64",
                "the Go packages, C programs and sealed objects on arm64, by qemu where need be",
                arm64::TOOLS,
                arm64::test,
            )
        },
        Step {
            impossible: windows::IMPOSSIBLE,
            ..step(
                "windows",
                "the Go packages on Windows, by Wine",
                wine::TOOLS,
                windows::test,
            )
        },
        step(
            "darwin",
            "programs for macOS in C, assembly and Go, in an emulator of both processors",
            darwin::TOOLS,
            darwin::test,
        ),
        Step {
            impossible: (!cfg!(target_os = "linux")).then_some("they look at processes as Linux shows them"),
            ..step(
                "citizenship",
                "profiles, traces, panics and faults of Rust in Go, and a soak",
                citizenship::TOOLS,
                citizenship::test,
            )
        },
        Step {
            impossible: (!LINUX_AMD64).then_some("their programs are for Linux on x86-64"),
            ..step(
                "examples",
                "programs that call guests: in C, NASM, Go and Scheme, and a kernel",
                EXAMPLE_TOOLS,
                rust::test_examples,
            )
        },
    ]
}

/// What became of a step.
enum Outcome {
    Passed { without: Option<&'static str> },
    Skipped(String),
    Failed(String),
}

/// Runs `cargo xtask test`.
pub fn run(args: &Args, mut shell: Shell) -> Result<ExitCode> {
    let mut steps = steps();
    steps.retain(|step| args.only.is_empty() || args.only.iter().any(|name| name == step.name));
    if args.list {
        for step in steps {
            let long = if step.long.is_some() { " (--long)" } else { "" };
            println!("{:12} {}{long}", step.name, step.about);
        }
        return Ok(ExitCode::SUCCESS);
    }
    let start = Instant::now();
    ui::heading("Tools");
    let mut wanted: Vec<Tool> = Vec::new();
    for &tool in steps
        .iter()
        .filter(|step| step.impossible.is_none())
        .flat_map(|step| step.needs)
    {
        if !wanted.contains(&tool) {
            wanted.push(tool);
        }
    }
    let tools = Tools::get(&mut shell, &wanted)?;

    let mut results = Vec::new();
    for step in &steps {
        ui::heading(format_args!("{}: {}", step.name, step.about));
        let start = Instant::now();
        let outcome = outcome(step, args.long, &shell, &tools);
        let time = start.elapsed();
        match &outcome {
            Outcome::Passed { without } => {
                println!("{} in {}", style("passed").green(), ui::duration(time));
                if let Some(tests) = without {
                    println!("{} {tests}", style("WITHOUT:").yellow());
                }
            }
            Outcome::Skipped(reason) => println!("{} {reason}", style("SKIPPED:").yellow()),
            Outcome::Failed(reason) => println!("{} {reason}", style("FAILED:").red()),
        }
        results.push((step.name, outcome, time));
    }
    summarize(&results, start.elapsed())
}

fn outcome(step: &Step, long: bool, shell: &Shell, tools: &Tools) -> Outcome {
    if let Some(reason) = step.impossible {
        return Outcome::Skipped(reason.into());
    }
    if let Some((tool, reason)) = tools.lacking(step.needs) {
        return Outcome::Failed(format!("{} is missing: {reason}", tool.name()));
    }
    let run = if long {
        step.long.unwrap_or(step.run)
    } else {
        step.run
    };
    match run(shell) {
        Ok(()) => Outcome::Passed {
            without: step.without,
        },
        Err(error) => Outcome::Failed(format!("{error:#}")),
    }
}

fn summarize(results: &[(&str, Outcome, Duration)], total: Duration) -> Result<ExitCode> {
    ui::heading("Summary");
    let mut table = ui::table(&["step", "result", "time"]);
    let mut failed = Vec::new();
    for (name, outcome, time) in results {
        let (result, time) = match outcome {
            Outcome::Passed { without: None } => ("passed".to_owned(), ui::duration(*time)),
            Outcome::Passed { without: Some(tests) } => {
                (format!("passed, without {tests}"), ui::duration(*time))
            }
            Outcome::Skipped(reason) => (format!("skipped: {reason}"), String::new()),
            Outcome::Failed(_) => {
                failed.push(*name);
                ("FAILED".to_owned(), ui::duration(*time))
            }
        };
        table.add_row([(*name).to_owned(), result, time]);
    }
    println!("{table}");
    if failed.is_empty() {
        let partly = |(_, outcome, _): &(&str, Outcome, Duration)| {
            !matches!(outcome, Outcome::Passed { without: None })
        };
        let verdict = if results.iter().any(partly) {
            "all passed that can run here"
        } else {
            "all passed"
        };
        println!("{} in {}", style(verdict).green(), ui::duration(total));
        return Ok(ExitCode::SUCCESS);
    }
    println!(
        "{} {} in {}",
        style("FAILED:").red(),
        failed.join(", "),
        ui::duration(total)
    );
    let again: Vec<_> = failed.iter().map(|name| format!("--only {name}")).collect();
    println!("again: cargo xtask test {}", again.join(" "));
    Ok(ExitCode::FAILURE)
}
