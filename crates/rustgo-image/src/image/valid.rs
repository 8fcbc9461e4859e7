//! The invariants of every image, checked once where images are made: everything is in bounds and in order, so that
//! later steps can use binary search and slices without checks of their own.

use std::ops::Deref;

use super::Parts;

/// An invariant that an image violates.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Invalid {
    /// An item reaches beyond the part of the image that it belongs to.
    #[error("{what} at image offset {at:#x} reaches beyond {bound:#x}")]
    OutOfBounds {
        /// The item.
        what: &'static str,
        /// Its offset.
        at: u64,
        /// The offset at which it has to end.
        bound: u64,
    },
    /// An item of a list starts before its predecessor ends: the list is unsorted or overlaps.
    #[error("{what} at image offset {at:#x} is out of order, or overlaps the one before")]
    OutOfOrder {
        /// The item.
        what: &'static str,
        /// Its offset.
        at: u64,
    },
    /// An alignment is not a power of two.
    #[error("an alignment of {0} bytes is not a power of two")]
    Alignment(u64),
    /// The bytes of an address that writers fill in are not zero.
    #[error("the place of an address at image offset {0:#x} is not zero")]
    NotZero(u64),
}

/// All code and constants that the exports reach: [`Parts`] that agree with each other, as [`Image::new`] has checked.
///
/// Its parts are read through it and changed by [`Image::edit`] alone.
#[derive(Clone, Debug)]
pub struct Image(Parts);

impl Image {
    /// The image of these parts, if they agree with each other.
    ///
    /// - Code comes first, then constants, then the constants that hold addresses. No part reaches beyond the image.
    /// - Functions are in the code, in order and without overlap. Entries, routines and imports start in it.
    /// - Constants, references and addresses are in order and in bounds. An address leads into the image or to its end.
    ///
    /// # Errors
    ///
    /// The first violation.
    pub fn new(parts: Parts) -> Result<Self, Invalid> {
        check(&parts)?;
        Ok(Self(parts))
    }

    /// Changes the parts. If they don't agree afterwards, the image stays as it was.
    ///
    /// # Errors
    ///
    /// The first contradiction.
    pub fn edit(&mut self, change: impl FnOnce(&mut Parts)) -> Result<(), Invalid> {
        let mut parts = self.0.clone();
        change(&mut parts);
        *self = Self::new(parts)?;
        Ok(())
    }
}

