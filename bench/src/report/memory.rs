//! What the tables and charts of memory functions say: means over placements and sizes.

use crate::statistics::geometric_mean;
use crate::tables::{Line, Table};
use crate::targets::size;

/// The implementations, the baseline first, then as they come.
pub fn names(table: &Table) -> Vec<&str> {
    let mut names = vec![table.baseline];
    for line in &table.rows {
        if !names.contains(&line.name.as_str()) {
            names.push(&line.name);
        }
    }
    names
}

/// The sizes, in bytes.
pub fn sizes(table: &Table) -> Vec<u64> {
    let mut sizes: Vec<u64> = measured(table).map(size).collect();
    sizes.sort_unstable();
    sizes.dedup();
    sizes
}

/// Bytes per nanosecond, that is GB/s, of an implementation at a size.
pub fn throughput(table: &Table, name: &str, bytes: u64) -> Option<f64> {
    let lines = measured(table).filter(|line| line.name == name && size(line) == bytes);
    geometric_mean(lines.filter_map(|line| Some(1.0 / line.nanoseconds?.median)))
}

/// How many times the baseline's throughput an implementation has over a range of sizes.
pub fn relative(table: &Table, name: &str, sizes: std::ops::RangeInclusive<u64>) -> Option<f64> {
    let lines = measured(table).filter(|line| line.name == name && sizes.contains(&size(line)));
    geometric_mean(lines.filter_map(|line| Some(1.0 / line.ratio?.median)))
}

fn measured(table: &Table) -> impl Iterator<Item = &Line> {
    table.rows.iter().filter(|line| line.missing.is_none())
}
