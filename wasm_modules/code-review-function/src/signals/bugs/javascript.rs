//! Bugs of JavaScript and TypeScript.

use crate::signals::rule::Fits::{Code, When};
use crate::signals::rule::InTests::Same;
use crate::signals::rule::{Rule, SCRIPT};
use crate::signals::signal::Signal;
use crate::signals::source_file::Row;
use crate::signals::text::{self, Search};
use crate::wit::Severity::{Major, Minor};

const FOR_EACH: Signal = Signal::bug(
    "javascript/for-each-async",
    Major,
    0.9,
    "Async callback in `forEach` is not awaited",
    "`forEach` ignores the returned promises: the code continues before they settle, and their errors are \
     lost. Use `for … of` with `await`, or `Promise.all` with `map`.",
);

const PREDICATE: Signal = Signal::bug(
    "javascript/async-predicate",
    Major,
    0.95,
    "Async predicate is always truthy",
    "It returns a promise, and every promise is truthy, so nothing is filtered. Await all results first, then \
     filter.",
);

const NAN: Signal = Signal::bug(
    "javascript/nan",
    Major,
    0.97,
    "Comparison with NaN is always false",
    "NaN does not equal anything, not even itself. Use `Number.isNaN`.",
);

const TYPE: Signal = Signal::bug(
    "javascript/typeof",
    Major,
    0.95,
    "`typeof` never returns this value",
    "The comparison is always false. `typeof` returns undefined, object, boolean, number, bigint, string, \
     symbol or function.",
);

const INDEX: Signal = Signal::bug(
    "javascript/index-of",
    Major,
    0.85,
    "`indexOf` is used as a boolean",
    "It returns 0 (falsy) for the first position and -1 (truthy) for no match. Use `includes`, or compare with \
     -1.",
);

const NEW: Signal = Signal::bug(
    "javascript/new-literal",
    Major,
    0.95,
    "Comparison with a new object is always false",
    "Arrays and objects are compared by identity, and a literal is always a new one. Compare the length or the \
     keys.",
);

const NOT_IN: Signal = Signal::bug(
    "javascript/not-in",
    Major,
    0.95,
    "`!` applies to the left operand only",
    "`!a in b` checks whether `true` or `false` is a key of `b`. Write `!(a in b)`.",
);

const STATE: Signal = Signal::bug(
    "javascript/state",
    Minor,
    0.8,
    "State is mutated directly",
    "React does not re-render, and the change can be lost. Use `setState`.",
);

const EFFECT: Signal = Signal::bug(
    "javascript/effect-async",
    Minor,
    0.9,
    "`useEffect` callback is async",
    "React expects a clean-up function and gets a promise, so nothing is cleaned up. Define an async function \
     inside the effect and call it.",
);

const DELETED: Signal = Signal::bug(
    "javascript/delete",
    Minor,
    0.65,
    "`delete` leaves a hole in the array",
    "The length stays the same and the element becomes undefined. Use `splice` or `filter`.",
);

pub const RULES: &[Rule] = &[
    Rule::new(SCRIPT, Code(&[".forEach ( async"]), FOR_EACH),
    Rule::new(
        SCRIPT,
        Code(&[
            ".filter ( async",
            ".some ( async",
            ".every ( async",
            ".find ( async",
            ".findIndex ( async",
        ]),
        PREDICATE,
    )
    .in_tests(Same),
    Rule::new(
        SCRIPT,
        Code(&[
            "== NaN", "=== NaN", "!= NaN", "!== NaN", "NaN ==", "NaN ===",
        ]),
        NAN,
    )
    .in_tests(Same),
    Rule::new(SCRIPT, When("typeof", misspelt), TYPE).in_tests(Same),
    Rule::new(
        SCRIPT,
        When("indexof", |row| {
            row.calls("if").iter().any(|head| bare_index(&head.code))
        }),
        INDEX,
    )
    .in_tests(Same),
    Rule::new(SCRIPT, When("if return while const", new_literal), NEW).in_tests(Same),
    Rule::new(
        SCRIPT,
        When("in instanceof", |row| {
            text::has_any(
                row.code(),
                &["if ( ! $ in $ )", "if ( ! $ instanceof $ )", "( !$ in $ )"],
            )
        }),
        NOT_IN,
    )
    .in_tests(Same),
    Rule::new(SCRIPT, When("state", mutates_state), STATE),
    Rule::new(SCRIPT, Code(&["useEffect ( async"]), EFFECT),
    Rule::new(SCRIPT, When("delete", deletes_element), DELETED),
];

/// `delete a[i];` of a whole element.
fn deletes_element(row: &Row) -> bool {
    let element = ["delete $ [ i ] ;", "delete $ [ idx ] ;", "delete $ [ 0 ] ;"];
    text::has_any(row.code(), &element)
}

fn misspelt(row: &Row) -> bool {
    let Some((_, rest)) = row.uncommented().cut("typeof ") else {
        return false;
    };
    let Some((_, compared)) = rest.cut("==") else {
        return false;
    };
    let word = compared.trim_start_matches(['=', ' ']);
    let quote = ['"', '\'']
        .into_iter()
        .find(|quote| word.starts_with(*quote));
    let word = quote.and_then(|quote| word.split(quote).nth(1));
    let known = [
        "undefined",
        "object",
        "boolean",
        "number",
        "bigint",
        "string",
        "symbol",
        "function",
    ];
    word.is_some_and(|word| !known.contains(&word))
        && !rest.trim_start().starts_with("==")
        && quoted_directly(rest)
}

/// Whether the comparison directly follows the name: `typeof x === "…"`.
fn quoted_directly(rest: &str) -> bool {
    let name =
        rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || "_.$[]()?".contains(c));
    name.trim_start().starts_with("==")
}

/// `if (a.indexOf(b))` without a comparison.
fn bare_index(head: &str) -> bool {
    let head = head.trim().trim_start_matches('!');
    let Some((name, rest)) = head.cut(".indexOf(") else {
        return false;
    };
    let path = name
        .bytes()
        .all(|byte| text::is_word(byte) || b".[]".contains(&byte));
    path && text::closing(&format!("({rest}"), 0) == Some(rest.len())
}

fn new_literal(row: &Row) -> bool {
    text::has_any(
        row.code(),
        &["=== [ ]", "== [ ]", "!== [ ]", "=== { }", "!== { }"],
    ) && !row.code().holds("length")
}

/// Whether the file holds React components, as far as it is shown.
fn in_component(row: &Row) -> bool {
    const MARKS: &[&str] = &[
        "extends Component",
        "extends React.Component",
        "extends PureComponent",
        "extends React.PureComponent",
        "from \"react\"",
        "from 'react'",
        "require(\"react\")",
        "require('react')",
    ];
    let marked = |text: &str| MARKS.iter().any(|mark| text.holds(mark));
    let mut lines = row.file().first_lines();
    row.file().path.ends_with("sx") || marked(row.section()) || lines.any(|line| marked(&line.text))
}

/// `this.state.items.push(…)`.
fn mutates_state(row: &Row) -> bool {
    if !in_component(row) {
        return false;
    }
    let code = row.code().trim();
    let assigned = code
        .strip_prefix("this.state.")
        .and_then(|rest| rest.cut("="))
        .is_some_and(|(name, value)| {
            name.trim()
                .bytes()
                .all(|byte| text::is_word(byte) || byte == b'.')
                && !value.starts_with(['=', '>'])
        });
    let pushed =
        code.starts_with("this.state.") && (code.holds(".push(") || code.holds(".splice("));
    assigned || pushed
}
