//! Every file of the change gets exactly one fate.

use crate::kinds::kind;
use crate::patch::{self, Hunk};
use crate::wit::{File, Status};

/// What becomes of a file.
#[derive(Debug)]
pub enum Fate {
    /// Its hunks are read by the model, or without one by the signals.
    Read(Vec<Hunk>),
    /// There is nothing to read but its name: removed, renamed without changes, empty.
    Named,
    /// Nobody reviews it, and this is why.
    Skipped(String),
}

/// The host's words for a file without a patch that hides nothing.
const NOTHING_TO_READ: [&str; 4] = [
    "empty file",
    "renamed without changes",
    "copied without changes",
    "only its mode changed",
];

/// A removed file is reviewed by its name: what matters is who still needs it, and the signals scan
/// the lines that it lost.
pub fn fate(file: &File) -> Fate {
    if let Some(reason) = kind(&file.path).reason() {
        return Fate::Skipped(reason.to_string());
    }
    match (&file.patch, file.absent.as_deref()) {
        (Some(patch), _) if file.status != Status::Removed => read(patch),
        (Some(_), _) => Fate::Named,
        (None, Some(reason)) if NOTHING_TO_READ.contains(&reason) => Fate::Named,
        (None, Some(reason)) => Fate::Skipped(reason.to_string()),
        (None, None) if is_bare(file) => Fate::Named,
        (None, None) => Fate::Skipped("its diff is missing".to_string()),
    }
}

fn read(patch: &str) -> Fate {
    match patch::parse(patch) {
        Ok(hunks) if hunks.is_empty() => Fate::Named,
        Ok(hunks) => Fate::Read(hunks),
        Err(error) => Fate::Skipped(format!("its diff could not be read: {error}")),
    }
}

/// Whether the file is not said to have any changed line.
fn is_bare(file: &File) -> bool {
    file.additions == 0 && file.deletions == 0 && file.status != Status::Modified
}
