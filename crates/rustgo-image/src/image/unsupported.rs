//! Finds everything in the linked guest that an image can't express.

use object::elf::{self, RelocationType};

use super::elf::{Linked, Relocation, SectionKind, Symbol};
use super::{Lines, aarch64, demangle, x86_64};
use crate::finding::{Finding, Place, Rule};
use crate::processor::Processor;

/// The number of offending places that are reported. Nobody corrects a guest with more of them one by one.
const PLACES: usize = 1_000;

/// Every reason why the linked guest can't be an image: one finding per offending symbol.
pub fn refusals(linked: &Linked, lines: &Lines) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    let mut places = 0;
    for relocation in &linked.relocations {
        let Some((rule, message, help)) = judge(linked, relocation) else {
            continue;
        };
        places += 1;
        if places > PLACES {
            findings.push(too_many());
            break;
        }
        let place = place(linked, lines, relocation.at);
        match findings
            .iter_mut()
            .find(|finding| finding.rule == rule && finding.message == message)
        {
            // One place per function is enough.
            Some(finding)
                if finding
                    .places
                    .iter()
                    .any(|other| other.function == place.function) => {}
            Some(finding) => finding.places.push(place),
            None => findings.push(Finding {
                rule,
                message,
                places: vec![place],
                help,
            }),
        }
    }
    findings.extend(without_address(linked, lines));
    findings.extend(unreferenced(linked));
    // Code with thread-locals also asks the C library for their address.
    if findings
        .iter()
        .filter(|finding| finding.rule == Rule::ThreadLocal)
        .count()
        > 1
    {
        findings.retain(|finding| finding.message != ASKS_FOR_THREAD_LOCALS);
    }
    findings
}

fn too_many() -> Finding {
    Finding {
        rule: Rule::Relocation,
        message: format!(
            "more than {PLACES} places of the guest violate the rules; the others were not examined"
        ),
        places: Vec::new(),
        help: "correct what is named here first, then check again".to_owned(),
    }
}

fn judge(linked: &Linked, relocation: &Relocation) -> Option<(Rule, String, String)> {
    let symbol = &linked.symbols[relocation.symbol];
    if symbol.is_undefined && !symbol.name.is_empty() {
        return Some(undefined(&symbol.name));
    }
    // The addend of a relative relocation counts from the instruction's end, so look nearby.
    let address = symbol.address.wrapping_add_signed(relocation.addend);
    let name = |section| {
        if symbol.name.is_empty() {
            linked
                .name_at(section, address)
                .or_else(|| linked.name_at(section, address.wrapping_add(4)))
                .map_or_else(
                    || "a static without a name".to_owned(),
                    |name| format!("`{}`", demangle(name)),
                )
        } else {
            format!("`{}`", demangle(&symbol.name))
        }
    };
    match symbol.section {
        Some(SectionKind::Writable) => return Some(mutable(&name(SectionKind::Writable))),
        Some(SectionKind::ThreadLocal) => return Some(thread_local(&name(SectionKind::ThreadLocal))),
        Some(SectionKind::Image) => {}
        // The target of a relocation that does nothing does not matter.
        _ if relocation.kind == x86_64::NONE => {}
        Some(section) => return Some(elsewhere(&name(section))),
        None => return Some(number(&name(SectionKind::Other))),
    }
    let (is_absolute, is_known) = match linked.processor {
        Processor::X86_64 => (
            x86_64::is_absolute(relocation.kind),
            x86_64::is_known(relocation.kind),
        ),
        Processor::Aarch64 => (
            aarch64::is_absolute(relocation.kind),
            aarch64::is_known(relocation.kind),
        ),
    };
    let holder = || {
        linked.name_at(SectionKind::Image, relocation.at).map_or_else(
            || "a constant without a name".to_owned(),
            |name| format!("`{}`", demangle(name)),
        )
    };
    if is_absolute {
        return (!is_expressible_address(linked, relocation)).then(|| absolute(&holder()));
    }
    if is_known && !is_expressible_distance(linked, relocation) {
        return Some(distance(&holder()));
    }
    (!is_known).then(|| unknown(relocation.kind, &name(SectionKind::Image)))
}

/// Whether a relocation is a whole address in the constants that hold addresses.
pub(super) fn is_expressible_address(linked: &Linked, relocation: &Relocation) -> bool {
    let is_whole = match linked.processor {
        Processor::X86_64 => relocation.kind == elf::R_X86_64_64,
        Processor::Aarch64 => relocation.kind == elf::R_AARCH64_ABS64,
    };
    is_whole && relocation.at >= linked.relro_start
}

/// Whether both ends are in the same part of the image, or an instruction refers to a constant that holds addresses.
fn is_expressible_distance(linked: &Linked, relocation: &Relocation) -> bool {
    let is_relro = linked.is_relro(&linked.symbols[relocation.symbol]);
    if relocation.at < linked.code_size {
        let is_expressible = match linked.processor {
            Processor::X86_64 => relocation.kind != elf::R_X86_64_PC64,
            Processor::Aarch64 => aarch64::is_of_instruction(relocation.kind),
        };
        !is_relro || is_expressible
    } else {
        is_relro == (relocation.at >= linked.relro_start)
    }
}

const ASKS_FOR_THREAD_LOCALS: &str =
    "the guest asks the C library where its thread-locals are (`__tls_get_addr`)";

