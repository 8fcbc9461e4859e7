//! The argument of the host import `rustgo_panic`.

/// The host import that rustgo-rt calls on a panic. It does not return.
pub const SYMBOL: &str = "rustgo_panic";

/// A field of the structure whose address [`SYMBOL`] gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name in C.
    pub name: &'static str,
    /// Its type in C.
    pub c: &'static str,
    /// Its type in Rust.
    pub rust: &'static str,
    /// The offset from the structure's start, in bytes.
    pub offset: usize,
    /// What it holds.
    pub doc: &'static str,
}

/// The size of the structure in bytes.
pub const SIZE: usize = 40;

/// The fields, in order. The texts are UTF-8, lie in the image, and are not zero-terminated.
pub const FIELDS: [Field; 6] = [
    field(
        "message",
        "const char *",
        "*const u8",
        0,
        "null where it would have to be formatted",
    ),
    field("message_length", "size_t ", "usize", 8, "in bytes"),
    field(
        "file",
        "const char *",
        "*const u8",
        16,
        "the source file, by its rooted name",
    ),
    field("file_length", "size_t ", "usize", 24, "in bytes"),
    field("line", "uint32_t ", "u32", 32, "counted from 1"),
    field("column", "uint32_t ", "u32", 36, "counted from 1"),
];

const fn field(
    name: &'static str,
    c: &'static str,
    rust: &'static str,
    offset: usize,
    doc: &'static str,
) -> Field {
    Field {
        name,
        c,
        rust,
        offset,
        doc,
    }
}
