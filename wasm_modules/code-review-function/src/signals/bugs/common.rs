//! Bugs that look the same in many languages.

use crate::signals::bugs::loops;
use crate::signals::rule::Fits::When;
use crate::signals::rule::InTests::{Same, Silent};
use crate::signals::rule::{BRACES, Rule};
use crate::signals::signal::Signal;
use crate::signals::source_file::Row;
use crate::signals::text::{self, Search};
use crate::text::slices::{byte_before, head, tail};
use crate::wit::Severity::{Major, Minor, Nit};

pub const BEYOND: Signal = Signal::bug(
    "bugs/beyond",
    Major,
    0.9,
    "Loop runs one past the end",
    "The last iteration uses an index equal to the length, which is out of bounds. Use `<` instead of `<=`.",
);

const NEIGHBOUR: Signal = Signal::bug(
    "bugs/neighbour",
    Major,
    0.8,
    "Last iteration reads past the end",
    "The loop covers every index and also reads the next element, which does not exist for the last one. Stop \
     one element earlier.",
);

const ASSIGNED: Signal = Signal::bug(
    "bugs/assigned",
    Major,
    0.9,
    "Condition assigns instead of comparing",
    "`=` overwrites the variable, and the condition tests the assigned value. Use `==`, or add parentheses if \
     the assignment is intended.",
);

const ENDLESS: Signal = Signal::bug(
    "bugs/itself",
    Major,
    0.8,
    "Value is compared with itself",
    "Both operands are the same, so the result never changes. One of them is probably meant to be something \
     else.",
);

const FINALLY: Signal = Signal::bug(
    "bugs/finally",
    Major,
    0.85,
    "`return` in `finally` discards exceptions",
    "A pending exception or return value is lost when `finally` returns. Move the `return` after the block.",
);

const EMPTY: Signal = Signal::bug(
    "bugs/empty-catch",
    Nit,
    0.75,
    "Exception is silently ignored",
    "The failure leaves no trace and the code continues as if nothing happened. Handle, log or rethrow it, or \
     add a comment that explains why it can be ignored.",
);

const SEMICOLON: Signal = Signal::bug(
    "bugs/semicolon",
    Major,
    0.9,
    "Semicolon ends the `if` statement",
    "The condition has no effect and the following block always runs. Remove the semicolon.",
);

const FALLS: Signal = Signal::bug(
    "bugs/falls-through",
    Minor,
    0.65,
    "Case falls through to the next one",
    "There is no `break`, so the code of the next case runs as well. Add `break`, or a comment that says the \
     fall-through is intended.",
);

const NEGATIVE: Signal = Signal::bug(
    "bugs/never-negative",
    Major,
    0.85,
    "Length is compared as if it could be negative",
    "A length is never below 0, so the condition is constant and one branch is dead code. Compare with 0 or 1 \
     as intended.",
);

const SWAPPED: Signal = Signal::bug(
    "bugs/typo-operator",
    Major,
    0.8,
    "`=+` or `=-` is used instead of `+=` or `-=`",
    "The variable is overwritten instead of incremented or decremented. Swap the two characters.",
);

const TWINS: Signal = Signal::bug(
    "bugs/same-pair",
    Minor,
    0.8,
    "Both ends get the same value",
    "`{}` repeats the value of the line above, although the names say that they are two ends. The interval is \
     then empty, whatever is given. Compute each from its own source.",
);

const ANY: &str = "Python|JavaScript|TypeScript|Vue|Svelte|Go|Rust|Java|Kotlin|C|C++|Objective-C|C#|PHP|Ruby|Swift|Dart|Scala";

pub const RULES: &[Rule] = &[
    Rule::new(BRACES, When("for while", loops::beyond), BEYOND)
        .in_tests(Same)
        .fixed(loops::within),
    Rule::new("Go", When("for", loops::beyond), BEYOND)
        .in_tests(Same)
        .fixed(loops::within),
    Rule::new(ANY, When("for", loops::neighbour), NEIGHBOUR).in_tests(Same),
    Rule::new(
        "C|C++|Objective-C|Java|JavaScript|TypeScript|Vue|Svelte|C#|PHP|Dart",
        When("if while", assigned),
        ASSIGNED,
    )
    .in_tests(Same),
    Rule::new(
        ANY,
        When("if elif while return assert and or", itself),
        ENDLESS,
    ),
    Rule::new(
        "Python|JavaScript|TypeScript|Vue|Svelte|Java|C#|Kotlin",
        When("return", in_finally),
        FINALLY,
    )
    .in_tests(Same),
    Rule::new(
        "JavaScript|TypeScript|Vue|Svelte|Java|C#|Kotlin|C++|PHP|Dart",
        When("catch", empty_catch),
        EMPTY,
    ),
    Rule::new(ANY, When("end to max last upper height", twins), TWINS).in_tests(Silent),
    Rule::new(BRACES, When("if", ends_at_once), SEMICOLON).in_tests(Same),
    Rule::new(
        "C|C++|Java|JavaScript|TypeScript|PHP",
        When("case", falls_through),
        FALLS,
    ),
    Rule::new(ANY, When("len length size count", never_negative), NEGATIVE).in_tests(Same),
    Rule::new(
        "Python|JavaScript|TypeScript|Java|C|C++|C#|PHP|Ruby|Go",
        When(
            "i j n x total sum count balance score value amount offset index result",
            typo,
        ),
        SWAPPED,
    )
    .in_tests(Same),
];

