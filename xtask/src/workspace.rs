//! The layout of this repository.

use std::path::PathBuf;

use anyhow::{Context, Result};
use cargo_metadata::MetadataCommand;

/// The workspace according to cargo.
#[derive(Clone)]
pub struct Workspace {
    /// The repository's root.
    pub root: PathBuf,
    /// The target folder.
    pub target: PathBuf,
    /// Packages that are guests: by default they define the panic handler, which a program with `std` has already.
    pub guests: Vec<String>,
    /// Programs that show and test how hosts call guests, in `examples` and `tests`.
    pub examples: Vec<String>,
    /// All other packages.
    pub others: Vec<String>,
}

impl Workspace {
    /// Runs cargo to get it.
    pub fn read() -> Result<Self> {
        let root = rustgo_hosts::root();
        let metadata = MetadataCommand::new()
            .manifest_path(root.join("Cargo.toml"))
            .no_deps()
            .exec()
            .context("the workspace can't be read")?;
        let (mut guests, mut examples, mut others) = (Vec::new(), Vec::new(), Vec::new());
        for package in metadata.workspace_packages() {
            let default = package.features.get("default");
            let kind = if default.is_some_and(|features| features.iter().any(|feature| feature == "guest")) {
                &mut guests
            } else if ["examples", "tests"].iter().any(|folder| {
                let folder = metadata.workspace_root.join(folder);
                package.manifest_path.starts_with(folder)
            }) {
                &mut examples
            } else {
                &mut others
            };
            kind.push(package.name.to_string());
        }
        Ok(Self {
            root,
            target: metadata.target_directory.into(),
            guests,
            examples,
            others,
        })
    }

    /// The Go module.
    pub fn go(&self) -> PathBuf {
        self.root.join("go")
    }

    /// The folder of tools that the system lacks.
    pub fn tools(&self) -> PathBuf {
        self.target.join("tools")
    }
}
