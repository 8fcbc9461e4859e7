//! Describes a place in an image for a person.

use super::{Image, demangle};
use crate::finding::Place;

impl Place {
    /// The place at an offset of an image.
    pub fn at(image: &Image, offset: u64) -> Self {
        let import = || image.import_at(offset);
        let constant = || {
            let index = image
                .constants
                .partition_point(|constant| constant.start <= offset);
            image.constants.get(index.checked_sub(1)?)
        };
        let name = match image.function_at(offset) {
            Some(function) => function.demangled(),
            None if offset < image.code_size => {
                import().map_or_else(|| "code without a name".to_owned(), |import| import.name.clone())
            }
            None => constant().map_or_else(
                || "a constant without a name".to_owned(),
                |constant| demangle(&constant.name),
            ),
        };
        Self {
            function: name,
            offset,
            line: image
                .lines
                .at(offset)
                .map(|line| format!("{}:{}", line.file, line.line)),
        }
    }
}
