//! Words that have a meaning of their own in Go.

/// The Go Programming Language Specification, "Keywords".
const KEYWORDS: [&str; 25] = [
    "break",
    "case",
    "chan",
    "const",
    "continue",
    "default",
    "defer",
    "else",
    "fallthrough",
    "for",
    "func",
    "go",
    "goto",
    "if",
    "import",
    "interface",
    "map",
    "package",
    "range",
    "return",
    "select",
    "struct",
    "switch",
    "type",
    "var",
];

/// The Go Programming Language Specification, "Predeclared identifiers".
const PREDECLARED: [&str; 44] = [
    "any",
    "append",
    "bool",
    "byte",
    "cap",
    "clear",
    "close",
    "comparable",
    "complex",
    "complex128",
    "complex64",
    "copy",
    "delete",
    "error",
    "false",
    "float32",
    "float64",
    "imag",
    "int",
    "int16",
    "int32",
    "int64",
    "int8",
    "iota",
    "len",
    "make",
    "max",
    "min",
    "new",
    "nil",
    "panic",
    "print",
    "println",
    "real",
    "recover",
    "rune",
    "string",
    "true",
    "uint",
    "uint16",
    "uint32",
    "uint64",
    "uint8",
    "uintptr",
];

/// Names of packages and folders that the `go` command treats in its own way (`go help packages`).
const FOLDERS: [&str; 4] = ["internal", "main", "testdata", "vendor"];

/// The name of functions that the runtime calls, which no import can have.
const INIT: &str = "init";

/// The word is a keyword: nothing in Go can have that name.
pub fn is_keyword(word: &str) -> bool {
    KEYWORDS.contains(&word)
}

/// The word can be the name of a package that others import, and hides nothing where they do.
pub fn is_package(word: &str) -> bool {
    !is_keyword(word) && !PREDECLARED.contains(&word) && !FOLDERS.contains(&word) && word != INIT
}
