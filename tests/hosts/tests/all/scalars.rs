//! C and NASM programs give the same answers as the crate used as a Rust library.

use std::thread;

use crate::inputs::{ORDER, hex, scalars};
use crate::{PROGRAMS, SCALARS, run, stdout};

#[test]
fn all_scalars_agree_with_rust() {
    let scalars = scalars(SCALARS);
    assert_eq!(scalars.len(), SCALARS);
    assert!(scalars.contains(&[0; 32]) && scalars.contains(&[0xff; 32]) && scalars.contains(&ORDER));
    thread::scope(|scope| {
        for program in PROGRAMS.iter() {
            let scalars = &scalars;
            scope.spawn(move || {
                for scalar in scalars {
                    let output = run(program, &[&hex(scalar)]);
                    assert_eq!(
                        stdout(&output).trim_end(),
                        hex(&rustgo_crypto::scalar_base_mult(scalar)),
                        "{} {}",
                        program.display(),
                        hex(scalar)
                    );
                }
            });
        }
    });
}
