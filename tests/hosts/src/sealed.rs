//! Guests as C and NASM programs use them: a header, an include file and a sealed archive.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::command;

/// The platform whose archives most programs here link, by the name of its folder.
pub const PLATFORM: &str = "linux-amd64";

/// The platform with the other processor.
pub const LINUX_ARM64: &str = "linux-arm64";

/// The other system, for both processors.
pub const DARWIN: &str = "darwin";

/// A guest that `cargo rustgo build --c` wrote.
#[derive(Clone, Debug)]
pub struct Sealed {
    folder: PathBuf,
    library: String,
    platform: &'static str,
}

impl Sealed {
    /// Builds a guest of this workspace into a folder, for every processor and system.
    ///
    /// # Errors
    ///
    /// If the tool can't be built, or refuses the guest.
    pub fn build(guest: &str, folder: &Path) -> Result<Self> {
        Self::run(guest, folder, &[])
    }

    /// Builds a guest for x86-64 only, sealed together with the given objects.
    ///
    /// # Errors
    ///
    /// Those of [`Sealed::build`]. The objects are checked like the guest.
    pub fn build_with(guest: &str, folder: &Path, objects: &[&Path]) -> Result<Self> {
        let with = objects
            .iter()
            .flat_map(|object| [OsStr::new("--with"), object.as_os_str()]);
        let options = ["--processor", "amd64"].map(OsStr::new).into_iter().chain(with);
        Self::run(guest, folder, &options.collect::<Vec<_>>())
    }

    /// Builds a guest with variants, `NAME=+FEATURE,...`, which programs select by the processor's features.
    ///
    /// # Errors
    ///
    /// Those of [`Sealed::build`].
    pub fn build_variants(guest: &str, folder: &Path, variants: &[&str]) -> Result<Self> {
        let options = variants.iter().flat_map(|variant| ["--variant", variant]);
        Self::run(guest, folder, &options.map(OsStr::new).collect::<Vec<_>>())
    }

    fn run(guest: &str, folder: &Path, options: &[&OsStr]) -> Result<Self> {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo
            .args(["rustgo-here", "build", "-p", guest, "--c"])
            .arg(folder)
            .args(options)
            .current_dir(crate::root());
        command::run(&mut cargo)?;
        Ok(Self {
            folder: folder.to_owned(),
            library: guest.replace('-', "_"),
            platform: PLATFORM,
        })
    }

    /// The same guest for programs of another platform: [`LINUX_ARM64`] or [`DARWIN`].
    #[must_use]
    pub fn on(&self, platform: &'static str) -> Self {
        Self {
            platform,
            ..self.clone()
        }
    }

    /// The argument of `-l`.
    pub fn library(&self) -> &str {
        &self.library
    }

    /// The folder for `-I`.
    pub fn include(&self) -> PathBuf {
        self.folder.join("include")
    }

    /// The folder for `-L`.
    pub fn libraries(&self) -> PathBuf {
        self.folder.join("lib").join(self.platform)
    }

    /// The C header.
    pub fn header(&self) -> PathBuf {
        self.include().join(format!("{}.h", self.library))
    }

    /// The sealed archive.
    pub fn archive(&self) -> PathBuf {
        self.libraries().join(format!("lib{}.a", self.library))
    }
}
