//! The summary of a change, independent of who wrote it.

use crate::wit::{Group, Note};

pub struct Summary {
    pub purpose: String,
    pub majors: Vec<String>,
    pub risks: Vec<String>,
    pub commits: Vec<Note>,
    pub walkthrough: Vec<Group>,
    pub tests: String,
    pub diagram: Option<String>,
}

/// `list` if the feature is on, else an empty list.
pub fn wanted<T>(is_wanted: bool, list: Vec<T>) -> Vec<T> {
    if is_wanted { list } else { Vec::new() }
}
