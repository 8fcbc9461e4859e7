//! Files that wait beside their places until all are complete, and those that a killed build has left there.
//!
//! A build holds a lock on each of its files for as long as it runs. What is not locked belongs to none.

use std::fs::File;
use std::io::Result;
use std::path::Path;

use tempfile::{Builder, NamedTempFile};

/// How the names of the files begin and end.
const PREFIX: &str = ".rustgo-";
const SUFFIX: &str = ".tmp";

/// Makes a file in a folder, and locks it.
///
/// # Errors
///
/// The folder can't be written.
pub fn create(folder: &Path) -> Result<NamedTempFile> {
    loop {
        let file = Builder::new().prefix(PREFIX).suffix(SUFFIX).tempfile_in(folder)?;
        file.as_file().lock()?;
        // Before it was locked another build may have taken it for one that was left.
        if file.path().exists() {
            return Ok(file);
        }
    }
}

/// Removes the files that no running build holds. What can't be removed stays.
pub fn remove(folder: &Path) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let is_one = name.starts_with(PREFIX) && name.ends_with(SUFFIX);
        if is_one && File::open(entry.path()).is_ok_and(|file| file.try_lock().is_ok()) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Files;

    #[test]
    fn the_next_build_takes_away_what_a_killed_one_left() {
        let folder = tempfile::tempdir().unwrap();
        let names = || {
            let entries = std::fs::read_dir(folder.path()).unwrap();
            let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
            names.sort();
            names
        };
        let left = create(folder.path()).unwrap();
        let running = create(folder.path()).unwrap();
        // The system gives a killed process's locks back.
        let (file, path) = left.keep().unwrap();
        drop(file);
        for name in ["mine.tmp", ".rustgo-notes", ".tmpfile"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        assert!(path.exists());
        let mut files = Files::default();
        files.add(folder.path().join("made"), "text");
        files.write().unwrap();
        assert!(!path.exists() && running.path().exists());
        drop(running);
        assert_eq!(names(), [".rustgo-notes", ".tmpfile", "made", "mine.tmp"]);
    }
}
