//! What Scheme calls the primitives that the guest exports.

/// A primitive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Primitive {
    /// Its name in Scheme.
    pub name: &'static str,
    /// Its name as a symbol.
    pub symbol: &'static str,
    /// How many values it takes, after the heap.
    pub arguments: usize,
}

/// Says what an error value means; the compiler calls it after each expression of the program.
pub const REPORT: &str = "scheme_report";

/// Every primitive that a program can call.
pub const ALL: [Primitive; 14] = [
    primitive("open-output-file", "scheme_open_output_file", 1),
    primitive("close-port", "scheme_close_port", 1),
    primitive("writeln", "scheme_writeln", 2),
    primitive("string-length", "scheme_string_length", 1),
    primitive("vector-length", "scheme_vector_length", 1),
    primitive("vector-ref", "scheme_vector_ref", 2),
    primitive("vector-set!", "scheme_vector_set", 3),
    primitive("+", "scheme_add", 2),
    primitive("-", "scheme_subtract", 2),
    primitive("*", "scheme_multiply", 2),
    primitive("quotient", "scheme_quotient", 2),
    primitive("=", "scheme_equal", 2),
    primitive("<", "scheme_less", 2),
    primitive("error?", "scheme_is_error", 1),
];

const fn primitive(name: &'static str, symbol: &'static str, arguments: usize) -> Primitive {
    Primitive {
        name,
        symbol,
        arguments,
    }
}

/// The primitive of a name.
pub fn find(name: &str) -> Option<Primitive> {
    ALL.into_iter().find(|primitive| primitive.name == name)
}
