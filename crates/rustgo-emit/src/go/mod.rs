//! The files of a Go package that depend only on its images: each image, the header for its shims, and the type of
//! their panics.

pub mod aarch64;
pub mod header;
pub mod keywords;
pub mod package;
pub mod panic;
mod relro;
mod words;
pub mod x86_64;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::check::{Analysis, MAX_TRACKED_ALIGNMENT};
use crate::error::Result;
use crate::image::Image;
use crate::processor::Processor;
use crate::{Files, Origin, Proof};

use header::Convention;
use package::Way;
use x86_64::Inexact;

/// The properties of the files that [`add`] has added.
#[derive(Clone, Debug)]
pub struct Added {
    /// How shims reach each export.
    pub ways: BTreeMap<String, Way>,
    /// Why Go's unwinder can't walk the image's frames, if it can't.
    pub inexact: Option<Inexact>,
}

/// Adds the files for the image's processor.
///
/// # Errors
///
/// If the image has something that Go's assembler can't express.
pub fn add(
    files: &mut Files,
    folder: &Path,
    origin: &Origin,
    image: &Image,
    analysis: &Analysis,
    proofs: &[Proof],
) -> Result<Added> {
    let name = image.processor.go_name();
    let mut inexact = None;
    let (text, convention, proofs) = match image.processor {
        Processor::X86_64 => {
            let plan = x86_64::Plan::exact(image, analysis).unwrap_or_else(|reason| {
                inexact = Some(reason);
                x86_64::Plan::opaque(image)
            });
            let is_aligned = plan.is_exact() && analysis.realigns();
            let convention = Convention {
                processor: image.processor,
                start: x86_64::START,
                alignment: if is_aligned { MAX_TRACKED_ALIGNMENT } else { 16 },
            };
            let proofs = if is_aligned {
                aligned(proofs, analysis)
            } else {
                proofs.to_vec()
            };
            (x86_64::write(origin, image, &plan)?, convention, proofs)
        }
        Processor::Aarch64 => {
            let convention = Convention {
                processor: image.processor,
                start: aarch64::START,
                alignment: 16,
            };
            (aarch64::write(origin, image)?, convention, proofs.to_vec())
        }
    };
    files.add(folder.join(format!("rust_{name}.s")), text);
    files.add(
        folder.join(format!("rust_{name}.h")),
        header::write(origin, image, convention, &proofs),
    );
    let way = |proof: &Proof| match header::inline(image, proof.entry.at) {
        Some(_) => Way::Inline,
        None => Way::Call(convention.frame(proof.stack)),
    };
    let ways = proofs
        .iter()
        .map(|proof| (proof.entry.export.name.clone(), way(proof)))
        .collect();
    Ok(Added { ways, inexact })
}

/// Adds the file that turns panics of the images into Go panics, if any of them can panic.
pub fn add_panics<'a>(
    files: &mut Files,
    folder: &Path,
    origin: &Origin,
    images: impl IntoIterator<Item = &'a Image>,
) {
    let images = images.into_iter().filter(|image| image.panics());
    let processors: BTreeSet<Processor> = images.map(|image| image.processor).collect();
    if !processors.is_empty() {
        let text = panic::write(origin, folder, processors);
        files.add(folder.join(panic::FILE), text);
    }
}

/// The stack that the exports take if the stack pointer is a multiple of [`MAX_TRACKED_ALIGNMENT`] before the call.
fn aligned(proofs: &[Proof], analysis: &Analysis) -> Vec<Proof> {
    proofs
        .iter()
        .zip(&analysis.entries)
        .map(|(proof, verdict)| Proof {
            entry: proof.entry.clone(),
            stack: verdict.bound_aligned.unwrap_or(proof.stack),
        })
        .collect()
}
