//! Code of the repository around a change, looked up before the model is asked: what changed lines call and mention,
//! who uses what changed, what is alike, tests, settings, and why lines were as they were.

mod deployment;
mod mentions;
mod siblings;
mod sites;
mod spellings;
mod wanted;

use std::collections::{BTreeMap, BTreeSet};

use crate::ask::file_texts;
use crate::ask::host::{Host, Stop};
use crate::ask::surroundings::siblings::{is_comment, siblings};
use crate::ask::surroundings::sites::{Changed, Site, sites};
use crate::ask::surroundings::wanted::{Only, Wanted, next, wanted};
use crate::diff::kinds::{FileKind, kind};
use crate::diff::triage::FileDecision;
use crate::text::slices::start;
use crate::text::visible::visible;
use crate::wit::{Answer, Change, Level, Lookup, Passage, Passages, Query, Settings};

/// The most look-ups of a review before the model is asked.
const LOOKUPS: usize = 600;
/// A name with more definitions is too common to say anything, unless its passages speak of what it is said of.
const DEFINITIONS: usize = 8;
/// The rank of a function of the same file on the same members.
const SIBLING: usize = 3;
/// Passages up to this rank are followed to what they name.
const FOLLOWED: usize = 3;
/// A word with more uses is everywhere; from this rank on that leaves it out.
const EVERYWHERE: usize = 12;
const COMMON: usize = 3;
/// Files of packages that describe the package.
const METADATA: [&str; 3] = ["RECORD", "METADATA", "PKG-INFO"];
/// The most names that are told to be used nowhere else.
const UNUSED: usize = 4;
/// The rank of uses of what changed.
const CHANGED: usize = 1;
/// How much less the next passage of the same look-up is worth, prose, and a comment.
const NEXT: usize = 2;
const PROSE: usize = 6;
/// The most bytes of a passage, by whether it is a definition or a use.
const DEFINITION: usize = 1800;
const USE: usize = 900;

/// What was found for each file of the change, the most useful first.
#[derive(Default)]
pub struct Surroundings {
    found: BTreeMap<usize, Vec<Found>>,
    /// The first lines of the definitions that the change touches, by file.
    signatures: BTreeMap<usize, Vec<String>>,
    /// The names of changed definitions that nothing else uses.
    unused: BTreeMap<usize, Vec<String>>,
    /// Why nothing could be looked up; empty if something could.
    pub failure: String,
}

/// A passage, what it is to the change ("definition of `total`"), and how useful: 0 the most.
pub struct Found {
    rank: usize,
    role: String,
    /// The name that was looked up.
    name: String,
    query: Query,
    passage: Passage,
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
    let looked: Vec<(&Site, &[Passage], Vec<Changed>)> = sites
        .iter()
        .zip(&outlines)
        .map(|(site, outline)| (site, passages(outline), site.changed(passages(outline))))
        .collect();
    let mut surroundings = Surroundings::default();
    let most = LOOKUPS / sites.len().max(1);
    let mut asked: Vec<Wanted> = Vec::new();
    for (site, outline, changed) in &looked {
        surroundings
            .signatures
            .insert(site.at, signatures(outline, changed));
        let mut of_site = wanted(site, outline, changed);
        of_site.sort_by_key(|one| one.rank);
        asked.extend(of_site.into_iter().take(most));
    }
    let answers = host.look(asked.iter().map(|one| one.lookup.clone()).collect())?;
    // The history has another source than the files.
    let of_files = asked.iter().zip(&answers);
    let of_files = of_files.filter(|(one, _)| one.lookup.query != Query::History);
    surroundings.failure = failure(outlines.iter().chain(of_files.map(|(_, answer)| answer)));
    for (one, answer) in asked.iter().zip(answers) {
        surroundings.add(one, passages(&answer));
    }
    surroundings.follow(host, &sites, most)?;
    for (site, outline, changed) in &looked {
        if site.is_source() {
            let text = file_texts::text(host, settings, site.at, site.file)?;
            let alike = siblings(site, outline, changed, text.unwrap_or_default());
            surroundings.add_siblings(site.at, alike);
        }
    }
    for found in surroundings.found.values_mut() {
        found.sort_by_key(|one| one.rank);
    }
    Ok(surroundings)
}

