//! The steps of `cargo xtask test`: what each checks, needs and runs.

use anyhow::Result;

use super::{arm64, book, darwin, external_link, go, go_platforms, rust, windows};
use crate::platform::LINUX_AMD64;
use crate::run::Run;
use crate::tools::{GUEST_TARGETS, Tool};
use crate::{citizenship, crypto, generated, mutants, wine};

/// One check.
pub struct Step {
    pub name: &'static str,
    pub about: &'static str,
    pub needs: &'static [Tool],
    /// Why this system can't run it at all.
    pub impossible: Option<&'static str>,
    /// What it skips on this system.
    pub without: Option<&'static str>,
    /// It needs neither cargo nor what another step writes, and may run while others do.
    pub is_beside: bool,
    pub run: fn(&mut Run) -> Result<()>,
    /// The long form, which runs more.
    pub long: Option<fn(&mut Run) -> Result<()>>,
}

/// The tools for linting all Rust code, including that for one processor only.
const CLIPPY_TOOLS: &[Tool] = &[Tool::Component("clippy"), Tool::Target(rust::KERNEL_TARGET)];

/// The tools that generate the committed files and read them back.
const GENERATED_TOOLS: &[Tool] = &[
    Tool::Target(GUEST_TARGETS[0]),
    Tool::Target(GUEST_TARGETS[1]),
    Tool::Go,
];

/// The tools for the tests of Rust code: those of the runtime build for every system, and run what they can.
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

/// How many of them the tests build for.
const RUST_TARGETS: usize = 5;

/// The tools that check the flagship guest's machine code.
const CONSTANT_TIME_TOOLS: &[Tool] = &[Tool::Target(GUEST_TARGETS[0]), Tool::Program("valgrind")];

/// The tools that build, run and check the examples.
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

/// The tools for the commands that have to detect the planted faults.
const MUTANTS_TOOLS: &[Tool] = EXAMPLE_TOOLS;

/// Every step, the fastest first.
pub fn steps() -> Vec<Step> {
    let step = |name, about, needs, run| Step {
        name,
        about,
        needs,
        impossible: None,
        without: None,
        is_beside: false,
        run,
        long: None,
    };
    let beside = |name, about, needs, run| Step {
        is_beside: true,
        ..step(name, about, needs, run)
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
        beside("vet", "go vet", &[Tool::Go, Tool::Cc], go::vet),
        beside(
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
                "no time and no address of the flagship guest depends on a secret, in any kernel",
                CONSTANT_TIME_TOOLS,
                crypto::test_constant_time,
            )
        },
        beside("go", "tests of the Go packages", &[Tool::Go, Tool::Cc], go::test),
        beside(
            "go-purego",
            "the same without Rust in them",
            &[Tool::Go],
            go::test_purego,
        ),
        Step {
            long: Some(go_platforms::build_long),
            ..beside(
                "go-platforms",
                "the Go packages build for every system and processor",
                &[Tool::Go],
                go_platforms::build,
            )
        },
        beside(
            "go-race",
            "the same with the race detector",
            &[Tool::Go, Tool::Cc],
            go::test_race,
        ),
        Step {
            impossible: (!LINUX_AMD64).then_some("Go has not all of them elsewhere"),
            ..step(
                "sanitizers",
                "the race detector and sanitizers of Go see what Rust reads and writes",
                &[Tool::Go, Tool::Cc, Tool::MemorySanitizer],
                go::test_sanitizers,
            )
        },
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
            ..beside(
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
            impossible: (!LINUX_AMD64).then_some("it runs programs for Linux on x86-64 and on arm64"),
            long: Some(external_link::test_long),
            ..step(
                "external-link",
                "Go programs linked by external linkers, for every system and processor",
                external_link::TOOLS,
                external_link::test,
            )
        },
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
        Step {
            impossible: (!LINUX_AMD64).then_some("most of their commands run programs for Linux on x86-64"),
            long: Some(mutants::test_long),
            ..step(
                "mutants",
                "faults that are planted, some of a list, are noticed",
                MUTANTS_TOOLS,
                mutants::test,
            )
        },
    ]
}
