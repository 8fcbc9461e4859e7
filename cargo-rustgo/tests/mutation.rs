//! The tool meets damaged objects: an error or a verdict each time, never a panic, a hang over 5 s or memory over 1 GiB.
//!
//! Every mutation follows from its number, so that a failure can be repeated: `RUSTGO_MUTATIONS=FROM..TO cargo test
//! --release -p cargo-rustgo --test mutation`.

mod common;
#[path = "common/random.rs"]
mod random;

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use cargo_rustgo::export::Export;
use cargo_rustgo::link::{self, Input, members};
use cargo_rustgo::pipeline::{self, Declared};
use cargo_rustgo::processor::Processor;
use cargo_rustgo::toolchain::Toolchain;
use object::{Object, ObjectSection};
use random::Random;

/// How long an answer may take.
const LIMIT: Duration = Duration::from_secs(5);

/// How much memory the process may have, in bytes: what the tool may take.
const MEMORY: u64 = 1 << 30;

/// How many mutations run when nothing else is said.
const SHORT: u64 = 5_000;

/// Of how many mutations one goes through the linker, which is another process.
const LINKED_EVERY: u64 = 50;

impl Random {
    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    fn within(&mut self, range: &Range<usize>) -> usize {
        range.start + self.below(range.len())
    }
}

/// A real file.
struct Sample {
    bytes: Vec<u8>,
    /// Its code, and its headers, symbols and relocations: where a change tells.
    parts: Vec<Range<usize>>,
    declared: Declared,
    /// The linker has made it.
    is_linked: bool,
}

impl Sample {
    fn new(bytes: Vec<u8>, declared: Declared, is_linked: bool) -> Self {
        let object = object::File::parse(&*bytes).unwrap();
        let mut parts: Vec<Range<usize>> = object
            .sections()
            .filter(|section| !section.name().unwrap_or_default().starts_with(".debug"))
            .filter_map(|section| section.file_range())
            .map(|(start, size)| start as usize..(start + size) as usize)
            .filter(|range| !range.is_empty())
            .collect();
        // Most changes go into the code, or few would get past the file's reader.
        let image = object
            .section_by_name(".image")
            .and_then(|section| section.file_range());
        if let Some((start, size)) = image {
            let code = start as usize..(start + size) as usize;
            parts.extend(std::iter::repeat_n(code, 4 * parts.len()));
        }
        parts.push(0..64);
        parts.push(0..bytes.len());
        Self {
            bytes,
            parts,
            declared,
            is_linked,
        }
    }

    fn mutated(&self, random: &mut Random) -> Vec<u8> {
        let mut bytes = self.bytes.clone();
        for _ in 0..1 + random.below(4) {
            let part = &self.parts[random.below(self.parts.len())];
            let at = random.within(part);
            match random.below(12) {
                0..4 => bytes[at] ^= 1 << random.below(8),
                4..7 => bytes[at] = random.next() as u8,
                7 => {
                    let values = [
                        0,
                        u64::MAX,
                        i64::MAX as u64,
                        u32::MAX as u64,
                        1 << 40,
                        random.next(),
                    ];
                    let value = values[random.below(values.len())].to_le_bytes();
                    let size = [1, 2, 4, 8][random.below(4)];
                    let end = bytes.len().min(at + size);
                    bytes[at..end].copy_from_slice(&value[..end - at]);
                }
                8 | 9 => {
                    let from = random.within(part);
                    let length = (1 + random.below(64)).min(bytes.len() - at.max(from));
                    bytes.copy_within(from..from + length, at);
                }
                _ => {
                    let end = bytes.len().min(at + 1 + random.below(32));
                    bytes[at..end].fill([0, 0xff, 0x90, 0xc3][random.below(4)]);
                }
            }
        }
        if random.below(8) == 0 {
            bytes.truncate(random.below(bytes.len()));
        }
        bytes
    }
}

