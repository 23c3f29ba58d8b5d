//! Queries with interpolated values.

use crate::signals::call::formatted;
use crate::signals::rule::Fits::When;
use crate::signals::rule::Rule;
use crate::signals::signal::Signal;
use crate::signals::source_file::Row;
use crate::signals::text::{self, FILLER, Search, is_quote, is_word};
use crate::text::slices::{head, items, tail};
use crate::wit::Severity::{Major, Nit};

const INJECTION: Signal = Signal::security(
    "calls/sql",
    Major,
    0.85,
    "Value is interpolated into an SQL statement",
    "A value like `' OR 1=1 --` becomes part of the statement (SQL injection). Use placeholders and pass the \
     values as parameters.",
);

const SORTED: Signal = Signal::security(
    "calls/sql-name",
    Nit,
    0.5,
    "Identifier is interpolated into an SQL statement",
    "If the column or table name comes from outside, it can change the statement (SQL injection). Choose it \
     from a fixed list.",
);

const MONGO: Signal = Signal::security(
    "calls/where",
    Major,
    0.8,
    "Value is interpolated into a `$where` query",
    "The database executes `$where` as JavaScript. Use the query operators instead.",
);

const WORDS: &str =
    "select insert update delete where from values set and or like having limit order";

const CODE: &str = "Python|JavaScript|TypeScript|Go|Java|Kotlin|Scala|Groovy|C#|Ruby|PHP|Rust|C|C++|Perl|Swift|Dart|Elixir";

pub const RULES: &[Rule] = &[
    Rule::new(
        CODE,
        When(WORDS, |row| pasted(row) == Some(Hole::Value)),
        INJECTION,
    ),
    Rule::new(
        CODE,
        When(WORDS, |row| pasted(row) == Some(Hole::Name)),
        SORTED,
    ),
    Rule::new(
        "Ruby",
        When("where find_by_sql order joins having pluck", ruby),
        INJECTION,
    ),
    Rule::new(
        "JavaScript|TypeScript",
        When("where", |row| {
            row.uncommented().holds("$where") && row.statement().mixes("JavaScript")
        }),
        MONGO,
    ),
];

/// The position of a value in a statement.
#[derive(Clone, Copy, PartialEq)]
enum Hole {
    Value,
    Name,
}

/// Whether the line inserts something into SQL, and where.
fn pasted(row: &Row) -> Option<Hole> {
    if logs(row) || quotes_below(row) || !row.code().bytes().any(is_quote) && !inside_text(row) {
        return None;
    }
    let sql = statement_alone(&flattened(row).to_ascii_lowercase());
    if !sql.contains(HOLE) || !statement(row, &sql) {
        return None;
    }
    let kinds = sql
        .match_indices(HOLE)
        .map(|(at, hole)| hole_kind(head(&sql, at), tail(&sql, at + hole.len())));
    kinds.flatten().min_by_key(|kind| *kind as u8)
}

/// Whether a statement in Go gets its values from functions that quote names.
fn quotes_below(row: &Row) -> bool {
    let quoted =
        |below: &Row| text::mentions(below.code(), "quotecolumn quotetable quoteident quotename");
    row.file().is_language("Go") && row.below().take(3).any(|below| quoted(&below))
}

/// `texts` without the arguments after a statement: these are parameters, not part of the
/// statement.
fn statement_alone(texts: &str) -> String {
    let tells = |text: &str| text::has_word(text, WORDS);
    let mut told = false;
    let kept = texts.split(NEXT).filter(|text| {
        told |= tells(text);
        !told || tells(text)
    });
    kept.collect()
}

/// Whether the line is inside a multi-line string.
fn inside_text(row: &Row) -> bool {
    let first = row.uncommented().trim_start();
    let at = row.uncommented().len() - first.len();
    row.code().as_bytes().get(at) == Some(&FILLER)
}

fn logs(row: &Row) -> bool {
    text::has_word(
        row.code(),
        "log logger logging console print println raise throw error errors warn panic fatal exception assert",
    ) || row.code().holds("Errorf(")
        || row.code().holds("Printf(")
}

/// Represents a value in flattened text.
const HOLE: char = '\u{2}';

/// Separates two arguments.
const NEXT: char = '\u{3}';

/// The text of a line's strings, with a placeholder for every inserted value.
fn flattened(row: &Row) -> String {
    let (code, bare) = (row.code().as_bytes(), row.uncommented().as_bytes());
    let mut flat = Flat {
        language: row.file().language,
        braces: braces(row),
        text: String::with_capacity(bare.len()),
    };
    let mut at = 0;
    while at < bare.len() {
        let read = if code.get(at) == Some(&FILLER) {
            flat.inside(items(bare, at..))
        } else {
            flat.between(tail(row.code(), at))
        };
        at += read.max(1);
    }
    flat.text
}

/// Whether `{name}` in this line's strings is a value.
fn braces(row: &Row) -> bool {
    match row.file().language {
        "Python" => {
            let mut above = row.above().take(20);
            let mut opened = || above.find(|above| above.code().holds("\"\"\""));
            formatted(row.code())
                || row.code().holds(".format(")
                || inside_text(row) && opened().is_some_and(|above| formatted(above.code()))
        }
        "C#" => row.code().holds("$\"") || row.code().holds("$@\""),
        "Rust" => {
            row.code().holds("format!")
                || row
                    .previous()
                    .is_some_and(|above| above.code().holds("format!"))
        }
        _ => false,
    }
}

struct Flat {
    language: &'static str,
    braces: bool,
    text: String,
}

