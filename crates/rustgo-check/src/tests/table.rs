//! Jump tables and tables of addresses: how many entries there are, and their targets.

use super::toy::Toy;
use crate::fuel::Fuel;
use crate::image::{Address, Image, Reference};
use crate::state::{CodeTable, EntryFormat, Value};
use crate::table::Tables;

/// Two functions of 64 bytes each, followed by constants.
fn image(constants: &[u8]) -> Image {
    let code = |name: &str| format!("{name}: {}ret;", "nop; ".repeat(15));
    let mut image = Toy::new(&format!("{} {}", code("export main"), code("f"))).image;
    image
        .edit(|image| {
            image.bytes.extend_from_slice(constants);
            image.relro.start = image.bytes.len() as u64;
        })
        .unwrap();
    image
}

const START: u64 = 128;

fn leads(image: &Image, value: Value) -> Option<Result<Vec<u64>, String>> {
    let fuel = Fuel::of(image);
    let leads = Tables::new(image, &fuel).leads(value)?;
    Some(leads.map(|targets| targets.into_iter().collect()))
}

fn targets(image: &Image, entry: EntryFormat, last: Option<u64>, base: u64) -> Result<Vec<u64>, String> {
    let table = CodeTable {
        start: START,
        last,
        entry,
    };
    leads(image, Value::Target { table, base }).expect("a table")
}

/// A table of 32-bit distances, which the linker has filled in.
fn distances(targets: &[u64]) -> Image {
    let distance = |target: &u64| ((*target as i64 - START as i64) as i32).to_le_bytes();
    let mut image = image(&targets.iter().flat_map(distance).collect::<Vec<u8>>());
    image
        .edit(|image| {
            image.references = (START..)
                .step_by(4)
                .zip(targets)
                .map(|(at, &target)| Reference { at, target })
                .collect();
        })
        .unwrap();
    image
}

#[test]
fn a_value_that_is_no_target_leads_nowhere() {
    let image = image(&[]);
    assert_eq!(leads(&image, Value::Address(4)), Some(Ok(vec![4])));
    for value in [
        Value::Unknown,
        Value::Initial(3),
        Value::AtMost { bits: 64, max: 1 },
    ] {
        assert_eq!(leads(&image, value), None);
    }
}

#[test]
fn a_compared_index_bounds_the_table() {
    let image = distances(&[0, 4, 8, 12]);
    let leads = |last| targets(&image, EntryFormat::Bytes32, last, START);
    assert_eq!(leads(Some(0)), Ok(vec![0]));
    assert_eq!(leads(Some(1)), Ok(vec![0, 4]));
    assert_eq!(leads(Some(3)), Ok(vec![0, 4, 8, 12]));
    // A bound beyond the entries is that of the index's type.
    for last in [Some(4), Some(255), Some(u64::MAX), None] {
        assert_eq!(leads(last), Ok(vec![0, 4, 8, 12]), "{last:?}");
    }
}

#[test]
fn each_target_is_named_once_in_order() {
    let image = distances(&[8, 4, 8, 4]);
    assert_eq!(
        targets(&image, EntryFormat::Bytes32, Some(3), START),
        Ok(vec![4, 8])
    );
}

#[test]
fn a_table_without_a_comparison_reaches_to_the_next_one() {
    let mut image = distances(&[0, 4, 8, 12]);
    // An instruction refers to the third entry.
    image
        .edit(|image| {
            image.references.insert(
                0,
                Reference {
                    at: 20,
                    target: START + 8,
                },
            );
        })
        .unwrap();
    assert_eq!(targets(&image, EntryFormat::Bytes32, None, START), Ok(vec![0, 4]));
    assert_eq!(
        targets(&image, EntryFormat::Bytes32, Some(9), START),
        Ok(vec![0, 4])
    );
    // A table with a compared index may go on: two tables in one.
    assert_eq!(
        targets(&image, EntryFormat::Bytes32, Some(2), START),
        Ok(vec![0, 4, 8])
    );
    // The table's own start ends nothing, and neither do references from constants.
    let mut image = distances(&[0, 4, 8, 12]);
    image
        .edit(|image| {
            image.references.insert(
                0,
                Reference {
                    at: 20,
                    target: START,
                },
            );
            image.references.push(Reference {
                at: START + 16,
                target: START + 4,
            });
            image.bytes.extend_from_slice(&[0; 4]);
            image.relro.start += 4;
        })
        .unwrap();
    assert_eq!(
        targets(&image, EntryFormat::Bytes32, None, START),
        Ok(vec![0, 4, 8, 12])
    );
}

