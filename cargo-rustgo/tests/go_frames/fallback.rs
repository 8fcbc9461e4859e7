//! Guests whose frames Go's assembler can't keep track of: the tool names the function, and the guest works all the same.

use cargo_rustgo::write::go::x86_64::Plan;

use super::{Linked, common, go, workspace};

/// Each function whose depth can't be recorded, with the reason.
#[test]
fn what_can_not_be_exact_is_named() {
    for (cfg, function, reason) in [
        ("wide", "wide", "aligns its frame to more than 64 bytes"),
        (
            "mixed",
            "inner",
            "is called with different values of the stack pointer modulo 64",
        ),
        (
            "assembly",
            "assembly",
            "changes the stack pointer in a way that Go's assembler does not know, and calls from there",
        ),
        (
            "data",
            "rustgo_behind",
            "has no room before it for an instruction that never runs",
        ),
    ] {
        let guest = Linked::file("go_frames/inexact.rs", &[cfg], cfg);
        assert_eq!(guest.analysis.findings, [], "{cfg}");
        let inexact = Plan::exact(&guest.image, &guest.analysis).expect_err(cfg);
        assert!(inexact.function.ends_with(function), "{cfg}: {inexact}");
        assert!(inexact.to_string().contains(reason), "{cfg}: {inexact}");
    }
}

const GUEST: &str = r#"//! A guest whose frame is aligned to more than a shim aligns it.
#![no_std]

use core::hint::black_box;

#[repr(align(128))]
struct Wide([u8; 128]);

/// Divides, often. Panics where the divisor is 0.
#[rustgo_rt::export]
pub fn divide(dividend: u64, divisor: u64, times: u64) -> u64 {
    let room = black_box(Wide([1; 128]));
    let mut sum = black_box(&room).0[0] as u64 - 1;
    for _ in 0..times {
        sum = sum.wrapping_add(dividend / black_box(divisor));
    }
    sum + core::ptr::from_ref(&room) as u64 % 128
}
"#;

/// It is built with a note, returns what it should, panics into Go, and has samples in profiles.
#[test]
fn a_guest_without_exact_frames_works() {
    let folder = tempfile::tempdir().unwrap();
    workspace::workspace(folder.path(), GUEST);
    let build = ["build", "-p", "rustgo-overhead", "--go", "out/wide"];
    let built = workspace::rustgo(folder.path(), &build);
    let said = common::text(&built.stderr);
    assert!(built.status.success(), "{said}");
    let note = "note: Go's tracebacks and profiles stop at this guest and omit its callers: `";
    let note = said
        .lines()
        .find_map(|line| line.strip_prefix(note))
        .unwrap_or_else(|| panic!("{said}"));
    assert!(note.contains("divide` (image offset 0x"), "{note}");
    assert!(note.contains("aligns its frame to more than 64 bytes"), "{note}");

    let package = folder.path().join("out/wide");
    std::fs::write(package.join("go.mod"), "module wide\n\ngo 1.24\n").unwrap();
    std::fs::write(package.join("wide_test.go"), include_str!("fallback.go.in")).unwrap();
    let tested = go(&package, &["test", "-count=1", "."]).output().unwrap();
    assert!(
        tested.status.success(),
        "{}{}",
        common::text(&tested.stdout),
        common::text(&tested.stderr)
    );
}
