//! The first difference between two files, in terms that a person can find: the line of a text, or the offset in an
//! archive and the symbol there.

use std::fmt;
use std::ops::Range;
use std::path::Path;

use object::read::archive::ArchiveFile;
use object::read::macho::{FatArch, MachOFatFile32};
use object::{FileKind, Object, ObjectSection, ObjectSymbol};

/// The first difference between a committed file and the one generated again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The line, counted from 1. `None` for files that are not text.
    line: Option<Line>,
    /// The offset of the first byte.
    offset: usize,
    /// The symbol that it belongs to.
    symbol: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    number: usize,
    committed: String,
    made: String,
}

/// How much of a line is shown, in bytes.
const SHOWN: usize = 100;

impl Difference {
    /// The first difference, if there is one.
    pub fn first(path: &Path, committed: &[u8], made: &[u8]) -> Option<Self> {
        if committed == made {
            return None;
        }
        let offset = committed.iter().zip(made).take_while(|(a, b)| a == b).count();
        let texts = std::str::from_utf8(committed)
            .ok()
            .zip(std::str::from_utf8(made).ok());
        let Some((committed, made)) = texts else {
            return Some(Self {
                line: None,
                offset,
                symbol: symbol(made, offset),
            });
        };
        let index = made.as_bytes()[..offset]
            .iter()
            .filter(|&&byte| byte == b'\n')
            .count();
        let shown = |text: &str| {
            let line = text.lines().nth(index).unwrap_or("(the file ends)").trim();
            line.chars().take(SHOWN).collect()
        };
        let is_assembly = path.extension().is_some_and(|extension| extension == "s");
        Some(Self {
            line: Some(Line {
                number: index + 1,
                committed: shown(committed),
                made: shown(made),
            }),
            offset,
            symbol: is_assembly.then(|| in_assembly(made, index)).flatten(),
        })
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.line {
            Some(line) => write!(f, "line {}", line.number)?,
            None => write!(f, "offset {:#x}", self.offset)?,
        }
        if let Some(symbol) = &self.symbol {
            write!(f, ", in {symbol}")?;
        }
        if let Some(line) = &self.line {
            write!(f, "\n  is    {}\n  makes {}", line.committed, line.made)?;
        }
        Ok(())
    }
}

/// The symbol around a line of Go assembly, and the line of Rust that the code was compiled from.
fn in_assembly(text: &str, index: usize) -> Option<String> {
    let before = || text.lines().take(index + 1);
    let name = |line: &str| Some(line.strip_prefix("TEXT ")?.split_once('(')?.0.to_owned());
    let symbol = before().filter_map(name).last()?;
    let start = before().collect::<Vec<_>>();
    let start = start.iter().rposition(|line| line.starts_with("TEXT "))?;
    // `#line N "FILE"` numbers the line after the next one.
    let source = before()
        .skip(start)
        .filter_map(|line| line.strip_prefix("#line "))
        .last();
    let source = source.and_then(|source| {
        let (number, file) = source.split_once(' ')?;
        Some(format!(
            " ({}:{})",
            file.trim_matches('"'),
            number.parse::<u32>().ok()? - 1
        ))
    });
    Some(format!("{symbol}{}", source.unwrap_or_default()))
}

/// The symbol around an offset of an object, of an archive, or of archives for several processors in one file.
fn symbol(file: &[u8], offset: usize) -> Option<String> {
    match FileKind::parse(file).ok()? {
        FileKind::MachOFat32 => {
            let fat = MachOFatFile32::parse(file).ok()?;
            let part = fat
                .arches()
                .iter()
                .find(|part| holds(part.file_range(), offset))?;
            let inner = symbol(part.data(file).ok()?, offset - part.file_range().0 as usize)?;
            Some(format!("{inner} for {:?}", part.architecture()))
        }
        FileKind::Archive => {
            let archive = ArchiveFile::parse(file).ok()?;
            let mut members = archive.members().filter_map(Result::ok);
            let Some(member) = members.find(|member| holds(member.file_range(), offset)) else {
                return Some("the archive's symbol table".to_owned());
            };
            let inner = symbol(member.data(file).ok()?, offset - member.file_range().0 as usize)?;
            Some(format!("{inner} of {}", String::from_utf8_lossy(member.name())))
        }
        _ => in_object(file, offset as u64),
    }
}

