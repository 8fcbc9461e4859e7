//! Runs programs in batches: natively if this is their processor, otherwise in an emulator.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rustgo_check::image::Processor;

use super::layout::{Header, Job, Outcome};

/// A program to run, and its inputs.
pub struct Run {
    pub bytes: Vec<u8>,
    pub entry: u64,
    pub words: u64,
    pub bound: u64,
    pub inputs: Vec<Input>,
}

/// One input of a program.
#[derive(Clone, Debug)]
pub struct Input {
    /// How many bytes the stack pointer is below a multiple of 64 at the call.
    pub below: u64,
    pub seed: u64,
    pub words: Vec<u64>,
}

/// Images lie at multiples of this many bytes.
const ALIGNMENT: usize = 64;

/// A batch under construction.
#[derive(Default)]
pub struct Batch {
    runs: Vec<Run>,
    /// Bytes of images.
    size: usize,
}

/// The offset of the first image in a batch.
const FRONT: usize = 8 << 20;

impl Batch {
    /// The offset of the next image in the file.
    pub fn next(&self) -> u64 {
        (FRONT + self.size) as u64
    }

    pub fn push(&mut self, run: Run) {
        self.size += run.bytes.len().next_multiple_of(ALIGNMENT);
        self.runs.push(run);
    }

    pub fn len(&self) -> usize {
        self.runs.len()
    }

    /// Runs everything, and returns the outcomes of each program.
    pub fn run(&self, runner: &Runner) -> Vec<Vec<Outcome>> {
        if self.runs.is_empty() {
            return Vec::new();
        }
        let head = words(size_of::<Header>());
        let mut jobs: Vec<u64> = Vec::new();
        let mut inputs: Vec<u64> = Vec::new();
        let mut image = self.next() as usize - self.size;
        let inputs_at = head + self.runs.len() * words(size_of::<Job>());
        let count: usize = self.runs.iter().map(|run| run.inputs.len()).sum();
        let all_inputs: usize = self
            .runs
            .iter()
            .flat_map(|run| &run.inputs)
            .map(|input| 2 + input.words.len())
            .sum();
        let mut outcome = inputs_at + all_inputs;
        let outcomes_at = outcome;
        let mut images = Vec::new();
        for run in &self.runs {
            let count = run.inputs.first().map_or(0, |input| input.words.len());
            jobs.extend([
                image as u64 + run.entry,
                image as u64 + run.words,
                count as u64,
                8 * (inputs_at + inputs.len()) as u64,
                8 * outcome as u64,
                run.inputs.len() as u64,
                run.bound,
            ]);
            for input in &run.inputs {
                inputs.extend([input.below, input.seed]);
                inputs.extend(&input.words);
            }
            outcome += run.inputs.len() * words(size_of::<Outcome>());
            let size = run.bytes.len().next_multiple_of(ALIGNMENT);
            images.extend(&run.bytes);
            images.resize(images.len() + size - run.bytes.len(), 0);
            image += size;
        }
        let mut file = vec![image as u64, self.runs.len() as u64, 0];
        file.extend(jobs);
        file.extend(inputs);
        assert!(8 * outcome <= FRONT, "the batch is too large");
        file.resize(FRONT / 8, 0);
        let mut bytes: Vec<u8> = file.iter().flat_map(|word| word.to_le_bytes()).collect();
        bytes.extend(images);
        std::fs::write(&runner.file, bytes).unwrap();
        runner.start();
        let bytes = std::fs::read(&runner.file).unwrap();
        let word = |index: usize| u64::from_le_bytes(bytes[8 * index..8 * index + 8].try_into().unwrap());
        assert_eq!(
            word(2),
            self.runs.len() as u64,
            "the runner did not come to the end"
        );
        let mut outcomes = (0..count).map(|number| {
            let at = outcomes_at + number * words(size_of::<Outcome>());
            Outcome {
                ended: word(at),
                used: word(at + 1),
                lost: word(at + 2),
                above: word(at + 3),
            }
        });
        self.runs
            .iter()
            .map(|run| outcomes.by_ref().take(run.inputs.len()).collect())
            .collect()
    }
}

fn words(bytes: usize) -> usize {
    bytes / 8
}

/// The runner for a processor.
pub struct Runner {
    program: PathBuf,
    emulator: Option<&'static str>,
    file: PathBuf,
}

impl Runner {
    /// Compiles and links it.
    pub fn new(processor: Processor) -> Self {
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/grammar/runner/main.rs");
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join("grammar")
            .join(processor.go_name());
        std::fs::create_dir_all(&folder).unwrap();
        let library = folder.join("librunner.a");
        run(Command::new("rustc")
            .args([
                "--edition",
                "2024",
                "--crate-type",
                "staticlib",
                "--target",
                processor.target(),
            ])
            .args([
                "-Copt-level=2",
                "-Cpanic=abort",
                "-Cdebuginfo=0",
                "-Crelocation-model=static",
            ])
            .arg("-o")
            .arg(&library)
            .arg(&here));
        let program = folder.join("runner");
        run(Command::new(linker())
            .args(["-flavor", "gnu", "-static", "--gc-sections", "-e", "_start", "-o"])
            .arg(&program)
            .arg(&library));
        let is_native = match processor {
            Processor::X86_64 => cfg!(target_arch = "x86_64"),
            Processor::Aarch64 => cfg!(target_arch = "aarch64"),
        };
        let emulator = match processor {
            _ if is_native => None,
            Processor::X86_64 => Some("qemu-x86_64"),
            Processor::Aarch64 => Some("qemu-aarch64"),
        };
        Self {
            program,
            emulator,
            file: folder.join("batch"),
        }
    }

    fn start(&self) {
        let mut command = match self.emulator {
            Some(emulator) => {
                let mut command = Command::new(emulator);
                command.arg(&self.program);
                command
            }
            None => Command::new(&self.program),
        };
        let file = std::fs::OpenOptions::new()
            .read(true)
            .write(true)
            .open(&self.file)
            .unwrap();
        run(command.stdin(Stdio::from(file)));
    }
}

/// The linker that comes with the Rust toolchain.
fn linker() -> PathBuf {
    let say = |arguments: &[&str]| {
        let said = run(Command::new("rustc").args(arguments));
        String::from_utf8(said).unwrap()
    };
    let version = say(&["-vV"]);
    let host = version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .unwrap();
    let sysroot = say(&["--print", "sysroot"]);
    Path::new(sysroot.trim())
        .join("lib/rustlib")
        .join(host)
        .join("bin/rust-lld")
}

/// Runs a command that has to succeed, and returns its output.
fn run(command: &mut Command) -> Vec<u8> {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}: install it"));
    assert!(
        output.status.success(),
        "{command:?}: {}\n{}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}
