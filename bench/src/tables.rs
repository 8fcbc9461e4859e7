//! The tables that are printed, drawn and written.

use serde::ser::Error as _;
use serde::{Serialize, Serializer};
use serde_json::value::to_raw_value;

use crate::statistics::Summary;

/// A table.
#[derive(Debug, Serialize)]
pub struct Table {
    pub name: &'static str,
    pub title: &'static str,
    /// What the others are compared with.
    pub baseline: &'static str,
    #[serde(serialize_with = "one_per_line")]
    pub rows: Vec<Line>,
}

/// Each row in a line of its own: there are thousands.
fn one_per_line<S: Serializer>(rows: &[Line], serializer: S) -> Result<S::Ok, S::Error> {
    let lines: Result<Vec<_>, _> = rows.iter().map(to_raw_value).collect();
    lines.map_err(S::Error::custom)?.serialize(serializer)
}

/// A row of it.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    pub name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub case: String,
    /// Nanoseconds per item: a call, a scalar of a batch, a byte.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nanoseconds: Option<Summary>,
    /// Times as long as the baseline, round by round.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ratio: Option<Summary>,
    /// Why it was not measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<String>,
    /// It is only there to be subtracted from another line.
    #[serde(skip)]
    pub is_part: bool,
    /// Nanoseconds per item, round by round.
    #[serde(skip)]
    pub samples: Vec<f64>,
}
