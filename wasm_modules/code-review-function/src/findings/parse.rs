//! Reads the findings in a model's answer.

use serde_json::Value;

use crate::ask::answers::{number, text};
use crate::ask::schema::CATEGORIES;
use crate::diff::hunk_context::HunkContext;
use crate::diff::patch::Hunk;
use crate::findings::anchor;
use crate::findings::replacement;
use crate::text::visible::{clip, one_line, visible};
use crate::wit::{Finding, Severity, Side, Source};

/// A file as it was shown to the model: its full path, its hunks with their contexts, and the most bytes of a line.
#[derive(Clone, Copy)]
pub struct ShownFile<'a> {
    pub path: &'a str,
    pub hunks: &'a [Hunk],
    pub contexts: &'a [HunkContext],
    pub width: usize,
}

/// Reads one finding. `shown` looks up a file by the path that the model wrote; `unsaid` is the
/// confidence of a finding for which the model gives none.
///
/// # Errors
/// Why it is not a valid finding: it names no file or line of the diff, or has no text.
pub fn read<'a>(
    value: &Value,
    unsaid: f32,
    shown: impl Fn(&str) -> Option<ShownFile<'a>>,
) -> Result<Finding, &'static str> {
    let file =
        shown(&text(value, &["path", "file", "filename"])).ok_or("names no file that was shown")?;
    let line = number(value, &["line", "start_line", "line_number"]).ok_or("names no line")?;
    let end = number(value, &["end_line", "end", "line_end"]).unwrap_or(line);
    let anchor = anchor::find(file.hunks, file.contexts, side(value), line, end)
        .ok_or("names a line that the diff does not show")?;
    let (title, body) = words(value).ok_or("says nothing")?;
    let body = match anchor.around {
        Some(lines) => placed(&body, file.path, lines, value),
        None => body,
    };
    Ok(Finding {
        path: file.path.to_string(),
        line: anchor.line,
        end: anchor.end,
        side: anchor.side,
        severity: severity(value).unwrap_or(Severity::Minor),
        category: category(&text(value, &["category", "type", "kind"])),
        confidence: confidence(value).unwrap_or(unsaid),
        title,
        body,
        replacement: replacement::read(value, file.hunks, anchor, file.width),
        source: Source::Model,
        also: Vec::new(),
    })
}

/// The body of a finding on lines that the change leaves alone: it names them, and shows their replacement.
fn placed(body: &str, path: &str, (line, end): (u32, u32), value: &Value) -> String {
    let path = one_line(path, 400).replace('`', "'");
    let place = if end > line {
        format!("`{path}:{line}-{end}`")
    } else {
        format!("`{path}:{line}`")
    };
    match replacement::in_words(value) {
        Some(code) => format!("{place}: {body}\n\n{}", fenced(&code)),
        None => format!("{place}: {body}"),
    }
}

/// The code in a fence that it cannot close.
fn fenced(code: &str) -> String {
    let longest = code.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}\n{code}\n{fence}")
}

fn side(value: &Value) -> Side {
    match text(value, &["side"]).to_lowercase().as_str() {
        "old" | "left" | "deleted" | "base" => Side::Left,
        _ => Side::Right,
    }
}

/// Title and body. A missing title is taken from the body.
fn words(value: &Value) -> Option<(String, String)> {
    let body = text(
        value,
        &["body", "description", "comment", "message", "explanation"],
    );
    let title = text(value, &["title", "summary", "headline"]);
    let title = if title.is_empty() {
        body.split(['\n', '.'])
            .next()
            .unwrap_or_default()
            .to_string()
    } else {
        title
    };
    let title = visible(title.trim()).replace('\n', " ");
    (!title.is_empty()).then(|| (clip(&title, 300), clip(&body, 4000)))
}

/// The severity that the model gives, in the expected or in other common words.
pub fn severity(value: &Value) -> Option<Severity> {
    let word = text(value, &["severity", "level", "priority"]).to_lowercase();
    match word.as_str() {
        "critical" | "blocker" | "severe" | "fatal" | "p0" => Some(Severity::Critical),
        "major" | "high" | "error" | "important" | "serious" | "p1" => Some(Severity::Major),
        "minor" | "medium" | "moderate" | "low" | "warning" | "p2" => Some(Severity::Minor),
        "nit" | "trivial" | "info" | "style" | "suggestion" | "hint" | "p3" => Some(Severity::Nit),
        _ => None,
    }
}

