//! What is said about the whole change, whoever wrote it.

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

/// `list` if the feature is on, else nothing.
pub fn wanted<T>(is_wanted: bool, list: Vec<T>) -> Vec<T> {
    if is_wanted { list } else { Vec::new() }
}
