//! Bugs of Python.

use crate::signals::rule::Fits::When;
use crate::signals::rule::InTests::Same;
use crate::signals::rule::{PYTHON, Rule};
use crate::signals::signal::Signal;
use crate::signals::source_file::Row;
use crate::signals::text::{self, Name, Search};
use crate::text::slices::{between, head as start, tail};
use crate::wit::Severity::{Major, Minor, Nit};

const DEFAULT: Signal = Signal::bug(
    "python/mutable-default",
    Minor,
    0.9,
    "Mutable default argument is shared between calls",
    "The default is created once, so changes made in one call are visible in the next. Use `None` and create a \
     new object inside the function.",
);

const NONE: Signal = Signal::new(
    "python/equals-none",
    Nit,
    "style",
    0.7,
    "`None` is compared with `==`",
    "A class can override `==`, as NumPy arrays do, and the condition then fails or is wrong. Use `is None`.",
);

const LITERAL: Signal = Signal::bug(
    "python/is-literal",
    Major,
    0.95,
    "`is` is used to compare with a literal",
    "`is` tests identity, and whether equal strings or numbers are the same object depends on the interpreter. \
     Use `==`.",
);

const TUPLE: Signal = Signal::bug(
    "python/assert-tuple",
    Major,
    0.97,
    "Assertion on a tuple is always true",
    "A non-empty tuple is truthy, so this never fails. Remove the parentheses: `assert condition, \
     \"message\"`.",
);

const PAST: Signal = Signal::bug(
    "python/range-past",
    Major,
    0.85,
    "Loop runs one past the end",
    "`range(len(x) + 1)` includes an index that `x` does not have, so the last iteration raises `IndexError`. \
     Use `range(len(x))`.",
);

const ITERATING: Signal = Signal::bug(
    "bugs/while-iterating",
    Major,
    0.85,
    "Collection is modified while iterating over it",
    "Removing an element from a list skips the next one; changing a dictionary or set raises an error. Iterate \
     over a copy, or build a new collection.",
);

const NOTHING: Signal = Signal::bug(
    "python/nothing",
    Major,
    0.9,
    "Result of an in-place method is always `None`",
    "The method changes the list and returns `None`, which is assigned here. Call it as a separate statement, \
     or use `sorted`.",
);

const OR: Signal = Signal::bug(
    "python/or-literal",
    Major,
    0.95,
    "Condition is always true",
    "`x == \"a\" or \"b\"` is always truthy, because a non-empty string is. Write `x in (\"a\", \"b\")`.",
);

const LATE: Signal = Signal::bug(
    "python/late-binding",
    Minor,
    0.75,
    "Closures in a loop share the loop variable",
    "The lambda reads the variable when it is called, so every one sees the last value. Bind it as a default: \
     `lambda x=x: …`.",
);

pub const RULES: &[Rule] = &[
    Rule::new(PYTHON, When("def", mutable_default), DEFAULT).in_tests(Same),
    Rule::new(PYTHON, When("none", equals_none), NONE).fixed(|row| {
        row.with_replaced("== None", "is None")
            .or_else(|| row.with_replaced("!= None", "is not None"))
    }),
    Rule::new(PYTHON, When("is", is_literal), LITERAL)
        .in_tests(Same)
        .fixed(equal),
    Rule::new(PYTHON, When("assert", asserts_tuple), TUPLE)
        .in_tests(Same)
        .fixed(without_brackets),
    Rule::new(PYTHON, When("range", past), PAST).in_tests(Same),
    Rule::new(
        PYTHON,
        When("remove pop del append insert", while_iterating),
        ITERATING,
    )
    .in_tests(Same),
    Rule::new(PYTHON, When("sort reverse append extend", nothing), NOTHING).in_tests(Same),
    Rule::new(PYTHON, When("or", or_literal), OR).in_tests(Same),
    Rule::new(PYTHON, When("lambda", late), LATE),
];

