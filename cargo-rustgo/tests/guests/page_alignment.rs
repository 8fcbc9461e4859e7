//! Keeps a local that has to start on a page of its own.
//@ rule: variable-frame
//@ says: the stack depth here is 4120 or 8216 bytes, depending on the path that led here
//@ in: page
#![no_std]

#[cfg_attr(bad, repr(align(8192)))]
#[cfg_attr(not(bad), repr(align(1024)))]
struct Page([u8; 1024]);

#[rustgo_rt::export]
pub extern "C" fn page(n: usize) -> u8 {
    let page = core::hint::black_box(Page([1; 1024]));
    page.0[n & 1023]
}
