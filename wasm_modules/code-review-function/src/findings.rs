//! The findings in a model's answer, as far as they make sense.

use serde_json::Value;

use crate::anchor;
use crate::patch::Hunk;
use crate::reading::{number, text};
use crate::schema::CATEGORIES;
use crate::visible::{clip, visible};
use crate::wit::{Finding, Severity, Side, Source};

/// Reads one finding. `shown` gives a file's path in full and its hunks, by the path as the model
/// wrote it.
///
/// # Errors
/// Why there is no such finding: it names no file or line of the diff, or says nothing.
pub fn read<'a>(
    value: &Value,
    shown: impl Fn(&str) -> Option<(&'a str, &'a [Hunk])>,
) -> Result<Finding, &'static str> {
    let (path, hunks) =
        shown(&text(value, &["path", "file", "filename"])).ok_or("names no file that was shown")?;
    let line = number(value, &["line", "start_line", "line_number"]).ok_or("names no line")?;
    let end = number(value, &["end_line", "end", "line_end"]).unwrap_or(line);
    let spot = anchor::find(hunks, side(value), line, end)
        .ok_or("names a line that the diff does not show")?;
    let (title, body) = words(value).ok_or("says nothing")?;
    let may_replace = spot.exact && spot.side == Side::Right;
    Ok(Finding {
        path: path.to_string(),
        line: spot.line,
        end: spot.end,
        side: spot.side,
        severity: severity(&text(value, &["severity", "level", "priority"])),
        category: category(&text(value, &["category", "type", "kind"])),
        confidence: confidence(value.get("confidence")),
        title,
        body,
        replacement: may_replace.then(|| replacement(value)).flatten(),
        source: Source::Model,
        also: Vec::new(),
    })
}

fn side(value: &Value) -> Side {
    match text(value, &["side"]).to_lowercase().as_str() {
        "old" | "left" | "deleted" | "base" => Side::Left,
        _ => Side::Right,
    }
}

/// Title and body; the title is taken from the body where there is none.
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

fn severity(word: &str) -> Severity {
    match word.to_lowercase().as_str() {
        "critical" | "blocker" | "severe" | "fatal" | "p0" => Severity::Critical,
        "major" | "high" | "error" | "important" | "serious" | "p1" => Severity::Major,
        "nit" | "trivial" | "info" | "style" | "suggestion" | "hint" | "p3" => Severity::Nit,
        _ => Severity::Minor,
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

/// 0 to 1, from per cent, a fraction or a word; a half where nothing is said.
fn confidence(value: Option<&Value>) -> f32 {
    let word = value.and_then(Value::as_str).unwrap_or_default();
    let said = match word.to_lowercase().as_str() {
        "high" => Some(0.9),
        "medium" => Some(0.6),
        "low" => Some(0.3),
        digits => digits.trim_end_matches('%').parse::<f32>().ok(),
    };
    let said = said
        .or_else(|| value.and_then(Value::as_f64).map(|number| number as f32))
        .unwrap_or(0.5);
    let is_fraction = said <= 1.0 && value.and_then(Value::as_u64).is_none();
    let fraction = if is_fraction { said } else { said / 100.0 };
    if fraction.is_finite() {
        fraction.clamp(0.0, 1.0)
    } else {
        0.5
    }
}

/// The text to put in place of the lines, without the fences and line numbers that models like to
/// copy along.
fn replacement(value: &Value) -> Option<String> {
    let raw = value
        .get("replacement")
        .or_else(|| value.get("suggestion"))?
        .as_str()?;
    let raw = raw.trim_matches('\n');
    let fenced = raw
        .strip_prefix("```")
        .and_then(|rest| rest.strip_suffix("```"))
        .and_then(|rest| rest.split_once('\n'));
    let raw = fenced.map_or(raw, |(_, code)| code.trim_end_matches('\n'));
    let lines: Vec<&str> = raw.lines().collect();
    let bare: Option<Vec<&str>> = lines.iter().map(|line| unnumbered(line)).collect();
    let text = bare.unwrap_or(lines).join("\n");
    (!text.trim().is_empty() && text.len() <= 4000).then_some(text)
}

/// The code of a line in the form in which diffs are shown: `12+|code`.
fn unnumbered(line: &str) -> Option<&str> {
    let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let code = rest
        .strip_prefix("+|")
        .or_else(|| rest.strip_prefix(" |"))?;
    (rest.len() < line.len()).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patch::parse;
    use serde_json::json;

    fn finding(value: Value) -> Result<Finding, &'static str> {
        let hunks = parse("@@ -1,2 +1,3 @@\n a\n-b\n+c\n+d\n").unwrap();
        let hunks: &'static [Hunk] = Vec::leak(hunks);
        read(&value, |path| {
            (path == "a.py").then_some(("src/a.py", hunks))
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
    fn fences_and_numbers_are_taken_off_a_replacement() {
        let replaced = |text: &str| {
            finding(json!({"path": "a.py", "line": 2, "title": "T", "replacement": text}))
                .unwrap()
                .replacement
        };
        assert_eq!(replaced("```py\n2+|    x\n```").as_deref(), Some("    x"));
        assert_eq!(replaced("a | b").as_deref(), Some("a | b"));
        assert_eq!(replaced(" "), None);
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
