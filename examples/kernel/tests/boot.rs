//! Boots the kernel without a window, types, and checks its output.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::thread;
use std::time::Duration;

use anyhow::Result;
use kernel::machine::{Display, Motion};
use kernel::{GREETING, Image, Machine, image};
use rustgo_hosts::command;

static IMAGE: LazyLock<Image> = LazyLock::new(|| Image::build(&folder()).unwrap());

/// Fifty keys: each letter, each digit, and some that need a shift key.
const FIFTY_KEYS: &str = "the quick brown fox JUMPS over 13 lazy dogs: 24567";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("kernel")
}

fn boot() -> Machine {
    let mut machine = Machine::boot(&IMAGE.disk, Display::None).unwrap();
    machine.wait_for_serial(GREETING).unwrap();
    machine.wait("idle processor", Machine::is_idle).unwrap();
    machine
}

/// Boots, types fifty keys, and finds every one on the serial port and on the screen, in order.
fn echo_fifty_keys() {
    assert_eq!(FIFTY_KEYS.len(), 50);
    let mut machine = boot();
    machine.type_text(FIFTY_KEYS).unwrap();
    machine.wait_for_serial(FIFTY_KEYS).unwrap();
    machine.wait("idle processor", Machine::is_idle).unwrap();
    assert_eq!(machine.serial().unwrap(), format!("{GREETING}{FIFTY_KEYS}"));
    let screen = machine.screen().unwrap();
    assert_eq!(screen[0], GREETING.trim_end());
    assert_eq!(screen[1], FIFTY_KEYS);
    assert!(screen[2..].iter().all(String::is_empty), "{screen:#?}");
}

#[test]
fn fifty_keys_are_echoed_in_order() {
    echo_fifty_keys();
}

#[test]
#[ignore = "takes a minute: cargo test -p kernel -- --ignored"]
fn twenty_boots_in_a_row() {
    for boot in 1..=20 {
        println!("boot {boot}");
        echo_fifty_keys();
    }
}

#[test]
fn lines_wrap_scroll_and_lose_their_last_character() {
    let mut machine = boot();
    machine.type_text(&"x".repeat(81)).unwrap();
    for line in 0..24 {
        machine.type_text(&format!("\n{line}")).unwrap();
    }
    machine.type_text("?\u{8}").unwrap();
    machine.wait_for_serial("23?\u{8}").unwrap();
    machine.wait("idle processor", Machine::is_idle).unwrap();
    let screen = machine.screen().unwrap();
    // The greeting and the 80 characters have scrolled away.
    assert_eq!(screen[0], "x");
    for line in 0..24 {
        assert_eq!(screen[line + 1], line.to_string());
    }
}

#[test]
fn an_interrupt_changes_no_register() {
    let mut machine = boot();
    let before = machine.registers().unwrap();
    machine.type_text("a").unwrap();
    machine.wait_for_serial("a").unwrap();
    machine.wait("idle processor", Machine::is_idle).unwrap();
    let after = machine.registers().unwrap();
    for name in ["EAX", "EBX", "ECX", "EDX", "ESI", "EDI", "EBP", "ESP", "EIP"] {
        assert_eq!(after[name], before[name], "{name}");
    }
}

/// Presses a key that the kernel fails at, and returns what it says of that.
fn fail(key: &str) -> Result<String> {
    let mut machine = boot();
    machine.type_text("ok")?;
    machine.press(key)?;
    machine.wait("halted processor", Machine::is_halted)?;
    let serial = machine.serial()?;
    machine.type_text("more")?;
    // Time enough for a kernel that still listens.
    thread::sleep(Duration::from_millis(500));
    assert!(machine.is_halted()?);
    assert_eq!(machine.serial()?, serial, "a halted kernel goes on");
    let start = format!("{GREETING}ok\n");
    Ok(serial
        .strip_prefix(&start)
        .unwrap_or_else(|| panic!("{serial:?}"))
        .into())
}

#[test]
fn a_panic_is_told_and_halts() {
    let message = fail("f12").unwrap();
    assert!(
        message.starts_with("panicked at examples/kernel/guest/src/lib.rs:"),
        "{message}"
    );
    assert!(
        message.ends_with("\nindex out of bounds: the len is 10 but the index is 11\n"),
        "{message}"
    );
}

#[test]
fn an_exception_is_told_and_halts() {
    let message = fail("f11").unwrap();
    assert!(
        message.contains("\nprocessor exception 6 (error code 0x0) at 0x"),
        "{message}"
    );
}

#[test]
fn either_shift_key_counts() {
    use Motion::{Down, Up};
    let mut machine = boot();
    machine
        .move_keys(&[
            ("shift", Down),
            ("a", Down),
            ("a", Up),
            ("shift_r", Down),
            ("shift", Up),
            ("b", Down),
            ("b", Up),
            ("shift_r", Up),
            ("c", Down),
            ("c", Up),
        ])
        .unwrap();
    machine.wait_for_serial("ABc").unwrap();
}

