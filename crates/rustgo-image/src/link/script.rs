//! Writes the linker scripts: one section for the image, and a section of its own for each kind of thing that an image
//! can't hold, where the checks find it.

use std::fmt::Write;

use super::map::InputSection;
use crate::layout::{CODE_END, SLOT};

/// The gap after a piece of code in bytes: the longest `ADJSP` takes seven.
const GAP: usize = 8;

/// Takes sections that their object declares read-only, whatever their name: `#[link_section]` gives a static that can be
/// written any name.
const CONSTANT: &str = "INPUT_SECTION_FLAGS(!SHF_WRITE)";

/// The script of the first pass, which takes code in the objects' order.
pub fn first() -> String {
    with_code(&format!("    {CONSTANT} *(.text .text.*)\n"))
}

/// The script of the second pass: a slot for each host import, then the given pieces of code, each followed by a gap.
pub fn second(imports: &[String], code: &[InputSection]) -> String {
    let mut lines = String::new();
    for import in imports {
        writeln!(lines, "    \"{import}\" = .; . = . + {SLOT};").expect("writing to a string");
    }
    for section in code {
        writeln!(
            lines,
            "    {CONSTANT} *{}(\"{}\") . = . + {GAP};",
            section.member, section.name
        )
        .expect("writing to a string");
    }
    with_code(&lines)
}

/// The linker puts read-only sections that a script does not name before all others, where the image has to be. So the
/// last output section takes them all, after those that the linker makes itself are handled.
fn with_code(code: &str) -> String {
    format!(
        "SECTIONS {{
  . = 0;
  .image : {{
{code}    . = ALIGN(64);
    {CODE_END} = .;
    {CONSTANT} *(.rodata .rodata.*)
  }}
  .relro : {{ *(.data.rel.ro .data.rel.ro.*) }}
  .got : {{ *(.got .got.*) }}
  .tdata : {{ *(.tdata .tdata.*) }}
  .tbss : {{ *(.tbss .tbss.*) }}
  .init_array : {{ *(.preinit_array .init_array .init_array.* .ctors .ctors.*) }}
  .fini_array : {{ *(.fini_array .fini_array.* .dtors .dtors.*) }}
  .data : {{ *(.data .data.* .text .text.* .rodata .rodata.*) }}
  .bss : {{ *(.bss .bss.* COMMON) }}
  /DISCARD/ : {{
    *(.rustgo.*) *(.eh_frame) *(.eh_frame.*) *(.gcc_except_table) *(.gcc_except_table.*)
    *(.comment) *(.note.*) *(.llvm_addrsig) *(.llvmbc) *(.llvmcmd)
  }}
  .plt : {{ *(.plt .plt.* .iplt) }}
  .rela : {{ *(.rela.*) }}
  .other : {{ INPUT_SECTION_FLAGS(SHF_ALLOC & !SHF_WRITE) *(*) }}
}}
"
    )
}
