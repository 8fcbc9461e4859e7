//! `cargo run -p kernel`: builds the kernel, boots it in QEMU, types, and shows what the kernel made of it.

use anyhow::{Context, Result};
use clap::Parser;
use kernel::machine::Display;
use kernel::{Image, Machine};

/// Build the x86 kernel and boot it in QEMU
///
/// Types TEXT on the machine's keyboard, and prints its serial port and its screen.
#[derive(Parser, Debug)]
struct Args {
    /// What to type
    #[arg(default_value = "Typed in QEMU, echoed by Rust!")]
    text: String,

    /// Press a key at which the kernel fails, and print what it says of that: f11 or f12
    #[arg(long, value_name = "KEY", value_parser = ["f11", "f12"], conflicts_with = "text")]
    press: Option<String>,

    /// Open QEMU's window, to type there
    #[arg(long, conflicts_with_all = ["text", "press"])]
    window: bool,
}

fn main() -> Result<()> {
    let args = Args::parse();
    let folder = rustgo_hosts::root().join("target/kernel");
    eprintln!("building {}", folder.display());
    let image = Image::build(&folder)?;

    if args.window {
        eprintln!("close the window to end");
        return Machine::boot(&image.disk, Display::Window)?.wait_for_end();
    }
    eprintln!("booting; the kernel's symbols are in {}", image.symbols.display());
    let mut machine = Machine::boot(&image.disk, Display::None)?;
    machine.wait_for_serial(kernel::GREETING)?;
    if let Some(key) = args.press {
        machine.press(&key)?;
        machine.wait("halted processor", Machine::is_halted)?;
        print!("serial port:\n{}", machine.serial()?);
        return Ok(());
    }
    machine.type_text(&args.text)?;
    machine
        .wait_for_serial(&format!("{}{}", kernel::GREETING, args.text))
        .context("the kernel does not echo every key")?;
    println!("serial port:\n{}\n", machine.serial()?);
    println!("screen:\n{}", machine.screen()?.join("\n").trim_end());
    Ok(())
}
