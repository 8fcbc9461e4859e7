//! Reads the records that `#[rustgo_rt::export]` and `#[rustgo_rt::import]` left in the guest's objects.

use object::{Object, ObjectSection};
use rustgo_image::archive::{self, members};
use rustgo_record::section::{EXPORTS, IMPORTS, TYPES};
use serde::de::DeserializeOwned;

pub use rustgo_record::{Argument, Constant, Export, Field, Import, Role, Type, TypeKind, VERSION, Variant};

/// Objects whose records can't be read, or contradict each other.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file is not an object or an archive of objects.
    #[error(transparent)]
    Archive(#[from] archive::Error),
    /// A section is truncated. Names the section.
    #[error("{0} can't be read")]
    Section(String, #[source] object::Error),
    /// A record can't be parsed. Names its place.
    #[error("a record in {0} is not understood: another version of rustgo-rt wrote it")]
    Record(String, #[source] serde_json::Error),
    /// A record has another version of the format.
    #[error(
        "`{name}` was recorded in format {version} by another version of rustgo-rt; this tool reads format {VERSION}; \
         install the tool again from the same checkout: `cargo install --path cargo-rustgo --locked`"
    )]
    Version {
        /// The name in the record.
        name: String,
        /// The version of the format.
        version: u32,
    },
    /// Two exports have the same name.
    #[error("the guest exports `{0}` twice")]
    Twice(String),
    /// Two types have the same name.
    #[error("the guest exports two types named `{0}`, and hosts know them by their names: rename one")]
    TypeTwice(String),
}

type Result<T, E = Error> = std::result::Result<T, E>;

/// The exports that the objects of an archive (or a single object) declare, sorted by name.
///
/// # Errors
///
/// If a record can't be read, or two exports have the same name.
pub fn exports(file: &[u8]) -> Result<Vec<Export>> {
    let mut exports: Vec<Export> = records(file, EXPORTS.elf)?;
    exports.sort_by(|a, b| a.name.cmp(&b.name));
    for export in &exports {
        check_version(&export.name, export.version)?;
    }
    for pair in exports.windows(2) {
        if pair[0].name == pair[1].name {
            return Err(Error::Twice(pair[0].name.clone()));
        }
    }
    Ok(exports)
}

/// The functions that the objects import from the host, sorted by name, without duplicates.
///
/// # Errors
///
/// If a record can't be read.
pub fn imports(file: &[u8]) -> Result<Vec<Import>> {
    let mut imports = records::<Import>(file, IMPORTS.elf)?;
    for import in &imports {
        check_version(&import.name, import.version)?;
    }
    // If two declarations differ, the one that promises less is used.
    imports.sort_by(|a, b| (&a.name, b.returns).cmp(&(&b.name, a.returns)));
    imports.dedup_by(|a, b| a.name == b.name);
    Ok(imports)
}

/// The types that the objects declare, sorted by name.
///
/// # Errors
///
/// If a record can't be read, or two types have the same name.
pub fn types(file: &[u8]) -> Result<Vec<Type>> {
    let mut types: Vec<Type> = records(file, TYPES.elf)?;
    types.sort_by(|a, b| a.name.cmp(&b.name));
    for ty in &types {
        check_version(&ty.name, ty.version)?;
    }
    for pair in types.windows(2) {
        if pair[0].name == pair[1].name {
            return Err(Error::TypeTwice(pair[0].name.clone()));
        }
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
            let data = section.data().map_err(|error| Error::Section(place(), error))?;
            for record in data.split(|&byte| byte == 0).filter(|record| !record.is_empty()) {
                records.push(serde_json::from_slice(record).map_err(|error| Error::Record(place(), error))?);
            }
        }
    }
    Ok(records)
}

