//! The schemas of the summary's answers. Descriptions come before judgements.

use crate::ask::schema::{choice, list, object, text};

const PURPOSE: usize = 1200;
const SENTENCE: usize = 300;
const TESTS: usize = 400;
const DIGEST: usize = 1200;
const NAME: usize = 60;
/// The most characters for the numbers of a group's files.
const NUMBERS: usize = 160;

/// The parts of a summary that can be left out.
#[derive(Clone, Copy, Debug)]
pub struct Parts {
    pub walkthrough: bool,
    /// The number of commits to describe.
    pub commits: usize,
    pub diagram: bool,
    /// The major changes, and what the tests cover.
    pub details: bool,
}

impl Parts {
    /// Only the parts that every summary has.
    pub const LEAST: Parts = Parts {
        walkthrough: false,
        commits: 0,
        diagram: false,
        details: true,
    };
    /// The purpose only, for small models.
    pub const SIMPLE: Parts = Parts {
        details: false,
        ..Parts::LEAST
    };
}

pub fn summary(parts: Parts) -> String {
    let mut fields = Vec::new();
    if parts.walkthrough {
        fields.push(("groups", groups()));
    }
    if parts.commits > 0 {
        fields.push(("commits", commits(parts.commits)));
    }
    fields.push(("purpose", text(PURPOSE)));
    if parts.details {
        fields.push(("majors", list(&text(SENTENCE), 6)));
        fields.push(("tests", text(TESTS)));
    }
    if parts.diagram {
        fields.push(("flow", flow()));
    }
    object(&fields)
}

fn groups() -> String {
    let group = [
        ("name", text(NAME)),
        ("files", text(NUMBERS)),
        ("text", text(SENTENCE)),
    ];
    list(&object(&group), 8)
}

fn commits(count: usize) -> String {
    let names: Vec<String> = (1..=count).map(|nth| nth.to_string()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let commit = [("commit", choice(&names)), ("text", text(SENTENCE))];
    list(&object(&commit), count)
}

fn flow() -> String {
    let step = [
        ("from", text(NAME)),
        ("to", text(NAME)),
        ("label", text(2 * NAME)),
    ];
    list(&object(&step), 10)
}

pub fn digest() -> String {
    object(&[("digest", text(DIGEST))])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ask::schema::assert_strict;

    #[test]
    fn every_schema_is_bounded_and_strict() {
        let all = Parts {
            walkthrough: true,
            commits: 3,
            diagram: true,
            details: true,
        };
        for schema in [
            summary(all),
            summary(Parts::LEAST),
            summary(Parts::SIMPLE),
            digest(),
        ] {
            assert_strict(&schema);
        }
    }

    #[test]
    fn what_is_not_wanted_is_not_asked_for() {
        let least = summary(Parts::LEAST);
        for field in ["groups", "commits", "flow"] {
            assert!(!least.contains(field));
        }
        let simple = summary(Parts::SIMPLE);
        assert!(!simple.contains("majors") && simple.contains("purpose"));
    }
}
