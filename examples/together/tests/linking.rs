//! The guests meet neither each other nor libc, however the program is linked.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use rustgo_hosts::c::Linking;
use rustgo_hosts::command;
use rustgo_hosts::sealed::Sealed;

static GUESTS: LazyLock<Vec<Sealed>> = LazyLock::new(|| together::guests(&folder()).unwrap());

const OUTPUT: &str = "Hello from Rust!\nHello from Scheme!\n\
                      1cc4789ed5ea69f84ad460941ba0491ff532c1af1fa126733d6c7b62f7ebcbcf";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("together")
}

#[test]
fn every_way_to_link() {
    for linking in Linking::ALL {
        let program = together::program(&folder(), &GUESTS.iter().collect::<Vec<_>>(), linking).unwrap();
        assert_eq!(
            command::read(&mut Command::new(program)).unwrap(),
            OUTPUT,
            "{linking:?}"
        );
    }
}

#[test]
fn every_order_of_the_archives() {
    let folder = folder().join("orders");
    std::fs::create_dir_all(&folder).unwrap();
    for [a, b, c] in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let guests = [&GUESTS[a], &GUESTS[b], &GUESTS[c]];
        let program = together::program(&folder, &guests, Linking::Static).unwrap();
        assert_eq!(
            command::read(&mut Command::new(program)).unwrap(),
            OUTPUT,
            "{a} {b} {c}"
        );
    }
}

/// The names that several archives define are the defaults of host imports, in members of their own.
#[test]
fn no_name_is_defined_twice() {
    let mut owners = BTreeMap::<String, Vec<&str>>::new();
    for guest in &*GUESTS {
        let names = command::read(
            Command::new("nm")
                .args(["-g", "--defined-only"])
                .arg(guest.archive()),
        )
        .unwrap();
        for name in names.lines().filter_map(|line| line.split(" T ").nth(1)) {
            owners.entry(name.to_owned()).or_default().push(guest.library());
        }
    }
    for (name, owners) in &owners {
        assert!(
            owners.len() == 1 || name.starts_with("rustgo_"),
            "{name} is in {owners:?}"
        );
    }
}

#[test]
fn the_readme_is_right() {
    rustgo_hosts::readme::check("examples/together/README.md").unwrap();
}