/// `if (x = y)` without any comparison. Loops often fetch their next element this way, and results
/// of calls are often stored, so in these cases the right side must be a literal or a name.
fn assigned(row: &Row) -> bool {
    let mut heads = row.calls("if while").into_iter();
    heads.any(|head| {
        let code = head.code.trim();
        let right = code.cut("=").map_or("", |(_, right)| right.trim());
        let fixed = right.starts_with(|c: char| c.is_ascii_digit() || text::is_quote(c as u8))
            || matches!(right, "true" | "false" | "null" | "NULL");
        let meant = code.starts_with('(')
            || right.contains('(')
            || ["!=", "==", "<", ">", "const ", "auto "]
                .iter()
                .any(|mark| code.contains(mark));
        single_assignment(code) && !meant && (fixed || !row.has("while")) && !declares(code)
    })
}

/// Whether there is a `=` that is not part of another operator.
fn single_assignment(code: &str) -> bool {
    let bytes = code.as_bytes();
    bytes.iter().enumerate().any(|(at, byte)| {
        *byte == b'='
            && byte_before(bytes, at).is_some_and(|byte| !b"=!<>+-*/%&|^~:?".contains(&byte))
            && !bytes.get(at + 1).is_some_and(|next| b"=>~".contains(next))
    })
}

/// `if (int x = f())` and `if (Foo* x = get())` are fine.
fn declares(code: &str) -> bool {
    let left = code.split('=').next().unwrap_or_default().trim();
    left.contains([' ', '*', '&']) || code.holds("function") || code.holds("lambda")
}

/// `a == a`, `x && x`: two equal paths around an operator. `x != x` is a test for NaN.
fn itself(row: &Row) -> bool {
    let code = row.code();
    ["==", "===", "&&", "||", " and ", " or ", "<", ">"]
        .iter()
        .any(|operator| {
            code.match_indices(operator).any(|(at, _)| {
                let (left, right) = (head(code, at), tail(code, at + operator.len()));
                alone(left, operator) && same_side(left, right)
            })
        })
}

/// Whether the operator is not part of a longer one, and not a shift, a generic or an arrow.
fn alone(left: &str, operator: &str) -> bool {
    !(operator.len() == 1 || operator == "==")
        || !left.ends_with(['=', '!', '<', '>', '-', '&', '|'])
}

fn same_side(left: &str, right: &str) -> bool {
    let path = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
    let left = left.strip_suffix(' ').unwrap_or("");
    let before = left.trim_end_matches(path);
    let (a, before) = (tail(left, before.len()), before.trim_end());
    let right = right.strip_prefix(' ').unwrap_or("");
    let after = right.trim_start_matches(path);
    let (b, after) = (head(right, right.len() - after.len()), after.trim_start());
    let opens = before.is_empty()
        || before.ends_with(['(', '{'])
        || before.ends_with("if")
        || before.ends_with("return")
        || before.ends_with("&&")
        || before.ends_with("||")
        || before.ends_with("and")
        || before.ends_with("or")
        || before.ends_with("while");
    let closes = after.is_empty()
        || after.starts_with([')', ':', '{', ';'])
        || after.starts_with("&&")
        || after.starts_with("||")
        || after.starts_with("and ")
        || after.starts_with("or ");
    let named = a.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    // Only NaN differs from itself, and code that tests for it usually says so.
    named && a == b && opens && closes
}

/// A return directly inside `finally`.
fn in_finally(row: &Row) -> bool {
    let inside = row.parent().is_some_and(|parent| {
        matches!(
            parent.code().trim(),
            "finally:" | "finally {" | "} finally {"
        )
    });
    inside && row.code().trim_start().starts_with("return")
}