impl Surroundings {
    /// Looks up what follows from what was found.
    fn follow(&mut self, host: &Host, sites: &[Site], most: usize) -> Result<(), Stop> {
        let mut asked: Vec<Wanted> = Vec::new();
        for site in sites {
            let found = self.found.get(&site.at).map_or(&[][..], Vec::as_slice);
            let near = found.iter().filter(|one| one.rank <= FOLLOWED);
            let near = near.map(|one| (&one.passage, one.query, one.name.as_str()));
            asked.extend(next(site, near).into_iter().take(most));
        }
        let answers = host.look(asked.iter().map(|one| one.lookup.clone()).collect())?;
        for (one, answer) in asked.iter().zip(answers) {
            self.add(one, passages(&answer));
        }
        Ok(())
    }

    /// Adds the best of the passages: code before comments and prose, and what speaks of the same type.
    fn add(&mut self, wanted: &Wanted, passages: &[Passage]) {
        let query = wanted.lookup.query;
        if query == Query::Definition && passages.len() > DEFINITIONS && wanted.of.is_empty() {
            return;
        }
        // A word that is everywhere says nothing of this change.
        let is_everywhere = passages.len() > EVERYWHERE && query != Query::Definition;
        if is_everywhere && wanted.rank >= COMMON {
            return;
        }
        let name = wanted
            .lookup
            .text
            .rsplit(['.', ':', '>'])
            .next()
            .unwrap_or_default();
        let mut ranked: Vec<(usize, &Passage)> = passages
            .iter()
            .filter(|one| is_useful(one, wanted.rank))
            .filter(|one| counts(one, wanted.only, &wanted.beside))
            .filter(|one| !(wanted.role.starts_with("other use") && one.path == wanted.beside))
            .map(|one| {
                (
                    prose(one, query, name) + stranger(one, &wanted.of, query),
                    one,
                )
            })
            .collect();
        if !wanted.of.is_empty() && query == Query::Definition {
            ranked.retain(|(_, one)| stranger(one, &wanted.of, query) == 0);
        }
        let is_of_changed = wanted.rank == CHANGED && query == Query::Uses;
        if is_of_changed && ranked.is_empty() {
            self.unused
                .entry(wanted.at)
                .or_default()
                .push(name.to_string());
        }
        ranked.sort_by_key(|(less, _)| *less);
        let found = self.found.entry(wanted.at).or_default();
        for (nth, (less, passage)) in ranked.into_iter().take(wanted.most).enumerate() {
            found.push(Found {
                rank: wanted.rank + less + nth * NEXT,
                role: wanted.role.clone(),
                name: name.to_string(),
                query,
                passage: passage.clone(),
            });
        }
    }

    fn add_siblings(&mut self, at: usize, alike: Vec<Passage>) {
        let found = self.found.entry(at).or_default();
        let of_file = alike.into_iter().enumerate().map(|(nth, passage)| Found {
            rank: SIBLING + nth * NEXT,
            role: "the same file".to_string(),
            name: String::new(),
            query: Query::Outline,
            passage,
        });
        found.extend(of_file);
    }

    /// The first lines of the definitions in that file that the change touches.
    pub fn signatures(&self, at: usize) -> &[String] {
        self.signatures.get(&at).map_or(&[], Vec::as_slice)
    }

    /// Files of the change of which one defines, uses or tests what another one changes: halves of one change.
    pub fn linked(&self, change: &Change) -> Vec<Vec<usize>> {
        let files = change.files.iter().zip(0..);
        let at: BTreeMap<&str, usize> = files.map(|(file, at)| (file.path.as_str(), at)).collect();
        let mut groups: Vec<BTreeSet<usize>> = Vec::new();
        for (one, found) in &self.found {
            let others = found.iter().filter(|other| other.passage.line > 0);
            for other in others.filter_map(|other| at.get(other.passage.path.as_str())) {
                if one != other {
                    link(&mut groups, *one, *other);
                }
            }
        }
        groups
            .into_iter()
            .map(|group| group.into_iter().collect())
            .collect()
    }

