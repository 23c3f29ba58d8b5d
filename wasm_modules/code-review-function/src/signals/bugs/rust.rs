//! Bugs of Rust.

use crate::signals::rule::Fits::{Code, When};
use crate::signals::rule::InTests::{Same, Silent};
use crate::signals::rule::Rule;
use crate::signals::signal::Signal;
use crate::signals::source_file::Row;
use crate::signals::text::{self, Search};
use crate::wit::Severity::{Major, Minor};

const INCLUSIVE: Signal = Signal::bug(
    "rust/inclusive",
    Major,
    0.9,
    "Range runs one past the end",
    "`..=` includes the length itself, and indexing with it panics. Use `..`.",
);

const UNFINISHED: Signal = Signal::bug(
    "rust/unfinished",
    Minor,
    0.85,
    "Unfinished code panics when reached",
    "`todo!` and `unimplemented!` end the thread or the program. Finish the code, or return an error.",
);

const IGNORED: Signal = Signal::bug(
    "rust/ignored",
    Minor,
    0.75,
    "Write error is ignored",
    "If the write fails, data is lost without a trace. Return the error with `?`, or log it.",
);

const PARSED: Signal = Signal::bug(
    "rust/parse-unwrap",
    Minor,
    0.7,
    "Invalid input causes a panic",
    "`unwrap` panics on everything that does not parse. Return the error with `?`, or handle it.",
);

const RELEASED: Signal = Signal::new(
    "rust/released",
    Major,
    "concurrency",
    0.95,
    "Lock is released immediately",
    "`let _ =` drops the guard in the same statement, so nothing is protected. Bind it to a name: `let _guard \
     =`.",
);

pub const RULES: &[Rule] = &[
    Rule::new("Rust", When("for", inclusive), INCLUSIVE)
        .in_tests(Same)
        .fixed(|row| row.with_replaced("0..=", "0..")),
    Rule::new("Rust", Code(&["todo! (", "unimplemented! ("]), UNFINISHED).in_tests(Silent),
    Rule::new(
        "Rust",
        When("write_all flush sync_all save commit", |row| {
            row.code().trim().starts_with("let _ = ")
                && text::has_any(
                    row.code(),
                    &[
                        ".write_all (",
                        ".flush (",
                        ".sync_all (",
                        ".commit (",
                        ".save (",
                    ],
                )
        }),
        IGNORED,
    )
    .in_tests(Silent),
    Rule::new("Rust", When("parse", parses), PARSED),
    Rule::new("Rust", When("lock write read", released), RELEASED).in_tests(Same),
];

fn inclusive(row: &Row) -> bool {
    let Some((head, rest)) = row.code().cut("0..=") else {
        return false;
    };
    let Some((list, rest)) = rest.cut(".len()") else {
        return false;
    };
    let Some(name) = text::words(head).nth(1).map(|(_, word)| word) else {
        return false;
    };
    let index = [
        format!("{list}[{name}]"),
        format!("{list}.get_unchecked({name})"),
    ];
    rest.trim() == "{"
        && row
            .below()
            .take(8)
            .any(|below| index.iter().any(|index| below.code().holds(index.as_str())))
}

/// `x.parse().unwrap()`, where `x` is not a literal.
fn parses(row: &Row) -> bool {
    let plain = row
        .code()
        .cut(".parse()")
        .or_else(|| row.code().cut(".parse::<"));
    let unwrapped = |rest: &str| rest.starts_with(".unwrap()") || rest.holds(">().unwrap()");
    plain.is_some_and(|(before, rest)| unwrapped(rest) && !before.ends_with('"'))
        && !row.file().is_command_line()
}

fn released(row: &Row) -> bool {
    let code = row.code().trim();
    code.starts_with("let _ = ")
        && [
            ".lock().unwrap();",
            ".lock();",
            ".write().unwrap();",
            ".lock().await;",
        ]
        .iter()
        .any(|end| code.ends_with(end))
}
