//! Looks into archives and objects alike.

use anyhow::{Context, Result, bail};
use object::FileKind;
use object::read::archive::ArchiveFile;

/// An object, by itself or as the member of an archive.
#[derive(Clone, Debug)]
pub struct Member<'a> {
    /// The member's name; of a lone object `the object`.
    pub name: String,
    /// The object's bytes.
    pub data: &'a [u8],
}

/// The members of an archive, or a lone object as its own only member.
///
/// # Errors
///
/// The file is neither an archive nor an ELF object, or it is cut short.
pub fn members(file: &[u8]) -> Result<Vec<Member<'_>>> {
    match FileKind::parse(file) {
        Ok(FileKind::Archive) => {}
        Ok(FileKind::Elf64 | FileKind::Elf32) => {
            return Ok(vec![Member {
                name: "the object".to_owned(),
                data: file,
            }]);
        }
        Ok(other) => bail!("the file is {other:?}, not an ELF object or an archive of them"),
        Err(error) => bail!("the file is not an ELF object or an archive of them: {error}"),
    }
    let archive = ArchiveFile::parse(file).context("the archive's directory can't be read")?;
    let mut members = Vec::new();
    for member in archive.members() {
        let member = member.context("the archive is cut short or damaged")?;
        let name = String::from_utf8_lossy(member.name()).into_owned();
        let data = member
            .data(file)
            .with_context(|| format!("archive member {name} is cut short"))?;
        members.push(Member { name, data });
    }
    Ok(members)
}
