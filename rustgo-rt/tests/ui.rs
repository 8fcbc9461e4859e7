//! Everything that `#[export]` refuses: one file each in `tests/ui`, with the compiler's messages.
//! After a change of those: `TRYBUILD=overwrite cargo test -p rustgo-rt --test ui`, and read the difference.

#[test]
fn refusals() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
