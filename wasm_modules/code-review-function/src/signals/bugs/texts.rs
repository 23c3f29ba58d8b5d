//! Strings and lists that are used wrongly.

use crate::signals::rule::Fits::When;
use crate::signals::rule::InTests::Same;
use crate::signals::rule::{JAVA, PYTHON, Rule, SCRIPT};
use crate::signals::signal::Signal;
use crate::signals::source_file::Row;
use crate::signals::text::{self, FILLER, Name, Search};
use crate::text::slices::{between, head, tail};
use crate::wit::Severity::{Major, Minor};

const UNFILLED: Signal = Signal::bug(
    "texts/unfilled",
    Minor,
    0.82,
    "Placeholder is not interpolated",
    "The string is not a template, so readers see the braces instead of the value. Add the `f` prefix in \
     Python; use backticks in JavaScript.",
);

const DROPPED: Signal = Signal::bug(
    "texts/dropped",
    Major,
    0.88,
    "Result of a string method is discarded",
    "Strings are immutable: the method returns a new one, which is not used. Assign the result.",
);

const LAST: Signal = Signal::bug(
    "texts/past-last",
    Major,
    0.92,
    "Index is one past the last element",
    "The last valid index is the length minus one, so this is out of bounds: an exception, or `undefined`. \
     Subtract 1.",
);

const HOLES: Signal = Signal::bug(
    "texts/holes",
    Major,
    0.9,
    "`map` or `forEach` skips the holes of a new array",
    "`new Array(n)` has no elements, so the callback never runs. Use `Array.from({ length: n }, …)`.",
);

const ANY: &str = "Python|JavaScript|TypeScript|Vue|Svelte|Go|Rust|Java|Kotlin|C++|C#|PHP";

pub const RULES: &[Rule] = &[
    Rule::new(
        PYTHON,
        When(
            "raise return print info warning error debug exception",
            |row| unfilled(row, "{"),
        ),
        UNFILLED,
    ),
    Rule::new(
        SCRIPT,
        When("throw return log error warn info debug", |row| {
            unfilled(row, "${")
        }),
        UNFILLED,
    ),
    Rule::new(
        PYTHON,
        When("strip lower upper lstrip rstrip title capitalize", |row| {
            dropped(
                row,
                &[
                    ".strip()",
                    ".lower()",
                    ".upper()",
                    ".lstrip()",
                    ".rstrip()",
                    ".title()",
                ],
            )
        }),
        DROPPED,
    )
    .in_tests(Same),
    Rule::new(
        SCRIPT,
        When("trim tolowercase touppercase padstart", |row| {
            dropped(row, &[".trim()", ".toLowerCase()", ".toUpperCase()"])
        }),
        DROPPED,
    )
    .in_tests(Same),
    Rule::new(
        JAVA,
        When("trim tolowercase touppercase strip", |row| {
            dropped(
                row,
                &[".trim()", ".toLowerCase()", ".toUpperCase()", ".strip()"],
            )
        }),
        DROPPED,
    )
    .in_tests(Same),
    Rule::new(ANY, When("length len size count", past_last), LAST).in_tests(Same),
    Rule::new(SCRIPT, When("array", maps_holes), HOLES).in_tests(Same),
];

/// A plain string for the user with a name in braces that is defined in the lines above.
fn unfilled(row: &Row, open: &'static str) -> bool {
    let (code, bare) = (row.code(), row.uncommented());
    let shown = [
        "raise ",
        "return ",
        "throw ",
        "print(",
        ".log(",
        ".error(",
        ".info(",
        ".warn(",
        ".warning(",
        ".debug(",
        ".exception(",
    ]
    .iter()
    .any(|word| code.holds(word));
    let template = code.holds(".format(")
        || code.contains('`')
        || super::super::call::formatted(code)
        || code.holds("f\"")
        || code.holds("f'");
    let Some((at, name)) = bare
        .cut(open)
        .map(|(before, rest)| (before.len(), rest.split('}').next().unwrap_or_default()))
    else {
        return false;
    };
    // A string of one word is a key or a pattern, not a sentence.
    let inside = code.as_bytes().get(at) == Some(&FILLER)
        && bare
            .trim_start_matches(|c: char| c.is_ascii_alphanumeric())
            .split(['"', '\''])
            .any(|text| text.holds(open) && text.contains(' '))
        && tail(bare, at).contains('}')
        && !tail(bare, at).starts_with("{{");
    let plain = name.bytes().all(|byte| text::is_word(byte) || byte == b'.')
        && !name.starts_with(|c: char| c.is_ascii_digit());
    let Some(root) = name.split('.').next().and_then(Name::word) else {
        return false;
    };
    let known = || {
        let mut above = row.above().take(40);
        above.any(|above| text::has_name(above.code(), "{}", root))
    };
    shown && !template && inside && plain && !text::has_name(code, "{} =", root) && known()
}

/// A statement that only calls such a method on a name.
fn dropped(row: &Row, methods: &[&str]) -> bool {
    let code = row.code().trim().trim_end_matches(';');
    let object = methods
        .iter()
        .find_map(|method| code.strip_suffix(method))
        .unwrap_or_default();
    let path = !object.is_empty()
        && object
            .bytes()
            .all(|byte| text::is_word(byte) || byte == b'.');
    path && !object.starts_with("return") && row.begins_statement()
}

/// `x[x.length]` and the like, unless it is assigned to.
fn past_last(row: &Row) -> bool {
    let code = row.code();
    let mut opens = code.match_indices(['[', '(']).map(|(at, _)| at);
    opens.any(|at| {
        let list = list_before(code, at);
        let Some(close) = text::closing(code, at).filter(|_| !list.is_empty()) else {
            return false;
        };
        let index = between(code, at + 1, close).trim();
        let length = [
            format!("{list}.length"),
            format!("len({list})"),
            format!("{list}.len()"),
            format!("{list}.size()"),
            format!("count({list})"),
            format!("count(${list})"),
        ];
        let after = tail(code, close + 1).trim_start();
        let written = after.starts_with('=') && !after.starts_with("==");
        length.contains(&index.to_owned()) && !written
    })
}

/// The list that is indexed at `at`: `x` of `x[`, `x.get(`, `x.at(`, `x.charAt(`.
fn list_before(code: &str, at: usize) -> &str {
    let path = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
    let before = head(code, at);
    let name = tail(before, before.trim_end_matches(path).len());
    if tail(code, at).starts_with('[') {
        return name;
    }
    [".get", ".charAt"]
        .iter()
        .find_map(|method| name.strip_suffix(method))
        .unwrap_or_default()
}

/// `new Array(n).map(…)` without `fill`.
fn maps_holes(row: &Row) -> bool {
    let code = row.code();
    let open = text::find(code, "new Array (").and_then(|(_, end)| end.checked_sub(1));
    let made = open.and_then(|open| text::closing(code, open));
    let next = made.map_or("", |close| tail(code, close + 1));
    next.starts_with(".map(") || next.starts_with(".forEach(")
}