fn check_version(name: &str, version: u32) -> Result<()> {
    if version != VERSION {
        return Err(Error::Version {
            name: name.to_owned(),
            version,
        });
    }
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
            EXPORTS.elf,
            &[
                r#"{"v":4,"name":"g","stack":null,"args":[],"ret":null}"#,
                r#"{"v":4,"name":"f","stack":64,"no_panic":true,"unsafe":false,"args":[{"name":"a","type":"u64"}],"ret":"u64","doc":"Doc."}"#,
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
            EXPORTS.elf,
            &[r#"{"v":9,"name":"f","stack":null,"args":[],"ret":null}"#],
        );
        let error = exports(&object).unwrap_err();
        assert!(error.to_string().contains("format 9"), "{error}");
    }

    #[test]
    fn one_name_twice_is_refused() {
        let record = r#"{"v":4,"name":"f","stack":null,"args":[],"ret":null}"#;
        let error = exports(&object(EXPORTS.elf, &[record, record])).unwrap_err();
        assert!(error.to_string().contains("`f` twice"), "{error}");
    }

    #[test]
    fn an_import_may_be_declared_in_many_places() {
        let record = r#"{"v":4,"name":"rustgo_write"}"#;
        assert_eq!(
            imports(&object(IMPORTS.elf, &[record, record])).unwrap(),
            [Import::undeclared("rustgo_write")]
        );
    }

    fn export(record: &str) -> Export {
        exports(&object(EXPORTS.elf, &[record])).unwrap().remove(0)
    }

    #[test]
    fn what_is_not_said_is_not_so() {
        let plain = export(r#"{"v":4,"name":"f","stack":null,"args":[],"ret":null}"#);
        assert!(!plain.no_panic && !plain.is_unsafe && !plain.is_safe_fn && plain.requires.is_empty());
        assert_eq!((plain.doc.as_str(), &plain.role), ("", &Role::Export));
        let all = export(
            r#"{"v":4,"name":"f","stack":1,"no_panic":true,"requires":["lse"],"unsafe":true,"safe_fn":true,"args":[],"ret":null,"doc":"D"}"#,
        );
        assert_eq!(all.requires, ["lse"]);
        assert!(all.no_panic && all.is_unsafe && all.is_safe_fn);
        assert_eq!(all.doc, "D");
        let symbol = Export::undeclared("f");
        assert!(symbol.is_unsafe && !symbol.no_panic && symbol.stack.is_none());
    }

    #[test]
    fn a_variant_is_the_export_by_another_name() {
        let plain = export(
            r#"{"v":4,"name":"f","stack":64,"no_panic":true,"requires":["aes"],"args":[],"ret":"u8"}"#,
        );
        let variant = plain.variant(2, "v3", &["avx2"]);
        assert_eq!(variant.requires, ["aes"]);
        assert_eq!(variant.guaranteed().collect::<Vec<_>>(), ["aes", "avx2"]);
        assert_eq!(plain.guaranteed().collect::<Vec<_>>(), ["aes"]);
        let role = Role::Variant {
            of: "f".to_owned(),
            number: 2,
            features: vec!["avx2".to_owned()],
        };
        assert_eq!((variant.name.as_str(), &variant.role), ("f_v3", &role));
        assert_eq!(
            (variant.stack, variant.no_panic, variant.ret.as_deref()),
            (Some(64), true, Some("u8"))
        );
    }

    #[test]
    fn every_kind_of_record_has_its_format() {
        let import = r#"{"v":1,"name":"i"}"#;
        let error = imports(&object(IMPORTS.elf, &[import])).unwrap_err().to_string();
        assert!(error.contains("`i` was recorded in format 1"), "{error}");
        let ty = r#"{"v":5,"name":"T","kind":"error","variants":[]}"#;
        let error = types(&object(TYPES.elf, &[ty])).unwrap_err().to_string();
        assert!(error.contains("`T` was recorded in format 5"), "{error}");
    }

    /// If two declarations differ, the code after a call is analysed.
    #[test]
    fn an_import_comes_back_unless_all_say_no() {
        let returns = |records: &[&str]| -> Vec<(String, bool)> {
            let read = imports(&object(IMPORTS.elf, records)).unwrap();
            read.into_iter()
                .map(|import| (import.name, import.returns))
                .collect()
        };
        let silent = r#"{"v":4,"name":"f"}"#;
        let never = r#"{"v":4,"name":"f","returns":false}"#;
        let always = r#"{"v":4,"name":"f","returns":true}"#;
        let other = r#"{"v":4,"name":"a","returns":false}"#;
        let f = |returns| ("f".to_owned(), returns);
        assert_eq!(returns(&[silent]), [f(true)]);
        assert_eq!(returns(&[never]), [f(false)]);
        let a = ("a".to_owned(), false);
        assert_eq!(returns(&[always, other, silent]), [a.clone(), f(true)]);
        for records in [[always, never], [never, always], [silent, never]] {
            assert_eq!(returns(&records), [f(true)], "{records:?}");
        }
        assert_eq!(returns(&[other, never, other]), [a, f(false)]);
    }

    #[test]
    fn types_are_sorted_and_have_names_of_their_own() {
        let point = r#"{"v":4,"name":"Point","kind":"struct","size":8,"align":4,"fields":[{"name":"x","type":"u32","offset":0},{"name":"y","type":"u32","offset":4}]}"#;
        let fault = r#"{"v":4,"name":"Fault","doc":"D","kind":"error","variants":[{"name":"A","value":-1,"text":"a"}]}"#;
        let read = types(&object(TYPES.elf, &[point, fault])).unwrap();
        assert_eq!((read[0].name.as_str(), read[1].name.as_str()), ("Fault", "Point"));
        let TypeKind::Struct { size, align, fields } = &read[1].kind else {
            panic!("{read:?}");
        };
        assert_eq!((*size, *align, fields[1].offset), (8, 4, 4));
        let TypeKind::Error { variants } = &read[0].kind else {
            panic!("{read:?}");
        };
        assert_eq!((variants[0].value, variants[0].text.as_str()), (-1, "a"));
        let error = types(&object(TYPES.elf, &[point, fault, point]))
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("the guest exports two types named `Point`"),
            "{error}"
        );
    }

    #[test]
    fn records_of_other_sections_are_not_read() {
        let record = r#"{"v":4,"name":"f","stack":null,"args":[],"ret":null}"#;
        let file = object(EXPORTS.elf, &[record]);
        assert!(imports(&file).unwrap().is_empty() && types(&file).unwrap().is_empty());
        assert!(
            exports(&object(".rustgo.exports2", &[record]))
                .unwrap()
                .is_empty()
        );
        assert!(exports(b"no object").is_err());
    }

    #[test]
    fn a_record_that_is_not_understood_is_an_error() {
        for record in [
            "{",
            r#"{"v":4}"#,
            r#"{"v":4,"name":"f","stack":-1,"args":[],"ret":null}"#,
        ] {
            let error = exports(&object(EXPORTS.elf, &[record])).unwrap_err().to_string();
            let told = "a record in section .rustgo.exports of the object is not understood";
            assert!(error.contains(told), "{error}");
        }
    }
}