/// `catch (e) {}` on one line or two, without a comment.
fn empty_catch(row: &Row) -> bool {
    let code = row.code().trim_end();
    let Some((_, after)) = code.cut("catch") else {
        return false;
    };
    let after = after.cut(")").map_or(after, |(_, rest)| rest).trim();
    let silent = row.text().trim_end() == code;
    let closed = after.replace(' ', "") == "{}" || after.replace(' ', "").starts_with("{};");
    let below = after == "{"
        && row
            .below()
            .next()
            .is_some_and(|below| below.text().trim().starts_with('}'));
    let expected = text::mentions(code, "ignore expected nosuchfile (_)");
    silent && (closed || below) && !expected
}

/// `start = f(a)` above `end = f(a)`.
fn twins(row: &Row) -> bool {
    const ENDS: &[(&str, &str)] = &[
        ("start", "end"),
        ("begin", "end"),
        ("from", "to"),
        ("min", "max"),
        ("first", "last"),
        ("lower", "upper"),
        ("width", "height"),
    ];
    let Some((name, value)) = assigned_to(row) else {
        return false;
    };
    let Some(above) = row.previous().filter(Row::added) else {
        return false;
    };
    let Some((other, before)) = assigned_to(&above) else {
        return false;
    };
    // The value is computed from something that is itself named as one of the two ends.
    let one_sided = |one: &str| text::mentions_word(value, one);
    value == before
        && value.contains('(')
        && ENDS
            .iter()
            .any(|(one, two)| (other, name) == (*one, *two) && one_sided(one) && !one_sided(two))
}

/// The name in lower case, and the value that it is set to.
fn assigned_to<'r>(row: &Row<'r>) -> Option<(&'r str, &'r str)> {
    let (left, right) = row.uncommented().cut("=")?;
    let (_, name) = text::words(left.trim_end_matches([':', ' '])).last()?;
    (!right.starts_with('=')).then(|| (name, right.trim().trim_end_matches(';')))
}

fn ends_at_once(row: &Row) -> bool {
    let code = row.code().trim();
    let opens =
        code.starts_with("if (") || code.starts_with("if(") || code.starts_with("} else if (");
    let Some(open) = code.find('(').filter(|_| opens) else {
        return false;
    };
    let rest = text::closing(code, open).map_or("", |close| tail(code, close + 1).trim());
    let (own, below) = (text::indent(row.text()), row.next());
    let guards = below.is_some_and(|below| {
        let code = below.code().trim();
        code.starts_with('{') || text::indent(below.text()) > own && !code.starts_with("else")
    });
    rest == "; {" || rest == ";" && guards
}

/// A statement directly above a label that does not leave the switch.
fn falls_through(row: &Row) -> bool {
    let label = |text: &str| {
        text.starts_with("case ") || text.starts_with("default:") || text.starts_with("default :")
    };
    let code = row.code().trim();
    let Some(above) = row.previous().filter(|_| label(code)) else {
        return false;
    };
    let last = above.code().trim();
    let statement = above.added()
        && last.ends_with(';')
        && text::indent(above.text()) > text::indent(row.text());
    let leaves = text::has_word(
        last,
        "break return throw continue goto exit yield die fallthrough abort",
    ) || last.holds("exit(")
        || last.holds("[[fall");
    let between = row
        .above()
        .take(2)
        .any(|near| text::mentions(near.text(), "fall break return throw continue"));
    statement && !leaves && !between && !label(last) && simple_before(&above)
}

/// Whether the block above has no nested blocks: its lines have the same indentation up to their
/// label.
fn simple_before(last: &Row) -> bool {
    let indent = text::indent(last.text());
    let mut above = last
        .above()
        .take(10)
        .filter(|row| !row.code().trim().is_empty());
    let label = above.find(|row| text::indent(row.text()) != indent);
    label.is_some_and(|row| {
        row.code().trim().starts_with("case ") && row.code().trim().ends_with(':')
    })
}

/// `len(x) < 0` without an operator before it.
fn never_negative(row: &Row) -> bool {
    const FORMS: &[&str] = &[
        "len ( $ ) < 0",
        ".length < 0",
        ".length >= 0",
        ".size ( ) < 0",
        ".size ( ) >= 0",
        "len ( $ ) >= 0",
        "count ( $ ) < 0",
        ".length ( ) < 0",
        ".length ( ) >= 0",
    ];
    let places = FORMS.iter().filter_map(|form| text::find(row.code(), form));
    places
        .into_iter()
        .any(|(at, _)| !head(row.code(), at).trim_end().ends_with(['-', '+', '*']))
}

/// `x =+ 1`: the sign is next to the equals sign instead of the value.
fn typo(row: &Row) -> bool {
    let code = row.code().trim();
    let Some((name, value)) = code.cut(" =+ ").or_else(|| code.cut(" =- ")) else {
        return false;
    };
    name.bytes().all(|byte| text::is_word(byte) || byte == b'.') && !value.is_empty()
}
