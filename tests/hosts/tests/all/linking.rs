//! Archives link into any C program, in every way that compilers link, alone and together.

use std::process::Command;

use rustgo_hosts::c::{self, Linking};
use rustgo_hosts::command;
use rustgo_hosts::linkage::Linkage;

use crate::{CRYPTO, OVERHEAD, POINT, PROGRAMS, run, sample, scratch, stdout};

#[test]
fn gcc_and_clang_in_every_way() {
    let source = rustgo_hosts::root().join("examples/c/scalar_base_mult.c");
    for compiler in ["gcc", "clang"] {
        for linking in Linking::ALL {
            let case = format!("{compiler} {linking:?}");
            let program = scratch().join(format!("{compiler}-{linking:?}"));
            c::build(compiler, &source, &[&CRYPTO], linking, &program).unwrap();
            assert_eq!(stdout(&run(&program, &[])).trim_end(), POINT, "{case}");

            let linkage = Linkage::of(&program).unwrap();
            let wants_libc = matches!(linking, Linking::Dynamic | Linking::Pie | Linking::NoPie);
            assert_eq!(linkage.is_static(), !wants_libc, "{case}: {linkage}");
            match linking {
                Linking::Pie | Linking::StaticPie => assert!(linkage.position_independent, "{case}"),
                Linking::NoPie | Linking::Static => assert!(!linkage.position_independent, "{case}"),
                Linking::Dynamic => {}
            }
        }
    }
}

#[test]
fn the_nasm_program_is_itself_alone() {
    let linkage = Linkage::of(&PROGRAMS[2]).unwrap();
    assert!(linkage.is_static() && !linkage.dynamic, "{linkage}");
    let undefined = command::read(Command::new("nm").arg("-u").arg(&PROGRAMS[2])).unwrap();
    assert_eq!(undefined, "");
}

#[test]
fn two_guests_and_libc_in_one_program() {
    for linking in Linking::ALL {
        let program = scratch().join(format!("two-guests-{linking:?}"));
        c::build(
            c::compiler(),
            &sample("two_guests.c"),
            &[&CRYPTO, &OVERHEAD],
            linking,
            &program,
        )
        .unwrap();
        let output = run(&program, &[]);
        assert_eq!(stdout(&output), format!("{POINT}\n42\n42\n"), "{linking:?}");
    }
}

#[test]
fn pkg_config_knows_the_flags() {
    let flags = command::read(
        Command::new("pkg-config")
            .args(["--cflags", "--libs", CRYPTO.library()])
            .env("PKG_CONFIG_PATH", CRYPTO.libraries().join("pkgconfig")),
    )
    .unwrap();
    let program = scratch().join("pkg-config");
    command::run(
        Command::new(c::compiler())
            .arg("-o")
            .arg(&program)
            .arg(rustgo_hosts::root().join("examples/c/scalar_base_mult.c"))
            .args(flags.split_whitespace()),
    )
    .unwrap();
    assert_eq!(stdout(&run(&program, &[])).trim_end(), POINT);
}
