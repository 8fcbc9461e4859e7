//! The functions that objects define for others.

use std::collections::BTreeSet;

use object::{Object, ObjectSymbol, SymbolKind, SymbolScope};

use super::{Error, members};
use crate::image::is_mangled;

/// The functions of an archive's objects, or of a single object, that other objects may call, by their names in C.
///
/// # Errors
///
/// If the file is neither an archive nor an ELF object, or it is truncated.
pub fn functions(file: &[u8]) -> Result<BTreeSet<String>, Error> {
    let mut names = BTreeSet::new();
    for member in members(file)? {
        let Ok(object) = object::File::parse(member.data) else {
            continue;
        };
        let callable = object.symbols().filter(|symbol| {
            symbol.is_definition()
                && symbol.scope() == SymbolScope::Dynamic
                && symbol.kind() == SymbolKind::Text
        });
        let named = callable.filter_map(|symbol| Some(symbol.name().ok()?.to_owned()));
        names.extend(named.filter(|name| !is_mangled(name)));
    }
    Ok(names)
}
