//! Changes of the project's dependencies.

mod ecosystem;
mod entry;
mod locks;

use crate::signals::dependencies::ecosystem::Ecosystem;
use crate::signals::dependencies::entry::Entry;

use crate::diff::kinds::FileKind;
use crate::signals::report::Report;
use crate::signals::signal::Signal;
use crate::signals::source_file::SourceFile;
use crate::text::slices::head;
use crate::wit::{Change, Severity, Status};

const NEW: Signal = Signal::new(
    "dependencies/new",
    Severity::Nit,
    "dependencies",
    0.6,
    "New dependency",
    "New dependencies: {}.",
);

const LOOSE: Signal = Signal::new(
    "dependencies/loose",
    Severity::Minor,
    "dependencies",
    0.75,
    "Dependency has no version limit",
    "{} accepts any version, so the next install may bring a broken or malicious release. Specify a version or \
     a range.",
);

const LOOSENED: Signal = Signal::new(
    "dependencies/loosened",
    Severity::Nit,
    "dependencies",
    0.6,
    "Pinned dependency becomes a range",
    "{}.",
);

const ELSEWHERE: Signal = Signal::security(
    "dependencies/elsewhere",
    Severity::Minor,
    0.75,
    "Dependency does not come from the registry",
    "{} comes from an address whose contents its owner can change at any time. Use a published release, or pin \
     an exact commit.",
);

const UNLOCKED: Signal = Signal::new(
    "dependencies/unlocked",
    Severity::Nit,
    "dependencies",
    0.7,
    "Lock file is not updated",
    "Dependencies change, but {} does not.",
);

/// Whether a signal is a fact about the change as a whole, for its summary.
pub fn is_fact(signal: &Signal) -> bool {
    [&NEW, &LOOSENED, &UNLOCKED, &locks::ALONE]
        .iter()
        .any(|fact| fact.name == signal.name)
}

/// The dependencies in the files of a change.
#[derive(Default)]
pub struct Dependencies {
    manifests: Vec<Manifest>,
    /// Each with its first changed line.
    locks: Vec<(Ecosystem, String, u32)>,
}

struct Manifest {
    ecosystem: Ecosystem,
    path: String,
    /// The first line that changes a dependency.
    line: u32,
    /// Whether there is a new package.
    news: bool,
}

impl Dependencies {
    pub fn read(&mut self, file: &SourceFile, report: &mut Report) {
        let Some(ecosystem) = Ecosystem::of(file.name()) else {
            return;
        };
        match file.kind {
            FileKind::Lock => {
                self.locks
                    .push((ecosystem, file.path.to_owned(), file.first_changed()));
                locks::read(file, report);
            }
            FileKind::Dependencies if file.entry.status != Status::Removed => {
                self.manifest(ecosystem, file, report)
            }
            _ => {}
        }
    }

    fn manifest(&mut self, ecosystem: Ecosystem, file: &SourceFile, report: &mut Report) {
        let entries = entry::read(ecosystem, file);
        let (added, before): (Vec<Entry>, Vec<Entry>) =
            entries.into_iter().partition(|entry| entry.added);
        let changed = added.iter().filter(|entry| {
            !before
                .iter()
                .any(|old| old.name == entry.name && old.spec == entry.spec)
        });
        let changed: Vec<&Entry> = changed.collect();
        let fresh: Vec<&Entry> = changed
            .iter()
            .filter(|entry| !before.iter().any(|old| old.name == entry.name))
            .copied()
            .collect();
        if file.entry.status != Status::Added {
            announce(file, &fresh, report);
        }
        for entry in &changed {
            judge(
                file,
                entry,
                before.iter().find(|old| old.name == entry.name),
                report,
            );
        }
        if let Some(first) = changed.first() {
            let manifest = Manifest {
                ecosystem,
                path: file.path.to_owned(),
                line: first.line,
                news: !fresh.is_empty(),
            };
            self.manifests.push(manifest);
        }
    }

    /// Compares manifests with lock files, once all files are read.
    pub fn conclude(self, change: &Change, report: &mut Report) {
        let mut known: Vec<(Ecosystem, bool)> = Vec::new();
        for manifest in self
            .manifests
            .iter()
            .filter(|manifest| !self.follows(manifest))
        {
            let ecosystem = manifest.ecosystem;
            if !known.iter().any(|(one, _)| *one == ecosystem) {
                known.push((ecosystem, ecosystem.locked(change)));
            }
            if manifest.expects_lock(known.contains(&(ecosystem, true))) {
                let lock = if ecosystem == Ecosystem::Go {
                    "go.sum"
                } else {
                    "the lock file"
                };
                report
                    .hit_at(&UNLOCKED, &manifest.path, manifest.line)
                    .found = lock.to_owned();
            }
        }
        for (ecosystem, path, line) in &self.locks {
            let is_of = |manifest: &Manifest| manifest.ecosystem == *ecosystem;
            if !self.manifests.iter().any(is_of) {
                locks::report_alone(path, *line, report);
            }
        }
    }

    /// Whether a lock file in the manifest's folder or above it also changes.
    fn follows(&self, manifest: &Manifest) -> bool {
        let same = self
            .locks
            .iter()
            .filter(|lock| lock.0 == manifest.ecosystem);
        same.into_iter()
            .any(|lock| manifest.path.starts_with(folder(&lock.1)))
    }
}

impl Manifest {
    /// Go always has a lock file; a list of requirements never does. Rust's lock file only changes
    /// for new packages, the others for any change of the manifest.
    fn expects_lock(&self, locked: bool) -> bool {
        match self.ecosystem {
            Ecosystem::Go => self.news,
            Ecosystem::Rust => self.news && locked,
            _ => !self.path.ends_with(".txt") && locked,
        }
    }
}

/// The folder of a path including its final "/"; empty for the root.
fn folder(path: &str) -> &str {
    path.rfind('/').map_or("", |at| head(path, at + 1))
}

fn announce(file: &SourceFile, fresh: &[&Entry], report: &mut Report) {
    let Some(first) = fresh.first() else { return };
    let mut names: Vec<String> = fresh
        .iter()
        .take(5)
        .map(|entry| format!("`{}`", entry.name))
        .collect();
    if fresh.len() > names.len() {
        names.push(format!("{} more", fresh.len() - names.len()));
    }
    report.hit(&NEW, file, first.line).found = names.join(", ");
}

fn judge(file: &SourceFile, entry: &Entry, before: Option<&Entry>, report: &mut Report) {
    let name = format!("`{}`", entry.name);
    if entry.elsewhere() && !before.is_some_and(Entry::elsewhere) {
        report.hit(&ELSEWHERE, file, entry.line).found = name;
    } else if entry.unlimited() && before.is_none_or(Entry::pinned) {
        report.hit(&LOOSE, file, entry.line).found = name;
    } else if before.is_some_and(Entry::pinned) && entry.range() {
        let old = before.map_or("", |old| old.spec.as_str());
        report.hit(&LOOSENED, file, entry.line).found =
            format!("{name} goes from `{old}` to `{}`", entry.spec);
    }
}
