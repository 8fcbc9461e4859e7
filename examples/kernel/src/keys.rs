//! What QEMU calls the keys of a US keyboard, by the character that they type.

/// The key, or the keys held down together, for `sendkey`.
///
/// Returns nothing for a character that no key types.
pub fn name(character: char) -> Option<String> {
    const SHIFTED: &str = "~!@#$%^&*()_+{}|:\"<>?";
    const PLAIN: &str = "`1234567890-=[]\\;',./";
    let plain = match character {
        'A'..='Z' => character.to_ascii_lowercase(),
        _ => SHIFTED
            .chars()
            .zip(PLAIN.chars())
            .find_map(|(shifted, plain)| (shifted == character).then_some(plain))
            .unwrap_or(character),
    };
    let key = match plain {
        'a'..='z' | '0'..='9' => plain.to_string(),
        ' ' => "spc".into(),
        '\n' => "ret".into(),
        '\u{8}' => "backspace".into(),
        '-' => "minus".into(),
        '=' => "equal".into(),
        '[' => "bracket_left".into(),
        ']' => "bracket_right".into(),
        ';' => "semicolon".into(),
        '\'' => "apostrophe".into(),
        '`' => "grave_accent".into(),
        '\\' => "backslash".into(),
        ',' => "comma".into(),
        '.' => "dot".into(),
        '/' => "slash".into(),
        _ => return None,
    };
    Some(if plain == character {
        key
    } else {
        format!("shift-{key}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_names() {
        for (character, key) in [
            ('a', "a"),
            ('A', "shift-a"),
            ('!', "shift-1"),
            ('?', "shift-slash"),
        ] {
            assert_eq!(name(character).as_deref(), Some(key));
        }
        assert_eq!(name('é'), None);
    }
}
