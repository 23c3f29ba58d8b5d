//! The numbered list of files, by which the summary's question and its answer refer to them.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::diff::overview::Overview;
use crate::diff::render;
use crate::findings::report::ModelReport;
use crate::summary::directories::{DirectoryGroup, directory_groups};
use crate::summary::walkthrough::lines;
use crate::text::ranges::ranges;
use crate::text::visible::{one_line, visible};
use crate::wit::{Change, Status};

/// The most lines for the directories of files without a note.
const BARE: usize = 30;
/// The most lines that are given for a commit.
const NUMBERS: usize = 12;

/// The files of a line, and its text.
type Entry = (Vec<usize>, String);

/// A list of lines, each about a file or about all the files in a directory.
pub struct Listing {
    files: Vec<Vec<usize>>,
    pub text: String,
}

impl Listing {
    fn of(change: &Change, overview: &Overview, entries: Vec<Entry>) -> Self {
        let mut text = String::new();
        for (nth, (_, entry)) in (1..).zip(&entries) {
            let _ = writeln!(text, "{nth} {entry}");
        }
        let unread: Vec<usize> = (0..overview.unread.len())
            .filter(|&at| overview.unread(at).is_some())
            .collect();
        if !unread.is_empty() {
            let _ = writeln!(
                text,
                "not read (generated and the like): {}",
                lines(change, &unread)
            );
        }
        Listing {
            files: entries.into_iter().map(|(files, _)| files).collect(),
            text,
        }
    }

    /// Each file with a note of at most `bytes`, then the directories of the other files.
    pub fn of_files(
        change: &Change,
        overview: &Overview,
        report: &ModelReport,
        bytes: usize,
    ) -> Self {
        let noted = |at: &&usize| **at < change.files.len();
        let entry = |(&at, note): (&usize, &String)| {
            let note = one_line(note, bytes);
            (vec![at], format!("{}: {note}", file(change, at)))
        };
        let notes = report.notes.iter().filter(|(at, _)| noted(at));
        let mut entries: Vec<Entry> = notes.map(entry).collect();
        let mut bare = overview.read();
        bare.retain(|at| !report.notes.contains_key(at));
        entries.extend(directories(change, bare, BARE));
        Listing::of(change, overview, entries)
    }

    /// The directories of all files, in approximately `most` lines.
    pub fn of_directories(change: &Change, overview: &Overview, most: usize) -> Self {
        Listing::of(change, overview, directories(change, overview.read(), most))
    }

    /// A list with the given text and no files.
    pub fn bare(text: String) -> Self {
        Listing {
            files: Vec::new(),
            text,
        }
    }

    /// The numbers of the first lines that are about any of `files`.
    pub fn numbers(&self, files: BTreeSet<usize>) -> String {
        let lines = (1..).zip(&self.files);
        let about = lines.filter(|(_, line)| line.iter().any(|at| files.contains(at)));
        let numbers: Vec<String> = about
            .take(NUMBERS)
            .map(|(nth, _)| nth.to_string())
            .collect();
        numbers.join(", ")
    }

    /// The files that an answer means by "1-3, 7".
    pub fn files(&self, numbers: &str) -> Vec<usize> {
        let numbers = ranges(numbers, self.files.len());
        let entries = numbers
            .into_iter()
            .filter_map(|nth| self.files.get(nth - 1));
        entries.flatten().copied().collect()
    }
}

fn directories(change: &Change, files: Vec<usize>, most: usize) -> Vec<Entry> {
    let entry = |group: DirectoryGroup| match group.files.as_slice() {
        &[at] => (vec![at], file(change, at)),
        _ => {
            let lines = lines(change, &group.files);
            let text = format!("{}/: {lines}", visible(&group.path));
            (group.files, text)
        }
    };
    directory_groups(change, files, most, 1)
        .into_iter()
        .map(entry)
        .collect()
}

fn file(change: &Change, at: usize) -> String {
    let Some(file) = change.files.get(at) else {
        return String::new();
    };
    let status = match file.status {
        Status::Modified => String::new(),
        other => format!(" {}", render::status_name(other)),
    };
    let path = visible(&file.path).replace('\n', " ");
    format!("{path} +{} -{}{status}", file.additions, file.deletions)
}

/// The files one by one, or by directory if there are many.
pub fn file_list(change: &Change) -> String {
    let all = 0..change.files.len();
    let entries: Vec<String> = if all.len() <= 2 * BARE {
        all.map(|at| file(change, at)).collect()
    } else {
        let entries = directories(change, all.collect(), 2 * BARE).into_iter();
        entries.map(|(_, text)| text).collect()
    };
    let lines = entries.into_iter().map(|entry| format!("{entry}\n"));
    lines.collect()
}