/// Keys without a character, among them those whose codes are several bytes, some of which mean another key by themselves:
/// Pause sends that of Ctrl, Print Screen those of Shift and `*`.
#[test]
fn other_keys_type_nothing() {
    let mut machine = boot();
    for key in [
        "up",
        "home",
        "delete",
        "pause",
        "print",
        "ctrl",
        "alt",
        "alt_r",
        "caps_lock",
        "num_lock",
        "kp_5",
        "kp_enter",
        "meta_l",
        "menu",
        "esc",
        "tab",
        "less",
    ] {
        machine.press(key).unwrap();
    }
    machine.type_text("a").unwrap();
    machine.wait_for_serial("a").unwrap();
    assert_eq!(machine.serial().unwrap(), format!("{GREETING}a"));
}

/// A disk image whose boot sector loads some sectors, those after the kernel filled with one byte.
fn disk_of(sectors: u16, byte: u8) -> Vec<u8> {
    const MOV_CX: u8 = 0xb9;
    let mut disk = std::fs::read(&IMAGE.disk).unwrap();
    let [low, high] = (disk.len() as u16 / 512 - 1).to_le_bytes();
    let load = disk[..512]
        .windows(3)
        .position(|code| code == [MOV_CX, low, high]);
    let at = load.expect("the boot sector loads the kernel") + 1;
    disk[at..at + 2].copy_from_slice(&sectors.to_le_bytes());
    disk.resize((usize::from(sectors) + 1) * 512, byte);
    disk
}

fn boot_disk(name: &str, disk: &[u8]) -> Machine {
    let file = folder().join(name).with_extension("img");
    std::fs::write(&file, disk).unwrap();
    Machine::boot(&file, Display::None).unwrap()
}

/// QEMU's memory is zero at the start; a PC's need not be. So the boot sector is made to load one sector too many.
#[test]
fn statics_are_zeroed() {
    let sectors = std::fs::metadata(&IMAGE.disk).unwrap().len() as u16 / 512;
    let mut machine = boot_disk("garbage", &disk_of(sectors, 0xa5));
    machine.wait_for_serial(GREETING).unwrap();
    machine.type_text("ok").unwrap();
    machine.wait_for_serial("ok").unwrap();
}

/// As many sectors as the linker script lets a kernel have, over seven boundaries of 64 KiB, where addresses of 16 bits end.
#[test]
fn a_kernel_of_the_largest_size_is_loaded_whole() {
    const KERNEL: usize = 0x7e00;
    const END: usize = 0x80000;
    let disk = disk_of(((END - KERNEL) / 512) as u16, 0x5a);
    let mut machine = boot_disk("large", &disk);
    machine.wait_for_serial(GREETING).unwrap();
    let memory = machine.memory(KERNEL as u64, END - KERNEL).unwrap();
    // The kernel's own statics are after it.
    let own = 0x4000;
    assert!(
        memory[own..] == disk[512 + own..],
        "memory is not what the disk has"
    );
}

/// What the linker says of the kernel with another object, in NASM.
fn refusal(name: &str, source: &str) -> String {
    let [file, object, output] =
        ["asm", "o", "img"].map(|extension| folder().join(name).with_extension(extension));
    let mut objects = IMAGE.objects.clone();
    std::fs::write(&file, source).unwrap();
    command::run(
        Command::new("nasm")
            .args(["-f", "elf32", "-o"])
            .args([&object, &file]),
    )
    .unwrap();
    objects.push(object);
    image::link(&objects, &["-u", "other"], &output)
        .unwrap_err()
        .to_string()
}

#[test]
fn a_kernel_that_is_too_large_is_not_linked() {
    let error = refusal("too_large", "section .bss\nglobal other\nother: resb 0x80000\n");
    assert!(error.contains("the kernel is too large"), "{error}");
}

#[test]
fn a_disk_that_ends_early_is_told() {
    let disk = std::fs::read(&IMAGE.disk).unwrap();
    let mut machine = boot_disk("short", &disk[..3 * 512]);
    machine
        .wait("message", |machine| {
            let screen = machine.screen()?;
            Ok(screen
                .iter()
                .any(|line| line.contains("The kernel can't be read from the disk.")))
        })
        .unwrap();
    machine.wait("idle processor", Machine::is_idle).unwrap();
}

#[test]
fn everything_is_where_the_bios_looks_for_it() {
    let disk = std::fs::read(&IMAGE.disk).unwrap();
    assert_eq!(disk.len() % 512, 0);
    assert_eq!(disk[510..512], [0x55, 0xaa]);

    let symbols = command::read(Command::new("nm").arg(&IMAGE.symbols)).unwrap();
    let symbol = |name: &str| {
        let line = symbols.lines().find(|line| line.ends_with(&format!(" {name}")));
        let line = line.unwrap_or_else(|| panic!("no {name} in\n{symbols}"));
        u32::from_str_radix(&line[..8], 16).unwrap()
    };
    assert_eq!(symbol("boot"), 0x7c00);
    assert_eq!(symbol("kernel_entry"), 0x7e00);
    assert_eq!(symbol("kernel_sectors") as usize, disk.len() / 512 - 1);
    for name in ["kernel_main", "keyboard_interrupt", "processor_exception"] {
        assert!(symbol(name) > 0x7e00);
    }
    assert_eq!(
        command::read(Command::new("nm").arg("-u").arg(&IMAGE.symbols)).unwrap(),
        ""
    );
}

#[test]
fn the_readme_is_right() {
    rustgo_hosts::readme::check("examples/kernel/README.md").unwrap();
}
