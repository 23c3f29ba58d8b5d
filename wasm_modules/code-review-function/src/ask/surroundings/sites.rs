//! Places to look around: the changed files, and what the change defines there.

use crate::diff::kinds::{FileKind, kind_of};
use crate::diff::patch::{Hunk, Kind, Line};
use crate::diff::triage::FileDecision;
use crate::wit::{Change, File, Passage};

/// Files whose surroundings are looked up.
const FILES: usize = 40;

/// A changed file to look around.
pub struct Site<'a> {
    pub at: usize,
    pub file: &'a File,
    hunks: &'a [Hunk],
}

/// Something that the change defines otherwise than before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    pub name: String,
    /// The type that it belongs to; empty if none.
    pub of: String,
    pub line: u32,
    pub end: u32,
}

/// The files to review, except prose and data that nothing refers to.
pub fn sites<'a>(change: &'a Change, decisions: &'a [FileDecision]) -> Vec<Site<'a>> {
    let files = change.files.iter().zip(decisions).enumerate();
    let sites = files.filter_map(|(at, (file, decision))| match decision {
        FileDecision::Read(hunks, _) if is_looked_around(kind_of(file)) => {
            Some(Site { at, file, hunks })
        }
        _ => None,
    });
    sites.take(FILES).collect()
}

fn is_looked_around(kind: FileKind) -> bool {
    !matches!(
        kind,
        FileKind::Documentation | FileKind::Assets | FileKind::Lock | FileKind::Snapshot
    )
}

impl<'a> Site<'a> {
    pub fn is_source(&self) -> bool {
        kind_of(self.file) == FileKind::Source
    }

    /// The lines of that kind.
    pub fn lines(&self, kind: Kind) -> impl Iterator<Item = &'a Line> + use<'a> {
        let lines = self.hunks.iter().flat_map(|hunk| &hunk.lines);
        lines.filter(move |line| line.kind == kind)
    }

    /// The numbers at the head of added lines, and of the lines behind deleted ones.
    fn places(&self) -> Vec<u32> {
        let mut places = Vec::new();
        for hunk in self.hunks {
            let mut next = hunk.new_start;
            for line in &hunk.lines {
                if let Some(number) = line.new {
                    next = number + 1;
                }
                match line.kind {
                    Kind::Added => places.push(line.new.unwrap_or(next)),
                    Kind::Deleted => places.push(next),
                    Kind::Context => {}
                }
            }
        }
        places.dedup();
        places
    }

    /// The first and last old line of each hunk that deletes something.
    pub fn deleted(&self) -> Vec<(u32, u32)> {
        let span = |hunk: &Hunk| {
            let deleted = hunk.lines.iter().filter(|line| line.kind == Kind::Deleted);
            let numbers: Vec<u32> = deleted.filter_map(|line| line.old).collect();
            Some((*numbers.first()?, *numbers.last()?))
        };
        self.hunks.iter().filter_map(span).collect()
    }

    /// The innermost definitions that contain changed lines; members and constants on them, too.
    pub fn changed(&self, outline: &[Passage]) -> Vec<Changed> {
        let mut found: Vec<Changed> = Vec::new();
        for at in self.places() {
            let holding = outline.iter().filter(|one| one.line <= at && at <= one.end);
            let innermost = holding.min_by_key(|one| one.end.saturating_sub(one.line));
            if let Some(one) = innermost.filter(|one| one.kind != "module") {
                push(&mut found, one, outline);
            }
        }
        found
    }

    /// What deleted lines define, and the file no longer does, with the type that it belonged to.
    pub fn gone(&self, outline: &[Passage]) -> Vec<Changed> {
        let mut names: Vec<Changed> = Vec::new();
        let added = self.lines(Kind::Added);
        let again: Vec<String> = added.filter_map(|line| defined(&line.text)).collect();
        for hunk in self.hunks {
            let mut next = hunk.new_start;
            for line in &hunk.lines {
                next = line.new.map_or(next, |number| number + 1);
                let text = Some(&line.text).filter(|_| line.kind == Kind::Deleted);
                let Some(name) = text.and_then(|text| defined(text)) else {
                    continue;
                };
                let of = receiver(&line.text).unwrap_or_else(|| holder(outline, next));
                // A constructor has the name of its type.
                let is_there = name != of && outline.iter().any(|one| one.name == name);
                let is_known =
                    again.contains(&name) || names.iter().any(|known| known.name == name);
                if !is_there && !is_known {
                    names.push(Changed {
                        name,
                        of,
                        line: next,
                        end: next,
                    });
                }
            }
        }
        names
    }

    /// The names that changed lines assign where nothing contains them: settings, constants of a module.
    pub fn assigned(&self, outline: &[Passage]) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        let lines = self.lines(Kind::Added).chain(self.lines(Kind::Deleted));
        for line in lines {
            let at = line.new.unwrap_or_default();
            let is_inside = outline.iter().any(|one| {
                one.line <= at
                    && at <= one.end
                    && ["function", "method"].contains(&one.kind.as_str())
            });
            let name = assigned(&line.text).filter(|name| !is_inside && !names.contains(name));
            names.extend(name);
        }
        names
    }
}

