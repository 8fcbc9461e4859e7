//! A guest with one export for each thing that a compiler does with the stack.
#![no_std]

use core::arch::naked_asm;
use core::hint::black_box;

/// A frame of many pages, probed in a loop.
#[rustgo_rt::export(stack = 131072)]
pub extern "C" fn large(n: usize) -> u64 {
    let mut bytes = [0u8; 100_000];
    black_box(&mut bytes);
    bytes[n % 100_000] as u64 + 1
}

/// A frame of a few pages, probed one by one.
#[rustgo_rt::export]
pub extern "C" fn medium(n: usize) -> u64 {
    let mut bytes = [0u8; 10_000];
    black_box(&mut bytes);
    bytes[n % 10_000] as u64 + 1
}

#[repr(align(64))]
struct Line([u64; 8]);

#[repr(align(32))]
struct HalfLine([u64; 8]);

#[inline(never)]
fn inner(n: u64, line: &Line) -> u64 {
    let mut other = HalfLine([n; 8]);
    black_box(&mut other);
    assert_aligned(&other, 32);
    other.0[(n & 7) as usize] + line.0[(n & 7) as usize]
}

fn assert_aligned<T>(value: &T, alignment: usize) {
    if (value as *const T).addr() % alignment != 0 {
        rustgo_rt::abort();
    }
}

/// Frames that align the stack, one inside another.
#[rustgo_rt::export]
pub extern "C" fn aligned(n: u64) -> u64 {
    let mut line = Line([n; 8]);
    black_box(&mut line);
    assert_aligned(&line, 64);
    inner(n + 1, &line) + inner(n, &line)
}

/// An aligned frame of many pages.
#[rustgo_rt::export(stack = 131072)]
pub extern "C" fn aligned_large(n: usize) -> u64 {
    #[repr(align(64))]
    struct Lines([u8; 100_000]);
    let mut lines = Lines([0; 100_000]);
    black_box(&mut lines);
    assert_aligned(&lines, 64);
    lines.0[n % 100_000] as u64 + 1
}

#[inline(never)]
fn sink(n: u64) -> u64 {
    black_box(n).rotate_left(3)
}

/// A jump table whose index is compared with its length.
#[rustgo_rt::export]
pub extern "C" fn table(n: u64, x: u64) -> u64 {
    match n {
        0 => sink(x) * 3,
        1 => x.wrapping_mul(7) ^ 5,
        2 => x / 9,
        3 => sink(sink(x)),
        4 => x % 77,
        5 => !x,
        6 => x << 3,
        7 => sink(x) ^ x,
        _ => x.count_ones() as u64,
    }
}

/// A jump table whose index needs no comparison.
#[rustgo_rt::export]
pub extern "C" fn unchecked_table(n: u64, x: u64) -> u64 {
    match n & 7 {
        0 => sink(x) * 5,
        1 => x.wrapping_mul(9) ^ 5,
        2 => x / 7,
        3 => sink(sink(x)) + 1,
        4 => x % 79,
        5 => !x,
        6 => x << 5,
        _ => sink(x) ^ x,
    }
}

/// Many copies, whose function's address the compiler keeps in a register.
#[rustgo_rt::export]
pub unsafe extern "C" fn copies(n: usize, x: u64) -> u64 {
    let from = [x as u8; 256];
    let mut to = [0u8; 256];
    black_box(&mut to);
    let mut sum = 0;
    for i in 0..4 {
        let length = black_box(n % 64);
        to[i * 64..][..length].copy_from_slice(&from[i * 8..][..length]);
        black_box(&mut to);
        to[..length].copy_from_slice(&from[i..][..length]);
        sum += black_box(&to)[i] as u64;
    }
    sum
}

/// An early return between saved registers, and a jump to another function at the end.
#[rustgo_rt::export]
pub extern "C" fn early(n: u64, x: u64) -> u64 {
    if n % 3 == 0 {
        return x;
    }
    let (a, b, c) = (sink(n), sink(x), sink(n ^ x));
    if a == b {
        return c;
    }
    sink(a ^ b.wrapping_mul(c))
}

/// Keeps a word below the stack pointer, at an address that is not known.
#[rustgo_rt::export]
#[unsafe(naked)]
pub extern "C" fn red_zone(n: u64) -> u64 {
    naked_asm!(
        "xor ecx, ecx",
        "add rcx, rsp",
        "mov [rcx - 128], rdi",
        "mov rax, [rcx - 128]",
        "ret"
    )
}

/// Enters the middle of a function that has saved registers already, as outlined code does.
#[rustgo_rt::export]
#[unsafe(naked)]
pub extern "C" fn shared_tail(n: u64) -> u64 {
    naked_asm!(
        "push rbx",
        "test edi, 1",
        "jne 2f",
        "lea rbx, [rdi + 1]",
        "3:",
        "mov rax, rbx",
        "pop rbx",
        "ret",
        "2:",
        "sub rsp, 32",
        "mov rbx, rdi",
        "add rsp, 32",
        "jmp 3b",
    )
}
