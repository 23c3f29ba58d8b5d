//! Changes of a file's mode: executable files, symbolic links, submodules.

use crate::diff::kinds::FileKind;
use crate::signals::report::Report;
use crate::signals::signal::Signal;
use crate::signals::source_file::SourceFile;
use crate::wit::{Severity, Status};

const EXECUTABLE: Signal = Signal::security(
    "modes/executable",
    Severity::Minor,
    0.8,
    "Non-script file becomes executable",
    "The mode changes from {}. A file that is not meant to be run should not be executable; undo it with `git \
     update-index --chmod=-x`.",
);

const SCRIPT: Signal = Signal::new(
    "modes/script",
    Severity::Nit,
    "permissions",
    0.6,
    "Script becomes executable",
    "The mode changes from {}, so the file can be started on its own. Check that this is intended.",
);

const LINK: Signal = Signal::security(
    "modes/link",
    Severity::Minor,
    0.8,
    "Symbolic link points outside the repository",
    "It points to {}, which differs between machines and may expose other files. Link to a path inside the \
     repository.",
);

const MODULE: Signal = Signal::new(
    "modes/submodule",
    Severity::Nit,
    "dependencies",
    0.6,
    "Submodule moves to another commit",
    "This changes code that is not part of this diff. Review the commit that it points to.",
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
