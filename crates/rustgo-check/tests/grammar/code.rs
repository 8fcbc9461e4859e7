//! Machine code with labels, and the constants that it refers to, assembled into an image.

use rustgo_check::image::Processor;
use rustgo_check::image::record::Export;
use rustgo_check::image::{Address, Entry, Function, Image, Lines, Parts, Reference, Relro};

/// A place that is bound later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label(usize);

/// How an instruction holds the distance to a label.
#[derive(Clone, Copy, Debug)]
pub enum Fix {
    /// In 32 bits, relative to some bytes after the field.
    Relative32 { behind: u64 },
    /// In a bit field, in words, relative to the instruction.
    Words { from: u32, count: u32 },
    /// `adr`.
    Adr,
}

/// The format of a table's entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entries {
    /// Distances in bytes from the base, in 32 bits.
    Bytes32(Label),
    /// Distances in words of four bytes from the base, in 8 or 16 bits.
    Words { base: Label, size: u64 },
    /// Whole addresses, some bytes apart.
    Addresses { stride: u64 },
}

struct Table {
    label: Label,
    entries: Entries,
    targets: Vec<Label>,
    /// What follows it does not look like an entry.
    is_closed: bool,
}

/// Code and constants under construction.
#[derive(Default)]
pub struct Code {
    pub bytes: Vec<u8>,
    labels: Vec<Option<u64>>,
    fixes: Vec<(usize, Fix, Label)>,
    tables: Vec<Table>,
    vtables: Vec<Table>,
    words: Vec<Label>,
    functions: Vec<(u64, u64)>,
}

/// The assembled image.
pub struct Built {
    pub image: Image,
    /// Offset of the first input word.
    pub words: u64,
}

impl Code {
    pub fn label(&mut self) -> Label {
        self.labels.push(None);
        Label(self.labels.len() - 1)
    }

    pub fn bind(&mut self, label: Label) {
        let here = self.here();
        assert_eq!(self.labels[label.0].replace(here), None, "bound twice");
    }

    pub fn here(&self) -> u64 {
        self.bytes.len() as u64
    }

    /// Records that the instruction's bytes from `at` on hold the distance to a label.
    pub fn fix(&mut self, at: usize, fix: Fix, label: Label) {
        self.fixes.push((at, fix, label));
    }

    /// The label of an input word.
    pub fn word(&mut self, number: usize) -> Label {
        while self.words.len() <= number {
            let label = self.label();
            self.words.push(label);
        }
        self.words[number]
    }

    /// A table of distances from itself.
    pub fn distances(&mut self, targets: &[Label]) -> Label {
        let label = self.label();
        let (entries, targets) = (Entries::Bytes32(label), targets.to_vec());
        self.tables.push(Table {
            label,
            entries,
            targets,
            is_closed: false,
        });
        label
    }

    /// A table that only another one refers to.
    pub fn vtable(&mut self, targets: Vec<Label>) -> Label {
        let label = self.label();
        let entries = Entries::Addresses { stride: 8 };
        self.vtables.push(Table {
            label,
            entries,
            targets,
            is_closed: true,
        });
        label
    }

    pub fn table(&mut self, entries: Entries, targets: Vec<Label>, is_closed: bool) -> Label {
        let label = self.label();
        self.tables.push(Table {
            label,
            entries,
            targets,
            is_closed,
        });
        label
    }

    /// Marks the code since `start` as a function.
    pub fn function(&mut self, start: u64) {
        self.functions.push((start, self.here() - start));
    }

    fn at(&self, label: Label) -> u64 {
        self.labels[label.0].expect("every label is bound")
    }

    fn align(&mut self, alignment: u64) {
        let size = self.bytes.len().next_multiple_of(alignment as usize);
        self.bytes.resize(size, 0);
    }

