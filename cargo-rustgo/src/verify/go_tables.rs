//! Reads what Go's linker records about a function for the unwinder and for profiles: stack depths, files and lines.
//!
//! The format is that of Go 1.20 and later: `internal/abi/symtab.go`, `debug/gosym/pclntab.go` and
//! `runtime/symtab.go` in Go's sources.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use object::{Object, ObjectSection, ObjectSymbol};

/// The first four bytes of the tables.
const MAGIC: u32 = 0xffff_fff1;

/// One function of a Go program.
#[derive(Clone, Debug)]
pub struct GoFunction {
    /// Its machine code.
    pub code: Vec<u8>,
    /// Its address in the program.
    pub address: u64,
    depths: Values,
    files: Values,
    lines: Values,
    names: BTreeMap<i64, String>,
}

/// Each value holds up to the given distance from the function's start.
type Values = Vec<(u64, i64)>;

struct Table<'a>(&'a [u8]);

impl Table<'_> {
    fn bytes<const N: usize>(&self, at: usize) -> Result<[u8; N]> {
        let bytes = self.0.get(at..).and_then(|rest| rest.first_chunk());
        bytes.copied().context("Go's tables are truncated")
    }

    fn u32(&self, at: usize) -> Result<u32> {
        self.bytes(at).map(u32::from_le_bytes)
    }

    fn word(&self, at: usize) -> Result<usize> {
        Ok(usize::try_from(self.bytes(at).map(u64::from_le_bytes)?)?)
    }

    fn text(&self, at: usize) -> Result<String> {
        let rest = self.0.get(at..).context("Go's tables are truncated")?;
        let bytes = rest.split(|byte| *byte == 0).next().unwrap_or_default();
        Ok(String::from_utf8(bytes.to_vec())?)
    }

    fn varint(&self, at: &mut usize) -> Result<u64> {
        let mut value = 0;
        for shift in (0..u64::BITS).step_by(7) {
            let [byte] = self.bytes(*at)?;
            *at += 1;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                break;
            }
        }
        Ok(value)
    }

    fn values(&self, mut at: usize) -> Result<Values> {
        let (mut pc, mut value) = (0, -1i64);
        let mut values = Vec::new();
        loop {
            let delta = self.varint(&mut at)?;
            if delta == 0 && !values.is_empty() {
                return Ok(values);
            }
            value += (delta >> 1) as i64 ^ -((delta & 1) as i64);
            pc += self.varint(&mut at)?;
            values.push((pc, value));
        }
    }
}

impl GoFunction {
    /// Reads the function with that symbol from a Go program in ELF.
    ///
    /// # Errors
    ///
    /// If the program has no such function, or its tables are from another version of Go.
    pub fn read(file: &[u8], name: &str) -> Result<Self> {
        let elf = object::File::parse(file)?;
        let named = |name| {
            let mut symbols = elf.symbols();
            let symbol = symbols.find(|symbol| symbol.name() == Ok(name));
            symbol.with_context(|| format!("the Go program has no {name}"))
        };
        let section = |name| {
            let section = elf.section_by_name(name);
            section.with_context(|| format!("the Go program has no section {name}"))
        };
        let symbol = named(name)?;
        let start = symbol.address() - named("runtime.text")?.address();
        let code = section(".text")?.data_range(symbol.address(), symbol.size())?;
        let tables = section(".gopclntab")?;
        let table = Table(tables.data()?);
        ensure!(
            table.u32(0)? == MAGIC,
            "this version of Go has tables of an unknown format"
        );
        let header = (0..8).map(|index| table.word(8 + 8 * index));
        let header = header.collect::<Result<Vec<_>>>()?;
        let [functions, _, _, _, units, files, values, entries] = header[..] else {
            unreachable!("eight words were read")
        };
        let mut found = None;
        for index in 0..functions {
            let function = entries + table.u32(entries + 8 * index + 4)? as usize;
            if u64::from(table.u32(function)?) == start {
                found = Some(function);
                break;
            }
        }
        let function = found.with_context(|| format!("Go's tables have no {name}"))?;
        let field = |offset| table.u32(function + offset).map(|value| value as usize);
        let file_numbers = table.values(values + field(20)?)?;
        let unit = units + 4 * field(32)?;
        let mut names = BTreeMap::new();
        for &(_, number) in &file_numbers {
            if let Ok(index) = usize::try_from(number) {
                let offset = table.u32(unit + 4 * index)?;
                names.insert(number, table.text(files + offset as usize)?);
            }
        }
        Ok(Self {
            code: code.context("the function's code is truncated")?.to_vec(),
            address: symbol.address(),
            depths: table.values(values + field(16)?)?,
            lines: table.values(values + field(24)?)?,
            names,
            files: file_numbers,
        })
    }

    /// The recorded stack depth at a distance from the function's start.
    pub fn depth(&self, at: u64) -> Option<i64> {
        value(&self.depths, at)
    }

    /// The recorded file and line.
    pub fn line(&self, at: u64) -> Option<(&str, u32)> {
        let name = self.names.get(&value(&self.files, at)?)?;
        Some((name, u32::try_from(value(&self.lines, at)?).ok()?))
    }
}

fn value(values: &Values, at: u64) -> Option<i64> {
    let index = values.partition_point(|(end, _)| *end <= at);
    values.get(index).map(|(_, value)| *value)
}

#[cfg(test)]
mod tests {
    use object::write::{Object as Writer, StandardSection, Symbol, SymbolSection};
    use object::{Architecture, BinaryFormat, Endianness, SectionKind, SymbolFlags, SymbolKind, SymbolScope};

    use super::*;

