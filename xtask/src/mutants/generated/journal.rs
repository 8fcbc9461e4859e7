//! What became of mutants, written down at once: a run that is interrupted goes on where it was.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

/// What became of a mutant. Programs are called by their names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// The compiler refuses it.
    Unviable,
    /// It would have to be built by itself, which was not asked for.
    LeftOut,
    /// This program's tests pass with it.
    Passed(String),
    /// One of this program's tests fails.
    Noticed(String),
    /// This program does not end within its limit.
    Hung(String),
}

#[derive(Serialize, Deserialize)]
struct Line {
    /// The git tree that it was planted in.
    tree: String,
    /// The mutant's name.
    name: String,
    event: Event,
}

/// The file, and what it holds about one tree.
pub struct Journal {
    tree: String,
    file: Mutex<File>,
    events: Mutex<HashMap<String, Vec<Event>>>,
}

impl Journal {
    /// Opens the file, which is made if there is none.
    pub fn open(path: &Path, tree: &str) -> Result<Self> {
        let mut events: HashMap<_, Vec<_>> = HashMap::new();
        let text = fs::read_to_string(path).unwrap_or_default();
        // The last line may not be whole.
        for line in text
            .lines()
            .filter_map(|line| serde_json::from_str::<Line>(line).ok())
        {
            if line.tree == tree {
                events.entry(line.name).or_default().push(line.event);
            }
        }
        let file = File::options().create(true).append(true).open(path);
        let mut file = file.with_context(|| format!("{} can't be written", path.display()))?;
        if !text.is_empty() && !text.ends_with('\n') {
            writeln!(file)?;
        }
        Ok(Self {
            tree: tree.to_owned(),
            file: Mutex::new(file),
            events: Mutex::new(events),
        })
    }

    /// Enters what became of a mutant.
    pub fn enter(&self, name: &str, event: Event) -> Result<()> {
        let line = Line {
            tree: self.tree.clone(),
            name: name.to_owned(),
            event,
        };
        let mut text = serde_json::to_string(&line)?;
        text.push('\n');
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(text.as_bytes())?;
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        events.entry(line.name).or_default().push(line.event);
        Ok(())
    }

    /// All that became of a mutant.
    pub fn of(&self, name: &str) -> Vec<Event> {
        let events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        events.get(name).cloned().unwrap_or_default()
    }

    /// Whether nothing more can become of a mutant.
    pub fn is_decided(&self, name: &str) -> bool {
        let decides = |event: &Event| !matches!(event, Event::Passed(_) | Event::LeftOut);
        self.of(name).iter().any(decides)
    }

    /// Whether a program's tests have passed with a mutant.
    pub fn has_passed(&self, name: &str, program: &str) -> bool {
        let passes = |event: &Event| matches!(event, Event::Passed(other) if other == program);
        self.of(name).iter().any(passes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_there_the_next_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let journal = Journal::open(&path, "one").unwrap();
        journal.enter("a", Event::Passed("lib".to_owned())).unwrap();
        journal.enter("a", Event::Noticed("slow".to_owned())).unwrap();
        journal.enter("b", Event::Passed("lib".to_owned())).unwrap();
        journal.enter("c", Event::Unviable).unwrap();
        drop(journal);
        // Half a line, of a run that was killed.
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, format!("{text}{}", &text[..20])).unwrap();
        for _ in 0..2 {
            let journal = Journal::open(&path, "one").unwrap();
            let decided = ["a", "b", "c", "d"].map(|name| journal.is_decided(name));
            assert_eq!(decided, [true, false, true, false]);
            assert!(journal.has_passed("b", "lib") && !journal.has_passed("b", "slow"));
            assert_eq!(journal.of("a").len(), 2);
            journal.enter("e", Event::Hung("lib".to_owned())).unwrap();
        }
        let other = Journal::open(&path, "other").unwrap();
        assert!(!other.is_decided("a") && other.of("b").is_empty());
        let journal = Journal::open(&path, "one").unwrap();
        assert!(journal.is_decided("e"));
    }
}
