//! The package agrees with crypto/ed25519, a difference would be found, and the README says what is so.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

use std::path::Path;

use rustgo_hosts::command;

#[test]
fn go_agrees() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("dalek");
    let module = dalek::module(&folder).unwrap();
    for processor in ["amd64", "arm64"] {
        module.lint(processor).unwrap();
    }
    command::run(module.go().args(["test", "-count=1", "./..."])).unwrap();

    // One bit of the scalar.
    let test = std::fs::read_to_string(module.path("dalek/dalek_test.go")).unwrap();
    let changed = test.replace("\t\tkey[0] &= 248\n", "\t\tkey[0] = key[0]&248 | 1\n");
    assert_ne!(changed, test);
    std::fs::write(module.path("dalek/dalek_test.go"), changed).unwrap();
    let error = command::run(module.go().args(["test", "-count=1", "./..."])).unwrap_err();
    assert!(error.to_string().contains("--- FAIL: TestPublicKeys"), "{error}");
}

#[test]
fn the_readme_is_right() {
    rustgo_hosts::readme::check("examples/dalek/README.md").unwrap();
}
