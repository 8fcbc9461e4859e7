//! The constants of a program, laid out as its heap will hold them.

use std::fmt::Write;

use scheme_values::{ALIGNMENT, Tag};

/// The objects so far.
#[derive(Default)]
pub struct Layout {
    text: String,
    objects: usize,
}

impl Layout {
    /// Adds a string, and returns what NASM takes for its value.
    pub fn string(&mut self, text: &str) -> String {
        let label = self.label();
        self.object(&label, text.len());
        if !text.is_empty() {
            writeln!(self.text, "        db      {}", bytes(text)).expect("writing to a string");
        }
        tagged(&label, Tag::String)
    }

    /// Adds a vector of values as NASM takes them, and returns what it takes for the vector.
    pub fn vector(&mut self, values: &[String]) -> String {
        let label = self.label();
        self.object(&label, values.len());
        for value in values {
            writeln!(self.text, "        dq      {value}").expect("writing to a string");
        }
        tagged(&label, Tag::Vector)
    }

    /// The objects, as NASM takes them.
    pub fn text(&self) -> &str {
        &self.text
    }

    fn label(&mut self) -> String {
        self.objects += 1;
        format!("object_{}", self.objects)
    }

    fn object(&mut self, label: &str, length: usize) {
        writeln!(
            self.text,
            "align {ALIGNMENT}, db 0\n{label}:\n        dq      {length}"
        )
        .expect("writing to a string");
    }
}

/// A text's bytes, as NASM takes them: what it can have between quotes, and the numbers of the others.
fn bytes(text: &str) -> String {
    let is_quoted = |byte: &u8| (byte.is_ascii_graphic() || *byte == b' ') && *byte != b'"';
    let parts: Vec<String> = text
        .as_bytes()
        .chunk_by(|a, b| is_quoted(a) && is_quoted(b))
        .map(|part| match part {
            [byte] if !is_quoted(byte) => byte.to_string(),
            _ => format!("\"{}\"", String::from_utf8_lossy(part)),
        })
        .collect();
    parts.join(", ")
}

fn tagged(label: &str, tag: Tag) -> String {
    format!("{label} + {}", tag as u64)
}

#[cfg(test)]
mod tests {
    #[test]
    fn bytes_as_nasm_takes_them() {
        assert_eq!(super::bytes("a \"é;\n"), r#""a ", 34, 195, 169, ";", 10"#);
    }
}
