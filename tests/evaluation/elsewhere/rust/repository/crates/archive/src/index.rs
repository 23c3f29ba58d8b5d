//! Which chunks a file has.

use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    pub day: u32,
    pub chunks: Vec<String>,
}

#[derive(Default)]
pub struct Index {
    files: BTreeMap<String, Vec<Version>>,
}

impl Index {
    pub fn add(&mut self, path: &str, version: Version) {
        self.files.entry(path.to_owned()).or_default().push(version);
    }

    /// The versions of a file.
    pub fn versions(&self, path: &str) -> Vec<Version> {
        let mut found = self.files.get(path).cloned().unwrap_or_default();
        found.sort_by_key(|version| version.day);
        found
    }

    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }
}
