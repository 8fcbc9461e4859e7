//! What the emulator has to know about a linked Mach-O program: its memory layout, and where it calls the system.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use object::macho::{self, MachHeader64};
use object::read::macho::{LoadCommandVariant, MachHeader, Nlist, Section, Segment};
use object::{Architecture, Endianness, Object, ObjectSymbol};
use serde_json::{Value, json};

/// The prefix of the symbols of the Go package's shims.
const SHIMS: &str = "github.com/rustgo/rustgo/go/edwards25519.scalarBaseMult";

/// Go's mark for a function in assembly.
const ASSEMBLY: &str = ".abi0";

/// The prefix of the symbols of the guest's exports.
const EXPORTS: &str = "_scalar_base_mult";

/// Parts of the names of kernels with wider vectors than the emulator supports.
const NOT_EMULATED: [&str; 2] = ["avx2", "ifma"];

/// How a function is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Convention {
    /// `int main(int argc, char **argv)`, with a scalar in hex as the one argument.
    Main,
    /// `void function(uint8_t dst[32], const uint8_t scalar[32])`, in C's ABI; or that of a batch, with one scalar.
    C,
    /// `func function(dst, scalar *[32]byte)`, in Go's ABI0 and on a goroutine; or that of a batch, with one scalar.
    Go,
}

/// A linked program.
pub struct Program {
    path: PathBuf,
    /// Its processor.
    pub architecture: Architecture,
    /// The segments, in the emulator's format.
    memory: Vec<Value>,
    /// The addresses at which the system's functions and variables are filled in, and their names.
    imports: Vec<(u64, String)>,
    /// Names and addresses of the program's own symbols.
    symbols: Vec<(String, u64)>,
}

impl Program {
    /// Reads the file.
    ///
    /// # Errors
    ///
    /// If it can't be read, or is not a program that the emulator can run.
    pub fn read(path: &Path) -> Result<Self> {
        let unreadable = || format!("{} can't be read as a program for macOS", path.display());
        let data = &*std::fs::read(path).with_context(unreadable)?;
        let file = object::File::parse(data).with_context(unreadable)?;
        let symbols = file.symbols().filter(|symbol| symbol.is_definition());
        let mut program = Self {
            path: path.to_owned(),
            architecture: file.architecture(),
            memory: Vec::new(),
            imports: Vec::new(),
            symbols: symbols
                .map(|symbol| Ok((symbol.name()?.to_owned(), symbol.address())))
                .collect::<object::Result<_>>()
                .with_context(unreadable)?,
        };
        program.read_commands(data).with_context(unreadable)?;
        Ok(program)
    }

    fn read_commands(&mut self, data: &[u8]) -> Result<()> {
        let header = MachHeader64::<Endianness>::parse(data, 0)?;
        let endian = header.endian()?;
        let mut sections: Vec<&macho::Section64<_>> = Vec::new();
        let (mut names, mut indirect) = (Vec::new(), &[][..]);
        let mut commands = header.load_commands(endian, data, 0)?;
        while let Some(command) = commands.next()? {
            match command.variant()? {
                LoadCommandVariant::Segment64(segment, section_data) => {
                    sections.extend(segment.sections(endian, section_data)?);
                    let protection = segment.initprot(endian);
                    // A segment without access rights is mapped to nothing: the page at 0.
                    if protection != macho::VmProt(0) {
                        self.memory.push(json!({
                            "address": segment.vmaddr(endian),
                            "size": segment.vmsize(endian),
                            "offset": segment.fileoff(endian),
                            "file_size": segment.filesize(endian),
                            "writable": protection.contains(macho::VM_PROT_WRITE),
                        }));
                    }
                }
                LoadCommandVariant::Symtab(command) => {
                    let table = command.symbols::<MachHeader64<_>, _>(endian, data)?;
                    for symbol in table.iter() {
                        names.push(
                            String::from_utf8_lossy(symbol.name(endian, table.strings())?).into_owned(),
                        );
                    }
                }
                LoadCommandVariant::Dysymtab(command) => indirect = command.indirect_symbols(endian, data)?,
                _ => ensure!(
                    command.cmd() != macho::LC_DYLD_CHAINED_FIXUPS,
                    "its pointers are in chains, which are not followed here"
                ),
            }
        }
        for section in sections {
            if !matches!(
                section.section_type(endian),
                macho::S_LAZY_SYMBOL_POINTERS | macho::S_NON_LAZY_SYMBOL_POINTERS
            ) {
                continue;
            }
            let slots = (section.addr(endian)..).step_by(8);
            for (slot, index) in slots.zip(section.indirect_symbols(endian, indirect)?) {
                if let Some(index) = index.get(endian).index() {
                    self.imports.push((slot, names[index as usize].clone()));
                }
            }
        }
        // Pointers to the program's own symbols stay as the linker wrote them.
        self.imports
            .retain(|(_, name)| !self.symbols.iter().any(|(own, _)| own == name));
        Ok(())
    }

    /// The address of a function, by its name in the symbol table.
    ///
    /// # Errors
    ///
    /// If the program has no symbol with that name.
    pub fn address(&self, name: &str) -> Result<u64> {
        let found = self.symbols.iter().find(|(symbol, _)| symbol == name);
        let (_, address) = found.with_context(|| format!("{} has no {name}", self.path.display()))?;
        Ok(*address)
    }

    /// The symbols of the Go package's shims that the emulator can run.
    pub fn shims(&self) -> Vec<&str> {
        // Go's own linker puts an underscore before each name, an external one before those of C alone.
        self.emulated(|name| {
            let name = name.strip_prefix('_').unwrap_or(name);
            name.strip_prefix(SHIMS)?.strip_suffix(ASSEMBLY)
        })
    }

    /// The symbols of the guest's exports that the emulator can run.
    pub fn exports(&self) -> Vec<&str> {
        self.emulated(|name| name.strip_prefix(EXPORTS))
    }

    /// The symbols that have a kernel in their names, of those that the emulator can run.
    fn emulated(&self, kernel: impl Fn(&str) -> Option<&str>) -> Vec<&str> {
        let names = self.symbols.iter().map(|(name, _)| name.as_str());
        names
            .filter(|name| {
                let kernel = kernel(name).map(str::to_lowercase);
                kernel.is_some_and(|kernel| !NOT_EMULATED.iter().any(|other| kernel.contains(other)))
            })
            .collect()
    }

    /// The emulator's input: a function to call once for each of the arguments, which are scalars in hex, after machine
    /// code was written to some addresses.
    ///
    /// # Errors
    ///
    /// Those of [`Program::address`], or if the emulator does not support the program's processor.
    pub fn task(
        &self,
        convention: Convention,
        function: &str,
        arguments: &[String],
        plant: &[(u64, String)],
    ) -> Result<Value> {
        let imports: Vec<_> = self
            .imports
            .iter()
            .map(|(address, name)| json!({ "address": address, "name": name }))
            .collect();
        Ok(json!({
            "program": self.path,
            "processor": match self.architecture {
                Architecture::X86_64 => "amd64",
                Architecture::Aarch64 => "arm64",
                other => bail!("{} is for {other:?}", self.path.display()),
            },
            "memory": self.memory,
            "imports": imports,
            "convention": match convention {
                Convention::Main => "main",
                Convention::C => "c",
                Convention::Go => "go",
            },
            "function": self.address(function)?,
            "arguments": arguments,
            "plant": plant,
        }))
    }
}
