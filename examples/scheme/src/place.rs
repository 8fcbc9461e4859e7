//! Where in a program something is, and what is wrong there.

use std::fmt;

/// A place in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The line, from 1.
    pub line: usize,
    /// The column, in characters, from 1.
    pub column: usize,
}

impl Place {
    /// Where every text starts.
    pub const START: Self = Self { line: 1, column: 1 };

    /// The place after a character at this one.
    #[must_use]
    pub fn after(self, character: char) -> Self {
        match character {
            '\n' => Self {
                line: self.line + 1,
                column: 1,
            },
            _ => Self {
                column: self.column + 1,
                ..self
            },
        }
    }

    /// What is wrong here.
    pub fn wrong(self, message: impl Into<String>) -> Wrong {
        Wrong {
            place: self,
            message: message.into(),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// What is wrong with a program. Behind the file's name and a colon it reads as other compilers' errors do, and as what
/// the program itself says of an error value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// Where.
    pub place: Place,
    /// What.
    pub message: String,
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: error: {}", self.place, self.message)
    }
}

impl std::error::Error for Wrong {}
