//! The JSON schemas of the answers.
//!
//! They keep to what OpenAI's strict mode and both of llama.cpp's grammar engines enforce: objects
//! with every field required, lists, strings, whole numbers and choices, each with a bound. Fields
//! are asked for in an order that lets a model think before it judges, so they are written as text
//! and not as a map.

/// Characters of the answer's texts.
pub const TITLE: usize = 120;
pub const BODY: usize = 900;
pub const NOTE: usize = 240;
pub const PURPOSE: usize = 1200;
pub const SENTENCE: usize = 300;
pub const DIGEST: usize = 1200;

pub const CATEGORIES: [&str; 11] = [
    "correctness",
    "security",
    "concurrency",
    "resources",
    "performance",
    "data",
    "compatibility",
    "tests",
    "configuration",
    "documentation",
    "maintainability",
];
pub const SEVERITIES: [&str; 4] = ["critical", "major", "minor", "nit"];

/// Notes, findings and risks about the files `paths`.
pub fn chunk(paths: &[&str]) -> String {
    let path = || choice(paths);
    let note = object(&[("path", path()), ("text", text(NOTE))]);
    let finding = object(&[
        ("path", path()),
        ("side", choice(&["new", "old"])),
        ("line", integer(1, 10_000_000)),
        ("end_line", integer(1, 10_000_000)),
        ("body", text(BODY)),
        ("title", text(TITLE)),
        ("category", choice(&CATEGORIES)),
        ("severity", choice(&SEVERITIES)),
        ("confidence", integer(0, 100)),
        ("replacement", text(BODY)),
    ]);
    object(&[
        ("notes", list(&note, paths.len())),
        ("findings", list(&finding, 6)),
        ("risks", list(&text(SENTENCE), 3)),
    ])
}

/// The review's text; `commits` are the names of the commits to describe.
pub fn summary(commits: &[&str]) -> String {
    let mut fields = vec![
        ("purpose", text(PURPOSE)),
        ("majors", list(&text(SENTENCE), 6)),
        ("risks", list(&text(SENTENCE), 6)),
    ];
    if !commits.is_empty() {
        let commit = object(&[("commit", choice(commits)), ("text", text(SENTENCE))]);
        fields.push(("commits", list(&commit, commits.len())));
    }
    object(&fields)
}

pub fn digest() -> String {
    object(&[
        ("digest", text(DIGEST)),
        ("risks", list(&text(SENTENCE), 3)),
    ])
}

fn object(fields: &[(&str, String)]) -> String {
    let properties: Vec<String> = fields
        .iter()
        .map(|(name, schema)| format!("{}:{schema}", quoted(name)))
        .collect();
    let required: Vec<String> = fields.iter().map(|(name, _)| quoted(name)).collect();
    format!(
        r#"{{"type":"object","properties":{{{}}},"required":[{}],"additionalProperties":false}}"#,
        properties.join(","),
        required.join(",")
    )
}

fn list(items: &str, most: usize) -> String {
    format!(r#"{{"type":"array","maxItems":{most},"items":{items}}}"#)
}

fn text(most: usize) -> String {
    format!(r#"{{"type":"string","maxLength":{most}}}"#)
}

fn integer(least: u32, most: u32) -> String {
    format!(r#"{{"type":"integer","minimum":{least},"maximum":{most}}}"#)
}

fn choice(words: &[&str]) -> String {
    let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    format!(r#"{{"type":"string","enum":[{}]}}"#, words.join(","))
}

/// `text` as a JSON string.
pub fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    /// Every schema below `value`, itself included.
    fn walk(value: &Value, visit: &mut dyn FnMut(&Value)) {
        visit(value);
        let properties = value.get("properties").and_then(Value::as_object);
        properties
            .into_iter()
            .flat_map(|map| map.values())
            .for_each(|inner| walk(inner, visit));
        value
            .get("items")
            .into_iter()
            .for_each(|inner| walk(inner, visit));
    }

    #[test]
    fn every_schema_is_bounded_and_strict() {
        for schema in [
            chunk(&["a.py", "we\"ird\n.py"]),
            summary(&["abc"]),
            summary(&[]),
            digest(),
        ] {
            let schema: Value = serde_json::from_str(&schema).unwrap();
            walk(&schema, &mut |part| match part["type"].as_str() {
                Some("object") => {
                    let names: Vec<_> = part["properties"]
                        .as_object()
                        .unwrap()
                        .keys()
                        .cloned()
                        .collect();
                    let mut required: Vec<_> = part["required"]
                        .as_array()
                        .unwrap()
                        .iter()
                        .map(|n| n.as_str().unwrap().to_string())
                        .collect();
                    required.sort();
                    assert_eq!(names, required);
                    assert_eq!(part["additionalProperties"], false);
                }
                Some("array") => assert!(part["maxItems"].is_u64()),
                Some("string") => assert!(part["maxLength"].is_u64() || part["enum"].is_array()),
                Some("integer") => assert!(part["maximum"].is_u64()),
                other => panic!("a schema of type {other:?}"),
            });
        }
    }
}
