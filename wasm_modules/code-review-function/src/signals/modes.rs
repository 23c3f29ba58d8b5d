//! What a file's mode says: made executable, a link out of the repository, another repository.

use crate::diff::kinds::FileKind;
use crate::signals::report::Report;
use crate::signals::signal::Signal;
use crate::signals::source_file::SourceFile;
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

pub fn read(file: &SourceFile, report: &mut Report) {
    let (before, after) = (file.entry.before.as_deref(), file.entry.after.as_deref());
    let line = file.lines().find_map(|line| line.new).unwrap_or(1);
    match after {
        Some("100755") if before == Some("100644") => {
            let signal = if runs(file) { &SCRIPT } else { &EXECUTABLE };
            report.hit(signal, file, line).found = "100644 to 100755".to_owned();
        }
        Some("120000") => link(file, line, report),
        Some("160000") if file.entry.status != Status::Removed => {
            report.hit(&MODULE, file, line);
        }
        _ => {}
    }
}

fn runs(file: &SourceFile) -> bool {
    let shebang = file
        .lines()
        .any(|line| line.new == Some(1) && line.text.starts_with("#!"));
    let folder = file.is_in_folder("bin scripts script tools hack hooks");
    let code = matches!(
        file.kind,
        FileKind::Source | FileKind::Ci | FileKind::Tests | FileKind::Other
    );
    shebang || folder || code
}

fn link(file: &SourceFile, line: u32, report: &mut Report) {
    let folders = file.path.matches('/').count();
    let target = file
        .added()
        .map(|line| line.text.as_str())
        .next()
        .unwrap_or_default();
    let up = target.split('/').take_while(|part| *part == "..").count();
    if target.starts_with('/') || up > folders {
        report.hit(&LINK, file, line).found = format!("`{target}`");
    }
}
