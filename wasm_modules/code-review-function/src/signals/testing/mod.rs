//! Deleted tests.
//!
//! A deletion is compared with what stays in the whole change: a test that moves, that is rewritten, whose
//! copy stays, or whose code goes in the same change is not lost.

pub mod switched;

use std::collections::BTreeSet;

use crate::diff::kinds::FileKind;
use crate::diff::patch::{Kind, Line};
use crate::signals::report::Report;
use crate::signals::signal::Signal;
use crate::signals::source_file::SourceFile;
use crate::signals::text::{self, Search};
use crate::wit::Severity::Nit;
use crate::wit::{Side, Status};

const FILE_DELETED: Signal = tests(
    "testing/file-deleted",
    Nit,
    0.7,
    "Test file is deleted",
    "The file contains {}, and the code that it covers seems to stay. Keep it, or explain what replaces it.",
);

const TESTS_DELETED: Signal = tests(
    "testing/tests-deleted",
    Nit,
    0.7,
    "Tests are deleted",
    "The change removes {} and adds fewer. Keep them, or explain what covers this code now.",
);

const ASSERTIONS_DELETED: Signal = tests(
    "testing/assertions-deleted",
    Nit,
    0.65,
    "Assertions are removed from a test",
    "The test still passes but checks less ({} removed). Restore the checks, or delete the test.",
);

const fn tests(
    name: &'static str,
    severity: crate::wit::Severity,
    confidence: f32,
    title: &'static str,
    body: &'static str,
) -> Signal {
    Signal::new(name, severity, "tests", confidence, title, body)
}

/// The tests that the change deletes and adds.
#[derive(Default)]
pub struct Tests {
    lost: Vec<Lost>,
    /// How many tests, and how many assertions, are added.
    gained: usize,
    checks: usize,
    /// Whether a table-driven test is added.
    tabled: bool,
    /// Stems of deleted source files, whose tests may be deleted, too.
    removed: Vec<String>,
    /// Names that deleted lines of source code define, and those that added lines define.
    undefined: BTreeSet<String>,
    defined: BTreeSet<String>,
    /// The lines of test files that stay or are added.
    stays: BTreeSet<String>,
}

/// How table-driven tests are written, in any of the languages.
const TABLES: &str = "parametrize .each( .each` parameterizedtest subtest t.run( #[case rstest dataprovider test_case shared_examples";

/// The most lines of test files that are kept for the comparison.
const MOST: usize = 20_000;

struct Lost {
    path: String,
    line: u32,
    what: What,
    /// The lines of each deleted test, without the one that names it.
    bodies: Vec<Vec<String>>,
}

#[derive(Clone, Copy)]
enum What {
    File(usize),
    Tests(usize),
    Assertions(usize),
}

impl Tests {
    pub fn read(&mut self, file: &SourceFile) {
        if file.kind == FileKind::Source {
            self.source(file);
        }
        if file.kind != FileKind::Tests || file.language.is_empty() {
            return;
        }
        let added = |such: fn(&str) -> bool| file.added().filter(|line| such(&line.text)).count();
        self.gained += added(defines);
        self.checks += added(asserts);
        self.tabled |= file.added().any(|line| text::mentions(&line.text, TABLES));
        let shown = file.lines().filter(|line| line.kind != Kind::Deleted);
        let room = MOST.saturating_sub(self.stays.len());
        let shown = shown.map(|line| line.text.trim().to_owned()).take(room);
        self.stays.extend(shown);
        if let Some((line, what)) = lost(file) {
            self.lost.push(Lost {
                path: file.path.to_owned(),
                line,
                what,
                bodies: bodies(file),
            });
        }
    }

    fn source(&mut self, file: &SourceFile) {
        if file.entry.status == Status::Removed {
            self.removed.push(stem(file.name()));
        }
        let names = |lines: &mut dyn Iterator<Item = &Line>| -> BTreeSet<String> {
            lines
                .filter_map(|line| defined(&line.text))
                .map(str::to_owned)
                .collect()
        };
        self.undefined.extend(names(&mut file.deleted()));
        self.defined.extend(names(&mut file.added()));
    }

    pub fn conclude(self, report: &mut Report) {
        let tests: usize = self.lost.iter().map(|lost| lost.what.tests()).sum();
        let moved = tests <= self.gained || self.tabled || self.checks > 0 && self.checks >= tests;
        for lost in self.lost.iter().filter(|lost| !self.is_expected(lost)) {
            let assertions = matches!(lost.what, What::Assertions(_));
            if !moved || assertions && self.checks == 0 {
                say(lost, self.missed(lost), report);
            }
        }
    }

    /// Whether the code that the tests cover goes as well, or nothing of them is lost.
    fn is_expected(&self, lost: &Lost) -> bool {
        let whole = self
            .removed
            .iter()
            .any(|stem| lost.path.holds(stem.as_str()));
        let goes = |line: &String| {
            text::words(line)
                .any(|(_, word)| self.undefined.contains(word) && !self.defined.contains(word))
        };
        whole || lost.bodies.iter().flatten().any(goes) || self.missed(lost) == 0
    }

