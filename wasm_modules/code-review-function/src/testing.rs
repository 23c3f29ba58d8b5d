//! Changes for the unit tests.

use crate::wit::{Change, Features, File, Report, Settings, Severity, Status};

/// A modified file with `additions` lines added at its top and `deletions` lines deleted there.
pub fn file(path: &str, additions: u32, deletions: u32) -> File {
    let deleted: String = (0..deletions)
        .map(|line| format!("-old line {line}\n"))
        .collect();
    let added: String = (0..additions)
        .map(|line| format!("+new line {line}\n"))
        .collect();
    let (old, new) = (u32::from(deletions > 0), u32::from(additions > 0));
    File {
        path: path.into(),
        previous: None,
        status: Status::Modified,
        additions,
        deletions,
        before: None,
        after: None,
        patch: Some(format!(
            "@@ -{old},{deletions} +{new},{additions} @@\n{deleted}{added}"
        )),
        absent: None,
        marks: Vec::new(),
        skip: None,
        rules: Vec::new(),
    }
}

pub fn change(files: Vec<File>) -> Change {
    Change {
        repository: "octo/shop".into(),
        number: 7,
        title: "Add discounts".into(),
        body: "Customers want discounts.".into(),
        author: "mona".into(),
        base: "main".into(),
        origin: "0".repeat(40),
        head: "1".repeat(40),
        commits: Vec::new(),
        reports: Vec::new(),
        issues: Vec::new(),
        earlier: None,
        files,
    }
}

/// A minor report of CodeQL.
pub fn report(path: &str, line: u32, text: &str) -> Report {
    Report {
        tool: "CodeQL".into(),
        rule: "py/rule".into(),
        path: path.into(),
        line,
        end: line,
        severity: Severity::Minor,
        text: text.into(),
    }
}

/// Settings with every feature, without a model.
pub fn settings() -> Settings {
    Settings {
        model: None,
        templates: Vec::new(),
        language: "English".into(),
        tone: String::new(),
        findings: 6,
        threshold: Severity::Nit,
        confidence: 0.0,
        portion: 100_000,
        passes: 1,
        guidance: String::new(),
        rules: Vec::new(),
        features: Features {
            signals: true,
            texts: true,
            lookups: false,
            verification: true,
            replacements: true,
            summary: true,
            walkthrough: true,
            commits: true,
            diagram: true,
        },
        learnings: Vec::new(),
        omit: Vec::new(),
    }
}
