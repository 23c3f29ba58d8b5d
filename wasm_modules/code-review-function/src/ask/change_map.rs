//! The other files of a change, for a question about some of them: what they define otherwise than before.

use std::fmt::Write;

use crate::ask::surroundings::Surroundings;
use crate::diff::render;
use crate::text::visible::one_line;
use crate::wit::Change;

/// The most signatures of a file, and bytes of one.
const SIGNATURES: usize = 8;
const SIGNATURE: usize = 160;
const PATH: usize = 200;

/// The files of `all` that are not in `shown`, each with the signatures that the change touches, within `most`
/// bytes. Files that change only inside of a definition say so by its signature alone.
pub fn change_map(
    change: &Change,
    all: &[usize],
    shown: &[usize],
    around: &Surroundings,
    most: usize,
) -> String {
    let mut out = String::new();
    let others: Vec<usize> = all
        .iter()
        .copied()
        .filter(|at| !shown.contains(at))
        .collect();
    for (nth, at) in others.iter().enumerate() {
        let entry = entry(change, *at, around);
        if out.len() + entry.len() > most {
            let _ = writeln!(out, "… ({} more files)", others.len() - nth);
            break;
        }
        out.push_str(&entry);
    }
    out
}

fn entry(change: &Change, at: usize, around: &Surroundings) -> String {
    let Some(file) = change.files.get(at) else {
        return String::new();
    };
    let mut out = format!(
        "{} ({})\n",
        one_line(&file.path, PATH),
        render::status_name(file.status)
    );
    for signature in around.signatures(at).iter().take(SIGNATURES) {
        let _ = writeln!(out, "  {}", one_line(signature, SIGNATURE));
    }
    out
}
