//! The image in a sealed archive, mapped into memory.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::Path;
use std::ptr::NonNull;

use anyhow::{Context, Result, bail, ensure};
use iced_x86::{Decoder, DecoderOptions};
use nix::sys::mman::{MapFlags, ProtFlags, mmap_anonymous, mprotect};
use object::read::archive::ArchiveFile;
use object::{Object, ObjectSection, ObjectSymbol, SectionKind, SymbolKind};

/// Executable memory that holds an image.
pub struct Image {
    start: NonNull<u8>,
    size: usize,
    /// Where it starts in the archive.
    in_archive: usize,
    /// Where exports start.
    pub exports: BTreeMap<String, usize>,
    /// Where functions start, and their names.
    functions: BTreeMap<usize, String>,
    /// How long they are.
    sizes: BTreeMap<usize, usize>,
}

impl Image {
    /// Maps the image of an archive. It needs no relocation, which is what an image is.
    pub fn load(archive: &Path) -> Result<Self> {
        let bytes = std::fs::read(archive).with_context(|| format!("{} can't be read", archive.display()))?;
        Self::parse(&bytes).with_context(|| format!("{}", archive.display()))
    }

    /// As [`Image::load`], of an archive in memory.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let members = ArchiveFile::parse(bytes).context("the archive can't be read")?;
        for member in members.members() {
            let data = member
                .and_then(|member| member.data(bytes))
                .context("the archive can't be read")?;
            let Ok(object) = object::File::parse(data) else {
                continue;
            };
            let code = object
                .sections()
                .filter(|section| section.kind() == SectionKind::Text && section.size() > 0);
            for section in code {
                // Default members, which a program may replace, are no images.
                let image = Self::map(bytes, &object, &section)?;
                if image
                    .exports
                    .keys()
                    .any(|name| name.starts_with("scalar_base_mult"))
                {
                    return Ok(image);
                }
            }
        }
        bail!("the archive holds no image of rustgo-crypto")
    }

    fn map<'data>(
        archive: &'data [u8],
        object: &object::File<'data>,
        section: &impl ObjectSection<'data>,
    ) -> Result<Self> {
        let code = section.data().context("the object has code")?;
        ensure!(
            section.align() <= 4096,
            "the image is to be aligned to {} bytes",
            section.align()
        );
        let size = NonZeroUsize::new(code.len()).context("the image is empty")?;
        let writable = ProtFlags::PROT_READ | ProtFlags::PROT_WRITE;
        // SAFETY: new memory, wherever there is room.
        let start = unsafe { mmap_anonymous(None, size, writable, MapFlags::MAP_PRIVATE)? };
        // SAFETY: as large, and new.
        unsafe {
            start
                .cast::<u8>()
                .copy_from_nonoverlapping(NonNull::from(code).cast(), code.len())
        };
        // SAFETY: nothing else refers to it.
        unsafe { mprotect(start, code.len(), ProtFlags::PROT_READ | ProtFlags::PROT_EXEC)? };
        let (mut exports, mut functions, mut sizes) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        for symbol in object
            .symbols()
            .filter(|symbol| symbol.section_index() == Some(section.index()))
        {
            let (name, offset) = (
                symbol.name().unwrap_or_default().to_owned(),
                symbol.address() as usize,
            );
            if symbol.is_global() {
                exports.insert(name.clone(), offset);
            }
            if symbol.kind() == SymbolKind::Text && symbol.size() > 0 {
                sizes.insert(offset, symbol.size() as usize);
            }
            if !name.is_empty() {
                functions.insert(offset, name);
            }
        }
        Ok(Self {
            start: start.cast(),
            size: code.len(),
            in_archive: code.as_ptr().addr() - archive.as_ptr().addr(),
            exports,
            functions,
            sizes,
        })
    }

    /// Where it starts.
    pub fn start(&self) -> usize {
        self.start.as_ptr().addr()
    }

    /// The address of an export.
    pub fn address(&self, export: &str) -> usize {
        self.start() + self.exports[export]
    }

    /// Where all functions start in the image, in order, and their machine code.
    pub fn functions(&self) -> impl Iterator<Item = (usize, &[u8])> {
        self.sizes.iter().map(|(&offset, &size)| {
            assert!(offset + size <= self.size);
            // SAFETY: within the image, which is mapped as long as this is.
            let code = unsafe { std::slice::from_raw_parts(self.start.as_ptr().add(offset), size) };
            (offset, code)
        })
    }

    /// How many functions there are.
    pub fn function_count(&self) -> usize {
        self.sizes.len()
    }

    /// Where the instructions of a function start in the image.
    pub fn boundaries(&self, function: usize) -> Vec<usize> {
        let code = self.functions().find(|(offset, _)| *offset == function);
        let (offset, code) = code.expect("a function starts there");
        let decoder = Decoder::with_ip(64, code, offset as u64, DecoderOptions::NONE);
        decoder
            .into_iter()
            .map(|instruction| instruction.ip() as usize)
            .collect()
    }

    /// The bytes of a copy of the archive that this image is from, in which some machine code takes the place of the
    /// instructions that start at an offset; `nop` fills up the last of these.
    pub fn with(&self, archive: &[u8], at: usize, code: &[u8]) -> Vec<u8> {
        let mut bytes = archive.to_vec();
        let image = &mut bytes[self.in_archive..][..self.size];
        let mut end = at;
        while end < at + code.len() {
            let decoder = &mut Decoder::new(64, &image[end..], DecoderOptions::NONE);
            end += decoder.decode().len();
        }
        image[at..end].fill(0x90);
        image[at..at + code.len()].copy_from_slice(code);
        bytes
    }

    /// An address in terms of the image.
    pub fn describe(&self, address: usize) -> Option<String> {
        let offset = address
            .checked_sub(self.start())
            .filter(|offset| *offset < self.size)?;
        let (start, name) = self.functions.range(..=offset).next_back()?;
        Some(format!("{name}+{:#x}", offset - start))
    }
}
