//! Points are the same in every rounding mode of the caller.

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
            // Directly to the file, because the test harness captures the output of `eprintln!`.
            let message =
                format!("SKIPPED: rounding modes with {kernel}: this processor lacks what it needs\n");
            std::io::stderr().write_all(message.as_bytes()).unwrap();
        }
    }
}
