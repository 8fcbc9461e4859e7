//! What programs reach, compared line by line.

use std::collections::BTreeMap;
use std::fmt::Write;

use anyhow::Result;

use super::gap::{By, Gap};
use super::lcov::Lines;
use super::reasons::Reasons;
use super::refusals;
use crate::ui;

/// Files that have no rules: the table of AArch64 instructions with its names and its form, and the printer of
/// instructions.
const NO_RULES: [&str; 4] = [
    "aarch64/definition.rs",
    "aarch64/names.rs",
    "aarch64/table.rs",
    "aarch64/text/",
];

/// The lines that each kind of programs runs.
pub struct Reached {
    pub accepted: Lines,
    pub refused: Lines,
    pub generated: Lines,
}

/// A file's counts of lines.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counts {
    lines: usize,
    /// Of these, those that make a diagnostic and that no accepted program runs.
    refusals: usize,
    accepted: usize,
    refused: usize,
    generated: usize,
}

/// All files.
pub struct Report {
    files: BTreeMap<String, Counts>,
    pub gaps: Vec<Gap>,
}

impl Report {
    /// Compares what programs reach, given the files' texts.
    pub fn of(reached: &Reached, read: impl Fn(&str) -> Result<String>) -> Result<Self> {
        let mut report = Self {
            files: BTreeMap::new(),
            gaps: Vec::new(),
        };
        for (file, lines) in &reached.accepted {
            if NO_RULES.iter().any(|without| file.starts_with(without)) {
                continue;
            }
            let source = read(file)?;
            let refusals = refusals::lines(&source)?;
            let counts = report.files.entry(file.clone()).or_default();
            for (&line, &accepted) in lines {
                let was_run = |lines: &Lines| {
                    let lines = lines.get(file);
                    lines
                        .and_then(|lines| lines.get(&line))
                        .copied()
                        .unwrap_or_default()
                };
                let refused = was_run(&reached.refused);
                let is_refusal = refusals.contains(&line) && !accepted;
                counts.lines += 1;
                counts.refusals += usize::from(is_refusal);
                counts.accepted += usize::from(accepted);
                counts.refused += usize::from(refused);
                counts.generated += usize::from(was_run(&reached.generated));
                let by = match (accepted, refused) {
                    (true, true) => continue,
                    (false, true) if is_refusal => continue,
                    (true, false) => By::Accepted,
                    (false, true) => By::Refused,
                    (false, false) => By::Neither,
                };
                let text = source.lines().nth(line - 1).unwrap_or_default().trim().to_owned();
                // The end of what other lines show.
                if text.chars().all(|it| "{}()[];, ".contains(it)) {
                    continue;
                }
                report.gaps.push(Gap {
                    file: file.clone(),
                    line,
                    text,
                    by,
                });
            }
        }
        Ok(report)
    }

    /// The counts of every file and their sums, as a table in Markdown.
    pub fn table(&self) -> String {
        let mut table = ui::table(&[
            "file",
            "lines",
            "that only refuse",
            "accepted",
            "refused",
            "generated",
        ]);
        let mut all = Counts::default();
        let mut row = |name: &str, counts: &Counts| {
            let Counts {
                lines,
                refusals,
                accepted,
                refused,
                generated,
            } = counts;
            let numbers = [lines, refusals, accepted, refused, generated].map(ToString::to_string);
            table.add_row(std::iter::once(name.to_owned()).chain(numbers));
        };
        for (file, counts) in &self.files {
            row(file, counts);
            all.lines += counts.lines;
            all.refusals += counts.refusals;
            all.accepted += counts.accepted;
            all.refused += counts.refused;
            all.generated += counts.generated;
        }
        row("all", &all);
        table.to_string()
    }

    /// The page that is recorded.
    pub fn page(&self, reasons: &Reasons) -> String {
        let mut page = format!(
            "# Lines of the prover's rules that programs run\n\n`cargo xtask coverage` writes this file; docs/testing.md \
             explains it.\n\n{}\n\n## Lines that not both run\n\n",
            self.table()
        );
        if self.gaps.is_empty() {
            page.push_str("None.\n");
        }
        for gap in &self.gaps {
            let why = reasons.why(gap).unwrap_or("no reason is given");
            let Gap { file, text, by, .. } = gap;
            writeln!(page, "- {file}, `{text}`: {}. {why}", by.name()).expect("strings can be written to");
        }
        page
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "fn a(context: &mut Context) {\n    one();\n    context.report(two());\n    three();\n    four();\n}\n";

    fn lines(ran: [bool; 5]) -> Lines {
        let file: BTreeMap<_, _> = (1..).zip(ran).collect();
        Lines::from(
            ["a.rs", "aarch64/table.rs", "aarch64/text/mod.rs"].map(|name| (name.to_owned(), file.clone())),
        )
    }

    fn report(accepted: [bool; 5], refused: [bool; 5]) -> Report {
        let reached = Reached {
            accepted: lines(accepted),
            refused: lines(refused),
            generated: lines([true, false, false, false, false]),
        };
        Report::of(&reached, |_| Ok(SOURCE.to_owned())).unwrap()
    }

    #[test]
    fn a_line_has_to_be_run_from_both_sides() {
        let report = report(
            [true, true, false, false, false],
            [true, false, true, true, false],
        );
        let gap = |line, text: &str, by| Gap {
            file: "a.rs".to_owned(),
            line,
            text: text.to_owned(),
            by,
        };
        assert_eq!(
            report.gaps,
            [
                gap(2, "one();", By::Accepted),
                gap(4, "three();", By::Refused),
                gap(5, "four();", By::Neither)
            ]
        );
        let counts = Counts {
            lines: 5,
            refusals: 1,
            accepted: 2,
            refused: 3,
            generated: 1,
        };
        assert_eq!(report.files, BTreeMap::from([("a.rs".to_owned(), counts)]));
    }

    /// No accepted program can run a line that refuses, but a refused one has to.
    #[test]
    fn a_line_that_refuses_has_to_be_run_by_a_refused_program() {
        let all = [true; 5];
        let without = [true, true, false, true, true];
        assert_eq!(report(without, all).gaps, []);
        assert_eq!(report(without, without).gaps[0].by, By::Neither);
        assert_eq!(report(all, without).gaps[0].by, By::Accepted);
    }

    #[test]
    fn the_page_has_a_row_for_each_file_and_their_sum() {
        let all = [true; 5];
        let page = report(all, all).page(&Reasons::default());
        let cells = |name: &str| {
            let row = page
                .lines()
                .find(|line| line.starts_with(&format!("| {name} ")))
                .unwrap();
            row.split('|')
                .map(str::trim)
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        assert_eq!(cells("a.rs"), ["", "a.rs", "5", "0", "5", "5", "1", ""]);
        assert_eq!(cells("all"), ["", "all", "5", "0", "5", "5", "1", ""]);
        assert!(page.ends_with("None.\n"), "{page}");
    }
}
