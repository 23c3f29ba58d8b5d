//! Whether a finding and another tool's report say the same: they name the same well-known flaw, or
//! share most of their words, and quote no different names.

use std::collections::BTreeSet;

use crate::ask::answer_guard::{STEM, parts};
use crate::wit::{Finding, Report};

/// The share of the shorter text's significant words that the other must contain, on the same lines
/// and on neighbouring ones, and the least of them.
const ALIKE: f32 = 0.6;
const MUCH_ALIKE: f32 = 0.75;
const WORDS: usize = 2;
/// The most words of a report that are compared: its first sentence, mostly.
const FIRST: usize = 30;
/// The most bytes of a quoted name.
const NAME: usize = 60;

/// Words that do not tell one flaw from another.
const GENERAL: &str = "a an and any are as at avoid be but by call called can check class code data detected \
    does error file for found from function has have here if in into is it its line lines may method missing \
    must never no not of on or possible possibly potential potentially return returns should that the there \
    this to type use used user using value values variable warning was when which will with without always";

/// Flaws by phrases that name them, of which all words must occur. The first kind shows where data
/// comes from and where it goes to, on different lines; the second is on one line.
const FLOWS: [&[&str]; 8] = [
    &["sql injection", "sqli", "s608", "b608"],
    &["cross site scripting", "xss"],
    &["command injection", "shell injection"],
    &["path traversal", "directory traversal", "zip slip"],
    &["server side request forgery", "ssrf"],
    &["open redirect", "url redirection"],
    &["unsafe deserialization", "insecure deserialization"],
    &["xml external entity", "xxe"],
];
const POINTS: [&[&str]; 5] = [
    &[
        "hardcoded credential",
        "hardcoded password",
        "hardcoded secret",
        "hardcoded token",
        "hardcoded key",
        "hard coded credential",
        "hard coded password",
        "hard coded secret",
        "hard coded token",
        "hard coded key",
    ],
    &[
        "null dereference",
        "null pointer",
        "nil dereference",
        "nil pointer",
    ],
    &[
        "unused import",
        "imported unused",
        "import never used",
        "f401",
    ],
    &["unused variable", "unused vars", "never used", "f841"],
    &["undefined name", "undefined variable", "no undef", "f821"],
];

/// What a text says, as far as it is compared.
pub struct Statement {
    stems: BTreeSet<String>,
    significant: BTreeSet<String>,
    /// The names that it quotes, and all names that it mentions.
    quoted: BTreeSet<String>,
    mentioned: BTreeSet<String>,
}

impl Statement {
    /// A finding is compared by its title, a report by its first sentence and its rule.
    pub fn of_finding(finding: &Finding) -> Self {
        let mut said = Self::new(&finding.title);
        said.mentioned.extend(identifiers(&finding.body));
        said
    }

    pub fn of_report(report: &Report) -> Self {
        let words = report.text.split_whitespace().take(FIRST);
        let text = words.collect::<Vec<_>>().join(" ");
        Self::new(&format!("{text} {}", report.rule))
    }

    fn new(text: &str) -> Self {
        let general: BTreeSet<&str> = GENERAL.split_whitespace().collect();
        let words = parts(text);
        let significant = words.iter().filter(|word| !general.contains(word.as_str()));
        Statement {
            significant: significant.map(|word| stem(word)).collect(),
            stems: words.iter().map(|word| stem(word)).collect(),
            quoted: quoted(text),
            mentioned: identifiers(text).collect(),
        }
    }

    /// Whether what the report quotes and what the finding quotes can be the same: a report on the
    /// import `os` does not concern the import `re`.
    pub fn may_concern(&self, finding: &Statement) -> bool {
        let meets = |quoted: &BTreeSet<String>, mentioned: &BTreeSet<String>| {
            quoted.is_empty() || !quoted.is_disjoint(mentioned)
        };
        let is_told = self.quoted.is_empty() || meets(&finding.quoted, &self.mentioned);
        meets(&self.quoted, &finding.mentioned) && is_told
    }

    pub fn names_flaw_of(&self, known: &Statement, lines: u32) -> bool {
        let both_name = |phrases: &&[&str]| self.names(phrases) && known.names(phrases);
        FLOWS.iter().any(both_name) || (lines == 0 && POINTS.iter().any(both_name))
    }

    fn names(&self, phrases: &[&str]) -> bool {
        let occurs = |phrase: &&str| {
            phrase
                .split(' ')
                .all(|word| self.stems.contains(&stem(word)))
        };
        phrases.iter().any(occurs)
    }

    pub fn is_like(&self, known: &Statement, lines: u32) -> bool {
        let shared = self.significant.intersection(&known.significant).count();
        let least = self.significant.len().min(known.significant.len());
        let share = if lines == 0 { ALIKE } else { MUCH_ALIKE };
        shared >= WORDS && shared as f32 >= share * least as f32
    }
}

fn stem(word: &str) -> String {
    word.chars().take(STEM).collect()
}

/// The names in `text`, in lower case.
fn identifiers(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    words.filter(|word| !word.is_empty()).map(str::to_lowercase)
}

/// The names in quotation marks or backticks. Apostrophes quote nothing, and neither does a phrase.
fn quoted(text: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for mark in ['`', '\'', '"'] {
        let mut rest = text;
        while let Some((before, after)) = rest.split_once(mark) {
            rest = after;
            let opens = !before.ends_with(char::is_alphanumeric);
            let Some((name, behind)) = after.split_once(mark).filter(|_| opens) else {
                continue;
            };
            let is_name = name.len() <= NAME && !name.contains(char::is_whitespace);
            if is_name && !behind.starts_with(char::is_alphanumeric) {
                names.extend(identifiers(name));
                rest = behind;
            }
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_and_apostrophes_are_none() {
        let names = quoted("don't use `os.path` or 'x' of \"a phrase\", the user's \"b\" isn't");
        assert_eq!(
            names.into_iter().collect::<Vec<_>>(),
            ["b", "os", "path", "x"]
        );
        assert!(quoted("`").is_empty());
        assert!(quoted("''").is_empty());
    }
}
