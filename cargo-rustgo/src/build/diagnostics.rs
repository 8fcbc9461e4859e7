//! Shows the compiler's messages about a guest as cargo shows them, with advice if the cause is that guests have
//! neither the standard library nor a heap, which the compiler can't know.

use std::io::IsTerminal;

use cargo_metadata::diagnostic::Diagnostic;

/// rustc's error for a crate without `std` and without a panic handler. A guest is then missing something else.
const NO_PANIC_HANDLER: &str = "`#[panic_handler]` function required, but not found";

/// rustc's error for a crate that contains `alloc`.
const NO_ALLOCATOR: &str = "no global memory allocator found but one is required";

/// rustc's warning about a feature that this tool disables ([`crate::processor::Processor::codegen_flags`]).
const OUTLINE_ATOMICS: &str = "unstable feature specified for `-Ctarget-feature`: `outline-atomics`";

/// Methods of floating-point numbers that only the standard library has, by their names in the crate `libm`, which
/// lacks `powi`.
const OF_STD: [&str; 35] = [
    "acos",
    "acosh",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "cbrt",
    "ceil",
    "cos",
    "cosh",
    "exp",
    "exp2",
    "exp_m1",
    "floor",
    "fract",
    "hypot",
    "ln",
    "ln_1p",
    "log",
    "log10",
    "log2",
    "mul_add",
    "powf",
    "powi",
    "rem_euclid",
    "round",
    "round_ties_even",
    "sin",
    "sin_cos",
    "sinh",
    "sqrt",
    "tan",
    "tanh",
    "trunc",
];

/// The compiler's messages about one guest.
#[derive(Debug, Default)]
pub struct Diagnostics {
    /// Nothing is shown.
    is_quiet: bool,
    /// Messages held back until [`Diagnostics::show_held`].
    held: String,
    /// The advice, without duplicates.
    advice: Vec<&'static str>,
    /// Whether the guest has no panic handler.
    pub lacks_panic_handler: bool,
    /// Whether something in the guest needs a heap.
    pub lacks_allocator: bool,
}

impl Diagnostics {
    /// Messages that have been shown before.
    pub fn quiet() -> Self {
        Self {
            is_quiet: true,
            ..Self::default()
        }
    }

    /// The format in which cargo passes messages on, with colours if they go to a terminal.
    pub fn format() -> &'static str {
        match std::io::stderr().is_terminal() {
            true => "json-diagnostic-rendered-ansi",
            false => "json",
        }
    }

    /// Takes a message, and shows it unless this tool reports the same in a better way.
    pub fn add(&mut self, diagnostic: &Diagnostic) {
        let message = diagnostic.message.as_str();
        if message.starts_with(OUTLINE_ATOMICS) {
            return;
        }
        self.advice
            .extend(advice(message).filter(|advice| !self.advice.contains(advice)));
        let rendered = diagnostic.rendered.as_deref().unwrap_or(message);
        if message == NO_PANIC_HANDLER {
            self.lacks_panic_handler = true;
        } else if message.starts_with(NO_ALLOCATOR) {
            self.lacks_allocator = true;
        } else {
            return self.show(rendered);
        }
        self.held.push_str(rendered);
    }

    /// Shows the messages for which there was no better report.
    pub fn show_held(&self) {
        self.show(&self.held);
    }

    fn show(&self, rendered: &str) {
        if self.is_quiet {
            return;
        }
        // Cargo's progress bar may be in this line.
        if std::io::stderr().is_terminal() {
            eprint!("\r\x1b[K");
        }
        eprint!("{rendered}");
    }

    /// The advice for the errors so far, each a paragraph of its own. Empty if there is none.
    pub fn help(&self) -> String {
        self.advice
            .iter()
            .map(|advice| format!("\n  help: {advice}"))
            .collect()
    }
}

/// The advice for an error.
fn advice(message: &str) -> Option<&'static str> {
    let quoted = |number: usize| message.split('`').nth(2 * number + 1).unwrap_or_default();
    let is_missing =
        message.starts_with("no method named") || message.starts_with("no function or associated item named");
    if message == "found duplicate lang item `panic_impl`" {
        Some(
            "rustgo-rt's feature `guest` has a panic handler, which hands panics to the host: take the guest's own \
             `#[panic_handler]` out, or keep it and write `guest = [\"rustgo-rt/mem\"]` under [features]",
        )
    } else if is_missing && matches!(quoted(1), "f32" | "f64" | "{float}") && OF_STD.contains(&quoted(0)) {
        Some(
            "the mathematics of `f32` and `f64` is in the standard library: take the crate `libm`, as in `libm::sqrt(x)` for \
             `f64` and `libm::sqrtf(x)` for `f32`, which is `no_std` and calls nothing of the host",
        )
    } else if message.starts_with("cannot find")
        && matches!(quoted(0), "Vec" | "String" | "Box" | "vec" | "format")
    {
        Some(
            "a guest has no heap: take `&mut [T]` of the caller and write there, or keep up to N values in an array \
             (`heapless::Vec<T, N>`, `arrayvec::ArrayVec<T, N>`)",
        )
    } else if message.starts_with("cannot find macro `print")
        || message.starts_with("cannot find macro `eprint")
    {
        Some("a guest has no output: return what is to be printed, and have the host print it")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_std_lacks_has_a_way_out() {
        for (message, way_out) in [
            (
                "found duplicate lang item `panic_impl`",
                "guest = [\"rustgo-rt/mem\"]",
            ),
            (
                "no method named `sqrt` found for type `f64` in the current scope",
                "`libm::sqrt(x)`",
            ),
            (
                "no method named `powf` found for type `{float}` in the current scope",
                "`libm`",
            ),
            (
                "no function or associated item named `sin` found for type `f32` in the current scope",
                "`libm::sqrtf(x)`",
            ),
            ("cannot find macro `vec` in this scope", "a guest has no heap"),
            ("cannot find type `String` in this scope", "a guest has no heap"),
            (
                "cannot find macro `println` in this scope",
                "have the host print it",
            ),
        ] {
            let advice = advice(message).unwrap_or_else(|| panic!("nothing about {message}"));
            assert!(advice.contains(way_out), "{advice}");
        }
        for message in [
            "no method named `sqrt` found for struct `Vector` in the current scope",
            "no method named `push` found for type `f64` in the current scope",
            "cannot find type `Vector` in this scope",
            "mismatched types",
        ] {
            assert_eq!(advice(message), None, "{message}");
        }
    }
}
