//! The VGA text screen: 25 lines of 80 cells at 0xb8000, each a character and its colour.

use crate::port;

const COLUMNS: usize = 80;
const LINES: usize = 25;
const CELLS: *mut u16 = 0xb8000 as *mut u16;

const BLANK: u8 = b' ';
const LIGHT_GREY_ON_BLACK: u16 = 0x07;

/// Where the next character goes.
pub struct Screen {
    line: usize,
    column: usize,
}

impl Screen {
    /// The upper left corner.
    pub const fn new() -> Self {
        Self { line: 0, column: 0 }
    }

    /// Blanks the screen.
    pub fn clear(&mut self) {
        (0..LINES).for_each(clear_line);
        *self = Self::new();
        self.show_cursor();
    }

    /// Shows one character of ASCII; newline and backspace (8) do what they say, and what can't be shown is a `?`.
    pub fn byte(&mut self, character: u8) {
        match character {
            b'\n' => self.next_line(),
            8 => {
                self.column = self.column.saturating_sub(1);
                set(self.line, self.column, BLANK);
            }
            _ => {
                let is_shown = character == BLANK || character.is_ascii_graphic();
                set(self.line, self.column, if is_shown { character } else { b'?' });
                self.column += 1;
                if self.column == COLUMNS {
                    self.next_line();
                }
            }
        }
        self.show_cursor();
    }

    fn next_line(&mut self) {
        self.column = 0;
        if self.line + 1 < LINES {
            self.line += 1;
        } else {
            scroll();
        }
    }

    /// Moves the blinking cursor, by the CRT controller's registers 14 and 15.
    fn show_cursor(&self) {
        const INDEX: u16 = 0x3d4;
        const VALUE: u16 = 0x3d5;
        let [high, low] = ((self.line * COLUMNS + self.column) as u16).to_be_bytes();
        for (register, value) in [(14, high), (15, low)] {
            // SAFETY: moves the cursor, no more.
            unsafe {
                port::write(INDEX, register);
                port::write(VALUE, value);
            }
        }
    }
}

/// The cell at a place on the screen.
fn cell(line: usize, column: usize) -> *mut u16 {
    assert!(line < LINES && column < COLUMNS);
    // SAFETY: the cell is on the screen.
    unsafe { CELLS.add(line * COLUMNS + column) }
}

fn set(line: usize, column: usize, character: u8) {
    // SAFETY: nothing else uses the screen's memory. Volatile, because nothing in Rust reads what is shown.
    unsafe { cell(line, column).write_volatile(LIGHT_GREY_ON_BLACK << 8 | u16::from(character)) }
}

fn clear_line(line: usize) {
    (0..COLUMNS).for_each(|column| set(line, column, BLANK));
}

/// Moves each line one up, and blanks the last.
fn scroll() {
    for line in 1..LINES {
        for column in 0..COLUMNS {
            // SAFETY: as in `set`.
            unsafe { cell(line - 1, column).write_volatile(cell(line, column).read_volatile()) }
        }
    }
    clear_line(LINES - 1);
}
