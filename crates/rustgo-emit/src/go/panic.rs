//! The Go side of panics: a type for the value, and the function that panics. The stub that calls it is in the image's
//! file.

use std::path::Path;

use rustgo_record::panic::{FIELDS, FieldType};

use crate::Origin;
use crate::processor::Processor;

// The Go structure `rustPanic` lies as the fields do: a Go string is an address and a length.
const _: () = {
    use FieldType::{Length, Text, U32};
    let [message, message_length, file, file_length, line, column] = FIELDS;
    assert!(matches!((message.ty, message_length.ty), (Text, Length)));
    assert!(matches!((file.ty, file_length.ty), (Text, Length)));
    assert!(matches!((line.ty, column.ty), (U32, U32)));
};

/// The file's name: the same Go code serves every processor.
pub const FILE: &str = "rust_panic.go";

/// The text of [`FILE`], for the package in a folder and the processors whose images can panic: only those have the
/// stub.
pub fn write(origin: &Origin, folder: &Path, processors: impl IntoIterator<Item = Processor>) -> String {
    let names: Vec<&str> = processors.into_iter().map(Processor::go_name).collect();
    format!(
        "// {}\n\n//go:build {} && gc && !purego\n\npackage {}\n{}",
        origin.line(),
        any_of(&names),
        package(folder),
        include_str!("panic.go.in")
    )
}

/// The build constraint that holds on any of some processors, by Go's names. It can be an operand of `&&` and `!`.
pub(crate) fn any_of(processors: &[&str]) -> String {
    match processors {
        [one] => (*one).to_owned(),
        several => format!("({})", several.join(" || ")),
    }
}

/// The name of the Go package in a folder: that in its files, or else the folder's name.
pub(crate) fn package(folder: &Path) -> String {
    let named = || {
        let mut files: Vec<_> = std::fs::read_dir(folder)
            .ok()?
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.extension().is_some_and(|extension| extension == "go"))
            .filter(|path| !path.to_string_lossy().ends_with("_test.go"))
            .collect();
        files.sort();
        files.iter().find_map(|path| {
            let text = std::fs::read_to_string(path).ok()?;
            let clause = text.lines().find_map(|line| line.strip_prefix("package "))?;
            let name = clause.split_whitespace().next()?;
            Some(name.to_owned())
        })
    };
    named().unwrap_or_else(|| {
        let name = std::path::absolute(folder)
            .ok()
            .and_then(|folder| Some(folder.file_name()?.to_string_lossy().into_owned()))
            .unwrap_or_default();
        let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        let name = name.trim_start_matches(|letter: char| letter.is_ascii_digit());
        // `go` is a keyword, and a likely name for a folder.
        if name.is_empty() || name == "go" {
            "rust".to_owned()
        } else {
            name.to_lowercase()
        }
    })
}
