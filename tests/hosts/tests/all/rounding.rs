//! Points are the same however the caller has floating-point numbers rounded.

use std::io::Write;

use rustgo_hosts::c::{self, Linking};

use crate::{CRYPTO, run, sample, scratch, stdout};

#[test]
fn rounding_modes_change_nothing() {
    let program = scratch().join("rounding");
    let source = sample("rounding.c");
    c::build(c::compiler(), &source, &[&CRYPTO], Linking::Dynamic, &program).unwrap();
    let output = run(&program, &[]);
    assert!(output.status.success(), "{}", stdout(&output));
    let kernels: Vec<_> = stdout(&output).lines().collect();
    assert_eq!(kernels[0], "portable");
    for kernel in ["avx2", "ifma"] {
        if !kernels.contains(&kernel) {
            // Straight to the file, as the test harness keeps what `eprintln!` writes to itself.
            let message =
                format!("SKIPPED: rounding modes with {kernel}: this processor lacks what it needs\n");
            std::io::stderr().write_all(message.as_bytes()).unwrap();
        }
    }
}
