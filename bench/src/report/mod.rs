//! Writes the results: tables for a terminal, JSON, charts.

mod charts;
pub mod memory;
pub mod tables;

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use tempfile::NamedTempFile;

use crate::results::Results;

/// Writes results.json and the charts into a folder: first everything is made, then each file appears whole.
///
/// # Errors
///
/// A chart can't be drawn, or a file can't be written.
pub fn write(results: &Results, folder: &Path) -> Result<()> {
    let mut json = serde_json::to_string_pretty(results)?;
    json.push('\n');
    let mut files = vec![("results.json".to_owned(), json)];
    files.extend(charts::all(results)?);
    fs::create_dir_all(folder)?;
    let mut ready = Vec::new();
    for (name, text) in files {
        let mut file = NamedTempFile::new_in(folder)?;
        file.write_all(text.as_bytes())?;
        // A temporary file is private to its owner, but these are for everyone with the repository.
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(file.path(), fs::Permissions::from_mode(0o644))?;
        }
        ready.push((name, file));
    }
    for (name, file) in ready {
        file.persist(folder.join(&name))
            .with_context(|| format!("{name} can't be written"))?;
    }
    Ok(())
}
