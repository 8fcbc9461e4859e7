//! The image: all code and constants that the exports reach, linked at address 0, position-independent.
//!
//! Everything downstream (prover, emitters) uses this type, and never the linker's file.

mod aarch64;
mod elf;
mod error;
mod lines;
mod place;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;
mod unsupported;
mod valid;
mod x86_64;

use std::collections::HashMap;

use rustgo_record::{Export, Import as Declaration, Type};

use crate::layout::{CODE_END, SLOT};
use crate::processor::Processor;

pub use elf::{Linked, Relocation, RelocationTarget, Section, SectionKind, Symbol};
pub use error::{Error, Result};
pub use lines::{Line, Lines};
pub use unsupported::refusals;
pub use valid::{Image, Invalid};

/// A function of the image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// The name in the symbol table, mangled as the compiler wrote it.
    pub name: String,
    /// Offset of the first instruction from the image's start, in bytes.
    pub start: u64,
    /// Length in bytes.
    pub size: u64,
}

impl Function {
    /// Offset of the first byte after the function.
    pub fn end(&self) -> u64 {
        self.start + self.size
    }

    /// The demangled name, without the compiler's hash.
    pub fn demangled(&self) -> String {
        demangle(&self.name)
    }
}

/// A named constant of the image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constant {
    /// The name in the symbol table, mangled as the compiler wrote it.
    pub name: String,
    /// Offset from the image's start, in bytes.
    pub start: u64,
    /// Length in bytes; 0 if the compiler did not say.
    pub size: u64,
}

/// A place in the image whose value the linker computed from another place in the image.
///
/// All of these values are relative to their own place, so they hold wherever the image is loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Offset of the first patched byte.
    pub at: u64,
    /// Offset of the target, without the addend's correction for the end of the instruction.
    pub target: u64,
}

/// A place that holds an absolute address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address {
    /// Offset of its first byte from the image's start. It has 8 bytes.
    pub at: u64,
    /// Offset of its target, which may be the end of a part of the image.
    pub target: u64,
    /// Whether the target is one of the constants that hold addresses.
    pub is_relro: bool,
}

/// The constants that hold addresses (`.data.rel.ro`). Writers place them apart from the rest of the image, where the
/// host's linker or loader can fill the addresses in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Relro {
    /// Their offset from the image's start, in bytes; they reach to its end.
    pub start: u64,
    /// The alignment that they require, in bytes.
    pub alignment: u64,
    /// The places in them that hold an address. Sorted by place.
    pub addresses: Vec<Address>,
    /// The places in the code that hold a distance to them. Sorted by place.
    pub uses: Vec<Reference>,
}

/// An export and where it starts.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What the guest's author declared.
    pub export: Export,
    /// Offset of the first instruction from the image's start, in bytes.
    pub at: u64,
}

/// The host import that rustgo-rt calls on a panic. It does not return.
pub const PANIC: &str = rustgo_record::panic::SYMBOL;

/// A function that the host provides. The image branches to it at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The symbol's name.
    pub name: String,
    /// Offset of the branch from the image's start. [`SLOT`] bytes are reserved for it.
    pub at: u64,
    /// Whether it returns, as far as its declaration says.
    pub returns: bool,
}

/// What an [`Image`] is made of.
#[derive(Clone, Debug)]
pub struct Parts {
    /// The processor whose machine code this is.
    pub processor: Processor,
    /// Code, then constants, then the constants that hold addresses. The start has to be placed at a multiple of
    /// [`Parts::alignment`].
    pub bytes: Vec<u8>,
    /// The number of bytes that are code. The constants follow.
    pub code_size: u64,
    /// The alignment that code and constants require, in bytes.
    pub alignment: u64,
    /// Sorted by start; they do not overlap.
    pub functions: Vec<Function>,
    /// Sorted by start.
    pub constants: Vec<Constant>,
    /// Sorted by place.
    pub references: Vec<Reference>,
    /// The constants that hold addresses.
    pub relro: Relro,
    /// The functions that hosts may call, sorted by name.
    pub entries: Vec<Entry>,
    /// The structs and errors in their signatures.
    pub types: Vec<Type>,
    /// The starts of the functions that extra objects define for the guest to call. Each keeps to the C ABI, like an
    /// export.
    pub routines: Vec<u64>,
    /// The functions that the host provides, at the image's start. Sorted by place.
    pub imports: Vec<Import>,
    /// The source line of each instruction, if the objects have debug info.
    pub lines: Lines,
}

