//! Bugs of Java.

use crate::signals::rule::Fits::{Code, When};
use crate::signals::rule::InTests::Same;
use crate::signals::rule::Rule;
use crate::signals::signal::Signal;
use crate::signals::source_file::Row;
use crate::signals::text::{self, Search};
use crate::text::slices::{head, tail};
use crate::wit::Severity::{Major, Minor};

const TEXT: Signal = Signal::bug(
    "java/string-identity",
    Major,
    0.93,
    "Strings are compared by identity",
    "`==` tests whether both are the same object, which equal strings need not be. Use `equals`.",
);

const REMOVED: Signal = Signal::bug(
    "java/remove-iterating",
    Major,
    0.85,
    "List is modified while iterating over it",
    "The next iteration throws `ConcurrentModificationException`. Use `removeIf` or the iterator's `remove`.",
);

const DECIMAL: Signal = Signal::bug(
    "java/decimal",
    Minor,
    0.9,
    "`BigDecimal` is created from an inexact double",
    "`new BigDecimal(0.1)` is 0.1000000000000000055…. Pass a string, or use `BigDecimal.valueOf`.",
);

const NULL: Signal = Signal::bug(
    "java/equals-null",
    Major,
    0.95,
    "`equals(null)` is never true",
    "It returns false for every object and throws when the receiver is null. Use `== null`.",
);

const SHARED: Signal = Signal::new(
    "java/shared-format",
    Major,
    "concurrency",
    0.85,
    "`SimpleDateFormat` is shared between threads",
    "It is not thread-safe, so concurrent calls corrupt each other's dates. Use `DateTimeFormatter`.",
);

const RUN: Signal = Signal::new(
    "java/run",
    Major,
    "concurrency",
    0.9,
    "Thread is never started",
    "`run` executes the work in the current thread, which waits until it is done. Call `start`.",
);

pub const RULES: &[Rule] = &[
    Rule::new("Java", When("if return while else equals", identity), TEXT).in_tests(Same),
    Rule::new("Java", When("remove", removes), REMOVED).in_tests(Same),
    Rule::new(
        "Java|Kotlin",
        When("bigdecimal", |row| {
            row.calls("BigDecimal").iter().any(|args| {
                let code = args.code.trim();
                code.contains('.')
                    && code
                        .bytes()
                        .all(|byte| byte.is_ascii_digit() || byte == b'.')
            })
        }),
        DECIMAL,
    ),
    Rule::new("Java", Code(&[".equals ( null )"]), NULL),
    Rule::new(
        "Java",
        Code(&[
            "static final SimpleDateFormat",
            "static SimpleDateFormat",
            "static final DateFormat",
        ]),
        SHARED,
    ),
    Rule::new(
        "Java",
        When("thread", |row| {
            row.has("new Thread (") && row.code().trim_end().ends_with(").run();")
        }),
        RUN,
    ),
];

/// `x == "text"` or `"text" == x`.
fn identity(row: &Row) -> bool {
    let code = row.code();
    ["==", "!="].iter().any(|operator| {
        code.match_indices(operator).any(|(at, _)| {
            let (left, right) = (head(code, at).trim_end(), tail(code, at + 2).trim_start());
            (right.starts_with('"') || left.ends_with('"'))
                && !left.ends_with("null")
                && !right.starts_with("null")
        })
    })
}

/// `xs.remove(…)` inside `for (X x : xs)`, unless the loop ends there.
fn removes(row: &Row) -> bool {
    let Some(name) = row.code().trim().cut(".remove(").map(|(name, _)| name) else {
        return false;
    };
    let loop_head = row.above().take(8).find(|above| {
        text::has(above.code(), "for (") && text::indent(above.text()) < text::indent(row.text())
    });
    let walks = loop_head.is_some_and(|head| {
        head.code().holds(&format!(" : {name})"))
            || head.code().holds(&format!(" : {name}.keySet())"))
    });
    walks
        && !row
            .next()
            .is_some_and(|next| text::has_word(next.code(), "break return"))
}