    #[test]
    fn numbers_are_little_endian_and_bounded() {
        let table = Table(&[0, 1, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!(table.u32(1).unwrap(), 0x0403_0201);
        assert_eq!(table.word(1).unwrap(), 0x0807_0605_0403_0201);
        assert!(table.u32(6).is_err() && table.word(2).is_err() && table.u32(100).is_err());
        assert_eq!(Table(b"ab\0cd").text(1).unwrap(), "b");
        assert_eq!(Table(b"ab\0cd").text(3).unwrap(), "cd");
        assert!(Table(b"ab").text(3).is_err());
    }

    #[test]
    fn numbers_of_several_bytes() {
        for (bytes, value) in [
            (&[0x00][..], 0),
            (&[0x7f], 0x7f),
            (&[0x80, 0x01], 0x80),
            (&[0xe5, 0x8e, 0x26], 624_485),
            (&[0xff, 0xff, 0xff, 0xff, 0x0f], 0xffff_ffff),
        ] {
            let mut at = 0;
            assert_eq!(Table(bytes).varint(&mut at).unwrap(), value);
            assert_eq!(at, bytes.len());
        }
        assert!(Table(&[0x80]).varint(&mut 0).is_err());
    }

    #[test]
    fn values_go_up_and_down() {
        // From -1, by +1, +8, -9 and +300; up to 1, 5, 6 and 262.
        let bytes = [9, 2, 1, 16, 4, 17, 1, 0xd8, 0x04, 0x80, 0x02, 0];
        let values = Table(&bytes).values(1).unwrap();
        assert_eq!(values, [(1, 0), (5, 8), (6, -1), (262, 299)]);
        let at = |at| value(&values, at);
        assert_eq!([0, 1, 4, 5, 6, 261].map(at), [0, 8, 8, -1, 299, 299].map(Some));
        assert_eq!(at(262), None);
        // A first step of nothing does not end them.
        assert_eq!(Table(&[0, 3, 0]).values(0).unwrap(), [(3, -1)]);
    }

    /// The tables of two functions, of which the second is at 32 from the start of the code.
    fn tables(magic: u32) -> Vec<u8> {
        let (units, files, values, entries) = (72, 96, 120, 160);
        let mut bytes = magic.to_le_bytes().to_vec();
        bytes.resize(8, 0);
        for word in [2, 0, 0, 0, units, files, values, entries] {
            bytes.extend(u64::to_le_bytes(word));
        }
        let put = |bytes: &mut Vec<u8>, at: u64, part: &[u8]| {
            let at = at as usize;
            bytes.resize(bytes.len().max(at + part.len()), 0);
            bytes[at..at + part.len()].copy_from_slice(part);
        };
        // The unit's files begin at its second entry: 0 is none, 1 is at 4.
        put(&mut bytes, units + 8, &4u32.to_le_bytes());
        put(&mut bytes, files, b"a.c\0lib.rs\0");
        // Depths 8 and 24, the file 1 - 1, the lines 9 and 7.
        put(&mut bytes, values + 1, &[18, 4, 32, 60, 0]);
        put(&mut bytes, values + 10, &[2, 64, 0]);
        put(&mut bytes, values + 20, &[20, 4, 3, 60, 0]);
        for (index, (start, function)) in [(0u32, 24u32), (32, 80)].into_iter().enumerate() {
            let entry = [start.to_le_bytes(), function.to_le_bytes()].concat();
            put(&mut bytes, entries + 8 * index as u64, &entry);
            put(&mut bytes, entries + u64::from(function), &start.to_le_bytes());
        }
        for (field, value) in [(16, 1u32), (20, 10), (24, 20), (32, 2)] {
            put(&mut bytes, entries + 80 + field, &value.to_le_bytes());
        }
        bytes
    }

    /// A Go program with these tables.
    fn program(tables: &[u8]) -> Vec<u8> {
        let mut object = Writer::new(BinaryFormat::Elf, Architecture::X86_64, Endianness::Little);
        let text = object.section_id(StandardSection::Text);
        object.append_section_data(text, &(0..96).collect::<Vec<u8>>(), 16);
        for (name, value, size) in [
            ("runtime.text", 16, 0),
            ("main.rust.abi0", 48, 5),
            ("main.other", 90, 5),
        ] {
            object.add_symbol(Symbol {
                name: name.into(),
                value,
                size,
                kind: SymbolKind::Text,
                scope: SymbolScope::Linkage,
                weak: false,
                section: SymbolSection::Section(text),
                flags: SymbolFlags::None,
            });
        }
        let section = object.add_section(Vec::new(), b".gopclntab".into(), SectionKind::ReadOnlyData);
        object.append_section_data(section, tables, 16);
        object.write().unwrap()
    }

    #[test]
    fn a_function_is_read_from_a_program() {
        let file = program(&tables(MAGIC));
        let function = GoFunction::read(&file, "main.rust.abi0").unwrap();
        assert_eq!(
            (function.address, &*function.code),
            (48, &[48, 49, 50, 51, 52][..])
        );
        assert_eq!(
            [0, 3, 4, 63].map(|at| function.depth(at)),
            [8, 8, 24, 24].map(Some)
        );
        assert_eq!(function.depth(64), None);
        assert_eq!(function.line(0), Some(("lib.rs", 9)));
        assert_eq!(function.line(4), Some(("lib.rs", 7)));
        assert_eq!(function.line(64), None);

        let error = |file: &[u8], name| GoFunction::read(file, name).unwrap_err().to_string();
        assert_eq!(error(&file, "main.none"), "the Go program has no main.none");
        assert_eq!(error(&file, "main.other"), "Go's tables have no main.other");
        let other = program(&tables(MAGIC - 1));
        assert!(error(&other, "main.rust.abi0").contains("tables of an unknown format"));
    }
}