#[test]
fn a_table_ends_where_entries_lead_out_of_the_code_or_are_not_filled_in() {
    // The third leads to the end of the code.
    let image = distances(&[0, 124, 128, 12]);
    assert_eq!(
        targets(&image, EntryFormat::Bytes32, None, START),
        Ok(vec![0, 124])
    );
    // The third was not filled in.
    let mut image = distances(&[0, 4, 8, 12]);
    image
        .edit(|image| {
            image.references.remove(2);
        })
        .unwrap();
    assert_eq!(targets(&image, EntryFormat::Bytes32, None, START), Ok(vec![0, 4]));
    assert_eq!(
        targets(&image, EntryFormat::Bytes32, Some(1), START),
        Ok(vec![0, 4])
    );
    assert_eq!(
        targets(&image, EntryFormat::Bytes32, Some(3), START),
        Ok(vec![0, 4])
    );
    // No entry was: the comparison has to do.
    image
        .edit(|image| {
            image.references.clear();
        })
        .unwrap();
    assert_eq!(
        targets(&image, EntryFormat::Bytes32, Some(2), START),
        Ok(vec![0, 4, 8])
    );
    let says = targets(&image, EntryFormat::Bytes32, None, START).unwrap_err();
    assert_eq!(
        says,
        "the table at image offset 0x80, whose length is unknown: no comparison bounds the index"
    );
    let says = targets(&image, EntryFormat::Bytes32, Some(4), START).unwrap_err();
    assert_eq!(
        says,
        "the table at image offset 0x80, whose 5 entries would reach beyond the image"
    );
}

#[test]
fn a_table_in_the_code_is_not_one_that_the_linker_filled_in() {
    let mut image = distances(&[0, 4]);
    image
        .edit(|image| {
            image.code_size = START + 4;
        })
        .unwrap();
    assert!(targets(&image, EntryFormat::Bytes32, None, START).is_err());
    image
        .edit(|image| {
            image.code_size = START;
        })
        .unwrap();
    assert_eq!(targets(&image, EntryFormat::Bytes32, None, START), Ok(vec![0, 4]));
}

#[test]
fn distances_are_signed_and_count_from_their_base() {
    let entries: Vec<u8> = [-4_i32, 8]
        .iter()
        .flat_map(|distance| distance.to_le_bytes())
        .collect();
    let image = image(&entries);
    assert_eq!(
        targets(&image, EntryFormat::Bytes32, Some(1), 16),
        Ok(vec![12, 24])
    );
}

#[test]
fn narrow_distances_are_unsigned_words_within_their_function() {
    let image = image(&[0, 3, 15, 16, 1, 255, 0, 0]);
    // Without a comparison, as far as they lead into the function, which ends at 64.
    assert_eq!(targets(&image, EntryFormat::Words8, None, 0), Ok(vec![0, 12, 60]));
    assert_eq!(
        targets(&image, EntryFormat::Words8, Some(99), 0),
        Ok(vec![0, 12, 60])
    );
    assert_eq!(targets(&image, EntryFormat::Words8, Some(1), 0), Ok(vec![0, 12]));
    assert_eq!(
        targets(&image, EntryFormat::Words8, None, 64),
        Ok(vec![64, 76, 124])
    );
    assert!(targets(&image, EntryFormat::Words8, None, 4000).is_err());
    let wide = self::image(&[0, 0, 15, 0, 3, 0, 16, 0, 0, 1]);
    assert_eq!(targets(&wide, EntryFormat::Words16, None, 0), Ok(vec![0, 12, 60]));
    // Little-endian.
    assert_eq!(
        targets(&self::image(&[1, 0, 0, 1]), EntryFormat::Words16, Some(1), 0),
        Ok(vec![4])
    );
    // Two bytes past the end are not an entry.
    assert_eq!(
        targets(&self::image(&[1, 0, 2]), EntryFormat::Words16, None, 0),
        Ok(vec![4])
    );
    assert_eq!(
        targets(&self::image(&[1]), EntryFormat::Words8, None, 0),
        Ok(vec![4])
    );
    // Another table starts.
    let mut image = self::image(&[0, 3, 15, 1]);
    image
        .edit(|image| {
            image.references.push(Reference {
                at: 4,
                target: START + 2,
            });
        })
        .unwrap();
    assert_eq!(targets(&image, EntryFormat::Words8, None, 0), Ok(vec![0, 12]));
}

