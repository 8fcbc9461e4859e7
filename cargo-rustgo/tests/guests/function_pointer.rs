//! Calls what the host hands in.
//@ on: amd64 arm64
//@ rule: indirect-call
//@ says: has a target that is only known at run time
//@ in: apply
#![no_std]

#[cfg(bad)]
#[rustgo_rt::export]
pub unsafe extern "C" fn apply(f: usize, x: u64) -> u64 {
    // SAFETY: the caller guarantees it.
    let f: extern "C" fn(u64) -> u64 = unsafe { core::mem::transmute(f) };
    f(x) + 1
}

#[cfg(not(bad))]
#[rustgo_rt::export]
pub extern "C" fn apply(which: u64, x: u64) -> u64 {
    if which == 0 { x * 2 + 1 } else { x + 2 }
}
