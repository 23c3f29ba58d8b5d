//! Schema changes that lose data, block the service, or cannot be reversed.

use crate::diff::kinds::FileKind;
use crate::signals::rule::Fits::When;
use crate::signals::rule::{PYTHON, Rule};
use crate::signals::signal::Signal;
use crate::signals::source_file::Row;
use crate::signals::text::{self, Search};
use crate::text::slices::tail;
use crate::wit::Severity::{Major, Minor, Nit};

const DROP_TABLE: Signal = migration(
    "migrations/drop-table",
    Major,
    0.8,
    "Migration drops a table",
    "The data is lost, and the version that is still running during the deployment fails. Stop using the table \
     first, back it up, and drop it in a later release.",
);

const DROP_COLUMN: Signal = migration(
    "migrations/drop-column",
    Minor,
    0.8,
    "Migration drops a column",
    "The data is lost, and the version that is still running during the deployment fails. Stop using the \
     column first, and drop it in a later release.",
);

const NOT_NULL: Signal = migration(
    "migrations/not-null",
    Major,
    0.85,
    "Required column is added without a default",
    "The migration fails on a table that already has rows. Add a default, or add the column as nullable, fill \
     it, then make it required.",
);

const INDEX: Signal = migration(
    "migrations/index",
    Nit,
    0.5,
    "Index creation blocks writes",
    "PostgreSQL blocks writes to the table until the index is built. Build it concurrently, outside a \
     transaction.",
);

const RENAME: Signal = migration(
    "migrations/rename",
    Nit,
    0.6,
    "Table or column is renamed in place",
    "The version that is still running during the deployment knows only the old name. Add the new one, write \
     to both, then drop the old one.",
);

const IRREVERSIBLE: Signal = migration(
    "migrations/irreversible",
    Nit,
    0.7,
    "Migration cannot be reversed",
    "If the release must be rolled back, the database cannot follow. Implement the reverse step, or document \
     that there is none.",
);

const EVERY_ROW: Signal = migration(
    "migrations/every-row",
    Major,
    0.85,
    "Statement without `WHERE` changes every row",
    "Every row of the table is deleted or overwritten. Add a condition, or a comment that says this is \
     intended.",
);

const fn migration(
    name: &'static str,
    severity: crate::wit::Severity,
    confidence: f32,
    title: &'static str,
    body: &'static str,
) -> Signal {
    Signal::new(name, severity, "migration", confidence, title, body)
}

const FRAMEWORKS: &str = "Python|Ruby|PHP|JavaScript|TypeScript";

pub const RULES: &[Rule] = &[
    Rule::new(
        "SQL",
        When("drop truncate", |row| up(row) && drops_table(row)),
        DROP_TABLE,
    ),
    Rule::new(
        "SQL",
        When("drop", |row| up(row) && statement(row).holds("drop column")),
        DROP_COLUMN,
    ),
    Rule::new("SQL", When("add", sql_required), NOT_NULL),
    Rule::new("SQL", When("index", sql_index), INDEX),
    Rule::new(
        "SQL",
        When("rename", |row| {
            up(row) && text::mentions(row.code(), "rename")
        }),
        RENAME,
    ),
    Rule::new(
        "SQL",
        When("update", |row| {
            every_row(row, "update ") && row.file().kind != FileKind::Migration
        }),
        EVERY_ROW,
    ),
    Rule::new(
        "SQL",
        When("delete", |row| every_row(row, "delete from ")),
        EVERY_ROW,
    ),
    Rule::new(
        FRAMEWORKS,
        When(
            "drop_table droptable dropifexists drop deletemodel",
            |row| migrates(row) && drops(row),
        ),
        DROP_TABLE,
    ),
    Rule::new(
        FRAMEWORKS,
        When(
            "drop_column dropcolumn removecolumn remove_column removefield",
            |row| {
                migrates(row)
                    && called(
                        row,
                        "op.drop_column .dropColumn .removeColumn remove_column migrations.RemoveField",
                    )
            },
        ),
        DROP_COLUMN,
    ),
    Rule::new(
        FRAMEWORKS,
        When("add_column addcolumn", |row| migrates(row) && required(row)),
        NOT_NULL,
    ),
    Rule::new(
        "Ruby",
        When("add_index", |row| {
            migrates(row) && !row.statement().uncommented.holds("concurrently")
        }),
        INDEX,
    ),
    Rule::new(
        FRAMEWORKS,
        When("rename_column renamecolumn rename_table", |row| {
            migrates(row)
                && called(
                    row,
                    "op.alter_column rename_column .renameColumn rename_table",
                )
        }),
        RENAME,
    ),
    Rule::new(PYTHON, When("runpython runsql", one_way), IRREVERSIBLE),
];

fn migrates(row: &Row) -> bool {
    row.file().kind == FileKind::Migration && up(row)
}

