//! Reads the trace files of `lcov`, in which cargo-llvm-cov says how often each line was run.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, ensure};

/// For each file below a folder, with its path from there: its lines of code, and whether each was run.
pub type Lines = BTreeMap<String, BTreeMap<usize, bool>>;

/// Reads a trace.
pub fn parse(trace: &str, folder: &Path) -> Result<Lines> {
    let mut lines = Lines::new();
    let mut file = None;
    for record in trace.lines() {
        if let Some(path) = record.strip_prefix("SF:") {
            let below = Path::new(path).strip_prefix(folder).ok();
            file = below.map(|path| path.display().to_string().replace('\\', "/"));
        } else if let (Some(data), Some(file)) = (record.strip_prefix("DA:"), &file) {
            let mut numbers = data.split(',').map(str::parse::<u64>);
            let mut number = || {
                let number = numbers.next().context("there are less than two numbers")?;
                number.context("it is no number")
            };
            let (line, count) = number()
                .and_then(|line| Ok((line, number()?)))
                .with_context(|| format!("`{record}`"))?;
            let was_run = lines
                .entry(file.clone())
                .or_default()
                .entry(line as usize)
                .or_default();
            *was_run |= count != 0;
        }
    }
    ensure!(
        !lines.is_empty(),
        "nothing below {} was compiled for coverage",
        folder.display()
    );
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "SF:/tree/isa/mod.rs\nFN:3,of\nFNDA:1,of\nDA:3,0\nDA:4,12\nLF:2\nLH:1\nend_of_record\n\
                         SF:/tree/machine.rs\nDA:3,1\nend_of_record\n\
                         SF:/tree/isa/x86_64/stack.rs\nDA:7,0\nDA:3,5\nend_of_record\n\
                         SF:/tree/isa/mod.rs\nDA:3,1\nDA:4,0\nDA:5,0\nend_of_record\n";

    /// Lines of other files don't count, and a line that is in the trace twice was run if either says so.
    #[test]
    fn lines_are_those_of_the_folder() {
        let lines = parse(TRACE, Path::new("/tree/isa")).unwrap();
        let expected = [
            (
                "mod.rs".to_owned(),
                BTreeMap::from([(3, true), (4, true), (5, false)]),
            ),
            (
                "x86_64/stack.rs".to_owned(),
                BTreeMap::from([(3, true), (7, false)]),
            ),
        ];
        assert_eq!(lines, BTreeMap::from(expected));
    }

    #[test]
    fn a_trace_without_the_folder_is_an_error() {
        let error = parse(TRACE, Path::new("/tree/is")).unwrap_err();
        assert!(error.to_string().contains("/tree/is"), "{error}");
    }

    #[test]
    fn damaged_records_are_named() {
        for record in ["DA:3", "DA:3,x", "DA:"] {
            let error = parse(&format!("SF:/tree/a.rs\n{record}\n"), Path::new("/tree")).unwrap_err();
            assert!(error.to_string().contains(record), "{error}");
        }
    }
}
