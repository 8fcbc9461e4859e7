//! Comments in C.

use crate::interface::documentation::plain;

/// Documentation as a C comment, followed by notes.
pub fn c_comment(documentation: &str, notes: &[String]) -> String {
    let mut text = String::from("/**\n");
    for line in documentation.lines() {
        text.push_str(format!(" * {}", harmless(line)).trim_end());
        text.push('\n');
    }
    for (index, note) in notes.iter().enumerate() {
        if index == 0 && !documentation.is_empty() {
            text.push_str(" *\n");
        }
        text.push_str(&format!(" * {note}\n"));
    }
    text + " */\n"
}

/// Text made safe for the inside of a comment: it must not end or nest the comment, and `??/` is a backslash.
pub fn harmless(text: &str) -> String {
    plain(text)
        .replace("*/", "* /")
        .replace("/*", "/ *")
        .replace("??/", "? ?/")
}
