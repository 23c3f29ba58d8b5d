//! Merge conflict markers that were left in.

use crate::signals::report::Report;
use crate::signals::signal::Signal;
use crate::signals::source_file::Row;
use crate::wit::Severity;

const MARKER: Signal = Signal::bug(
    "conflicts/marker",
    Severity::Critical,
    0.97,
    "A merge conflict is not resolved",
    "Conflict markers are committed, so the file holds two versions of the same lines and will not parse or run. \
     Choose what should stay and delete the markers.",
);

pub fn check(row: &Row, report: &mut Report) {
    let marked = row.text().starts_with(['<', '=', '>', '|']);
    if marked && (opens(row) || closes(row) || parts(row)) {
        let hit = report.hit(&MARKER, row.file(), row.number());
        if row.file().is_non_production {
            hit.severity = Severity::Minor;
        }
    }
}

fn opens(row: &Row) -> bool {
    labelled(row.text(), "<<<<<<<") || labelled(row.text(), "|||||||") && near(row, "=======")
}

fn closes(row: &Row) -> bool {
    labelled(row.text(), ">>>>>>>")
}

/// Alone, seven equals signs underline a heading in many formats; in code they part a conflict.
fn parts(row: &Row) -> bool {
    let alone = row.text().trim_end() == "=======" && row.code().trim_end() == "=======";
    alone && row.file().is_language("Python|JavaScript|TypeScript|Go|Rust|Java|Kotlin|C|C++|C#|Ruby|PHP|Swift|YAML|JSON|TOML|SQL|CSS")
        && !row.previous().is_some_and(|above| heading(above.text()))
}

/// Seven of a mark at the line's start, then nothing or a blank and a label.
fn labelled(text: &str, marker: &str) -> bool {
    let rest = text
        .strip_prefix(marker)
        .map(|rest| rest.trim_end_matches('\r'));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' ') && rest.trim().len() > 1)
}

fn near(row: &Row, marker: &str) -> bool {
    row.below()
        .take(50)
        .any(|below| below.text().starts_with(marker))
}

/// A text as wide as the line under it.
fn heading(text: &str) -> bool {
    text.trim_end().len() == 7
}
