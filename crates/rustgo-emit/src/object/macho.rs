//! The sealed Mach-O object, and the universal file that combines archives for several processors.

use object::macho::{self, Version};
use object::write::{MachOBuildVersion, Object};
use object::{BigEndian, BinaryFormat, U32, pod};

use super::sealed;
use crate::error::{Error, Result};
use crate::image::Image;
use crate::processor::Processor;

/// The object's bytes.
///
/// # Errors
///
/// If the image is too large for a Mach-O file.
pub fn write(image: &Image) -> Result<Vec<u8>> {
    finish(sealed::object(image, BinaryFormat::MachO)?, image.processor)
}

/// The bytes of an object, with what the format requires in each.
///
/// # Errors
///
/// If it is too large for a Mach-O file.
pub fn finish(mut object: Object, processor: Processor) -> Result<Vec<u8>> {
    let mut version = MachOBuildVersion::default();
    version.platform = macho::PLATFORM_MACOS;
    version.minos = oldest_system(processor);
    version.sdk = version.minos;
    object.set_macho_build_version(version);
    object
        .write()
        .map_err(|error| Error::Object("the sealed Mach-O object can't be written", error))
}

/// The oldest macOS that Rust supports on the processor. The image itself runs on any.
fn oldest_system(processor: Processor) -> Version {
    match processor {
        Processor::X86_64 => Version::new(10, 12, 0),
        Processor::Aarch64 => Version::new(11, 0, 0),
    }
}

/// The alignment of archives of 64-bit objects in a universal file, as a power of two; `lipo` uses the same.
const ALIGNMENT: u32 = 3;

/// A universal file of archives for different processors, like that of `lipo -create`.
///
/// # Errors
///
/// If the archives are too large for the file.
pub fn universal(archives: &[(Processor, Vec<u8>)]) -> Result<Vec<u8>> {
    let number = |value: usize| -> Result<U32<BigEndian>> {
        let value = u32::try_from(value).map_err(|_| Error::TooLarge)?;
        Ok(U32::new(BigEndian, value))
    };
    let aligned = |length: usize| length.next_multiple_of(1 << ALIGNMENT);
    let header = macho::FatHeader {
        magic: U32::new(BigEndian, macho::FAT_MAGIC),
        nfat_arch: number(archives.len())?,
    };
    let mut start = size_of::<macho::FatHeader>() + archives.len() * size_of::<macho::FatArch32>();
    let mut file = pod::bytes_of(&header).to_vec();
    for (processor, archive) in archives {
        start = aligned(start);
        let (kind, subkind) = match processor {
            Processor::X86_64 => (macho::CPU_TYPE_X86_64, macho::CPU_SUBTYPE_X86_64_ALL),
            Processor::Aarch64 => (macho::CPU_TYPE_ARM64, macho::CPU_SUBTYPE_ARM64_ALL),
        };
        let slice = macho::FatArch32 {
            cputype: U32::new(BigEndian, kind),
            cpusubtype: U32::new(BigEndian, subkind.into()),
            offset: number(start)?,
            size: number(archive.len())?,
            align: U32::new(BigEndian, ALIGNMENT),
        };
        file.extend(pod::bytes_of(&slice));
        start += archive.len();
    }
    for (_, archive) in archives {
        file.resize(aligned(file.len()), 0);
        file.extend(archive);
    }
    Ok(file)
}
