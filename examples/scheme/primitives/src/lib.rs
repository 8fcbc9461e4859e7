//! The primitives of a small Scheme, called by the assembly that its compiler emits.
//!
//! Arguments and results are words that `scheme_values` explains. A primitive believes none of them: whatever it is
//! given, it returns a value, and where an argument is wrong that is an error value. An argument that is an error value
//! already is returned as it is, so that the first error of nested calls is the one that is reported.
//!
//! Of its caller a primitive believes only where the heap is, which is the first argument of each.
#![no_std]

mod files;
mod heap;
mod number;
mod output;

use scheme_values::{Error, Heap, Unpacked, Value};

use heap::Objects;

/// A value, or the error value that comes instead.
type Outcome = Result<Value, Value>;

const fn error(error: Error) -> Value {
    Value::error(error, 0)
}

/// What to return where an argument is of no type that fits: itself if it is an error value.
fn wrong_type(value: Value) -> Value {
    match value.unpack() {
        Unpacked::Error => value,
        _ => error(Error::WrongType),
    }
}

fn fixnum(value: Value) -> Result<i64, Value> {
    match value.unpack() {
        Unpacked::Fixnum(number) => Ok(number),
        _ => Err(wrong_type(value)),
    }
}

fn port(value: Value) -> Result<i32, Value> {
    match value.unpack() {
        Unpacked::Port(file) => Ok(file),
        _ => Err(wrong_type(value)),
    }
}

/// Defines exports that take the heap and values, and return a value.
macro_rules! primitives {
    ($($(#[doc = $doc:literal])* fn $name:ident($objects:pat, $($argument:ident),*) $body:block)*) => {$(
        $(#[doc = $doc])*
        ///
        /// # Safety
        /// - `heap` names memory that is readable and writable, and that nothing else uses meanwhile.
        #[rustgo_rt::export(no_panic)]
        pub unsafe extern "C" fn $name(heap: *const Heap, $($argument: u64),*) -> u64 {
            fn primitive($objects: Objects<'_>, $($argument: Value),*) -> Outcome $body
            // SAFETY: the caller guarantees the memory that `heap` names, for this call.
            let objects = unsafe { Objects::new(&*heap) };
            let (Ok(value) | Err(value)) = primitive(objects, $(Value::from_word($argument)),*);
            value.word()
        }
    )*};
}

primitives! {
    /// `(open-output-file path)`: the port of a file, which is made, or emptied.
    fn scheme_open_output_file(objects, path) {
        files::open(objects.string(path)?)
    }

    /// `(close-port port)`: `()`.
    fn scheme_close_port(_, port) {
        files::close(crate::port(port)?)
    }

    /// `(writeln value port)`: writes a value and a newline, and returns `()`. Of a vector that is wrong inside, the
    /// beginning may have been written.
    fn scheme_writeln(objects, value, port) {
        output::writeln(objects, value, crate::port(port)?)
    }

    /// `(string-length string)`: how many bytes.
    fn scheme_string_length(objects, string) {
        number::from_length(objects.string(string)?.len())
    }

    /// `(vector-length vector)`: how many values.
    fn scheme_vector_length(objects, vector) {
        number::from_length(objects.vector(vector)?.len())
    }

    /// `(vector-ref vector index)`: the value at an index, from 0.
    fn scheme_vector_ref(objects, vector, index) {
        objects.vector(vector)?.get(fixnum(index)?).ok_or(error(Error::OutOfRange))
    }

    /// `(vector-set! vector index value)`: puts a value there, and returns `()`. An error value is not put.
    fn scheme_vector_set(objects, vector, index, value) {
        let (vector, index) = (objects.vector(vector)?, fixnum(index)?);
        if value.unpack() == Unpacked::Error {
            return Err(value);
        }
        vector.set(index, value).map(|()| Value::NIL).ok_or(error(Error::OutOfRange))
    }

    /// `(+ a b)`.
    fn scheme_add(_, a, b) {
        number::from(fixnum(a)?.checked_add(fixnum(b)?))
    }

    /// `(- a b)`.
    fn scheme_subtract(_, a, b) {
        number::from(fixnum(a)?.checked_sub(fixnum(b)?))
    }

    /// `(* a b)`.
    fn scheme_multiply(_, a, b) {
        number::from(fixnum(a)?.checked_mul(fixnum(b)?))
    }

    /// `(quotient a b)`, rounded towards zero.
    fn scheme_quotient(_, a, b) {
        number::quotient(fixnum(a)?, fixnum(b)?)
    }

    /// `(= a b)`.
    fn scheme_equal(_, a, b) {
        Ok(Value::boolean(fixnum(a)? == fixnum(b)?))
    }

    /// `(< a b)`.
    fn scheme_less(_, a, b) {
        Ok(Value::boolean(fixnum(a)? < fixnum(b)?))
    }

    /// `(error? value)`: the one primitive that takes an error value as it is.
    fn scheme_is_error(_, value) {
        Ok(Value::boolean(value.unpack() == Unpacked::Error))
    }

    /// Says on the system's standard error what an error value means, after the string `place`. Returns `#t` if it is
    /// one, and `#f`, having done nothing, if not.
    fn scheme_report(objects, value, place) {
        output::report(objects, value, place)
    }
}
