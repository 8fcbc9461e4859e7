//! What `#[rustgo_rt::export]` and `#[rustgo_rt::import]` recorded in the guest's objects, as its author declared it.

use anyhow::{Context, Result, ensure};
use object::{Object, ObjectSection};
use serde::de::DeserializeOwned;

use crate::link::members;

pub use rustgo_record::{Argument, Export, Field, Import, Role, Type, TypeKind, VERSION, Variant};

/// The sections that hold the records. Keep in step with rustgo-rt's macros.
const EXPORTS: &str = ".rustgo.exports";
const IMPORTS: &str = ".rustgo.imports";
const TYPES: &str = ".rustgo.types";

/// The exports that the objects of an archive (or a single object) declare, sorted by name.
///
/// # Errors
///
/// A record can't be read, or two of them bear the same name.
pub fn exports(file: &[u8]) -> Result<Vec<Export>> {
    let mut exports: Vec<Export> = records(file, EXPORTS)?;
    exports.sort_by(|a, b| a.name.cmp(&b.name));
    for export in &exports {
        check_version(&export.name, export.version)?;
    }
    for pair in exports.windows(2) {
        ensure!(
            pair[0].name != pair[1].name,
            "the guest exports `{}` twice",
            pair[0].name
        );
    }
    Ok(exports)
}

/// The functions that the objects leave to the host, sorted by name, each once.
///
/// # Errors
///
/// A record can't be read.
pub fn imports(file: &[u8]) -> Result<Vec<Import>> {
    let mut imports = records::<Import>(file, IMPORTS)?;
    for import in &imports {
        check_version(&import.name, import.version)?;
    }
    // Where two declarations differ, the one that says less counts.
    imports.sort_by(|a, b| (&a.name, b.returns).cmp(&(&b.name, a.returns)));
    imports.dedup_by(|a, b| a.name == b.name);
    Ok(imports)
}

/// The types that the objects declare, sorted by name.
///
/// # Errors
///
/// A record can't be read, or two types bear the same name.
pub fn types(file: &[u8]) -> Result<Vec<Type>> {
    let mut types: Vec<Type> = records(file, TYPES)?;
    types.sort_by(|a, b| a.name.cmp(&b.name));
    for ty in &types {
        check_version(&ty.name, ty.version)?;
    }
    for pair in types.windows(2) {
        ensure!(
            pair[0].name != pair[1].name,
            "the guest exports two types named `{}`, and hosts know them by their names: rename one",
            pair[0].name
        );
    }
    Ok(types)
}

fn records<T: DeserializeOwned>(file: &[u8], section_name: &str) -> Result<Vec<T>> {
    let mut records = Vec::new();
    for member in members(file)? {
        let Ok(object) = object::File::parse(member.data) else {
            continue;
        };
        for section in object
            .sections()
            .filter(|section| section.name() == Ok(section_name))
        {
            let place = || format!("section {section_name} of {}", member.name);
            let data = section
                .data()
                .with_context(|| format!("{} can't be read", place()))?;
            for record in data.split(|&byte| byte == 0).filter(|record| !record.is_empty()) {
                records.push(serde_json::from_slice(record).with_context(|| {
                    format!(
                        "a record in {} is not understood: another version of rustgo-rt wrote it",
                        place()
                    )
                })?);
            }
        }
    }
    Ok(records)
}

fn check_version(name: &str, version: u32) -> Result<()> {
    ensure!(
        version == VERSION,
        "`{name}` was recorded in format {version} by another version of rustgo-rt; this tool reads format {VERSION}"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use object::write::Object as Writer;
    use object::{Architecture, BinaryFormat, Endianness, SectionKind};

    use super::*;

    fn object(section: &str, records: &[&str]) -> Vec<u8> {
        let mut object = Writer::new(BinaryFormat::Elf, Architecture::X86_64, Endianness::Little);
        let section = object.add_section(Vec::new(), section.into(), SectionKind::ReadOnlyData);
        object.append_section_data(section, (records.join("\0") + "\0").as_bytes(), 1);
        object.write().unwrap()
    }

    #[test]
    fn records_are_read_and_sorted() {
        let exports = exports(&object(
            EXPORTS,
            &[
                r#"{"v":2,"name":"g","stack":null,"args":[],"ret":null}"#,
                r#"{"v":2,"name":"f","stack":64,"no_panic":true,"unsafe":false,"args":[{"name":"a","type":"u64"}],"ret":"u64","doc":"Doc."}"#,
            ],
        ))
        .unwrap();
        assert_eq!(
            (exports[0].name.as_str(), exports[0].stack, exports[0].no_panic),
            ("f", Some(64), true)
        );
        assert_eq!(exports[0].args[0].ty, "u64");
        assert_eq!((exports[1].name.as_str(), exports[1].stack), ("g", None));
    }

    #[test]
    fn a_later_format_is_refused() {
        let object = object(
            EXPORTS,
            &[r#"{"v":9,"name":"f","stack":null,"args":[],"ret":null}"#],
        );
        let error = exports(&object).unwrap_err();
        assert!(error.to_string().contains("format 9"), "{error}");
    }

    #[test]
    fn one_name_twice_is_refused() {
        let record = r#"{"v":2,"name":"f","stack":null,"args":[],"ret":null}"#;
        let error = exports(&object(EXPORTS, &[record, record])).unwrap_err();
        assert!(error.to_string().contains("`f` twice"), "{error}");
    }

    #[test]
    fn an_import_may_be_declared_in_many_places() {
        let record = r#"{"v":2,"name":"rustgo_write"}"#;
        assert_eq!(
            imports(&object(IMPORTS, &[record, record])).unwrap(),
            [Import::undeclared("rustgo_write")]
        );
    }
}
