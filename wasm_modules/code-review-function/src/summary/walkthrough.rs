//! The walkthrough: every file of the change in exactly one group.

use std::collections::BTreeMap;

use crate::diff::overview::{self, Overview};
use crate::diff::render;
use crate::summary::directories::{DirectoryGroup, directory_groups};
use crate::text::visible::clip;
use crate::text::wording::count;
use crate::wit::{Change, File, Group, Status};

/// The most groups by rules, unless there are more areas.
const ROWS: usize = 12;
/// The most groups by rules in addition to those of the model.
const REST: usize = 4;
/// A group of an area with so many files is not split by directory.
const FEW: usize = 8;
/// The most reasons for files that are not reviewed.
const REASONS: usize = 8;
/// The most paths of a group; the host accepts no more.
const PATHS: usize = 10_000;

/// A group with a name and a text, and its files by their position in the change.
#[derive(Debug)]
pub struct NamedGroup {
    pub name: String,
    pub files: Vec<usize>,
    pub text: String,
}

/// The groups by rules alone.
pub fn by_rule(change: &Change, overview: &Overview) -> Vec<Group> {
    grouped(change, overview, (0..change.files.len()).collect(), ROWS)
}

/// The given groups, each file in the first one that contains it, and the other files by rules.
pub fn complete(change: &Change, overview: &Overview, said: Vec<NamedGroup>) -> Vec<Group> {
    let mut open = vec![true; change.files.len()];
    let mut groups = Vec::new();
    for NamedGroup {
        name,
        mut files,
        text,
    } in said
    {
        files.retain(|&at| open.get_mut(at).is_some_and(std::mem::take));
        if files.is_empty() {
            continue;
        }
        let text = if text.is_empty() {
            size(change, &files)
        } else {
            text
        };
        groups.push(group(change, name, files, text));
    }
    let rest = (0..).zip(open).filter(|(_, is_open)| *is_open);
    let rest = rest.map(|(at, _)| at).collect();
    groups.extend(grouped(change, overview, rest, REST));
    groups
}

/// By area, and within an area by directory. Files that are not reviewed come last.
fn grouped(change: &Change, overview: &Overview, files: Vec<usize>, rows: usize) -> Vec<Group> {
    let (unread, read): (Vec<usize>, Vec<usize>) = files
        .into_iter()
        .partition(|&at| overview.unread(at).is_some());
    let mut areas: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for &at in &read {
        let area = overview.kinds.get(at).map_or("", |kind| kind.area());
        areas.entry(area).or_default().push(at);
    }
    let spare = rows.saturating_sub(areas.len());
    let mut areas: Vec<(&str, Vec<usize>)> = areas.into_iter().collect();
    areas.sort_by_key(|(_, files)| std::cmp::Reverse(files.len()));
    let mut groups = Vec::new();
    for (area, files) in areas {
        let most = 1 + spare * files.len() / read.len();
        let parts = directory_groups(change, files, most, FEW).into_iter();
        groups.extend(parts.map(|directory| of_directory(change, area, directory)));
    }
    groups.extend(not_read(change, overview, unread));
    groups
}

fn of_directory(change: &Change, area: &str, directory: DirectoryGroup) -> Group {
    let area = capital(area);
    let name = match directory.path.as_str() {
        "" => area,
        path => format!("{area} in {}", clip(path, 300)),
    };
    let text = size(change, &directory.files);
    group(change, name, directory.files, text)
}

fn capital(area: &str) -> String {
    if area == "ci" {
        return "CI".to_string();
    }
    let mut letters = area.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

fn not_read(change: &Change, overview: &Overview, files: Vec<usize>) -> Option<Group> {
    let mut reasons: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for &at in &files {
        let reason = overview.unread(at).unwrap_or_default();
        reasons.entry(reason).or_default().push(at);
    }
    let told = reasons.iter().take(REASONS);
    let mut told: Vec<String> = told
        .map(|(reason, files)| format!("{}: {}", clip(reason, 200), lines(change, files)))
        .collect();
    if reasons.len() > REASONS {
        told.push("and other reasons".to_string());
    }
    let text = told.join("; ");
    (!files.is_empty()).then(|| group(change, "Not read".to_string(), files, text))
}

/// "12 files, +340 −20; 3 added, 1 removed".
fn size(change: &Change, files: &[usize]) -> String {
    let told = [
        Status::Added,
        Status::Removed,
        Status::Renamed,
        Status::Copied,
    ];
    let of = |status: Status| {
        let of_change = files.iter().filter_map(|at| change.files.get(*at));
        let number = of_change.filter(|file| file.status == status).count();
        (number > 0).then(|| format!("{number} {}", render::status_name(status)))
    };
    let statuses: Vec<String> = told.into_iter().filter_map(of).collect();
    let lines = lines(change, files);
    if statuses.is_empty() {
        lines
    } else {
        format!("{lines}; {}", statuses.join(", "))
    }
}

/// "12 files, +340 −20".
pub fn lines(change: &Change, files: &[usize]) -> String {
    let sum = |lines: fn(&File) -> u32| -> u64 {
        let of_change = files.iter().filter_map(|at| change.files.get(*at));
        of_change.map(|file| u64::from(lines(file))).sum()
    };
    let files = count(files.len(), "file");
    match (sum(|file| file.additions), sum(|file| file.deletions)) {
        (0, 0) => files,
        (more, less) => format!("{files}, +{more} \u{2212}{less}"),
    }
}

fn group(change: &Change, name: String, mut files: Vec<usize>, text: String) -> Group {
    files.sort_unstable();
    files.truncate(PATHS);
    let paths = files
        .iter()
        .map(|&at| overview::path(change, at).to_string());
    Group {
        name: clip(&name, 900),
        paths: paths.collect(),
        text,
    }
}
