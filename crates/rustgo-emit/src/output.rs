//! Writes all files or none, and never mixes files of two builds.

use std::collections::BTreeSet;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::error::{Error, Result};
use crate::leftovers;

/// Files to be written together, replacing those of an earlier build.
#[derive(Debug, Default)]
pub struct Files {
    made: Vec<(PathBuf, Vec<u8>)>,
    stale: Vec<PathBuf>,
}

impl Files {
    /// Adds a file.
    pub fn add(&mut self, path: PathBuf, bytes: impl Into<Vec<u8>>) {
        self.made.push((path, bytes.into()));
    }

    /// Adds a file of an earlier build that is no longer generated.
    pub fn remove(&mut self, path: PathBuf) {
        self.stale.push(path);
    }

    /// The files' paths, in the order in which they were added.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.made.iter().map(|(path, _)| path.as_path())
    }

    /// The files' paths and contents, in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = (&Path, &[u8])> {
        self.made
            .iter()
            .map(|(path, bytes)| (path.as_path(), bytes.as_slice()))
    }

    /// Writes every file to a temporary one next to its path first, and renames them when all are complete: a full disk
    /// or a missing permission leaves the old files in place.
    ///
    /// The old files are removed before the first new one is placed. So if the process is killed at any time, all files
    /// are from one build: shims are never combined with an image whose entries they don't know. Hosts notice missing
    /// files, and the same command writes them. Unchanged files are left alone, because others may be reading them.
    ///
    /// # Errors
    ///
    /// If a folder or a file can't be written.
    pub fn write(self) -> Result<()> {
        self.steps()?.into_iter().try_for_each(Step::take)
    }

    /// Writes the temporary files, and returns the remaining steps.
    fn steps(self) -> Result<Vec<Step>> {
        let (mut complete, mut swept) = (Vec::new(), BTreeSet::new());
        for (path, bytes) in self.made {
            let folder = path
                .parent()
                .filter(|folder| !folder.as_os_str().is_empty())
                .unwrap_or(Path::new("."));
            let why = |source| Error::file(&path, "written", source);
            if path.is_dir() {
                return Err(Error::Folder(path));
            }
            if std::fs::read(&path).is_ok_and(|before| before == bytes) {
                continue;
            }
            std::fs::create_dir_all(folder).map_err(why)?;
            if swept.insert(folder.to_owned()) {
                leftovers::remove(folder);
            }
            let mut file = leftovers::create(folder).map_err(why)?;
            file.write_all(&bytes).map_err(why)?;
            file.as_file().sync_all().map_err(why)?;
            readable_by_all(file.path()).map_err(why)?;
            complete.push((path, file));
        }
        // A single file replaces another one in one step.
        let is_single = complete.len() + self.stale.len() == 1;
        let replaced = complete
            .iter()
            .map(|(path, _)| path)
            .filter(|path| !is_single && path.symlink_metadata().is_ok());
        let mut steps: Vec<Step> = self
            .stale
            .iter()
            .chain(replaced)
            .cloned()
            .map(Step::Remove)
            .collect();
        steps.extend(complete.into_iter().map(|(path, file)| Step::Place(file, path)));
        Ok(steps)
    }
}

/// A step that can't be done for several files at once.
enum Step {
    /// Removes a file of the earlier build.
    Remove(PathBuf),
    /// Renames a complete file to its path.
    Place(NamedTempFile, PathBuf),
}

impl Step {
    fn take(self) -> Result<()> {
        match self {
            Self::Remove(path) => match std::fs::remove_file(&path) {
                // A concurrent build of the guest does the same.
                Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
                result => result.map_err(|source| Error::file(&path, "removed", source)),
            },
            Self::Place(file, path) => file
                .persist(&path)
                .map(drop)
                .map_err(|error| Error::file(&path, "replaced", error.error)),
        }
    }
}

/// Temporary files are private to their owner, but generated files are for others too.
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
    fn a_killed_build_leaves_files_of_one_build() {
        let builds: [&[(&str, &str)]; 2] = [
            &[("a", "old"), ("b", "old"), ("same", "same"), ("stale", "old")],
            &[("a", "new"), ("b", "new"), ("same", "same"), ("further", "new")],
        ];
        for killed_after in 0.. {
            let folder = tempfile::tempdir().unwrap();
            for (name, text) in builds[0] {
                std::fs::write(folder.path().join(name), text).unwrap();
            }
            let mut files = Files::default();
            for (name, text) in builds[1] {
                files.add(folder.path().join(name), *text);
            }
            files.remove(folder.path().join("stale"));
            let steps = files.steps().unwrap();
            let is_complete = killed_after == steps.len();
            for step in steps.into_iter().take(killed_after) {
                step.take().unwrap();
            }
            let left: Vec<(String, String)> = std::fs::read_dir(folder.path())
                .unwrap()
                .map(|entry| entry.unwrap())
                .map(|entry| {
                    let text = std::fs::read_to_string(entry.path()).unwrap();
                    (entry.file_name().into_string().unwrap(), text)
                })
                .collect();
            let are_of = |build: &[(&str, &str)]| {
                left.iter()
                    .all(|(name, text)| build.contains(&(name.as_str(), text.as_str())))
            };
            assert!(
                are_of(builds[0]) || are_of(builds[1]),
                "after {killed_after} steps: {left:?}"
            );
            if is_complete {
                assert!(are_of(builds[1]) && left.len() == builds[1].len(), "{left:?}");
                // Three are removed, three are placed; unchanged files are neither.
                assert_eq!(killed_after, 6);
                break;
            }
        }
    }

    #[test]
    fn a_single_file_is_there_all_the_time() {
        let folder = tempfile::tempdir().unwrap();
        let [changed, same] = ["changed", "same"].map(|name| folder.path().join(name));
        std::fs::write(&changed, "before").unwrap();
        std::fs::write(&same, "same").unwrap();
        let mut files = Files::default();
        files.add(changed.clone(), "after");
        files.add(same, "same");
        let [Step::Place(file, path)] = <[Step; 1]>::try_from(files.steps().unwrap()).ok().unwrap() else {
            panic!("a file is taken away");
        };
        Step::Place(file, path).take().unwrap();
        assert_eq!(std::fs::read_to_string(&changed).unwrap(), "after");
    }

    #[cfg(unix)]
    #[test]
    fn everybody_may_read_what_is_written() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("new/folder/file");
        let mut files = Files::default();
        files.add(file.clone(), "text");
        assert_eq!(files.iter().collect::<Vec<_>>(), [(file.as_path(), &b"text"[..])]);
        files.write().unwrap();
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o644);
    }

    /// It is not an error if another build has removed a file already, but it is one if a file can't be removed.
    #[test]
    fn stale_files_go() {
        let folder = tempfile::tempdir().unwrap();
        let stale = ["there", "gone"].map(|name| folder.path().join(name));
        std::fs::write(&stale[0], "before").unwrap();
        let mut files = Files::default();
        stale.iter().for_each(|path| files.remove(path.clone()));
        files.write().unwrap();
        assert!(!stale[0].exists());
        std::fs::create_dir(&stale[0]).unwrap();
        let mut files = Files::default();
        files.remove(stale[0].clone());
        assert!(
            files
                .write()
                .unwrap_err()
                .to_string()
                .ends_with("there can't be removed")
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
