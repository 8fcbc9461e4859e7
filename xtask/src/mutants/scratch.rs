//! A copy of the repository in which faults are planted: a git worktree below the target folder, with a target folder of its
//! own that stays warm. The developer's own tree is never changed.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use rustgo_hosts::command;

use crate::shell::Shell;

/// The copy. It has one user at a time.
pub struct Scratch {
    pub root: PathBuf,
    /// For logs.
    pub folder: PathBuf,
    /// The hash of the git tree that it has.
    pub tree: String,
    _lock: File,
}

impl Scratch {
    /// Makes the copy below `folder`, or brings the one that is there up to date.
    ///
    /// It has the repository's files as they stand, also those that are not committed yet, unless git ignores them.
    pub fn of(repository: &Path, folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder).with_context(|| format!("{} can't be made", folder.display()))?;
        let lock = File::create(folder.join("lock"))?;
        lock.lock().context("the copy's lock can't be had")?;
        let scratch = Self {
            root: folder.join("tree"),
            folder: folder.to_owned(),
            tree: snapshot(repository, folder)?,
            _lock: lock,
        };
        if command::run(scratch.git().args(["rev-parse", "--git-dir"])).is_err()
            || !scratch.root.join(".git").is_file()
        {
            if scratch.root.exists() {
                fs::remove_dir_all(&scratch.root)?;
            }
            // Twice `--force`: git may remember a worktree that `cargo clean` has removed.
            let mut add = git(repository);
            add.args(["worktree", "add", "--quiet", "--force", "--force", "--detach"])
                .arg("--no-checkout")
                .arg(&scratch.root)
                .arg("HEAD");
            command::run(&mut add)?;
        }
        // Touches the files alone that change, so that what was built of the others stays.
        command::run(scratch.git().args(["read-tree", "--reset", "-u", &scratch.tree]))?;
        scratch.revert()?;
        Ok(scratch)
    }

    /// Has the copy begin with what is built in the other target folder of the packages that both have from elsewhere, and
    /// use its tools.
    pub fn warm(&self, target: &Path) -> Result<()> {
        let own = self.root.join("target");
        fs::create_dir_all(&own)?;
        let tools = target.join("tools");
        #[cfg(unix)]
        if tools.is_dir() && !own.join("tools").exists() {
            std::os::unix::fs::symlink(&tools, own.join("tools"))?;
        }
        if !own.join("debug").exists() {
            for folder in ["deps", "build", ".fingerprint"] {
                let from = target.join("debug").join(folder);
                if from.is_dir() {
                    copy(&from, &own.join("debug").join(folder))
                        .with_context(|| format!("{} can't be copied", from.display()))?;
                }
            }
        }
        Ok(())
    }

    /// Applies a patch, unless it does not apply: then the reason is returned and nothing is changed.
    pub fn apply(&self, patch: &Path) -> Result<Option<String>> {
        let output = self
            .git()
            .args(["apply", "--whitespace=nowarn"])
            .arg(patch)
            .output()?;
        let reason = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        Ok((!output.status.success()).then_some(reason))
    }

    /// The hash of its files but these: what depends on them alone stays true while it stays the same.
    pub fn tree_without(&self, files: &[String]) -> Result<String> {
        let index = self.folder.join("index");
        let with_index = |arguments: &[&str]| {
            let mut git = self.git();
            git.args(arguments).env("GIT_INDEX_FILE", &index);
            git
        };
        command::run(&mut with_index(&["read-tree", &self.tree]))?;
        command::run(with_index(&["rm", "--cached", "--quiet", "--ignore-unmatch", "--"]).args(files))?;
        command::read(&mut with_index(&["write-tree"]))
    }

    /// Makes every file again what it was before a patch was applied, or a test wrote to it.
    pub fn revert(&self) -> Result<()> {
        // An error says that files differ.
        let _ = self.git().args(["update-index", "-q", "--refresh"]).output()?;
        command::run(self.git().args(["checkout-index", "--force", "--all", "--index"]))?;
        command::run(self.git().args(["clean", "-ffdq"]))?;
        let changed = command::read(self.git().args(["diff-files", "--name-only"]))?;
        ensure!(changed.is_empty(), "these can't be reverted: {changed}");
        Ok(())
    }

    /// A shell that runs commands in the copy.
    pub fn shell(&self, shell: &Shell) -> Shell {
        let mut shell = shell.clone();
        shell.workspace.root.clone_from(&self.root);
        shell.workspace.target = self.root.join("target");
        shell
    }

    fn git(&self) -> Command {
        git(&self.root)
    }
}

/// Copies what cargo has built, with the times by which it knows that it is fresh; but not test programs, which are large
/// and belong to this repository's packages, so that the copy builds its own.
fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (path, to) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type()?;
        if kind.is_dir() {
            copy(&path, &to)?;
        } else if kind.is_file() && !(from.ends_with("debug/deps") && path.extension().is_none()) {
            fs::copy(&path, &to)?;
            let modified = entry.metadata()?.modified()?;
            File::options().append(true).open(&to)?.set_modified(modified)?;
        }
    }
    Ok(())
}

/// A git command that no variable of a hook leads astray.
fn git(folder: &Path) -> Command {
    let mut git = Command::new("git");
    git.current_dir(folder)
        .env_remove("GIT_DIR")
        .env_remove("GIT_WORK_TREE")
        .env_remove("GIT_INDEX_FILE");
    git
}