    /// Whether there is anything to show.
    pub fn is_empty(&self) -> bool {
        self.found.values().all(Vec::is_empty)
    }

    /// The passages that count for these files within `most` bytes, without lines that the diff shows. Their line
    /// numbers are left out: they change with every push, and no answer could be reused.
    pub fn text(
        &self,
        change: &Change,
        files: impl Iterator<Item = usize>,
        (shown, most): (&str, usize),
        counts: impl Fn(&Found) -> bool,
    ) -> String {
        let mut text = String::new();
        let mut known: Vec<(&str, u32, u32)> = Vec::new();
        let files: Vec<usize> = files.collect();
        let of_files = files.iter().filter_map(|at| self.found.get(at)).flatten();
        let mut ranked: Vec<&Found> = of_files.filter(|one| counts(one)).collect();
        ranked.sort_by_key(|one| one.rank);
        for one in ranked {
            let passage = &one.passage;
            // More than half of it is there already.
            let is_known = known.iter().any(|(path, line, end)| {
                let (first, last) = (passage.line.max(*line), passage.end.min(*end));
                let size = passage.end.saturating_sub(passage.line) + 1;
                let shared = (last + 1).saturating_sub(first);
                *path == passage.path && passage.line > 0 && 2 * shared > size
            });
            if is_known || is_shown(change, passage, shown) {
                continue;
            }
            let block = block(one);
            if text.len() + block.len() <= most && !text.contains(&block) {
                known.push((passage.path.as_str(), passage.line, passage.end));
                text.push_str(&block);
            }
        }
        let unused = files.iter().filter_map(|at| self.unused.get(at)).flatten();
        let unused: Vec<&str> = unused.map(String::as_str).take(UNUSED).collect();
        if !unused.is_empty() && !text.is_empty() {
            text.push_str(&format!(
                "Nothing else uses: {}\n",
                visible(&unused.join(", "))
            ));
        }
        text.trim_end().to_string()
    }
}

impl Found {
    /// Whether the text contains the name that was looked up, the name of the definition that the passage is in, or
    /// that of its file.
    pub fn is_named_in(&self, text: &str) -> bool {
        let file = self.passage.path.rsplit('/').next().unwrap_or_default();
        let names = [self.name.as_str(), self.passage.name.as_str(), file];
        names
            .iter()
            .any(|name| name.len() > 2 && text.contains(name))
    }
}

/// A passage as the question shows it.
fn block(one: &Found) -> String {
    let most = match one.query {
        Query::Definition | Query::Outline => DEFINITION,
        _ => USE,
    };
    let text = visible(&one.passage.text);
    let mut shown = start(&text, most);
    if shown.len() < text.len() {
        shown = shown.rsplit_once('\n').map_or(shown, |(whole, _)| whole);
    }
    let cut = if shown.len() < text.len() {
        "\n…"
    } else {
        ""
    };
    format!(
        "{} ({}{})\n{}{cut}\n\n",
        visible(&one.passage.path),
        one.role,
        within(one),
        shown.trim_end_matches('\n'),
    )
}

/// Whether the passage is in a file that counts, for a look-up beside `path`.
fn counts(passage: &Passage, only: Only, path: &str) -> bool {
    let kind = kind(&passage.path);
    let is_setting = matches!(
        kind,
        FileKind::Configuration
            | FileKind::Ci
            | FileKind::Migration
            | FileKind::Other
            | FileKind::Dependencies
    ) || passage.path.ends_with(".sh");
    match only {
        Only::All => true,
        Only::Settings => is_setting,
        Only::Foreign => is_setting || extension(&passage.path) != extension(path),
    }
}

