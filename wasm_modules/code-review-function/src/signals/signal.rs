//! What is reported when a rule matches.

use crate::wit::Severity;

/// The finding that a rule gives, but for its place.
#[derive(Clone, Copy, Debug)]
pub struct Signal {
    /// Names it among all signals: "python/eval".
    pub name: &'static str,
    pub severity: Severity,
    pub category: &'static str,
    pub confidence: f32,
    pub title: &'static str,
    /// What will go wrong and what to do; "{}" stands for what was found.
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
