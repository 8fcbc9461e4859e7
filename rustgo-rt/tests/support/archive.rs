//! A static library as a table of functions: their machine code, and the symbols that it refers to.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use object::read::archive::ArchiveFile;
use object::{Architecture, BinaryFormat, Object, ObjectSection, ObjectSymbol, RelocationTarget, SymbolKind};

/// A function in a section of its own.
pub struct Function {
    pub architecture: Architecture,
    pub code: Vec<u8>,
    /// What the code refers to, by name, and where in it.
    pub references: Vec<(u64, String)>,
}

/// All functions of an archive's members, by their names in C.
pub fn functions(library: &Path) -> BTreeMap<String, Function> {
    let mut all = BTreeMap::new();
    for member in members(library) {
        let object = object::File::parse(&*member).expect("an object file");
        for symbol in object
            .symbols()
            .filter(|symbol| symbol.kind() == SymbolKind::Text && symbol.is_definition())
        {
            let section = object
                .section_by_index(symbol.section_index().expect("a section"))
                .expect("a section");
            let range = symbol.address()..end(&object, &symbol);
            let references = section
                .relocations()
                .filter(|(offset, _)| range.contains(&(section.address() + offset)));
            let references = references.map(|(offset, relocation)| match relocation.target() {
                RelocationTarget::Symbol(index) => {
                    (section.address() + offset - range.start, target(&object, index))
                }
                other => (offset, format!("{other:?}")),
            });
            let code = section
                .data_range(range.start, range.end - range.start)
                .expect("code")
                .unwrap_or_default();
            let function = Function {
                architecture: object.architecture(),
                code: code.to_vec(),
                references: references.collect(),
            };
            all.insert(name(&object, &symbol), function);
        }
    }
    all
}

/// Where a function ends. Mach-O doesn't say: where the next one starts, or the section ends.
fn end(object: &object::File<'_>, symbol: &object::Symbol<'_, '_>) -> u64 {
    if symbol.size() > 0 {
        return symbol.address() + symbol.size();
    }
    let section = object
        .section_by_index(symbol.section_index().expect("a section"))
        .expect("a section");
    let others = object
        .symbols()
        .filter(|other| other.section_index() == symbol.section_index());
    let later = others
        .map(|other| other.address())
        .filter(|address| *address > symbol.address());
    later.min().unwrap_or(section.address() + section.size())
}

/// The name in C: Mach-O puts an underscore in front.
fn name(object: &object::File<'_>, symbol: &object::Symbol<'_, '_>) -> String {
    let name = symbol.name().expect("a name");
    let plain = if object.format() == BinaryFormat::MachO {
        name.strip_prefix('_')
    } else {
        None
    };
    plain.unwrap_or(name).to_owned()
}

/// A symbol's name; for a section's, that of the function in it.
fn target(object: &object::File<'_>, index: object::SymbolIndex) -> String {
    let symbol = object.symbol_by_index(index).expect("a symbol");
    let section = symbol
        .section_index()
        .filter(|_| symbol.kind() == SymbolKind::Section);
    let function = section.and_then(|section| {
        object
            .symbols()
            .find(|other| other.kind() == SymbolKind::Text && other.section_index() == Some(section))
    });
    name(object, &function.unwrap_or(symbol))
}

/// The descriptions that `#[export]` left in an object file's section, each up to its zero byte.
pub fn records(bytes: &[u8]) -> Vec<String> {
    let object = object::File::parse(bytes).expect("an object file");
    let sections = object.sections().filter(|section| {
        matches!(
            section.name(),
            Ok(".rustgo.exports" | "__rustgo" | ".rustgo.types" | "__rustgo_types")
        )
    });
    let data: Vec<u8> = sections
        .flat_map(|section| section.data().expect("its bytes").to_vec())
        .collect();
    let text = String::from_utf8(data).expect("UTF-8");
    assert!(
        text.is_empty() || text.ends_with('\0'),
        "a record's zero byte is missing"
    );
    text.split_terminator('\0').map(str::to_owned).collect()
}

/// Everything reachable from a function's code, without itself unless it is recursive; `stop` ends the search.
pub fn reached(
    all: &BTreeMap<String, Function>,
    from: &str,
    stop: impl Fn(&str) -> bool,
) -> BTreeSet<String> {
    assert!(all.contains_key(from), "{from} is missing");
    let (mut found, mut open) = (BTreeSet::new(), vec![from.to_owned()]);
    while let Some(name) = open.pop() {
        let Some(function) = all.get(&name) else { continue };
        for (_, reference) in &function.references {
            if found.insert(reference.clone()) && !stop(reference) {
                open.push(reference.clone());
            }
        }
    }
    found
}

/// The contents of an archive's object files.
pub fn members(library: &Path) -> Vec<Vec<u8>> {
    let bytes = fs::read(library).expect("a static library");
    let archive = ArchiveFile::parse(&*bytes).expect("an archive");
    let members = archive.members().map(|member| member.expect("a member"));
    members
        .map(|member| member.data(&*bytes).expect("its bytes").to_vec())
        .collect()
}
