//! The known package managers and their files.

use crate::diff::kinds::{FileKind, kind};
use crate::wit::{Change, File};

#[derive(Clone, Copy, PartialEq)]
pub enum Ecosystem {
    Npm,
    Python,
    Rust,
    Go,
    Ruby,
    Php,
    Java,
}

impl Ecosystem {
    pub fn of(name: &str) -> Option<Self> {
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

    /// Names of lock files, and commands that require one.
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

    /// Whether a lock file seems to exist: the change mentions one outside manifests.
    pub fn locked(self, change: &Change) -> bool {
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
