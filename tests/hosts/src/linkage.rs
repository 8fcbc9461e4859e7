//! How a program was linked, read from the program itself.

use std::fmt;
use std::path::Path;

use anyhow::{Context, Result};
use object::Endianness;
use object::elf::{DT_NEEDED, ET_DYN, FileHeader64, PT_INTERP};
use object::read::elf::{Dyn, FileHeader, ProgramHeader};

/// What an ELF program requires of the system that runs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Linkage {
    /// The dynamic loader that has to start it (`PT_INTERP`).
    pub interpreter: Option<String>,
    /// Whether it has a dynamic section (`PT_DYNAMIC`).
    pub dynamic: bool,
    /// The shared libraries that it needs.
    pub needed: Vec<String>,
    /// Whether it can be loaded at any address.
    pub position_independent: bool,
}

impl Linkage {
    /// Reads a 64-bit ELF program.
    ///
    /// # Errors
    ///
    /// If the file can't be read, or is not such a program.
    pub fn of(program: &Path) -> Result<Self> {
        let bytes = std::fs::read(program).with_context(|| format!("{} can't be read", program.display()))?;
        Self::parse(&bytes).with_context(|| format!("{} is no ELF program", program.display()))
    }

    fn parse(bytes: &[u8]) -> Result<Self> {
        let header = FileHeader64::<Endianness>::parse(bytes)?;
        let endian = header.endian()?;
        let mut linkage = Self {
            interpreter: None,
            dynamic: false,
            needed: Vec::new(),
            position_independent: header.e_type(endian) == ET_DYN,
        };
        let segments = header.program_headers(endian, bytes)?;
        for segment in segments {
            if segment.p_type(endian) == PT_INTERP {
                let name = segment
                    .data(endian, bytes)
                    .ok()
                    .context("the dynamic loader's name is outside of the file")?;
                linkage.interpreter = Some(string(name));
            }
            let Some(entries) = segment
                .dynamic(endian, bytes)
                .ok()
                .context("the dynamic section is outside of the file")?
            else {
                continue;
            };
            linkage.dynamic = true;
            let sections = header.sections(endian, bytes)?;
            let strings = sections
                .dynamic(endian, bytes)?
                .map(|(_, link)| sections.strings(endian, bytes, link))
                .transpose()?
                .unwrap_or_default();
            for entry in entries.iter().filter(|entry| entry.tag(endian) == DT_NEEDED) {
                linkage.needed.push(string(entry.string(endian, strings)?));
            }
        }
        Ok(linkage)
    }

    /// Whether the program runs on a system without any other file.
    pub fn is_static(&self) -> bool {
        self.interpreter.is_none() && self.needed.is_empty()
    }
}

impl fmt::Display for Linkage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_static() {
            f.write_str("static")?;
        } else {
            write!(f, "dynamic ({})", self.needed.join(", "))?;
        }
        if self.position_independent {
            f.write_str(", PIE")?;
        }
        Ok(())
    }
}

fn string(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
    String::from_utf8_lossy(&bytes[..end]).into_owned()
}
