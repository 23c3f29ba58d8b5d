//! Secrets that a change adds. A finding never repeats a secret, only its first characters.

mod assignments;
mod entropy;
mod keys;
mod secret;
mod tokens;
mod urls;

use crate::signals::secrets::secret::Secret;

use crate::diff::kinds::FileKind;
use crate::signals::report::{Hit, Report};
use crate::signals::source_file::{Row, SourceFile};
use crate::signals::text;
use crate::wit::Severity;

pub fn check(row: &Row, report: &mut Report) {
    let is_recorded = matches!(
        row.file().kind,
        FileKind::Lock
            | FileKind::Vendored
            | FileKind::Snapshot
            | FileKind::Minified
            | FileKind::Generated
    );
    if is_recorded {
        return;
    }
    if let Some(secret) = of(row) {
        note(row, secret, report);
    }
}

/// Whether the line contains a secret, so that it must not be quoted.
pub fn is_on(row: &Row) -> bool {
    of(row).is_some()
}

/// The first secret of a line; one is enough.
fn of(row: &Row) -> Option<Secret> {
    keys::find(row)
        .or_else(|| tokens::find(row.text()))
        .or_else(|| urls::find(row))
        .or_else(|| assignments::find(row))
}

fn note(row: &Row, secret: Secret, report: &mut Report) {
    let hit: &mut Hit = report.hit(secret.signal, row.file(), row.number());
    hit.found = secret.found;
    hit.secret = Some(secret.value);
    hit.severity = softened(row.file(), secret.severity);
    let told = |text: &str| text.to_ascii_lowercase().contains("not a secret");
    if told(row.text()) || row.above().take(4).any(|above| told(above.text())) {
        hit.severity = Severity::Nit;
    }
    if secret.severity == Severity::Major && row.uncommented().trim().is_empty() {
        hit.severity = Severity::Nit; // what stands in a comment is often only an example
    }
}

/// Fake secrets are common in code that does not run in production.
fn softened(file: &SourceFile, severity: Severity) -> Severity {
    let template = text::mentions(file.name(), "example sample template .dist .tpl");
    let composed = severity == Severity::Major && text::mentions(file.path, "compose");
    let soft =
        composed || file.is_non_production || template || file.kind == FileKind::Documentation;
    if soft { Severity::Nit } else { severity }
}
