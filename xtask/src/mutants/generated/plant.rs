//! Plants an area's mutants: as many as possible in one build, the others one by one.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use super::super::areas::Rust;
use super::super::bounded::End;
use super::super::scratch::Scratch;
use super::activate::{activate, root_of};
use super::build::{Built, accused, build};
use super::journal::{Event, Journal};
use super::mutant::Mutant;
use super::programs::{Runner, Timed, WORKERS, know_mutants};
use super::rewrite::{self, Change};
use crate::shell::Shell;
use crate::ui;

/// Where an area's mutants are planted.
pub struct Planting<'a> {
    pub rust: Rust,
    pub scratch: &'a Scratch,
    /// Of the copy.
    pub shell: Shell,
    pub limit: Duration,
    /// Leaves out those that would have to be planted one by one.
    pub one_build: bool,
    pub journal: &'a Journal,
}

/// A mutant and its number, from 1.
type Numbered<'a> = (usize, &'a Mutant);

impl Planting<'_> {
    /// Plants those of the mutants whose fate the journal doesn't have yet, and enters it there.
    pub fn run(&self, mutants: &[Mutant]) -> Result<()> {
        let folder = self.scratch.folder.join("generated");
        fs::create_dir_all(&folder)?;
        let runner = Runner::new(&self.shell, folder, self.limit)?;
        let result = self.plant(mutants, &runner);
        self.scratch.revert()?;
        result
    }

    fn plant(&self, mutants: &[Mutant], runner: &Runner) -> Result<()> {
        let open: Vec<Numbered> = mutants
            .iter()
            .enumerate()
            .map(|(index, mutant)| (index + 1, mutant))
            .filter(|(_, mutant)| !self.journal.is_decided(&mutant.name))
            .collect();
        if open.is_empty() {
            return Ok(());
        }
        let (mut switched, mut single) = (Vec::new(), Vec::new());
        for (number, mutant) in open {
            if root_of(&self.scratch.root, &mutant.file)?.is_some() {
                switched.push((number, mutant));
            } else {
                single.push((number, mutant));
            }
        }
        if !switched.is_empty() {
            single.extend(self.switched(switched, runner)?);
        }
        if self.one_build {
            for (_, mutant) in single {
                self.journal.enter(&mutant.name, Event::LeftOut)?;
            }
        } else if !single.is_empty() {
            self.single(&single, runner)?;
        }
        Ok(())
    }

    /// Plants mutants in one build. Returns those that have to be planted one by one.
    fn switched<'m>(&self, mut mutants: Vec<Numbered<'m>>, runner: &Runner) -> Result<Vec<Numbered<'m>>> {
        let mut single = Vec::new();
        let (programs, functions) = loop {
            println!("building with {} mutants", mutants.len());
            let start = Instant::now();
            let copies = self.write(&mutants)?;
            let move_out = |numbers: &BTreeSet<usize>, mutants: &mut Vec<Numbered<'m>>| {
                let (out, rest) = mutants
                    .drain(..)
                    .partition(|(number, _)| numbers.contains(number));
                *mutants = rest;
                let out: Vec<Numbered<'m>> = out;
                out
            };
            single.extend(move_out(&copies.constant, &mut mutants));
            let refusals = match build(&self.shell, &self.rust)? {
                Built::Programs(programs) => {
                    println!("built in {}", ui::duration(start.elapsed()));
                    break (programs, copies.functions);
                }
                Built::Refused(refusals) => refusals,
            };
            let mut all = BTreeSet::new();
            for refusal in &refusals {
                all.extend(accused(refusal, |file, line| {
                    let text = copies.texts.get(file);
                    text.map_or_else(|| Ok(BTreeSet::new()), |text| rewrite::owners(text, line))
                })?);
            }
            ensure!(
                !all.is_empty(),
                "the compiler refuses more than mutants: {}",
                refusals[0].text
            );
            for (number, mutant) in move_out(&all, &mut mutants) {
                // What the compiler says of a whole function may be another mutant's fault.
                let is_sure = refusals.iter().any(|refusal| {
                    refusal.places.iter().any(|(file, line)| {
                        let text = copies.texts.get(file);
                        let owners = text.map(|text| rewrite::owners(text, *line));
                        matches!(owners, Some(Ok(owners)) if owners == [number].into())
                    })
                });
                if is_sure && !copies.opaque.contains(&number) {
                    self.journal.enter(&mutant.name, Event::Unviable)?;
                } else {
                    single.push((number, mutant));
                }
            }
        };
        // Tests that look at the sources see them as they are.
        self.scratch.revert()?;
        ensure!(
            know_mutants(&programs)?,
            "the programs are not those that the mutants are in"
        );
        for timed in runner.baseline(&programs)? {
            self.stage(&mutants, &functions, &timed, runner)?;
        }
        Ok(single)
    }

    /// Runs a program with each of the mutants that those before have not noticed.
    fn stage(
        &self,
        mutants: &[Numbered],
        functions: &BTreeMap<usize, usize>,
        timed: &Timed,
        runner: &Runner,
    ) -> Result<()> {
        let name = &timed.program.name;
        let open: Vec<_> = mutants
            .iter()
            .filter(|(_, mutant)| {
                !self.journal.is_decided(&mutant.name) && !self.journal.has_passed(&mutant.name, name)
            })
            .collect();
        println!(
            "{name}: {} mutants, {} each",
            open.len(),
            ui::duration(timed.time)
        );
        let next = AtomicUsize::new(0);
        let work = |worker: usize| -> Result<()> {
            while let Some((number, mutant)) = open.get(next.fetch_add(1, Ordering::Relaxed)) {
                let start = Instant::now();
                let end = runner.mutant(timed, *number, functions[number], worker)?;
                self.enter(mutant, end, name, start)?;
            }
            Ok(())
        };
        // Tests of one program that is not a unit's write to the same folder.
        let workers = if timed.program.is_unit { WORKERS } else { 1 };
        thread::scope(|scope| {
            let running: Vec<_> = (1..=workers)
                .map(|worker| scope.spawn(move || work(worker)))
                .collect();
            running
                .into_iter()
                .try_for_each(|worker| worker.join().expect("a worker does not panic"))
        })?;
        if !open.is_empty() {
            // A mutant may have left something that makes the tests fail after it.
            runner.baseline(std::slice::from_ref(&timed.program))?;
        }
        Ok(())
    }

    fn enter(&self, mutant: &Mutant, end: End, program: &str, start: Instant) -> Result<()> {
        let event = match end {
            End::Passed => Event::Passed(program.to_owned()),
            End::Failed => Event::Noticed(program.to_owned()),
            End::Hung => Event::Hung(program.to_owned()),
        };
        let mark = match end {
            End::Passed => "·",
            End::Failed => "✓",
            End::Hung => "HUNG",
        };
        println!(
            "  {mark} {} {program}: {}",
            ui::duration(start.elapsed()),
            mutant.name
        );
        self.journal.enter(&mutant.name, event)
    }

    /// Writes all mutants into the copy.
    fn write(&self, mutants: &[Numbered]) -> Result<Copies> {
        self.scratch.revert()?;
        let mut files: BTreeMap<&str, Vec<Numbered>> = BTreeMap::new();
        for (number, mutant) in mutants {
            files.entry(&mutant.file).or_default().push((*number, mutant));
        }
        let mut copies = Copies::default();
        let mut roots: BTreeSet<PathBuf> = BTreeSet::new();
        for (file, mutants) in files {
            roots.extend(root_of(&self.scratch.root, file)?);
            let path = self.scratch.root.join(file);
            let text = read(&path)?;
            let changes = mutants
                .iter()
                .map(|(number, mutant)| change(*number, mutant, &text))
                .collect::<Result<Vec<_>>>()?;
            let switched = rewrite::switch(&text, &changes).with_context(|| file.to_owned())?;
            copies.constant.extend(switched.constant);
            copies.opaque.extend(switched.opaque);
            copies.functions.extend(switched.functions);
            fs::write(path, &switched.text)?;
            copies.texts.insert(file.to_owned(), switched.text);
        }
        for root in roots {
            fs::write(&root, activate(&read(&root)?))?;
        }
        Ok(copies)
    }

    /// Plants mutants one by one.
    fn single(&self, mutants: &[Numbered], runner: &Runner) -> Result<()> {
        println!("{} mutants one by one", mutants.len());
        self.scratch.revert()?;
        let programs = match build(&self.shell, &self.rust)? {
            Built::Programs(programs) => programs,
            Built::Refused(refusals) => bail!("the tests can't be built: {}", refusals[0].text),
        };
        let baseline = runner.baseline(&programs)?;
        for (_, mutant) in mutants {
            let start = Instant::now();
            let path = self.scratch.root.join(&mutant.file);
            let mut text = read(&path)?;
            let change = change(0, mutant, &text)?;
            text.replace_range(change.range, &change.replacement);
            fs::write(&path, text)?;
            let built = build(&self.shell, &self.rust)?;
            self.scratch.revert()?;
            match built {
                Built::Programs(_) => self.one(mutant, &baseline, runner)?,
                Built::Refused(refusals) => {
                    let is_own = |refusal: &super::build::Refusal| {
                        !refusal.is_test && path.starts_with(&refusal.package)
                    };
                    let event = if refusals.iter().any(is_own) {
                        Event::Unviable
                    } else {
                        Event::Noticed("the compiler".to_owned())
                    };
                    println!("  {event:?} {}: {}", ui::duration(start.elapsed()), mutant.name);
                    self.journal.enter(&mutant.name, event)?;
                }
            }
        }
        Ok(())
    }

    /// Runs the programs with the mutant that they are built with.
    fn one(&self, mutant: &Mutant, programs: &[Timed], runner: &Runner) -> Result<()> {
        for timed in programs {
            let start = Instant::now();
            let end = runner.whole(timed)?;
            self.enter(mutant, end, &timed.program.name, start)?;
            if end != End::Passed {
                break;
            }
        }
        Ok(())
    }
}

/// What was written into the copy.
#[derive(Default)]
struct Copies {
    /// By file, from the repository's root.
    texts: BTreeMap<String, String>,
    /// The numbers of those that are not in it.
    constant: BTreeSet<usize>,
    /// The numbers of those that may be refused for another reason than their own.
    opaque: BTreeSet<usize>,
    /// What the function of each is called in traces.
    functions: BTreeMap<usize, usize>,
}

fn change(number: usize, mutant: &Mutant, text: &str) -> Result<Change> {
    let range = mutant.span.bytes(text);
    Ok(Change {
        number,
        range: range.with_context(|| format!("{} lies outside its file", mutant.name))?,
        replacement: mutant.replacement.clone(),
    })
}

fn read(path: &std::path::Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("{}", path.display()))
}
