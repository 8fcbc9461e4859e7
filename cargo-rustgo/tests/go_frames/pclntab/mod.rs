//! Reads what Go's linker keeps of a function for the unwinder and for profiles: stack depths, files and lines.
//!
//! The format is that of Go 1.20 and later: `internal/abi/symtab.go`, `debug/gosym/pclntab.go` and
//! `runtime/symtab.go` in Go's sources.

use object::{Object, ObjectSection, ObjectSymbol};

/// The first four bytes of the tables.
const MAGIC: u32 = 0xffff_fff1;

/// One function of a Go program.
pub struct Program {
    /// Its machine code.
    pub code: Vec<u8>,
    depths: Vec<(u64, i64)>,
    files: Vec<(u64, i64)>,
    lines: Vec<(u64, i64)>,
    names: Vec<String>,
}

struct Table<'a>(&'a [u8]);

impl Table<'_> {
    fn u32(&self, at: usize) -> u32 {
        u32::from_le_bytes(self.0[at..at + 4].try_into().unwrap())
    }

    fn word(&self, at: usize) -> usize {
        usize::try_from(u64::from_le_bytes(self.0[at..at + 8].try_into().unwrap())).unwrap()
    }

    fn text(&self, at: usize) -> String {
        let bytes = self.0[at..].split(|byte| *byte == 0).next().unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    fn varint(&self, at: &mut usize) -> u64 {
        let mut value = 0;
        for shift in (0..).step_by(7) {
            let byte = self.0[*at];
            *at += 1;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                break;
            }
        }
        value
    }

    /// A table of values: each holds up to the given distance from the function's start.
    fn values(&self, mut at: usize) -> Vec<(u64, i64)> {
        let (mut pc, mut value) = (0, -1i64);
        let mut values = Vec::new();
        loop {
            let delta = self.varint(&mut at);
            if delta == 0 && !values.is_empty() {
                return values;
            }
            value += (delta >> 1) as i64 ^ -((delta & 1) as i64);
            pc += self.varint(&mut at);
            values.push((pc, value));
        }
    }
}

impl Program {
    /// Reads the function of that symbol.
    pub fn read(file: &[u8], name: &str) -> Self {
        let elf = object::File::parse(file).unwrap();
        let named = |name| elf.symbols().find(|symbol| symbol.name() == Ok(name)).unwrap();
        let symbol = named(name);
        let start = symbol.address() - named("runtime.text").address();
        let text = elf.section_by_name(".text").unwrap();
        let code = text.data_range(symbol.address(), symbol.size()).unwrap().unwrap();
        let table = Table(elf.section_by_name(".gopclntab").unwrap().data().unwrap());
        assert_eq!(table.u32(0), MAGIC, "the tables of another Go version");
        let header: Vec<usize> = (0..8).map(|index| table.word(8 + 8 * index)).collect();
        let [functions, _, _, _, units, files, values, entries] = header[..] else {
            unreachable!("eight words were read")
        };
        let function = (0..functions)
            .map(|index| entries + table.u32(entries + 8 * index + 4) as usize)
            .find(|function| u64::from(table.u32(*function)) == start)
            .unwrap();
        let field = |offset| table.u32(function + offset) as usize;
        let file_numbers = table.values(values + field(20));
        let last = file_numbers.iter().map(|(_, number)| *number).max().unwrap();
        let unit = units + 4 * field(32);
        Self {
            code: code.to_vec(),
            depths: table.values(values + field(16)),
            lines: table.values(values + field(24)),
            names: (0..=last as usize)
                .map(|number| match table.u32(unit + 4 * number) {
                    u32::MAX => String::new(),
                    offset => table.text(files + offset as usize),
                })
                .collect(),
            files: file_numbers,
        }
    }

    /// The recorded stack depth at a distance from the function's start.
    pub fn depth(&self, at: u64) -> i64 {
        value(&self.depths, at)
    }

    /// The recorded file and line.
    pub fn line(&self, at: u64) -> (String, u32) {
        let name = &self.names[value(&self.files, at) as usize];
        (name.clone(), value(&self.lines, at) as u32)
    }
}

fn value(values: &[(u64, i64)], at: u64) -> i64 {
    let index = values.partition_point(|(end, _)| *end <= at);
    values[index].1
}
