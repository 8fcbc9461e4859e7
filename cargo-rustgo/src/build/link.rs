//! Runs the toolchain's linker through [`rustgo_image::link`], in a temporary folder.

use anyhow::{Context, anyhow};

use crate::toolchain::Toolchain;

pub use rustgo_image::link::{CODE_END, Error, Input, Member, SLOT, members, prune, rename};

/// Links, and returns an ELF executable with its relocations kept.
///
/// Undefined symbols stay undefined: the image's own checks report them and who refers to them.
///
/// # Errors
///
/// If the linker can't be run, or refuses the objects.
pub fn link(toolchain: &Toolchain, input: &Input) -> anyhow::Result<Vec<u8>> {
    let folder = tempfile::tempdir().context("no folder for the linker's files")?;
    rustgo_image::link::link(&toolchain.lld, input, folder.path()).map_err(|error| {
        let help = help(&error.to_string());
        anyhow!(error).context(help.unwrap_or("the guest can't be linked"))
    })
}

/// The memory functions that rustgo-rt defines for the compiler's own use.
const OF_RUNTIME: [&str; 6] = ["memcpy", "memmove", "memset", "memcmp", "bcmp", "strlen"];

/// What to do about what the linker says.
fn help(said: &str) -> Option<&'static str> {
    let twice = said
        .lines()
        .find_map(|line| line.split_once("duplicate symbol: "));
    let (_, name) = twice?;
    OF_RUNTIME.contains(&name.trim()).then_some(
        "the guest defines a memory function that rustgo-rt's feature `guest` brings too: take the guest's own out; or write \
         `guest = [\"rustgo-rt/host-panic\"]` under [features], and define all of memcpy, memmove, memset and memcmp that the \
         guest calls",
    )
}

#[cfg(test)]
mod tests {
    use super::help;

    #[test]
    fn memory_functions_that_are_there_twice_have_a_way_out() {
        let said = "the linker refused the guest's objects:\nrust-lld: error: duplicate symbol: memcpy\n>>> defined at a";
        assert!(help(said).unwrap().contains("guest = [\"rustgo-rt/host-panic\"]"));
        assert_eq!(help("rust-lld: error: duplicate symbol: f"), None);
        assert_eq!(help("rust-lld: error: memcpy is too large"), None);
    }
}
