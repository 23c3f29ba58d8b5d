//! The order in which files are shown: by path, with each test right after its source.

use std::collections::BTreeMap;

use crate::diff::kinds::{FileKind, kind};

/// The sort key of a file. Files with the same `group` belong together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OrderKey {
    group: String,
    is_test: bool,
    path: String,
}

impl OrderKey {
    /// How closely two files are related: the number of directories that they share, or the maximum
    /// if they belong together.
    pub fn closeness(&self, other: &OrderKey) -> usize {
        if self.group == other.group {
            usize::MAX
        } else {
            shared(&self.group, &other.group)
        }
    }
}

/// The sort keys of `paths`, in their order.
pub fn order_keys<'a>(paths: impl Iterator<Item = &'a str> + Clone) -> Vec<OrderKey> {
    let mut sources: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for path in paths.clone().filter(|path| kind(path) == FileKind::Source) {
        sources.entry(stem(path)).or_default().push(path);
    }
    paths.map(|path| order(path, &sources)).collect()
}

/// Makes these files one group, at the place of the first.
pub fn put_together(keys: &mut [OrderKey], members: &[usize]) {
    let first = members.iter().filter_map(|at| keys.get(*at)).min();
    let Some(group) = first.map(|key| key.group.clone()) else {
        return;
    };
    for at in members {
        if let Some(key) = keys.get_mut(*at) {
            key.group.clone_from(&group);
        }
    }
}

fn order(path: &str, sources: &BTreeMap<String, Vec<&str>>) -> OrderKey {
    let is_test = kind(path) == FileKind::Tests;
    let tested = || {
        sources
            .get(&stem(path))?
            .iter()
            .copied()
            .rev()
            .max_by_key(|source| shared(path, source))
    };
    let group = if is_test {
        tested().unwrap_or(path)
    } else {
        path
    };
    // So that "a/b" sorts before "a-c/d": a directory's files stay together.
    OrderKey {
        group: group.replace('/', "\0"),
        is_test,
        path: path.replace('/', "\0"),
    }
}

/// Leading directories that two paths share.
fn shared(one: &str, other: &str) -> usize {
    let folders = |path| {
        let mut parts = str::split(path, ['/', '\0']);
        parts.next_back();
        parts
    };
    folders(one)
        .zip(folders(other))
        .take_while(|(a, b)| a == b)
        .count()
}

/// The name that a source and its test share: "user" for "test_user.py", "user.spec.ts" and
/// "UserTest.java".
fn stem(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    let name = name.split('.').next().unwrap_or(name).to_lowercase();
    let mut stem = name.as_str();
    for affix in ["tests", "test", "specs", "spec"] {
        stem = stem.strip_prefix(affix).unwrap_or(stem);
        stem = stem.strip_suffix(affix).unwrap_or(stem);
    }
    let stem = stem.trim_matches(['_', '-']);
    if stem.is_empty() {
        name
    } else {
        stem.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ordered<'a>(paths: &[&'a str]) -> Vec<&'a str> {
        let mut ordered: Vec<_> = order_keys(paths.iter().copied())
            .into_iter()
            .zip(paths.iter().copied())
            .collect();
        ordered.sort();
        ordered.into_iter().map(|(_, path)| path).collect()
    }

    #[test]
    fn a_test_follows_its_source() {
        let paths = [
            "src/app/user.py",
            "src/app/zone.py",
            "tests/app/test_user.py",
            "web/cart.ts",
            "web/cart.spec.ts",
        ];
        assert_eq!(
            ordered(&paths),
            [
                "src/app/user.py",
                "tests/app/test_user.py",
                "src/app/zone.py",
                "web/cart.ts",
                "web/cart.spec.ts"
            ]
        );
    }

    #[test]
    fn the_nearest_source_of_a_name_is_taken() {
        let paths = ["a/lib/user.go", "b/lib/user.go", "b/lib/user_test.go"];
        assert_eq!(ordered(&paths), paths);
    }

    #[test]
    fn a_directory_stays_together() {
        assert_eq!(
            ordered(&["a-b/x.rs", "a/x.rs", "a.rs"]),
            ["a/x.rs", "a-b/x.rs", "a.rs"]
        );
    }

    #[test]
    fn closeness_counts_shared_directories() {
        let all = order_keys(["a/b/x.rs", "a/b/y.rs", "a/c/z.rs", "d.rs"].into_iter());
        assert_eq!(all[0].closeness(&all[1]), 2);
        assert_eq!(all[1].closeness(&all[2]), 1);
        assert_eq!(all[2].closeness(&all[3]), 0);
    }
}
