//! The JSON schemas of the answers.
//!
//! They use only what OpenAI's strict mode and both grammar engines of llama.cpp enforce: objects
//! with every field required, lists, strings, integers and enumerations, each with a bound. The
//! order of the fields lets a model reason before it judges, so schemas are written as text: a map
//! would lose the order.

/// The most characters of the texts in an answer.
pub const TITLE: usize = 120;
pub const BODY: usize = 900;
pub const NOTE: usize = 240;
pub const SENTENCE: usize = 300;
const REPLACEMENT: usize = 1500;
/// The most findings in one answer, and the most risks.
pub const MOST_FINDINGS: usize = 16;
pub const RISKS: usize = 2;

/// The most findings that a small model is asked for at once.
pub const SIMPLE_FINDINGS: usize = 3;

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

/// The kinds of look-ups that a model may ask for.
pub const QUERIES: [&str; 7] = [
    "definition",
    "uses",
    "read",
    "search",
    "outline",
    "tests",
    "history",
];
/// The most look-ups for one finding.
pub const NEEDS: usize = 2;
/// The most characters of a name or text to look up, and of a path.
const NAME: usize = 120;
const PATH: usize = 300;
/// The most characters of what a model thinks before it answers.
const ANALYSIS: usize = 3000;

/// The optional fields of an answer about a chunk.
#[derive(Clone, Copy, Debug, Default)]
pub struct ChunkFields {
    /// The characters for thoughts before the answer, for models that do not reason by themselves; 0: none.
    pub analysis: usize,
    pub replacements: bool,
    /// Look-ups that would settle a finding.
    pub lookups: bool,
    /// Whether a rule's finding may be contradicted.
    pub contradictions: bool,
    /// Whether risks are asked for: those that can be verified.
    pub risks: bool,
}

/// Notes, findings and risks about the files `paths`.
pub fn chunk(paths: &[&str], fields: ChunkFields) -> String {
    let path = || choice(paths);
    let note = object(&[("path", path()), ("text", text(NOTE))]);
    let mut finding = vec![
        ("path", path()),
        ("side", choice(&["new", "old"])),
        ("line", integer(1, 10_000_000)),
        ("end_line", integer(1, 10_000_000)),
        ("body", text(BODY)),
        ("title", text(TITLE)),
        ("category", choice(&CATEGORIES)),
        ("severity", choice(&SEVERITIES)),
        ("confidence", integer(0, 100)),
    ];
    if fields.replacements {
        finding.push(("replacement", text(REPLACEMENT)));
    }
    if fields.lookups {
        finding.push(("needs", needs(NEEDS)));
    }
    let mut answer = Vec::new();
    if fields.analysis > 0 {
        answer.push(("analysis", text(fields.analysis.min(ANALYSIS))));
    }
    answer.push(("notes", list(&note, paths.len())));
    answer.push(("findings", list(&object(&finding), findings(paths.len()))));
    if fields.risks {
        let risk = object(&[("path", path()), ("text", text(SENTENCE))]);
        answer.push(("risks", list(&risk, RISKS)));
    }
    if fields.contradictions {
        let said = object(&[("rule", integer(1, 10_000)), ("reason", text(SENTENCE))]);
        answer.push(("contradicted", list(&said, 4)));
    }
    object(&answer)
}

/// The most findings in an answer about so many files.
pub fn findings(files: usize) -> usize {
    (5 + files).min(MOST_FINDINGS)
}

/// A list of look-ups.
pub fn needs(most: usize) -> String {
    let need = [
        ("query", choice(&QUERIES)),
        ("text", text(NAME)),
        ("path", text(PATH)),
        ("line", integer(0, 10_000_000)),
    ];
    list(&object(&need), most)
}

/// What changes in the files `paths` and what is wrong there, with as few fields as possible.
pub fn simple_chunk(paths: &[&str]) -> String {
    let finding = [
        ("path", choice(paths)),
        ("line", integer(1, 10_000_000)),
        ("body", text(SENTENCE)),
        ("title", text(TITLE)),
        ("severity", choice(&SEVERITIES)),
    ];
    object(&[
        ("note", text(NOTE)),
        ("findings", list(&object(&finding), SIMPLE_FINDINGS)),
    ])
}

/// Whether the one finding in question is real.
pub fn simple_verify() -> String {
    object(&[("reason", text(NOTE)), ("real", choice(&["yes", "no"]))])
}

/// Verdicts on findings 1 to `count`; with `fixes`, also on their replacements; with `lookups`, an unsure one
/// names what would settle it.
pub fn verify(count: u32, fixes: bool, lookups: bool) -> String {
    let mut verdict = vec![
        ("number", integer(1, count)),
        ("reason", text(NOTE)),
        ("verdict", choice(&["keep", "drop", "unsure"])),
        ("severity", choice(&SEVERITIES)),
        ("confidence", integer(0, 100)),
    ];
    if fixes {
        verdict.push(("fix", choice(&["good", "bad", "none"])));
    }
    if lookups {
        verdict.push(("needs", needs(NEEDS)));
    }
    object(&[("verdicts", list(&object(&verdict), count as usize))])
}

pub fn object(fields: &[(&str, String)]) -> String {
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

pub fn list(items: &str, most: usize) -> String {
    format!(r#"{{"type":"array","maxItems":{most},"items":{items}}}"#)
}

pub fn text(most: usize) -> String {
    format!(r#"{{"type":"string","maxLength":{most}}}"#)
}

pub fn integer(least: u32, most: u32) -> String {
    format!(r#"{{"type":"integer","minimum":{least},"maximum":{most}}}"#)
}

pub fn choice(words: &[&str]) -> String {
    let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    format!(r#"{{"type":"string","enum":[{}]}}"#, words.join(","))
}

/// `text` as a JSON string.
pub fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Fails if a part of `schema` is not bounded or not strict.
#[cfg(test)]
pub fn assert_strict(schema: &str) {
    walk(&serde_json::from_str(schema).unwrap());
}

#[cfg(test)]
fn walk(part: &serde_json::Value) {
    match part["type"].as_str() {
        Some("object") => {
            let properties = part["properties"].as_object().unwrap();
            let names: Vec<_> = properties.keys().map(String::as_str).collect();
            let required = part["required"].as_array().unwrap();
            let mut required: Vec<_> = required.iter().filter_map(|n| n.as_str()).collect();
            required.sort_unstable();
            assert_eq!(names, required);
            assert_eq!(part["additionalProperties"], false);
            properties.values().for_each(walk);
        }
        Some("array") => {
            assert!(part["maxItems"].is_u64());
            walk(&part["items"]);
        }
        Some("string") => assert!(part["maxLength"].is_u64() || part["enum"].is_array()),
        Some("integer") => assert!(part["maximum"].is_u64()),
        other => panic!("a schema of type {other:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_schema_is_bounded_and_strict() {
        let all = ChunkFields {
            analysis: 2000,
            replacements: true,
            lookups: true,
            contradictions: true,
            risks: true,
        };
        assert_strict(&chunk(&["a.py", "we\"ird\n.py"], all));
        assert_strict(&chunk(&["a.py"], ChunkFields::default()));
        assert_strict(&verify(3, true, true));
        assert_strict(&verify(1, false, false));
        assert_strict(&simple_chunk(&["a.py"]));
        assert_strict(&simple_verify());
    }
}