/// The hash of a git tree with the repository's files as they stand.
fn snapshot(repository: &Path, folder: &Path) -> Result<String> {
    // Another index, so that what the developer has staged stays as it is. A copy of theirs, as it knows most hashes.
    let index = folder.join("index");
    let theirs = command::read(git(repository).args(["rev-parse", "--git-path", "index"]))
        .with_context(|| format!("{} is no git repository", repository.display()))?;
    let theirs = repository.join(theirs);
    if theirs.is_file() {
        fs::copy(&theirs, &index)?;
    }
    let with_index = |arguments: &[&str]| {
        let mut git = git(repository);
        git.args(arguments).env("GIT_INDEX_FILE", &index);
        command::read(&mut git)
    };
    with_index(&["add", "--all"])?;
    with_index(&["write-tree"])
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// A repository with one commit of these files.
    pub fn repository(folder: &Path, files: &[(&str, &str)]) -> PathBuf {
        let root = folder.join("repository");
        fs::create_dir_all(&root).unwrap();
        write(&root, files);
        for arguments in [
            &["init", "--quiet"][..],
            &["add", "--all"],
            &[
                "-c",
                "user.name=x",
                "-c",
                "user.email=x@example.org",
                "commit",
                "--quiet",
                "--message",
                "x",
            ],
        ] {
            command::run(git(&root).args(arguments)).unwrap();
        }
        root
    }

    /// Writes files, and the folders that they are in.
    pub fn write(root: &Path, files: &[(&str, &str)]) {
        for (name, text) in files {
            let file = root.join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
    }

    fn read(scratch: &Scratch, name: &str) -> Option<String> {
        fs::read_to_string(scratch.root.join(name)).ok()
    }

    #[test]
    fn the_copy_has_the_files_as_they_stand() {
        let folder = tempfile::tempdir().unwrap();
        let root = repository(
            folder.path(),
            &[
                (".gitignore", "/target"),
                ("a", "committed"),
                ("b/c", "stays"),
                ("d", "goes"),
            ],
        );
        let target = root.join("target/mutants");
        let scratch = Scratch::of(&root, &target).unwrap();
        assert_eq!(read(&scratch, "a").as_deref(), Some("committed"));
        drop(scratch);

        write(
            &root,
            &[("a", "changed"), ("new/e", "not added"), ("target/f", "ignored")],
        );
        fs::remove_file(root.join("d")).unwrap();
        let before = command::read(git(&root).args(["status", "--porcelain"])).unwrap();
        let scratch = Scratch::of(&root, &target).unwrap();
        let after = command::read(git(&root).args(["status", "--porcelain"])).unwrap();
        assert_eq!(before, after);
        assert_eq!(read(&scratch, "a").as_deref(), Some("changed"));
        assert_eq!(read(&scratch, "b/c").as_deref(), Some("stays"));
        assert_eq!(read(&scratch, "new/e").as_deref(), Some("not added"));
        assert_eq!(read(&scratch, "d"), None);
        assert_eq!(read(&scratch, "target/f"), None);
        drop(scratch);

        // Left by a run that was killed, in the copy's target folder too, which stays.
        write(
            &target.join("tree"),
            &[("a", "planted"), ("left", ""), ("target/warm", "")],
        );
        let scratch = Scratch::of(&root, &target).unwrap();
        assert_eq!(read(&scratch, "a").as_deref(), Some("changed"));
        assert_eq!(read(&scratch, "left"), None);
        assert_eq!(read(&scratch, "target/warm").as_deref(), Some(""));
        drop(scratch);

        // After `cargo clean`.
        fs::remove_dir_all(root.join("target")).unwrap();
        let scratch = Scratch::of(&root, &target).unwrap();
        assert_eq!(read(&scratch, "a").as_deref(), Some("changed"));
    }

    #[test]
    fn some_files_can_be_left_out_of_the_hash() {
        let folder = tempfile::tempdir().unwrap();
        let root = repository(
            folder.path(),
            &[(".gitignore", "/target"), ("a", "1"), ("b/c", "2")],
        );
        let hash = |files: &[&str]| {
            let scratch = Scratch::of(&root, &root.join("target/mutants")).unwrap();
            let files: Vec<_> = files.iter().map(|&file| file.to_owned()).collect();
            scratch.tree_without(&files).unwrap()
        };
        let before = [hash(&["d"]), hash(&["b/c"]), hash(&["a"])];
        write(&root, &[("b/c", "3")]);
        let after = [hash(&["d"]), hash(&["b/c"]), hash(&["a"])];
        assert_eq!(
            [0, 1, 2].map(|index| before[index] == after[index]),
            [false, true, false]
        );
    }

    #[test]
    fn patches_are_applied_and_reverted() {
        let folder = tempfile::tempdir().unwrap();
        let root = repository(folder.path(), &[(".gitignore", "/target"), ("a", "1\n2\n")]);
        let scratch = Scratch::of(&root, &root.join("target/mutants")).unwrap();
        let patch = folder.path().join("patch");
        fs::write(
            &patch,
            "Why: so\n\ndiff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1,2 +1,2 @@\n 1\n-2\n+3\n",
        )
        .unwrap();
        assert_eq!(scratch.apply(&patch).unwrap(), None);
        assert_eq!(read(&scratch, "a").as_deref(), Some("1\n3\n"));
        assert_eq!(fs::read_to_string(root.join("a")).unwrap(), "1\n2\n");
        // It applies once.
        assert!(scratch.apply(&patch).unwrap().unwrap().contains("does not apply"));
        scratch.revert().unwrap();
        assert_eq!(read(&scratch, "a").as_deref(), Some("1\n2\n"));
        fs::write(&patch, "no diff").unwrap();
        assert!(scratch.apply(&patch).unwrap().is_some());
    }
}
