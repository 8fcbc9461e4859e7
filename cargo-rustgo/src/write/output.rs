//! Writes all files or none.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use tempfile::NamedTempFile;

/// Files to be written together.
#[derive(Debug, Default)]
pub struct Files(Vec<(PathBuf, Vec<u8>)>);

impl Files {
    /// Adds a file.
    pub fn add(&mut self, path: PathBuf, bytes: impl Into<Vec<u8>>) {
        self.0.push((path, bytes.into()));
    }

    /// The files' paths, in the order in which they were added.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.0.iter().map(|(path, _)| path.as_path())
    }

    /// The files' paths and contents, in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = (&Path, &[u8])> {
        self.0
            .iter()
            .map(|(path, bytes)| (path.as_path(), bytes.as_slice()))
    }

    /// Puts every file beside its place first, and moves them there when all are complete: a full disk or a missing
    /// permission leaves what was there before.
    ///
    /// # Errors
    ///
    /// A folder or a file can't be written.
    pub fn write(self) -> Result<()> {
        let mut complete = Vec::new();
        for (path, bytes) in self.0 {
            let folder = path
                .parent()
                .filter(|folder| !folder.as_os_str().is_empty())
                .unwrap_or(Path::new("."));
            let why = || format!("{} can't be written", path.display());
            ensure!(!path.is_dir(), "{}: it is a folder", why());
            std::fs::create_dir_all(folder).with_context(why)?;
            let mut file = NamedTempFile::new_in(folder).with_context(why)?;
            file.write_all(&bytes).with_context(why)?;
            file.as_file().sync_all().with_context(why)?;
            readable_by_all(file.path()).with_context(why)?;
            complete.push((path, file));
        }
        for (path, file) in complete {
            file.persist(&path)
                .map_err(|error| error.error)
                .with_context(|| format!("{} can't be replaced", path.display()))?;
        }
        Ok(())
    }
}

/// Temporary files are private to their owner; what is made for others is not.
#[cfg(unix)]
fn readable_by_all(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable_by_all(_: &Path) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_changes_when_one_file_can_not_be_written() {
        let folder = tempfile::tempdir().unwrap();
        let good = folder.path().join("good");
        std::fs::write(&good, "before").unwrap();
        std::fs::write(folder.path().join("file"), "").unwrap();
        let mut files = Files::default();
        files.add(good.clone(), "after");
        files.add(folder.path().join("file/below"), "never");
        assert!(files.write().is_err());
        assert_eq!(std::fs::read_to_string(&good).unwrap(), "before");
        assert_eq!(
            std::fs::read_dir(folder.path()).unwrap().count(),
            2,
            "temporary files are removed"
        );
    }

    #[test]
    fn nothing_changes_when_a_folder_has_the_name_of_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let [good, bad] = ["good", "bad"].map(|name| folder.path().join(name));
        std::fs::write(&good, "before").unwrap();
        std::fs::create_dir(&bad).unwrap();
        let mut files = Files::default();
        files.add(good.clone(), "after");
        files.add(bad, "never");
        let error = files.write().unwrap_err().to_string();
        assert!(error.ends_with("bad can't be written: it is a folder"), "{error}");
        assert_eq!(std::fs::read_to_string(&good).unwrap(), "before");
    }
}
