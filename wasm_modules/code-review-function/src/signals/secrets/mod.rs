//! Secrets that a change adds. What is said about one never repeats it, only its first characters.

mod assignments;
mod entropy;
mod keys;
mod tokens;
mod urls;

use super::place::{Place, Row};
use super::report::{Hit, Report};
use super::rule::Signal;
use super::text;
use crate::kinds::FileKind;
use crate::slices::start;
use crate::wit::Severity;

/// A secret found on a line.
struct Secret {
    signal: &'static Signal,
    /// Its first characters and what they belong to.
    found: String,
    severity: Severity,
}

pub fn look(row: &Row, report: &mut Report) {
    if !matches!(
        row.place().kind,
        FileKind::Lock | FileKind::Vendored | FileKind::Snapshot | FileKind::Minified
    ) && let Some(secret) = of(row)
    {
        note(row, secret, report);
    }
}

/// Whether the line holds a secret, so that it must not be repeated.
pub fn stands_on(row: &Row) -> bool {
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
    let hit: &mut Hit = report.hit(secret.signal, row.place(), row.number());
    hit.found = secret.found;
    hit.severity = softened(row.place(), secret.severity);
    if secret.severity == Severity::Major && row.bare().trim().is_empty() {
        hit.severity = Severity::Nit; // what stands in a comment is often only an example
    }
}

/// Made-up secrets are common where nothing runs in production.
fn softened(place: &Place, severity: Severity) -> Severity {
    let template = text::mentions(place.name(), "example sample template .dist .tpl");
    let soft = place.rehearses || template || place.kind == FileKind::Documentation;
    match severity {
        Severity::Critical if soft => Severity::Minor,
        _ if soft => Severity::Nit,
        severity => severity,
    }
}

/// The first characters, and no more than a quarter, of a secret.
fn masked(secret: &str) -> String {
    let shown = (secret.len() / 4).min(8);
    format!("`{}…`", start(secret, shown))
}
