//! Bugs of Ruby.

use crate::signals::rule::Fits::When;
use crate::signals::rule::InTests::Same;
use crate::signals::rule::Rule;
use crate::signals::signal::Signal;
use crate::signals::source_file::Row;
use crate::signals::text::{self, Search};
use crate::text::slices::tail;
use crate::wit::Severity::{Major, Minor};

const ASSIGNED: Signal = Signal::bug(
    "ruby/assigned",
    Major,
    0.93,
    "Condition assigns instead of comparing",
    "`=` assigns the literal, which is truthy, so the branch always runs. Use `==`.",
);

const RESCUED: Signal = Signal::bug(
    "ruby/rescue-all",
    Minor,
    0.8,
    "`rescue Exception` catches every exception",
    "It also catches interrupts and `exit`, and it hides typos. Rescue `StandardError`, or the exceptions that \
     you expect.",
);

const SWALLOWED: Signal = Signal::bug(
    "ruby/swallowed",
    Minor,
    0.75,
    "Exceptions are silently ignored",
    "Any failure here leaves no trace and the code continues as if nothing happened. Handle, log or re-raise \
     it.",
);

const ALL: Signal = Signal::bug(
    "ruby/delete-all",
    Minor,
    0.65,
    "Every record of the model is deleted",
    "The call has no condition, so no record is left. Add a condition, or a comment that says deleting all \
     records is intended.",
);

pub const RULES: &[Rule] = &[
    Rule::new("Ruby", When("if unless elsif while", assigned), ASSIGNED).in_tests(Same),
    Rule::new(
        "Ruby",
        When("rescue", |row| row.has("rescue Exception") && !raises(row)),
        RESCUED,
    ),
    Rule::new("Ruby", When("rescue", swallows), SWALLOWED),
    Rule::new("Ruby", When("delete_all destroy_all", deletes), ALL),
];

/// `if x = 1`, `if status = "open"`: a literal is assigned.
fn assigned(row: &Row) -> bool {
    let code = row.code();
    let heads = [
        "if $ = '",
        "if $ = true",
        "if $ = false",
        "if $ = nil",
        "unless $ = '",
        "elsif $ = '",
        "if @ $ = '",
    ];
    let number = text::find(code, "if $ =").is_some_and(|(_, end)| {
        let value = tail(code, end);
        value.trim_start().starts_with(|c: char| c.is_ascii_digit()) && !value.starts_with('=')
    });
    text::has_any(code, &heads) || number
}

fn raises(row: &Row) -> bool {
    row.below()
        .take(6)
        .any(|below| text::has_word(below.code(), "raise"))
}

/// `rescue => e` with an empty body.
fn swallows(row: &Row) -> bool {
    let code = row.code().trim();
    let rescue = code == "rescue"
        || code.starts_with("rescue =>")
        || code.starts_with("rescue StandardError");
    let silent = row
        .below()
        .next()
        .is_some_and(|below| matches!(below.text().trim(), "end" | "nil"));
    rescue && silent || code.ends_with(" rescue nil")
}

/// `User.delete_all`: called on the class itself.
fn deletes(row: &Row) -> bool {
    let code = row.code().trim();
    let name = code
        .cut(".delete_all")
        .or_else(|| code.cut(".destroy_all"))
        .map(|(name, _)| name);
    name.is_some_and(|name| {
        name.starts_with(|c: char| c.is_ascii_uppercase())
            && name.bytes().all(|byte| text::is_word(byte) || byte == b':')
    })
}
