//! A PC in QEMU that boots the kernel, with what a user can do: type, look at the screen, read the serial port.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use rustgo_hosts::command;
use serde_json::json;

use crate::keys;
use crate::monitor::Monitor;

/// How long the machine may take for what it is waited for: it may be one of many on a busy computer.
const PATIENCE: Duration = Duration::from_secs(60);

/// Where the text screen is in memory, and its size.
const SCREEN: u64 = 0xb8000;
const COLUMNS: usize = 80;
const LINES: usize = 25;

/// A running machine; it ends when this value does.
#[derive(Debug)]
pub struct Machine {
    qemu: Child,
    monitor: Monitor,
    files: tempfile::TempDir,
}

/// Whether the machine has a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Display {
    /// None: the screen's memory is read instead.
    None,
    /// QEMU's own.
    Window,
}

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Motion {
    /// It goes down.
    Down,
    /// It comes up.
    Up,
}

impl Machine {
    /// Boots a disk image.
    ///
    /// # Errors
    ///
    /// QEMU is not installed, or does not start.
    pub fn boot(disk: &Path, display: Display) -> Result<Self> {
        let files = tempfile::tempdir().context("no folder for the machine")?;
        let mut qemu = Command::new("qemu-system-i386");
        qemu.args(["-machine", "pc"])
            // The first processor that has all instructions of the target i586, and none after.
            .args(["-cpu", "pentium", "-m", "16"])
            // A triple fault ends the machine, rather than booting it again and again.
            .args(["-no-reboot", "-nic", "none", "-monitor", "none", "-qmp", "stdio"])
            .arg("-drive")
            .arg(option("format=raw,snapshot=on,file=", disk))
            .arg("-serial")
            .arg(option("file:", &serial_file(files.path())))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(File::create(error_file(files.path())).context("no file for QEMU's messages")?);
        if display == Display::None {
            qemu.args(["-display", "none"]);
        }
        let mut qemu = qemu.spawn().map_err(|error| command::unstarted(&qemu, error))?;
        let pipes = qemu.stdin.take().zip(qemu.stdout.take());
        let (commands, answers) = pipes.context("QEMU's input and output are pipes")?;
        match Monitor::connect(commands, answers) {
            Ok(monitor) => Ok(Self { qemu, monitor, files }),
            Err(error) => {
                // It may have ended already, which is no further error.
                _ = qemu.kill();
                _ = qemu.wait();
                let message = fs::read_to_string(error_file(files.path())).unwrap_or_default();
                Err(error.context(format!("QEMU does not start: {}", message.trim())))
            }
        }
    }

    /// Types text, key by key.
    ///
    /// # Errors
    ///
    /// No key types one of the characters, or QEMU has ended.
    pub fn type_text(&mut self, text: &str) -> Result<()> {
        for character in text.chars() {
            let key = keys::name(character)
                .with_context(|| format!("no key of a US keyboard types {character:?}"))?;
            self.press(&key)?;
        }
        Ok(())
    }

    /// Presses and releases a key, by QEMU's name for it, after those pressed before it.
    ///
    /// # Errors
    ///
    /// There is no such key, or QEMU has ended.
    pub fn press(&mut self, key: &str) -> Result<()> {
        const HOLD_MILLISECONDS: u32 = 10;
        let answer = self.monitor.ask(&format!("sendkey {key} {HOLD_MILLISECONDS}"))?;
        ensure!(answer.is_empty(), "QEMU does not press the key {key}: {answer}");
        Ok(())
    }

    /// Has keys, by QEMU's names for them, go down or come up, one after the other.
    ///
    /// # Errors
    ///
    /// There is no such key, or QEMU has ended.
    pub fn move_keys(&mut self, keys: &[(&str, Motion)]) -> Result<()> {
        for (key, motion) in keys {
            let key = json!({ "type": "qcode", "data": key });
            let event = json!({ "type": "key", "data": { "down": *motion == Motion::Down, "key": key } });
            self.monitor
                .execute("input-send-event", json!({ "events": [event] }))?;
        }
        Ok(())
    }

