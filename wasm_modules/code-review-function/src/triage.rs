//! Every file of the change gets exactly one fate.

use crate::around::Around;
use crate::generated;
use crate::kinds::{FileKind, kind_of};
use crate::map;
use crate::patch::{self, Hunk, Kind};
use crate::wit::{Change, File, Status};

/// What becomes of a file.
#[derive(Debug)]
pub enum Fate {
    /// Its hunks are read by the model, or without one by the signals. What stands around each of them
    /// is told where it is known; else there are none.
    Read(Vec<Hunk>, Vec<Around>),
    /// There is nothing to read but its name: renamed without changes, empty.
    Named,
    /// The model is told its name and not its text, and this is why. The signals scan it.
    Unshown(String),
    /// Nobody reviews it, and this is why.
    Skipped(String),
}

impl Fate {
    /// Why nobody reads the file's text; None where somebody does, or where there is none.
    pub fn unread(&self) -> Option<&str> {
        match self {
            Fate::Unshown(reason) | Fate::Skipped(reason) => Some(reason),
            Fate::Read(..) | Fate::Named => None,
        }
    }
}

/// Bytes of a deleted file that is shown to the model in full, and of all that are.
const DELETED: usize = 12_000;
const ALL_DELETED: usize = 48_000;

/// The host's words for a file without a patch that hides nothing.
const NOTHING_TO_READ: [&str; 4] = [
    "empty file",
    "renamed without changes",
    "copied without changes",
    "only its mode changed",
];

/// The fate of each file. With a model, deleted files are shown as long as they are small, for the model may
/// see what is lost with them; of the others it is told the names.
pub fn fates(change: &Change, is_asked: bool) -> Vec<Fate> {
    let mut fates: Vec<Fate> = change.files.iter().map(fate).collect();
    if is_asked {
        let mut deleted: Vec<_> = change.files.iter().zip(&mut fates).collect();
        deleted.retain(|(file, _)| file.status == Status::Removed);
        // What runs comes first; the sort is stable.
        deleted.sort_by_key(|(file, _)| {
            !matches!(kind_of(file), FileKind::Source | FileKind::Migration)
        });
        let mut left = ALL_DELETED;
        for (_, fate) in deleted {
            leave_out_large(fate, &mut left);
        }
    }
    fates
}

/// Keeps a deleted file from being shown where it is too large, or nothing is `left` of the bytes for all of them.
fn leave_out_large(fate: &mut Fate, left: &mut usize) {
    let Fate::Read(hunks, _) = fate else {
        return;
    };
    let lines = hunks.iter().flat_map(|hunk| &hunk.lines);
    let bytes: usize = lines.map(|line| line.text.len() + 1).sum();
    if bytes > DELETED {
        *fate = Fate::Unshown("deleted, and too long to show its text to the model".to_string());
    } else if let Some(rest) = left.checked_sub(bytes) {
        *left = rest;
    } else {
        let why = "deleted with many others, and its text is not shown to the model";
        *fate = Fate::Unshown(why.to_string());
    }
}

fn fate(file: &File) -> Fate {
    if let Some(reason) = unread(file) {
        return Fate::Skipped(reason);
    }
    match (&file.patch, file.absent.as_deref()) {
        (Some(patch), _) => read(file, patch),
        (None, Some(reason)) if NOTHING_TO_READ.contains(&reason) => Fate::Named,
        (None, Some(reason)) => Fate::Skipped(reason.to_string()),
        (None, None) if is_bare(file) => Fate::Named,
        (None, None) => Fate::Skipped("its diff is missing".to_string()),
    }
}

/// Why the file is not to be read, whatever is in it: the host says so, `.gitattributes` does, or its
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

/// What `.gitattributes` says of a file is believed before what the file says of itself.
fn read(file: &File, patch: &str) -> Fate {
    let hunks = match patch::parse(patch) {
        Ok(hunks) if hunks.is_empty() && is_bare(file) => return Fate::Named,
        Ok(hunks) if hunks.is_empty() => {
            return Fate::Skipped("its diff shows no lines".to_string());
        }
        Ok(hunks) => hunks,
        Err(error) => return Fate::Skipped(format!("its diff could not be read: {error}")),
    };
    let is_written = file.marks.iter().any(|mark| mark == "-generated");
    let reason = generated::reason(&file.path, &hunks, file.status);
    match reason.filter(|_| !is_written) {
        Some(reason) => Fate::Skipped(reason.to_string()),
        None => Fate::Read(hunks, Vec::new()),
    }
}

/// Whether the file is not said to have any changed line.
fn is_bare(file: &File) -> bool {
    file.additions == 0 && file.deletions == 0 && file.status != Status::Modified
}

/// What of the file's diff is missing, in words: it shows fewer changed lines than the file is said to have.
pub fn shortage(file: &File, fate: &Fate) -> Option<String> {
    let Fate::Read(hunks, _) = fate else {
        return None;
    };
    let lines = || hunks.iter().flat_map(|hunk| &hunk.lines);
    let count = |kind| lines().filter(|line| line.kind == kind).count() as u64;
    let (added, deleted) = (count(Kind::Added), count(Kind::Deleted));
    let is_short = added < u64::from(file.additions) || deleted < u64::from(file.deletions);
    let (shown, all) = (added + deleted, map::size(file));
    is_short.then(|| format!("its diff shows {shown} of {all} changed lines"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::file;

    fn skipped(file: &File) -> Option<String> {
        match fate(file) {
            Fate::Skipped(reason) => Some(reason),
            Fate::Read(..) | Fate::Named | Fate::Unshown(_) => None,
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
        let said = "new file that calls itself generated";
        assert_eq!(skipped(&file).as_deref(), Some(said));
        file.marks = vec!["-generated".into()];
        assert_eq!(skipped(&file), None);
    }
}
