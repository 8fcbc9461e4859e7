//! The archive member between a program and the variants of a guest: for each export a function that jumps to the build
//! for the processor. It holds the only writable data, a pointer that the first call sets, so that the image itself
//! stays read-only.
//!
//! The pointer leads to a table of jumps, one table per build. Threads that set it at the same time write the same
//! value.
//!
//! ```text
//! sum:    mov   r11, [pointer]           ; r11 is a scratch register at a call (System V ABI for AMD64, 3.2.3)
//!         test  r11, r11
//!         jz    first
//!         add   r11, 8 * number of the export
//!         jmp   r11
//! first:  call  resolve
//!         jmp   sum
//! tables: jmp   sum_portable
//!         jmp   sum_v3
//! ```

use object::write::{Object, Relocation, SectionId, StandardSection, Symbol, SymbolId, SymbolSection};
use object::{
    Architecture, BinaryFormat, Endianness, RelocationEncoding, RelocationFlags, RelocationKind, SymbolFlags,
    SymbolKind, SymbolScope,
};

use crate::error::{Error, Result};
use crate::image::Image;
use crate::variants::{PROCESSOR, Table, symbol as variant_symbol};

/// The size of an entry in a table: a jump takes five bytes.
const PLACE: usize = 8;

/// The filler between functions: `int3`.
const TRAP: u8 = 0xcc;

/// The stack that the first call of an export takes in addition to the selecting function, in bytes: two return
/// addresses, seven registers, and eight vector registers with padding.
pub const FIRST_CALL: u64 = 2 * 8 + SAVED.len() as u64 * 8 + VECTORS;

/// `push rax; push rdi; push rsi; push rdx; push rcx; push r8; push r9`: all registers that may hold arguments, or the
/// number of vector registers that do.
const SAVED: [&[u8]; 7] = [
    &[0x50],
    &[0x57],
    &[0x56],
    &[0x52],
    &[0x51],
    &[0x41, 0x50],
    &[0x41, 0x51],
];

/// The same in reverse, with `pop`.
const RESTORED: [&[u8]; 7] = [
    &[0x41, 0x59],
    &[0x41, 0x58],
    &[0x59],
    &[0x5a],
    &[0x5e],
    &[0x5f],
    &[0x58],
];

/// Space for xmm0 to xmm7, and for rsp to be a multiple of 16 at the call.
const VECTORS: u64 = 8 * 16 + 8;

/// The object for an image with variants. `None` for an image without.
///
/// # Errors
///
/// If the object can't be written.
pub fn object(image: &Image, format: BinaryFormat) -> Result<Option<Object<'static>>> {
    let Some(table) = Table::of(&image.entries) else {
        return Ok(None);
    };
    if image.processor != PROCESSOR {
        return Err(Error::NoVariants(image.processor));
    }
    let exports = table.exports.len();
    let mut code = Code::new(format);
    let pointer = code.pointer();
    let stubs: Vec<usize> = (0..exports).map(|number| code.stub(number, pointer)).collect();
    let resolve = code.resolve(&table.chooser, exports, pointer);
    code.align();
    let tables = code.bytes.len();
    code.set_distance(resolve.tables, tables);
    for name in &table.names {
        for export in &table.exports {
            code.jump_to(&variant_symbol(export, name));
        }
    }
    for (&stub, export) in stubs.iter().zip(&table.exports) {
        code.set_distance(stub + CALL_RESOLVE, resolve.start);
        code.define(export, stub);
    }
    code.finish().map(Some)
}

/// The offset in a stub of the distance in `call resolve`.
const CALL_RESOLVE: usize = 23;

/// The resolving function.
struct Resolve {
    start: usize,
    /// The offset of the distance to the tables.
    tables: usize,
}

struct Code {
    object: Object<'static>,
    text: SectionId,
    bytes: Vec<u8>,
    relocations: Vec<Relocation>,
}

impl Code {
    fn new(format: BinaryFormat) -> Self {
        let mut object = Object::new(format, Architecture::X86_64, Endianness::Little);
        let text = object.section_id(StandardSection::Text);
        Self {
            object,
            text,
            bytes: Vec::new(),
            relocations: Vec::new(),
        }
    }

    /// The pointer: zero until the first call.
    fn pointer(&mut self) -> SymbolId {
        let section = self.object.section_id(StandardSection::UninitializedData);
        let size = size_of::<u64>() as u64;
        let at = self.object.append_section_bss(section, size, size);
        let symbol = symbol("rustgo_chosen", SymbolKind::Data, SymbolScope::Compilation);
        self.object.add_symbol(Symbol {
            value: at,
            size,
            section: SymbolSection::Section(section),
            ..symbol
        })
    }

