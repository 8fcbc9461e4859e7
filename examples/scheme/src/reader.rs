//! From text to data: the s-expressions of a program.

use anyhow::{Result, bail, ensure};

/// How deeply lists and vectors may lie in each other, so that no program exhausts the compiler's stack.
const DEPTH_MOST: usize = 200;

/// What a text holds, and the line on which it starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Datum {
    /// The line, from 1.
    pub line: usize,
    /// The datum itself.
    pub kind: Kind,
}

/// The kinds of data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `-12`.
    Integer(i64),
    /// `"text"`.
    String(String),
    /// `#t` or `#f`.
    Boolean(bool),
    /// `name`.
    Symbol(String),
    /// `(a b c)`.
    List(Vec<Datum>),
    /// `#(a b c)`.
    Vector(Vec<Datum>),
    /// `'datum`.
    Quote(Box<Datum>),
}

/// Reads all of the data in a text.
///
/// # Errors
///
/// The text is no Scheme that is known here; the error begins with the line.
pub fn read(text: &str) -> Result<Vec<Datum>> {
    let mut reader = Reader {
        rest: text,
        line: 1,
        depth: 0,
    };
    let mut data = Vec::new();
    while reader.peek().is_some() {
        data.push(reader.datum()?);
    }
    Ok(data)
}

struct Reader<'a> {
    rest: &'a str,
    line: usize,
    depth: usize,
}

impl Reader<'_> {
    /// The next character, which may be anything.
    fn next(&mut self) -> Option<char> {
        let character = self.rest.chars().next()?;
        self.rest = &self.rest[character.len_utf8()..];
        if character == '\n' {
            self.line += 1;
        }
        Some(character)
    }

    /// The character at which the next datum starts, or ends; white space and comments before it are left out.
    fn peek(&mut self) -> Option<char> {
        loop {
            match self.rest.chars().next()? {
                ';' => while self.next().is_some_and(|character| character != '\n') {},
                character if character.is_whitespace() => _ = self.next(),
                character => return Some(character),
            }
        }
    }

    fn datum(&mut self) -> Result<Datum> {
        let start = self.peek();
        let line = self.line;
        let kind = match start {
            None => bail!("line {line}: the text ends where a datum should be"),
            Some('(') => {
                self.next();
                Kind::List(self.sequence(line)?)
            }
            Some(')') => bail!("line {line}: this `)` closes nothing"),
            Some('"') => Kind::String(self.string()?),
            Some('\'') => {
                self.next();
                Kind::Quote(Box::new(self.nested(line, Self::datum)?))
            }
            Some(_) if self.rest.starts_with("#(") => {
                self.next();
                self.next();
                Kind::Vector(self.sequence(line)?)
            }
            Some(_) => atom(self.word()).map_err(|error| error.context(format!("line {line}")))?,
        };
        Ok(Datum { line, kind })
    }

    fn nested<T>(&mut self, line: usize, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.depth += 1;
        ensure!(
            self.depth <= DEPTH_MOST,
            "line {line}: more than {DEPTH_MOST} lists lie in each other"
        );
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// The data up to a closing parenthesis.
    fn sequence(&mut self, line: usize) -> Result<Vec<Datum>> {
        self.nested(line, |reader| {
            let mut items = Vec::new();
            loop {
                match reader.peek() {
                    None => bail!("line {line}: this `(` is not closed"),
                    Some(')') => {
                        reader.next();
                        return Ok(items);
                    }
                    Some(_) => items.push(reader.datum()?),
                }
            }
        })
    }

    fn string(&mut self) -> Result<String> {
        let line = self.line;
        self.next();
        let mut text = String::new();
        loop {
            match self.next() {
                None => bail!("line {line}: this string is not closed"),
                Some('"') => return Ok(text),
                Some('\\') => text.push(match self.next() {
                    Some('n') => '\n',
                    Some('t') => '\t',
                    Some('0') => '\0',
                    Some(character @ ('"' | '\\')) => character,
                    other => {
                        let found = other.map_or(String::new(), String::from);
                        bail!("line {}: `\\{found}` is none of \\n \\t \\0 \\\" \\\\", self.line)
                    }
                }),
                Some(character) => text.push(character),
            }
        }
    }

    /// The characters up to the end of a number or a symbol.
    fn word(&mut self) -> &str {
        let is_end =
            |character: char| character.is_whitespace() || matches!(character, '(' | ')' | '"' | ';' | '\'');
        let (word, rest) = self
            .rest
            .split_at(self.rest.find(is_end).unwrap_or(self.rest.len()));
        self.rest = rest;
        word
    }
}

fn atom(word: &str) -> Result<Kind> {
    Ok(match word {
        "#t" | "#true" => Kind::Boolean(true),
        "#f" | "#false" => Kind::Boolean(false),
        _ if word.starts_with('#') => bail!("`{word}` is not known here"),
        _ if is_number(word) => match word.parse() {
            Ok(number) => Kind::Integer(number),
            Err(_) => bail!("`{word}` is no whole number of at most 61 bits"),
        },
        _ => Kind::Symbol(word.to_owned()),
    })
}

/// Whether a word is meant as a number, which may be wrong as one.
fn is_number(word: &str) -> bool {
    word.trim_start_matches(['-', '+'])
        .starts_with(|character: char| character.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn datum(line: usize, kind: Kind) -> Datum {
        Datum { line, kind }
    }

    #[test]
    fn every_kind_of_datum() {
        let data = read("; comment\n(f -1 \"a\\n\\\"👋\"\n  #(#t #f) '()) end").unwrap();
        let list = Kind::List(vec![
            datum(2, Kind::Symbol("f".into())),
            datum(2, Kind::Integer(-1)),
            datum(2, Kind::String("a\n\"👋".into())),
            datum(
                3,
                Kind::Vector(vec![
                    datum(3, Kind::Boolean(true)),
                    datum(3, Kind::Boolean(false)),
                ]),
            ),
            datum(3, Kind::Quote(Box::new(datum(3, Kind::List(Vec::new()))))),
        ]);
        assert_eq!(data, [datum(2, list), datum(3, Kind::Symbol("end".into()))]);
        assert_eq!(read(" \n ; nothing").unwrap(), []);
    }

    #[test]
    fn what_is_wrong_and_where() {
        for (text, message) in [
            ("\n(f", "line 2: this `(` is not closed"),
            ("\n\n)", "line 3: this `)` closes nothing"),
            ("(\n\"a", "line 2: this string is not closed"),
            ("\"\\q\"", "line 1: `\\q` is none of \\n \\t \\0 \\\" \\\\"),
            ("'", "line 1: the text ends where a datum should be"),
            ("12a", "line 1: `12a` is no whole number of at most 61 bits"),
            ("#\\a", "line 1: `#\\a` is not known here"),
        ] {
            let error = format!("{:#}", read(text).unwrap_err());
            assert_eq!(error, message, "{text:?}");
        }
        let error = read(&"(".repeat(100_000)).unwrap_err().to_string();
        assert_eq!(error, "line 1: more than 200 lists lie in each other");
    }
}
