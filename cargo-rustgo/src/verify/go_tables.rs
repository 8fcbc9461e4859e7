//! Reads what Go's linker keeps of a function for the unwinder and for profiles: stack depths, files and lines.
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
    /// Where the program has it.
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
        bytes.copied().context("Go's tables are cut short")
    }

    fn u32(&self, at: usize) -> Result<u32> {
        self.bytes(at).map(u32::from_le_bytes)
    }

    fn word(&self, at: usize) -> Result<usize> {
        Ok(usize::try_from(self.bytes(at).map(u64::from_le_bytes)?)?)
    }

    fn text(&self, at: usize) -> Result<String> {
        let rest = self.0.get(at..).context("Go's tables are cut short")?;
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
    /// Reads the function of that symbol from a Go program in ELF.
    ///
    /// # Errors
    ///
    /// The program has no such function, or its tables are of another version of Go.
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
            "the tables of this version of Go have another format"
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
            code: code.context("the function's code is cut short")?.to_vec(),
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
