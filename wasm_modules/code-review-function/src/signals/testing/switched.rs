//! Tests that are switched off, or cannot fail.

use super::super::place::Row;
use super::super::rule::Fits::{Code, When};
use super::super::rule::Rehearsal::Same;
use super::super::rule::{JAVA, PYTHON, Rule, SCRIPT, Signal};
use super::super::text;
use super::tests;
use crate::kinds::FileKind;
use crate::wit::Severity::{Major, Minor, Nit};

const FOCUSED: Signal = tests(
    "testing/focused",
    Major,
    0.95,
    "Only this test will run",
    "A focused test silences all others of its file, so their failures go unseen. Take `only` out.",
);

const SKIPPED: Signal = tests(
    "testing/skipped",
    Minor,
    0.8,
    "A test is switched off",
    "What it checked is no longer checked, and nobody is reminded. Mend the test, or name the reason and the issue \
     that will bring it back.",
);

const SKIPPED_WITH_REASON: Signal = tests(
    "testing/skipped-with-reason",
    Nit,
    0.6,
    "A test is switched off, with a reason",
    "What it checked is not checked where it is skipped. See that the reason holds.",
);

const EMPTY: Signal = tests(
    "testing/empty",
    Minor,
    0.85,
    "An assertion that cannot fail",
    "This holds whatever the code does, so the test proves nothing. Assert on what the code gives.",
);

pub const RULES: &[Rule] = &[
    Rule::new(SCRIPT, When("only fit fdescribe ftest", focused), FOCUSED).rehearsed(Same),
    Rule::new(
        "Ruby",
        When("focus fit fdescribe fcontext", |row| {
            row.place().kind == FileKind::Tests
                && (row.has("focus: true") || row.has("fit '") || row.has("fdescribe '"))
        }),
        FOCUSED,
    )
    .rehearsed(Same),
    Rule::new(
        SCRIPT,
        When("skip xit xtest xdescribe todo", |row| {
            row.place().kind == FileKind::Tests
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
    .rehearsed(Same),
    Rule::new(PYTHON, When("skip skiptest", bare_skip), SKIPPED).rehearsed(Same),
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
    .rehearsed(Same),
    Rule::new(
        JAVA,
        When("ignore disabled", |row| {
            matches!(row.code().trim(), "@Ignore" | "@Disabled")
                || row.code().trim().starts_with("@Disabled(")
                || row.code().trim().starts_with("@Ignore(")
        }),
        SKIPPED,
    )
    .rehearsed(Same),
    Rule::new(
        "Rust",
        When("ignore", |row| row.text().trim() == "#[ignore]"),
        SKIPPED,
    )
    .rehearsed(Same),
    Rule::new("Go", When("skip skipnow", go_skip), SKIPPED).rehearsed(Same),
    Rule::new(
        "Ruby",
        When("xit xdescribe xcontext skip pending", |row| {
            row.place().kind == FileKind::Tests
                && (text::has_any(row.code(), &["xit '", "xdescribe '", "xcontext '"])
                    || row.code().trim() == "skip"
                    || row.has("skip: true"))
        }),
        SKIPPED,
    )
    .rehearsed(Same),
    Rule::new(
        "PHP",
        When("marktestskipped marktestincomplete", |row| {
            row.previous()
                .is_some_and(|above| above.has("function $ (") || above.code().trim() == "{")
        }),
        SKIPPED,
    )
    .rehearsed(Same),
    Rule::new(
        "C#",
        Code(&["[ Ignore ]", "Fact ( Skip =", "Theory ( Skip ="]),
        SKIPPED,
    )
    .rehearsed(Same),
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
    .rehearsed(Same),
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
    .rehearsed(Same),
    Rule::new(
        JAVA,
        Code(&[
            "assertTrue ( true )",
            "assertFalse ( false )",
            "assertEquals ( 1 , 1 )",
        ]),
        EMPTY,
    )
    .rehearsed(Same),
    Rule::new(
        "Rust",
        Code(&["assert! ( true )", "assert_eq! ( 1 , 1 )"]),
        EMPTY,
    )
    .rehearsed(Same),
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
    .rehearsed(Same),
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
    row.place().kind == FileKind::Tests && text::has_any(row.code(), &calls)
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

/// `t.Skip(…)` as a test's first statement: nothing decides whether it is skipped.
fn go_skip(row: &Row) -> bool {
    let skips = text::has_any(row.code(), &["t.Skip (", "t.SkipNow (", "b.Skip ("]);
    let first = row
        .previous()
        .is_some_and(|above| above.code().starts_with("func "));
    skips && first && row.place().kind == FileKind::Tests
}