    fn stub(&mut self, number: usize, pointer: SymbolId) -> usize {
        self.align();
        let start = self.bytes.len();
        self.bytes.extend([0x4c, 0x8b, 0x1d]); // mov r11, [rip + pointer]
        self.refer(pointer, DATA);
        self.bytes.extend([0x4d, 0x85, 0xdb]); // test r11, r11
        self.bytes.extend([0x74, 10]); // jz first
        self.bytes.extend([0x49, 0x81, 0xc3]); // add r11, 8 * number
        self.bytes.extend(((number * PLACE) as u32).to_le_bytes());
        self.bytes.extend([0x41, 0xff, 0xe3]); // jmp r11
        self.bytes.push(0xe8); // first: call resolve
        debug_assert_eq!(self.bytes.len() - start, CALL_RESOLVE);
        self.bytes.extend([0; 4]);
        let back = start as isize - (self.bytes.len() as isize + 2);
        self.bytes.extend([0xeb, back as i8 as u8]); // jmp the stub
        start
    }

    /// Calls the selecting function, and sets the pointer to the variant's table.
    fn resolve(&mut self, chooser: &str, exports: usize, pointer: SymbolId) -> Resolve {
        self.align();
        let start = self.bytes.len();
        self.bytes.extend(SAVED.concat());
        self.bytes.extend([0x48, 0x81, 0xec]); // sub rsp, VECTORS
        self.bytes.extend((VECTORS as u32).to_le_bytes());
        for vector in 0..8 {
            // movups [rsp + 16 * vector], xmm
            self.bytes
                .extend([0x0f, 0x11, 0x44 | vector << 3, 0x24, vector * 16]);
        }
        let chooser = self.wanted(chooser);
        self.bytes.push(0xe8); // call the choosing function
        self.refer(chooser, BRANCH);
        self.bytes.extend([0x69, 0xc0]); // imul eax, eax, the size of a table
        self.bytes.extend(((exports * PLACE) as u32).to_le_bytes());
        self.bytes.extend([0x4c, 0x8d, 0x1d]); // lea r11, [rip + tables]
        let tables = self.bytes.len();
        self.bytes.extend([0; 4]);
        self.bytes.extend([0x49, 0x01, 0xc3]); // add r11, rax
        self.bytes.extend([0x4c, 0x89, 0x1d]); // mov [rip + pointer], r11
        self.refer(pointer, DATA);
        for vector in 0..8 {
            // movups xmm, [rsp + 16 * vector]
            self.bytes
                .extend([0x0f, 0x10, 0x44 | vector << 3, 0x24, vector * 16]);
        }
        self.bytes.extend([0x48, 0x81, 0xc4]); // add rsp, VECTORS
        self.bytes.extend((VECTORS as u32).to_le_bytes());
        self.bytes.extend(RESTORED.concat());
        self.bytes.push(0xc3); // ret
        Resolve { start, tables }
    }

    /// One entry of a table.
    fn jump_to(&mut self, name: &str) {
        let target = self.wanted(name);
        self.bytes.push(0xe9);
        self.refer(target, BRANCH);
        self.bytes.resize(self.bytes.len().next_multiple_of(PLACE), TRAP);
    }

    /// A function of the image.
    fn wanted(&mut self, name: &str) -> SymbolId {
        // Formats that prefix a function's name do so for text only.
        self.object
            .add_symbol(symbol(name, SymbolKind::Text, SymbolScope::Unknown))
    }

    fn define(&mut self, name: &str, at: usize) {
        let size = (CALL_RESOLVE + 4 + 2) as u64;
        self.object.add_symbol(Symbol {
            value: at as u64,
            size,
            section: SymbolSection::Section(self.text),
            ..symbol(name, SymbolKind::Text, SymbolScope::Dynamic)
        });
    }

    /// A distance of four bytes, which the linker fills in.
    fn refer(&mut self, symbol: SymbolId, flags: RelocationFlags) {
        self.relocations.push(Relocation {
            offset: self.bytes.len() as u64,
            symbol,
            // It counts from its own end.
            addend: -4,
            flags,
        });
        self.bytes.extend([0; 4]);
    }

    /// A distance within the code.
    fn set_distance(&mut self, at: usize, to: usize) {
        let distance = to as i64 - (at as i64 + 4);
        self.bytes[at..at + 4].copy_from_slice(&(distance as i32).to_le_bytes());
    }

    fn align(&mut self) {
        self.bytes
            .resize(self.bytes.len().next_multiple_of(ALIGNMENT), TRAP);
    }

    fn finish(mut self) -> Result<Object<'static>> {
        self.object
            .append_section_data(self.text, &self.bytes, ALIGNMENT as u64);
        for relocation in self.relocations {
            self.object
                .add_relocation(self.text, relocation)
                .map_err(|error| {
                    Error::Object(
                        "a relocation in the functions that choose a variant can't be written",
                        error,
                    )
                })?;
        }
        Ok(self.object)
    }
}

/// The alignment of functions.
const ALIGNMENT: usize = 16;

const DATA: RelocationFlags = RelocationFlags::Generic {
    kind: RelocationKind::Relative,
    encoding: RelocationEncoding::X86RipRelative,
    size: 32,
};

const BRANCH: RelocationFlags = RelocationFlags::Generic {
    kind: RelocationKind::PltRelative,
    encoding: RelocationEncoding::X86Branch,
    size: 32,
};

