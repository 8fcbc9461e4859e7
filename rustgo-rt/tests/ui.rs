//! Everything that `#[export]` refuses, and what it says: one file each in `tests/ui`, beside the compiler's words.
//! After a change of those: `TRYBUILD=overwrite cargo test -p rustgo-rt --test ui`, and read the difference.

#[test]
fn refusals() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
