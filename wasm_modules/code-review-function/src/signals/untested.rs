//! Source changes without test changes.

use crate::diff::kinds::{FileKind, kind, language};
use crate::diff::patch;
use crate::signals::report::{Report, count};
use crate::signals::signal::Signal;
use crate::signals::text::Search;
use crate::wit::{Change, File, Severity, Status};

/// Fewer added lines do not need a test.
const SMALL: u32 = 10;

pub const UNTESTED: Signal = Signal::new(
    "untested/source",
    Severity::Nit,
    "tests",
    0.5,
    "Code changes without tests",
    "The change adds {} of code and touches no test.",
);

pub fn conclude(change: &Change, report: &mut Report) {
    if change.files.iter().any(tests) {
        return;
    }
    let source: Vec<&File> = change.files.iter().filter(|file| tested(file)).collect();
    let added: u32 = source
        .iter()
        .fold(0, |sum, file| sum.saturating_add(file.additions));
    let largest = source.iter().rev().max_by_key(|file| file.additions);
    if let Some(file) = largest.filter(|_| added >= SMALL) {
        report
            .hit_at(&UNTESTED, &file.path, first_added(file))
            .found = count(added as usize, "line", "lines");
    }
}

fn tests(file: &File) -> bool {
    let inline = || {
        file.patch
            .as_deref()
            .is_some_and(|patch| patch.holds("\n+    #[test]") || patch.holds("\n+>>> "))
    };
    kind(&file.path) == FileKind::Tests || inline()
}

/// Whether tests are usual for such a file: source code that is not markup, style or a script.
fn tested(file: &File) -> bool {
    let tested = language(&file.path).is_some_and(|language| {
        !matches!(
            language,
            "HTML"
                | "CSS"
                | "Shell"
                | "SQL"
                | "Template"
                | "Jinja"
                | "ERB"
                | "Protocol Buffers"
                | "GraphQL"
                | "Batch"
                | "PowerShell"
        )
    });
    tested
        && kind(&file.path) == FileKind::Source
        && file.status != Status::Removed
        && file.skip.is_none()
        && !file.path.split('/').any(|folder| {
            matches!(
                folder,
                "examples" | "example" | "scripts" | "bench" | "benches" | "docs"
            )
        })
}

fn first_added(file: &File) -> u32 {
    let hunks = patch::parse(file.patch.as_deref().unwrap_or_default()).unwrap_or_default();
    let mut lines = hunks.iter().flat_map(|hunk| &hunk.lines);
    lines
        .find(|line| line.kind == patch::Kind::Added)
        .and_then(|line| line.new)
        .unwrap_or(1)
}
