//! The lines of manifests that name a package.

use crate::diff::patch::{Hunk, Kind, Line};
use crate::signals::dependencies::ecosystem::Ecosystem;
use crate::signals::source_file::SourceFile;
use crate::signals::text::{self, Search};

/// A package and its version requirement.
#[derive(Debug, PartialEq)]
pub struct Entry {
    pub name: String,
    pub spec: String,
    /// At the head; for a deleted entry, at the base.
    pub line: u32,
    pub added: bool,
}

impl Entry {
    /// An exact version: `1.2.3`, `=1.2.3`, `==1.2.3`.
    pub fn pinned(&self) -> bool {
        let version = self.spec.trim_start_matches(['=', 'v', ' ']);
        version.starts_with(|c: char| c.is_ascii_digit())
            && version
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b".-+".contains(&byte))
    }

    pub fn range(&self) -> bool {
        self.spec.starts_with(['^', '~', '>', '*'])
    }

    /// Any version. A requirement without a version may be limited elsewhere.
    pub fn unlimited(&self) -> bool {
        matches!(self.spec.as_str(), "*" | "latest" | "x" | ">=0" | ">=0.0.0")
    }

    pub fn elsewhere(&self) -> bool {
        let spec = &self.spec;
        [
            "git+",
            "git:",
            "git@",
            "github:",
            "gitlab:",
            "bitbucket:",
            "http://",
            "https://",
        ]
        .iter()
        .any(|start| spec.starts_with(start))
            || spec.holds("@ git+")
            || spec.holds("@ http")
            || spec.holds("git =")
            || spec.holds("git=")
            || spec.holds("git: ")
            || spec.holds("github: ")
    }
}

/// All packages in the lines that the file's hunks show. Context lines count as old.
pub fn read(ecosystem: Ecosystem, file: &SourceFile) -> Vec<Entry> {
    let mut entries = Vec::new();
    for hunk in file.hunks {
        let mut section = heading(ecosystem, &hunk.section);
        for (at, line) in hunk.lines.iter().enumerate() {
            if let Some(found) = section_of(ecosystem, &line.text) {
                section = Some(found);
            }
            let listed = section.unwrap_or_else(|| guessed(ecosystem, hunk, at));
            if let Some((name, spec)) = Some(&line.text)
                .filter(|_| listed)
                .and_then(|text| named(ecosystem, text))
            {
                entries.push(entry(name, spec, line));
            }
        }
    }
    entries
}

fn entry(name: &str, spec: &str, line: &Line) -> Entry {
    let added = line.kind == Kind::Added;
    Entry {
        name: name.to_owned(),
        spec: spec.to_owned(),
        line: line.new.or(line.old).unwrap_or(1),
        added,
    }
}

fn heading(ecosystem: Ecosystem, section: &str) -> Option<bool> {
    section_of(ecosystem, section)
}

/// Whether a line begins (true) or ends (false) a list of packages; None if neither.
fn section_of(ecosystem: Ecosystem, text: &str) -> Option<bool> {
    let text = text.trim();
    match ecosystem {
        Ecosystem::Npm | Ecosystem::Php => json_section(text),
        Ecosystem::Python | Ecosystem::Rust
            if text.starts_with('[') && text.ends_with(']') && !text.starts_with("[\"") =>
        {
            Some(text.holds("dependenc") || text.holds("packages"))
        }
        Ecosystem::Python if text.ends_with('[') => Some(
            text.holds("dependencies")
                || text.holds("requires")
                || text.starts_with(|c: char| c.is_alphabetic())
                    && text.holds("= [")
                    && !text.holds("classifiers"),
        ),
        Ecosystem::Python if text == "]" => Some(false),
        _ => None,
    }
}

fn json_section(text: &str) -> Option<bool> {
    let (key, value) = text.cut(":")?;
    let opens = value.trim_end().ends_with('{');
    let listing = [
        "dependencies\"",
        "Dependencies\"",
        "\"require\"",
        "\"require-dev\"",
        "\"resolutions\"",
        "\"overrides\"",
    ];
    opens.then(|| listing.iter().any(|end| key.ends_with(end)))
}

/// If the hunk does not show which list it is in, the neighbouring lines decide.
fn guessed(ecosystem: Ecosystem, hunk: &Hunk, at: usize) -> bool {
    let text = hunk.lines.get(at).map_or("", |line| line.text.as_str());
    match ecosystem {
        Ecosystem::Npm | Ecosystem::Php => {
            named(ecosystem, text).is_some_and(|(_, spec)| versioned(spec))
        }
        Ecosystem::Python => text.contains(['=', '<', '>', '~', '@']) || !text.contains('"'),
        Ecosystem::Rust => text.holds("version =") || text.holds(" = \"") && quoted_version(text),
        _ => true,
    }
}