#[test]
fn widths() {
    let of = |entry: EntryFormat| (entry.size(), entry.shift());
    assert_eq!(of(EntryFormat::Bytes32), (4, 0));
    assert_eq!(of(EntryFormat::Words8), (1, 2));
    assert_eq!(of(EntryFormat::Words16), (2, 2));
    assert_eq!(of(EntryFormat::Address { shift: 3 }), (8, 0));
    assert_eq!(of(EntryFormat::Address { shift: 5 }), (32, 0));
}

/// Constants that hold these addresses, one every eight bytes; 0 is none.
fn addresses(targets: &[u64]) -> Image {
    let mut image = image(&vec![0; 8 * targets.len()]);
    image
        .edit(|image| {
            (image.relro.start, image.relro.alignment) = (START, 8);
            image.relro.addresses = (START..)
                .step_by(8)
                .zip(targets)
                .filter(|(_, target)| **target != 0)
                .map(|(at, &target)| Address {
                    at,
                    target,
                    is_relro: false,
                })
                .collect();
        })
        .unwrap();
    image
}

#[test]
fn a_table_of_addresses_reaches_as_far_as_there_are_some() {
    let image = addresses(&[4, 64, 8, 0, 12]);
    let whole = EntryFormat::Address { shift: 3 };
    assert_eq!(targets(&image, whole, None, 0), Ok(vec![4, 8, 64]));
    assert_eq!(targets(&image, whole, Some(1), 0), Ok(vec![4, 64]));
    assert_eq!(targets(&image, whole, Some(9), 0), Ok(vec![4, 8, 64]));
    // Every second one: pairs, as in slices of trait objects.
    assert_eq!(
        targets(&image, EntryFormat::Address { shift: 4 }, None, 0),
        Ok(vec![4, 8, 12])
    );
    let mut image = image.clone();
    image
        .edit(|image| {
            image.references.push(Reference {
                at: 4,
                target: START + 8,
            });
        })
        .unwrap();
    assert_eq!(targets(&image, whole, None, 0), Ok(vec![4]));
    let none = addresses(&[0, 4]);
    assert!(targets(&none, whole, None, 0).is_err());
}

#[test]
fn what_is_read_from_a_table_of_addresses() {
    let image = addresses(&[4, 0]);
    let fuel = Fuel::of(&image);
    let tables = Tables::new(&image, &fuel);
    assert_eq!(tables.address(START), Some(4));
    assert_eq!(tables.address(START + 8), None);
    assert_eq!(tables.address(START + 1), None);
    assert!(tables.is_in_image(0) && tables.is_in_image(START + 15));
    assert!(!tables.is_in_image(START + 16));
    for (scale, shift) in [
        (8, Some(3)),
        (16, Some(4)),
        (4, None),
        (1, None),
        (24, None),
        (0, None),
    ] {
        let expected = shift.map_or(Value::Unknown, |shift| Value::Target {
            table: CodeTable {
                start: START,
                last: Some(5),
                entry: EntryFormat::Address { shift },
            },
            base: 0,
        });
        assert_eq!(tables.entry(START, Some(5), scale), expected, "{scale}");
    }
    assert_eq!(tables.entry(START + 8, None, 8), Value::Unknown);
}

#[test]
fn a_method_lies_behind_what_the_addresses_lead_to() {
    // Two vtables of two words, and a table that leads to both.
    let image = addresses(&[4, 8, 12, 64, START, START + 16]);
    let table = CodeTable {
        start: START + 32,
        last: None,
        entry: EntryFormat::Address { shift: 3 },
    };
    let field = |offset| leads(&image, Value::Field { table, offset }).expect("a table");
    assert_eq!(field(0), Ok(vec![4, 12]));
    assert_eq!(field(8), Ok(vec![8, 64]));
    assert_eq!(
        field(1),
        Err(
            "the table at image offset 0xa0, where 1 bytes after an entry's target is not an address"
                .to_owned()
        )
    );
    assert!(field(-8).is_err());
}

#[test]
fn a_table_is_paid_for() {
    let image = addresses(&[4; 64]);
    let table = CodeTable {
        start: START,
        last: None,
        entry: EntryFormat::Address { shift: 3 },
    };
    let value = Value::Target { table, base: 0 };
    let fuel = Fuel::limited(1000);
    assert!(Tables::new(&image, &fuel).leads(value).unwrap().is_ok());
    // 64 entries, counted twice at a sixteenth each.
    assert_eq!(fuel.spent(), 64 + 2 * 4);
    let fuel = Fuel::limited(64 + 2 * 4);
    assert_eq!(
        Tables::new(&image, &fuel).leads(value),
        Some(Err(
            "the table at image offset 0x80, whose 64 entries are too many to follow".to_owned()
        ))
    );
    assert!(fuel.spend(0).is_err());
}
