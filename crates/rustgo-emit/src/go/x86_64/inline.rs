//! The code of exports that are short enough to be inlined into a shim.

use iced_x86::{Code, Decoder, DecoderOptions, FlowControl, Instruction, OpKind, Register};

use super::items;
use crate::image::Image;

/// The longest code that is inlined, in bytes: about as much as the call and its setup.
const LONGEST: usize = 64;

/// The directives for the code of the function at an offset between its entry and its return, if that is straight-line
/// code without the stack. The instructions that set up and release its frame are left out.
pub fn inline(image: &Image, entry: u64) -> Option<String> {
    let function = image.function_at(entry)?;
    let code = &image.bytes[entry as usize..function.end() as usize];
    let mut decoder = Decoder::with_ip(64, code, entry, DecoderOptions::NONE);
    let mut instructions = decoder.iter();
    let mut next = instructions.next()?;
    let has_frame = next.code() == Code::Push_r64 && next.op0_register() == Register::RBP;
    if has_frame {
        let copy = instructions.next()?;
        let is_frame_pointer = copy.code() == Code::Mov_rm64_r64
            && copy.op0_register() == Register::RBP
            && copy.op1_register() == Register::RSP;
        if !is_frame_pointer {
            return None;
        }
        next = instructions.next()?;
    }
    let start = (next.ip() - entry) as usize;
    while stays(&next) {
        next = instructions.next()?;
    }
    let end = (next.ip() - entry) as usize;
    if has_frame {
        let leaves = next.code() == Code::Pop_r64 && next.op0_register() == Register::RBP;
        next = instructions.next().filter(|_| leaves)?;
    }
    if next.code() != Code::Retnq || end - start > LONGEST {
        return None;
    }
    let mut directives = Vec::new();
    items(&code[start..end], |item| directives.push(item));
    Some(directives.join("; "))
}

/// Whether the instruction falls through, is position-independent, and does not use the stack.
fn stays(instruction: &Instruction) -> bool {
    let is_free = |register: Register| !matches!(register.full_register(), Register::RSP | Register::RBP);
    instruction.flow_control() == FlowControl::Next
        && !instruction.is_stack_instruction()
        && !instruction.is_ip_rel_memory_operand()
        && is_free(instruction.memory_base())
        && is_free(instruction.memory_index())
        && (0..instruction.op_count()).all(|number| {
            instruction.op_kind(number) != OpKind::Register || is_free(instruction.op_register(number))
        })
}