fn mutable_default(row: &Row) -> bool {
    let head = row.statement();
    let defines = head.code.trim_start().starts_with("def ")
        || head.code.trim_start().starts_with("async def ");
    let Some(open) = head.code.find('(').filter(|_| defines) else {
        return false;
    };
    let close = text::closing(&head.code, open).unwrap_or(head.code.len());
    let empty = ["= [ ]", "= { }", "= list ( )", "= dict ( )", "= set ( )"];
    text::has_any(between(&head.code, open, close), &empty)
}

/// The lines below this one that are indented deeper.
pub fn body<'r>(row: &Row<'r>) -> impl Iterator<Item = Row<'r>> {
    let indent = text::indent(row.text());
    row.below().take_while(move |below| {
        below.text().trim().is_empty() || text::indent(below.text()) > indent
    })
}

/// Queries overload `==`, so lines that filter are not reported.
fn equals_none(row: &Row) -> bool {
    let compares = row.has("== None") || row.has("!= None");
    compares
        && !text::mentions(
            row.code(),
            "filter where .c. query select( .has( and_( or_( join( case(",
        )
}

fn is_literal(row: &Row) -> bool {
    let code = row.code();
    [" is not ", " is "].iter().any(|word| {
        code.match_indices(word).any(|(at, _)| {
            let right = tail(code, at + word.len()).trim_start();
            let number = right.starts_with(|c: char| c.is_ascii_digit());
            let left = start(code, at).trim_end();
            // In prose, what is called "16" is 16px, or follows no keyword.
            let compared = left.ends_with(|c: char| c.is_ascii_alphanumeric() || "_)]".contains(c));
            let asked = text::has_word(left, "if elif while assert return and or not else in")
                || left.contains(['=', '(', '[', '{']);
            let ended = right
                .split([' ', ':', ')', ']', ',', '}', ';'])
                .next()
                .is_some_and(|value| {
                    !number
                        || value
                            .bytes()
                            .all(|byte| byte.is_ascii_digit() || byte == b'.')
                });
            compared
                && asked
                && ended
                && (number || right.starts_with(['"', '\'']))
                && !right.is_empty()
        })
    })
}

fn equal(row: &Row) -> Option<String> {
    let (from, by) = if row.has("is not") {
        ("is not", "!=")
    } else {
        ("is", "==")
    };
    row.with_replaced(from, by)
}

/// `assert (condition, "message")`.
fn asserts_tuple(row: &Row) -> bool {
    let code = row.code().trim();
    let Some(rest) = code
        .strip_prefix("assert")
        .map(str::trim_start)
        .filter(|rest| rest.starts_with('('))
    else {
        return false;
    };
    let whole = text::closing(rest, 0).is_some_and(|close| close + 1 == rest.len());
    let args = row.calls("assert");
    whole
        && args
            .first()
            .is_some_and(|args| match args.parts().as_slice() {
                [condition, message] => {
                    message.code.trim_start().starts_with(['"', '\'', 'f'])
                        && !condition.has("for $ in")
                }
                _ => false,
            })
}

fn without_brackets(row: &Row) -> Option<String> {
    let (open, close) = (row.code().find('(')?, row.code().rfind(')')?);
    let (before, inside) = (
        row.text().get(..open)?.trim_end(),
        row.text().get(open + 1..close)?,
    );
    Some(format!("{before} {inside}{}", row.text().get(close + 1..)?))
}

/// The counter of `range(len(x) + 1)`, used as an index of `x`.
fn past(row: &Row) -> bool {
    let code = row.code().trim();
    let Some((name, rest)) = code
        .strip_prefix("for ")
        .and_then(|rest| rest.cut(" in range("))
    else {
        return false;
    };
    let Some(list) = rest
        .cut("len(")
        .and_then(|(_, rest)| rest.cut(")"))
        .filter(|(_, rest)| rest.trim_start().starts_with("+ 1)"))
        .map(|(list, _)| list)
    else {
        return false;
    };
    body(row)
        .take(8)
        .any(|below| below.code().holds(&format!("{list}[{name}]")))
}