fn symbol(name: &str, kind: SymbolKind, scope: SymbolScope) -> Symbol {
    Symbol {
        name: name.as_bytes().to_vec(),
        value: 0,
        size: 0,
        kind,
        scope,
        weak: false,
        section: SymbolSection::Undefined,
        flags: SymbolFlags::None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use iced_x86::{Decoder, DecoderOptions, Mnemonic};
    use object::{Object as _, ObjectSection, ObjectSymbol, RelocationTarget};
    use rustgo_record::{Export, Role};

    use super::*;
    use crate::image::Entry;
    use crate::processor::Processor;
    use crate::testing::image;

    /// Two exports in three builds.
    fn variants(processor: Processor) -> Image {
        let mut image = image(processor, &[0xc3; 16]);
        let mut entries = Vec::new();
        let mut add = |name: &str, role| {
            let mut export = Export::undeclared(name);
            export.role = role;
            entries.push(Entry { export, at: 0 });
        };
        for export in ["dot", "sum"] {
            for (number, name) in ["portable", "v3", "v4"].into_iter().enumerate() {
                let role = Role::Variant {
                    of: export.to_owned(),
                    number,
                    features: Vec::new(),
                };
                add(&variant_symbol(export, name), role);
            }
        }
        add("choose", Role::Chooser);
        image.edit(|parts| parts.entries.extend(entries)).unwrap();
        image
    }

    /// Follows the first call of each export: to the resolving function, to the tables, and to each build.
    #[test]
    fn stubs_lead_to_every_build() {
        let written = object(&variants(Processor::X86_64), BinaryFormat::Elf)
            .unwrap()
            .unwrap();
        let file = written.write().unwrap();
        let file = object::File::parse(&*file).unwrap();
        let text = file.section_by_name(".text").unwrap();
        let code = text.data().unwrap();
        let name = |symbol| file.symbol_by_index(symbol).unwrap().name().unwrap().to_owned();
        let relocations: BTreeMap<u64, String> = text
            .relocations()
            .map(|(at, relocation)| {
                let RelocationTarget::Symbol(symbol) = relocation.target() else {
                    panic!("no symbol at {at:#x}")
                };
                assert_eq!(relocation.addend(), -4);
                (at, name(symbol))
            })
            .collect();
        let decoded: BTreeMap<u64, _> = Decoder::with_ip(64, code, 0, DecoderOptions::NONE)
            .iter()
            .map(|instruction| (instruction.ip(), instruction))
            .collect();

        let mut resolves = Vec::new();
        for (number, export) in ["dot", "sum"].into_iter().enumerate() {
            let symbol = file.symbols().find(|symbol| symbol.name() == Ok(export)).unwrap();
            let (start, end) = (symbol.address(), symbol.address() + symbol.size());
            assert!(symbol.is_global() && start.is_multiple_of(16), "{export}");
            assert_eq!(start, number as u64 * 32);
            let body: Vec<_> = decoded
                .range(start..end)
                .map(|(_, instruction)| *instruction)
                .collect();
            let mnemonics: Vec<_> = body.iter().map(|instruction| instruction.mnemonic()).collect();
            use Mnemonic::*;
            assert_eq!(mnemonics, [Mov, Test, Je, Add, Jmp, Call, Jmp]);
            assert_eq!(relocations[&(start + 3)], "rustgo_chosen");
            assert_eq!(body[2].near_branch64(), body[5].ip());
            assert_eq!(body[3].immediate32(), 8 * number as u32);
            assert_eq!(body[6].near_branch64(), start);
            assert_eq!(body[6].next_ip(), end);
            resolves.push(body[5].near_branch64());
        }
        let resolve = resolves[0];
        assert!(resolves == [resolve; 2] && resolve == 64);

        let body: Vec<_> = decoded
            .range(resolve..)
            .map(|(_, instruction)| *instruction)
            .collect();
        let one = |mnemonic| {
            let found: Vec<_> = body
                .iter()
                .filter(|instruction| instruction.mnemonic() == mnemonic)
                .collect();
            *found[0]
        };
        assert_eq!(relocations[&(one(Mnemonic::Call).ip() + 1)], "choose");
        assert_eq!(one(Mnemonic::Imul).immediate32(), 2 * 8);
        let tables = one(Mnemonic::Lea).ip_rel_memory_address();
        assert!(tables.is_multiple_of(16) && tables > one(Mnemonic::Ret).ip());
        let mut at = tables;
        for build in ["portable", "v3", "v4"] {
            for export in ["dot", "sum"] {
                assert_eq!(code[at as usize], 0xe9);
                assert_eq!(relocations[&(at + 1)], variant_symbol(export, build));
                at += 8;
            }
        }
        assert_eq!(at, code.len() as u64);
        // What never runs traps.
        let gap = one(Mnemonic::Ret).next_ip() as usize..tables as usize;
        assert!(code[gap].iter().chain(&code[29..32]).all(|byte| *byte == TRAP));
    }

    #[test]
    fn one_build_needs_no_choice() {
        let without = image(Processor::X86_64, &[0xc3]);
        assert!(object(&without, BinaryFormat::Elf).unwrap().is_none());
        assert!(object(&variants(Processor::Aarch64), BinaryFormat::Elf).is_err());
    }
}