/// Whether the line belongs to the forward migration; the backward one may drop what was created.
fn up(row: &Row) -> bool {
    let file = row.file().name();
    let names = |text: &str| text::mentions(text, "downgrade down( .down self.down def|down down:");
    let down = text::mentions(row.section(), "downgrade down(") || names(&marked(row));
    let backward = file.ends_with(".down.sql") || file == "down.sql" || down;
    !backward && !row.file().is_non_production
}

/// The nearest line above that gives the direction: a function's head, or a comment in SQL.
fn marked(row: &Row) -> String {
    let ways = |text: &str| {
        text::has_word(text, "up down upgrade downgrade change")
            && (text.trim_start().starts_with(['-', '#', '/'])
                || text.contains('(')
                || text.holds("def "))
    };
    row.above()
        .find(|above| ways(above.text()))
        .map(|above| {
            above
                .text()
                .replace("def down", "def|down")
                .replace("+goose Down", "down:")
                .replace("migrate:down", "down:")
                .replace("+migrate Down", "down:")
        })
        .unwrap_or_default()
}

/// The SQL statement that begins on this line, in lower case, up to its semicolon.
fn statement(row: &Row) -> String {
    let mut sql = row.code().to_ascii_lowercase();
    for below in row.below().take(30) {
        if sql.contains(';') {
            break;
        }
        sql.push(' ');
        sql += &below.code().to_ascii_lowercase();
    }
    let first = sql.split(';').next().unwrap_or_default();
    first.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn drops_table(row: &Row) -> bool {
    let sql = statement(row);
    let kept = sql.holds(" temp")
        || sql.holds("tmp")
        || row.below().take(3).any(|below| {
            text::mentions(below.code(), "create|table")
                || below.code().to_ascii_lowercase().holds("create table")
        });
    let drops = [
        "drop table",
        "drop schema",
        "drop database",
        "truncate table",
        "truncate ",
    ]
    .iter()
    .any(|start| sql.starts_with(start));
    drops && !kept
}

fn sql_required(row: &Row) -> bool {
    let sql = statement(row);
    let all = row
        .previous()
        .map(|above| above.code().to_ascii_lowercase())
        .unwrap_or_default()
        + &sql;
    let adds = row.code().to_ascii_lowercase().holds("add column")
        || all.holds("alter table")
            && text::has(row.code().to_ascii_lowercase().as_str(), "add $ $");
    let one = sql.find("add ").map_or("", |at| tail(&sql, at));
    let one = one.split(", add").next().unwrap_or_default();
    up(row)
        && adds
        && one.holds("not null")
        && !text::mentions(
            one,
            "default generated serial identity auto_increment constraint check",
        )
}

/// An index on a table that is not created in the same change.
fn sql_index(row: &Row) -> bool {
    let sql = statement(row);
    let creates = sql.starts_with("create index") || sql.starts_with("create unique index");
    let table = sql
        .split(" on ")
        .nth(1)
        .and_then(|rest| rest.split([' ', '(']).next())
        .unwrap_or_default();
    let made = |line: &crate::diff::patch::Line| {
        let lower = line.text.to_ascii_lowercase();
        lower.holds("create table") && lower.contains(table)
    };
    creates
        && row.file().kind == FileKind::Migration
        && !sql.holds("concurrently")
        && !row.file().first_lines().any(made)
}

/// A statement that begins with `verb` and has no condition up to its semicolon.
fn every_row(row: &Row, verb: &str) -> bool {
    let begins = row
        .code()
        .trim_start()
        .to_ascii_lowercase()
        .starts_with(verb);
    let ends =
        row.code().contains(';') || row.below().take(30).any(|below| below.code().contains(';'));
    let sql = if begins && ends {
        statement(row)
    } else {
        return false;
    };
    let changes = verb != "update " || sql.holds(" set ");
    changes
        && !text::has_word(&sql, "where limit join using")
        && !sql.holds("tmp")
        && !row.file().is_non_production
        && up(row)
}

fn called(row: &Row, names: &'static str) -> bool {
    !row.calls(names).is_empty()
        || names
            .split(' ')
            .any(|name| row.code().trim_start().starts_with(&format!("{name} :")))
}

fn drops(row: &Row) -> bool {
    called(
        row,
        "op.drop_table .dropTable .dropTableIfExists Schema::drop Schema::dropIfExists migrations.DeleteModel drop_table",
    )
}

/// A new column that is not nullable and has no default.
fn required(row: &Row) -> bool {
    let statement = row.statement();
    let null = ["nullable = False", "null : false", "allowNull : false"]
        .iter()
        .any(|pattern| statement.has(pattern));
    let default = text::mentions(&statement.uncommented, "default identity");
    null && !default
        && called(
            row,
            "op.add_column .addColumn add_column batch_op.add_column",
        )
}

/// `RunPython(forwards)` without a second function, `RunSQL(sql)` without a second statement.
fn one_way(row: &Row) -> bool {
    let calls = row.calls("migrations.RunPython migrations.RunSQL");
    row.file().kind == FileKind::Migration
        && calls.iter().any(|args| {
            args.parts().len() == 1 && !args.has("reverse_code") && !args.has("reverse_sql")
        })
}