fn undefined(name: &str) -> (Rule, String, String) {
    let plain = demangle(name);
    if plain == "__tls_get_addr" {
        let (rule, _, help) = thread_local("");
        return (rule, ASKS_FOR_THREAD_LOCALS.to_owned(), help);
    }
    let help = match plain.as_str() {
        "memcpy" | "memmove" | "memset" | "memcmp" | "bcmp" | "strlen" => {
            "enable rustgo-rt's feature `guest` (or `mem`), which defines the memory functions".to_owned()
        }
        "rust_eh_personality" | "_Unwind_Resume" => {
            "enable rustgo-rt's feature `guest`, which defines that symbol; the guest is built with panic = \"abort\""
                .to_owned()
        }
        _ => "an image has to contain everything that it calls: define the function in Rust, or link an object that \
              defines it; the standard library's allocator, files and threads are not available"
            .to_owned(),
    };
    (
        Rule::Undefined,
        format!("`{plain}` is called but nothing defines it"),
        help,
    )
}

fn mutable(name: &str) -> (Rule, String, String) {
    (
        Rule::MutableStatic,
        format!("the guest uses {name}, a mutable static"),
        "an image is read-only: pass state through arguments. A crate that detects the processor's \
         features at run time keeps such a static: take its portable backend, by the feature or `--cfg` that its \
         documentation names, or fix the features, both in `.cargo/config.toml` (`[target.x86_64-unknown-linux-gnu]`, \
         `rustflags = [\"-Ctarget-feature=+...\"]`, and `requires = \"...\"` at the exports)"
            .to_owned(),
    )
}

fn thread_local(name: &str) -> (Rule, String, String) {
    (
        Rule::ThreadLocal,
        format!("the guest uses {name}, a thread-local"),
        "an image has no thread-local memory: pass state through arguments".to_owned(),
    )
}

fn absolute(holder: &str) -> (Rule, String, String) {
    (
        Rule::AbsoluteAddress,
        format!("{holder} holds addresses of other constants or of functions"),
        "an image runs at any address. The constants of position-independent objects (`-fPIC`, section \
         `.data.rel.ro`) may hold absolute addresses, but code may not: keep indices or values in the table instead of \
         references, `&str` or function pointers"
            .to_owned(),
    )
}

fn distance(holder: &str) -> (Rule, String, String) {
    (
        Rule::AbsoluteAddress,
        format!("{holder} holds the distance to another constant, which is unknown"),
        "constants that hold addresses are placed apart from the rest of the image: store the address itself (`.quad`) instead \
         of the distance to it"
            .to_owned(),
    )
}

fn elsewhere(name: &str) -> (Rule, String, String) {
    (
        Rule::Relocation,
        format!("the guest uses {name}, which is in a section that an image does not have"),
        "an image has code (sections `.text` and `.text.*`) and constants (`.rodata`, `.rodata.*`, `.data.rel.ro`): remove \
         the `#[link_section]` or the `.section`, or name one of these"
            .to_owned(),
    )
}

fn number(name: &str) -> (Rule, String, String) {
    (
        Rule::Relocation,
        format!("the guest uses {name}, an absolute symbol that is not a place in the guest"),
        "an image runs at any address, and a reference to an absolute symbol would move with it: write the \
         number as an immediate operand, or keep it in a constant"
            .to_owned(),
    )
}

fn unknown(kind: RelocationType, target: &str) -> (Rule, String, String) {
    (
        Rule::Relocation,
        format!("a relocation of kind {} refers to {target}", kind.0),
        "this tool can't resolve relocations of that kind: compile the object as position-independent code without \
         thread-locals (`-fPIC`, `-Crelocation-model=pic`)"
            .to_owned(),
    )
}

/// Statics that can be written, in a section named like those of constants that hold addresses. Objects declare those
/// sections writable, because a loader writes to them; so the flags don't tell, but a constant without an address would not be
/// there.
fn without_address(linked: &Linked, lines: &Lines) -> Vec<Finding> {
    let mut filled: Vec<u64> = linked
        .relocations
        .iter()
        .map(|relocation| relocation.at)
        .collect();
    filled.extend(&linked.unused);
    filled.sort_unstable();
    let holds_address = |symbol: &Symbol| {
        let next = filled.partition_point(|at| *at < symbol.address);
        filled
            .get(next)
            .is_some_and(|at| *at < symbol.address.saturating_add(symbol.size))
    };
    let symbols = linked.symbols.iter().filter(|symbol| {
        symbol.size > 0 && !symbol.name.is_empty() && linked.is_relro(symbol) && !holds_address(symbol)
    });
    symbols
        .take(PLACES)
        .map(|symbol| {
            let (rule, message, help) = mutable(&format!("`{}`", demangle(&symbol.name)));
            let places = vec![place(linked, lines, symbol.address)];
            Finding {
                rule,
                message,
                places,
                help,
            }
        })
        .collect()
}

/// Initializers run although nothing refers to them.
fn unreferenced(linked: &Linked) -> Option<Finding> {
    let section = linked
        .sections
        .iter()
        .find(|section| section.kind == SectionKind::Initializer)?;
    Some(Finding {
        rule: Rule::Initializer,
        message: format!(
            "the guest has {} bytes of initializers, which nothing would run",
            section.size
        ),
        places: Vec::new(),
        help: "an image has no start-up code: remove the constructor, or do its work in an export".to_owned(),
    })
}

/// The function or constant around an offset.
fn place(linked: &Linked, lines: &Lines, offset: u64) -> Place {
    let function = linked
        .name_at(SectionKind::Image, offset)
        .map_or_else(|| "a constant without a name".to_owned(), demangle);
    Place {
        function,
        offset,
        line: lines.text_at(offset),
    }
}

#[cfg(test)]
mod tests;
