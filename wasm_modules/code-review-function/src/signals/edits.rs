//! Small but dangerous changes of single lines.

mod gone;
mod weakened;

use crate::diff::kinds::FileKind;
use crate::diff::patch::{Kind, Line};
use crate::signals::report::Report;
use crate::signals::signal::Signal;
use crate::signals::source_file::SourceFile;
use crate::signals::text::{self, Search};
use crate::text::slices::items;
use crate::wit::Severity::{Major, Nit};

const CONDITION: Signal = Signal::bug(
    "edits/where",
    Major,
    0.8,
    "`WHERE` clause is removed",
    "The statement now affects every row. Restore the condition.",
);

const AWAIT: Signal = Signal::bug(
    "edits/await",
    Nit,
    0.6,
    "`await` is removed",
    "The code continues before the call is done, and its errors are lost. Restore `await`, or add a comment \
     that explains why it is not needed.",
);

const BOUNDARY: Signal = Signal::bug(
    "edits/boundary",
    Nit,
    0.5,
    "Only an operator changes",
    "{}, so the result changes for some values. Check that this is intended, and that a test covers the boundary \
     case.",
);

pub fn read(file: &SourceFile, report: &mut Report) {
    if !matches!(file.kind, FileKind::Source | FileKind::Migration) || file.is_non_production {
        return;
    }
    for hunk in file.hunks {
        for (old, new) in pairs(&hunk.lines) {
            compare(file, old, new, report);
        }
        gone::read(file, &hunk.lines, report);
    }
}

/// Each deleted line with the added line that replaces it, for blocks of equal length.
fn pairs(lines: &[Line]) -> Vec<(&Line, &Line)> {
    let blocks = lines.chunk_by(|a, b| a.kind == b.kind);
    let next = lines.chunk_by(|a, b| a.kind == b.kind).skip(1);
    let replaced = blocks.zip(next).filter(|(old, new)| {
        let is = |block: &[Line], kind| block.first().is_some_and(|line| line.kind == kind);
        is(old, Kind::Deleted) && is(new, Kind::Added) && old.len() == new.len()
    });
    replaced
        .flat_map(|(old, new)| old.iter().zip(new))
        .collect()
}

fn compare(file: &SourceFile, old: &Line, new: &Line, report: &mut Report) {
    let line = new.new.unwrap_or(1);
    let (before, after) = (old.text.trim(), new.text.trim());
    if before.len() > 400 || before == after || commented(before) {
        return;
    }
    if unconditional(before, after) {
        report.hit(&CONDITION, file, line);
    } else if before.replacen("await ", "", 1) == after
        && before.holds("await ")
        && !made_sync(file, after)
    {
        report.hit(&AWAIT, file, line);
    } else if let Some((signal, found)) = weakened::read(file, line, before, after) {
        report.hit(signal, file, line).found = found;
    } else if let Some(found) = operator(before, after) {
        report.hit(&BOUNDARY, file, line).found = found;
    }
}

/// Whether a function of the file is no longer async, the file no longer waits elsewhere either, or
/// the promise is kept: it is returned or given to something else.
fn made_sync(file: &SourceFile, after: &str) -> bool {
    let deleted = || file.first_lines().filter(|line| line.kind == Kind::Deleted);
    let added = |word| file.added().any(|line| line.text.holds(word));
    let waits = deleted().filter(|line| line.text.holds("await ")).count();
    let kept = after.starts_with("return") || after.starts_with("void ") || after.contains('=');
    kept || waits > 1
        || deleted().any(|line| line.text.holds("async "))
        || added("Promise.")
        || added("gather(")
}

fn commented(text: &str) -> bool {
    ["//", "#", "*", "/*", "--"]
        .iter()
        .any(|mark| text.starts_with(mark))
}

/// An UPDATE or DELETE that had a WHERE.
fn unconditional(before: &str, after: &str) -> bool {
    let changes = text::has_word(after, "update delete") && text::has_word(before, "where");
    let (old, new) = (before.to_ascii_lowercase(), after.to_ascii_lowercase());
    let start = old.split(" where").next().unwrap_or_default();
    changes && !text::has_word(after, "where") && new.starts_with(start)
}

const OPERATORS: &[(&str, &str)] = &[
    ("<", "<="),
    ("<=", "<"),
    (">", ">="),
    (">=", ">"),
    ("==", "!="),
    ("!=", "=="),
    ("===", "!=="),
    ("!==", "==="),
    ("<", ">"),
    (">", "<"),
    ("&&", "||"),
    ("||", "&&"),
    ("and", "or"),
    ("or", "and"),
    ("+", "-"),
    ("-", "+"),
    ("is not", "is"),
    ("is", "is not"),
    ("not in", "in"),
    ("in", "not in"),
    ("+ 1", ""),
    ("- 1", ""),
    ("not", ""),
    ("True", "False"),
    ("False", "True"),
    ("true", "false"),
    ("false", "true"),
];

/// The difference if only an operator changes: "`<` became `<=`".
fn operator(before: &str, after: &str) -> Option<String> {
    let (old, new): (Vec<&str>, Vec<&str>) = (
        before.split_whitespace().collect(),
        after.split_whitespace().collect(),
    );
    let same = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let (old, new) = (items(&old, same..), items(&new, same..));
    let tail = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let (old, new) = (
        items(old, ..old.len() - tail).join(" "),
        items(new, ..new.len() - tail).join(" "),
    );
    let known = OPERATORS
        .iter()
        .any(|(from, to)| *from == old && *to == new);
    known.then(|| {
        if new.is_empty() {
            format!("`{old}` is removed")
        } else {
            format!("`{old}` became `{new}`")
        }
    })
}