fn samples() -> Vec<Sample> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let toolchain = Toolchain::find(root).unwrap();
    let mut samples = Vec::new();
    let sources = [
        ("tests/execution/features.rs", "mutation_features"),
        ("tests/guests/recursion.rs", "mutation_recursion"),
        ("tests/guests/panic.rs", "mutation_panic"),
    ];
    for (source, name) in sources {
        let library = common::compile(&root.join(source), &["bad"], name).unwrap();
        let files = [library.clone()];
        let declared = Declared::read(&files).unwrap();
        let roots: Vec<String> = declared
            .exports
            .iter()
            .map(|export| export.name.clone())
            .collect();
        let input = Input {
            processor: Processor::X86_64,
            files: &files,
            roots: &roots,
            imports: &[],
        };
        samples.push(Sample::new(
            link::link(&toolchain, &input).unwrap(),
            declared,
            true,
        ));

        // The guest's own object, which holds its records.
        let archive = std::fs::read(&library).unwrap();
        let member = members(&archive)
            .unwrap()
            .into_iter()
            .find(|member| member.name.contains(name))
            .expect("the archive holds the guest");
        let declared = Declared {
            exports: roots.iter().map(|name| Export::undeclared(name)).collect(),
            ..Declared::default()
        };
        samples.push(Sample::new(member.data.to_vec(), declared, false));
    }
    samples
}

/// What the tool does with a file, short of running the linker.
fn look(sample: &Sample, bytes: &[u8]) -> bool {
    let _ = members(bytes);
    let _ = cargo_rustgo::export::exports(bytes);
    let _ = cargo_rustgo::export::imports(bytes);
    if !sample.is_linked {
        return false;
    }
    match pipeline::check_linked(bytes, &sample.declared) {
        Ok(checked) => !checked.analysis.entries.is_empty(),
        Err(error) => {
            assert!(!format!("{error:#}").is_empty());
            false
        }
    }
}

/// `cargo rustgo check` on the file itself.
fn check_file(bytes: &[u8], number: u64) {
    let file = common::folder().join(format!("mutation{}.o", number % 2));
    std::fs::write(&file, bytes).unwrap();
    let output = common::rustgo(&["check"], &file);
    assert!(
        matches!(output.status.code(), Some(0 | 1)) && !common::text(&output.stderr).contains("panicked"),
        "{:?} {}{}",
        output.status,
        common::text(&output.stdout),
        common::text(&output.stderr)
    );
}

fn numbers() -> Range<u64> {
    match std::env::var("RUSTGO_MUTATIONS") {
        Ok(text) => match text.split_once("..") {
            Some((from, to)) => from.parse().unwrap()..to.parse().unwrap(),
            None => 0..text.parse().expect("RUSTGO_MUTATIONS is a number or FROM..TO"),
        },
        Err(_) => 0..SHORT,
    }
}

#[test]
fn a_damaged_object_gets_an_error_or_a_verdict() {
    let samples = samples();
    common::limit_memory(MEMORY);
    let numbers = numbers();
    let next = AtomicU64::new(numbers.start);
    let verdicts = AtomicU64::new(0);
    let slowest = AtomicU64::new(0);
    std::panic::set_hook(Box::new(|info| eprintln!("{info}")));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= numbers.end {
                        return;
                    }
                    let mut random = Random(number);
                    let sample = &samples[random.below(samples.len())];
                    let bytes = sample.mutated(&mut random);
                    let watch = Watch::start(number);
                    let outcome = catch_unwind(AssertUnwindSafe(|| {
                        if number.is_multiple_of(LINKED_EVERY) {
                            check_file(&bytes, number);
                        }
                        look(sample, &bytes)
                    }));
                    slowest.fetch_max(watch.stop(), Ordering::Relaxed);
                    match outcome {
                        Ok(has_verdict) => verdicts.fetch_add(has_verdict.into(), Ordering::Relaxed),
                        Err(_) => {
                            eprintln!("mutation {number} made the tool panic");
                            std::process::abort()
                        }
                    };
                }
            });
        }
    });
    let verdicts = verdicts.into_inner();
    let count = numbers.end - numbers.start;
    println!(
        "{count} mutations, {verdicts} of them with a verdict; the slowest took {} ms; memory peaked at {} MiB",
        slowest.into_inner(),
        common::peak_memory() >> 20
    );
    assert!(
        verdicts * 10 >= count,
        "most mutations do not even reach the analysis"
    );
}

/// Ends the process when an answer takes too long.
struct Watch {
    started: Instant,
    done: std::sync::mpsc::Sender<()>,
}

impl Watch {
    fn start(number: u64) -> Self {
        let (done, wait) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            if wait.recv_timeout(LIMIT) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
                eprintln!("mutation {number} takes longer than {LIMIT:?}");
                std::process::abort();
            }
        });
        Self {
            started: Instant::now(),
            done,
        }
    }

    /// How long it took, in milliseconds.
    fn stop(self) -> u64 {
        // Nobody listens any more when the time is up.
        let _ = self.done.send(());
        self.started.elapsed().as_millis() as u64
    }
}
