//! Fetches the texts of changed files, to show hunks with their context.

use crate::ask::host::{Host, Stop};
use crate::diff::generated::{TOP, is_marked};
use crate::diff::hunk_context::contexts;
use crate::diff::kinds::{FileKind, kind_of};
use crate::diff::patch::{Hunk, Kind};
use crate::diff::scopes::family;
use crate::diff::triage::FileDecision;
use crate::wit::{Change, File, Place, Revision, Settings, Status};

/// The most texts to fetch.
const MOST: usize = 300;

/// Adds the context of the hunks to the files to review, as far as their texts are available. A
/// file whose text shows that it is generated is skipped.
pub fn add_contexts(
    host: &Host,
    change: &Change,
    settings: &Settings,
    mut decisions: Vec<FileDecision>,
) -> Result<Vec<FileDecision>, Stop> {
    if !settings.features.texts || settings.model.is_none() {
        return Ok(decisions);
    }
    let files = change.files.iter().zip(&mut decisions).enumerate();
    let wanted = files.filter(|(_, (file, decision))| is_wanted(file, decision));
    let wanted: Vec<_> = wanted.take(MOST).collect();
    let places = wanted.iter().map(|(at, (file, _))| place(*at, file));
    let texts = host.fetch(places.collect())?;
    for ((_, (file, decision)), text) in wanted.into_iter().zip(texts) {
        if let Some(text) = text {
            add_context(file, decision, text);
        }
    }
    Ok(decisions)
}

/// The text of a file at the head; None if it is not available or not wanted.
pub fn text<'h>(
    host: &Host<'h>,
    settings: &Settings,
    at: usize,
    file: &File,
) -> Result<Option<&'h str>, Stop> {
    let is_there = !matches!(file.status, Status::Added | Status::Removed);
    if !settings.features.texts || !is_there || family(&file.path).is_none() {
        return Ok(None);
    }
    Ok(host.fetch(vec![place(at, file)])?.pop().flatten())
}

fn place(at: usize, file: &File) -> Place {
    Place {
        id: format!("text/{at}"),
        path: file.path.clone(),
        revision: Revision::Head,
    }
}

/// The diff of an added file already contains all of it.
fn is_wanted(file: &File, decision: &FileDecision) -> bool {
    let kinds = [FileKind::Assets, FileKind::Other];
    let was_there = matches!(
        file.status,
        Status::Modified | Status::Renamed | Status::Copied
    );
    was_there
        && matches!(decision, FileDecision::Read(..))
        && family(&file.path).is_some()
        && !kinds.contains(&kind_of(file))
}

fn add_context(file: &File, decision: &mut FileDecision, text: &str) {
    let FileDecision::Read(hunks, surroundings) = decision else {
        return;
    };
    let Some(found) = family(&file.path).and_then(|family| contexts(hunks, family, text)) else {
        return;
    };
    let is_written = file.marks.iter().any(|mark| mark == "-generated");
    if !is_written && is_marked(unchanged_top(hunks, text)) {
        *decision = FileDecision::Skipped("generated file, according to its header".to_string());
    } else {
        *surroundings = found;
    }
}

/// The first lines of `text` that this change did not add.
fn unchanged_top<'t>(hunks: &[Hunk], text: &'t str) -> impl Iterator<Item = &'t str> {
    let lines = hunks.iter().flat_map(|hunk| &hunk.lines);
    let added = lines.filter(|line| line.kind == Kind::Added);
    let added: Vec<u32> = added
        .filter_map(|line| line.new)
        .take_while(|number| *number <= TOP)
        .collect();
    let top = text.split('\n').take(TOP as usize).zip(1..);
    top.map(move |(line, number)| if added.contains(&number) { "" } else { line })
}
