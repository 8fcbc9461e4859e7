//! Which exports are inlined into shims: short ones with straight-line code that does not use the stack.

use crate::go::{aarch64, x86_64};
use crate::processor::Processor;
use crate::testing::{image, words};

fn amd64(code: &[u8]) -> Option<String> {
    x86_64::inline(&image(Processor::X86_64, code), 0)
}

fn arm64(code: &[u32]) -> Option<String> {
    aarch64::inline(&image(Processor::Aarch64, &words(code)), 0)
}

const PUSH: &[u8] = &[0x55, 0x48, 0x89, 0xe5];
const POP: &[u8] = &[0x5d];
const RET: &[u8] = &[0xc3];
/// `lea rax, [rdi+1]`
const BODY: &[u8] = &[0x48, 0x8d, 0x47, 0x01];

#[test]
fn short_code_on_amd64() {
    let directive = Some("LONG $0x01478d48".to_owned());
    assert_eq!(amd64(&[PUSH, BODY, POP, RET].concat()), directive);
    assert_eq!(amd64(&[BODY, RET].concat()), directive);
    assert_eq!(amd64(&[PUSH, POP, RET].concat()), Some(String::new()));
}

#[test]
fn other_code_on_amd64() {
    for (body, text) in [
        (&[0x48, 0x8b, 0x44, 0x24, 0x08][..], "mov rax, [rsp+8]"),
        (&[0x48, 0x89, 0x7d, 0xf8], "mov [rbp-8], rdi"),
        (&[0x48, 0x89, 0xe0], "mov rax, rsp"),
        (&[0x89, 0xe8], "mov eax, ebp"),
        (&[0x53, 0x5b], "push rbx; pop rbx"),
        (&[0xe8, 0, 0, 0, 0], "call"),
        (&[0x74, 0x00], "je"),
        (&[0x48, 0x8b, 0x05, 0, 0, 0, 0], "mov rax, [rip]"),
        (&[0x0f, 0x0b], "ud2"),
        (&[0x0f, 0x05], "syscall"),
        (&[0x06], "an invalid instruction"),
    ] {
        assert_eq!(amd64(&[PUSH, body, POP, RET].concat()), None, "{text}");
        assert_eq!(amd64(&[body, RET].concat()), None, "{text}");
    }
    assert_eq!(amd64(&[PUSH, BODY, RET].concat()), None, "left with its frame");
    assert_eq!(amd64(&[BODY, POP, RET].concat()), None, "left without its frame");
    assert_eq!(amd64(&[PUSH, BODY].concat()), None, "runs off");
    assert_eq!(amd64(&[&BODY.repeat(17), RET].concat()), None, "long");
    assert!(amd64(&[&BODY.repeat(16), RET].concat()).is_some(), "not too long");
}

const ENTER: [u32; 2] = [0xa9bf_7bfd, 0x9100_03fd];
const LEAVE: u32 = 0xa8c1_7bfd;
const RETURN: u32 = 0xd65f_03c0;
/// `add x0, x0, #1`
const ADD: u32 = 0x9100_0400;

#[test]
fn short_code_on_arm64() {
    let directive = Some("WORD $0x91000400".to_owned());
    assert_eq!(arm64(&[ENTER[0], ENTER[1], ADD, LEAVE, RETURN]), directive);
    assert_eq!(arm64(&[ADD, RETURN]), directive);
}

#[test]
fn other_code_on_arm64() {
    for (word, text) in [
        (0xf940_07e0, "ldr x0, [sp, #8]"),
        (0x9100_03e0, "mov x0, sp"),
        (0xaa1d_03e0, "mov x0, x29"),
        (0x9400_0000, "bl"),
        (0x5400_0000, "b.eq"),
        (0x1000_0000, "adr x0, 0"),
        (0xd400_0001, "svc #0"),
        (0x0000_0000, "udf #0"),
    ] {
        assert_eq!(arm64(&[ENTER[0], ENTER[1], word, LEAVE, RETURN]), None, "{text}");
        assert_eq!(arm64(&[word, RETURN]), None, "{text}");
    }
    assert_eq!(
        arm64(&[ENTER[0], ENTER[1], ADD, RETURN]),
        None,
        "left with its frame"
    );
    assert_eq!(arm64(&[ADD, LEAVE, RETURN]), None, "left without its frame");
    assert_eq!(arm64(&[ADD]), None, "runs off");
    assert_eq!(arm64(&[&[ADD; 17][..], &[RETURN]].concat()), None, "long");
}

/// Every part of the frame is checked: another saved register, another frame pointer, another restored register.
#[test]
fn other_frames() {
    for (enter, leave) in [
        (&[0x53, 0x48, 0x89, 0xe5][..], &[0x5b][..]), // push rbx
        (&[0x55, 0x48, 0x89, 0xe3], &[0x5d]),         // mov rbx, rsp
        (&[0x55, 0x48, 0x89, 0xdd], &[0x5d]),         // mov rbp, rbx
        (&[0x55, 0x89, 0xe5], &[0x5d]),               // mov ebp, esp
        (&[0x55, 0x48, 0x89, 0xe5], &[0x5b]),         // pop rbx
        (&[0x55], &[0x5d]),
    ] {
        assert_eq!(
            amd64(&[enter, BODY, leave, RET].concat()),
            None,
            "{enter:x?} {leave:x?}"
        );
    }
    // Addresses of memory by the stack pointer or the frame pointer, as base and as index.
    for body in [
        &[0x8b, 0x04, 0x24][..],   // mov eax, [rsp]
        &[0x8b, 0x45, 0x00],       // mov eax, [rbp]
        &[0x8b, 0x04, 0x2f],       // mov eax, [rdi + rbp]
        &[0x8b, 0x44, 0x2c, 0x08], // mov eax, [rsp + rbp + 8]
        &[0x40, 0x88, 0xe8],       // mov al, bpl
        &[0x66, 0x89, 0xe8],       // mov ax, bp
    ] {
        assert_eq!(amd64(&[body, RET].concat()), None, "{body:x?}");
    }
    // Other registers are fine: mov eax, [rdi + rsi].
    assert!(amd64(&[&[0x8b, 0x04, 0x37], RET].concat()).is_some());
    assert!(
        arm64(&[&[ADD; 16][..], &[RETURN]].concat()).is_some(),
        "not too long"
    );
    assert_eq!(arm64(&[ENTER[0], ADD, LEAVE, RETURN]), None, "half a frame");
}
