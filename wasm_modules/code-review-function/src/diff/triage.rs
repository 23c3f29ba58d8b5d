//! Decides for every file of the change how it is reviewed.

use crate::diff::generated;
use crate::diff::hunk_context::HunkContext;
use crate::diff::kinds::{FileKind, kind_of};
use crate::diff::patch::{self, Hunk, Kind};
use crate::wit::{Change, File, Status};

/// How a file is reviewed.
#[derive(Debug)]
pub enum FileDecision {
    /// The model reviews its hunks; without a model, the signals do. The contexts are those of the
    /// hunks, or empty if unknown.
    Read(Vec<Hunk>, Vec<HunkContext>),
    /// There is nothing to review but its name: renamed without changes, empty.
    NameOnly,
    /// The model sees its name but not its text, for this reason. The signals scan it.
    NotShown(String),
    /// The last review read it, and its diff has not changed since.
    Kept,
    /// It is not reviewed, for this reason.
    Skipped(String),
}

impl FileDecision {
    /// The bytes of the lines to read; None if there are none.
    pub fn bytes(&self) -> Option<usize> {
        let FileDecision::Read(hunks, _) = self else {
            return None;
        };
        let lines = hunks.iter().flat_map(|hunk| &hunk.lines);
        Some(lines.map(|line| line.text.len() + 1).sum())
    }

    /// Why the file's text is not reviewed; None if it is, or if there is none.
    pub fn unread(&self) -> Option<&str> {
        match self {
            FileDecision::NotShown(reason) | FileDecision::Skipped(reason) => Some(reason),
            FileDecision::Read(..) | FileDecision::NameOnly | FileDecision::Kept => None,
        }
    }
}

/// The most bytes of one deleted file that is shown to the model, and of all of them together.
const DELETED: usize = 12_000;
const ALL_DELETED: usize = 48_000;

/// The host's reasons for a missing patch where nothing is hidden.
const NOTHING_TO_READ: [&str; 4] = [
    "empty file",
    "renamed without changes",
    "copied without changes",
    "only its mode changed",
];

/// The decision for each file. The model sees small deleted files in full, because it may notice
/// what is lost with them, and only the names of large ones.
pub fn decisions(change: &Change, is_asked: bool) -> Vec<FileDecision> {
    let mut decisions: Vec<FileDecision> = change.files.iter().map(decide).collect();
    if is_asked {
        let mut deleted: Vec<_> = change.files.iter().zip(&mut decisions).collect();
        deleted.retain(|(file, _)| file.status == Status::Removed);
        // Source and migrations come first; the sort is stable.
        deleted.sort_by_key(|(file, _)| {
            !matches!(kind_of(file), FileKind::Source | FileKind::Migration)
        });
        let mut left = ALL_DELETED;
        for (_, decision) in deleted {
            leave_out_large(decision, &mut left);
        }
    }
    decisions
}

/// Does not show a deleted file that is too large, or that exceeds the bytes `left` for all of
/// them.
fn leave_out_large(decision: &mut FileDecision, left: &mut usize) {
    let FileDecision::Read(hunks, _) = decision else {
        return;
    };
    let lines = hunks.iter().flat_map(|hunk| &hunk.lines);
    let bytes: usize = lines.map(|line| line.text.len() + 1).sum();
    if bytes > DELETED {
        *decision =
            FileDecision::NotShown("deleted file, too long to show to the model".to_string());
    } else if let Some(rest) = left.checked_sub(bytes) {
        *left = rest;
    } else {
        let why = "deleted file, not shown to the model because too many are deleted";
        *decision = FileDecision::NotShown(why.to_string());
    }
}

fn decide(file: &File) -> FileDecision {
    if let Some(reason) = unread(file) {
        return FileDecision::Skipped(reason);
    }
    match (&file.patch, file.absent.as_deref()) {
        (Some(patch), _) => read(file, patch),
        (None, Some(reason)) if NOTHING_TO_READ.contains(&reason) => FileDecision::NameOnly,
        (None, Some(reason)) => FileDecision::Skipped(reason.to_string()),
        (None, None) if is_bare(file) => FileDecision::NameOnly,
        (None, None) => FileDecision::Skipped("no diff is available".to_string()),
    }
}

