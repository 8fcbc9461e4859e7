//! A hand-written mutant: a patch that plants one fault, and the command that has to notice it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use super::areas::Area;
use super::words::words;

/// One file below `tests/mutants`.
#[derive(Debug)]
pub struct Patch {
    /// `AREA/NAME`.
    pub name: String,
    pub area: Area,
    pub file: PathBuf,
    /// Which rule the fault breaks.
    pub why: String,
    /// The command line that fails with the fault in place.
    pub noticed_by: String,
}

impl Patch {
    /// All patches of an area, by name.
    pub fn all(folder: &Path, area: Area) -> Result<Vec<Self>> {
        let folder = folder.join(area.name());
        if !folder.is_dir() {
            return Ok(Vec::new());
        }
        let mut patches = Vec::new();
        for entry in fs::read_dir(&folder).with_context(|| format!("{}", folder.display()))? {
            let file = entry?.path();
            if file.extension().is_some_and(|extension| extension == "patch") {
                patches.push(Self::read(&file, area).with_context(|| format!("{}", file.display()))?);
            }
        }
        patches.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(patches)
    }

    fn read(file: &Path, area: Area) -> Result<Self> {
        let text = fs::read_to_string(file)?;
        let stem = file.file_stem().unwrap_or_default().to_string_lossy();
        let (why, noticed_by) = header(&text)?;
        Ok(Self {
            name: format!("{}/{stem}", area.name()),
            area,
            file: file.to_owned(),
            why,
            noticed_by,
        })
    }
}

/// `Why` and `Noticed-by`, in this order, up to the first empty line; the diff follows.
fn header(text: &str) -> Result<(String, String)> {
    let (header, diff) = text.split_once("\n\n").context("an empty line ends the header")?;
    ensure!(diff.starts_with("diff --git "), "a diff follows the header");
    let (mut why, mut noticed_by) = (None, None);
    for line in header.lines() {
        if let Some(text) = line.strip_prefix("Why: ") {
            ensure!(
                why.replace(text.to_owned()).is_none(),
                "there are two lines `Why:`"
            );
        } else if let Some(text) = line.strip_prefix("Noticed-by: ") {
            ensure!(
                noticed_by.replace(text.trim().to_owned()).is_none(),
                "there are two lines `Noticed-by:`"
            );
        } else if let (Some(why), None) = (&mut why, &noticed_by) {
            // A reason of several lines.
            why.push(' ');
            why.push_str(line.trim());
        } else {
            bail!("`{line}` is neither `Why:` nor `Noticed-by:`");
        }
    }
    let noticed_by = noticed_by.context("the line `Noticed-by:` is missing")?;
    ensure!(!words(&noticed_by)?.is_empty(), "`Noticed-by:` names no command");
    Ok((why.context("the line `Why:` is missing")?, noticed_by))
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::*;

    const DIFF: &str = "\n\ndiff --git a/a b/a\n";

    #[test]
    fn headers() {
        let text = format!("Why: one,\n  and two\nNoticed-by: cargo test -p x{DIFF}");
        let (why, noticed_by) = header(&text).unwrap();
        assert_eq!((&*why, &*noticed_by), ("one, and two", "cargo test -p x"));
        for (text, error) in [
            ("Noticed-by: true", "`Why:` is missing"),
            ("Why: so", "`Noticed-by:` is missing"),
            ("Why: so\nNoticed-by: true\nNoticed-by: false", "two lines"),
            ("Why: so\nWhy: so\nNoticed-by: true", "two lines"),
            ("Why: so\nNoticed-by: true\nmore", "`more` is neither"),
            ("Why: so\nNoticed-by:  ", "names no command"),
        ] {
            let found = header(&format!("{text}{DIFF}")).unwrap_err().to_string();
            assert!(found.contains(error), "{found}");
        }
        assert!(header("Why: so\nNoticed-by: true\n\nnothing\n").is_err());
        assert!(header("Why: so\nNoticed-by: true\n").is_err());
    }

    /// Every patch of the list can be read, lies in the folder of an area, and plants one fault.
    #[test]
    fn the_list_is_well_formed() {
        let folder = rustgo_hosts::root().join("tests/mutants");
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            assert!(
                path.is_file() || Area::value_variants().iter().any(|area| area.name() == name),
                "{name} is no area"
            );
        }
        for area in Area::value_variants() {
            for patch in Patch::all(&folder, *area).unwrap() {
                let text = fs::read_to_string(&patch.file).unwrap();
                let hunks = text.lines().filter(|line| line.starts_with("@@ ")).count();
                assert!((1..=3).contains(&hunks), "{}: {hunks} hunks", patch.name);
            }
        }
    }

    /// A change next to a planted fault is noticed at once, and not only when the whole list is planted.
    #[test]
    fn every_patch_applies() {
        let root = rustgo_hosts::root();
        let folder = root.join("tests/mutants");
        let mut stale = Vec::new();
        for area in Area::value_variants() {
            for patch in Patch::all(&folder, *area).unwrap() {
                let mut git = std::process::Command::new("git");
                git.args(["apply", "--check"]).arg(&patch.file).current_dir(&root);
                if !git.output().unwrap().status.success() {
                    stale.push(patch.name);
                }
            }
        }
        assert!(
            stale.is_empty(),
            "these don't apply any more, make them again: {stale:#?}"
        );
    }
}
