//! From bytes to data: the s-expressions of a program.

use crate::place::{Place, Wrong};

/// How deeply lists and vectors may lie in each other, so that no program exhausts the compiler's stack.
const DEPTH_MOST: usize = 200;

/// What a text holds, and where it starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Datum {
    /// The place of its first character.
    pub place: Place,
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

/// Reads all of the data in a program.
///
/// # Errors
///
/// It is not UTF-8, or no Scheme that is known here.
pub fn read(program: &[u8]) -> Result<Vec<Datum>, Wrong> {
    let mut reader = Reader {
        rest: text(program)?,
        place: Place::START,
        depth: 0,
    };
    let mut data = Vec::new();
    while reader.peek().is_some() {
        data.push(reader.datum()?);
    }
    Ok(data)
}

fn text(program: &[u8]) -> Result<&str, Wrong> {
    std::str::from_utf8(program).map_err(|error| {
        let right = String::from_utf8_lossy(&program[..error.valid_up_to()]);
        let place = right.chars().fold(Place::START, Place::after);
        place.wrong("this is not UTF-8")
    })
}

struct Reader<'a> {
    rest: &'a str,
    place: Place,
    depth: usize,
}

impl<'a> Reader<'a> {
    /// The next character, which may be anything.
    fn next(&mut self) -> Option<char> {
        let character = self.rest.chars().next()?;
        self.rest = &self.rest[character.len_utf8()..];
        self.place = self.place.after(character);
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

    fn datum(&mut self) -> Result<Datum, Wrong> {
        let start = self.peek();
        let place = self.place;
        let kind = match start {
            None => return Err(place.wrong("the text ends where a datum should be")),
            Some('(') => {
                self.next();
                Kind::List(self.sequence(place)?)
            }
            Some(')') => return Err(place.wrong("this `)` closes nothing")),
            Some('"') => Kind::String(self.string()?),
            Some('\'') => {
                self.next();
                Kind::Quote(Box::new(self.nested(place, Self::datum)?))
            }
            Some(_) if self.rest.starts_with("#(") => {
                self.next();
                self.next();
                Kind::Vector(self.sequence(place)?)
            }
            Some(_) => atom(self.word()).map_err(|message| place.wrong(message))?,
        };
        Ok(Datum { place, kind })
    }

    fn nested<T>(
        &mut self,
        place: Place,
        read: impl FnOnce(&mut Self) -> Result<T, Wrong>,
    ) -> Result<T, Wrong> {
        if self.depth == DEPTH_MOST {
            return Err(place.wrong(format!("more than {DEPTH_MOST} lists lie in each other")));
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// The data up to a closing parenthesis, after one that opened at a place.
    fn sequence(&mut self, place: Place) -> Result<Vec<Datum>, Wrong> {
        self.nested(place, |reader| {
            let mut items = Vec::new();
            loop {
                match reader.peek() {
                    None => return Err(place.wrong("this `(` is not closed")),
                    Some(')') => {
                        reader.next();
                        return Ok(items);
                    }
                    Some(_) => items.push(reader.datum()?),
                }
            }
        })
    }

    fn string(&mut self) -> Result<String, Wrong> {
        let start = self.place;
        self.next();
        let mut text = String::new();
        loop {
            let place = self.place;
            match self.next() {
                None => return Err(start.wrong("this string is not closed")),
                Some('"') => return Ok(text),
                Some('\\') => text.push(match self.next() {
                    Some('n') => '\n',
                    Some('t') => '\t',
                    Some('0') => '\0',
                    Some(character @ ('"' | '\\')) => character,
                    None => return Err(start.wrong("this string is not closed")),
                    Some(other) => {
                        let message = format!("`\\{other}` is none of \\n \\t \\0 \\\" \\\\");
                        return Err(place.wrong(message));
                    }
                }),
                Some(character) => text.push(character),
            }
        }
    }

    /// The characters up to the end of a number or a symbol.
    fn word(&mut self) -> &'a str {
        let is_end =
            |character: char| character.is_whitespace() || matches!(character, '(' | ')' | '"' | ';' | '\'');
        let (word, rest) = self
            .rest
            .split_at(self.rest.find(is_end).unwrap_or(self.rest.len()));
        self.rest = rest;
        self.place = word.chars().fold(self.place, Place::after);
        word
    }
}

/// A number, a symbol or a truth value, or what is wrong with it.
fn atom(word: &str) -> Result<Kind, String> {
    Ok(match word {
        "#t" | "#true" => Kind::Boolean(true),
        "#f" | "#false" => Kind::Boolean(false),
        _ if word.starts_with('#') => return Err(format!("`{word}` is not known here")),
        _ if is_number(word) => match word.parse() {
            Ok(number) => Kind::Integer(number),
            Err(_) => return Err(format!("`{word}` is no whole number of at most 61 bits")),
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

    fn datum(line: usize, column: usize, kind: Kind) -> Datum {
        Datum {
            place: Place { line, column },
            kind,
        }
    }

    #[test]
    fn every_kind_of_datum() {
        let data = read("; comment\n(f -1 \"a\\n\\\"👋\" é\n  #(#t #f) '()) end".as_bytes()).unwrap();
        let list = Kind::List(vec![
            datum(2, 2, Kind::Symbol("f".into())),
            datum(2, 4, Kind::Integer(-1)),
            datum(2, 7, Kind::String("a\n\"👋".into())),
            datum(2, 16, Kind::Symbol("é".into())),
            datum(
                3,
                3,
                Kind::Vector(vec![
                    datum(3, 5, Kind::Boolean(true)),
                    datum(3, 8, Kind::Boolean(false)),
                ]),
            ),
            datum(3, 12, Kind::Quote(Box::new(datum(3, 13, Kind::List(Vec::new()))))),
        ]);
        assert_eq!(
            data,
            [datum(2, 1, list), datum(3, 17, Kind::Symbol("end".into()))]
        );
        assert_eq!(read(b" \n ; nothing").unwrap(), []);
    }

    #[test]
    fn what_is_wrong_and_where() {
        let deep = "1:201: error: more than 200 lists lie in each other";
        for (text, message) in [
            (&b"\n(f"[..], "2:1: error: this `(` is not closed"),
            (b"(a #(b)", "1:1: error: this `(` is not closed"),
            (b"\n\n )", "3:2: error: this `)` closes nothing"),
            (b"(\n\"a", "2:1: error: this string is not closed"),
            (b"\n \"a\n\\", "2:2: error: this string is not closed"),
            (
                b"\"a\nb\\q\"",
                "2:2: error: `\\q` is none of \\n \\t \\0 \\\" \\\\",
            ),
            (b" '", "1:3: error: the text ends where a datum should be"),
            (
                b"(f 12a)",
                "1:4: error: `12a` is no whole number of at most 61 bits",
            ),
            (b"#\\a", "1:1: error: `#\\a` is not known here"),
            (b"(f\n\xc3\xa9 \xff)", "2:3: error: this is not UTF-8"),
            (&b"(".repeat(100_000), deep),
            (&b"'".repeat(100_000), deep),
            (
                &b"(+ 1 ".repeat(100_000),
                "1:1001: error: more than 200 lists lie in each other",
            ),
            (
                &b"#(".repeat(100_000),
                "1:401: error: more than 200 lists lie in each other",
            ),
        ] {
            let wrong = read(text).unwrap_err().to_string();
            assert_eq!(wrong, message, "{:?}", String::from_utf8_lossy(text));
        }
        // What is long without being deep is no matter.
        assert_eq!(read(&b"()".repeat(100_000)).unwrap().len(), 100_000);
    }
}
