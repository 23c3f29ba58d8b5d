//! Regular expressions that need quadratic or exponential time.

use crate::signals::rule::Fits::When;
use crate::signals::rule::Rule;
use crate::signals::signal::Signal;
use crate::signals::source_file::Row;
use crate::signals::text::{self, Search};
use crate::text::slices::{head, tail};
use crate::wit::Severity::Minor;

const NESTED: Signal = Signal::security(
    "calls/regex-nested",
    Minor,
    0.8,
    "Regular expression can take exponential time",
    "`{}` repeats a group whose content is itself repeated and may end anywhere. A text of some thirty \
     characters that almost matches keeps the processor busy for minutes (ReDoS). Make the parts unambiguous, \
     or limit the length of the text first.",
);

const BLANKS: Signal = Signal::security(
    "calls/regex-blanks",
    Minor,
    0.75,
    "Regular expression is slow on many blanks",
    "The pattern looks for blanks before a separator, and starts over at every blank: a header of some ten \
     thousand blanks takes seconds (ReDoS). Split at the separator alone and trim each part.",
);

const CODE: &str = "Python|JavaScript|TypeScript|Vue|Svelte|Ruby|Java|Kotlin|PHP|C#|Scala";

/// Words on lines with a regular expression.
const WORDS: &str = "const let var return if match test replace split exec search sub findall fullmatch \
    compile regexp regex pattern preg_match preg_replace preg_split";

pub const NESTED_RULE: Rule = Rule::new(CODE, When(WORDS, nested), NESTED);
pub const BLANKS_RULE: Rule = Rule::new(CODE, When("split", blanks), BLANKS);

/// Words for texts that come from outside.
const OUTSIDE: &str = "header accept cookie req. request query forwarded content_type content-type \
    if_none_match etag encoding";

/// `.split(/\s*,\s*/)` of something that comes with a request.
fn blanks(row: &Row) -> bool {
    let text = row.uncommented();
    let pattern = ["\\s*,", "\\s*;", "\\s+,", " *, *", "\\s*[,", "\\s*[;"]
        .iter()
        .any(|part| text.holds(part));
    let outside = |text: &str| text::mentions(text, OUTSIDE);
    pattern && (outside(text) || outside(row.section()))
}

/// `(a+)+`, `(\w*)*`, `(.+,?)+`: a repeated group of one repeated part, at most followed by an optional one.
fn nested(row: &Row) -> bool {
    let text = row.uncommented();
    if !(text.holds("+)") || text.holds("*)") || text.holds("?)")) || !is_pattern(row) {
        return false;
    }
    text.match_indices(')').any(|(at, _)| {
        let after = tail(text, at + 1);
        let repeated = after.starts_with(['+', '*']) && !after.starts_with("*/");
        repeated && opening(head(text, at)).is_some_and(ambiguous)
    })
}

/// Whether a regular expression stands on the line.
fn is_pattern(row: &Row) -> bool {
    let text = row.uncommented();
    const USES: &str = "regexp re.compile re.match re.search re.sub re.findall re.fullmatch pattern.compile regex( \
        preg_ .match( .test( .replace( .split( .exec( =~ new regex regex =";
    let literal =
        text.holds("= /") || text.holds("(/") || text.holds(": /") || text.holds("return /");
    literal && !row.file().is_language("Python|Java|PHP|C#|Kotlin|Scala")
        || text::mentions(text, USES) && text.bytes().any(text::is_quote)
}

/// The content of the innermost group that ends at the end of `before`.
fn opening(before: &str) -> Option<&str> {
    let at = before.rfind('(')?;
    let escaped = head(before, at).ends_with('\\');
    let inside = tail(before, at + 1);
    let inside = inside.strip_prefix("?:").unwrap_or(inside);
    (!escaped && !inside.contains([')', '|'])).then_some(inside)
}

/// Whether the content is one class or character that repeats without a limit, so that its repetition can be
/// split in many ways: `a+`, `\w+`, `[^x]*`, and `\w+\s*`, `\w+,?`.
fn ambiguous(inside: &str) -> bool {
    let Some((first, rest)) = unit(inside) else {
        return false;
    };
    let optional = rest.is_empty()
        || unit(rest).is_some_and(|(_, rest)| rest.is_empty()) && rest.ends_with(['*', '?']);
    first && optional
}

/// Whether the first part repeats without a limit, and what follows it.
fn unit(text: &str) -> Option<(bool, &str)> {
    let length = if text.starts_with('[') {
        tail(text, 1).find(']')? + 2
    } else if text.starts_with('\\') {
        2
    } else {
        text.chars().next()?.len_utf8()
    };
    let rest = text.get(length..)?;
    match rest.strip_prefix(['+', '*']) {
        Some(rest) => Some((true, rest)),
        None => Some((false, rest.strip_prefix('?').unwrap_or(rest))),
    }
}