/// `xs.remove(…)` and `del xs[…]` directly inside `for x in xs:`, unless the loop ends there.
fn while_iterating(row: &Row) -> bool {
    let Some(head) = loop_head(row) else {
        return false;
    };
    let Some((_, list)) = head.code().trim().trim_end_matches(':').cut(" in ") else {
        return false;
    };
    let list = list
        .trim()
        .trim_end_matches(".items()")
        .trim_end_matches(".keys()");
    let changes = [
        format!("{list}.remove("),
        format!("{list}.pop("),
        format!("del {list}["),
        format!("{list}.insert("),
    ];
    let path = !list.is_empty() && list.bytes().all(|byte| text::is_word(byte) || byte == b'.');
    let leaves = row
        .next()
        .is_some_and(|next| text::has_word(next.code(), "break return"));
    path && changes
        .iter()
        .any(|change| row.code().trim().starts_with(change.as_str()))
        && !leaves
}

/// The innermost `for` around this line.
fn loop_head<'r>(row: &Row<'r>) -> Option<Row<'r>> {
    let mut indent = text::indent(row.text());
    for above in row.above().filter(|above| !above.text().trim().is_empty()) {
        if text::indent(above.text()) < indent {
            indent = text::indent(above.text());
            if above.code().trim().starts_with("for ") {
                return Some(above);
            }
        }
    }
    None
}

/// `x = y.sort()`. Other such methods count only if a line above shows that `y` is a list.
fn nothing(row: &Row) -> bool {
    let code = row.code().trim();
    let Some((name, value)) = code.cut(" = ").filter(|(name, _)| is_path(name)) else {
        return false;
    };
    let (object, call) = value.rsplit_once(".sort(").map_or_else(
        || value.cut(".").unwrap_or_default(),
        |(object, _)| (object, "sort("),
    );
    let list = |name: &str| {
        row.above()
            .any(|above| above.code().trim().starts_with(&format!("{name} = [")))
    };
    let empty = ["reverse()", "append(", "extend(", "insert("]
        .iter()
        .any(|method| call.starts_with(method));
    is_path(object)
        && (call == "sort(" && value.ends_with(')') && !text::mentions(object, "str np df")
            || empty && list(object))
        && !name.is_empty()
}

fn is_path(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| text::is_word(byte) || byte == b'.')
}

/// `if x == "a" or "b":`.
fn or_literal(row: &Row) -> bool {
    let code = row.code();
    let head = text::has_word(code, "if elif while return");
    head && code.match_indices(" or ").any(|(at, _)| {
        let (left, right) = (start(code, at), tail(code, at + 4).trim_start());
        let literal = right.split([':', ')']).next().unwrap_or_default();
        let alone = literal
            .trim_end()
            .bytes()
            .all(|byte| byte == text::FILLER || text::is_quote(byte))
            && literal.starts_with(['"', '\''])
            && (code.trim_end().ends_with(':') || right.contains(')'));
        let compared = left.trim_end().ends_with(['"', '\'']) && left.holds("==");
        alone && compared && text::has_word(code, "if elif while")
    })
}

/// A stored lambda that uses the variable of the loop around it.
fn late(row: &Row) -> bool {
    let Some(head) = row
        .parent()
        .filter(|head| head.code().trim().starts_with("for "))
    else {
        return false;
    };
    let Some((name, _)) = head.code().trim().trim_start_matches("for ").cut(" in ") else {
        return false;
    };
    let kept = text::has_any(
        row.code(),
        &[
            ".append ( lambda",
            "= lambda",
            ".connect ( lambda",
            "command = lambda",
        ],
    );
    let body = row
        .code()
        .cut("lambda")
        .and_then(|(_, rest)| rest.cut(":"))
        .unwrap_or_default();
    let mut names = name.split(',').filter_map(Name::word);
    kept && body.0.trim().is_empty() && names.any(|name| text::has_name(body.1, "{}", name))
}