fn holds((start, size): (u64, u64), offset: usize) -> bool {
    range(start, size).contains(&(offset as u64))
}

fn range(start: u64, size: u64) -> Range<u64> {
    start..start.saturating_add(size)
}

fn in_object(file: &[u8], offset: u64) -> Option<String> {
    let object = object::File::parse(file).ok()?;
    let found = object.sections().find_map(|section| {
        let (start, size) = section.file_range()?;
        range(start, size).contains(&offset).then_some((section, start))
    });
    let Some((section, start)) = found else {
        return Some("the object's headers and tables".to_owned());
    };
    let address = section.address() + (offset - start);
    let symbols = object
        .symbols()
        .filter(|symbol| symbol.section_index() == Some(section.index()));
    let around = symbols
        .filter(|symbol| symbol.address() <= address && !symbol.name().unwrap_or_default().is_empty())
        .max_by_key(|symbol| symbol.address());
    match around {
        Some(symbol) => Some(format!("`{}`", symbol.name().ok()?)),
        None => Some(format!("section {}", section.name().ok()?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_differ_in_a_line() {
        let first = |a: &str, b: &str| {
            Difference::first(Path::new("a.h"), a.as_bytes(), b.as_bytes())
                .map(|difference| difference.to_string())
        };
        assert_eq!(first("a\nb\n", "a\nb\n"), None);
        assert_eq!(first("a\nb\n", "a\nc\n").unwrap(), "line 2\n  is    b\n  makes c");
        assert_eq!(
            first("a\n", "a\nc\n").unwrap(),
            "line 2\n  is    (the file ends)\n  makes c"
        );
    }

    #[test]
    fn assembly_differs_in_a_symbol_and_a_line_of_rust() {
        let text = "TEXT ·stub(SB), $0\n\tRET\nTEXT ·rust(SB), $0\n#line 8 \"/rustgo/a-1.0.0/src/lib.rs\"\n\tBYTE $1\n";
        let changed = text.replace("BYTE $1", "BYTE $2");
        let difference = Difference::first(Path::new("a.s"), changed.as_bytes(), text.as_bytes()).unwrap();
        assert_eq!(
            difference.to_string(),
            "line 5, in ·rust (/rustgo/a-1.0.0/src/lib.rs:7)\n  is    BYTE $2\n  makes BYTE $1"
        );
    }

    #[test]
    fn a_line_is_shown_up_to_a_limit() {
        let long = "x".repeat(SHOWN + 1);
        let difference = Difference::first(Path::new("a.h"), b"", long.as_bytes()).unwrap();
        assert_eq!(
            difference.to_string(),
            format!("line 1\n  is    (the file ends)\n  makes {}", &long[1..])
        );
        // Only assembly has symbols.
        let (is, makes) = (b"TEXT f(SB), $0\n1", b"TEXT f(SB), $0\n2");
        let symbol = |name: &str| Difference::first(Path::new(name), is, makes).unwrap().symbol;
        assert_eq!(symbol("a.s").as_deref(), Some("f"));
        assert_eq!(symbol("a.h"), None);
    }

    /// An object with two functions of eight bytes and data without a symbol; and where the bytes of each are.
    fn object() -> (Vec<u8>, [usize; 3]) {
        use object::write;
        use object::{
            Architecture, BinaryFormat, Endianness, SectionKind, SymbolFlags, SymbolKind, SymbolScope,
        };
        let mut object = write::Object::new(BinaryFormat::Elf, Architecture::X86_64, Endianness::Little);
        let text = object.section_id(write::StandardSection::Text);
        for (name, byte) in [("first", 0xa1), ("second", 0xa2)] {
            let symbol = object.add_symbol(write::Symbol {
                name: name.into(),
                value: 0,
                size: 8,
                kind: SymbolKind::Text,
                scope: SymbolScope::Linkage,
                weak: false,
                section: write::SymbolSection::Section(text),
                flags: SymbolFlags::None,
            });
            object.add_symbol_data(symbol, text, &[byte; 8], 8);
        }
        let data = object.add_section(Vec::new(), b".mine".into(), SectionKind::Data);
        object.append_section_data(data, &[0xa3; 8], 8);
        let bytes = object.write().unwrap();
        let place = |byte: u8| bytes.windows(8).position(|window| window == [byte; 8]).unwrap();
        let places = [0xa1, 0xa2, 0xa3].map(place);
        (bytes, places)
    }

    /// Where files differ in one byte.
    fn at(file: &[u8], offset: usize) -> String {
        let mut changed = file.to_vec();
        changed[offset] ^= 0xff;
        let difference = Difference::first(Path::new("a.o"), &changed, file).unwrap();
        assert_eq!((difference.line.as_ref(), difference.offset), (None, offset));
        let told = difference.to_string();
        let place = format!("offset {offset:#x}, in ");
        told.strip_prefix(&place).expect(&told).to_owned()
    }

    #[test]
    fn objects_differ_in_a_symbol() {
        let (file, [first, second, data]) = object();
        for offset in [first, first + 7] {
            assert_eq!(at(&file, offset), "`first`");
        }
        for offset in [second, second + 7] {
            assert_eq!(at(&file, offset), "`second`");
        }
        for offset in [data, data + 7] {
            assert_eq!(at(&file, offset), "section .mine");
        }
        // The type of the file, in its header.
        assert_eq!(at(&file, 16), "the object's headers and tables");
        assert_eq!(range(3, 2), 3..5);
        assert_eq!(range(3, u64::MAX), 3..u64::MAX);
    }

    /// An archive of these objects, and where each begins.
    fn archive(members: &[(&str, &[u8])]) -> (Vec<u8>, Vec<usize>) {
        let mut bytes = b"!<arch>\n".to_vec();
        let mut starts = Vec::new();
        for (name, member) in members {
            let name = format!("{name}/");
            bytes.extend(
                format!(
                    "{name:<16}{:<12}{:<6}{:<6}{:<8}{:<10}`\n",
                    0,
                    0,
                    0,
                    644,
                    member.len()
                )
                .bytes(),
            );
            starts.push(bytes.len());
            bytes.extend(*member);
            if bytes.len() % 2 == 1 {
                bytes.push(b'\n');
            }
        }
        (bytes, starts)
    }

    #[test]
    fn archives_differ_in_a_member() {
        let (object, [first, second, _]) = object();
        let (file, starts) = archive(&[("a.o", &object), ("b.o", &object)]);
        assert_eq!(at(&file, starts[0] + first), "`first` of a.o");
        assert_eq!(at(&file, starts[1] + first), "`first` of b.o");
        assert_eq!(at(&file, starts[1] + second), "`second` of b.o");
        // The name of a member.
        assert_eq!(at(&file, starts[1] - 60), "the archive's symbol table");

        // Archives of two processors in one file: a header, and two entries of five words.
        let (x86_64, aarch64) = (0x0100_0007_u32, 0x0100_000c_u32);
        let places = [64, 64 + file.len() as u32 + 8];
        let mut fat: Vec<u8> = [0xcafe_babe_u32, 2]
            .iter()
            .flat_map(|word| word.to_be_bytes())
            .collect();
        for (kind, place) in [x86_64, aarch64].into_iter().zip(places) {
            let entry = [kind, 3, place, file.len() as u32, 0];
            fat.extend(entry.iter().flat_map(|word| word.to_be_bytes()));
        }
        for place in places {
            fat.resize(place as usize, 0);
            fat.extend(&file);
        }
        for (place, processor) in places.into_iter().zip(["X86_64", "Aarch64"]) {
            let expected = format!("`second` of b.o for Some({processor})");
            let expected = [expected.clone(), expected.replace("Some(", "").replace(')', "")];
            let told = at(&fat, place as usize + starts[1] + second);
            assert!(expected.contains(&told), "{told}");
        }
    }
}