fn quoted_version(text: &str) -> bool {
    text.split('"').nth(1).is_some_and(versioned)
}

fn versioned(spec: &str) -> bool {
    spec.trim_start_matches(['^', '~', '>', '<', '=', 'v', ' '])
        .starts_with(|c: char| c.is_ascii_digit())
        || spec == "*"
        || spec == "latest"
        || spec.starts_with("git")
        || spec.starts_with("http")
}

/// The package in a line and its version requirement.
fn named(ecosystem: Ecosystem, text: &str) -> Option<(&str, &str)> {
    let text = text.trim();
    match ecosystem {
        Ecosystem::Npm | Ecosystem::Php => json_pair(text),
        Ecosystem::Python => python(text),
        Ecosystem::Rust => toml_pair(text),
        Ecosystem::Go => go(text),
        Ecosystem::Ruby => gem(text),
        Ecosystem::Java => gradle(text),
    }
}

fn json_pair(text: &str) -> Option<(&str, &str)> {
    let (name, value) = text.trim_end_matches(',').cut("\":")?;
    let (name, spec) = (
        name.strip_prefix('"')?,
        value.trim().strip_prefix('"')?.strip_suffix('"')?,
    );
    let other = [
        "version",
        "name",
        "description",
        "main",
        "module",
        "types",
        "type",
        "license",
        "node",
        "npm",
        "yarn",
        "pnpm",
        "packageManager",
        "author",
        "homepage",
        "php",
        "url",
        "bugs",
        "repository",
        "funding",
        "email",
        "directory",
        "registry",
        "$schema",
    ];
    (!other.contains(&name)).then_some((name, spec))
}

fn toml_pair(text: &str) -> Option<(&str, &str)> {
    let (name, spec) = text.cut("=")?;
    let (name, spec) = (name.trim().trim_matches('"'), spec.trim());
    let other = [
        "version",
        "edition",
        "name",
        "python",
        "rust-version",
        "requires-python",
        "description",
        "readme",
        "license",
    ];
    let plain = name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    (plain && !name.is_empty() && !other.contains(&name)).then_some((
        name.strip_suffix(".workspace").unwrap_or(name),
        spec.trim_matches('"'),
    ))
}

/// `name>=1`, `"name[extra]>=1",`, `name = "^1"`, `-e git+https://…#egg=name`.
fn python(text: &str) -> Option<(&str, &str)> {
    if let Some(address) = text
        .strip_prefix("-e ")
        .or_else(|| text.starts_with("git+").then_some(text))
    {
        return Some((address.rsplit(['/', '=']).next()?, address));
    }
    let text = text.trim_end_matches(',').trim_matches(['"', '\'']);
    if !text.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return None;
    }
    let end = text
        .find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c)))
        .unwrap_or(text.len());
    let (name, spec) = text.split_at(end);
    let spec = spec.split(['#', ';']).next()?.trim();
    if spec.starts_with("= ") || spec.starts_with("=\"") {
        // `url = "https://…"` is metadata: a package's address stands behind `@` or in a table.
        return toml_pair(text).filter(|(_, spec)| !spec.starts_with("http"));
    }
    let known = spec.is_empty() || spec.starts_with(['=', '<', '>', '~', '!', '[', '@']);
    known.then_some((name, spec))
}

fn go(text: &str) -> Option<(&str, &str)> {
    let text = text.strip_prefix("require ").unwrap_or(text);
    let (name, spec) = text.cut(" ")?;
    let version = spec.split_whitespace().next()?;
    (name.contains('.') && version.starts_with('v')).then_some((name, version))
}

fn gem(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix("gem ")?.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (name, rest) = rest.strip_prefix(quote)?.split_once(quote)?;
    Some((
        name,
        rest.trim_start_matches([',', ' '])
            .trim_matches(['"', '\'']),
    ))
}

/// `implementation("group:name:version")`.
fn gradle(text: &str) -> Option<(&str, &str)> {
    let calls = [
        "implementation",
        "api",
        "compileOnly",
        "runtimeOnly",
        "testImplementation",
        "kapt",
        "annotationProcessor",
    ];
    let first = text::words(text).next()?;
    let listed = calls.contains(&first.1);
    let notation = text.split(['"', '\'']).nth(1).filter(|_| listed)?;
    notation.rsplit_once(':')
}
