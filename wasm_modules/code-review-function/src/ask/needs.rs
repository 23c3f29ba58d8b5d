//! Look-ups that a model asks for, to settle a finding, and their answers as text.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::ask::answers::{list, number, text};
use crate::ask::host::{Host, Stop};
use crate::ask::schema::NEEDS;
use crate::text::slices::start;
use crate::text::visible::visible;
use crate::wit::{Answer, Lookup, Passage, Query};

/// The most bytes of a name or a text to look up.
const TEXT: usize = 200;
/// Lines that are read before and after the one that is asked for.
const AROUND: u32 = 40;
/// The most passages of one answer, and bytes of one passage.
const PASSAGES: usize = 6;
const PASSAGE: usize = 4000;

/// A look-up without its id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    query: Query,
    text: String,
    path: String,
    line: u32,
}

/// The look-ups in the field `needs` of a finding or a verdict. What makes no sense is left out.
pub fn read(value: &Value) -> Vec<Need> {
    read_up_to(value, NEEDS)
}

/// The first `most` look-ups in the field `needs`.
pub fn read_up_to(value: &Value, most: usize) -> Vec<Need> {
    let said = list(value, "needs").iter().take(most);
    said.filter_map(need).collect()
}

fn need(value: &Value) -> Option<Need> {
    let query = match text(value, &["query", "kind"]).to_lowercase().as_str() {
        "definition" => Query::Definition,
        "uses" | "callers" | "references" => Query::Uses,
        "read" | "file" => Query::Read,
        "search" | "grep" => Query::Search,
        "outline" => Query::Outline,
        "tests" => Query::Tests,
        "history" => Query::History,
        _ => return None,
    };
    let wanted = text(value, &["text", "name"]);
    let path = text(value, &["path", "file"]);
    let is_named = match query {
        Query::Definition | Query::Uses | Query::Search => !wanted.is_empty(),
        _ => !path.is_empty(),
    };
    let is_short = wanted.len() <= TEXT;
    (is_named && is_short).then(|| Need {
        query,
        text: wanted,
        path: path.trim_start_matches("./").to_string(),
        line: number(value, &["line"]).unwrap_or(0),
    })
}

impl Need {
    fn lookup(&self, id: String) -> Lookup {
        let (line, end) = match (self.query, self.line) {
            (Query::Read, 0) => (1, 2 * AROUND),
            (Query::Read, line) => (
                line.saturating_sub(AROUND).max(1),
                line.saturating_add(AROUND),
            ),
            (_, line) => (line, line),
        };
        // The path of a definition or a use is where the name stands; that of a search is a glob.
        Lookup {
            id,
            query: self.query,
            text: self.text.clone(),
            path: self.path.clone(),
            line,
            end,
        }
    }

    fn title(&self) -> String {
        let (text, path) = (visible(&self.text), visible(&self.path));
        match self.query {
            Query::Definition => format!("definition of {text}"),
            Query::Uses => format!("uses of {text}"),
            Query::Read => format!("{path}, around line {}", self.line.max(1)),
            Query::Search | Query::Pattern => format!("lines with {text}"),
            Query::Outline => format!("outline of {path}"),
            Query::Tests => format!("tests of {path}"),
            Query::History => format!("history of {path}"),
        }
    }
}

/// The answers to the needs of each subject, as text. Ids begin with `prefix`; equal needs are looked up once.
pub fn look(host: &Host, prefix: &str, wanted: &[Vec<Need>]) -> Result<Vec<String>, Stop> {
    let mut distinct: Vec<&Need> = Vec::new();
    for need in wanted.iter().flatten() {
        if !distinct.contains(&need) {
            distinct.push(need);
        }
    }
    if distinct.is_empty() {
        return Ok(vec![String::new(); wanted.len()]);
    }
    let numbered = distinct.iter().enumerate();
    let lookups = numbered.map(|(nth, need)| need.lookup(format!("{prefix}/{nth}")));
    let answers = host.look(lookups.collect())?;
    let answer_to = |need: &Need| {
        let at = distinct.iter().position(|known| *known == need)?;
        answers.get(at).map(|answer| told(need, answer))
    };
    let texts = wanted
        .iter()
        .map(|needs| needs.iter().filter_map(answer_to).collect());
    Ok(texts.collect())
}

fn told(need: &Need, answer: &Answer) -> String {
    let mut out = format!("## {}\n", need.title());
    match answer {
        Answer::Passages(found) if found.passages.is_empty() => out.push_str("nothing was found\n"),
        Answer::Passages(found) => {
            let mut known: BTreeSet<(&str, u32, u32)> = BTreeSet::new();
            let fresh = found.passages.iter();
            let fresh = fresh.filter(|one| {
                one.line == 0 || known.insert((one.path.as_str(), one.line, one.end))
            });
            fresh
                .take(PASSAGES)
                .for_each(|passage| push(&mut out, passage));
            if found.more || found.passages.len() > PASSAGES {
                out.push_str("… there is more\n");
            }
        }
        Answer::Failure(failure) => {
            out.push_str(&visible(&failure.message));
            out.push('\n');
        }
        Answer::Completion(_) | Answer::Excerpt(_) => {}
    }
    out.push('\n');
    out
}

fn push(out: &mut String, passage: &Passage) {
    out.push_str(&visible(&passage.path));
    if passage.line > 0 {
        out.push_str(&format!(":{}", passage.line));
    }
    if !passage.name.is_empty() {
        out.push_str(&format!(
            " ({} {})",
            visible(&passage.kind),
            visible(&passage.name)
        ));
    }
    out.push('\n');
    let text = visible(&passage.text);
    out.push_str(start(&text, PASSAGE).trim_end_matches('\n'));
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn needs_are_read_leniently_and_those_without_a_name_are_left_out() {
        let said = json!({"needs": [
            {"query": "Callers", "name": "total"},
            {"query": "definition", "text": "", "path": "a.py"},
            {"query": "read", "path": "./a.py", "line": "90"},
        ]});
        let found = read(&said);
        assert_eq!(found.len(), 1, "only the first two are looked at");
        assert_eq!(
            (found[0].query, found[0].text.as_str()),
            (Query::Uses, "total")
        );
        let said = json!({"needs": {"query": "read", "path": "./a.py", "line": "90"}});
        let lookup = read(&said)[0].lookup("x".into());
        assert_eq!(
            (lookup.path.as_str(), lookup.line, lookup.end),
            ("a.py", 50, 130)
        );
        assert_eq!(
            read(&json!({"needs": [{"query": "delete", "text": "x"}]})),
            []
        );
        assert_eq!(read(&json!({})), []);
    }
}
