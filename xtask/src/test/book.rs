//! Builds the book, and checks every link between the repository's own documents.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use rustgo_hosts::command;

use crate::run::Run;
use crate::tools::Tool;

pub const TOOLS: &[Tool] = &[Tool::Mdbook, Tool::Program("git")];

pub fn build(run: &mut Run) -> Result<()> {
    let shell = run.shell;
    run.show(shell.command("mdbook").args(["build", "docs"]));
    let root = &shell.workspace.root;
    let listed = command::read(shell.command("git").args(["ls-files", "-z", "*.md"]))?;
    let files = listed.split('\0').filter(|file| !file.is_empty());
    let documents = files.map(PathBuf::from).filter(|file| root.join(file).is_file());
    let mut broken = links(root, &documents.collect::<Vec<_>>())?;
    broken.extend(unlisted(root)?);
    if !broken.is_empty() {
        bail!("{}", broken.join("\n"));
    }
    Ok(())
}

/// A document's headings as anchors, and its links.
#[derive(Default)]
struct Document {
    anchors: BTreeSet<String>,
    links: Vec<String>,
}

impl Document {
    fn read(text: &str) -> Self {
        let mut document = Self::default();
        let mut heading: Option<String> = None;
        let mut met: BTreeMap<String, u32> = BTreeMap::new();
        for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
            match event {
                Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
                Event::End(TagEnd::Heading(_)) => {
                    let anchor = anchor(&heading.take().unwrap_or_default());
                    let count: &mut u32 = met.entry(anchor.clone()).or_default();
                    document.anchors.insert(if *count == 0 {
                        anchor
                    } else {
                        format!("{anchor}-{count}")
                    });
                    *count += 1;
                }
                Event::Text(text) | Event::Code(text) => {
                    if let Some(heading) = &mut heading {
                        heading.push_str(&text);
                    }
                }
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    document.links.push(dest_url.into_string());
                }
                _ => {}
            }
        }
        document
    }
}

/// A heading's anchor, as GitHub and mdBook make it.
fn anchor(heading: &str) -> String {
    let letters = heading.trim().chars().filter_map(|letter| match letter {
        ' ' => Some('-'),
        '-' | '_' => Some(letter),
        letter => letter.is_alphanumeric().then_some(letter),
    });
    letters.flat_map(char::to_lowercase).collect()
}

/// Broken links between the documents below the root.
fn links(root: &Path, documents: &[PathBuf]) -> Result<Vec<String>> {
    let read = |file: &Path| -> Result<Document> {
        let text = fs::read_to_string(file).with_context(|| format!("{} can't be read", file.display()))?;
        Ok(Document::read(&text))
    };
    let mut broken = Vec::new();
    for file in documents {
        let document = read(&root.join(file))?;
        for link in &document.links {
            if link.contains("://") || link.starts_with("mailto:") {
                continue;
            }
            let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = match path {
                "" => root.join(file),
                path => root.join(file).parent().unwrap_or(root).join(path),
            };
            if !target.exists() {
                broken.push(format!("{}: `{link}` leads to no file", file.display()));
            } else if !anchor.is_empty() && !read(&target)?.anchors.contains(anchor) {
                broken.push(format!("{}: `{link}` leads to no heading", file.display()));
            }
        }
    }
    Ok(broken)
}

/// Pages that are missing in the book's table of contents: mdBook ignores them silently.
fn unlisted(root: &Path) -> Result<Vec<String>> {
    let docs = root.join("docs");
    let summary = fs::read_to_string(docs.join("SUMMARY.md")).context("docs/SUMMARY.md can't be read")?;
    let listed = Document::read(&summary).links;
    let mut missing = Vec::new();
    for entry in fs::read_dir(&docs)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".md") && name != "SUMMARY.md" && !listed.contains(&name) {
            missing.push(format!("docs/SUMMARY.md does not list {name}"));
        }
    }
    Ok(missing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_are_as_github_makes_them() {
        assert_eq!(anchor("A C user"), "a-c-user");
        assert_eq!(
            anchor("Generated files and `verify`"),
            "generated-files-and-verify"
        );
        assert_eq!(anchor("What's new, in 1.0?"), "whats-new-in-10");
        let twice = Document::read("# Go\n\n## Go\n");
        assert!(twice.anchors.contains("go") && twice.anchors.contains("go-1"));
    }

    #[test]
    fn broken_links_are_found() {
        let folder = tempfile::tempdir().unwrap();
        let one = "# One\n[a](two.md) [b](two.md#part-two) [c](three.md) [d](two.md#three) [e](#one) [f](#two)\n\
                   ![g](h.png) [i](https://example.com) `[no](link.md)`\n";
        fs::write(folder.path().join("one.md"), one).unwrap();
        fs::write(folder.path().join("two.md"), "## Part `two`\n").unwrap();
        let broken = links(folder.path(), &["one.md".into(), "two.md".into()]).unwrap();
        let found: Vec<_> = broken.iter().filter_map(|line| line.split('`').nth(1)).collect();
        assert_eq!(found, ["three.md", "two.md#three", "#two", "h.png"]);
    }

    #[test]
    fn pages_that_are_not_listed_are_found() {
        let folder = tempfile::tempdir().unwrap();
        let docs = folder.path().join("docs");
        fs::create_dir(&docs).unwrap();
        fs::write(docs.join("SUMMARY.md"), "- [One](one.md)\n").unwrap();
        fs::write(docs.join("one.md"), "").unwrap();
        fs::write(docs.join("two.md"), "").unwrap();
        assert_eq!(
            unlisted(folder.path()).unwrap(),
            ["docs/SUMMARY.md does not list two.md"]
        );
    }
}
