//! Valgrind's memcheck, with the scalars marked undefined: it follows them through every instruction, and reports jumps and
//! addresses that depend on them. The method is Langley's ctgrind (<https://github.com/agl/ctgrind>).

use std::path::Path;

use anyhow::{Context, Result, bail};
use curve25519_dalek::{EdwardsPoint, Scalar};
use fastrand::Rng;

use crate::image::Image;
use crate::target::{BATCH, Length, Target};
use crate::valgrind;

/// Of the short form, and of the long one. A report comes from any scalar: it follows bits, not values.
const SCALARS: [usize; 2] = [60, 1000];

/// What the line starts with that says where the image is.
const START: &str = "the image starts at ";

/// The exit status of valgrind if it reports anything.
const REPORTED: i32 = 99;

/// The first report, if there is one.
pub fn run(archive: &Path, target: &Target, length: Length) -> Result<Option<String>> {
    let options = [format!("--error-exitcode={REPORTED}"), "--quiet".to_owned()];
    let output = valgrind::command("memcheck", &options, archive, target, length)?
        .output()
        .context("valgrind can't be run")?;
    let said = String::from_utf8_lossy(&output.stderr);
    match output.status.code() {
        Some(0) => Ok(None),
        Some(REPORTED) => Ok(Some(explain(&said, &Image::load(archive)?))),
        _ => bail!("valgrind failed ({}): {said}", output.status),
    }
}

/// The first report, with the image's functions by name: valgrind sees memory without symbols.
fn explain(said: &str, image: &Image) -> String {
    let start = said
        .lines()
        .find_map(|line| line.strip_prefix(START)?.parse::<usize>().ok())
        .unwrap_or(0);
    let report = said
        .lines()
        .filter_map(|line| line.strip_prefix("==")?.split_once("== "))
        .map(|(_, text)| text);
    let lines = report.take_while(|text| !text.trim().is_empty()).map(|text| {
        let address = text
            .split_whitespace()
            .find_map(|word| word.strip_prefix("0x")?.strip_suffix(':'));
        let address = address.and_then(|digits| usize::from_str_radix(digits, 16).ok());
        let place = address.and_then(|address| image.describe(address.wrapping_sub(start) + image.start()));
        place.map_or_else(|| text.trim().to_owned(), |place| format!("at {place}"))
    });
    lines.collect::<Vec<_>>().join(", ")
}

/// The part that runs below valgrind.
pub fn below_valgrind(image: &Image, target: &Target, length: Length) {
    let mut random = Rng::with_seed(1);
    let (mut points, mut scalars) = ([[0; 32]; BATCH], [[0; 32]; BATCH]);
    eprintln!("{START}{}", image.start());
    let count = target.scalars(length);
    let scalars_in_all = SCALARS[usize::from(length == Length::Long)];
    for _ in 0..scalars_in_all.div_ceil(count) {
        Target::fill(&mut scalars, &mut random);
        let known = scalars;
        valgrind::make_undefined(scalars.as_flattened_mut());
        target.call(image, &mut points, &scalars, count);
        valgrind::make_defined(scalars.as_flattened_mut());
        valgrind::make_defined(points.as_flattened_mut());
        if matches!(target, Target::Plant(_)) {
            continue;
        }
        for (scalar, point) in known.iter().zip(&points).take(count) {
            let wanted = EdwardsPoint::mul_base(&Scalar::from_bytes_mod_order(*scalar)).compress();
            assert_eq!(*point, wanted.to_bytes(), "the point of {scalar:02x?}");
        }
    }
}
