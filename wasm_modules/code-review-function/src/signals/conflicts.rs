//! Merge conflict markers.

use crate::signals::report::Report;
use crate::signals::signal::Signal;
use crate::signals::source_file::Row;
use crate::wit::Severity;

const MARKER: Signal = Signal::bug(
    "conflicts/marker",
    Severity::Critical,
    0.97,
    "Unresolved merge conflict",
    "The conflict markers are committed, so the file contains both versions of the same lines. Keep the right \
     one and delete the markers.",
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

/// In many text formats, a line of seven equals signs underlines a heading; in code it belongs to a
/// conflict.
fn parts(row: &Row) -> bool {
    let alone = row.text().trim_end() == "=======" && row.code().trim_end() == "=======";
    alone && row.file().is_language("Python|JavaScript|TypeScript|Go|Rust|Java|Kotlin|C|C++|C#|Ruby|PHP|Swift|YAML|JSON|TOML|SQL|CSS")
        && !row.previous().is_some_and(|above| heading(above.text()))
}

/// Seven marker characters at the start of the line, then nothing, or a space and a label.
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

/// A text as wide as the line below it.
fn heading(text: &str) -> bool {
    text.trim_end().len() == 7
}
