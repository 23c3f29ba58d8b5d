//! What a change does to the packages that the project stands on.

mod entry;
mod locks;

use entry::Entry;

use super::place::Place;
use super::report::Report;
use super::rule::Signal;
use crate::kinds::{FileKind, kind};
use crate::slices::head;
use crate::wit::{Change, File, Severity, Status};

const NEW: Signal = Signal::new(
    "dependencies/new",
    Severity::Nit,
    "dependencies",
    0.6,
    "A dependency is added",
    "New: {}. Check that it is the package you mean, that it is maintained, and that its licence fits.",
);

const LOOSE: Signal = Signal::new(
    "dependencies/loose",
    Severity::Minor,
    "dependencies",
    0.75,
    "A dependency may be of any version",
    "{} is not limited to a version, so the next install may bring a broken or hijacked release. State a version or \
     a range.",
);

const LOOSENED: Signal = Signal::new(
    "dependencies/loosened",
    Severity::Nit,
    "dependencies",
    0.6,
    "A pinned dependency becomes a range",
    "{}. Builds without a lock file may now differ from day to day. Check that this is meant.",
);

const ELSEWHERE: Signal = Signal::security(
    "dependencies/elsewhere",
    Severity::Minor,
    0.75,
    "A dependency comes from outside the registry",
    "{} is taken from an address that its owner can change at will, unseen by audits. Use a published release, or \
     name an exact commit.",
);

const UNLOCKED: Signal = Signal::new(
    "dependencies/unlocked",
    Severity::Minor,
    "dependencies",
    0.7,
    "The lock file does not follow the manifest",
    "Dependencies change here, but {} does not. A build that insists on the lock will fail, others will install \
     something nobody tested. Run the package manager and commit the lock file.",
);

/// What the files of a change say about dependencies.
#[derive(Default)]
pub struct Dependencies {
    manifests: Vec<Manifest>,
    /// With the first line that changes.
    locks: Vec<(Ecosystem, String, u32)>,
}

struct Manifest {
    ecosystem: Ecosystem,
    path: String,
    /// The first line that changes a dependency.
    line: u32,
    /// Whether a package is named that was not named before.
    news: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Ecosystem {
    Npm,
    Python,
    Rust,
    Go,
    Ruby,
    Php,
    Java,
}

impl Ecosystem {
    fn of(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "package.json"
            | "package-lock.json"
            | "yarn.lock"
            | "pnpm-lock.yaml"
            | "npm-shrinkwrap.json"
            | "bun.lock"
            | "bun.lockb" => Some(Self::Npm),
            "pyproject.toml" | "poetry.lock" | "uv.lock" | "pdm.lock" | "pipfile"
            | "pipfile.lock" | "setup.py" => Some(Self::Python),
            "cargo.toml" | "cargo.lock" => Some(Self::Rust),
            "go.mod" | "go.sum" => Some(Self::Go),
            "gemfile" | "gemfile.lock" => Some(Self::Ruby),
            "composer.json" | "composer.lock" => Some(Self::Php),
            "build.gradle" | "build.gradle.kts" => Some(Self::Java),
            name if name.ends_with(".txt") => Some(Self::Python),
            _ => None,
        }
    }

    /// Names of lock files, and commands that need one.
    fn traces(self) -> &'static [&'static str] {
        match self {
            Self::Npm => &[
                "package-lock.json",
                "yarn.lock",
                "pnpm-lock.yaml",
                "npm ci",
                "--frozen-lockfile",
                "--immutable",
            ],
            Self::Python => &[
                "poetry.lock",
                "uv.lock",
                "pdm.lock",
                "Pipfile.lock",
                "uv sync --locked",
                "uv sync --frozen",
            ],
            Self::Rust => &["Cargo.lock", "--locked"],
            Self::Go => &["go.sum"],
            Self::Ruby => &["Gemfile.lock", "bundle install --deployment"],
            Self::Php => &["composer.lock"],
            Self::Java => &["gradle.lockfile"],
        }
    }
}

