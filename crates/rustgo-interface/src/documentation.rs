//! Documentation as the comments of every host can hold it.

/// Text in which nothing ends a line but newlines, and nothing is invisible or reorders what is seen. Such letters are spelt as
/// Rust spells them in strings, `\u{1a}`.
///
/// A comment of NASM ends at a carriage return and at U+001A, Go refuses U+0000 and U+FEFF, and what is shown in another order
/// than it stands in is not what compilers read.
pub fn plain(text: &str) -> String {
    let mut plain = String::new();
    for letter in text.replace("\r\n", "\n").chars() {
        match letter {
            '\n' | '\t' => plain.push(letter),
            letter if letter.is_control() || is_unseen(letter) => {
                plain.push_str(&format!("\\u{{{:x}}}", u32::from(letter)));
            }
            letter => plain.push(letter),
        }
    }
    plain
}

/// Separators of lines and paragraphs, marks of direction (Unicode Standard Annex 9, 2), and the byte order mark.
fn is_unseen(letter: char) -> bool {
    matches!(
        letter,
        '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
    )
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn what_ends_a_comment_or_is_unseen_is_spelt_out() {
        assert_eq!(plain("one\r\ntwo\n\tthree"), "one\ntwo\n\tthree");
        assert_eq!(
            plain("a\rb\0c\u{1a}d\u{7f}\u{85}"),
            r"a\u{d}b\u{0}c\u{1a}d\u{7f}\u{85}"
        );
        assert_eq!(plain("\u{feff}a\u{202e}b\u{2028}"), r"\u{feff}a\u{202e}b\u{2028}");
        assert_eq!(plain("größe, 数"), "größe, 数");
    }
}
