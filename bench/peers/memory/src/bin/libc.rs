//! Peer: the memory functions of the system's C library.

use std::collections::BTreeMap;
use std::ffi::CStr;

use anyhow::Result;
use rustgo_bench_memory::symbols::{self, From};
use rustgo_bench_peer::Peer;

fn main() -> Result<()> {
    // SAFETY: glibc's version is a string that lives as long as the program.
    let version = unsafe { CStr::from_ptr(libc::gnu_get_libc_version()) };
    Peer {
        entries: rustgo_bench_memory::entries("libc", symbols::functions(From::Libc)?),
        versions: BTreeMap::from([("glibc".to_owned(), version.to_string_lossy().into_owned())]),
    }
    .serve()
}
