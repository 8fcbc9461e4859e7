//! From a static library to an image: link, refuse what an image can't express, resolve the rest.

use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::build::builds::Builds;
use crate::build::flags;
use crate::check::{self, Analysis};
use crate::extra_objects;
use crate::finding::{Finding, Place, Rule};
use crate::guest::{Core, Guest};
use crate::image::{Function, Image, Lines, Linked, refusals};
use crate::link::{self, Input};
use crate::options::Options;
use crate::processor::Processor;
use crate::progress;
use crate::std_diagnosis;
use crate::toolchain::Toolchain;

pub use super::declared::Declared;

/// The guest breaks rules of the images: everything that is wrong, at once.
#[derive(Debug)]
pub struct Refused(pub Vec<Finding>);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.0 {
            writeln!(f, "{finding}\n")?;
        }
        match self.0.len() {
            1 => write!(f, "error: the guest is refused for the reason above"),
            count => write!(f, "error: the guest is refused for the {count} reasons above"),
        }
    }
}

impl std::error::Error for Refused {}

/// What linking and checking came to.
#[derive(Debug)]
pub struct Checked {
    /// The image. `None` if the objects can't be resolved.
    pub image: Option<Image>,
    /// What is known of it, and everything that is wrong.
    pub analysis: Analysis,
    /// What the linker made, with the guest's debug info.
    pub file: Vec<u8>,
}

impl Checked {
    /// An image with nothing wrong, and what is proven of it.
    ///
    /// # Errors
    ///
    /// [`Refused`] where the guest breaks a rule.
    pub fn proven(self) -> Result<(Image, Analysis)> {
        match self.image {
            Some(image) if self.analysis.findings.is_empty() => Ok((image, self.analysis)),
            _ => bail!(Refused(self.analysis.findings)),
        }
    }
}

/// Compiles a guest and its variants, links them with further files, and checks all.
///
/// The prebuilt `core` was compiled without the guest's flags. Where that shows, it is built again with them, if its
/// sources are installed; otherwise the guest is refused.
///
/// # Errors
///
/// The guest does not compile, exports nothing, or can't be linked. A guest that breaks a rule is no error here.
pub fn guest(
    guest: &Guest,
    toolchain: &Toolchain,
    processor: Processor,
    options: &Options,
) -> Result<Checked> {
    self::guest_for(guest, toolchain, processor, options, |_| Ok(()))
}

/// The same for hosts that can have what the guest declares, which is asked before anything is linked.
///
/// # Errors
///
/// As [`guest`], and those of `suits`.
pub fn guest_for(
    guest: &Guest,
    toolchain: &Toolchain,
    processor: Processor,
    options: &Options,
    suits: impl Fn(&Declared) -> Result<()>,
) -> Result<Checked> {
    let with = extra_objects::files_for(processor, options)?;
    let variants = options.variants(processor)?;
    let folder = tempfile::tempdir().context("no folder for the guest's variants")?;
    let build = |core: Core| -> Result<Checked> {
        let mut builds = Builds::make(guest, toolchain, processor, core, variants, folder.path())?;
        suits(&builds.offered)?;
        let further = Declared::read(&with)?;
        builds.declared.routines = extra_objects::routines(&builds.files, &with)?;
        builds.declared.exports.extend(further.exports);
        builds.declared.imports.extend(further.imports);
        builds.declared.types.extend(further.types);
        builds.files.extend(with.iter().cloned());
        let declared = builds.declared.with_exports()?;
        let mut checked = check(toolchain, processor, &builds.files, &declared)?;
        flags::blame(&mut checked.analysis.findings, &guest.folder, processor);
        Ok(checked)
    };
    let checked = build(Core::Prebuilt)?;
    if std_diagnosis::is_in(&checked.analysis.findings) {
        guest.without_standard_library(toolchain, processor)?;
    }
    let brought = extra_objects::defined(&with)?;
    let may_be_of_core = |finding: &Finding| {
        let is_brought = |place: &Place| brought.contains(&place.function);
        matches!(
            finding.rule,
            Rule::ReservedRegister | Rule::FramePointer | Rule::RedZone
        ) && !finding.places.first().is_some_and(is_brought)
    };
    if toolchain.has_sources() && checked.analysis.findings.iter().any(may_be_of_core) {
        eprintln!(
            "the prebuilt `core` uses registers or stack that belong to hosts, so it is built again with the guest"
        );
        return build(Core::Rebuilt);
    }
    Ok(checked)
}

