//! What lock files give away by themselves.

use super::super::place::Place;
use super::super::report::Report;
use super::super::rule::Signal;
use super::super::text::Look;
use super::{Dependencies, Ecosystem};
use crate::wit::Severity;

const PLAIN: Signal = Signal::security(
    "dependencies/plain-address",
    Severity::Major,
    0.85,
    "A locked package is fetched without encryption",
    "The package is taken over `http://`, so anybody on the way can replace it. Point the lock file back to the \
     registry's `https://` address.",
);

const ALONE: Signal = Signal::new(
    "dependencies/lock-alone",
    Severity::Nit,
    "dependencies",
    0.5,
    "A lock file changes without its manifest",
    "Versions move although nothing asks for it. That is right for an update of locked packages; check that the \
     change is no accident.",
);

pub fn read(place: &Place, report: &mut Report) {
    for line in place.added() {
        let text = line.text.trim_start();
        let fetched =
            text.starts_with("\"resolved\": \"http://") || text.starts_with("resolved \"http://");
        if fetched && !text.holds("http://localhost") {
            report.hit(&PLAIN, place, line.new.unwrap_or(1));
        }
    }
}

pub fn conclude(dependencies: &Dependencies, report: &mut Report) {
    for (ecosystem, path, line) in &dependencies.locks {
        if !dependencies.touched(*ecosystem) {
            report.at(&ALONE, path, *line);
        }
    }
}

impl Dependencies {
    fn touched(&self, ecosystem: Ecosystem) -> bool {
        self.manifests
            .iter()
            .any(|manifest| manifest.ecosystem == ecosystem)
    }
}
