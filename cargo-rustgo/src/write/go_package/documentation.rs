//! Rust's documentation as Go's.

/// A comment above a declaration: the documentation, which in Go begins with the name, and further paragraphs.
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
            text.push_str(format!("// {line}").trim_end());
            text.push('\n');
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

/// Without Markdown's marks that Go has no use for; lists and code are indented, as Go has them.
pub fn plain(documentation: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut is_code = false;
    for line in documentation.lines() {
        if line.trim_start().starts_with("```") {
            is_code = !is_code;
            continue;
        }
        if is_code {
            lines.push(format!("\t{line}"));
            continue;
        }
        let line = line.replace("[`", "").replace("`]", "").replace('`', "");
        if let Some(item) = line.strip_prefix("- ").or_else(|| line.strip_prefix("* ")) {
            lines.push(format!("  - {item}"));
        } else if let Some(heading) = line.strip_prefix("#") {
            lines.push(format!("# {}", heading.trim_start_matches('#').trim()));
        } else {
            lines.push(line);
        }
    }
    lines
}

/// The first line, with the name in front: "Returns the sum." becomes "Sum returns the sum."
fn begin(name: &str, first: &str) -> String {
    let word = first.split(' ').next().unwrap_or_default();
    let is_verb =
        word.ends_with('s') && !word.ends_with("ss") && !matches!(word, "This" | "Is" | "As" | "Its");
    let separator = if is_verb { " " } else { ": " };
    format!("{name}{separator}{}", lowered(first))
}

/// With a small first letter, unless it belongs to an abbreviation.
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
        assert_eq!(comment("Sum", "", &[]), "// Sum is written in Rust.\n");
    }
}
