//! What `#[rustgo_rt::export]` and `#[rustgo_rt::import]` recorded in the guest's objects, as its author declared it.

use anyhow::{Context, Result, ensure};
use object::{Object, ObjectSection};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::link::members;
use crate::variant;

/// The sections that hold the records. Keep in step with rustgo-rt's macros.
const EXPORTS: &str = ".rustgo.exports";
const IMPORTS: &str = ".rustgo.imports";
const TYPES: &str = ".rustgo.types";

/// The record format that this tool reads.
const VERSION: u32 = 2;

/// A declared argument.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Argument {
    /// Its name in the Rust source.
    pub name: String,
    /// Its Rust type, as written.
    #[serde(rename = "type")]
    pub ty: String,
}

/// A declared export.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Export {
    #[serde(rename = "v")]
    version: u32,
    /// The symbol's name.
    pub name: String,
    /// The declared budget in bytes; none where the proven bound is to serve.
    pub stack: Option<u64>,
    /// A panic that can be reached is an error.
    #[serde(default)]
    pub no_panic: bool,
    /// The Rust function is unsafe to call.
    #[serde(default, rename = "unsafe")]
    pub is_unsafe: bool,
    /// A plain Rust function, whose entry `#[export]` has written.
    #[serde(default, rename = "natural")]
    pub is_natural: bool,
    /// The arguments, in order.
    pub args: Vec<Argument>,
    /// The Rust type of the result, if there is one.
    pub ret: Option<String>,
    /// The documentation, as written in Rust.
    #[serde(default)]
    pub doc: String,
    /// What it is to hosts.
    #[serde(skip)]
    pub role: Role,
}

/// What a function that an image starts at is to hosts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Role {
    /// They call it.
    #[default]
    Export,
    /// It is one of several builds of an export: they call that one where it suits the processor.
    Variant {
        /// The export's name, as declared.
        of: String,
        /// The build's number.
        number: usize,
    },
    /// It tells the number of the build that suits the processor.
    Chooser,
}

impl Export {
    /// An export of which only the symbol is known: from an object that no `#[export]` described.
    pub fn undeclared(name: &str) -> Self {
        Self {
            version: VERSION,
            name: name.to_owned(),
            stack: None,
            no_panic: false,
            is_unsafe: true,
            is_natural: false,
            args: Vec::new(),
            ret: None,
            doc: String::new(),
            role: Role::Export,
        }
    }

    /// The build of this export in a variant of the guest.
    pub fn variant(&self, number: usize, name: &str) -> Self {
        Self {
            name: variant::symbol(&self.name, name),
            role: Role::Variant {
                of: self.name.clone(),
                number,
            },
            ..self.clone()
        }
    }
}

/// A struct or an error that hosts know.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Type {
    #[serde(rename = "v")]
    version: u32,
    /// Its name, without a path.
    pub name: String,
    /// Its documentation, as written in Rust.
    #[serde(default)]
    pub doc: String,
    /// What it is.
    #[serde(flatten)]
    pub kind: TypeKind,
}

/// What a declared type is.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum TypeKind {
    /// A `#[repr(C)]` struct, laid out by the compiler.
    Struct {
        /// Its size in bytes.
        size: u64,
        /// Its alignment in bytes.
        align: u64,
        /// Its fields, in order.
        fields: Vec<Field>,
    },
    /// A `#[repr(i32)]` enum.
    Error {
        /// Its variants, in order.
        variants: Vec<Variant>,
    },
}

/// A field of a declared struct.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Field {
    /// Its name in the Rust source.
    pub name: String,
    /// Its Rust type.
    #[serde(rename = "type")]
    pub ty: String,
    /// Where it starts, in bytes from the struct's start.
    pub offset: u64,
}

/// A variant of a declared error.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Variant {
    /// Its name in the Rust source.
    pub name: String,
    /// The number that crosses.
    pub value: i32,
    /// What it shows.
    pub text: String,
    /// Its documentation, as written in Rust.
    #[serde(default)]
    pub doc: String,
}

/// A declared host import.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub struct Import {
    #[serde(rename = "v")]
    version: u32,
    /// The symbol's name.
    pub name: String,
    /// It comes back, as far as its declaration says.
    #[serde(default = "comes_back")]
    pub returns: bool,
}

impl Import {
    /// An import of which only the symbol is known.
    pub fn undeclared(name: &str) -> Self {
        Self {
            version: VERSION,
            name: name.to_owned(),
            returns: comes_back(),
        }
    }
}

fn comes_back() -> bool {
    true
}

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
