//! The argument of the host import `rustgo_panic`.

/// The host import that rustgo-rt calls on a panic. It does not return.
pub const SYMBOL: &str = "rustgo_panic";

/// The structure whose address [`SYMBOL`] gets. The texts are UTF-8, lie in the image, and are
/// not zero-terminated.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct PanicInfo {
    /// The message. Null if it would have to be formatted.
    pub message: *const u8,
    /// Its length in bytes.
    pub message_length: usize,
    /// The source file, as a rooted path.
    pub file: *const u8,
    /// Its length in bytes.
    pub file_length: usize,
    /// Counted from 1.
    pub line: u32,
    /// Counted from 1.
    pub column: u32,
}

/// A field of [`PanicInfo`], for the declarations in other languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PanicField {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub ty: FieldType,
    /// The offset from the structure's start, in bytes.
    pub offset: usize,
    /// What it holds, where the name does not say it.
    pub doc: &'static str,
}

/// The type of a field of [`PanicInfo`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldType {
    /// The address of a text.
    Text,
    /// The length of the text before it, in bytes.
    Length,
    /// 32 bits without a sign.
    U32,
}

impl FieldType {
    /// Its size in bytes, in images.
    pub const fn size(self) -> usize {
        match self {
            Self::Text | Self::Length => 8,
            Self::U32 => 4,
        }
    }
}

/// The fields, in order.
pub const FIELDS: [PanicField; 6] = {
    use FieldType::{Length, Text, U32};
    [
        field("message", Text, 0, "null if Rust would have had to format it"),
        field("message_length", Length, 8, "in bytes"),
        field("file", Text, 16, "the source file, by its rooted name"),
        field("file_length", Length, 24, "in bytes"),
        field("line", U32, 32, "counted from 1"),
        field("column", U32, 36, "counted from 1"),
    ]
};

const fn field(name: &'static str, ty: FieldType, offset: usize, doc: &'static str) -> PanicField {
    PanicField {
        name,
        ty,
        offset,
        doc,
    }
}

#[cfg(test)]
mod tests {
    use core::mem::offset_of;

    use super::*;

    #[test]
    fn the_fields_are_those_of_the_structure() {
        macro_rules! listed {
            ($($name:ident),*) => {
                [$((stringify!($name), offset_of!(PanicInfo, $name))),*]
            };
        }
        let expected = listed![message, message_length, file, file_length, line, column];
        assert_eq!(FIELDS.map(|field| (field.name, field.offset)), expected);
        let mut end = 0;
        for field in FIELDS {
            assert_eq!(field.offset, end, "{}", field.name);
            end += field.ty.size();
        }
        assert_eq!(end, size_of::<PanicInfo>());
    }
}
