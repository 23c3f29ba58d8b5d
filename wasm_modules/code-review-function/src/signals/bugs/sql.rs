//! Bugs of SQL.

use crate::signals::rule::Fits::When;
use crate::signals::rule::InTests::Same;
use crate::signals::rule::Rule;
use crate::signals::signal::Signal;
use crate::signals::source_file::Row;
use crate::signals::text::{self, Search};
use crate::wit::Severity::{Major, Minor};

const NULL: Signal = Signal::bug(
    "sql/equals-null",
    Major,
    0.93,
    "Comparison with NULL is never true",
    "`= NULL` and `<> NULL` evaluate to NULL, even for NULL itself. Use `IS NULL` or `IS NOT NULL`.",
);

const GRANT: Signal = Signal::security(
    "sql/grant",
    Minor,
    0.75,
    "All privileges are granted",
    "The account can read, change and drop everything. Grant only the privileges that the program needs.",
);

const ROWS: Signal = Signal::security(
    "sql/row-security",
    Major,
    0.85,
    "Row-level security is disabled",
    "Every account with access to the table can now see all of its rows. Keep it enabled and change the policy \
     instead.",
);

const MONEY: Signal = Signal::bug(
    "sql/money",
    Minor,
    0.75,
    "Money is stored as a floating point number",
    "Rounding errors add up in sums. Use NUMERIC, or store whole cents.",
);

pub const RULES: &[Rule] = &[
    Rule::new("SQL", When("null", equals_null), NULL).in_tests(Same),
    Rule::new("SQL", When("grant", grants), GRANT),
    Rule::new(
        "SQL",
        When("security", |row| {
            lower(row).holds("disable row level security")
        }),
        ROWS,
    ),
    Rule::new("SQL", When("float double real", money), MONEY),
];

fn lower(row: &Row) -> String {
    row.code().to_ascii_lowercase()
}

/// A comparison. An UPDATE may set a column to NULL.
fn equals_null(row: &Row) -> bool {
    let code = lower(row);
    let unequal = text::has_any(&code, &["<> null", "!= null"]);
    let after = text::has_one_of(&code, "{} $ = null", "where and or on when having");
    unequal || after
}

fn grants(row: &Row) -> bool {
    let code = lower(row);
    text::has(&code, "grant all")
        && (code.holds("*.*")
            || code.holds(" public")
            || code.holds("on database")
            || code.holds("with grant option"))
}

fn money(row: &Row) -> bool {
    let code = lower(row);
    let mut words = text::words(&code)
        .map(|(_, word)| word)
        .skip_while(|word| matches!(*word, "add" | "column" | "alter" | "table"));
    let name = words.next().unwrap_or_default();
    let kind = words.next().unwrap_or_default();
    text::mentions(name, "price amount balance total_cost salary payment fee")
        && matches!(kind, "float" | "double" | "real")
}
