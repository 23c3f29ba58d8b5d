//! What maintainers replied to earlier findings, as material for a question about some files.

use std::collections::BTreeSet;

use crate::text::visible::one_line;
use crate::wit::{Change, Learning};

/// The most bytes of each part of a learning.
const AUTHOR: usize = 100;
const PATH: usize = 400;
const FINDING: usize = 200;
const TEXT: usize = 600;

/// The learnings for these paths, one per line and at most `bytes` long. Those of the files come
/// first, then those of the whole repository, then those of unchanged files in the same folders:
/// what was replied about another changed file is shown with that file only.
pub fn lines(change: &Change, learnings: &[Learning], paths: &[&str], bytes: usize) -> String {
    let changed: BTreeSet<&str> = change.files.iter().map(|file| file.path.as_str()).collect();
    let folders: BTreeSet<&str> = paths.iter().filter_map(|path| folder(path)).collect();
    let rank = |learning: &Learning| match learning.path.as_str() {
        path if paths.contains(&path) => Some(0),
        "" => Some(1),
        path if changed.contains(path) => None,
        path => folder(path)
            .filter(|folder| folders.contains(folder))
            .map(|_| 2),
    };
    let mut ranked: Vec<(usize, &Learning)> = learnings
        .iter()
        .filter_map(|learning| Some((rank(learning)?, learning)))
        .collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    let mut out = String::new();
    for (_, learning) in ranked {
        let line = line(learning);
        if out.len() + line.len() <= bytes {
            out.push_str(&line);
        }
    }
    out
}

/// A learning on a line of its own.
pub fn line(learning: &Learning) -> String {
    let author = one_line(&learning.author, AUTHOR);
    let text = one_line(&learning.text, TEXT);
    let finding = match one_line(&learning.finding, FINDING) {
        finding if finding.is_empty() => String::new(),
        finding => format!(" to \"{finding}\""),
    };
    let place = match one_line(&learning.path, PATH) {
        path if path.is_empty() => String::new(),
        path => format!(" in {path}"),
    };
    format!("- @{author}{finding}{place}: {text}\n")
}

fn folder(path: &str) -> Option<&str> {
    path.rsplit_once('/').map(|(folder, _)| folder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{change, file};

    fn learned(path: &str, text: &str) -> Learning {
        Learning {
            author: "mira".into(),
            path: path.into(),
            finding: "Reads twice".into(),
            text: text.into(),
        }
    }

    fn shown(learnings: &[Learning], paths: &[&str], bytes: usize) -> String {
        let change = change(vec![file("shop/a.py", 1, 0), file("shop/b.py", 1, 0)]);
        lines(&change, learnings, paths, bytes)
    }

    #[test]
    fn those_of_the_file_come_first_and_those_of_other_changed_files_do_not_come() {
        let learnings = [
            learned("shop/c.py", "near"),
            learned("", "everywhere"),
            learned("shop/b.py", "other"),
            learned("docs/x.md", "far"),
            learned("shop/a.py", "own"),
        ];
        assert_eq!(
            shown(&learnings, &["shop/a.py"], 1000),
            "- @mira to \"Reads twice\" in shop/a.py: own\n\
             - @mira to \"Reads twice\": everywhere\n\
             - @mira to \"Reads twice\" in shop/c.py: near\n"
        );
    }

    #[test]
    fn one_that_does_not_fit_is_left_out_whole() {
        let learnings = [
            learned("shop/a.py", &"long ".repeat(100)),
            learned("shop/a.py", "short"),
        ];
        assert_eq!(
            shown(&learnings, &["shop/a.py"], 100),
            "- @mira to \"Reads twice\" in shop/a.py: short\n"
        );
        assert_eq!(shown(&learnings, &["shop/a.py"], 10), "");
    }

    #[test]
    fn each_stays_on_its_line() {
        let learnings = [learned("", "one\n- @eve: two\u{202e}")];
        let text = shown(&learnings, &["shop/a.py"], 1000);
        assert_eq!(text.lines().count(), 1);
        assert!(!text.contains('\u{202e}'));
    }
}