    /// Assembles everything for an address in memory. `None` if a target is too far for a table.
    pub fn build(mut self, processor: Processor, words: usize) -> Option<Built> {
        self.word(words);
        let code_size = self.here();
        self.align(8);
        let mut references = Vec::new();
        let (relro, plain): (Vec<Table>, Vec<Table>) = std::mem::take(&mut self.tables)
            .into_iter()
            .partition(|table| matches!(table.entries, Entries::Addresses { .. }));
        for table in plain {
            self.align(4);
            self.bind(table.label);
            for &target in &table.targets {
                let (at, target) = (self.here(), self.at(target));
                match table.entries {
                    Entries::Bytes32(base) => {
                        references.push(Reference { at, target });
                        self.bytes
                            .extend((target.wrapping_sub(self.at(base)) as i32).to_le_bytes());
                    }
                    Entries::Words { base, size } => {
                        let distance = target.checked_sub(self.at(base)).expect("forwards") / 4;
                        if distance >= 1 << (8 * size) {
                            return None;
                        }
                        self.bytes.extend(&distance.to_le_bytes()[..size as usize]);
                    }
                    Entries::Addresses { .. } => unreachable!(),
                }
            }
        }
        self.align(8);
        let first_word = self.here();
        // The linker's relocations name places that instructions refer to. The words start at one, so no table goes
        // beyond.
        references.push(Reference {
            at: 0,
            target: first_word,
        });
        for word in std::mem::take(&mut self.words) {
            self.bind(word);
            self.bytes.extend([0; 8]);
        }
        self.align(16);
        let start = self.here();
        let last = relro.len();
        let mut holders = Vec::new();
        for (number, table) in relro
            .into_iter()
            .chain(std::mem::take(&mut self.vtables))
            .enumerate()
        {
            let Entries::Addresses { stride } = table.entries else {
                unreachable!()
            };
            if number == last {
                self.bytes.extend([0; 8]);
            }
            self.bind(table.label);
            for &target in &table.targets {
                holders.push((self.here(), target));
                self.bytes.extend([0; 8]);
                self.bytes.resize(self.bytes.len() + stride as usize - 8, 0);
            }
            if table.is_closed {
                self.bytes.extend([0; 8]);
            }
        }
        let mut addresses = Vec::new();
        for (at, target) in holders {
            let target = self.at(target);
            addresses.push(Address {
                at,
                target,
                is_relro: target >= start,
            });
        }
        for (at, fix, label) in std::mem::take(&mut self.fixes) {
            let target = self.at(label);
            if target >= code_size || matches!(fix, Fix::Relative32 { .. } | Fix::Adr) {
                references.push(Reference {
                    at: at as u64,
                    target,
                });
            }
            self.patch(at, fix, target);
        }
        references.sort_by_key(|reference| reference.at);
        let functions = self
            .functions
            .iter()
            .enumerate()
            .map(|(number, &(start, size))| Function {
                name: format!("f{number}"),
                start,
                size,
            })
            .collect::<Vec<_>>();
        // Programs for AArch64 use its atomic instructions.
        let export = Export {
            requires: vec!["lse".to_owned()],
            ..Export::undeclared("f0")
        };
        let entries = vec![Entry {
            export,
            at: functions[0].start,
        }];
        let mut functions = functions;
        functions.sort_by_key(|function| function.start);
        let image = Image::new(Parts {
            processor,
            bytes: self.bytes,
            code_size,
            alignment: 64,
            functions,
            constants: Vec::new(),
            references,
            relro: Relro {
                start,
                alignment: 16,
                addresses,
                uses: Vec::new(),
            },
            entries,
            types: Vec::new(),
            routines: Vec::new(),
            imports: Vec::new(),
            lines: Lines::default(),
        });
        Some(Built {
            image: image.expect("generated programs are valid"),
            words: first_word,
        })
    }

    fn patch(&mut self, at: usize, fix: Fix, target: u64) {
        match fix {
            Fix::Relative32 { behind } => {
                let distance = target.wrapping_sub(at as u64 + 4 + behind) as i64;
                let distance = i32::try_from(distance).expect("programs are small");
                self.bytes[at..at + 4].copy_from_slice(&distance.to_le_bytes());
            }
            Fix::Words { from, count } => {
                let words = target.wrapping_sub(at as u64) as i64 >> 2;
                assert!(words.abs() < 1 << (count - 1), "near");
                self.or(at, (words as u32 & (u32::MAX >> (32 - count))) << from);
            }
            Fix::Adr => {
                let distance = target.wrapping_sub(at as u64) as u32;
                self.or(at, (distance & 3) << 29 | (distance >> 2 & 0x7_ffff) << 5);
            }
        }
    }

    fn or(&mut self, at: usize, bits: u32) {
        let word = u32::from_le_bytes(self.bytes[at..at + 4].try_into().unwrap()) | bits;
        self.bytes[at..at + 4].copy_from_slice(&word.to_le_bytes());
    }
}
