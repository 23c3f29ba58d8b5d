//! A file of the change in which signals are searched, and its lines at the head.

use std::cell::OnceCell;

use crate::diff::kinds::{self, FileKind};
use crate::diff::patch::{Hunk, Kind, Line};
use crate::signals::lexer::Lexer;
use crate::signals::masked::{Masked, Masker};
use crate::signals::syntax::syntax;
use crate::signals::text::{self, Search};
use crate::wit::File;

const NON_PRODUCTION: &str = "test tests __tests__ e2e examples example _examples benches bench benchmarks \
    benchmark samples sample demo demos fixture fixtures testdata playground playgrounds docs doc tutorial \
    tutorials stories";

/// The most lines that a rule can look at above or below a line.
const REACH: usize = 100;

/// A file of the change with its parsed hunks.
pub struct SourceFile<'a> {
    pub entry: &'a File,
    pub path: &'a str,
    pub kind: FileKind,
    /// Empty if unknown.
    pub language: &'static str,
    pub hunks: &'a [Hunk],
    /// Whether the code does not run in production: tests, examples, benchmarks.
    pub is_non_production: bool,
    prints: OnceCell<bool>,
}

impl<'a> SourceFile<'a> {
    pub fn new(entry: &'a File, hunks: &'a [Hunk]) -> Self {
        let path = entry.path.as_str();
        let (kind, language) = (
            kinds::kind_of(entry),
            kinds::language(path).unwrap_or_default(),
        );
        let mut file = SourceFile {
            entry,
            path,
            kind,
            language,
            hunks,
            is_non_production: false,
            prints: OnceCell::new(),
        };
        file.is_non_production = kind == FileKind::Tests || file.is_in_folder(NON_PRODUCTION);
        file
    }

    /// Whether the language is one of `names`, which are separated by "|".
    pub fn is_language(&self, names: &str) -> bool {
        names.split('|').any(|name| name == self.language)
    }

    /// Whether it is a command or a script, which is supposed to print.
    pub fn is_command_line(&self) -> bool {
        const NAMES: &str = "cli main cmd command commands console script scripts manage setup build demo seed seeds report print __main__";
        const FOLDERS: &str =
            "cmd cli bin scripts script tools tool commands management hack seeds";
        *self.prints.get_or_init(|| {
            let script = |line: &Line| {
                line.new == Some(1) && line.text.starts_with("#!")
                    || line.text.holds("__main__")
                    || line.text.holds("argparse")
            };
            text::has_word(self.name(), NAMES)
                || self.is_in_folder(FOLDERS)
                || self.lines().any(script)
        })
    }

    /// Whether one of the path's folders has one of these names (separated by spaces).
    pub fn is_in_folder(&self, folders: &'static str) -> bool {
        let mut parts = self.path.split('/').rev().skip(1);
        parts.any(|part| {
            folders
                .split(' ')
                .any(|folder| part.eq_ignore_ascii_case(folder))
        })
    }

    /// The file's name without its folders.
    pub fn name(&self) -> &'a str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    pub fn added(&self) -> impl Iterator<Item = &'a Line> {
        self.lines().filter(|line| line.kind == Kind::Added)
    }

    pub fn deleted(&self) -> impl Iterator<Item = &'a Line> {
        self.lines().filter(|line| line.kind == Kind::Deleted)
    }

    /// The first added line at the head, or else the first shown one; 1 if nothing is shown.
    pub fn first_changed(&self) -> u32 {
        let shown = self.lines().find_map(|line| line.new);
        self.added()
            .find_map(|line| line.new)
            .or(shown)
            .unwrap_or(1)
    }

    /// The lines that a rule may search for every line, limited to keep the scan linear.
    pub fn first_lines(&self) -> impl Iterator<Item = &'a Line> {
        self.lines().take(1000)
    }

    pub fn lines(&self) -> impl Iterator<Item = &'a Line> {
        self.hunks.iter().flat_map(|hunk| &hunk.lines)
    }

    /// The lines of each hunk at the head.
    pub fn rows(&'a self) -> impl Iterator<Item = Rows<'a>> {
        self.hunks
            .iter()
            .map(|hunk| Rows::new(self, hunk, Kind::Added))
    }

    /// The lines of each hunk at the base, where the deleted lines stand for the added ones.
    pub fn rows_before(&'a self) -> impl Iterator<Item = Rows<'a>> {
        let changed = |hunk: &&Hunk| hunk.lines.iter().any(|line| line.kind == Kind::Deleted);
        let hunks = self.hunks.iter().filter(changed);
        hunks.map(|hunk| Rows::new(self, hunk, Kind::Deleted))
    }
}

/// The lines of one hunk as they are at the head, or at the base.
pub struct Rows<'a> {
    pub file: &'a SourceFile<'a>,
    /// Which lines are checked: the added ones, or at the base the deleted ones.
    changed: Kind,
    /// The section in the hunk's header: the function that contains the first line.
    section: &'a str,
    lines: Vec<(&'a Line, Masked<'a>)>,
}

