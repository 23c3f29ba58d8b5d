//! Loops that run past the end.

use crate::signals::source_file::Row;
use crate::signals::text::{self, Name, Search};
use crate::text::slices::head;

/// Properties that give a length: `x.length`.
const LENGTHS: &[&str] = &[
    ".length()",
    ".size()",
    ".len()",
    ".length",
    ".Length",
    ".Count",
    ".count",
];

/// `i <= x.length` or `i <= len(x)` in a loop that starts at 0 and indexes `x` with `i`.
pub fn beyond(row: &Row) -> bool {
    let code = row.code();
    let from_zero = code.holds("= 0;") || code.holds("=0;");
    let starts = code.trim_start().starts_with("for") && from_zero && steps_by_one(code);
    starts
        && limit(code).is_some_and(|(name, list)| {
            Name::word(name).is_some_and(|name| indexed(row, name, list))
        })
}

/// Whether the loop visits every index.
fn steps_by_one(code: &str) -> bool {
    code.holds("++") || text::has(code, "+= 1") || !code.holds("+=")
}

/// Whether the next lines use `list[name]` without a check that could exclude the last iteration.
fn indexed(row: &Row, name: Name, list: &str) -> bool {
    let forms = [
        format!("{list}[{name}]"),
        format!("{list}[${name}]"),
        format!("{list}.get({name})"),
        format!("{list}.charAt({name})"),
        format!("{list}.at({name})"),
    ];
    let first = row.below().take(6).find(|below| {
        let guards = ["{} <", "{} ==", "{} >=", "{} ==="]
            .iter()
            .any(|pattern| text::has_name(below.code(), pattern, name));
        guards || forms.iter().any(|form| below.code().holds(form.as_str()))
    });
    let used = first.is_some_and(|below| {
        forms.iter().any(|form| below.code().holds(form.as_str()))
            && !below.code().contains(['?', '&'])
    });
    used || forms.iter().any(|form| row.code().holds(form.as_str()))
}

/// The counter and the list, in `i <= x.length`.
fn limit(code: &str) -> Option<(&str, &str)> {
    let (before, after) = code.cut("<=")?;
    let (at, name) = text::words(before).last()?;
    let plain = head(before, at).trim_end_matches([' ', '$']).ends_with(';');
    let after = after.trim_start();
    let member = LENGTHS.iter().find_map(|length| after.split_once(length));
    let called = ["len(", "count(", "strlen("]
        .iter()
        .find_map(|call| after.strip_prefix(call)?.cut(")"));
    let (list, rest) = called.or(member)?;
    let whole = rest.trim_start().starts_with(';');
    (plain && whole && path(list)).then_some((name, list.trim_start_matches('$')))
}

pub fn within(row: &Row) -> Option<String> {
    row.with_replaced("<=", "<")
        .filter(|_| row.code().matches("<=").count() == 1)
}

/// A loop over all indexes whose body reads the element after the current one.
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
            || code.holds("&&")
            || code.contains('?')
            || code.holds(&format!("{list}[{name} + 1] ="))
            || code.holds(&format!("{list}[{name}+1] ="))
    };
    let takes = |below: &Row| index.iter().any(|one| below.code().contains(one));
    let before = body.iter().take_while(|below| !takes(below));
    let guarded = before.clone().any(|below| guards(below.code()));
    body.get(before.count()).is_some_and(|taken| {
        !guarded && (compares_neighbour(taken.code(), &index) || !guards(taken.code()))
    })
}

/// `if (a[i] > a[i + 1])`: the condition only uses this index.
fn compares_neighbour(code: &str, index: &[String]) -> bool {
    let code = code.trim();
    let head = code.starts_with("if ") || code.starts_with("if(");
    head && index.iter().any(|one| code.contains(one))
        && !code.holds("&&")
        && !code.holds(" and ")
        && !code.holds("||")
        && !code.holds(" or ")
        && !code.contains('?')
}

/// The counter and the list of a loop from 0 to the length.
fn full_range(code: &str) -> Option<(&str, &str)> {
    let code = code.trim();
    if let Some((name, rest)) = code
        .strip_prefix("for ")
        .and_then(|rest| rest.cut(" in range(len("))
    {
        let (list, rest) = rest.cut(")")?;
        return rest.starts_with("):").then_some((name, list));
    }
    if let Some((name, rest)) = code
        .strip_prefix("for ")
        .and_then(|rest| rest.cut(" in 0.."))
    {
        return rest
            .cut(".len()")
            .filter(|(list, rest)| path(list) && rest.trim() == "{")
            .map(|(list, _)| (name, list));
    }
    let (before, after) = code.strip_prefix("for")?.cut("<")?;
    let name = text::words(before).last()?.1;
    let zero = before.holds("= 0;") || before.holds("=0;");
    let after = after.trim_start();
    let list = LENGTHS
        .iter()
        .find_map(|length| after.split_once(length))
        .or_else(|| after.strip_prefix("len(").and_then(|rest| rest.cut(")")))?;
    (zero && steps_by_one(code) && path(list.0) && list.1.trim_start().starts_with(';'))
        .then_some((name, list.0))
}

fn path(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| text::is_word(byte) || byte == b'.' || byte == b'$')
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
        assert_eq!(limit("i = 0; i <= a.length; i++"), Some(("i", "a")));
        assert_eq!(limit("$i = 0; $i <= count($a); $i++"), Some(("i", "a")));
        assert_eq!(limit("i = 0; i + 2 <= a.length; i++"), None);
        assert_eq!(limit("i = 0; i <= a.length - 1; i++"), None);
        assert_eq!(limit("i = 0; i <= n; i++"), None);
    }
}
