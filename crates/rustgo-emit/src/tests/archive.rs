//! Archives, parsed by the format's definition: `!<arch>`, then members with headers of 60 bytes at even offsets.

use crate::archive::{ArchiveKind, Member, write};
use crate::object::{elf, macho};
use crate::processor::Processor;
use crate::testing::image;

/// A member: its offset, its name as in the header, and its bytes.
struct Read<'a> {
    at: usize,
    name: &'a str,
    bytes: &'a [u8],
}

fn read(archive: &[u8]) -> Vec<Read<'_>> {
    assert_eq!(&archive[..8], b"!<arch>\n");
    let mut members = Vec::new();
    let mut at = 8;
    while at < archive.len() {
        assert_eq!(at % 2, 0);
        let header = std::str::from_utf8(&archive[at..at + 60]).unwrap();
        assert!(header.ends_with("`\n"), "{header:?}");
        let column = |from: usize, to: usize| header[from..to].trim_end();
        let name = column(0, 16);
        // Tables have no time, owner and rights of their own everywhere; files have the same on every machine.
        if !matches!(name, "/" | "//" | "#1/12" | "#1/20" | "__.SYMDEF") {
            let fields = [column(16, 28), column(28, 34), column(34, 40), column(40, 48)];
            assert_eq!(fields, ["0", "0", "0", "644"], "{name}");
        }
        let size: usize = column(48, 58).parse().unwrap();
        members.push(Read {
            at,
            name,
            bytes: &archive[at + 60..at + 60 + size],
        });
        let end = at + 60 + size;
        if end % 2 == 1 {
            assert_eq!(archive[end], b'\n');
        }
        at = end.next_multiple_of(2);
    }
    members
}

/// An object that defines a function of this name.
fn member(
    name: &str,
    symbol: &str,
    write: impl Fn(&crate::image::Image) -> crate::Result<Vec<u8>>,
) -> Member {
    let mut image = image(Processor::X86_64, &[0xc3]);
    image
        .edit(|image| {
            image.entries = vec![crate::image::Entry {
                export: crate::export::Export::undeclared(symbol),
                at: 0,
            }];
        })
        .unwrap();
    Member {
        name: name.to_owned(),
        bytes: write(&image).unwrap(),
    }
}

/// With 15 letters, the most that fit with the slash after them; with one more; and with many.
const NAMES: [&str; 4] = [
    "a.o",
    "exactly_fifte.o",
    "now_it_is_sixt.o",
    "a_name_of_many_more_letters.o",
];

#[test]
fn gnu_archives_have_their_members_and_symbols() {
    let members: Vec<Member> = NAMES
        .iter()
        .enumerate()
        .map(|(index, name)| member(name, &format!("symbol_{index}"), elf::write))
        .collect();
    let archive = write(ArchiveKind::Gnu, &members).unwrap();
    assert_eq!(
        archive,
        write(ArchiveKind::Gnu, &members).unwrap(),
        "the same each time"
    );
    let read = read(&archive);
    assert_eq!(read[0].name, "/", "the symbols come first");
    let table = read.iter().find(|member| member.name == "//").unwrap();
    let table = std::str::from_utf8(table.bytes).unwrap();
    let files: Vec<&Read> = read
        .iter()
        .filter(|member| !matches!(member.name, "/" | "//"))
        .collect();
    assert_eq!(files.len(), members.len());
    for (file, member) in files.iter().zip(&members) {
        // `/N` is the offset of a longer name in the table.
        let name = match file.name.strip_prefix('/') {
            Some(place) => table[place.parse::<usize>().unwrap()..]
                .split('/')
                .next()
                .unwrap(),
            None => file.name.strip_suffix('/').unwrap(),
        };
        assert_eq!(
            (name, file.bytes),
            (member.name.as_str(), member.bytes.as_slice())
        );
    }
    // The number of symbols, the offset of the member of each, and their names: big-endian.
    let number =
        |index: usize| u32::from_be_bytes(*read[0].bytes[4 * index..].first_chunk().unwrap()) as usize;
    let count = number(0);
    let names = &read[0].bytes[4 * (count + 1)..];
    let names: Vec<&[u8]> = names.split(|&byte| byte == 0).take(count).collect();
    let symbols: Vec<(usize, &str)> = (1..=count)
        .map(number)
        .zip(names.iter().map(|name| std::str::from_utf8(name).unwrap()))
        .collect();
    let expected: Vec<(usize, String)> = files
        .iter()
        .enumerate()
        .map(|(index, file)| (file.at, format!("symbol_{index}")))
        .collect();
    assert_eq!(
        symbols,
        expected
            .iter()
            .map(|(at, name)| (*at, name.as_str()))
            .collect::<Vec<_>>()
    );
}

#[test]
fn members_of_odd_lengths_are_padded() {
    for length in 0..4 {
        let mut odd = member("odd.o", "f", elf::write);
        odd.bytes.extend(vec![0u8; length]);
        let last = member("last.o", "g", elf::write);
        let archive = write(ArchiveKind::Gnu, &[odd.clone(), last.clone()]).unwrap();
        let read = read(&archive);
        let bytes: Vec<&[u8]> = read.iter().rev().take(2).map(|member| member.bytes).collect();
        assert_eq!(bytes, [&*last.bytes, &*odd.bytes], "{length}");
    }
}

/// macOS: names are before the bytes, which start at multiples of 8. Read by a library that knows the format.
#[test]
fn darwin_archives_have_their_members_and_symbols() {
    let members: Vec<Member> = NAMES
        .iter()
        .enumerate()
        .map(|(index, name)| member(name, &format!("symbol_{index}"), macho::write))
        .collect();
    let archive = write(ArchiveKind::Darwin, &members).unwrap();
    read(&archive);
    let file = object::read::archive::ArchiveFile::parse(&*archive).unwrap();
    let files: Vec<_> = file.members().map(|member| member.unwrap()).collect();
    assert_eq!(files.len(), members.len());
    for (file, member) in files.iter().zip(&members) {
        assert_eq!(file.name(), member.name.as_bytes());
        let data = file.data(&*archive).unwrap();
        // The length includes what fills the last word.
        assert_eq!(data[..member.bytes.len()], member.bytes);
        assert!(
            data[member.bytes.len()..]
                .iter()
                .all(|byte| matches!(byte, 0 | b'\n'))
        );
        assert_eq!(file.file_range().0 % 8, 0, "{}", member.name);
    }
    let symbols = file.symbols().unwrap().unwrap();
    let symbols: Vec<String> = symbols
        .map(|symbol| String::from_utf8(symbol.unwrap().name().to_vec()).unwrap())
        .collect();
    assert_eq!(symbols, ["_symbol_0", "_symbol_1", "_symbol_2", "_symbol_3"]);
}
