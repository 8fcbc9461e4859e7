//! Proves bounds on the stack of machine code, and that the code keeps to the rules of every host, by an abstract
//! interpretation of the instructions alone: no annotation of a compiler is trusted, and what can't be decided is an
//! error.
//!
//! # Example
//!
//! Prints what is proven about each global function of an object or an archive, and what is refused:
//!
//! ```
//! use std::{error::Error, path::Path};
//!
//! use rustgo_check::image::{Declared, Image, Lines, Linked, Processor, archive, link, record::Export, refusals};
//! use rustgo_check::{Analysis, analyse};
//!
//! fn prove(file: &Path, lld: &Path, folder: &Path) -> Result<Analysis, Box<dyn Error>> {
//!     let roots: Vec<String> = archive::functions(&std::fs::read(file)?)?.into_iter().collect();
//!     let (processor, files) = (Processor::X86_64, &[file.to_owned()]);
//!     let input = link::Input { processor, files, roots: &roots, imports: &[] };
//!     let elf = link::link(lld, &input, folder)?;
//!     let linked = Linked::read(&elf)?;
//!     let lines = Lines::read(&elf, linked.code_size)?;
//!     for refusal in refusals(&linked, &lines) {
//!         println!("{refusal}");
//!     }
//!     let exports: Vec<Export> = roots.iter().map(|name| Export::undeclared(name)).collect();
//!     let declared = Declared { exports: &exports, ..Declared::default() };
//!     let analysis = analyse(&Image::resolve(&linked, &declared, lines)?);
//!     for entry in &analysis.entries {
//!         println!("{}: {:?} bytes of stack", entry.name, entry.bound);
//!     }
//!     for finding in &analysis.findings {
//!         println!("{finding}");
//!     }
//!     Ok(analysis)
//! }
//! # use std::process::Command;
//! # fn rustc(arguments: &[&str]) -> Result<String, Box<dyn Error>> {
//! #     let output = Command::new("rustc").args(arguments).output()?;
//! #     assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
//! #     Ok(String::from_utf8(output.stdout)?.trim().to_owned())
//! # }
//! # fn main() -> Result<(), Box<dyn Error>> {
//! # let folder = std::env::temp_dir().join(format!("rustgo-check-{}", std::process::id()));
//! # std::fs::create_dir_all(&folder)?;
//! # let (source, object) = (folder.join("code.rs"), folder.join("code.o"));
//! # std::fs::write(&source, r#"
//! #     #![no_std]
//! #     core::arch::global_asm!(
//! #         ".section .text.sum, \"ax\"", ".globl sum", ".type sum, @function", "sum:",
//! #         "push rbp", "mov rbp, rsp", "sub rsp, 32", "lea rax, [rdi + rsi]", "leave", "ret",
//! #         ".section .text.endless, \"ax\"", ".globl endless", ".type endless, @function", "endless:",
//! #         "push rax", "call endless", "pop rax", "ret",
//! #     );
//! # "#)?;
//! # let emit = format!("--emit=obj={}", object.display());
//! # let target = "--target=x86_64-unknown-linux-gnu";
//! # rustc(&["--crate-type=rlib", "--edition=2024", target, &emit, source.to_str().unwrap()])?;
//! # let host = rustc(&["-vV"])?;
//! # let host = host.lines().find_map(|line| line.strip_prefix("host: ")).unwrap().to_owned();
//! # let sysroot = rustc(&["--print=sysroot"])?;
//! # let lld = Path::new(&sysroot).join("lib/rustlib").join(host).join("bin/rust-lld");
//! # let analysis = prove(&object, &lld, &folder);
//! # std::fs::remove_dir_all(&folder)?;
//! # let analysis = analysis?;
//! # let bounds: Vec<_> = analysis.entries.iter().map(|entry| (&*entry.name, entry.bound)).collect();
//! # assert_eq!(bounds, [("endless", None), ("sum", Some(8 + 8 + 32))]);
//! # let rules: Vec<_> = analysis.findings.iter().map(|finding| finding.rule).collect();
//! # assert_eq!(rules, [rustgo_check::image::Rule::Recursion]);
//! # Ok(())
//! # }
//! ```
//!
//! Call it with the `rust-lld` of a Rust toolchain and an empty folder. A bound includes the return address that the
//! call pushes. `None` means that there is no bound, and a finding says why.
//!
//! # What a verdict means
//!
//! `SOUNDNESS.md` in this crate states the exact claim, the abstract domain, and the argument. In short, the proof rests
//! on three assumptions that it does not check: code is entered at the exports only, it is memory-safe (safe Rust
//! guarantees that, authors of `unsafe` code have to), and host imports keep to the C ABI.
//!
//! These assumptions and risks of that page are not checked in this crate:
//!
//! SOUNDNESS: H1, H3, R4, R5, R6, R7
//!
//! Addresses in the image are followed as far as this risk of the page says:
//!
//! SOUNDNESS: R8
//!
//! # The modules
//!
//! [`machine`] is the contract of a processor's transfer functions, and [`isa`] implements it: the rules that all
//! processors share once, the others in a folder per processor. [`explore`] explores the paths of each function;
//! [`stack_bound`] and [`divergence`] derive the results over all functions; [`verdict`] reports them.

mod advice;
mod analysis;
mod call_tree;
pub mod decode;
mod diagnostic;
mod divergence;
mod explore;
mod features;
mod fuel;
mod function;
mod graph;
mod isa;
mod location;
mod machine;
mod origin;
mod stack_bound;
mod state;
mod table;
#[cfg(test)]
mod tests;
mod verdict;

pub use rustgo_image as image;
use rustgo_image::{Image, Processor, finding};

pub use analysis::{Ambiguous, Analysis, EntryVerdict, Frame};
pub use call_tree::{Folded, Hidden, Node, Trees};
pub use divergence::{DivergenceKind, Panic};
pub use explore::Call;
pub use fuel::Fuel;
pub use function::{Divergence, DivergenceReason, FunctionAnalysis};
pub use machine::{Depth, MAX_TRACKED_ALIGNMENT, Probe, Realign};
pub use stack_bound::Link;

/// Analyses an image. Any bytes are accepted: what is wrong with them becomes a finding, and so does an image that
/// takes far more fuel than compiled code.
pub fn analyse(image: &Image) -> Analysis {
    let fuel = Fuel::of(image);
    let analysis = match image.processor {
        Processor::X86_64 => verdict::judge(image, &isa::x86_64::X86_64::new(image, &fuel), &fuel),
        Processor::Aarch64 => verdict::judge(image, &isa::aarch64::Aarch64::new(image, &fuel), &fuel),
    };
    analysis.unwrap_or_else(|_| verdict::give_up(image, &fuel))
}
