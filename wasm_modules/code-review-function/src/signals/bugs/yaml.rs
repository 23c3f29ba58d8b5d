//! Bugs of YAML.

use crate::signals::rule::Fits::When;
use crate::signals::rule::InTests::Same;
use crate::signals::rule::Rule;
use crate::signals::signal::Signal;
use crate::signals::source_file::Row;
use crate::signals::text::{self, Search};
use crate::wit::Severity::Major;

const TWICE: Signal = Signal::bug(
    "yaml/twice",
    Major,
    0.85,
    "Duplicate key",
    "Only one of the values is used, usually the last; some parsers reject the file. Remove one, or merge \
     them.",
);

pub const RULES: &[Rule] = &[Rule::new("YAML", When("", twice), TWICE).in_tests(Same)];

/// A key that a sibling above has, too: at the same depth in the same mapping.
fn twice(row: &Row) -> bool {
    let Some(key) = key(row) else {
        return false;
    };
    let indent = text::indent(row.text());
    let siblings = row
        .above()
        .take_while(|above| above.code().trim().is_empty() || inside(above, indent));
    let mut same = siblings
        .filter(|above| text::indent(above.text()) == indent && self::key(above) == Some(key));
    same.any(|above| !in_text(&above)) && !in_text(row)
}

/// Whether the line is still in the mapping at this depth. A "-" begins a new one.
fn inside(row: &Row, indent: usize) -> bool {
    let code = row.code().trim_start();
    text::indent(row.text()) >= indent
        && !(code.starts_with("---")
            || code.starts_with("- ") && text::indent(row.text()) <= indent)
}

fn key<'r>(row: &Row<'r>) -> Option<&'r str> {
    let (key, rest) = row.code().trim().cut(":")?;
    let plain = key
        .bytes()
        .all(|byte| text::is_word(byte) || b"-./".contains(&byte))
        && !key.starts_with('-');
    (plain && !key.is_empty() && (rest.is_empty() || rest.starts_with(' '))).then_some(key)
}

/// Whether the line belongs to a block scalar.
fn in_text(row: &Row) -> bool {
    row.parent().is_none_or(|parent| {
        parent.code().trim_end().ends_with(['|', '>', '-', '+']) && text::indent(row.text()) > 0
    }) && text::indent(row.text()) > 0
}
