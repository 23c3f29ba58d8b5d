//! Groups files by directory, in as many groups as a list has room for.

use std::collections::BTreeMap;

use crate::diff::overview::path;
use crate::text::slices::{head, tail};
use crate::wit::Change;

/// Files by their position in the change, and the nearest directory that contains them all; "" is
/// the root.
#[derive(Debug, PartialEq)]
pub struct DirectoryGroup {
    pub path: String,
    pub files: Vec<usize>,
}

/// `files` in at most `most` groups (at least one) by directory. A group of up to `few` files is
/// not split.
pub fn directory_groups(
    change: &Change,
    files: Vec<usize>,
    most: usize,
    few: usize,
) -> Vec<DirectoryGroup> {
    let (mut open, mut done) = (vec![DirectoryGroup::of(change, files)], Vec::new());
    while let Some(at) = largest(&open) {
        let group = open.swap_remove(at);
        let room = most.saturating_sub(open.len() + done.len());
        match group.parts(change) {
            parts if group.files.len() > few && (2..=room).contains(&parts.len()) => {
                open.extend(parts);
            }
            _ => done.push(group),
        }
    }
    done.retain(|group: &DirectoryGroup| !group.files.is_empty());
    done.sort_by(|one, other| (&one.path, &one.files).cmp(&(&other.path, &other.files)));
    done
}

fn largest(groups: &[DirectoryGroup]) -> Option<usize> {
    let sized = groups.iter().map(|group| group.files.len()).enumerate();
    let largest = sized.max_by_key(|(at, size)| (*size, std::cmp::Reverse(*at)));
    largest.map(|(at, _)| at)
}

impl DirectoryGroup {
    fn of(change: &Change, files: Vec<usize>) -> Self {
        let mut directories = files.iter().map(|&at| parent(path(change, at)));
        let first = directories.next().unwrap_or_default();
        DirectoryGroup {
            path: directories.fold(first, common).to_string(),
            files,
        }
    }

    /// One part for each direct subdirectory, and one for the files in the directory itself.
    fn parts(&self, change: &Change) -> Vec<DirectoryGroup> {
        let mut parts: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for &at in &self.files {
            let below = tail(parent(path(change, at)), self.path.len());
            let next = below.trim_start_matches('/').split('/').next();
            parts.entry(next.unwrap_or_default()).or_default().push(at);
        }
        let parts = parts.into_values();
        parts
            .map(|files| DirectoryGroup::of(change, files))
            .collect()
    }
}

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(directory, _)| directory)
}

/// The directories that two paths have in common.
fn common<'a>(one: &'a str, other: &str) -> &'a str {
    let mut shared = 0;
    for (part, twin) in one.split('/').zip(other.split('/')) {
        if part != twin {
            break;
        }
        shared += part.len() + 1;
    }
    head(one, shared.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{change, file};

    fn named(paths: &[&str], most: usize, few: usize) -> Vec<(String, usize)> {
        let change = change(paths.iter().map(|path| file(path, 1, 0)).collect());
        let groups = directory_groups(&change, (0..paths.len()).collect(), most, few);
        let named = groups.into_iter();
        named.map(|group| (group.path, group.files.len())).collect()
    }

    const PATHS: [&str; 6] = [
        "src/a/one.rs",
        "src/a/two.rs",
        "src/b/c/x.rs",
        "src/b/c/y.rs",
        "src/lib.rs",
        "web/app.ts",
    ];

    #[test]
    fn directories_are_split_as_far_as_there_is_room() {
        assert_eq!(named(&PATHS, 1, 1), [(String::new(), 6)]);
        assert_eq!(
            named(&PATHS, 2, 1),
            [("src".to_string(), 5), ("web".to_string(), 1)]
        );
        let all = named(&PATHS, 9, 1);
        let all: Vec<(&str, usize)> = all.iter().map(|(name, n)| (name.as_str(), *n)).collect();
        assert_eq!(all, [("src", 1), ("src/a", 2), ("src/b/c", 2), ("web", 1)]);
    }

    #[test]
    fn small_bundles_stay_whole() {
        assert_eq!(named(&PATHS, 9, 6), [(String::new(), 6)]);
        assert_eq!(named(&[], 9, 1), []);
        assert_eq!(named(&["a-b/x.rs", "a/x.rs"], 1, 0), [(String::new(), 2)]);
    }
}
