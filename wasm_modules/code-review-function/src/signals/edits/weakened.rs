//! Conditions and sizes that a changed line weakens.

use crate::signals::signal::Signal;
use crate::signals::source_file::SourceFile;
use crate::signals::text::{self, Name, Search};
use crate::wit::Severity::Minor;

const NULL: Signal = Signal::bug(
    "edits/null-check",
    Minor,
    0.7,
    "Null check is removed from a condition",
    "`{}` is deleted, and the rest of the condition still uses the value. Where it is null, this fails. Keep \
     the check, or explain why the value cannot be null any more.",
);

const CAST: Signal = Signal::security(
    "edits/size-cast",
    Minor,
    0.75,
    "Size is no longer computed in a wide type",
    "`{}` is deleted from a product that gives a size. The product can overflow the narrow type, and the buffer \
     is then smaller than what is written to it. Keep the cast, or check the factors first.",
);

/// What a line loses, if it is a check or a cast that the rest still needs.
pub fn read(
    file: &SourceFile,
    line: u32,
    before: &str,
    after: &str,
) -> Option<(&'static Signal, String)> {
    let lost = null_check(before, after)
        .filter(|(name, _)| !is_result(file, line, name))
        .map(|(name, test)| (&NULL, format!("{name} {test}")));
    lost.or_else(|| {
        let found = cast(before, after).filter(|_| file.is_language("C|C++|Objective-C"))?;
        Some((&CAST, found.to_owned()))
    })
}

/// `x != null &&` before a use of `x.…` that stays as it was.
fn null_check<'b>(before: &'b str, after: &str) -> Option<(&'b str, String)> {
    const TESTS: &[&str] = &[
        "!== null",
        "!= null",
        "!= nullptr",
        "!= NULL",
        "!= nil",
        "!== undefined",
        "is not None",
    ];
    for test in TESTS {
        for joint in ["&&", "and"] {
            let whole = format!(" {test} {joint} ");
            let Some((left, right)) = before.cut(&whole) else {
                continue;
            };
            let start = left.rfind(|c: char| !(c.is_ascii_alphanumeric() || "_.".contains(c)));
            let name = left.get(start.map_or(0, |at| at + 1)..)?;
            let same = format!("{}{right}", left.strip_suffix(name)?);
            let path = Name::path(name)?;
            let uses = text::has_name(right, "{} .", path) || text::has_name(right, "{} ->", path);
            if uses && same == after {
                return Some((name, format!("{test} {joint}")));
            }
        }
    }
    None
}

/// Whether the value is set to the result of a call a few lines above: what that gives, the author may know.
fn is_result(file: &SourceFile, line: u32, name: &str) -> bool {
    let near = |number: Option<u32>| number.is_some_and(|one| one < line && line - one <= 12);
    let Some(name) = Name::path(name) else {
        return false;
    };
    let mut above = file.lines().filter(|one| near(one.new));
    above.any(|one| {
        let (left, right) = one.text.cut("=").unwrap_or(("", ""));
        text::has_name(left, "{}", name) && right.contains('(')
    })
}

/// `(size_t)` before a factor of a product.
fn cast<'b>(before: &'b str, after: &str) -> Option<&'b str> {
    const CASTS: &[&str] = &[
        "(size_t)",
        "(uint64_t)",
        "(int64_t)",
        "(unsigned long)",
        "(sqlite3_int64)",
        "(ssize_t)",
    ];
    let sized = text::mentions(before, "alloc size len bytes");
    let product = after.holds(" * ") || after.holds("*sizeof");
    let lost = |cast: &str| {
        let (left, right) = before.cut(cast)?;
        (format!("{left}{right}") == after || format!("{left}{}", right.trim_start()) == after)
            .then_some(())
    };
    CASTS
        .iter()
        .find(|cast| sized && product && lost(cast).is_some())
        .and_then(|cast| {
            before
                .find(cast)
                .and_then(|at| before.get(at..at + cast.len()))
        })
}
