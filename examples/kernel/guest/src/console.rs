//! Screen and serial port as one.

use core::fmt;

use crate::screen::Screen;
use crate::serial;

/// Shows text on the screen and sends it over the serial port.
pub struct Console {
    screen: Screen,
}

impl Console {
    /// Before either device is set up.
    pub const fn new() -> Self {
        Self {
            screen: Screen::new(),
        }
    }

    /// Sets both devices up.
    pub fn start(&mut self) {
        serial::start();
        self.screen.clear();
    }

    /// Shows and sends one character of ASCII.
    pub fn byte(&mut self, character: u8) {
        serial::byte(character);
        self.screen.byte(character);
    }
}

impl fmt::Write for Console {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.bytes().for_each(|character| self.byte(character));
        Ok(())
    }
}
