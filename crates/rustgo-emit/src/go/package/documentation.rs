//! Rust's documentation as Go's.

/// A comment above a declaration: the documentation, which in Go starts with the name, and further paragraphs.
pub fn comment(name: &str, documentation: &str, more: &[String]) -> String {
    let mut text = String::new();
    for (index, paragraph) in [lines(name, documentation)]
        .into_iter()
        .chain(more.iter().map(|more| more.lines().map(str::to_owned).collect()))
        .enumerate()
    {
        if index > 0 {
            text.push_str("//\n");
        }
        for line in paragraph {
            text.push_str(&commented(&line));
        }
    }
    text
}

fn lines(name: &str, documentation: &str) -> Vec<String> {
    let mut lines: Vec<String> = plain(documentation);
    match lines.first_mut() {
        Some(first) => *first = begin(name, first),
        None => lines.push(format!("{name} is written in Rust.")),
    }
    lines
}

/// A line of a comment.
pub fn commented(line: &str) -> String {
    let space = if line.is_empty() || line.starts_with('\t') {
        ""
    } else {
        " "
    };
    format!("//{space}{line}\n")
}

/// The part of a text that a line belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Blank,
    Paragraph,
    Heading,
    Item,
    Code,
}

/// Documentation without Markdown's marks that Go does not know. Headings, lists and code are in gofmt's form:
/// indented, with an empty line around each.
pub fn plain(documentation: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let (mut last, mut is_code) = (Part::Blank, false);
    for line in documentation.lines() {
        if line.trim_start().starts_with("```") {
            is_code = !is_code;
            continue;
        }
        let (part, text) = if is_code {
            (Part::Code, format!("\t{line}"))
        } else {
            read(line, last)
        };
        let part = if text.trim().is_empty() { Part::Blank } else { part };
        let before = lines.iter().rposition(|line| !line.is_empty());
        match part {
            // Blank lines in code are kept; elsewhere one is enough.
            Part::Blank => {
                if last != Part::Blank {
                    lines.push(String::new());
                }
                if last != Part::Code && last != Part::Item {
                    last = Part::Blank;
                }
                continue;
            }
            Part::Item if last == Part::Item => lines.truncate(before.map_or(0, |before| before + 1)),
            Part::Code | Part::Paragraph if part == last => {}
            _ => {
                if lines.last().is_some_and(|line| !line.is_empty()) {
                    lines.push(String::new());
                }
            }
        }
        lines.push(text.trim_end().to_owned());
        last = part;
    }
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

/// The kind of a line outside of code, and its form in Go.
fn read(line: &str, last: Part) -> (Part, String) {
    let text = line.replace("[`", "").replace("`]", "").replace('`', "");
    let inside = text.trim_start();
    let indent = text.len() - inside.len();
    if let Some(item) = inside.strip_prefix("- ").or_else(|| inside.strip_prefix("* ")) {
        (Part::Item, format!("  - {item}"))
    } else if inside.starts_with('#') && indent == 0 {
        (
            Part::Heading,
            format!("# {}", inside.trim_start_matches('#').trim()),
        )
    } else if last == Part::Item && indent > 0 {
        (Part::Item, format!("    {inside}"))
    } else if let Some(code) = line.strip_prefix("    ") {
        (Part::Code, format!("\t{code}"))
    } else {
        (Part::Paragraph, inside.to_owned())
    }
}

/// The first line, starting with the name: "Returns the sum." becomes "Sum returns the sum."
fn begin(name: &str, first: &str) -> String {
    let word = first.split(' ').next().unwrap_or_default();
    let is_verb =
        word.ends_with('s') && !word.ends_with("ss") && !matches!(word, "This" | "Is" | "As" | "Its");
    let separator = if is_verb { " " } else { ": " };
    format!("{name}{separator}{}", lowered(first))
}

/// Text with a lower-case first letter, unless it starts with an abbreviation.
pub fn lowered(text: &str) -> String {
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        (Some(first), second) if !second.is_some_and(char::is_uppercase) => {
            first.to_lowercase().chain(text.chars().skip(1)).collect()
        }
        _ => text.to_owned(),
    }
}

/// A paragraph in lines of at most 110 letters.
pub fn wrapped(paragraph: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in paragraph.split_whitespace() {
        let last = lines.last_mut().expect("there is always a last line");
        if last.is_empty() {
            last.push_str(word);
        } else if last.chars().count() + word.chars().count() < 110 {
            last.push(' ');
            last.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn go_documentation_begins_with_the_name() {
        assert_eq!(comment("Sum", "Returns `a + b`.", &[]), "// Sum returns a + b.\n");
        assert_eq!(
            comment("Sum", "The sum.", &["More.".into()]),
            "// Sum: the sum.\n//\n// More.\n"
        );
        assert_eq!(
            comment("Sum", "SHA-256 of it.\n\n- a\n- b", &[]),
            "// Sum: SHA-256 of it.\n//\n//   - a\n//   - b\n"
        );
        assert_eq!(
            plain(
                "Text:\n- a\n  more\n\n- b\n## Head\nText\n```\nlet a;\n\nlet `b`;\n```\nText\n\n    code\n"
            )
            .join("\n"),
            "Text:\n\n  - a\n    more\n  - b\n\n# Head\n\nText\n\n\tlet a;\n\n\tlet `b`;\n\nText\n\n\tcode"
        );
        assert_eq!(comment("Sum", "", &[]), "// Sum is written in Rust.\n");
    }

    #[test]
    fn lines_have_at_most_110_letters() {
        let (short, long) = ("é".repeat(54), "é".repeat(55));
        assert_eq!(wrapped(&format!("{short} {long}")), [format!("{short} {long}")]);
        assert_eq!(wrapped(&format!("{long} {long}")), [&*long, &*long]);
        assert_eq!(
            wrapped(&format!("a  b\n{}\tc", "d".repeat(120))),
            ["a b", &"d".repeat(120), "c"]
        );
        assert_eq!(wrapped(""), [""]);
    }

    #[test]
    fn what_is_no_paragraph_is_set_apart() {
        for (rust, go) in [
            ("a\n\n\nb\n\n", "a\n\nb"),
            ("a\n  b", "a\nb"),
            ("* a\nb\n- c", "  - a\n\nb\n\n  - c"),
            ("- a\n\n\n- b\n\nc", "  - a\n  - b\n\nc"),
            ("a\n### b #c\nd", "a\n\n# b #c\n\nd"),
            (" # a", "# a"),
            ("a\n    b\n\n    c\nd", "a\n\n\tb\n\n\tc\n\nd"),
            ("```text\n\na [`b`]\n```", "\ta [`b`]"),
            ("[`a`] and `b`", "a and b"),
        ] {
            assert_eq!(plain(rust).join("\n").trim_start_matches('\n'), go, "{rust:?}");
        }
        assert_eq!(
            [commented(""), commented("\ta"), commented("a")],
            ["//\n", "//\ta\n", "// a\n"]
        );
    }

    #[test]
    fn sentences_go_on_after_the_name() {
        for (rust, go) in [
            ("Adds it.", "F adds it."),
            ("Less of it.", "F: less of it."),
            ("This is it.", "F: this is it."),
            ("Is it.", "F: is it."),
            ("As it was.", "F: as it was."),
            ("Its sum.", "F: its sum."),
            ("SHA-256.", "F: SHA-256."),
            ("A sum.", "F: a sum."),
            ("X", "F: x"),
        ] {
            assert_eq!(comment("F", rust, &[]), format!("// {go}\n"));
        }
    }
}
