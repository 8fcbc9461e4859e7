//! A mutant, as `cargo mutants --list --json` describes it.

use std::ops::Range;

use serde::Deserialize;

/// One change of one place.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Mutant {
    /// `FILE:LINE:COLUMN: replace ...`.
    pub name: String,
    /// From the repository's root.
    pub file: String,
    /// What is replaced.
    pub span: Span,
    pub replacement: String,
}

/// A part of a file; the end is excluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct Span {
    pub start: Place,
    pub end: Place,
}

/// Both are counted from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct Place {
    pub line: usize,
    pub column: usize,
}

impl Mutant {
    /// The name without the file and the place in it.
    pub fn short(&self) -> &str {
        let Place { line, column } = self.span.start;
        let place = format!("{}:{line}:{column}: ", self.file);
        self.name.strip_prefix(&place).unwrap_or(&self.name)
    }
}

impl Span {
    /// The bytes of the file that it covers, if it lies within the file.
    pub fn bytes(&self, text: &str) -> Option<Range<usize>> {
        let (start, end) = (self.start.byte(text)?, self.end.byte(text)?);
        (start <= end).then_some(start..end)
    }
}

impl Place {
    fn byte(self, text: &str) -> Option<usize> {
        let mut lines = text.split_inclusive('\n');
        let before = lines
            .by_ref()
            .take(self.line.checked_sub(1)?)
            .map(str::len)
            .sum::<usize>();
        let line = lines.next().unwrap_or_default();
        let ends = line.char_indices().map(|(byte, _)| byte).chain([line.len()]);
        let within = ends.into_iter().nth(self.column.checked_sub(1)?)?;
        Some(before + within)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let text = r#"{
            "diff": "...", "file": "src/a.rs", "function": null, "genre": "BinaryOperator",
            "name": "src/a.rs:3:5: replace <A as B>::f -> Option<[u8; 2]> with Some([0; 2])",
            "package": "x", "replacement": "Some([0; 2])",
            "span": {"end": {"column": 9, "line": 3}, "start": {"column": 5, "line": 3}}
        }"#;
        let mutant: Mutant = serde_json::from_str(text).unwrap();
        assert_eq!(
            mutant.short(),
            "replace <A as B>::f -> Option<[u8; 2]> with Some([0; 2])"
        );
    }

    #[test]
    fn columns_count_characters() {
        let text = "ab\n é→x\nc";
        let bytes = |start: (usize, usize), end: (usize, usize)| {
            let place = |(line, column)| Place { line, column };
            let span = Span {
                start: place(start),
                end: place(end),
            };
            span.bytes(text).map(|range| &text[range])
        };
        assert_eq!(bytes((1, 1), (1, 2)), Some("a"));
        assert_eq!(bytes((2, 4), (2, 5)), Some("x"));
        assert_eq!(bytes((2, 2), (3, 2)), Some("é→x\nc"));
        assert_eq!(bytes((1, 2), (3, 1)), Some("b\n é→x\n"));
        assert_eq!(bytes((3, 1), (3, 3)), None);
        assert_eq!(bytes((0, 1), (1, 1)), None);
        assert_eq!(bytes((2, 1), (1, 1)), None);
        assert_eq!(bytes((4, 2), (4, 2)), None);
    }
}
