//! What `#[rustgo_rt::export]` recorded in the guest's objects: the exports, as their author declared them.

use anyhow::{Context, Result, ensure};
use object::{Object, ObjectSection};
use serde::Deserialize;

use crate::link::members;

/// The section that holds the records. Keep in step with rustgo-rt's macro.
const SECTION: &str = ".rustgo.exports";

/// The record format that this tool reads.
const VERSION: u32 = 1;

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
    /// The arguments, in order.
    pub args: Vec<Argument>,
    /// The Rust type of the result, if there is one.
    pub ret: Option<String>,
    /// The documentation, as written in Rust.
    #[serde(default)]
    pub doc: String,
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
            args: Vec::new(),
            ret: None,
            doc: String::new(),
        }
    }
}

/// The exports that the objects of an archive (or a single object) declare, sorted by name.
///
/// # Errors
///
/// A record can't be read, or two of them bear the same name.
pub fn read(file: &[u8]) -> Result<Vec<Export>> {
    let mut exports = Vec::new();
    for member in members(file)? {
        let Ok(object) = object::File::parse(member.data) else {
            continue;
        };
        for section in object.sections().filter(|s| s.name() == Ok(SECTION)) {
            let data = section
                .data()
                .with_context(|| format!("section {SECTION} of {} can't be read", member.name))?;
            for record in data.split(|&byte| byte == 0).filter(|record| !record.is_empty()) {
                exports
                    .push(parse(record).with_context(|| format!("in section {SECTION} of {}", member.name))?);
            }
        }
    }
    exports.sort_by(|a, b| a.name.cmp(&b.name));
    for pair in exports.windows(2) {
        ensure!(
            pair[0].name != pair[1].name,
            "the guest exports `{}` twice",
            pair[0].name
        );
    }
    Ok(exports)
}

fn parse(record: &[u8]) -> Result<Export> {
    let export: Export = serde_json::from_slice(record)
        .context("an export's record is not understood: it was written by another version of rustgo-rt")?;
    ensure!(
        export.version == VERSION,
        "export `{}` was recorded in format {} by another version of rustgo-rt; this tool reads format {VERSION}",
        export.name,
        export.version
    );
    Ok(export)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_read() {
        let export = parse(
            br#"{"v":1,"name":"f","stack":64,"no_panic":true,"unsafe":false,"args":[{"name":"a","type":"u64"}],"ret":"u64","doc":"Doc."}"#,
        )
        .unwrap();
        assert_eq!(
            (export.name.as_str(), export.stack, export.no_panic),
            ("f", Some(64), true)
        );
        assert_eq!(export.args[0].ty, "u64");
    }

    #[test]
    fn a_later_format_is_refused() {
        let error = parse(br#"{"v":2,"name":"f","stack":null,"args":[],"ret":null}"#).unwrap_err();
        assert!(error.to_string().contains("format 2"), "{error}");
    }
}
