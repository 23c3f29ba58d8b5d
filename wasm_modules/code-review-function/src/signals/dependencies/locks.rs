//! Signals in lock files.

use crate::signals::report::Report;
use crate::signals::signal::Signal;
use crate::signals::source_file::SourceFile;
use crate::signals::text::Search;
use crate::wit::Severity;

const PLAIN: Signal = Signal::security(
    "dependencies/plain-address",
    Severity::Major,
    0.85,
    "Locked package is fetched over plain HTTP",
    "Anyone on the network path can replace it. Change the lock file back to the registry's `https://` URL.",
);

pub const ALONE: Signal = Signal::new(
    "dependencies/lock-alone",
    Severity::Nit,
    "dependencies",
    0.5,
    "Lock file changes without its manifest",
    "A lock file changes without its manifest.",
);

pub fn read(file: &SourceFile, report: &mut Report) {
    for line in file.added() {
        let text = line.text.trim_start();
        let fetched =
            text.starts_with("\"resolved\": \"http://") || text.starts_with("resolved \"http://");
        if fetched && !text.holds("http://localhost") {
            report.hit(&PLAIN, file, line.new.unwrap_or(1));
        }
    }
}

pub fn report_alone(path: &str, line: u32, report: &mut Report) {
    report.hit_at(&ALONE, path, line);
}