fn push(found: &mut Vec<Changed>, one: &Passage, outline: &[Passage]) {
    if found
        .iter()
        .any(|known| known.name == one.name && known.line == one.line)
    {
        return;
    }
    let holds = |outer: &&Passage| {
        outer.line <= one.line
            && one.end <= outer.end
            && (outer.line, outer.end) != (one.line, one.end)
    };
    let outer = outline.iter().filter(holds);
    let of = outer.min_by_key(|outer| outer.end - outer.line);
    found.push(Changed {
        name: one.name.clone(),
        of: of.map(|outer| outer.name.clone()).unwrap_or_default(),
        line: one.line,
        end: one.end,
    });
}

/// The innermost type that contains the line; empty if none.
fn holder(outline: &[Passage], line: u32) -> String {
    const TYPES: [&str; 9] = [
        "class",
        "struct",
        "interface",
        "trait",
        "enum",
        "record",
        "object",
        "impl",
        "type",
    ];
    let holding = outline.iter().filter(|one| {
        TYPES.contains(&one.kind.as_str()) && one.line <= line && line <= one.end.saturating_add(1)
    });
    let innermost = holding.min_by_key(|one| one.end.saturating_sub(one.line));
    innermost.map(|one| one.name.clone()).unwrap_or_default()
}

/// The type of a method of Go, by its receiver: `func (s *Store) Close()`.
fn receiver(line: &str) -> Option<String> {
    let (receiver, _) = line.trim_start().strip_prefix("func (")?.split_once(')')?;
    let name = receiver.rsplit([' ', '*']).next()?;
    (!name.is_empty()).then(|| name.to_string())
}

/// The name that a line defines, by the words before it.
fn defined(line: &str) -> Option<String> {
    const WORDS: [&str; 12] = [
        "def ",
        "func ",
        "fn ",
        "function ",
        "class ",
        "interface ",
        "struct ",
        "enum ",
        "trait ",
        "record ",
        "type ",
        "const ",
    ];
    let line = line.trim_start();
    let after = WORDS.iter().find_map(|word| {
        let (before, after) = line.split_once(word)?;
        before.split_whitespace().all(is_modifier).then_some(after)
    });
    let name = match after {
        Some(after) => name_at(receiver_skipped(after)),
        None => typed_method(line)?,
    };
    (name.len() > 2).then_some(name)
}

fn is_modifier(word: &str) -> bool {
    let word = word.trim_end_matches(|c: char| "()".contains(c));
    [
        "pub",
        "pub(crate",
        "async",
        "export",
        "default",
        "static",
        "public",
        "private",
        "protected",
        "abstract",
        "final",
        "override",
        "virtual",
        "internal",
        "sealed",
        "readonly",
        "partial",
        "declare",
        "unsafe",
        "inline",
    ]
    .contains(&word)
}

/// Behind the receiver of a method of Go.
fn receiver_skipped(after: &str) -> &str {
    match after.strip_prefix('(') {
        Some(rest) => rest.split_once(") ").map_or(after, |(_, name)| name),
        None => after,
    }
}

/// The name of a method that begins with its modifiers and its type: `public String getName() {`.
fn typed_method(line: &str) -> Option<String> {
    let (head, _) = line.split_once('(')?;
    let words: Vec<&str> = head.split_whitespace().collect();
    let (name, before) = words.split_last()?;
    let is_constructor = name.starts_with(char::is_uppercase);
    let is_declared = before.first().is_some_and(|word| is_modifier(word))
        && (before.len() > 1 || is_constructor);
    let is_name = name.chars().all(|c| c.is_alphanumeric() || c == '_');
    (is_declared && is_name).then(|| (*name).to_string())
}

fn name_at(text: &str) -> String {
    let text = text
        .trim_start_matches(['&', '*', '$'])
        .trim_start_matches("self.");
    text.chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect()
}

/// The name that a line assigns or names as a key.
fn assigned(line: &str) -> Option<String> {
    let (left, _) = line.split_once(['=', ':'])?;
    let left = left.trim().trim_matches(['"', '\'']);
    let name = left
        .rsplit([' ', '.', '$'])
        .next()?
        .trim_matches(['"', '\'']);
    let is_name = name.len() > 2
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || c == '_' || c == '-')
        && name.starts_with(|c: char| c.is_alphabetic() || c == '_');
    let is_declared = left.split_whitespace().count() <= 4;
    (is_name && is_declared).then(|| name.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_line_defines_is_known_by_its_words() {
        for (line, name) in [
            ("    async def total_of(self):", Some("total_of")),
            ("func (s *Store) Close() error {", Some("Close")),
            ("export default class Cart {", Some("Cart")),
            ("    public String getName() {", Some("getName")),
            ("  return total(x)", None),
            ("// the function that fails", None),
        ] {
            assert_eq!(defined(line).as_deref(), name, "{line}");
        }
    }

    #[test]
    fn what_a_line_assigns_is_the_last_name_before_the_sign() {
        for (line, name) in [
            ("MAX_SEATS = 40", Some("MAX_SEATS")),
            ("  \"perPage\": 20,", Some("perPage")),
            ("export const limit: number = 3;", Some("limit")),
            ("  total_of(cart)", None),
        ] {
            assert_eq!(assigned(line).as_deref(), name, "{line}");
        }
    }
}
