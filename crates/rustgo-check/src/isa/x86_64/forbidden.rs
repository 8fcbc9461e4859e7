//! Instructions that a guest may not use, and the diagnostics about registers and flags that belong to its host.

use iced_x86::{FlowControl, Mnemonic, Register as Name};

use super::{StepContext, X86_64, understood};
use crate::diagnostic::{Diagnostic, Refusal};
use crate::finding::Rule;
use crate::isa::{Isa as _, Wording, forbidden};

/// The texts of diagnostics for this processor.
pub const WORDING: Wording = Wording {
    frame_pointer: "rbp",
    frame_pointer_help: "Go follows frame pointers without checking them. Compile the code with frame pointers \
                         (`-Cforce-frame-pointers=yes`, `-fno-omit-frame-pointer`); in assembly leave rbp alone, or open \
                         the function with `push rbp; mov rbp, rsp` and end it with `pop rbp`. Code of the prebuilt \
                         standard library has to be built again with the guest (`-Zbuild-std`), or avoided",
    not_restored_help: "the C ABI lets a function use rbx and r12 to r15 only when it saves and restores them: declare \
                        them as outputs of the `asm!` block, or push and pop them",
    red_zone_help: "an interrupt or a signal may overwrite that memory at any time. Compile the code without a red \
                    zone (`-mno-red-zone`, `-Cno-redzone=yes`); in assembly take the stack first (`sub rsp, 16`). Code \
                    of the prebuilt standard library has to be built again with the guest (`rustup component add \
                    rust-src`), or avoided",
    not_understood_help: "compilers emit no such instruction: replace it in the assembly by plain ones",
    rounding_help: "the rounding mode and the exception masks belong to the host: leave MXCSR and the x87 control word \
                    alone",
    shown: 8,
};

/// Reports an instruction that no guest may use, and refuses one that is not understood.
///
/// SOUNDNESS: C5, C6, T6, T7, T12
pub fn check(context: &mut StepContext) {
    let instruction = context.instruction;
    if is_for_the_kernel(context) {
        context.report(forbidden::for_the_kernel(&context.text()));
    } else if !understood::is_understood(&instruction) {
        return context.refuse(X86_64::WORDING.not_understood(&context.text()));
    }
    if loads_control(instruction.mnemonic()) {
        context.report(X86_64::WORDING.rounding(&context.text()));
    }
    if matches!(instruction.mnemonic(), Mnemonic::Popf | Mnemonic::Popfq) {
        let text = context.text();
        context.complain(
            Rule::DirectionFlag,
            format!("`{text}` may set the direction flag and others that belong to the host"),
            "test what `pushfq` stored instead of loading it back",
        );
    }
    if is_far(context) {
        let message = format!("`{}` switches to another code segment", context.text());
        let help = "guests run in one code segment: use near calls, jumps and returns";
        context.refuse(Refusal::undecidable(message, help));
    }
    let is_strange = matches!(
        instruction.mnemonic(),
        Mnemonic::Enter | Mnemonic::Xabort | Mnemonic::Xend
    );
    if is_strange {
        context.refuse(X86_64::WORDING.not_understood(&context.text()));
    }
}

fn is_far(context: &StepContext) -> bool {
    let instruction = &context.instruction;
    // The direct forms don't exist in 64-bit code.
    instruction.is_call_far_indirect()
        || instruction.is_jmp_far_indirect()
        || instruction.mnemonic() == Mnemonic::Retf
}

