//! The other files of a change, for a question about some of them: what they define otherwise than before.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::ask::surroundings::Surroundings;
use crate::diff::render;
use crate::text::visible::one_line;
use crate::text::wording::count;
use crate::wit::Change;

/// The most files without signatures that are named.
const NAMED: usize = 6;
/// The most signatures of a file, and bytes of one.
const SIGNATURES: usize = 8;
const SIGNATURE: usize = 160;
const PATH: usize = 200;

/// The files of `all` that are not in `shown`, within `most` bytes: each with the signatures that the change touches;
/// many files without any by their directories.
pub fn change_map(
    change: &Change,
    all: &[usize],
    shown: &[usize],
    around: &Surroundings,
    most: usize,
) -> String {
    let others = all.iter().copied().filter(|at| !shown.contains(at));
    let (told, bare): (Vec<usize>, Vec<usize>) =
        others.partition(|at| !around.signatures(*at).is_empty());
    let mut entries: Vec<String> = told.iter().map(|at| entry(change, *at, around)).collect();
    if bare.len() <= NAMED {
        entries.extend(bare.iter().map(|at| entry(change, *at, around)));
    } else {
        entries.extend(directories(change, &bare));
    }
    let mut out = String::new();
    for (nth, entry) in entries.iter().enumerate() {
        if out.len() + entry.len() > most {
            let _ = writeln!(out, "… ({} more)", entries.len() - nth);
            break;
        }
        out.push_str(entry);
    }
    out
}

/// The number of files in each directory.
fn directories(change: &Change, files: &[usize]) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for file in files.iter().filter_map(|at| change.files.get(*at)) {
        let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        *counts.entry(folder).or_default() += 1;
    }
    let line = |(folder, number): (&str, usize)| {
        format!("{}/ ({})\n", one_line(folder, PATH), count(number, "file"))
    };
    counts.into_iter().map(line).collect()
}

fn entry(change: &Change, at: usize, around: &Surroundings) -> String {
    let Some(file) = change.files.get(at) else {
        return String::new();
    };
    let status = render::status_name(file.status);
    let mut out = format!("{} ({status})\n", one_line(&file.path, PATH));
    for signature in around.signatures(at).iter().take(SIGNATURES) {
        let _ = writeln!(out, "  {}", one_line(signature, SIGNATURE));
    }
    out
}
