//! The tables on the terminal.

use comfy_table::{CellAlignment, ContentArrangement, Table as Grid, presets};

use super::memory;
use crate::results::Results;
use crate::tables::{Line, Table};
use crate::targets::{Limit, Target};
use crate::ui;

const NOT_MEASURED: &str = "not measured";

/// Prints everything.
pub fn print(results: &Results) {
    for table in &results.tables {
        ui::heading(table.title);
        if table.name.starts_with("mem") {
            print_memory(table);
        } else {
            print_times(table);
        }
    }
    if !results.targets.is_empty() {
        ui::heading("Targets");
        print_targets(&results.targets);
    }
    ui::heading("Measured on");
    ui::note(about(results));
}

/// The machine and what ran on it, in a few lines.
fn about(results: &Results) -> String {
    let versions: Vec<_> = results
        .versions
        .iter()
        .map(|(name, version)| format!("{name} {version}"))
        .collect();
    format!(
        "{}, core {}, Linux {}\nfeatures: {}\n{}\n{} samples, {} of them interrupted; other programs had the core for \
         {:.1}% of the time, other virtual machines for {:.1}%",
        results.machine.processor,
        results.machine.core,
        results.machine.kernel,
        results.machine.features.join(" "),
        versions.join(", "),
        results.samples,
        results.interrupted,
        100.0 * results.load.others,
        100.0 * results.load.stolen
    )
}

fn print_times(table: &Table) {
    let has_cases = table.rows.iter().any(|line| !line.case.is_empty());
    let to = format!("to {}", table.baseline);
    let mut columns = vec!["", "median", "quartiles", &to];
    if has_cases {
        columns.insert(0, "case");
    }
    let mut grid = grid(&columns, if has_cases { 2 } else { 1 });
    for line in &table.rows {
        let mut cells = vec![line.name.clone()];
        cells.extend(times(line));
        if has_cases {
            cells.insert(0, line.case.clone());
        }
        grid.add_row(cells);
    }
    println!("{grid}");
    print_reasons(table);
}

/// Why rows have no numbers, below the table, if there is space for it.
fn print_reasons(table: &Table) {
    for line in &table.rows {
        if let Some(why) = &line.missing {
            println!("{}: {NOT_MEASURED}: {why}", line.name);
        }
    }
}

fn times(line: &Line) -> [String; 3] {
    let Some(time) = line.nanoseconds else {
        return [NOT_MEASURED.into(), String::new(), String::new()];
    };
    [
        duration(time.median),
        format!("{} to {}", duration(time.lower), duration(time.upper)),
        line.ratio
            .map(|ratio| format!("{:.3}", ratio.median))
            .unwrap_or_default(),
    ]
}

/// `7.15 µs`, `12.3 ns`.
fn duration(nanoseconds: f64) -> String {
    if nanoseconds >= 1000.0 {
        format!("{:.2} µs", nanoseconds / 1000.0)
    } else {
        format!("{nanoseconds:.2} ns")
    }
}

fn print_memory(table: &Table) {
    const RANGES: [(&str, std::ops::RangeInclusive<u64>); 7] = [
        ("1-16", 1..=16),
        ("17-256", 17..=256),
        ("257-4096", 257..=4096),
        ("1-4096", 1..=4096),
        ("16-256 KiB", 16 << 10..=256 << 10),
        ("1 MiB", 1 << 20..=1 << 20),
        ("4-16 MiB", 4 << 20..=16 << 20),
    ];
    let mut columns = vec![""];
    columns.extend(RANGES.iter().map(|(name, _)| *name));
    columns.extend(["GB/s at 64", "at 4096", "at 1 MiB"]);
    let mut grid = grid(&columns, 1);
    for name in memory::names(table) {
        let mut cells = vec![name.to_owned()];
        let missing = table
            .rows
            .iter()
            .find(|line| line.name == name && line.missing.is_some());
        if let Some(why) = missing.and_then(|line| line.missing.as_ref()) {
            cells.push(format!("not measured: {why}"));
        } else {
            let number = |value: Option<f64>| value.map(|value| format!("{value:.2}")).unwrap_or_default();
            cells.extend(RANGES.map(|(_, sizes)| number(memory::relative(table, name, sizes))));
            cells.extend([64, 4096, 1 << 20].map(|size| number(memory::throughput(table, name, size))));
        }
        grid.add_row(cells);
    }
    println!(
        "Throughput, times {}'s; the geometric mean over sizes in bytes and over placements\n{grid}",
        table.baseline
    );
    print_reasons(table);
}

fn print_targets(targets: &[Target]) {
    let mut grid = grid(&["", "target", "measured", ""], 1);
    for target in targets {
        let (measured, verdict) = match (target.measured, target.is_met()) {
            (Some(ratio), Some(true)) => (format!("{ratio:.3}"), "met".to_owned()),
            (Some(ratio), _) => (format!("{ratio:.3}"), "not met".to_owned()),
            (None, _) => (
                String::new(),
                format!(
                    "not measured: {}",
                    target.missing.as_deref().unwrap_or("no result")
                ),
            ),
        };
        let limit = match target.limit {
            Limit::AtMost(limit) => format!("<= {limit}"),
            Limit::AtLeast(limit) => format!(">= {limit}"),
        };
        grid.add_row(vec![target.what.clone(), limit, measured, verdict]);
    }
    println!("{grid}");
}

/// An empty table whose columns from the given one on hold numbers.
fn grid(columns: &[&str], numbers: usize) -> Grid {
    let mut grid = Grid::new();
    grid.load_style(presets::ASCII_MARKDOWN)
        .set_content_arrangement(ContentArrangement::Disabled)
        .set_header(columns);
    for column in grid.column_iter_mut().skip(numbers) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    grid
}
