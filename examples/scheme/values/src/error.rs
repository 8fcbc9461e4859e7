//! What can be wrong, as error values carry it.

/// Why a primitive can't do what it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Error {
    /// An argument has another type.
    WrongType = 1,
    /// A string or vector is not in the program's heap, or says it is longer than that.
    NoObject,
    /// An index is negative, or not below the length.
    OutOfRange,
    /// A result has more than 61 bits.
    Overflow,
    /// A division by zero.
    DivisionByZero,
    /// A path is empty, too long, or has a zero byte in it.
    BadPath,
    /// The system does not open a file.
    CantOpen,
    /// The system does not write to a file.
    CantWrite,
    /// The system does not close a file.
    CantClose,
    /// Vectors lie in each other too deeply to be written, or in themselves.
    TooDeep,
}

impl Error {
    const ALL: [Self; 10] = [
        Self::WrongType,
        Self::NoObject,
        Self::OutOfRange,
        Self::Overflow,
        Self::DivisionByZero,
        Self::BadPath,
        Self::CantOpen,
        Self::CantWrite,
        Self::CantClose,
        Self::TooDeep,
    ];

    /// The error of a code.
    pub const fn from_code(code: u32) -> Option<Self> {
        let mut index = 0;
        while index < Self::ALL.len() {
            if Self::ALL[index] as u32 == code {
                return Some(Self::ALL[index]);
            }
            index += 1;
        }
        None
    }

    /// What to tell a user.
    pub const fn message(self) -> &'static str {
        match self {
            Self::WrongType => "an argument has the wrong type",
            Self::NoObject => "a string or vector is not in the heap",
            Self::OutOfRange => "the index is out of range",
            Self::Overflow => "the number has more than 61 bits",
            Self::DivisionByZero => "division by zero",
            Self::BadPath => "the path is empty, too long, or has a zero byte in it",
            Self::CantOpen => "the file can't be opened",
            Self::CantWrite => "the port can't be written to",
            Self::CantClose => "the port can't be closed",
            Self::TooDeep => "the vectors are nested too deeply",
        }
    }
}
