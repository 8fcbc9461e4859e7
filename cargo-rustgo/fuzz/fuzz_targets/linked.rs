//! Any file, taken for an object, an archive and the linker's output: an error or a verdict, never a panic.
#![no_main]

use cargo_rustgo::export::{self, Export};
use cargo_rustgo::image::Linked;
use cargo_rustgo::link::members;
use cargo_rustgo::pipeline::{self, Declared};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|file: &[u8]| {
    let _ = members(file);
    let _ = export::exports(file);
    let _ = export::imports(file);
    let Ok(linked) = Linked::read(file) else {
        return;
    };
    let functions = linked
        .symbols
        .iter()
        .filter(|symbol| symbol.is_global && symbol.is_function);
    let declared = Declared {
        exports: functions.map(|symbol| Export::undeclared(&symbol.name)).collect(),
        ..Declared::default()
    };
    let _ = pipeline::check_linked(file, &declared);
});