impl<'a> Rows<'a> {
    fn new(file: &'a SourceFile<'a>, hunk: &'a Hunk, changed: Kind) -> Self {
        let other = if changed == Kind::Added {
            Kind::Deleted
        } else {
            Kind::Added
        };
        let shown = hunk.lines.iter().filter(move |line| line.kind != other);
        let mut mask = syntax(file.language)
            .map(|syntax| Lexer::opening(syntax, shown.clone().map(|line| line.text.as_str())));
        let lines = shown
            .map(|line| (line, masked(mask.as_mut(), &line.text)))
            .collect();
        Rows {
            file,
            changed,
            section: &hunk.section,
            lines,
        }
    }

    pub fn added(&self) -> impl Iterator<Item = Row<'_>> {
        self.all().filter(|row| row.added())
    }

    pub fn all(&self) -> impl Iterator<Item = Row<'_>> {
        (0..self.lines.len()).filter_map(|at| self.row(at))
    }

    fn row(&self, at: usize) -> Option<Row<'_>> {
        let (line, masked) = self.lines.get(at)?;
        Some(Row {
            rows: self,
            at,
            line,
            masked,
        })
    }
}

fn masked<'a>(mask: Option<&mut Lexer>, text: &'a str) -> Masked<'a> {
    match mask {
        Some(mask) => mask.line(text),
        None => Masker::new(text).finish(),
    }
}

/// A line at the head, with access to its neighbours.
#[derive(Clone, Copy)]
pub struct Row<'r> {
    rows: &'r Rows<'r>,
    at: usize,
    line: &'r Line,
    masked: &'r Masked<'r>,
}

impl<'r> Row<'r> {
    pub fn file(&self) -> &'r SourceFile<'r> {
        self.rows.file
    }

    pub fn added(&self) -> bool {
        self.line().kind == self.rows.changed
    }

    /// Whether the line does not run in production: it belongs to such a file, or to the tests inside a
    /// file of Rust.
    pub fn is_non_production(&self) -> bool {
        self.file().is_non_production || self.file().language == "Rust" && self.is_in_rust_tests()
    }

    fn is_in_rust_tests(&self) -> bool {
        let opens = |text: &str| {
            text.holds("#[cfg(test)]")
                || text.holds("#[cfg(all(test")
                || text.holds("mod test")
                || text.holds("#[test]")
        };
        let above = |line: &&Line| {
            line.new
                .or(line.old)
                .is_some_and(|number| number < self.number())
        };
        let mut lines = self.file().first_lines().filter(above);
        opens(self.section()) || lines.any(|line| opens(&line.text))
    }

    pub fn section(&self) -> &'r str {
        self.rows.section
    }

    pub fn line(&self) -> &'r Line {
        self.line
    }

    pub fn number(&self) -> u32 {
        self.line().new.or(self.line().old).unwrap_or(1)
    }

    /// The line as written.
    pub fn text(&self) -> &'r str {
        &self.line().text
    }

    /// Without comments; ASCII.
    pub fn uncommented(&self) -> &'r str {
        &self.masked.uncommented
    }

    /// Without comments and strings; ASCII.
    pub fn code(&self) -> &'r str {
        &self.masked.code
    }

    /// Whether a pattern (see `text`) matches the code.
    pub fn has(&self, pattern: &'static str) -> bool {
        text::has(self.code(), pattern)
    }

    /// Whether a pattern matches the code with its strings.
    pub fn has_in_strings(&self, pattern: &'static str) -> bool {
        text::has(self.uncommented(), pattern)
    }

    /// The rows below, the nearest first; limited to keep the scan linear.
    pub fn below(&self) -> impl Iterator<Item = Row<'r>> {
        let rows = self.rows;
        (self.at + 1..=self.at + REACH).map_while(move |at| rows.row(at))
    }

    /// The rows above, the nearest first.
    pub fn above(&self) -> impl Iterator<Item = Row<'r>> {
        let rows = self.rows;
        (self.at.saturating_sub(REACH)..self.at)
            .rev()
            .filter_map(move |at| rows.row(at))
    }

    /// The nearest row below that is not blank.
    pub fn next(&self) -> Option<Row<'r>> {
        self.below().find(|row| !row.code().trim().is_empty())
    }

    /// The nearest row above that is not blank.
    pub fn previous(&self) -> Option<Row<'r>> {
        self.above().find(|row| !row.code().trim().is_empty())
    }
}

impl Row<'_> {
    /// The line as written, with the match of `pattern` replaced.
    pub fn with_replaced(&self, pattern: &'static str, by: &str) -> Option<String> {
        let (from, to) = text::find(self.code(), pattern)?;
        let (before, after) = (self.text().get(..from)?, self.text().get(to..)?);
        Some(format!("{before}{by}{after}"))
    }

    /// The nearest row above that is indented less: the parent of this line.
    pub fn parent(&self) -> Option<Row<'_>> {
        let indent = text::indent(self.text());
        self.above()
            .find(|row| !row.text().trim().is_empty() && text::indent(row.text()) < indent)
    }
}