    /// Everything that came over the serial port so far.
    ///
    /// # Errors
    ///
    /// The file that QEMU writes it to can't be read.
    pub fn serial(&self) -> Result<String> {
        let mut bytes = Vec::new();
        File::open(serial_file(self.files.path()))
            .and_then(|mut file| file.read_to_end(&mut bytes))
            .context("the serial port's output can't be read")?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// The screen's lines, without spaces at their ends.
    ///
    /// # Errors
    ///
    /// QEMU has ended.
    pub fn screen(&mut self) -> Result<Vec<String>> {
        let cells = self.memory(SCREEN, 2 * COLUMNS * LINES)?;
        // A cell is the character, then its colour.
        let characters: Vec<u8> = cells.iter().copied().step_by(2).collect();
        Ok(characters
            .chunks(COLUMNS)
            .map(|line| String::from_utf8_lossy(line).trim_end().to_owned())
            .collect())
    }

    /// The processor's registers, by QEMU's names for them: among others EAX to ESP, EIP, EFL, and HLT, which is 1 while
    /// the processor waits for an interrupt.
    ///
    /// # Errors
    ///
    /// QEMU has ended.
    pub fn registers(&mut self) -> Result<BTreeMap<String, u32>> {
        let text = self.monitor.ask("info registers")?;
        // Lines of `NAME=HEX NAME=HEX ...`, and others.
        Ok(text
            .split_whitespace()
            .filter_map(|word| word.split_once('='))
            .filter_map(|(name, value)| Some((name.to_owned(), u32::from_str_radix(value, 16).ok()?)))
            .collect())
    }

    /// Whether the processor waits for an interrupt.
    ///
    /// # Errors
    ///
    /// QEMU has ended, or tells no such thing.
    pub fn is_idle(&mut self) -> Result<bool> {
        Ok(register(&self.registers()?, "HLT")? == 1)
    }

    /// Whether the processor has stopped for good: it waits for an interrupt, and takes none.
    ///
    /// # Errors
    ///
    /// As [`Machine::is_idle`].
    pub fn is_halted(&mut self) -> Result<bool> {
        const INTERRUPT_FLAG: u32 = 1 << 9;
        let registers = self.registers()?;
        Ok(register(&registers, "HLT")? == 1 && register(&registers, "EFL")? & INTERRUPT_FLAG == 0)
    }

    /// Waits until something is so of the machine.
    ///
    /// # Errors
    ///
    /// It does not come to be so; the error has the serial output and the screen.
    pub fn wait(&mut self, what: &str, mut is_so: impl FnMut(&mut Self) -> Result<bool>) -> Result<()> {
        let end = Instant::now() + PATIENCE;
        while !is_so(self)? {
            if Instant::now() > end {
                bail!(
                    "after {PATIENCE:?} there is still no {what}; the serial port says\n{}\nand the screen\n{}",
                    self.serial()?,
                    self.screen()?.join("\n").trim_end()
                );
            }
            thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }

    /// Waits until a text has come over the serial port.
    ///
    /// # Errors
    ///
    /// It does not come.
    pub fn wait_for_serial(&mut self, text: &str) -> Result<()> {
        self.wait(&format!("{text:?} on the serial port"), |machine| {
            Ok(machine.serial()?.contains(text))
        })
    }

    /// Waits until the user closes the window.
    ///
    /// # Errors
    ///
    /// The operating system can't tell.
    pub fn wait_for_end(&mut self) -> Result<()> {
        self.qemu.wait().context("QEMU can't be waited for")?;
        Ok(())
    }

    /// The bytes of the machine's memory from an address on.
    ///
    /// # Errors
    ///
    /// QEMU has ended.
    pub fn memory(&mut self, address: u64, size: usize) -> Result<Vec<u8>> {
        let file = self.files.path().join("memory");
        self.monitor.execute(
            "pmemsave",
            json!({ "val": address, "size": size, "filename": file }),
        )?;
        fs::read(&file).context("the machine's memory can't be read")
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        // It may have ended already, which is as good.
        _ = self.qemu.kill();
        _ = self.qemu.wait();
    }
}

fn serial_file(folder: &Path) -> PathBuf {
    folder.join("serial")
}

fn error_file(folder: &Path) -> PathBuf {
    folder.join("errors")
}

fn register(registers: &BTreeMap<String, u32>, name: &str) -> Result<u32> {
    let value = registers.get(name);
    value
        .copied()
        .with_context(|| format!("QEMU shows no register {name}"))
}

/// An option of QEMU that names a file; commas in it are doubled, because one would end the name.
fn option(start: &str, file: &Path) -> String {
    format!("{start}{}", file.to_string_lossy().replace(',', ",,"))
}
