//! Tests that are disabled or cannot fail.

use crate::diff::kinds::FileKind;
use crate::signals::rule::Fits::{Code, When};
use crate::signals::rule::InTests::Same;
use crate::signals::rule::{JAVA, PYTHON, Rule, SCRIPT};
use crate::signals::signal::Signal;
use crate::signals::source_file::Row;
use crate::signals::testing::tests;
use crate::signals::text;
use crate::wit::Severity::{Minor, Nit};

const FOCUSED: Signal = tests(
    "testing/focused",
    Minor,
    0.95,
    "Only this test will run",
    "A focused test skips all others in the file, so their failures stay unnoticed. Remove `only`.",
);

const SKIPPED: Signal = tests(
    "testing/skipped",
    Nit,
    0.8,
    "Test is disabled",
    "What it covered is no longer checked. Fix the test, or give the reason and the issue that tracks it.",
);

const SKIPPED_WITH_REASON: Signal = tests(
    "testing/skipped-with-reason",
    Nit,
    0.6,
    "Test is disabled, with a reason",
    "What it covers is not checked where it is skipped. Check that the reason still holds.",
);

const EMPTY: Signal = tests(
    "testing/empty",
    Nit,
    0.85,
    "Assertion can never fail",
    "It is true whatever the code does, so the test proves nothing. Assert on a result of the code.",
);

pub const RULES: &[Rule] = &[
    Rule::new(SCRIPT, When("only fit fdescribe ftest", focused), FOCUSED).in_tests(Same),
    Rule::new(
        "Ruby",
        When("focus fit fdescribe fcontext", |row| {
            row.file().kind == FileKind::Tests
                && (row.has("focus: true") || row.has("fit '") || row.has("fdescribe '"))
        }),
        FOCUSED,
    )
    .in_tests(Same),
    Rule::new(
        SCRIPT,
        When("skip xit xtest xdescribe todo", |row| {
            row.file().kind == FileKind::Tests
                && text::has_any(
                    row.code(),
                    &[
                        "it.skip (",
                        "test.skip ( '",
                        "describe.skip (",
                        "xit (",
                        "xtest (",
                        "xdescribe (",
                    ],
                )
        }),
        SKIPPED,
    )
    .in_tests(Same),
    Rule::new(PYTHON, When("skip skiptest", bare_skip), SKIPPED).in_tests(Same),
    Rule::new(
        PYTHON,
        When("skip skipif xfail", |row| {
            !bare_skip(row)
                && text::has_any(
                    row.code(),
                    &[
                        "mark.skip (",
                        "mark.skipif",
                        "unittest.skip",
                        "mark.xfail",
                        "pytest.skip (",
                    ],
                )
        }),
        SKIPPED_WITH_REASON,
    )
    .in_tests(Same),
    Rule::new(
        JAVA,
        When("ignore disabled", |row| {
            matches!(row.code().trim(), "@Ignore" | "@Disabled")
                || row.code().trim().starts_with("@Disabled(")
                || row.code().trim().starts_with("@Ignore(")
        }),
        SKIPPED,
    )
    .in_tests(Same),
    Rule::new(
        "Rust",
        When("ignore", |row| row.text().trim() == "#[ignore]"),
        SKIPPED,
    )
    .in_tests(Same),
    Rule::new("Go", When("skip skipnow", go_skip), SKIPPED).in_tests(Same),
    Rule::new(
        "Ruby",
        When("xit xdescribe xcontext skip pending", |row| {
            row.file().kind == FileKind::Tests
                && (text::has_any(row.code(), &["xit '", "xdescribe '", "xcontext '"])
                    || row.code().trim() == "skip"
                    || row.has("skip: true"))
        }),
        SKIPPED,
    )
    .in_tests(Same),
    Rule::new(
        "PHP",
        When("marktestskipped marktestincomplete", |row| {
            row.previous()
                .is_some_and(|above| above.has("function $ (") || above.code().trim() == "{")
        }),
        SKIPPED,
    )
    .in_tests(Same),
    Rule::new(
        "C#",
        Code(&["[ Ignore ]", "Fact ( Skip =", "Theory ( Skip ="]),
        SKIPPED,
    )
    .in_tests(Same),
    Rule::new(
        PYTHON,
        When("assert asserttrue assertequal", |row| {
            matches!(
                row.code().trim(),
                "assert True"
                    | "self.assertTrue(True)"
                    | "assert 1 == 1"
                    | "assert 1"
                    | "self.assertEqual(1, 1)"
            )
        }),
        EMPTY,
    )
    .in_tests(Same),
    Rule::new(
        SCRIPT,
        Code(&[
            "expect ( true ) . toBe ( true )",
            "expect ( true ) . toBeTruthy (",
            "expect ( true ) . toEqual ( true )",
            "expect ( 1 ) . toBe ( 1 )",
            "assert ( true )",
            "assert.ok ( true )",
        ]),
        EMPTY,
    )
    .in_tests(Same),
    Rule::new(
        JAVA,
        Code(&[
            "assertTrue ( true )",
            "assertFalse ( false )",
            "assertEquals ( 1 , 1 )",
        ]),
        EMPTY,
    )
    .in_tests(Same),
    Rule::new(
        "Rust",
        Code(&["assert! ( true )", "assert_eq! ( 1 , 1 )"]),
        EMPTY,
    )
    .in_tests(Same),
    Rule::new(
        "Ruby|PHP",
        Code(&[
            "expect ( true ) . to be_truthy",
            "expect ( true ) . to eq ( true )",
            "assert_equal true , true",
            "assertTrue ( true )",
        ]),
        EMPTY,
    )
    .in_tests(Same),
];

fn focused(row: &Row) -> bool {
    let calls = [
        "it.only (",
        "test.only (",
        "describe.only (",
        "context.only (",
        "fit ( '",
        "fdescribe ( '",
        "ftest ( '",
    ];
    row.file().kind == FileKind::Tests && text::has_any(row.code(), &calls)
}

/// A skip without a reason or a condition.
fn bare_skip(row: &Row) -> bool {
    let code = row.code().trim();
    matches!(
        code,
        "@pytest.mark.skip"
            | "@pytest.mark.skip()"
            | "@unittest.skip"
            | "@skip"
            | "@pytest.mark.xfail"
            | "pytest.skip()"
    )
}

/// `t.Skip(…)` as a test's first statement: it is skipped unconditionally.
fn go_skip(row: &Row) -> bool {
    let skips = text::has_any(row.code(), &["t.Skip (", "t.SkipNow (", "b.Skip ("]);
    let first = row
        .previous()
        .is_some_and(|above| above.code().starts_with("func "));
    skips && first && row.file().kind == FileKind::Tests
}
