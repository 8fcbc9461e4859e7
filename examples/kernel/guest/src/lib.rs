//! The kernel's Rust half: it shows what is typed, on the text screen and on the serial port.
//!
//! `asm/kernel` has the other half. NASM calls `kernel_main` once, and `keyboard_interrupt` and
//! `processor_exception` whenever the processor is interrupted; Rust calls NASM's `idt_load`.
//!
//! For any other processor, and without its feature `guest`, this crate is empty.
#![no_std]
#![cfg(all(target_arch = "x86", feature = "guest"))]

mod console;
mod exclusive;
mod idt;
mod keyboard;
mod panic;
mod pic;
mod port;
mod screen;
mod serial;

use core::fmt::Write;

use console::Console;
use exclusive::Exclusive;
use keyboard::{Key, Keyboard};

static CONSOLE: Exclusive<Console> = Exclusive::new(Console::new());
static KEYBOARD: Exclusive<Keyboard> = Exclusive::new(Keyboard::new());

/// Sets the machine up and waits for interrupts, for ever. Entered once, with interrupts off.
#[rustgo_rt::export]
pub extern "C" fn kernel_main() {
    CONSOLE.with(|console| {
        console.start();
        _ = writeln!(console, "Hello from Rust! Type something.");
    });
    idt::load();
    pic::start();
    keyboard::discard();
    loop {
        port::wait_for_interrupt();
    }
}

/// Handles one byte from the keyboard. Called by `_interrupt_handler_kbd_wrapper`, with interrupts off.
#[rustgo_rt::export]
pub extern "C" fn keyboard_interrupt() {
    let key = KEYBOARD.with(|keyboard| keyboard.press(keyboard::read()));
    pic::end_of_interrupt();
    match key {
        Some(Key::Character(character)) => CONSOLE.with(|console| console.byte(character)),
        Some(Key::Function(number)) => fail(number),
        None => {}
    }
}

/// F11 and F12 show how the kernel fails.
fn fail(function_key: u8) {
    const CAPITALS: [&str; 10] = [
        "Rome", "Paris", "Lima", "Cairo", "Oslo", "Quito", "Delhi", "Hanoi", "Minsk", "Dakar",
    ];
    if function_key == 11 {
        rustgo_rt::abort();
    }
    // F12 has no capital.
    let capital = CAPITALS[usize::from(function_key) - 1];
    CONSOLE.with(|console| _ = console.write_str(capital));
}

/// Ends the kernel at an exception of the processor. Called by the wrappers in `_exception_wrappers`.
///
/// `error` is the code that some exceptions come with, and 0 for the others.
#[rustgo_rt::export]
pub extern "C" fn processor_exception(vector: u32, error: u32, eip: u32) {
    panic!("processor exception {vector} (error code {error:#x}) at {eip:#x}");
}
