//! Runs steps, and summarises the results.
//!
//! Steps that need neither cargo nor another step's output run alongside the others, much of whose work keeps only one
//! processor busy. Their output is shown when they are done, so that lines of two steps don't mix.

use std::fs::File;
use std::process::ExitCode;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;
use console::style;

use super::steps::Step;
use crate::run::{self, Run};
use crate::shell::Shell;
use crate::tools::Tool;
use crate::ui;

/// Says which of some tools is missing, and why, if one is.
pub type Lacking<'a> = dyn Fn(&[Tool]) -> Option<String> + Sync + 'a;

/// The result of a step.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    /// Everything passed, except what was skipped.
    Passed {
        without: Vec<String>,
    },
    Skipped(String),
    Failed(String),
}

/// A step, its result, and its duration.
type Row = (&'static str, Outcome, Duration);

/// The steps with these names; all if none is given.
pub fn chosen(mut steps: Vec<Step>, only: &[String]) -> Vec<Step> {
    steps.retain(|step| only.is_empty() || only.iter().any(|name| name == step.name));
    steps
}

/// The tools for the steps that this system can run, without duplicates.
pub fn needs(steps: &[Step]) -> Vec<Tool> {
    let mut needs: Vec<Tool> = Vec::new();
    for tool in steps
        .iter()
        .filter(|step| step.impossible.is_none())
        .flat_map(|step| step.needs)
    {
        if !needs.contains(tool) {
            needs.push(*tool);
        }
    }
    needs
}

/// Runs all steps, even after one has failed.
pub fn run(steps: &[Step], long: bool, shell: &Shell, lacking: &Lacking) -> ExitCode {
    let start = Instant::now();
    let rows = each(steps, long, shell, lacking);
    ui::heading("Summary");
    println!("{}", summary(&rows, start.elapsed()));
    exit_code(&rows)
}

/// Runs all steps, and returns what became of them in their order.
fn each(steps: &[Step], long: bool, shell: &Shell, lacking: &Lacking) -> Vec<Row> {
    let in_the_open = steps.iter().any(|step| !step.is_beside);
    let (beside, open): (Vec<_>, Vec<_>) = steps
        .iter()
        .enumerate()
        .partition(|(_, step)| step.is_beside && in_the_open);
    let mut rows = Vec::new();
    thread::scope(|scope| {
        let (sender, finished) = mpsc::channel();
        scope.spawn(move || {
            for (number, step) in beside {
                // There is a receiver as long as the steps in the open don't panic.
                let _ = sender.send((number, logged(step, long, shell, lacking)));
            }
        });
        let mut add = |number: usize, row: Row| {
            tell(&row);
            rows.push((number, row));
        };
        let show = |step: &Step, (row, text): (Row, String)| {
            title(step);
            print!("{text}");
            row
        };
        for (number, step) in open {
            title(step);
            let start = Instant::now();
            let outcome = outcome(step, long, shell, None, lacking);
            add(number, (step.name, outcome, start.elapsed()));
            for (number, result) in finished.try_iter() {
                add(number, show(&steps[number], result));
            }
        }
        for (number, result) in finished {
            add(number, show(&steps[number], result));
        }
    });
    rows.sort_by_key(|(number, _)| *number);
    rows.into_iter().map(|(_, row)| row).collect()
}

/// Runs a step whose output is kept, and returns that too.
fn logged(step: &Step, long: bool, shell: &Shell, lacking: &Lacking) -> (Row, String) {
    let start = Instant::now();
    let run = || -> Result<(Outcome, String)> {
        let log = tempfile::tempfile()?;
        let outcome = outcome(step, long, shell, Some(&log), lacking);
        Ok((outcome, run::read_log(&log)?))
    };
    let (outcome, text) =
        run().unwrap_or_else(|error| (Outcome::Failed(format!("{error:#}")), String::new()));
    ((step.name, outcome, start.elapsed()), text)
}

fn title(step: &Step) {
    ui::heading(format_args!("{}: {}", step.name, step.about));
}

/// Tells what became of a step.
fn tell((_, outcome, time): &Row) {
    match outcome {
        Outcome::Passed { without } => {
            println!("{} in {}", style("passed").green(), ui::duration(*time));
            for tests in without {
                println!("{} {tests}", style("WITHOUT:").yellow());
            }
        }
        Outcome::Skipped(reason) => println!("{} {reason}", style("SKIPPED:").yellow()),
        Outcome::Failed(reason) => println!("{} {reason}", style("FAILED:").red()),
    }
}

fn outcome(step: &Step, long: bool, shell: &Shell, log: Option<&File>, lacking: &Lacking) -> Outcome {
    if let Some(reason) = step.impossible {
        return Outcome::Skipped(reason.into());
    }
    if let Some(reason) = lacking(step.needs) {
        return Outcome::Failed(reason);
    }
    let commands = if long {
        step.long.unwrap_or(step.run)
    } else {
        step.run
    };
    match Run::of(shell, log, commands) {
        Ok(skips) => Outcome::Passed {
            without: step.without.map(str::to_owned).into_iter().chain(skips).collect(),
        },
        Err(error) => Outcome::Failed(format!("{error:#}")),
    }
}

fn failed(rows: &[Row]) -> Vec<&'static str> {
    rows.iter()
        .filter(|(_, outcome, _)| matches!(outcome, Outcome::Failed(_)))
        .map(|(name, ..)| *name)
        .collect()
}