impl Dependencies {
    pub fn read(&mut self, place: &Place, report: &mut Report) {
        let Some(ecosystem) = Ecosystem::of(place.name()) else {
            return;
        };
        match place.kind {
            FileKind::Lock => {
                self.locks
                    .push((ecosystem, place.path.to_owned(), place.first_changed()));
                locks::read(place, report);
            }
            FileKind::Dependencies if place.file.status != Status::Removed => {
                self.manifest(ecosystem, place, report)
            }
            _ => {}
        }
    }

    fn manifest(&mut self, ecosystem: Ecosystem, place: &Place, report: &mut Report) {
        let entries = entry::read(ecosystem, place);
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
        if place.file.status != Status::Added {
            announce(place, &fresh, report);
        }
        for entry in &changed {
            judge(
                place,
                entry,
                before.iter().find(|old| old.name == entry.name),
                report,
            );
        }
        if let Some(first) = changed.first() {
            let manifest = Manifest {
                ecosystem,
                path: place.path.to_owned(),
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
                report.at(&UNLOCKED, &manifest.path, manifest.line).found = lock.to_owned();
            }
        }
        locks::conclude(&self, report);
    }

    /// Whether a lock file beside the manifest, or above it, changes too.
    fn follows(&self, manifest: &Manifest) -> bool {
        let same = self
            .locks
            .iter()
            .filter(|lock| lock.0 == manifest.ecosystem);
        same.into_iter()
            .any(|lock| manifest.path.starts_with(folder(&lock.1)))
    }
}

impl Ecosystem {
    /// A lock file is taken to exist where the change mentions one, other than in a manifest.
    fn locked(self, change: &Change) -> bool {
        let traced = |text: &str| self.traces().iter().any(|trace| text.contains(trace));
        let mentions =
            |file: &File| traced(&file.path) || file.patch.as_deref().is_some_and(traced);
        let mut files = change
            .files
            .iter()
            .filter(|file| kind(&file.path) != FileKind::Dependencies);
        files.any(mentions)
    }
}

impl Manifest {
    /// Go always has a lock file; a list of requirements never does. Rust's changes for new packages
    /// only, the others' with every word of the manifest.
    fn expects_lock(&self, locked: bool) -> bool {
        match self.ecosystem {
            Ecosystem::Go => self.news,
            Ecosystem::Rust => self.news && locked,
            _ => !self.path.ends_with(".txt") && locked,
        }
    }
}

/// The folder of a path, with its "/"; empty at the root.
fn folder(path: &str) -> &str {
    path.rfind('/').map_or("", |at| head(path, at + 1))
}

fn announce(place: &Place, fresh: &[&Entry], report: &mut Report) {
    let Some(first) = fresh.first() else { return };
    let mut names: Vec<String> = fresh
        .iter()
        .take(5)
        .map(|entry| format!("`{}`", entry.name))
        .collect();
    if fresh.len() > names.len() {
        names.push(format!("{} more", fresh.len() - names.len()));
    }
    report.hit(&NEW, place, first.line).found = names.join(", ");
}

fn judge(place: &Place, entry: &Entry, before: Option<&Entry>, report: &mut Report) {
    let name = format!("`{}`", entry.name);
    if entry.elsewhere() && !before.is_some_and(Entry::elsewhere) {
        report.hit(&ELSEWHERE, place, entry.line).found = name;
    } else if entry.unlimited() && before.is_none_or(Entry::pinned) {
        report.hit(&LOOSE, place, entry.line).found = name;
    } else if before.is_some_and(Entry::pinned) && entry.range() {
        let old = before.map_or("", |old| old.spec.as_str());
        report.hit(&LOOSENED, place, entry.line).found =
            format!("{name} goes from `{old}` to `{}`", entry.spec);
    }
}
