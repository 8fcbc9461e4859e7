//! What the sealed archive of `rustgo-crypto` exports, called as C calls it.

use rustgo_bench_peer::serve::BATCHES;
use rustgo_bench_peer::{Entry, Input, Scalar};

/// One scalar: where the point goes, and the scalar.
type Single = unsafe extern "C" fn(*mut Scalar, *const Scalar);
/// Many: where the points go, the scalars, and how many.
type Batch = unsafe extern "C" fn(*mut Scalar, *const Scalar, usize);

// The tables SINGLE and BATCH: each export's name in the results, and its address.
include!(concat!(env!("OUT_DIR"), "/exports.rs"));

/// Every export, alone, one by one, and in batches.
pub fn entries() -> Vec<Entry> {
    let mut entries = Vec::new();
    for &(name, function) in &SINGLE {
        let single = move |dst: &mut Scalar, scalar: &Scalar| {
            // SAFETY: both are valid for 32 bytes, which is all that these exports ask for.
            unsafe { function(dst, scalar) }
        };
        entries.push(Entry::single(name, Input::Scalar, single));
        entries.extend(BATCHES.map(|size| {
            Entry::batch(&format!("{name}, one by one"), size, move |points, scalars| {
                for (dst, scalar) in points.iter_mut().zip(scalars) {
                    single(dst, scalar);
                }
            })
        }));
    }
    for &(name, function) in &BATCH {
        entries.extend(BATCHES.map(|size| {
            Entry::batch(name, size, move |points, scalars| {
                assert_eq!(points.len(), scalars.len());
                // SAFETY: there are as many points as scalars.
                unsafe { function(points.as_mut_ptr(), scalars.as_ptr(), scalars.len()) }
            })
        }));
    }
    entries
}
