//! Loops that go too far.

use super::super::place::Row;
use super::super::text;

/// What the length of something is called after it: `x.length`.
const LENGTHS: &[&str] = &[
    ".length",
    ".size()",
    ".length()",
    ".Length",
    ".Count",
    ".count",
    ".len()",
];

/// `i <= x.length` and `i <= len(x)` in the head of a loop that begins at 0.
pub fn beyond(row: &Row) -> bool {
    limit(row.code()).is_some_and(|(name, length)| {
        let code = row.code();
        let from_zero = code.contains("= 0;") || code.contains("=0;") || code.contains(":= 0;");
        code.trim_start()
            .trim_start_matches("} ")
            .starts_with("for")
            && from_zero
            && !length.starts_with(" -")
            && (indexes(row, name) || !measured_only(row))
    })
}

/// The counter and what follows the length, in `i <= x.length`.
fn limit(code: &str) -> Option<(&str, &str)> {
    let (before, after) = code.split_once("<=")?;
    let name = text::words(before).last()?.1;
    let after = after.trim_start();
    let ends = LENGTHS
        .iter()
        .filter_map(|length| after.find(length).map(|at| (at, at + length.len())));
    let member = ends
        .filter(|(at, _)| {
            after[..*at]
                .bytes()
                .all(|byte| text::is_word(byte) || byte == b'.')
        })
        .map(|(_, end)| &after[end..])
        .next();
    let called = ["len(", "count(", "strlen("].iter().find_map(|call| {
        after
            .strip_prefix(call)
            .and_then(|rest| rest.split_once(')'))
            .map(|(_, rest)| rest)
    });
    let rest = member.or(called)?;
    let rest = if rest.trim_start().starts_with(['-', '+', '/', '*', '>']) {
        return None;
    } else {
        rest
    };
    Some((name, rest))
}

/// Whether the counter is used as an index in the next lines.
fn indexes(row: &Row, name: &str) -> bool {
    row.below().take(6).any(|below| {
        below.code().contains(&format!("[{name}]")) || below.code().contains(&format!("({name})"))
    })
}

/// Whether the lines below are shown and use the counter only for slices, which may end at the length.
fn measured_only(row: &Row) -> bool {
    row.below()
        .take(6)
        .any(|below| text::mentions(below.code(), "slice substring substr( [: :"))
        || row.below().next().is_none() && !row.code().contains('{')
}

pub fn within(row: &Row) -> Option<String> {
    row.swapped("<=", "<")
        .filter(|_| row.code().matches("<=").count() == 1)
}

/// A loop over all indexes of something, whose body takes the element after the current one.
pub fn neighbour(row: &Row) -> bool {
    let Some((name, list)) = full_range(row.code()) else {
        return false;
    };
    let index = [
        format!("{list}[{name} + 1]"),
        format!("{list}[{name}+1]"),
        format!("{list}.get({name} + 1)"),
        format!("{list}.charAt({name} + 1)"),
    ];
    let indent = text::indent(row.text());
    let body = row
        .below()
        .take(8)
        .take_while(|below| below.code().trim().is_empty() || text::indent(below.text()) > indent);
    let body: Vec<Row> = body.collect();
    let guards = |code: &str| {
        text::mentions(code, "if? break return")
            || text::has_word(code, "if and unless min try catch while guard")
            || code.contains("&&")
            || code.contains('?')
            || code.contains(&format!("{list}[{name} + 1] ="))
            || code.contains(&format!("{list}[{name}+1] ="))
    };
    let at = body
        .iter()
        .position(|below| index.iter().any(|one| below.code().contains(one)));
    let bare_if = at.is_some_and(|at| compares_neighbour(body[at].code(), &index));
    at.is_some_and(|at| {
        bare_if && !body[..at].iter().any(|below| guards(below.code()))
            || !body[..=at].iter().any(|below| guards(below.code()))
    })
}

/// `if (a[i] > a[i + 1])`: the index is all that the condition is about.
fn compares_neighbour(code: &str, index: &[String]) -> bool {
    let code = code.trim();
    let head = code.starts_with("if ") || code.starts_with("if(");
    head && index.iter().any(|one| code.contains(one))
        && !code.contains("&&")
        && !code.contains(" and ")
        && !code.contains("||")
        && !code.contains(" or ")
        && !code.contains('?')
}

/// The counter and the list of a loop that runs from 0 to the length.
fn full_range(code: &str) -> Option<(&str, &str)> {
    let code = code.trim();
    if let Some((name, rest)) = code
        .strip_prefix("for ")
        .and_then(|rest| rest.split_once(" in range(len("))
    {
        let (list, rest) = rest.split_once(')')?;
        return rest.starts_with("):").then_some((name, list));
    }
    if let Some((name, rest)) = code
        .strip_prefix("for ")
        .and_then(|rest| rest.split_once(" in 0.."))
    {
        return rest
            .split_once(".len()")
            .filter(|(list, rest)| path(list) && rest.trim() == "{")
            .map(|(list, _)| (name, list));
    }
    let (before, after) = code.strip_prefix("for")?.split_once('<')?;
    let name = text::words(before).last()?.1;
    let zero = before.contains("= 0;") || before.contains("=0;");
    let after = after.trim_start();
    let list = LENGTHS
        .iter()
        .find_map(|length| after.split_once(length))
        .or_else(|| {
            after
                .strip_prefix("len(")
                .and_then(|rest| rest.split_once(')'))
        })?;
    (zero && path(list.0) && list.1.trim_start().starts_with(';')).then_some((name, list.0))
}

fn path(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| text::is_word(byte) || byte == b'.')
}

#[cfg(test)]
mod tests {
    use super::{full_range, limit};

    #[test]
    fn a_loop_over_all_indexes_is_told_from_one_that_stops_earlier() {
        assert_eq!(full_range("for i in range(len(xs)):"), Some(("i", "xs")));
        assert_eq!(
            full_range("for (let i = 0; i < a.b.length; i++) {"),
            Some(("i", "a.b"))
        );
        assert_eq!(
            full_range("for i := 0; i < len(xs); i++ {"),
            Some(("i", "xs"))
        );
        assert_eq!(full_range("for i in 0..xs.len() {"), Some(("i", "xs")));
        for stops in [
            "for i in range(len(xs) - 1):",
            "for (let i = 0; i < a.length - 1; i++) {",
            "for i in 0..xs.len() - 1 {",
            "for (int i = 1; i < n; i++)",
        ] {
            assert_eq!(full_range(stops), None, "{stops}");
        }
    }

    #[test]
    fn only_a_bare_length_is_a_limit_to_pass() {
        assert_eq!(limit("i <= a.length; i++").map(|(name, _)| name), Some("i"));
        assert_eq!(limit("i <= a.length - 1; i++"), None);
        assert_eq!(limit("i <= n; i++"), None);
    }
}
