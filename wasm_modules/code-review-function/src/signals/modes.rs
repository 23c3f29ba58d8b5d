//! What a file's mode says: made executable, a link out of the repository, another repository.

use super::place::Place;
use super::report::Report;
use super::rule::Signal;
use crate::kinds::FileKind;
use crate::wit::{Severity, Status};

const EXECUTABLE: Signal = Signal::security(
    "modes/executable",
    Severity::Minor,
    0.8,
    "A file that is no script is made executable",
    "The mode changes from {}. A file that nobody runs should not be executable: it widens what can be started \
     from a checkout. Take the bit back with `git update-index --chmod=-x`.",
);

const SCRIPT: Signal = Signal::new(
    "modes/script",
    Severity::Nit,
    "permissions",
    0.6,
    "A script is made executable",
    "The mode changes from {}. Check that this is meant.",
);

const LINK: Signal = Signal::security(
    "modes/link",
    Severity::Minor,
    0.8,
    "A symbolic link leads out of the repository",
    "The link points to {}, which differs from machine to machine and may expose files of whoever follows it. \
     Link to a path inside the repository.",
);

const MODULE: Signal = Signal::new(
    "modes/submodule",
    Severity::Nit,
    "dependencies",
    0.6,
    "A submodule moves to another commit",
    "Code from another repository changes with this line and cannot be seen here. Check the commit that it names.",
);

pub fn read(place: &Place, report: &mut Report) {
    let (before, after) = (place.file.before.as_deref(), place.file.after.as_deref());
    let line = place.lines().find_map(|line| line.new).unwrap_or(1);
    match after {
        Some("100755") if before == Some("100644") => {
            let signal = if runs(place) { &SCRIPT } else { &EXECUTABLE };
            report.hit(signal, place, line).found = "100644 to 100755".to_owned();
        }
        Some("120000") => link(place, line, report),
        Some("160000") if place.file.status != Status::Removed => {
            report.hit(&MODULE, place, line);
        }
        _ => {}
    }
}

fn runs(place: &Place) -> bool {
    let shebang = place
        .lines()
        .any(|line| line.new == Some(1) && line.text.starts_with("#!"));
    let folder = place.leads_through("bin scripts script tools hack hooks");
    let code = matches!(
        place.kind,
        FileKind::Source | FileKind::Ci | FileKind::Tests | FileKind::Other
    );
    shebang || folder || code
}

fn link(place: &Place, line: u32, report: &mut Report) {
    let folders = place.path.matches('/').count();
    let target = place
        .added()
        .map(|line| line.text.as_str())
        .next()
        .unwrap_or_default();
    let up = target.split('/').take_while(|part| *part == "..").count();
    if target.starts_with('/') || up > folders {
        report.hit(&LINK, place, line).found = format!("`{target}`");
    }
}
