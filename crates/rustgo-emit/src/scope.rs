//! The names of one scope in a host's language, which distinguishes fewer of them than Rust.

use std::collections::BTreeMap;

use super::error::{Error, Result};

/// A scope, and what each of its names is in Rust.
pub struct Scope {
    language: &'static str,
    names: BTreeMap<String, String>,
}

impl Scope {
    /// An empty scope of a language.
    pub fn new(language: &'static str) -> Self {
        Self {
            language,
            names: BTreeMap::new(),
        }
    }

    /// Adds a name. `what` describes what it names.
    ///
    /// # Errors
    ///
    /// If the name is already used.
    pub fn add(&mut self, name: String, what: String) -> Result<()> {
        if let Some(other) = self.names.get(&name) {
            return Err(Error::Name(format!(
                "{other} and {what} would both be `{name}` in {}: rename one",
                self.language
            )));
        }
        self.names.insert(name, what);
        Ok(())
    }
}
