//! The summary of a change, independent of who wrote it.

use crate::signals::Facts;
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

/// The most risks of a summary.
const RISKS: usize = 10;

impl Summary {
    /// Adds what the rules say of the change as a whole. What a model says about tests counts more.
    pub fn add(&mut self, facts: Facts) {
        if self.tests.trim().is_empty() {
            self.tests = facts.tests;
        }
        let is_new = !self.risks.contains(&facts.dependencies);
        if !facts.dependencies.is_empty() && is_new && self.risks.len() < RISKS {
            self.risks.push(facts.dependencies);
        }
    }
}

/// `list` if the feature is on, else an empty list.
pub fn wanted<T>(is_wanted: bool, list: Vec<T>) -> Vec<T> {
    if is_wanted { list } else { Vec::new() }
}