impl Image {
    /// The function that holds the given offset.
    pub fn function_at(&self, offset: u64) -> Option<&Function> {
        let index = self
            .functions
            .partition_point(|f| f.start <= offset)
            .checked_sub(1)?;
        self.functions.get(index).filter(|f| offset < f.end())
    }

    /// The host import whose branch is at an offset.
    pub fn import_at(&self, offset: u64) -> Option<&Import> {
        let index = self.imports.binary_search_by_key(&offset, |import| import.at);
        self.imports.get(index.ok()?)
    }

    /// Whether an export can panic, which is reported to the host.
    pub fn panics(&self) -> bool {
        self.imports.iter().any(|import| import.name == PANIC)
    }

    /// The size of the branches to host imports at the image's start, in bytes.
    pub fn imports_size(&self) -> u64 {
        self.imports.len() as u64 * SLOT
    }

    /// Code and the constants that hold no addresses.
    pub fn text(&self) -> &[u8] {
        &self.bytes[..self.relro.start as usize]
    }

    /// The constants that hold addresses, with zeros for the addresses.
    pub fn relro(&self) -> &[u8] {
        &self.bytes[self.relro.start as usize..]
    }

    /// The code's bytes.
    pub fn code(&self) -> &[u8] {
        &self.bytes[..self.code_size as usize]
    }
}

/// Whether a symbol's name was mangled by a compiler.
pub fn is_mangled(name: &str) -> bool {
    rustc_demangle::try_demangle(name).is_ok()
}

/// A symbol's name demangled, without the compiler's hash.
pub fn demangle(name: &str) -> String {
    format!("{:#}", rustc_demangle::demangle(name))
}

/// The declarations for the code that was linked.
#[derive(Clone, Copy, Debug, Default)]
pub struct Declared<'a> {
    /// The functions that hosts may call.
    pub exports: &'a [Export],
    /// The functions that hosts provide.
    pub imports: &'a [Declaration],
    /// The structs and errors in the exports' signatures.
    pub types: &'a [Type],
    /// The functions that the guest calls in extra objects.
    pub routines: &'a [String],
}

impl Image {
    /// Resolves the relocations that the linker left, and names what is in the image.
    ///
    /// The linked file must have passed [`refusals`].
    ///
    /// # Errors
    ///
    /// If an instruction can't be made position-independent, an export is missing, or the file's tables contradict each
    /// other.
    pub fn resolve(linked: &Linked, declared: &Declared<'_>, lines: Lines) -> Result<Self> {
        let mut bytes = linked.bytes.clone();
        let mut references = match linked.processor {
            Processor::X86_64 => x86_64::resolve(linked, &mut bytes)?,
            Processor::Aarch64 => aarch64::resolve(linked, &mut bytes)?,
        };
        // A rewritten jump has its distance one byte earlier.
        references.sort_by_key(|reference| reference.at);
        let relro = relro(linked, &mut bytes, &references)?;
        let mut defined: HashMap<&str, &Symbol> = HashMap::new();
        for symbol in linked
            .symbols
            .iter()
            .filter(|symbol| symbol.section == Some(SectionKind::Image))
        {
            defined.entry(&symbol.name).or_insert(symbol);
        }
        let entries = declared
            .exports
            .iter()
            .map(|export| {
                let symbol = defined
                    .get(export.name.as_str())
                    .ok_or_else(|| Error::Undefined(export.name.clone()))?;
                Ok(Entry {
                    export: export.clone(),
                    at: symbol.address,
                })
            })
            .collect::<Result<_>>()?;
        let imports = slots(linked, declared.imports);
        Ok(Self::new(Parts {
            processor: linked.processor,
            bytes,
            code_size: linked.code_size,
            alignment: linked.alignment,
            functions: functions(linked, &imports),
            constants: constants(linked),
            references,
            relro,
            entries,
            types: declared.types.to_vec(),
            routines: linked.starts(declared.routines),
            imports,
            lines,
        })?)
    }
}

