//! Code of the repository around a change, looked up before the model is asked: what changed lines call, who uses what
//! changed, and the tests of it.

use std::collections::{BTreeMap, BTreeSet};

use crate::ask::host::{Host, Stop};
use crate::ask::mentions::mentions;
use crate::diff::kinds::{FileKind, kind_of};
use crate::diff::patch::{Hunk, Kind};
use crate::diff::triage::FileDecision;
use crate::text::visible::visible;
use crate::wit::{Answer, Change, File, Level, Lookup, Passage, Passages, Query, Settings, Status};

/// Files whose surroundings are looked up, and the most look-ups of one kind for each.
const FILES: usize = 40;
const CALLED: usize = 14;
const CHANGED: usize = 6;
/// A name with more definitions is too common to say anything.
const DEFINITIONS: usize = 4;
/// Uses of one changed name that are shown, and tests of a file.
const USES: usize = 4;
const TESTS: usize = 2;
/// Definitions that are not looked up by their uses.
const DATA: [&str; 3] = ["field", "constant", "module"];

/// What was found for each file of the change, the most useful first.
#[derive(Default)]
pub struct Surroundings {
    found: BTreeMap<usize, Vec<Found>>,
    /// Why nothing could be looked up; empty if something could.
    pub failure: String,
}

/// A passage, and what it is to the change: "definition of `total`".
struct Found {
    role: String,
    passage: Passage,
}

/// A file to look around, with its changed lines.
struct Site<'a> {
    at: usize,
    file: &'a File,
    hunks: &'a [Hunk],
}

/// Looks up the surroundings of the files to review, if the host grants it and a model of full level is asked.
pub fn gather(
    host: &Host,
    change: &Change,
    settings: &Settings,
    decisions: &[FileDecision],
) -> Result<Surroundings, Stop> {
    let full = settings
        .model
        .as_ref()
        .is_some_and(|model| model.level == Level::Full);
    if !settings.features.lookups || !full {
        return Ok(Surroundings::default());
    }
    let sites = sites(change, decisions);
    let outlines = host.look(sites.iter().map(outline_of).collect())?;
    let mut asked: Vec<(usize, String, Lookup)> = Vec::new();
    for (site, outline) in sites.iter().zip(&outlines) {
        let outline = passages(outline);
        asked.extend(
            called(site, outline)
                .into_iter()
                .map(|one| (site.at, one.0, one.1)),
        );
        asked.extend(
            used(site, outline)
                .into_iter()
                .map(|one| (site.at, one.0, one.1)),
        );
        asked.extend(tests(site).map(|one| (site.at, "test".to_string(), one)));
    }
    let answers = host.look(asked.iter().map(|(_, _, lookup)| lookup.clone()).collect())?;
    let mut surroundings = Surroundings {
        failure: failure(outlines.iter().chain(&answers)),
        ..Surroundings::default()
    };
    for ((at, role, lookup), answer) in asked.iter().zip(answers) {
        surroundings.add(*at, role, lookup, passages(&answer));
    }
    Ok(surroundings)
}

impl Surroundings {
    fn add(&mut self, at: usize, role: &str, lookup: &Lookup, passages: &[Passage]) {
        let most = match lookup.query {
            Query::Definition if passages.len() > DEFINITIONS => 0,
            Query::Definition => 2,
            Query::Tests => TESTS,
            _ => USES,
        };
        let elsewhere =
            |one: &&Passage| lookup.query == Query::Definition || one.path != lookup.path;
        let found = self.found.entry(at).or_default();
        for passage in passages.iter().filter(elsewhere).take(most) {
            found.push(Found {
                role: role.to_string(),
                passage: passage.clone(),
            });
        }
    }

    /// Whether there is anything to show.
    pub fn is_empty(&self) -> bool {
        self.found.values().all(Vec::is_empty)
    }

    /// The passages for these files within `most` bytes, without lines that the diff shows. Their line numbers
    /// are left out: they change with every push, and no answer could be reused.
    pub fn text(
        &self,
        change: &Change,
        files: impl Iterator<Item = usize>,
        shown: &str,
        most: usize,
    ) -> String {
        let mut text = String::new();
        let mut known: BTreeSet<(&str, u32)> = BTreeSet::new();
        let of_files: Vec<&Vec<Found>> = files.filter_map(|at| self.found.get(&at)).collect();
        // Each file's first passage, then each file's second one: no file takes the room of all.
        let longest = of_files.iter().map(|found| found.len()).max().unwrap_or(0);
        let turns =
            (0..longest).flat_map(|turn| of_files.iter().filter_map(move |found| found.get(turn)));
        for one in turns {
            let passage = &one.passage;
            let is_new = known.insert((passage.path.as_str(), passage.line));
            if !is_new || is_shown(change, passage, shown) {
                continue;
            }
            let block = format!(
                "{} ({}{})\n{}\n\n",
                visible(&passage.path),
                one.role,
                within(passage, &one.role),
                visible(&passage.text).trim_end_matches('\n'),
            );
            if text.len() + block.len() <= most {
                text.push_str(&block);
            }
        }
        text.trim_end().to_string()
    }
}

/// The definition that a use is in.
fn within(passage: &Passage, role: &str) -> String {
    let is_inside = !passage.name.is_empty() && !role.starts_with("definition");
    if is_inside {
        format!(", in {}", visible(&passage.name))
    } else {
        String::new()
    }
}

