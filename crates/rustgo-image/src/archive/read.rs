//! Reads archives and single objects alike.

use object::FileKind;
use object::read::archive::ArchiveFile;

use super::Error;

/// An object, either by itself or as a member of an archive.
#[derive(Clone, Debug)]
pub struct Member<'a> {
    /// The member's name, or `the object` for a single object.
    pub name: String,
    /// The object's bytes.
    pub data: &'a [u8],
}

/// The members of an archive, or a single object as its only member.
///
/// # Errors
///
/// If the file is neither an archive nor an ELF object, or it is truncated.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::{ArchiveKind, NewMember, write};
    use crate::link::sample::Sample;
    use crate::processor::Processor;

    fn object() -> Vec<u8> {
        let mut sample = Sample::new(Processor::X86_64);
        sample.function("f");
        sample.bytes()
    }

    fn archive_of(names: &[&str]) -> Vec<u8> {
        let members: Vec<_> = names
            .iter()
            .map(|name| NewMember {
                name: (*name).to_owned(),
                bytes: object(),
            })
            .collect();
        write(ArchiveKind::Gnu, &members).unwrap()
    }

    #[test]
    fn a_lone_object_is_its_only_member() {
        let mut bytes = object();
        let read = members(&bytes).unwrap();
        assert_eq!(
            (read.len(), read[0].name.as_str(), read[0].data),
            (1, "the object", &*bytes)
        );
        // A 32-bit object counts as an object too. Its processor is checked elsewhere.
        bytes[4] = 1;
        assert_eq!(members(&bytes).unwrap().len(), 1);
    }

    #[test]
    fn members_come_in_their_order() {
        let long = "a_name_that_is_longer_than_the_header_has_room_for.o";
        let bytes = archive_of(&["b.o", "a.o", long]);
        let read = members(&bytes).unwrap();
        let names: Vec<_> = read.iter().map(|member| member.name.as_str()).collect();
        assert_eq!(names, ["b.o", "a.o", long]);
        assert!(read.iter().all(|member| member.data.starts_with(&object())));
    }

    #[test]
    fn what_is_neither_is_refused() {
        let error = members(b"MZ, or whatever else there may be in a file of some length").unwrap_err();
        assert!(
            error
                .to_string()
                .contains("not an ELF object or an archive of them"),
            "{error}"
        );
        let macho = [
            0xcf, 0xfa, 0xed, 0xfe, 7, 0, 0, 1, 3, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0,
        ];
        let error = members(&macho).unwrap_err().to_string();
        assert!(
            error.contains("the file is MachO64, not an ELF object"),
            "{error}"
        );
    }

    #[test]
    fn an_archive_that_is_cut_short_is_refused() {
        let bytes = archive_of(&["a.o", "b.o"]);
        let cut = &bytes[..bytes.len() - 40];
        let error = members(cut).unwrap_err().to_string();
        assert!(error.contains("cut short"), "{error}");
    }
}
