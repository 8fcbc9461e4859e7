//! The files of a Go package that come from an image: the image itself and the header for its shims.

use std::path::Path;

use anyhow::Result;

use super::{Files, Origin, Proof, go_amd64, go_arm64, go_header};
use crate::check::Analysis;
use crate::image::Image;
use crate::processor::Processor;

/// Adds the files for the image's processor.
///
/// # Errors
///
/// The image holds what Go's assembler can't express.
pub fn add(
    files: &mut Files,
    folder: &Path,
    origin: &Origin,
    image: &Image,
    analysis: &Analysis,
    proofs: &[Proof],
) -> Result<()> {
    let name = image.processor.go_name();
    let (text, start) = match image.processor {
        Processor::X86_64 => (
            go_amd64::write(origin, image, &frames(image, analysis))?,
            go_amd64::START,
        ),
        Processor::Aarch64 => (go_arm64::write(origin, image), go_arm64::START),
    };
    files.add(folder.join(format!("rust_{name}.s")), text);
    files.add(
        folder.join(format!("rust_{name}.h")),
        go_header::write(origin, image.processor, start, proofs),
    );
    Ok(())
}

/// Frames that Go's unwinder finds its way through; where there are none, says why.
fn frames(image: &Image, analysis: &Analysis) -> go_amd64::Plan {
    go_amd64::Plan::exact(image, analysis).unwrap_or_else(|inexact| {
        eprintln!(
            "note: tracebacks and profiles in Go end at this guest, without its callers: {inexact}. Panics and faults \
             still work"
        );
        go_amd64::Plan::opaque(image)
    })
}