/// Whether the first line of code of the passage is in the shown diff of its file.
fn is_shown(change: &Change, passage: &Passage, shown: &str) -> bool {
    let is_changed = change.files.iter().any(|file| file.path == passage.path);
    let mut lines = passage
        .text
        .lines()
        .map(str::trim)
        .filter(|line| line.len() > 8);
    is_changed && lines.next().is_some_and(|line| shown.contains(line))
}

fn sites<'a>(change: &'a Change, decisions: &'a [FileDecision]) -> Vec<Site<'a>> {
    let files = change.files.iter().zip(decisions).enumerate();
    let sites = files.filter_map(|(at, (file, decision))| match decision {
        FileDecision::Read(hunks, _) if kind_of(file) == FileKind::Source => {
            Some(Site { at, file, hunks })
        }
        _ => None,
    });
    sites.take(FILES).collect()
}

fn lookup(id: String, query: Query, text: &str, path: &str) -> Lookup {
    Lookup {
        id,
        query,
        text: text.to_string(),
        path: path.to_string(),
        line: 0,
        end: 0,
    }
}

fn outline_of(site: &Site) -> Lookup {
    lookup(
        format!("outline/{}", site.at),
        Query::Outline,
        "",
        &site.file.path,
    )
}

/// The definitions of what added lines call and of the types that they use.
fn called(site: &Site, outline: &[Passage]) -> Vec<(String, Lookup)> {
    let lines = site.hunks.iter().flat_map(|hunk| &hunk.lines);
    let added = lines.filter(|line| line.kind == Kind::Added);
    let mut names: Vec<(bool, String)> = Vec::new();
    for mention in added.flat_map(|line| mentions(&line.text)) {
        if !names.iter().any(|(_, name)| *name == mention.name) {
            names.push((!mention.is_call, mention.name));
        }
    }
    names.sort_by_key(|(is_type, _)| *is_type);
    let is_new = |name: &str| changed(site, outline).iter().any(|known| known == name);
    let wanted = names
        .into_iter()
        .map(|(_, name)| name)
        .filter(|name| !is_new(name));
    let ask = |(nth, name): (usize, String)| {
        let id = format!("definition/{}/{nth}", site.at);
        let asked = lookup(id, Query::Definition, &name, &site.file.path);
        (format!("definition of {name}"), asked)
    };
    wanted.take(CALLED).enumerate().map(ask).collect()
}

/// The uses of what the change defines otherwise than before, or no longer.
fn used(site: &Site, outline: &[Passage]) -> Vec<(String, Lookup)> {
    let ask = |(nth, name): (usize, String)| {
        let id = format!("uses/{}/{nth}", site.at);
        let asked = lookup(id, Query::Uses, &name, &site.file.path);
        (format!("use of {name}"), asked)
    };
    let names = changed(site, outline)
        .into_iter()
        .chain(gone(site, outline));
    names.take(CHANGED).enumerate().map(ask).collect()
}

fn tests(site: &Site) -> Option<Lookup> {
    let is_old = site.file.status != Status::Added;
    is_old.then(|| {
        lookup(
            format!("tests/{}", site.at),
            Query::Tests,
            "",
            &site.file.path,
        )
    })
}

/// The names of the innermost definitions that contain added lines, or lines beside deleted ones.
fn changed(site: &Site, outline: &[Passage]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for hunk in site.hunks {
        let mut next = hunk.new_start;
        for line in &hunk.lines {
            if let Some(number) = line.new {
                next = number + 1;
            }
            let at = match line.kind {
                Kind::Added => line.new.unwrap_or(next),
                Kind::Deleted => next,
                Kind::Context => continue,
            };
            let holding = outline.iter().filter(|one| {
                one.line <= at && at <= one.end && !DATA.contains(&one.kind.as_str())
            });
            let innermost = holding.min_by_key(|one| one.end.saturating_sub(one.line));
            if let Some(name) = innermost
                .map(|one| &one.name)
                .filter(|name| !names.contains(name))
            {
                names.push(name.clone());
            }
        }
    }
    names
}

/// Names that deleted lines define and the file no longer does.
fn gone(site: &Site, outline: &[Passage]) -> Vec<String> {
    const WORDS: [&str; 7] = [
        "def ",
        "func ",
        "fn ",
        "function ",
        "class ",
        "interface ",
        "struct ",
    ];
    let lines = site.hunks.iter().flat_map(|hunk| &hunk.lines);
    let deleted = lines.filter(|line| line.kind == Kind::Deleted);
    let mut names: Vec<String> = Vec::new();
    for line in deleted {
        for word in WORDS {
            let Some((_, after)) = line.text.split_once(word) else {
                continue;
            };
            let name: String = after
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            if name.len() > 2
                && !names.contains(&name)
                && !outline.iter().any(|one| one.name == name)
            {
                names.push(name);
            }
        }
    }
    names
}

fn passages<'p>(answer: &'p &Answer) -> &'p [Passage] {
    match answer {
        Answer::Passages(Passages { passages, .. }) => passages,
        _ => &[],
    }
}

/// The reason of the failures, if no look-up succeeded.
fn failure<'p>(mut answers: impl Iterator<Item = &'p &'p Answer>) -> String {
    let mut reason = String::new();
    let failed = answers.all(|answer| match answer {
        Answer::Failure(failure) => {
            reason.clone_from(&failure.message);
            true
        }
        _ => false,
    });
    if failed { reason } else { String::new() }
}
