//! Python exceptions that are caught too broadly or raised wrongly.

use crate::signals::bugs::python::body;
use crate::signals::rule::Fits::{Code, When};
use crate::signals::rule::InTests::Same;
use crate::signals::rule::{PYTHON, Rule};
use crate::signals::signal::Signal;
use crate::signals::source_file::Row;
use crate::signals::text;
use crate::wit::Severity::{Major, Minor};

const BARE: Signal = Signal::bug(
    "python/bare-except",
    Minor,
    0.8,
    "Bare `except:` catches every exception",
    "It also catches `KeyboardInterrupt` and `SystemExit`, and it hides typos. Name the exceptions that you \
     expect.",
);

const SWALLOWED: Signal = Signal::bug(
    "python/swallowed",
    Minor,
    0.8,
    "Exceptions are silently ignored",
    "Any failure here leaves no trace and the code continues as if nothing happened. Catch the expected \
     exception only, and log or handle the others.",
);

const EXCEPT_OR: Signal = Signal::bug(
    "python/except-or",
    Major,
    0.97,
    "Only the first exception type is caught",
    "`A or B` evaluates to `A`. Use a tuple: `except (A, B):`.",
);

const RAISED: Signal = Signal::bug(
    "python/raise-not-implemented",
    Minor,
    0.95,
    "`NotImplemented` is not an exception",
    "Raising it fails with a `TypeError`. Raise `NotImplementedError` instead.",
);

pub const RULES: &[Rule] = &[
    Rule::new(PYTHON, When("except", bare_except), BARE),
    Rule::new(PYTHON, When("except", swallows), SWALLOWED),
    Rule::new(
        PYTHON,
        When("except", |row| {
            row.has("except $ or $ :") || row.has("except $ or $ as")
        }),
        EXCEPT_OR,
    )
    .in_tests(Same),
    Rule::new(PYTHON, Code(&["raise NotImplemented ("]), RAISED),
    Rule::new(
        PYTHON,
        When("notimplemented", |row| {
            row.code().trim() == "raise NotImplemented"
        }),
        RAISED,
    ),
];

/// A bare `except:` whose block does not raise.
fn bare_except(row: &Row) -> bool {
    row.code().trim() == "except:" && !body(row).any(|below| text::has_word(below.code(), "raise"))
}

/// `except Exception:` with nothing but `pass` in it.
fn swallows(row: &Row) -> bool {
    let code = row.code().trim();
    let broad = code.starts_with("except Exception") || code.starts_with("except BaseException");
    let inline = code.ends_with(": pass");
    let silent = inline
        || row
            .next()
            .is_some_and(|below| matches!(below.code().trim(), "pass" | "continue" | "..."));
    broad
        && silent
        && row
            .below()
            .next()
            .is_none_or(|below| !below.text().contains('#'))
        && !row.text().contains('#')
}