/// System calls, interrupts, input and output, segments, and everything else that needs or enters a kernel.
fn is_for_the_kernel(context: &StepContext) -> bool {
    let instruction = &context.instruction;
    let segment = |register: Name| register.is_segment_register();
    let writes_segment = segment(instruction.op0_register())
        && matches!(instruction.mnemonic(), Mnemonic::Mov | Mnemonic::Pop);
    instruction.is_privileged()
        || writes_segment
        || instruction.flow_control() == FlowControl::Interrupt
        || matches!(
            instruction.mnemonic(),
            Mnemonic::Syscall
                | Mnemonic::Sysenter
                | Mnemonic::Clui
                | Mnemonic::Stui
                | Mnemonic::Uiret
                | Mnemonic::Senduipi
                | Mnemonic::Rdfsbase
                | Mnemonic::Rdgsbase
                | Mnemonic::Wrfsbase
                | Mnemonic::Wrgsbase
                | Mnemonic::Lfs
                | Mnemonic::Lgs
                | Mnemonic::Lss
                | Mnemonic::Wrpkru
                | Mnemonic::Vmcall
                | Mnemonic::Vmmcall
                | Mnemonic::Vmfunc
                | Mnemonic::Enclu
                | Mnemonic::Iret
                | Mnemonic::Iretd
                | Mnemonic::Iretq
                // Descriptor tables and the machine status, which systems may keep from programs.
                | Mnemonic::Sldt
                | Mnemonic::Str
                | Mnemonic::Sgdt
                | Mnemonic::Sidt
                | Mnemonic::Smsw
                | Mnemonic::Lar
                | Mnemonic::Lsl
                | Mnemonic::Verr
                | Mnemonic::Verw
                | Mnemonic::Rdpmc
                | Mnemonic::Rdpru
                | Mnemonic::Getsec
                | Mnemonic::Getsecq
                | Mnemonic::Vmgexit
                | Mnemonic::Testui
                | Mnemonic::Rdpkru
                | Mnemonic::Monitor
                | Mnemonic::Mwait
                | Mnemonic::Monitorx
                | Mnemonic::Mwaitx
                | Mnemonic::Umonitor
                | Mnemonic::Umwait
                | Mnemonic::Tpause
                // The shadow stack.
                | Mnemonic::Incsspd
                | Mnemonic::Incsspq
                | Mnemonic::Rstorssp
                | Mnemonic::Saveprevssp
                | Mnemonic::Wrssd
                | Mnemonic::Wrssq
        )
}

/// `finit`, `fsave` and `fstenv` are a `wait` followed by one of these.
fn loads_control(mnemonic: Mnemonic) -> bool {
    matches!(
        mnemonic,
        Mnemonic::Ldmxcsr
            | Mnemonic::Vldmxcsr
            | Mnemonic::Fldcw
            | Mnemonic::Fldenv
            | Mnemonic::Frstor
            | Mnemonic::Fninit
            | Mnemonic::Fnsave
            | Mnemonic::Fnstenv
            | Mnemonic::Fxrstor
            | Mnemonic::Fxrstor64
            | Mnemonic::Xrstor
            | Mnemonic::Xrstor64
            | Mnemonic::Xrstors
            | Mnemonic::Xrstors64
    )
}

/// The direction flag may be set at a call, return or tail call.
pub fn direction() -> Diagnostic {
    Diagnostic {
        rule: Rule::DirectionFlag,
        message: "the direction flag may be set when this calls, returns or jumps to another function".to_owned(),
        help: "the C ABI requires it to be clear at every call and return: put a `cld` after the last instruction that needs it \
               set"
        .to_owned(),
    }
}

/// The x87 registers may be in use at a call, return or tail call.
pub fn x87() -> Diagnostic {
    Diagnostic {
        rule: Rule::ReservedRegister,
        message: "x87 or MMX registers may be in use when this calls, returns or jumps to another function".to_owned(),
        help: "the C ABI requires them to be empty at every call and return, and a host's `long double` arithmetic goes wrong \
               otherwise: store and pop what was loaded, and put an `emms` after the last MMX instruction. A function \
               whose result is a `long double` can't be in an image"
            .to_owned(),
    }
}

/// The stack pointer is misaligned by some bytes at a call.
pub fn not_aligned(callee: &str, bytes: u64) -> Diagnostic {
    Diagnostic {
        rule: Rule::StackAlignment,
        message: format!("this calls {callee} with rsp {bytes} bytes above a multiple of 16"),
        help: "the C ABI requires a multiple of 16 there, or else vector instructions of the called function may fault: \
               in assembly take 8 bytes more or less before the call. GCC omits the alignment between functions of one \
               file, unless you pass `-fno-ipa-stack-alignment`"
            .to_owned(),
    }
}
