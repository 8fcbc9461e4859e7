//! The keyboard: from the scan codes that its controller sends to characters (IBM PC/AT, scan code set 1, US layout).

use crate::port;

const DATA: u16 = 0x60;
const STATUS: u16 = 0x64;
const STATUS_FULL: u8 = 1;

/// A key came up instead of going down.
const RELEASED: u8 = 0x80;
/// The next code is that of a key which the first keyboards did not have.
const EXTENDED: u8 = 0xe0;
const SHIFT_LEFT: u8 = 0x2a;
const SHIFT_RIGHT: u8 = 0x36;
const F1: u8 = 0x3b;
const F10: u8 = 0x44;
const F11: u8 = 0x57;
const F12: u8 = 0x58;

/// The character of each scan code, from 0 on; 0 if it has none.
const PLAIN: &[u8] = b"\0\x001234567890-=\x08\0qwertyuiop[]\n\0asdfghjkl;'`\0\\zxcvbnm,./\0*\0 ";
/// The same with a shift key held down.
const SHIFTED: &[u8] = b"\0\0!@#$%^&*()_+\x08\0QWERTYUIOP{}\n\0ASDFGHJKL:\"~\0|ZXCVBNM<>?\0*\0 ";
const _: () = assert!(PLAIN.len() == SHIFTED.len());

/// A key that went down.
pub enum Key {
    /// ASCII; newline for Enter, 8 for Backspace.
    Character(u8),
    /// A function key, F1 to F12.
    Function(u8),
}

/// What has to be remembered from one scan code to the next.
pub struct Keyboard {
    /// Which of the two shift keys are down.
    shifts: [bool; 2],
    is_extended: bool,
}

impl Keyboard {
    /// No key is down.
    pub const fn new() -> Self {
        Self {
            shifts: [false; 2],
            is_extended: false,
        }
    }

    /// The key that the next scan code means, if it is one that has gone down.
    pub fn press(&mut self, code: u8) -> Option<Key> {
        let is_extended = core::mem::replace(&mut self.is_extended, code == EXTENDED);
        if is_extended || self.is_extended {
            return None;
        }
        match code {
            F1..=F10 => return Some(Key::Function(code - F1 + 1)),
            F11 | F12 => return Some(Key::Function(code - F11 + 11)),
            _ => {}
        }
        if let SHIFT_LEFT | SHIFT_RIGHT = code & !RELEASED {
            let is_right = code & !RELEASED == SHIFT_RIGHT;
            self.shifts[usize::from(is_right)] = code & RELEASED == 0;
            return None;
        }
        let characters = if self.shifts.contains(&true) {
            SHIFTED
        } else {
            PLAIN
        };
        let character = *characters.get(usize::from(code))?;
        (character != 0).then_some(Key::Character(character))
    }
}

/// The next scan code.
pub fn read() -> u8 {
    // SAFETY: the controller gives its byte away, no more.
    unsafe { port::read(DATA) }
}

/// Forgets what was typed so far; the controller asks for an interrupt only when its buffer was empty before.
pub fn discard() {
    // SAFETY: reading the status register changes nothing.
    while unsafe { port::read(STATUS) } & STATUS_FULL != 0 {
        read();
    }
}