    /// How many of the deleted tests, or assertions, have no copy that stays.
    fn missed(&self, lost: &Lost) -> usize {
        let count = match lost.what {
            What::File(count) | What::Tests(count) => count,
            What::Assertions(count) => return count,
        };
        let copied = |body: &&Vec<String>| {
            !body.is_empty() && body.iter().all(|line| self.stays.contains(line))
        };
        count.saturating_sub(lost.bodies.iter().filter(copied).count())
    }
}

fn say(lost: &Lost, missed: usize, report: &mut Report) {
    let tests = |count| super::report::count(count, "test", "tests");
    let (signal, found) = match lost.what {
        What::File(0) => return,
        What::File(_) => (&FILE_DELETED, tests(missed)),
        What::Tests(_) => (&TESTS_DELETED, tests(missed)),
        What::Assertions(count) => (
            &ASSERTIONS_DELETED,
            super::report::count(count, "assertion", "assertions"),
        ),
    };
    let hit = report.hit_at(signal, &lost.path, lost.line);
    hit.found = found;
    hit.side = Side::Left;
}

impl What {
    fn tests(&self) -> usize {
        match self {
            What::File(count) | What::Tests(count) => *count,
            What::Assertions(_) => 0,
        }
    }
}

fn stem(name: &str) -> String {
    name.split('.').next().unwrap_or_default().to_owned()
}

/// The name that a line of source code defines, if it is long enough to be found again.
fn defined(line: &str) -> Option<&str> {
    const HEADS: &str =
        "def func function fn class struct interface trait enum type const void public private fun";
    let mut words = text::words(line).map(|(_, word)| word);
    words.next().filter(|first| {
        HEADS.split(' ').any(|head| head == *first)
            || matches!(
                *first,
                "pub" | "async" | "export" | "static" | "protected" | "internal"
            )
    })?;
    let (before, _) = line
        .cut("(")
        .or_else(|| line.cut("{"))
        .or_else(|| line.cut(":"))
        .unwrap_or((line, ""));
    let receiver = line
        .trim_start()
        .strip_prefix("func (")
        .and_then(|rest| rest.cut(") "));
    let named = match receiver {
        Some((_, rest)) => text::words(rest).next(),
        None => text::words(before).last(),
    };
    named.map(|(_, word)| word).filter(|word| word.len() > 3)
}

/// The lines of each deleted test, without the one that names it, blank ones and brackets.
fn bodies(file: &SourceFile) -> Vec<Vec<String>> {
    let mut bodies: Vec<Vec<String>> = Vec::new();
    for line in file.deleted() {
        let text = line.text.trim();
        if defines(text) {
            bodies.push(Vec::new());
        } else if let Some(body) = bodies
            .last_mut()
            .filter(|_| text.bytes().any(text::is_word))
        {
            body.push(text.to_owned());
        }
    }
    bodies
}

/// What a test file loses, and the first deleted line that shows it.
fn lost(file: &SourceFile) -> Option<(u32, What)> {
    let deleted = |such: fn(&str) -> bool| count(file.deleted(), such);
    let added = |such: fn(&str) -> bool| count(file.added(), such).0;
    let ((tests, test), (assertions, assertion)) = (deleted(defines), deleted(asserts));
    if file.entry.status == Status::Removed {
        return Some((file.deleted().next()?.old?, What::File(tests)));
    }
    if tests > added(defines) {
        return Some((test?, What::Tests(tests - added(defines))));
    }
    let weaker = assertions > 0 && tests == added(defines) && file.added().next().is_none();
    weaker.then_some((assertion?, What::Assertions(assertions)))
}

/// How many lines satisfy the predicate, and the line number of the first at the base.
fn count<'a>(
    lines: impl Iterator<Item = &'a Line>,
    such: fn(&str) -> bool,
) -> (usize, Option<u32>) {
    let mut lines = lines.filter(|line| such(&line.text)).peekable();
    let first = lines.peek().and_then(|line| line.old);
    (lines.count(), first)
}

/// Whether a line defines a test, in any of the languages.
fn defines(line: &str) -> bool {
    let line = line.trim_start();
    let starts = [
        "def test_",
        "async def test_",
        "func Test",
        "it(",
        "it('",
        "test(",
        "t.test(",
        "#[test]",
        "#[tokio::test]",
        "TEST(",
        "TEST_F(",
        "it \"",
        "it '",
        "test \"",
        "test '",
        "public function test",
        "[Fact]",
        "[Theory]",
        "[Test]",
        "[TestMethod]",
        "fun `",
        "specify ",
    ];
    starts.iter().any(|start| line.starts_with(start)) || is_test_annotation(line)
}

/// `@Test`, `@ParameterizedTest`, `@RetryingTest(3)`.
fn is_test_annotation(line: &str) -> bool {
    let name = line
        .strip_prefix('@')
        .and_then(|rest| text::words(rest).next());
    name.is_some_and(|(at, word)| at == 0 && word.ends_with("Test"))
}

/// Whether a line asserts something, in any of the languages.
fn asserts(line: &str) -> bool {
    let line = line.trim_start();
    let starts = [
        "assert",
        "self.assert",
        "expect(",
        "await expect(",
        "require.",
        "t.Error",
        "t.Fatal",
        "t.equal",
        "t.same",
        "t.is(",
        "t.assert",
        "$this->assert",
        "Assert.",
        "EXPECT_",
        "ASSERT_",
        "must_",
        "debug_assert",
        "with pytest.raises",
        "assert_",
    ];
    starts.iter().any(|start| line.starts_with(start))
}
