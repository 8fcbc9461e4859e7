//! Writes a static archive of sealed objects with its symbol table, byte-reproducibly.

use std::io::Cursor;

use ar_archive_writer::{ArchiveKind, DEFAULT_OBJECT_READER, NewArchiveMember, write_archive_to_stream};

use super::Error;

/// A member to be written.
#[derive(Clone, Debug)]
pub struct Member {
    /// Its file name.
    pub name: String,
    /// The object.
    pub bytes: Vec<u8>,
}

/// The archive's bytes.
///
/// # Errors
///
/// If a member is not an object.
pub fn write(kind: ArchiveKind, members: &[Member]) -> Result<Vec<u8>, Error> {
    let members: Vec<NewArchiveMember> = members
        .iter()
        .map(|member| NewArchiveMember {
            buf: Box::new(member.bytes.as_slice()),
            object_reader: &DEFAULT_OBJECT_READER,
            member_name: member.name.clone(),
            mtime: 0,
            uid: 0,
            gid: 0,
            perms: 0o644,
        })
        .collect();
    let mut archive = Cursor::new(Vec::new());
    write_archive_to_stream(&mut archive, &members, kind, false, None).map_err(Error::Write)?;
    Ok(archive.into_inner())
}
