//! Calls a function of the C library, which an image does not have.
//@ on: amd64 arm64
//@ rule: undefined
//@ says: `getpid` is called but nothing defines it
//@ in: who
#![no_std]

#[cfg(bad)]
unsafe extern "C" {
    safe fn getpid() -> i32;
}

#[cfg(not(bad))]
fn getpid() -> i32 {
    1
}

#[rustgo_rt::export]
pub extern "C" fn who() -> i32 {
    getpid()
}
