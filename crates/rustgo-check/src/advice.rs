//! Ways around those parts of Rust's standard library for which no bound can be proven, the most common ones first.

/// What to do instead of calling a function, by its path.
pub fn of(function: &str) -> Option<&'static str> {
    let function = function.trim_start_matches('<');
    let is_in = |module: &str| function.starts_with(module);
    if is_in("core::fmt::") {
        Some(
            "formatting (`write!`, `format_args!`) calls through function pointers: write text to a slice piece by piece, and \
             numbers with crates like `itoa` and `ryu`; or return the values, and leave the text to the host",
        )
    } else if is_in("core::slice::sort::") {
        Some(
            "the standard library's sort (`sort_unstable`) is recursive: use a heap sort, or an insertion sort for few \
             that there are",
        )
    } else if is_in("core::str::slice_error_fail") {
        Some(
            "slicing a `str` (`&text[a..b]`) can panic, and the standard library's code for that message is \
             itself: write `text.get(a..b)`, or take pieces of `text.as_bytes()`",
        )
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_told_by_their_modules() {
        for (function, advice) in [
            ("core::fmt::write", "crates like `itoa` and `ryu`"),
            (
                "<core::fmt::Formatter>::pad_integral",
                "crates like `itoa` and `ryu`",
            ),
            (
                "core::slice::sort::unstable::quicksort::quicksort",
                "use a heap sort",
            ),
            ("core::str::slice_error_fail_rt", "write `text.get(a..b)`"),
        ] {
            assert!(of(function).unwrap().contains(advice), "{function}");
        }
        assert_eq!(of("guest::core::fmt"), None);
    }
}
