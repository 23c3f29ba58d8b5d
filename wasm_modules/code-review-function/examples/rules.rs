//! Reads changes as JSON, one a line, and writes what the rules say of each as JSON, one line a
//! change: the findings, and the facts for the summary.
//!
//! `tests/evaluation/rules.py` runs it: natively, thousands of changes take seconds.

use std::io::{self, BufRead, Write};

use code_review_function::signals;
use code_review_function::wit::{Change, File, Finding, Severity, Side, Status};
use serde_json::{Value, json};

fn main() -> io::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    for line in io::stdin().lock().lines() {
        let value: Value = serde_json::from_str(&line?)?;
        let reading = signals::read(&change(&value), &[]);
        let findings: Vec<Value> = reading.findings.iter().map(finding).collect();
        let facts = [reading.facts.tests, reading.facts.dependencies];
        writeln!(
            out,
            "{}",
            json!({"id": value["id"], "findings": findings, "facts": facts})
        )?;
    }
    out.flush()
}

fn change(value: &Value) -> Change {
    let files = value["files"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    Change {
        repository: "o/r".into(),
        number: 1,
        title: text(&value["title"]),
        body: String::new(),
        author: String::new(),
        base: "main".into(),
        origin: String::new(),
        head: String::new(),
        commits: Vec::new(),
        reports: Vec::new(),
        issues: Vec::new(),
        earlier: None,
        files: files.iter().map(file).collect(),
    }
}

fn file(value: &Value) -> File {
    let number = |key: &str| value[key].as_u64().unwrap_or_default() as u32;
    let optional = |key: &str| value[key].as_str().map(str::to_owned);
    File {
        path: text(&value["path"]),
        previous: optional("previous"),
        status: status(&text(&value["status"])),
        additions: number("additions"),
        deletions: number("deletions"),
        before: optional("before"),
        after: optional("after"),
        patch: optional("patch"),
        absent: optional("absent"),
        marks: Vec::new(),
        skip: None,
        rules: Vec::new(),
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn status(name: &str) -> Status {
    match name {
        "added" => Status::Added,
        "removed" => Status::Removed,
        "renamed" => Status::Renamed,
        _ => Status::Modified,
    }
}

fn finding(finding: &Finding) -> Value {
    let severity = match finding.severity {
        Severity::Critical => "critical",
        Severity::Major => "major",
        Severity::Minor => "minor",
        Severity::Nit => "nit",
    };
    json!({
        "path": finding.path,
        "line": finding.line,
        "side": if finding.side == Side::Left { "left" } else { "right" },
        "severity": severity,
        "category": finding.category,
        "title": finding.title,
        "body": finding.body,
    })
}
