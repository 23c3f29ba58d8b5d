//! What is reported when a rule matches.

use crate::wit::Severity;

/// The text and severity of a finding by a rule.
#[derive(Clone, Copy, Debug)]
pub struct Signal {
    /// Its unique id: "python/eval".
    pub name: &'static str,
    pub severity: Severity,
    pub category: &'static str,
    pub confidence: f32,
    pub title: &'static str,
    /// Why it matters and what to do; "{}" is replaced by what was found.
    pub body: &'static str,
}

impl Signal {
    pub const fn new(
        name: &'static str,
        severity: Severity,
        category: &'static str,
        confidence: f32,
        title: &'static str,
        body: &'static str,
    ) -> Self {
        Signal {
            name,
            severity,
            category,
            confidence,
            title,
            body,
        }
    }

    pub const fn security(
        name: &'static str,
        severity: Severity,
        confidence: f32,
        title: &'static str,
        body: &'static str,
    ) -> Self {
        Self::new(name, severity, "security", confidence, title, body)
    }

    pub const fn bug(
        name: &'static str,
        severity: Severity,
        confidence: f32,
        title: &'static str,
        body: &'static str,
    ) -> Self {
        Self::new(name, severity, "correctness", confidence, title, body)
    }
}