fn exit_code(rows: &[Row]) -> ExitCode {
    if failed(rows).is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// The table, the verdict, and the command that repeats what failed.
fn summary(rows: &[Row], total: Duration) -> String {
    let mut table = ui::table(&["step", "result", "time"]);
    for (name, outcome, time) in rows {
        let (result, time) = match outcome {
            Outcome::Passed { without } if without.is_empty() => ("passed".to_owned(), ui::duration(*time)),
            Outcome::Passed { without } => (
                format!("passed, without {}", without.join("; ")),
                ui::duration(*time),
            ),
            Outcome::Skipped(reason) => (format!("skipped: {reason}"), String::new()),
            Outcome::Failed(_) => ("FAILED".to_owned(), ui::duration(*time)),
        };
        table.add_row([(*name).to_owned(), result, time]);
    }
    let total = ui::duration(total);
    let failed = failed(rows);
    if failed.is_empty() {
        let is_whole =
            |(_, outcome, _): &Row| matches!(outcome, Outcome::Passed { without } if without.is_empty());
        let verdict = if rows.iter().all(is_whole) {
            "all passed"
        } else {
            "all passed that can run here"
        };
        return format!("{table}\n{} in {total}", style(verdict).green());
    }
    let again: Vec<_> = failed.iter().map(|name| format!("--only {name}")).collect();
    format!(
        "{table}\n{} {} in {total}\nagain: cargo xtask test {}",
        style("FAILED:").red(),
        failed.join(", "),
        again.join(" ")
    )
}

#[cfg(all(test, unix))]
mod tests {
    use anyhow::{Result, bail};

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn step(name: &'static str, run: fn(&mut Run) -> Result<()>) -> Step {
        Step {
            name,
            about: "a test",
            needs: &[],
            impossible: None,
            without: None,
            is_beside: false,
            run,
            long: None,
        }
    }

    fn pass(run: &mut Run) -> Result<()> {
        run.show(&mut run.shell.command("true"));
        Ok(())
    }

    fn fail(run: &mut Run) -> Result<()> {
        run.show(&mut run.shell.command("false"));
        run.show(&mut run.shell.command("true"));
        Ok(())
    }

    fn skip(run: &mut Run) -> Result<()> {
        run.show(
            run.shell
                .command("sh")
                .args(["-c", "echo a kernel >> $RUSTGO_SKIPS"]),
        );
        Ok(())
    }

    fn never(_: &mut Run) -> Result<()> {
        panic!("it must not run")
    }

    fn rows(steps: &[Step]) -> Vec<Row> {
        each(steps, false, &Shell::new().unwrap(), &|_| None)
    }

    fn is_failure(rows: &[Row]) -> bool {
        exit_code(rows) == ExitCode::FAILURE
    }

    fn text(rows: &[Row]) -> String {
        console::strip_ansi_codes(&summary(rows, SECOND)).into_owned()
    }

    #[test]
    fn one_failure_fails_all_wherever_it_is() {
        for failing in 0..3 {
            let steps: Vec<_> = (0..3)
                .map(|i| step(["a", "b", "c"][i], if i == failing { fail } else { pass }))
                .collect();
            let rows = rows(&steps);
            assert!(is_failure(&rows));
            for (i, (name, outcome, _)) in rows.iter().enumerate() {
                assert_eq!(*name, steps[i].name);
                assert_eq!(matches!(outcome, Outcome::Failed(_)), i == failing);
            }
            let text = text(&rows);
            let name = steps[failing].name;
            assert!(
                text.contains(&format!(
                    "FAILED: {name} in 1.0 s\nagain: cargo xtask test --only {name}"
                )),
                "{text}"
            );
            assert!(!text.contains("all passed"));
        }
        let all = rows(&[step("a", pass), step("b", pass)]);
        assert!(!is_failure(&all));
        assert!(text(&all).ends_with("all passed in 1.0 s"));
        let two = rows(&[step("a", fail), step("b", pass), step("c", fail)]);
        assert!(text(&two).ends_with("FAILED: a, c in 1.0 s\nagain: cargo xtask test --only a --only c"));
    }

    /// The order of the rows, and which of them fail, is the same as in the open.
    #[test]
    fn steps_beside_others_count_like_the_others() {
        for failing in 0..4 {
            for beside in 0..8_usize {
                let steps: Vec<_> = (0..3)
                    .map(|i| Step {
                        is_beside: beside >> i & 1 == 1,
                        ..step(["a", "b", "c"][i], if i == failing { fail } else { pass })
                    })
                    .collect();
                let rows = rows(&steps);
                assert_eq!(rows.len(), 3);
                for (i, (name, outcome, _)) in rows.iter().enumerate() {
                    assert_eq!(*name, steps[i].name);
                    assert_eq!(matches!(outcome, Outcome::Failed(_)), i == failing);
                }
            }
        }
    }

    /// A step beside others runs while another one does: each of the two waits for a file of the other's.
    #[test]
    fn steps_beside_others_run_at_the_same_time() {
        fn meet(run: &mut Run, mine: &str, other: &str) -> Result<()> {
            let folder = std::env::temp_dir().join(format!("rustgo-beside-{}", std::process::id()));
            let script = "mkdir -p $0; touch $0/$1; for i in $(seq 600); do [ -e $0/$2 ] && exit; sleep 0.1; done; exit 1";
            run.show(
                run.shell
                    .command("sh")
                    .args(["-c", script])
                    .arg(&folder)
                    .args([mine, other]),
            );
            Ok(())
        }
        let steps = [
            step("a", |run| meet(run, "a", "b")),
            Step {
                is_beside: true,
                ..step("b", |run| meet(run, "b", "a"))
            },
        ];
        let rows = rows(&steps);
        let folder = std::env::temp_dir().join(format!("rustgo-beside-{}", std::process::id()));
        std::fs::remove_dir_all(folder).unwrap();
        assert!(!is_failure(&rows), "{}", text(&rows));
    }

    #[test]
    fn what_a_step_beside_others_writes_is_kept() {
        let shell = Shell::new().unwrap();
        let ((name, outcome, _), text) = logged(&step("a", skip), false, &shell, &|_| None);
        let without = vec!["a kernel".to_owned()];
        assert_eq!((name, outcome), ("a", Outcome::Passed { without }));
        assert!(console::strip_ansi_codes(&text).starts_with("$ sh -c "), "{text}");
    }

    #[test]
    fn the_exit_status_is_that_of_the_rows() {
        let shell = Shell::new().unwrap();
        let of = |run: fn(&mut Run) -> Result<()>| super::run(&[step("a", run)], false, &shell, &|_| None);
        assert_eq!(of(pass), ExitCode::SUCCESS);
        assert_eq!(of(fail), ExitCode::FAILURE);
        assert_eq!(of(|_| bail!("so")), ExitCode::FAILURE);
    }

    #[test]
    fn skips_are_visible_and_no_failure() {
        let steps = [
            Step {
                impossible: Some("there is no sun"),
                ..step("sundial", never)
            },
            Step {
                without: Some("the moon"),
                ..step("clock", skip)
            },
        ];
        let rows = rows(&steps);
        assert_eq!(rows[0].1, Outcome::Skipped("there is no sun".to_owned()));
        let without = ["the moon", "a kernel"].map(str::to_owned).to_vec();
        assert_eq!(rows[1].1, Outcome::Passed { without });
        assert!(!is_failure(&rows));
        let text = text(&rows);
        for part in [
            "skipped: there is no sun",
            "passed, without the moon; a kernel",
            "all passed that can run here",
        ] {
            assert!(text.contains(part), "{text}");
        }
        // Each of the two keeps the verdict from being that of a complete run, next to a complete step.
        for row in rows {
            let passed = Outcome::Passed { without: Vec::new() };
            let text = super::tests::text(&[("whole", passed, SECOND), row]);
            assert!(text.contains("all passed that can run here"), "{text}");
        }
    }

    #[test]
    fn what_is_missing_fails_the_step_that_needs_it() {
        let needs: &[Tool] = &[Tool::Go];
        let steps = [
            Step {
                needs,
                ..step("a", never)
            },
            step("b", pass),
            Step {
                needs,
                impossible: Some("anyway"),
                ..step("c", never)
            },
        ];
        let lacking: &Lacking = &|needs| needs.contains(&Tool::Go).then(|| "no Go".to_owned());
        let rows = each(&steps, false, &Shell::new().unwrap(), lacking);
        assert_eq!(rows[0].1, Outcome::Failed("no Go".to_owned()));
        assert!(matches!(rows[1].1, Outcome::Passed { .. }));
        assert_eq!(rows[2].1, Outcome::Skipped("anyway".to_owned()));
        assert!(is_failure(&rows));
    }

    #[test]
    fn the_long_form_is_run_where_there_is_one() {
        let shell = Shell::new().unwrap();
        let both = Step {
            long: Some(fail),
            ..step("a", pass)
        };
        let is_passed = |step: &Step, long| {
            matches!(
                outcome(step, long, &shell, None, &|_| None),
                Outcome::Passed { .. }
            )
        };
        assert!(is_passed(&both, false));
        assert!(!is_passed(&both, true));
        assert!(is_passed(&step("b", pass), true));
    }

    #[test]
    fn only_those_that_are_named() {
        let names = |only: &[&str]| {
            let steps = vec![step("a", pass), step("b", pass), step("c", pass)];
            let only: Vec<_> = only.iter().map(|&name| name.to_owned()).collect();
            let chosen = chosen(steps, &only).into_iter().map(|step| step.name);
            chosen.collect::<Vec<_>>().concat()
        };
        assert_eq!(names(&[]), "abc");
        assert_eq!(names(&["b"]), "b");
        assert_eq!(names(&["c", "a"]), "ac");
    }

    #[test]
    fn needs_are_of_those_that_can_run_and_each_is_there_once() {
        let steps = [
            Step {
                needs: &[Tool::Go, Tool::Cc],
                ..step("a", pass)
            },
            Step {
                needs: &[Tool::Zig, Tool::Go],
                ..step("b", pass)
            },
            Step {
                needs: &[Tool::Unicorn],
                impossible: Some("so"),
                ..step("c", pass)
            },
        ];
        assert_eq!(needs(&steps), [Tool::Go, Tool::Cc, Tool::Zig]);
    }

    #[test]
    fn steps_have_different_names() {
        let mut names: Vec<_> = super::super::steps().iter().map(|step| step.name).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
    }
}
