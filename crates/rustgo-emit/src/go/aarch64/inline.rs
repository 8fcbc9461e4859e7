//! The code of exports that are short enough to be inlined into a shim.

use crate::check::decode::is_plain_arithmetic;
use crate::image::Image;

/// The longest code that is inlined, in instructions: about as much as the call and its setup.
const LONGEST: usize = 16;

/// `stp x29, x30, [sp, #-16]!`, `mov x29, sp`
const ENTER: [u32; 2] = [0xa9bf_7bfd, 0x9100_03fd];
/// `ldp x29, x30, [sp], #16`
const LEAVE: [u32; 1] = [0xa8c1_7bfd];
/// `ret`
const RETURN: u32 = 0xd65f_03c0;

/// The directives for the code of the function at an offset between its entry and its return, if that is straight-line
/// arithmetic. The instructions that set up and release its frame are left out.
pub fn inline(image: &Image, entry: u64) -> Option<String> {
    let function = image.function_at(entry)?;
    let (code, _) = image.bytes[entry as usize..function.end() as usize].as_chunks();
    let code: Vec<u32> = code.iter().map(|&bytes| u32::from_le_bytes(bytes)).collect();
    let (code, leave) = match code.strip_prefix(&ENTER) {
        Some(code) => (code, &LEAVE[..]),
        None => (&code[..], &[][..]),
    };
    let length = code.iter().position(|&word| !is_plain_arithmetic(word))?;
    let returns = code[length..].strip_prefix(leave)?.first() == Some(&RETURN);
    let directives: Vec<_> = code[..length]
        .iter()
        .map(|word| format!("WORD $0x{word:08x}"))
        .collect();
    (returns && length <= LONGEST).then(|| directives.join("; "))
}