/// Why the file is not reviewed whatever it contains: because of the host, `.gitattributes` or its
/// name.
fn unread(file: &File) -> Option<String> {
    let marked = |mark: &str| file.marks.iter().any(|one| one == mark);
    let kind = kind_of(file);
    let reason = match kind {
        FileKind::Generated if marked("generated") => "marked as generated in .gitattributes",
        FileKind::Vendored if marked("vendored") => "marked as vendored in .gitattributes",
        kind => kind.reason().unwrap_or_default(),
    };
    let reason = file.skip.as_deref().unwrap_or(reason);
    (!reason.is_empty()).then(|| reason.to_string())
}

/// `.gitattributes` takes precedence over the file's own header.
fn read(file: &File, patch: &str) -> FileDecision {
    let hunks = match patch::parse(patch) {
        Ok(hunks) if hunks.is_empty() && is_bare(file) => return FileDecision::NameOnly,
        Ok(hunks) if hunks.is_empty() => {
            return FileDecision::Skipped("the diff shows no lines".to_string());
        }
        Ok(hunks) => hunks,
        Err(error) => {
            return FileDecision::Skipped(format!("the diff could not be parsed: {error}"));
        }
    };
    let is_written = file.marks.iter().any(|mark| mark == "-generated");
    let reason = generated::reason(&file.path, &hunks, file.status);
    match reason.filter(|_| !is_written) {
        Some(reason) => FileDecision::Skipped(reason.to_string()),
        None => FileDecision::Read(hunks, Vec::new()),
    }
}

/// Whether the file has no changed lines, according to the host.
fn is_bare(file: &File) -> bool {
    file.additions == 0 && file.deletions == 0 && file.status != Status::Modified
}

/// Describes what is missing if the diff shows fewer changed lines than the host counts for the
/// file.
pub fn shortage(file: &File, decision: &FileDecision) -> Option<String> {
    let FileDecision::Read(hunks, _) = decision else {
        return None;
    };
    let lines = || hunks.iter().flat_map(|hunk| &hunk.lines);
    let count = |kind| lines().filter(|line| line.kind == kind).count() as u64;
    let (added, deleted) = (count(Kind::Added), count(Kind::Deleted));
    let is_short = added < u64::from(file.additions) || deleted < u64::from(file.deletions);
    let (shown, all) = (added + deleted, size(file));
    is_short.then(|| format!("the diff shows only {shown} of {all} changed lines"))
}

/// The number of changed lines of `file`.
pub fn size(file: &File) -> u64 {
    u64::from(file.additions) + u64::from(file.deletions)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::file;

    fn skipped(file: &File) -> Option<String> {
        match decide(file) {
            FileDecision::Skipped(reason) => Some(reason),
            _ => None,
        }
    }

    fn marked(path: &str, marks: &[&str]) -> Option<String> {
        let marks = marks.iter().map(|mark| mark.to_string()).collect();
        skipped(&File {
            marks,
            ..file(path, 2, 1)
        })
    }

    #[test]
    fn the_hosts_reason_comes_first() {
        let mut file = file("a.py", 2, 1);
        file.skip = Some("only docs/ was asked for".into());
        assert_eq!(skipped(&file).as_deref(), Some("only docs/ was asked for"));
        file.path = "vendor/a.py".into();
        assert_eq!(skipped(&file).as_deref(), Some("only docs/ was asked for"));
    }

    #[test]
    fn gitattributes_has_the_last_word_on_what_is_generated() {
        let said = |what: &str| Some(format!("marked as {what} in .gitattributes"));
        assert_eq!(marked("a.py", &["generated"]), said("generated"));
        assert_eq!(marked("a.py", &["vendored"]), said("vendored"));
        assert_eq!(marked("dist/a.js", &[]).as_deref(), Some("generated file"));
        assert_eq!(marked("dist/a.js", &["-generated"]), None);
        assert_eq!(marked("vendor/a.js", &["-vendored"]), None);
        assert_eq!(marked("src/guide.py", &["documentation"]), None);
        let lock = marked("go.sum", &["-generated"]);
        assert_eq!(lock.as_deref(), Some("lock file"));
        let both = marked("vendor/dist/a.js", &["-vendored"]);
        assert_eq!(both.as_deref(), Some("generated file"));
    }

    #[test]
    fn a_file_that_calls_itself_generated_is_not_read_unless_gitattributes_denies_it() {
        let mut file = file("a.go", 2, 0);
        file.patch = Some("@@ -0,0 +1 @@\n+// Code generated by x. DO NOT EDIT.\n".into());
        assert_eq!(skipped(&file), None);
        file.status = Status::Added;
        let said = "new file that is generated, according to its header";
        assert_eq!(skipped(&file).as_deref(), Some(said));
        file.marks = vec!["-generated".into()];
        assert_eq!(skipped(&file), None);
    }
}