/// One function for each start. A symbol without a size reaches to the next one.
fn functions(linked: &Linked, imports: &[Import]) -> Vec<Function> {
    let start = imports.len() as u64 * SLOT;
    let mut symbols: Vec<&Symbol> = linked
        .symbols
        .iter()
        .filter(|s| s.is_function && s.section == Some(SectionKind::Image))
        .filter(|s| (start..linked.code_size).contains(&s.address))
        .collect();
    // Of several names for one start, prefer the exported one, then one with a size.
    symbols.sort_by(|a, b| {
        (a.address, !a.is_global, a.size == 0, &a.name).cmp(&(b.address, !b.is_global, b.size == 0, &b.name))
    });
    symbols.dedup_by_key(|symbol| symbol.address);
    let ends = symbols
        .iter()
        .skip(1)
        .map(|symbol| symbol.address)
        .chain([linked.code_size]);
    symbols
        .iter()
        .zip(ends)
        .map(|(symbol, end)| {
            let room = end - symbol.address;
            let size = if symbol.size == 0 {
                room
            } else {
                symbol.size.min(room)
            };
            Function {
                name: symbol.name.clone(),
                start: symbol.address,
                size,
            }
        })
        .collect()
}

/// Collects the constants that hold addresses, their references, and removes the linker's addresses from them.
///
/// # Errors
///
/// If an address reaches beyond the image.
fn relro(linked: &Linked, bytes: &mut [u8], references: &[Reference]) -> Result<Relro> {
    let mut relro = Relro {
        start: linked.relro_start,
        alignment: linked.relro_alignment,
        ..Relro::default()
    };
    for relocation in &linked.relocations {
        let symbol = &linked.symbols[relocation.symbol];
        let at = relocation.at as usize;
        if unsupported::is_expressible_address(linked, relocation) {
            let address = bytes.get_mut(at..at + 8);
            address
                .ok_or(Error::Misplaced("a relocation is outside of the image"))?
                .fill(0);
            relro.addresses.push(Address {
                at: relocation.at,
                target: symbol.address.wrapping_add_signed(relocation.addend),
                is_relro: linked.is_relro(symbol),
            });
        } else if linked.is_relro(symbol) && relocation.at < linked.code_size {
            let index = references.binary_search_by_key(&relocation.at, |reference| reference.at);
            relro.uses.extend(index.map(|index| references[index]));
        }
    }
    Ok(relro)
}

/// The slots that the linker script made.
fn slots(linked: &Linked, imports: &[Declaration]) -> Vec<Import> {
    let symbols = linked.symbols.iter().filter(|symbol| !symbol.is_undefined);
    let defined: HashMap<&str, u64> = symbols
        .rev()
        .map(|symbol| (symbol.name.as_str(), symbol.address))
        .collect();
    let mut slots: Vec<Import> = imports
        .iter()
        .filter_map(|import| {
            Some(Import {
                name: import.name.clone(),
                at: *defined.get(import.name.as_str())?,
                returns: import.returns,
            })
        })
        .collect();
    slots.sort_by_key(|import| import.at);
    slots
}

fn constants(linked: &Linked) -> Vec<Constant> {
    let mut constants: Vec<Constant> = linked
        .symbols
        .iter()
        .filter(|s| s.section == Some(SectionKind::Image) && s.address >= linked.code_size)
        .filter(|s| !s.name.is_empty() && !s.name.starts_with(".L") && s.name != CODE_END)
        .filter(|s| s.address <= linked.bytes.len() as u64)
        .map(|s| Constant {
            name: s.name.clone(),
            start: s.address,
            size: s.size.min(linked.bytes.len() as u64 - s.address),
        })
        .collect();
    constants.sort_by(|a, b| (a.start, &a.name).cmp(&(b.start, &b.name)));
    constants
}
