//! Valgrind's callgrind: the number of instructions must be the same for every scalar.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use fastrand::Rng;

use crate::image::Image;
use crate::target::{BATCH, Length, Target};
use crate::valgrind;

const CALLS: usize = 100;

/// The numbers, if there are several.
pub fn run(archive: &Path, target: &Target) -> Result<Option<String>> {
    let folder = tempfile::tempdir().context("a temporary folder can't be made")?;
    let options = [
        format!("--callgrind-out-file={}/out", folder.path().display()),
        "--quiet".to_owned(),
    ];
    let output = valgrind::command("callgrind", &options, archive, target, Length::Long)?
        .output()
        .context("valgrind can't be run")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(
        output.status.success(),
        "valgrind failed ({}): {said}",
        output.status
    );

    let mut counts = BTreeSet::new();
    // The first call finds out what the processor has, and is another.
    for call in 2..=CALLS {
        let file = folder.path().join(format!("out.{call}"));
        let dump = std::fs::read_to_string(&file).with_context(|| format!("{}", file.display()))?;
        let count = dump.lines().find_map(|line| line.strip_prefix("totals: "));
        counts.insert(count.context("callgrind writes a total")?.to_owned());
    }
    ensure!(!counts.contains("0"), "callgrind counted nothing");
    let several = (counts.len() > 1).then(|| {
        let counts: Vec<_> = counts.into_iter().collect();
        format!("{} to {} instructions", counts[0], counts[counts.len() - 1])
    });
    Ok(several)
}

/// The part that runs below valgrind.
pub fn below_valgrind(image: &Image, target: &Target) {
    let count = target.scalars(Length::Long);
    let mut random = Rng::with_seed(2);
    let (mut points, mut scalars) = ([[0; 32]; BATCH], [[0; 32]; BATCH]);
    for _ in 0..CALLS {
        Target::fill(&mut scalars, &mut random);
        valgrind::zero_stats();
        target.call(image, &mut points, &scalars, count);
        valgrind::dump_stats();
    }
}
