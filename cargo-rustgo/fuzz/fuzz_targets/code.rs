//! Any bytes, taken for machine code: a verdict, never a panic. The first byte chooses the processor and how the rest
//! is cut into functions.
#![no_main]

use cargo_rustgo::check::{Trees, analyse};
use cargo_rustgo::export::Export;
use cargo_rustgo::image::{Entry, Function, Image, Lines, Parts, Relro};
use cargo_rustgo::processor::Processor;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((&choice, bytes)) = data.split_first() else {
        return;
    };
    let size = bytes.len() as u64;
    let length = 16 * (1 + u64::from(choice >> 1));
    let functions: Vec<Function> = (0..size)
        .step_by(length as usize)
        .map(|start| Function {
            name: format!("f{start}"),
            start,
            size: length.min(size - start),
        })
        .collect();
    let entries = functions
        .first()
        .map(|function| Entry {
            export: Export::undeclared(&function.name),
            at: function.start,
        })
        .into_iter()
        .collect();
    let image = Image::new(Parts {
        processor: Processor::ALL[usize::from(choice & 1)],
        bytes: bytes.to_vec(),
        code_size: size,
        alignment: 16,
        functions,
        constants: Vec::new(),
        references: Vec::new(),
        relro: Relro {
            start: size,
            ..Relro::default()
        },
        entries,
        types: Vec::new(),
        routines: Vec::new(),
        imports: Vec::new(),
        lines: Lines::default(),
    });
    let Ok(image) = image else {
        return;
    };
    let analysis = analyse(&image);
    for entry in &analysis.entries {
        assert!(entry.bound.is_some() || !analysis.findings.is_empty());
        if let Some(trees) = Trees::of(&analysis, entry) {
            assert_eq!(
                Some(trees.tree().total + 8 * u64::from(choice & 1 == 0)),
                entry.bound
            );
        }
    }
});
