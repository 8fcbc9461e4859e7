//! Builds what is measured: the guest, and the peers around it.

mod exports;
mod go;
mod guest;
mod rust;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use cargo_metadata::{CargoOpt, Metadata, MetadataCommand};
use cargo_rustgo::processor::Processor;
use rustgo_bench_peer::Benchmark;

use crate::go_test::GoTest;
use crate::groups::Part;
use crate::machine::Machine;
use crate::peer::{Peer, Piped};
use crate::ui;

/// What is where.
pub struct Paths {
    /// The repository.
    root: PathBuf,
    /// Where everything that is built goes.
    target: PathBuf,
    metadata: Metadata,
}

impl Paths {
    /// Asks cargo.
    ///
    /// # Errors
    ///
    /// The benchmark's workspace can't be read.
    pub fn find() -> Result<Self> {
        let bench = Path::new(env!("CARGO_MANIFEST_DIR"));
        let metadata = MetadataCommand::new()
            .manifest_path(bench.join("Cargo.toml"))
            .features(CargoOpt::AllFeatures)
            .exec()
            .context("the benchmark's workspace can't be read")?;
        Ok(Self {
            root: bench
                .parent()
                .context("the benchmark lies in the repository")?
                .to_owned(),
            target: metadata.target_directory.join("bench").into(),
            metadata,
        })
    }

    fn bench(&self) -> PathBuf {
        self.root.join("bench")
    }

    /// The Go module that people import.
    fn go(&self) -> PathBuf {
        self.root.join("go")
    }

    /// Where results go that others are to see.
    pub fn committed_results(&self, machine: &Machine) -> PathBuf {
        self.bench().join("results").join(machine.folder())
    }

    /// The folder for results that should not be relied on.
    pub fn other_results(&self) -> PathBuf {
        self.target.join("results")
    }
}

/// A peer.
pub struct Program {
    /// What is in it, for a table that has to do without.
    pub title: &'static str,
    /// What it is measured for.
    pub parts: &'static [Part],
    kind: Kind,
    /// Where it is, or why it is not.
    pub path: Result<PathBuf, String>,
}

enum Kind {
    /// It reads requests.
    Piped,
    /// It is the test program of the package in this folder.
    GoTest(PathBuf),
}

impl Program {
    /// Starts it.
    ///
    /// # Errors
    ///
    /// The system does not.
    pub fn start(&self, path: &Path) -> Result<Box<dyn Peer>> {
        Ok(match &self.kind {
            Kind::Piped => Box::new(Piped::start(path)?),
            Kind::GoTest(folder) => Box::new(GoTest::start(path, folder, self.title)?),
        })
    }
}

/// What was built.
pub struct Built {
    /// The peers.
    pub programs: Vec<Program>,
    /// Implementations that can't run here, whatever the peers.
    pub missing: Vec<Benchmark>,
    /// Versions of what is compiled in.
    pub versions: BTreeMap<String, String>,
}

/// Builds the peers of the given parts. One that can't be built is not an error.
///
/// # Errors
///
/// A file can't be written.
pub fn all(paths: &Paths, machine: &Machine, parts: &[Part]) -> Result<Built> {
    const CURVE: &[Part] = &[Part::Scalar, Part::Cold, Part::Batch];
    let processor = if cfg!(target_arch = "aarch64") {
        Processor::Aarch64
    } else {
        Processor::X86_64
    };
    let wants = |of: &[Part]| of.iter().any(|part| parts.contains(part));
    let mut builder = Builder {
        paths,
        processor,
        programs: Vec::new(),
    };
    let mut missing = Vec::new();
    if wants(CURVE) {
        let guest = builder.guest(machine)?;
        missing = guest.missing();
        builder.rust("dalek, rustgo from C, libsodium", CURVE, rust::curve(&guest));
        builder.rust("AWS-LC", CURVE, rust::aws_lc());
        builder.go_peer(&guest, CURVE);
    }
    if wants(&[Part::Calls]) {
        builder.go_tests();
    }
    if wants(&[Part::Memory]) {
        for (title, crates) in rust::memory() {
            match crates.impossible(machine) {
                None => builder.rust(title, &[Part::Memory], crates),
                Some(why) => builder.add(title, &[Part::Memory], Kind::Piped, Err(anyhow!(why))),
            }
        }
    }
    Ok(Built {
        programs: builder.programs,
        missing,
        versions: rust::versions(&paths.metadata),
    })
}

struct Builder<'a> {
    paths: &'a Paths,
    processor: Processor,
    programs: Vec<Program>,
}

impl Builder<'_> {
    fn guest(&self, machine: &Machine) -> Result<guest::Guest> {
        task("rustgo-crypto, sealed and for Go", || {
            let guest = guest::build(self.paths, self.processor, machine)?;
            exports::write(self.paths, self.processor, &guest)?;
            Ok(guest)
        })
    }

    fn rust(&mut self, title: &'static str, parts: &'static [Part], peer: rust::Crate) {
        let path = task(title, || rust::build(self.paths, self.processor, &peer));
        self.add(title, parts, Kind::Piped, path);
    }

    fn go_peer(&mut self, guest: &guest::Guest, parts: &'static [Part]) {
        let title = "rustgo and others from Go";
        let path = task(title, || go::peer(self.paths, self.processor, guest));
        self.add(title, parts, Kind::Piped, path);
    }

    fn go_tests(&mut self) {
        for (title, package, cgo) in [
            ("calls from Go", "./internal/overhead", false),
            ("cgo", "./internal/overhead/cgo", true),
        ] {
            let path = task(title, || go::tests(self.paths, package, cgo));
            self.add(
                title,
                &[Part::Calls],
                Kind::GoTest(self.paths.go().join(package)),
                path,
            );
        }
    }

    fn add(&mut self, title: &'static str, parts: &'static [Part], kind: Kind, path: Result<PathBuf>) {
        self.programs.push(Program {
            title,
            parts,
            kind,
            path: path.map_err(|error| {
                ui::warning(format!("{title}: {error:#}"));
                // A table has room for a line.
                let text = format!("{error:#}");
                text.lines().next().unwrap_or_default().to_owned()
            }),
        });
    }
}

fn task<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let spinner = ui::spinner(name);
    let result = work();
    spinner.finish_and_clear();
    result
}
