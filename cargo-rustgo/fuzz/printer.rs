//! The printer of disarm64 overflows on reserved encodings. The tool catches that, where a build checks for it at all; the
//! fuzzer, which ends the process at every panic, has to look away.

use std::panic;

/// Leaves panics in the printer to the tool.
pub fn let_it_overflow() {
    let end = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let is_printer = |location: &panic::Location| location.file().contains("/disarm64-");
        if !info.location().is_some_and(is_printer) {
            end(info);
        }
    }));
}