impl Flat {
    /// Copies text of a string, and replaces interpolated values by placeholders. Returns the bytes
    /// read.
    fn inside(&mut self, rest: &[u8]) -> usize {
        if self.opens(rest) {
            return self.hole(rest);
        }
        if self.formats(rest) {
            self.text.push(HOLE);
            return 2;
        }
        self.text.extend(rest.first().map(|byte| char::from(*byte)));
        1
    }

    fn opens(&self, rest: &[u8]) -> bool {
        let named = |byte: Option<&u8>| {
            byte.is_some_and(|byte| byte.is_ascii_alphabetic() || b"_{".contains(byte))
        };
        match self.language {
            "Ruby" | "Elixir" => rest.starts_with(b"#{"),
            "PHP" | "Perl" | "Kotlin" | "Groovy" | "Scala" | "Dart" => {
                rest.starts_with(b"$") && named(rest.get(1)) || rest.starts_with(b"{$")
            }
            "Swift" => rest.starts_with(b"\\("),
            _ => self.braces && rest.starts_with(b"{") && !rest.starts_with(b"{{"),
        }
    }

    /// `%s` and `%v` in a formatting function; `%d` can only be a number.
    fn formats(&self, rest: &[u8]) -> bool {
        let mark = rest.starts_with(b"%") && rest.get(1).is_some_and(|byte| b"sv".contains(byte));
        mark && matches!(
            self.language,
            "Go" | "Java" | "C" | "C++" | "Kotlin" | "PHP"
        )
    }

    /// Reads `{name}`, `#{name}` or `$name`; harmless ones get no placeholder.
    fn hole(&mut self, rest: &[u8]) -> usize {
        let braced = rest.iter().take(3).any(|byte| matches!(byte, b'{' | b'('));
        let end = match braced {
            true => rest
                .iter()
                .position(|byte| matches!(byte, b'}' | b')'))
                .map_or(rest.len(), |end| end + 1),
            false => {
                1 + rest
                    .iter()
                    .skip(1)
                    .take_while(|byte| is_word(**byte))
                    .count()
            }
        };
        let name = String::from_utf8_lossy(items(rest, ..end));
        self.text.push(if harmless(&name) { '?' } else { HOLE });
        end
    }

    /// The code between strings: a value that is concatenated with them becomes a placeholder.
    fn between(&mut self, rest: &str) -> usize {
        let length = rest.bytes().take_while(|byte| *byte != FILLER).count();
        let between = head(rest, length);
        let joint = if matches!(self.language, "PHP" | "Perl") {
            '.'
        } else {
            '+'
        };
        let after = between.trim_start_matches(is_mark).trim_start();
        let joined =
            after.starts_with(joint) && after.bytes().any(|byte| byte.is_ascii_alphabetic());
        if (between.holds("${") || joined) && !harmless(between) {
            self.text.push(HOLE);
        } else if self.language == "Python" && after.starts_with('%') && !harmless(between) {
            self.text = self.text.replace("%s", "\u{2}");
        } else if between.contains(',') {
            self.text.extend([NEXT, ' ']);
        } else {
            self.text.push(' ');
        }
        length
    }
}

/// Whether a value cannot contain SQL, according to its name.
fn harmless(name: &str) -> bool {
    const NAMES: &str = "placeholder marks quote escape int( bindparam len( .to_i table column field schema binds join( clause number( \
         parseint condition where_ filter implode sql( literal";
    let letters = name.bytes().filter(u8::is_ascii_alphabetic).count();
    let capitals =
        letters > 3 && !name.bytes().any(|byte| byte.is_ascii_lowercase()) && !name.holds("$_");
    capitals || text::mentions(name, NAMES)
}

fn is_mark(c: char) -> bool {
    matches!(c, '"' | '\'' | '`')
}

/// Whether the text belongs to an SQL statement that begins here or above.
fn statement(row: &Row, sql: &str) -> bool {
    let sql = sql.trim_start();
    let begins = |text: &str| {
        text.holds("select ") && text.holds(" from ")
            || text.holds("insert into ")
            || text.holds("update ") && text.holds(" set ")
            || text.holds("delete from ")
    };
    let goes_on = [
        "where ",
        "and ",
        "or ",
        "set ",
        "values",
        "having ",
        "limit ",
        "order by ",
        "from ",
        "in (",
    ]
    .iter()
    .any(|start| sql.starts_with(start));
    begins(sql)
        || goes_on
            && row
                .above()
                .take(8)
                .any(|above| text::has_word(above.uncommented(), "select update delete insert"))
}

/// What kind of value a placeholder is, from the text before and after it.
fn hole_kind(before: &str, after: &str) -> Option<Hole> {
    let quoted = before.ends_with('\'') && after.trim_start().starts_with(['\'', ' ', '"']);
    let before = before.trim_end();
    let word = text::words(before).last().map_or("", |(_, word)| word);
    let ends = [
        "=",
        "<",
        ">",
        "='",
        "= '",
        "'%",
        "like '",
        "values (",
        "values(",
        "values ('",
    ];
    if quoted || ends.iter().any(|end| before.ends_with(end)) {
        return Some(Hole::Value);
    }
    match word {
        "like" | "limit" | "offset" | "between" => Some(Hole::Value),
        "by" | "from" | "into" | "update" | "join" | "table" | "where" | "and" | "or" => {
            Some(Hole::Name)
        }
        _ => None,
    }
}

/// Conditions of ActiveRecord as strings with inserted values.
fn ruby(row: &Row) -> bool {
    let calls =
        row.calls(".where .find_by_sql .order .joins .having .exists? .execute .select_all where");
    calls.iter().any(|args| {
        args.first().uncommented.holds("#{")
            && args.first().code.trim_start().starts_with('"')
            && !text::mentions(&args.uncommented, "quote sanitize")
    })
}
