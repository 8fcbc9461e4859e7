//! Wants a function to run before everything else.
//@ on: amd64 arm64
//@ rule: initializer
//@ says: 8 bytes of initializers, which nothing would run
#![no_std]

#[cfg(bad)]
#[used]
#[unsafe(link_section = ".init_array")]
static START: extern "C" fn() = start;

#[cfg(bad)]
extern "C" fn start() {}

#[rustgo_rt::export]
pub extern "C" fn nothing() {}