fn category(word: &str) -> String {
    let word = word.to_lowercase();
    let known = match word.as_str() {
        "bug" | "logic" | "error-handling" | "error handling" | "" => "correctness",
        "vulnerability" | "injection" => "security",
        "race" | "race condition" | "threading" => "concurrency",
        "leak" | "memory" | "resource" => "resources",
        "test" | "testing" => "tests",
        "docs" | "doc" => "documentation",
        "style" | "readability" | "design" => "maintainability",
        other => CATEGORIES
            .iter()
            .find(|name| **name == other)
            .copied()
            .unwrap_or_default(),
    };
    if known.is_empty() {
        clip(&visible(&word), 32)
    } else {
        known.to_string()
    }
}

/// 0 to 1, from a percentage, a fraction or a word; None if the model gives none.
pub fn confidence(value: &Value) -> Option<f32> {
    let value = value.get("confidence")?;
    let said = match value.as_str().map(str::to_lowercase).as_deref() {
        Some("high") => 0.9,
        Some("medium") => 0.6,
        Some("low") => 0.3,
        Some(digits) => digits.trim_end_matches('%').trim().parse().ok()?,
        None => value.as_f64()? as f32,
    };
    let is_fraction = said <= 1.0 && value.as_u64().is_none();
    let fraction = if is_fraction { said } else { said / 100.0 };
    fraction.is_finite().then(|| fraction.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::patch::parse;
    use serde_json::json;

    fn finding(value: Value) -> Result<Finding, &'static str> {
        let hunks = parse("@@ -1,2 +1,3 @@\n a\n-b\n+c\n+d\n").unwrap();
        let hunks: &'static [Hunk] = Vec::leak(hunks);
        read(&value, 0.5, |path| {
            (path == "a.py").then_some(ShownFile {
                path: "src/a.py",
                hunks,
                contexts: &[],
                width: 100,
            })
        })
    }

    #[test]
    fn a_finding_as_asked_for_is_kept() {
        let found = finding(json!({"path": "a.py", "side": "new", "line": 2, "end_line": 3, "severity": "major", "category": "security",
            "confidence": 80, "title": "T", "body": "B", "replacement": "x\ny"})).unwrap();
        assert_eq!(
            (found.path.as_str(), found.line, found.end, found.side),
            ("src/a.py", 2, 3, Side::Right)
        );
        assert_eq!(
            (found.severity, found.category.as_str(), found.confidence),
            (Severity::Major, "security", 0.8)
        );
        assert_eq!(found.replacement.as_deref(), Some("x\ny"));
    }

    #[test]
    fn usual_deviations_are_understood() {
        let found = finding(json!({"file": "a.py", "line": "2", "level": "HIGH", "type": "bug", "confidence": 0.7, "description": "Breaks. Badly."})).unwrap();
        assert_eq!(
            (
                found.severity,
                found.category.as_str(),
                found.title.as_str()
            ),
            (Severity::Major, "correctness", "Breaks")
        );
        assert_eq!(found.confidence, 0.7);
        assert_eq!(
            finding(json!({"path": "a.py", "line": 2, "title": "T", "confidence": "high"}))
                .unwrap()
                .confidence,
            0.9
        );
    }

    #[test]
    fn nothing_is_put_in_place_of_lines_that_were_not_named() {
        let found = finding(
            json!({"path": "a.py", "line": 3, "end_line": 9, "title": "T", "replacement": "x"}),
        )
        .unwrap();
        assert_eq!((found.line, found.end, found.replacement), (3, 3, None));
    }

    #[test]
    fn a_finding_outside_of_the_diff_is_dropped() {
        assert_eq!(
            finding(json!({"path": "b.py", "line": 2, "title": "T"})),
            Err("names no file that was shown")
        );
        assert_eq!(
            finding(json!({"path": "a.py", "line": 200, "title": "T"})),
            Err("names a line that the diff does not show")
        );
        assert_eq!(
            finding(json!({"path": "a.py", "title": "T"})),
            Err("names no line")
        );
        assert_eq!(
            finding(json!({"path": "a.py", "line": 1})),
            Err("says nothing")
        );
    }
}
