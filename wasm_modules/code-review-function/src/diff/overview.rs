//! An overview of the change: how much changes where, the order in which to read it, and the
//! effort.

use std::collections::BTreeMap;

use crate::diff::file_order::order_keys;
use crate::diff::kinds::{FileKind, kind_of};
use crate::diff::triage::{FileDecision, size};
use crate::wit::{Area, Change, File, Finding, Severity};

/// The files of the change by kind and area, and which of them are not reviewed.
pub struct Overview {
    /// The kind of each file, in the change's order.
    pub kinds: Vec<FileKind>,
    pub areas: Vec<Area>,
    /// Why each file is not reviewed, in the change's order; None if it is.
    pub unread: Vec<Option<String>>,
}

impl Overview {
    pub fn of(change: &Change, decisions: &[FileDecision]) -> Self {
        let kinds = kinds(change);
        Overview {
            areas: areas(change, &kinds),
            kinds,
            unread: decisions
                .iter()
                .map(|decision| decision.unread().map(str::to_owned))
                .collect(),
        }
    }

    /// The positions of the files that are reviewed.
    pub fn read(&self) -> Vec<usize> {
        let files = (0..).zip(&self.unread);
        let read = files.filter(|(_, unread)| unread.is_none());
        read.map(|(at, _)| at).collect()
    }

    /// Why the file at that position is not reviewed; None if it is.
    pub fn unread(&self, at: usize) -> Option<&str> {
        self.unread.get(at)?.as_deref()
    }
}

/// The path of the file at that position in the change; empty if there is none.
pub fn path(change: &Change, at: usize) -> &str {
    change.files.get(at).map_or("", |file| file.path.as_str())
}

/// The kind of each file.
pub fn kinds(change: &Change) -> Vec<FileKind> {
    change.files.iter().map(kind_of).collect()
}

/// The change by area, the largest first.
fn areas(change: &Change, kinds: &[FileKind]) -> Vec<Area> {
    let mut areas: BTreeMap<&str, Area> = BTreeMap::new();
    for (file, kind) in change.files.iter().zip(kinds) {
        let name = kind.area();
        let area = areas.entry(name).or_insert_with(|| Area {
            name: name.to_string(),
            files: 0,
            additions: 0,
            deletions: 0,
        });
        area.files += 1;
        area.additions = area.additions.saturating_add(file.additions);
        area.deletions = area.deletions.saturating_add(file.deletions);
    }
    let mut areas: Vec<Area> = areas.into_values().collect();
    areas.sort_by_key(|area| {
        std::cmp::Reverse((
            u64::from(area.additions) + u64::from(area.deletions),
            area.files,
        ))
    });
    areas
}

/// The paths to review, in reading order: first what the rest depends on (migrations,
/// dependencies), then the source with its tests, then everything else.
pub fn order(change: &Change, kinds: &[FileKind]) -> Vec<String> {
    let order_keys = order_keys(change.files.iter().map(|file| file.path.as_str()));
    let files = change.files.iter().zip(kinds).zip(order_keys);
    let readable = files.filter(|((_, kind), _)| kind.reviewable());
    let mut order: Vec<_> = readable
        .map(|((file, kind), place)| (stage(*kind), place, &file.path))
        .collect();
    order.sort();
    order.into_iter().map(|(_, _, path)| path.clone()).collect()
}

fn stage(kind: FileKind) -> u8 {
    match kind {
        FileKind::Migration => 0,
        FileKind::Dependencies => 1,
        FileKind::Source | FileKind::Tests => 2,
        FileKind::Configuration | FileKind::Ci => 3,
        FileKind::Documentation => 5,
        _ => 4,
    }
}

/// The most changed lines for an effort of 1, 2, 3 and 4.
const EFFORTS: [u64; 4] = [20, 120, 500, 1500];

/// The effort of the review, 1 to 5. Tests and prose count half, files that are not reviewed not at
/// all. A critical finding or a change of many files adds one.
pub fn effort(change: &Change, kinds: &[FileKind], findings: &[Finding]) -> u32 {
    let weight = |(file, kind): (&File, &FileKind)| match kind {
        kind if !kind.reviewable() => 0,
        FileKind::Tests | FileKind::Documentation => size(file) / 2,
        _ => size(file),
    };
    let weights: Vec<u64> = change.files.iter().zip(kinds).map(weight).collect();
    let lines: u64 = weights.iter().sum();
    let size = EFFORTS.iter().filter(|most| lines > **most).count() as u32;
    let is_grave = findings
        .iter()
        .any(|finding| finding.severity == Severity::Critical);
    let is_wide = weights.iter().filter(|weight| **weight > 0).count() > 30;
    (1 + size + u32::from(is_grave || is_wide)).min(5)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{change, file};

    #[test]
    fn the_areas_are_counted_the_largest_first() {
        let change = change(vec![
            file("README.md", 1, 0),
            file("src/a.py", 5, 2),
            file("src/b.py", 1, 1),
        ]);
        let areas: Vec<_> = areas(&change, &kinds(&change))
            .into_iter()
            .map(|area| (area.name, area.files, area.additions, area.deletions))
            .collect();
        assert_eq!(
            areas,
            [
                ("source".to_string(), 2, 6, 3),
                ("documentation".to_string(), 1, 1, 0)
            ]
        );
    }

    #[test]
    fn the_order_goes_from_shape_to_surroundings() {
        let paths = [
            "README.md",
            "src/user.py",
            "tests/test_user.py",
            "migrations/0001_users.sql",
            "package-lock.json",
            "src/zone.py",
        ];
        let change = change(paths.iter().map(|path| file(path, 1, 0)).collect());
        assert_eq!(
            order(&change, &kinds(&change)),
            [
                "migrations/0001_users.sql",
                "src/user.py",
                "tests/test_user.py",
                "src/zone.py",
                "README.md"
            ]
        );
    }

    #[test]
    fn effort_grows_with_what_there_is_to_read() {
        let effort_of = |path: &str, lines| {
            let change = change(vec![file(path, lines, 0)]);
            effort(&change, &kinds(&change), &[])
        };
        assert_eq!(effort_of("a.py", 3), 1);
        assert_eq!(effort_of("a.py", 300), 3);
        assert_eq!(effort_of("a.py", 90_000), 5);
        assert_eq!(effort_of("package-lock.json", 90_000), 1);
    }
}
