//! Builds everything that the demo runs: Rust and its hosts on one thread, Go on another.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::Result;
use rustgo_hosts::c::{self, Linking};
use rustgo_hosts::sealed::Sealed;
use rustgo_hosts::{command, nasm};

use super::callers::{Benchmark, Caller, Host};
use super::{Attempt, Lack, attempt};
use crate::shell::Shell;
use crate::tools::{GUEST_TARGETS, Tool, Tools};
use crate::ui::Progress;

/// The programs that were built, or why they were not.
pub struct Built {
    /// Where everything is.
    pub folder: PathBuf,
    pub callers: Vec<Host>,
    /// Test programs of Go packages, with the benchmarks of calls.
    pub overhead: [Attempt<PathBuf>; 2],
}

/// Builds everything for which tools are installed.
pub fn all(shell: &Shell, tools: &Tools) -> Result<Built> {
    let builder = Builder {
        shell,
        tools,
        folder: shell.workspace.target.join("demo"),
        progress: Progress::new(),
    };
    fs::create_dir_all(&builder.folder)?;
    let ((go, overhead), linked) = thread::scope(|scope| {
        let go = scope.spawn(|| (builder.go_caller(), builder.overhead()));
        let linked = builder.linked_callers();
        (go.join().expect("no panic in the other lane"), linked)
    });
    let go = Host {
        name: "Go",
        caller: go,
    };
    Ok(Built {
        callers: std::iter::once(go).chain(linked).collect(),
        overhead,
        folder: builder.folder,
    })
}

struct Builder<'a> {
    shell: &'a Shell,
    tools: &'a Tools,
    folder: PathBuf,
    progress: Progress,
}

impl Builder<'_> {
    /// Builds something if its tools are installed.
    fn build<T>(&self, needs: &[Tool], work: impl FnOnce() -> Result<T>) -> Attempt<T> {
        match self.tools.lacking(needs) {
            Some((tool, _)) => Err(Lack::Missing(tool)),
            None => attempt(work()),
        }
    }

    fn go_caller(&self) -> Attempt<Caller> {
        self.build(&[Tool::Go], || {
            let program = self.folder.join("scalarbasemult-go");
            self.progress.task("the Go caller", || {
                let mut go = self.shell.go();
                go.args(["build", "-o"])
                    .arg(&program)
                    .arg("./cmd/scalarbasemult")
                    .env("CGO_ENABLED", "0");
                command::run(&mut go)
            })?;
            Ok(Caller {
                program,
                benchmark: Benchmark::Go(self.go_tests("the Go benchmark", "./edwards25519", false)?),
            })
        })
    }

    fn overhead(&self) -> [Attempt<PathBuf>; 2] {
        [
            self.build(&[Tool::Go], || {
                self.go_tests("the call benchmark", "./internal/overhead", false)
            }),
            self.build(&[Tool::Go, Tool::Cc], || {
                self.go_tests("the call benchmark of cgo", "./internal/overhead/cgo", true)
            }),
        ]
    }

    /// Builds the test program of a Go package.
    fn go_tests(&self, task: &str, package: &str, cgo: bool) -> Result<PathBuf> {
        let program = self.folder.join(format!(
            "{}.test",
            package.trim_start_matches("./").replace('/', "-")
        ));
        self.progress.task(task, || {
            let mut go = self.shell.go();
            go.args(["test", "-c", "-o"])
                .arg(&program)
                .arg(package)
                .env("CGO_ENABLED", if cgo { "1" } else { "0" });
            command::run(&mut go)
        })?;
        Ok(program)
    }

    /// The callers that link the sealed archive.
    fn linked_callers(&self) -> Vec<Host> {
        let sealed = self.sealed();
        let c = |name, linking| Host {
            name,
            caller: sealed.clone().and_then(|sealed| {
                self.build(&[Tool::Cc, Tool::Program("ld")], || {
                    self.caller(
                        &format!("{name}, {}", describe(linking)),
                        "examples/c",
                        "c",
                        |source, program| c::build(c::compiler(), source, &[&sealed], linking, program),
                    )
                })
            }),
        };
        let nasm = sealed.clone().and_then(|sealed| {
            self.build(&[Tool::Program("nasm"), Tool::Program("ld")], || {
                self.caller("NASM", "asm/linux", "asm", |source, program| {
                    nasm::build(source, &sealed, program)
                })
            })
        });
        vec![
            c("C", Linking::Dynamic),
            c("C", Linking::Static),
            Host {
                name: "NASM",
                caller: nasm,
            },
        ]
    }

    fn sealed(&self) -> Attempt<Sealed> {
        if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
            return Err(Lack::Elsewhere);
        }
        self.build(&[Tool::Target(GUEST_TARGETS[0])], || {
            self.progress.task("cargo rustgo, the tool", || {
                let mut cargo = self.shell.cargo();
                cargo.args(["rustgo-here", "--help"]);
                command::run(&mut cargo)
            })?;
            self.progress.task("rustgo-crypto, the guest", || {
                Sealed::build_with("rustgo-crypto", &self.folder.join("sealed"), &[])
            })
        })
    }

    /// Builds the caller and the benchmark in a folder.
    fn caller(
        &self,
        task: &str,
        folder: &str,
        extension: &str,
        build: impl Fn(&Path, &Path) -> Result<()>,
    ) -> Result<Caller> {
        self.progress
            .task(&format!("the {task} caller and its benchmark"), || {
                let build = |name: &str| {
                    let source = self
                        .shell
                        .workspace
                        .root
                        .join(folder)
                        .join(name)
                        .with_extension(extension);
                    let program = self
                        .folder
                        .join(format!("{name}-{}", task.replace([',', ' '], "")));
                    build(&source, &program).map(|()| program)
                };
                Ok(Caller {
                    program: build("scalar_base_mult")?,
                    benchmark: Benchmark::Program(build("benchmark")?),
                })
            })
    }
}

fn describe(linking: Linking) -> &'static str {
    match linking {
        Linking::Static => "static",
        _ => "dynamic",
    }
}