fn extension(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(_, extension)| extension)
}

/// Whether it may say something: what machines write says nothing, and prose only of what is gone.
fn is_useful(passage: &Passage, rank: usize) -> bool {
    let kind = kind(&passage.path);
    let is_written = !matches!(
        kind,
        FileKind::Lock | FileKind::Generated | FileKind::Minified | FileKind::Snapshot
    );
    let name = passage.path.rsplit('/').next().unwrap_or_default();
    let is_metadata = passage.path.contains(".dist-info/")
        || passage.path.contains(".egg-info/")
        || METADATA.contains(&name)
        || name.starts_with("LICEN");
    is_written && !is_metadata && (rank == 0 || kind != FileKind::Documentation)
}

/// How much less a passage is worth that only speaks of the name, in prose or in a comment.
fn prose(passage: &Passage, query: Query, name: &str) -> usize {
    if kind(&passage.path) == FileKind::Documentation {
        return PROSE;
    }
    let is_use = matches!(query, Query::Uses | Query::Tests);
    let mut naming = passage
        .text
        .lines()
        .filter(|line| line.contains(name))
        .peekable();
    let is_said = is_use && naming.peek().is_some() && naming.all(is_comment);
    if is_said { PROSE } else { 0 }
}

/// How much less a passage is worth that does not speak of the type, or of what it is a member of.
fn stranger(passage: &Passage, of: &str, query: Query) -> usize {
    let plain = |text: &str| text.to_lowercase().replace(['_', '-'], "");
    let of = plain(of);
    let speaks =
        of.is_empty() || plain(&passage.text).contains(&of) || plain(&passage.path).contains(&of);
    match query {
        _ if speaks => 0,
        Query::Definition => PROSE,
        _ => 1,
    }
}

/// Puts two files into one group.
fn link(groups: &mut Vec<BTreeSet<usize>>, one: usize, other: usize) {
    let of =
        |groups: &Vec<BTreeSet<usize>>, at| groups.iter().position(|group| group.contains(&at));
    match (of(groups, one), of(groups, other)) {
        (Some(first), Some(second)) if first != second => {
            let moved = groups.swap_remove(first.max(second));
            if let Some(kept) = groups.get_mut(first.min(second)) {
                kept.extend(moved);
            }
        }
        (Some(at), None) | (None, Some(at)) | (Some(at), Some(_)) => {
            if let Some(group) = groups.get_mut(at) {
                group.extend([one, other]);
            }
        }
        (None, None) => groups.push(BTreeSet::from([one, other])),
    }
}

/// The definition that a use is in.
fn within(one: &Found) -> String {
    let name = &one.passage.name;
    match one.query {
        Query::Definition | Query::Outline | Query::History => String::new(),
        _ if name.is_empty() => String::new(),
        _ => format!(", in {}", visible(name)),
    }
}

/// Whether the diff shows most of the passage.
fn is_shown(change: &Change, passage: &Passage, shown: &str) -> bool {
    let is_changed = change.files.iter().any(|file| file.path == passage.path);
    let lines = passage.text.lines().map(str::trim);
    let lines: Vec<&str> = lines.filter(|line| line.len() > 8).collect();
    let known = lines.iter().filter(|line| shown.contains(**line)).count();
    is_changed && 2 * known > lines.len()
}

fn outline_of(site: &Site) -> Lookup {
    Lookup {
        id: format!("outline/{}", site.at),
        query: Query::Outline,
        text: String::new(),
        path: site.file.path.clone(),
        line: 0,
        end: 0,
    }
}

/// The first lines of the definitions that the change touches.
fn signatures(outline: &[Passage], changed: &[Changed]) -> Vec<String> {
    let is_touched = |one: &&Passage| {
        let mut known = changed.iter();
        known.any(|known| known.name == one.name && known.line == one.line)
    };
    let touched = outline.iter().filter(is_touched);
    touched.map(|one| one.text.clone()).collect()
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
