//! Looks into archives and objects alike.

use object::FileKind;
use object::read::archive::ArchiveFile;

use super::Error;

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
pub fn members(file: &[u8]) -> Result<Vec<Member<'_>>, Error> {
    match FileKind::parse(file) {
        Ok(FileKind::Archive) => {}
        Ok(FileKind::Elf64 | FileKind::Elf32) => {
            return Ok(vec![Member {
                name: "the object".to_owned(),
                data: file,
            }]);
        }
        Ok(other) => return Err(Error::OtherKind(other)),
        Err(error) => return Err(Error::Unknown(error)),
    }
    let archive = ArchiveFile::parse(file).map_err(Error::Directory)?;
    let mut members = Vec::new();
    for member in archive.members() {
        let member = member.map_err(Error::Damaged)?;
        let name = String::from_utf8_lossy(member.name()).into_owned();
        let data = member
            .data(file)
            .map_err(|error| Error::CutShort(name.clone(), error))?;
        members.push(Member { name, data });
    }
    Ok(members)
}
