//! The kind of a file, derived from its path; [`kind_of`] also considers `.gitattributes`.
//!
//! The first match wins: vendored, lock, minified, generated, snapshot, CI, migration,
//! dependencies, prose, tests, documentation, assets, source, configuration, other. A lock file in
//! `vendor/` is therefore vendored, a README in `tests/` is documentation, and a script in `docs/`
//! is source.

mod names;

use crate::diff::kinds::names::Name;
pub use crate::diff::kinds::names::language;

use crate::wit::File;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileKind {
    Source,
    Tests,
    Documentation,
    Configuration,
    Dependencies,
    Lock,
    Generated,
    Vendored,
    Minified,
    Snapshot,
    Migration,
    Ci,
    Assets,
    Other,
}

impl FileKind {
    /// The area that such files are counted in.
    pub fn area(&self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Tests | Self::Snapshot => "tests",
            Self::Documentation => "documentation",
            Self::Configuration => "configuration",
            Self::Dependencies | Self::Lock => "dependencies",
            Self::Generated | Self::Minified => "generated",
            Self::Vendored => "vendored",
            Self::Migration => "migrations",
            Self::Ci => "ci",
            Self::Assets => "assets",
            Self::Other => "other",
        }
    }

    /// Whether a reviewer should read such a file line by line.
    pub fn reviewable(&self) -> bool {
        self.reason().is_none()
    }

    /// Why such a file is not reviewed, or None if it is.
    pub fn reason(&self) -> Option<&'static str> {
        match self {
            Self::Lock => Some("lock file"),
            Self::Generated => Some("generated file"),
            Self::Vendored => Some("vendored code"),
            Self::Minified => Some("minified file"),
            Self::Snapshot => Some("recorded snapshot"),
            Self::Assets => Some("asset"),
            _ => None,
        }
    }
}

pub fn kind(path: &str) -> FileKind {
    let name = Name::of(path);
    let first = RULES.iter().find(|(_, fits)| fits(&name));
    first.map_or(FileKind::Other, |(kind, _)| *kind)
}

/// The kind of a file by its path and its `.gitattributes`, which take precedence for generated and
/// vendored files.
pub fn kind_of(file: &File) -> FileKind {
    let says = |mark: &str| file.marks.iter().any(|one| one == mark);
    if says("generated") {
        return FileKind::Generated;
    }
    if says("vendored") {
        return FileKind::Vendored;
    }
    let denied = |kind: FileKind| match kind {
        FileKind::Vendored => says("-vendored"),
        FileKind::Generated | FileKind::Minified | FileKind::Snapshot => says("-generated"),
        _ => false,
    };
    let name = Name::of(&file.path);
    let first = RULES
        .iter()
        .find(|(kind, fits)| !denied(*kind) && fits(&name));
    match first.map_or(FileKind::Other, |(kind, _)| *kind) {
        kind if kind.reviewable() && says("documentation") => FileKind::Documentation,
        kind => kind,
    }
}

type Rule = (FileKind, fn(&Name) -> bool);

/// In order of precedence.
const RULES: &[Rule] = &[
    (FileKind::Vendored, |name| name.inside(names::VENDORED)),
    (FileKind::Lock, |name| {
        name.is(names::LOCKS) || name.ends(".lockfile")
    }),
    (FileKind::Minified, |name| name.ends(names::MINIFIED)),
    (FileKind::Generated, generated),
    (FileKind::Snapshot, snapshot),
    (FileKind::Ci, ci),
    (FileKind::Migration, migration),
    (FileKind::Dependencies, dependencies),
    (FileKind::Documentation, prose),
    (FileKind::Tests, tests),
    (FileKind::Documentation, documentation),
    (FileKind::Assets, |name| name.has_extension(names::ASSETS)),
    (FileKind::Source, |name| {
        name.language()
            .is_some_and(|language| !names::NOT_CODE.contains(&language))
    }),
    (FileKind::Configuration, configuration),
];

fn generated(name: &Name) -> bool {
    name.inside(names::GENERATED_FOLDERS)
        || name.ends(names::GENERATED)
        || name.contains(".generated.")
        || name.starts("zz_generated")
}

fn snapshot(name: &Name) -> bool {
    name.inside(names::SNAPSHOT_FOLDERS)
        || name.has_extension("snap")
        || name.contains(".approved. .verified. .snap.")
}

fn ci(name: &Name) -> bool {
    name.under(names::CI_FOLDERS)
        || name.is(names::CI)
        || name.starts("azure-pipelines jenkinsfile")
}

fn migration(name: &Name) -> bool {
    let place = name.inside("migrations migration migrate flyway liquibase")
        || name.under("alembic/versions db/changelog");
    let numbered =
        name.has_extension("sql") && (name.ends(".up.sql .down.sql") || versioned(name.file()));
    let code = name.has_extension("sql py rb php js ts go cs java kt ex exs xml rs");
    numbered || place && code && !name.is("__init__.py env.py mod.rs index.ts index.js")
}

/// Flyway's names: `v12__add_users.sql`.
fn versioned(file: &str) -> bool {
    let rest = file
        .strip_prefix('v')
        .or_else(|| file.strip_prefix('r'))
        .unwrap_or_default();
    let after = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.' || c == '_');
    rest.starts_with(|c: char| c.is_ascii_digit())
        && rest
            .strip_suffix(after)
            .is_some_and(|number| number.ends_with("__"))
}

fn dependencies(name: &Name) -> bool {
    let requirements = name.has_extension("txt in pip")
        && (name.starts("requirements constraints")
            || name.file().contains("-requirements")
            || name.parent() == "requirements");
    requirements || name.is(names::MANIFESTS) || name.ends(names::MANIFEST_ENDINGS)
}

/// Text for people, in any folder. `requirements.txt` and `CMakeLists.txt` are matched before.
fn prose(name: &Name) -> bool {
    name.has_extension("md mdx markdown rst adoc asciidoc") || name.starts(names::PROSE)
}

fn tests(name: &Name) -> bool {
    name.inside(names::TEST_FOLDERS)
        || name.inside_ending(names::TEST_FOLDER_ENDINGS)
        || name.under("src/test")
        || name.is("conftest.py tests.py test.py tests.rs test.rs")
        || name.code() && (name.starts("test_ tests_ test-") || test_ending(name))
}

/// Endings like `_test.go`, `.spec.ts`, `Test.java`. The case matters: `latest.py` is not a test.
fn test_ending(name: &Name) -> bool {
    let lower = "_test _tests _spec _unittest .test .tests .spec .cy .e2e -test -spec";
    let capital = "Test Tests TestCase Spec Specs IT";
    let classes = name.has_extension("java kt kts scala groovy cs fs vb php swift m cpp cc");
    names::any(lower, |ending| name.stem().ends_with(ending))
        || classes && names::any(capital, |ending| name.written().ends_with(ending))
}

fn documentation(name: &Name) -> bool {
    let folder = name.inside("docs doc documentation man");
    name.has_extension("txt tex pod org man") && !name.is("cmakelists.txt robots.txt")
        || folder && !name.code()
}

fn configuration(name: &Name) -> bool {
    name.language().is_some()
        || name.has_extension(names::CONFIGURATION)
        || name.file().starts_with('.')
        || name.is(names::CONFIGURED)
}

#[cfg(test)]
#[path = "../../../tests/signals/paths.rs"]
mod tests;
