//! Deleted tests.

pub mod switched;

use crate::diff::kinds::FileKind;
use crate::diff::patch::Line;
use crate::signals::report::Report;
use crate::signals::signal::Signal;
use crate::signals::source_file::SourceFile;
use crate::signals::text::{self, Search};
use crate::wit::Severity::{Minor, Nit};
use crate::wit::{Side, Status};

const FILE_DELETED: Signal = tests(
    "testing/file-deleted",
    Minor,
    0.7,
    "Test file is deleted",
    "The file contains {}, and the code that it covers seems to stay. Keep it, or explain what replaces it.",
);

const TESTS_DELETED: Signal = tests(
    "testing/tests-deleted",
    Minor,
    0.7,
    "Tests are deleted",
    "The change removes {} and adds fewer. Keep them, or explain what covers this code now.",
);

const ASSERTIONS_DELETED: Signal = tests(
    "testing/assertions-deleted",
    Minor,
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

/// Counts the tests that the change deletes and adds.
#[derive(Default)]
pub struct Tests {
    lost: Vec<Lost>,
    gained: usize,
    /// Whether a table-driven test is added.
    tabled: bool,
    /// Stems of deleted source files, whose tests may be deleted, too.
    removed: Vec<String>,
    /// Whether a test file is added, into which others may be merged.
    fresh: bool,
}

/// How table-driven tests are written, in any of the languages.
const TABLES: &str = "parametrize .each( .each` parameterizedtest subtest t.run( #[case rstest dataprovider test_case shared_examples";

struct Lost {
    path: String,
    line: u32,
    what: What,
}

enum What {
    File(usize),
    Tests(usize),
    Assertions(usize),
}

impl Tests {
    pub fn read(&mut self, file: &SourceFile) {
        let (path, status) = (file.path, file.entry.status);
        if file.kind == FileKind::Source && status == Status::Removed {
            self.removed.push(stem(file.name()));
        }
        if file.kind != FileKind::Tests || file.language.is_empty() {
            return;
        }
        self.gained += file.added().filter(|line| defines(&line.text)).count();
        self.tabled |= file.added().any(|line| text::mentions(&line.text, TABLES));
        self.fresh |= status == Status::Added;
        if let Some((line, what)) = lost(file) {
            self.lost.push(Lost {
                path: path.to_owned(),
                line,
                what,
            });
        }
    }

    pub fn conclude(self, report: &mut Report) {
        let tests: usize = self.lost.iter().map(|lost| lost.what.tests()).sum();
        let moved = tests <= self.gained;
        for lost in &self.lost {
            self.say(lost, moved, report);
        }
    }

    fn say(&self, lost: &Lost, moved: bool, report: &mut Report) {
        let (signal, found) = match lost.what {
            What::File(0) => return,
            What::File(count) => (&FILE_DELETED, tests_counted(count)),
            What::Tests(count) => (&TESTS_DELETED, tests_counted(count)),
            What::Assertions(count) => (
                &ASSERTIONS_DELETED,
                super::report::count(count, "assertion", "assertions"),
            ),
        };
        let assertions = matches!(lost.what, What::Assertions(_));
        if moved && !assertions {
            return;
        }
        let hit = report.hit_at(signal, &lost.path, lost.line);
        hit.found = found;
        hit.side = Side::Left;
        let expected = self
            .removed
            .iter()
            .any(|stem| lost.path.holds(stem.as_str()))
            || self.fresh;
        if expected || self.tabled || !self.removed.is_empty() && assertions {
            hit.severity = Nit;
        }
    }
}

fn tests_counted(count: usize) -> String {
    super::report::count(count, "test", "tests")
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
        "#[test]",
        "#[tokio::test]",
        "@Test",
        "TEST(",
        "TEST_F(",
        "it \"",
        "it '",
        "test \"",
        "test '",
        "public function test",
        "[Fact]",
        "[Test]",
        "[TestMethod]",
        "fun `",
        "specify ",
    ];
    starts.iter().any(|start| line.starts_with(start))
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