impl Deref for Image {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// The checks of [`Image::new`].
fn check(parts: &Parts) -> Result<(), Invalid> {
    let end = parts.bytes.len() as u64;
    let relro = &parts.relro;
    within("the code", 0, parts.code_size, relro.start)?;
    within("the constants that hold addresses", relro.start, 0, end)?;
    let has_relro = relro.start < end;
    for alignment in [Some(parts.alignment), has_relro.then_some(relro.alignment)] {
        if let Some(alignment) = alignment.filter(|alignment| !alignment.is_power_of_two()) {
            return Err(Invalid::Alignment(alignment));
        }
    }
    let code = parts.code_size;
    let functions = parts
        .functions
        .iter()
        .map(|function| (function.start, function.size));
    apart("a function", functions, code)?;
    let constants = parts.constants.iter().map(|constant| constant.start);
    in_order("a constant", constants)?;
    for constant in &parts.constants {
        within("a constant", constant.start, constant.size, end)?;
    }
    let references = parts.references.iter().map(|reference| reference.at);
    in_order("a reference", references)?;
    for reference in &parts.references {
        within("a reference", reference.at, 1, end)?;
    }
    let addresses = relro.addresses.iter().map(|address| (address.at, 8));
    apart("the place of an address", addresses, end)?;
    for address in &relro.addresses {
        let first = if address.is_relro { relro.start } else { 0 };
        if address.at < relro.start || address.target < first {
            let (what, at) = ("the place of an address", address.at);
            return Err(Invalid::OutOfOrder { what, at });
        }
        within("what an address leads to", address.target, 0, end)?;
        if parts.bytes[address.at as usize..][..8] != [0; 8] {
            return Err(Invalid::NotZero(address.at));
        }
    }
    in_order("a use of an address", relro.uses.iter().map(|place| place.at))?;
    for place in &relro.uses {
        within("a use of an address", place.at, 1, code)?;
    }
    for entry in &parts.entries {
        within("an export", entry.at, 1, end)?;
    }
    for &routine in &parts.routines {
        within("a routine", routine, 1, code)?;
    }
    in_order("a host import", parts.imports.iter().map(|import| import.at))?;
    for import in &parts.imports {
        within("a host import", import.at, 1, code)?;
    }
    Ok(())
}

fn within(what: &'static str, at: u64, size: u64, bound: u64) -> Result<(), Invalid> {
    match at.checked_add(size) {
        Some(end) if end <= bound => Ok(()),
        _ => Err(Invalid::OutOfBounds { what, at, bound }),
    }
}

/// Checks the order of offsets, which may be equal.
fn in_order(what: &'static str, places: impl Iterator<Item = u64>) -> Result<(), Invalid> {
    let mut before = 0;
    for at in places {
        if at < before {
            return Err(Invalid::OutOfOrder { what, at });
        }
        before = at;
    }
    Ok(())
}

/// Checks that ranges are in order and don't overlap.
fn apart(what: &'static str, parts: impl Iterator<Item = (u64, u64)>, bound: u64) -> Result<(), Invalid> {
    let mut end = 0;
    for (at, size) in parts {
        if at < end {
            return Err(Invalid::OutOfOrder { what, at });
        }
        within(what, at, size, bound)?;
        end = at + size;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::{Address, Constant, Entry, Function, Import, Lines, Reference, Relro};
    use super::*;
    use crate::processor::Processor;

    /// 64 bytes of code, 64 of constants, 32 with two addresses.
    fn parts() -> Parts {
        let function = |name: &str, start| Function {
            name: name.to_owned(),
            start,
            size: 16,
        };
        let constant = |start, size| Constant {
            name: "C".to_owned(),
            start,
            size,
        };
        let reference = |at| Reference { at, target: 64 };
        let address = |at, target, is_relro| Address { at, target, is_relro };
        let import = |name: &str, at| Import {
            name: name.to_owned(),
            at,
            returns: true,
        };
        Parts {
            processor: Processor::X86_64,
            bytes: vec![0; 160],
            code_size: 64,
            alignment: 64,
            functions: vec![function("f", 32), function("g", 48)],
            constants: vec![constant(64, 64), constant(64, 0), constant(128, 32)],
            references: vec![reference(35), reference(50), reference(159)],
            relro: Relro {
                start: 128,
                alignment: 16,
                addresses: vec![address(128, 32, false), address(152, 160, true)],
                uses: vec![reference(35), reference(63)],
            },
            entries: vec![Entry {
                export: rustgo_record::Export::undeclared("f"),
                at: 32,
            }],
            types: Vec::new(),
            routines: vec![48],
            imports: vec![import("a", 0), import("b", 16)],
            lines: Lines::default(),
        }
    }

    #[test]
    fn an_image_whose_parts_agree_is_valid() {
        assert!(Image::new(parts()).is_ok());
    }

    #[test]
    fn every_contradiction_is_found() {
        type Change = fn(&mut Parts);
        let beyond: [(&str, Change); 14] = [
            ("the code", |image| image.code_size = 129),
            ("the constants that hold addresses", |image| {
                image.relro.start = 161
            }),
            ("a function", |image| image.functions[1].size = 17),
            ("a function", |image| image.functions[1].size = u64::MAX),
            ("a constant", |image| image.constants[2].size = 33),
            ("a reference", |image| image.references[2].at = 160),
            ("the place of an address", |image| {
                image.relro.addresses[1].at = 153
            }),
            ("what an address leads to", |image| {
                image.relro.addresses[0].target = 161
            }),
            ("a use of an address", |image| image.relro.uses[1].at = 64),
            ("an export", |image| image.entries[0].at = 160),
            ("a routine", |image| image.routines[0] = 64),
            ("a host import", |image| image.imports[1].at = 64),
            ("the code", |image| image.bytes.truncate(0)),
            ("a routine", |image| image.code_size = 48),
        ];
        let unordered: [(&str, Change); 9] = [
            ("a function", |image| image.functions.swap(0, 1)),
            ("a function", |image| image.functions[0].size = 17),
            ("a constant", |image| image.constants.swap(0, 2)),
            ("a reference", |image| image.references.swap(0, 1)),
            ("the place of an address", |image| {
                image.relro.addresses[1].at = 135
            }),
            ("the place of an address", |image| {
                image.relro.addresses[0].at = 120
            }),
            ("the place of an address", |image| {
                image.relro.addresses[1].target = 127
            }),
            ("a use of an address", |image| image.relro.uses.swap(0, 1)),
            ("a host import", |image| image.imports.swap(0, 1)),
        ];
        let found = |change: Change| {
            let mut parts = parts();
            change(&mut parts);
            Image::new(parts).map(drop)
        };
        for (what, change) in beyond {
            let is_it =
                |error: &Invalid| matches!(error, Invalid::OutOfBounds { what: found, .. } if *found == what);
            let error = found(change).expect_err(what);
            let of_code = what == "the code" || what == "a routine";
            assert!(
                is_it(&error) || of_code && matches!(error, Invalid::OutOfBounds { .. }),
                "{what}: {error}"
            );
        }
        for (what, change) in unordered {
            let error = found(change).expect_err(what);
            assert!(
                matches!(error, Invalid::OutOfOrder { what: found, .. } if found == what),
                "{what}: {error}"
            );
        }
        assert_eq!(found(|image| image.alignment = 48), Err(Invalid::Alignment(48)));
        assert_eq!(
            found(|image| image.relro.alignment = 0),
            Err(Invalid::Alignment(0))
        );
        assert_eq!(found(|image| image.bytes[159] = 1), Err(Invalid::NotZero(152)));
        assert_eq!(found(|image| image.bytes[151] = 1), Ok(()));
    }

    /// A change that makes parts contradict each other leaves the image as it was.
    #[test]
    fn an_image_stays_valid() {
        let mut image = Image::new(parts()).unwrap();
        assert_eq!(image.edit(|parts| parts.alignment = 128), Ok(()));
        assert_eq!(
            image.edit(|parts| parts.alignment = 48),
            Err(Invalid::Alignment(48))
        );
        assert_eq!(image.alignment, 128);
    }
}