impl Checked {
    /// The names of all functions, and of those that a call can reach. `None` if that is unknown.
    fn functions(&self) -> Option<(BTreeSet<&str>, BTreeSet<&str>)> {
        let hides = |rule| {
            matches!(
                rule,
                Rule::Undefined | Rule::Relocation | Rule::Undecidable | Rule::IndirectCall
            )
        };
        if self.analysis.findings.iter().any(|finding| hides(finding.rule)) {
            return None;
        }
        let image = self.image.as_ref()?;
        let is_reached = |function: &&Function| {
            self.analysis.functions.values().any(|analysed| {
                analysed
                    .depth
                    .range(function.start..function.end())
                    .next()
                    .is_some()
            })
        };
        let all = image.functions.iter().map(|function| function.name.as_str());
        let reached = image.functions.iter().filter(is_reached);
        Some((
            all.collect(),
            reached.map(|function| function.name.as_str()).collect(),
        ))
    }
}

/// Links the files and resolves what their exports reach, without a look at the code.
///
/// # Errors
///
/// A file can't be linked; [`Refused`] where it holds what an image can't express.
pub fn image(
    toolchain: &Toolchain,
    processor: Processor,
    files: &[PathBuf],
    declared: &Declared,
) -> Result<Image> {
    let file = link(toolchain, processor, files, declared)?;
    let linked = Linked::read(&file)?;
    let lines = Lines::read(&file, linked.code_size)?;
    let refusals = refusals(&linked, &lines);
    if !refusals.is_empty() {
        bail!(Refused(refusals));
    }
    Ok(Image::resolve(&linked, &declared.of_image(), lines)?)
}

/// Links the files, resolves what their exports reach, and checks it.
///
/// # Errors
///
/// A file can't be linked. A guest that breaks a rule is no error here.
pub fn check(
    toolchain: &Toolchain,
    processor: Processor,
    files: &[PathBuf],
    declared: &Declared,
) -> Result<Checked> {
    let _step = progress::step(format!("linking and proving for {}", processor.go_name()));
    let file = link(toolchain, processor, files, declared)?;
    let checked = check_linked(&file, declared)?;
    let Some((linked, alive)) = checked.functions() else {
        return Ok(checked);
    };
    let folder = tempfile::tempdir().context("no folder for the linker's files")?;
    match link::prune(files, &linked, &alive, folder.path())? {
        Some(files) => check_linked(&link(toolchain, processor, &files, declared)?, declared),
        None => Ok(checked),
    }
}

fn link(
    toolchain: &Toolchain,
    processor: Processor,
    files: &[PathBuf],
    declared: &Declared,
) -> Result<Vec<u8>> {
    let roots: Vec<String> = declared
        .exports
        .iter()
        .map(|export| export.name.clone())
        .collect();
    let imports: Vec<String> = declared
        .imports
        .iter()
        .map(|import| import.name.clone())
        .collect();
    let input = Input {
        processor,
        files,
        roots: &roots,
        imports: &imports,
    };
    link::link(toolchain, &input)
}

/// Checks what [`link::link`] made.
///
/// # Errors
///
/// The file is damaged.
pub fn check_linked(file: &[u8], declared: &Declared) -> Result<Checked> {
    let linked = Linked::read(file)?;
    let lines = Lines::read(file, linked.code_size)?;
    let refusals = refusals(&linked, &lines);
    // Without all functions in their places nothing can be said of the code.
    let is_whole = |finding: &Finding| !matches!(finding.rule, Rule::Undefined | Rule::Relocation);
    let image = if refusals.iter().all(is_whole) {
        let image = Image::resolve(&linked, &declared.of_image(), lines)?;
        Some(image)
    } else {
        None
    };
    let mut analysis = image.as_ref().map(check::analyse).unwrap_or_default();
    // The instructions that get at a static say nothing that its name does not.
    for rule in [Rule::ThreadLocal, Rule::MutableStatic] {
        if refusals.iter().any(|finding| finding.rule == rule) {
            analysis.findings.retain(|finding| finding.rule != rule);
        }
    }
    analysis.findings.splice(0..0, refusals);
    Ok(Checked {
        image,
        analysis,
        file: file.to_vec(),
    })
}
