//! Queries that values are pasted into.

use super::super::call::Piece;
use super::super::place::Row;
use super::super::rule::Fits::When;
use super::super::rule::{Rule, Signal};
use super::super::text::{self, FILLER, is_quote, is_word};
use crate::wit::Severity::{Major, Nit};

const INJECTION: Signal = Signal::security(
    "calls/sql",
    Major,
    0.85,
    "A value is pasted into an SQL statement",
    "A value like `' OR 1=1 --` becomes part of the statement: all rows can be read or changed. Use placeholders and \
     give the values beside the statement.",
);

const SORTED: Signal = Signal::security(
    "calls/sql-name",
    Nit,
    0.5,
    "A name is pasted into an SQL statement",
    "If the name of the column or table can come from outside, so can the rest of the statement. Choose it from a \
     fixed list.",
);

const MONGO: Signal = Signal::security(
    "calls/where",
    Major,
    0.8,
    "A value is pasted into a query that the database runs as code",
    "What stands in `$where` is executed as JavaScript by the database. Use the query's own operators.",
);

const WORDS: &str =
    "select insert update delete where from values set and or like having limit order";

const CODE: &str = "Python|JavaScript|TypeScript|Go|Java|Kotlin|Scala|Groovy|C#|Ruby|PHP|Rust|C|C++|Perl|Swift|Dart|Elixir";

pub const RULES: &[Rule] = &[
    Rule::new(
        CODE,
        When(WORDS, |row| pasted(row) == Some(Place::Value)),
        INJECTION,
    ),
    Rule::new(
        CODE,
        When(WORDS, |row| pasted(row) == Some(Place::Name)),
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
            row.bare().contains("$where") && row.statement().mixes("JavaScript")
        }),
        MONGO,
    ),
];

/// Where in a statement a value stands.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Value,
    Name,
}

/// Whether the line pastes something into SQL, and where.
fn pasted(row: &Row) -> Option<Place> {
    let language = row.place().language;
    let piece = Piece {
        code: row.code().into(),
        bare: row.bare().into(),
    };
    if logs(row) || !piece.code.bytes().any(is_quote) && !inside_text(row) {
        return None;
    }
    let sql = flattened(&piece, language).to_ascii_lowercase();
    if !sql.contains(HOLE) || !statement(row, &sql) {
        return None;
    }
    let places = sql
        .match_indices(HOLE)
        .map(|(at, _)| place(&sql[..at], &sql[at..]));
    places.flatten().min_by_key(|place| *place as u8)
}

/// Whether the line stands inside a text of several lines.
fn inside_text(row: &Row) -> bool {
    let first = row.bare().trim_start();
    let at = row.bare().len() - first.len();
    row.code().as_bytes().get(at) == Some(&FILLER)
}

fn logs(row: &Row) -> bool {
    text::has_word(
        row.code(),
        "log logger logging console print println raise throw error errors warn panic fatal exception assert",
    ) || row.code().contains("Errorf(")
        || row.code().contains("Printf(")
}

/// Stands for a value, in flattened text.
const HOLE: char = '\u{2}';

/// The text of a line's strings, with a hole for every value put into them.
fn flattened(piece: &Piece, language: &str) -> String {
    let (code, bare) = (piece.code.as_bytes(), piece.bare.as_bytes());
    let mut out = String::with_capacity(bare.len());
    let mut at = 0;
    while at < bare.len() {
        if code[at] == FILLER {
            at += filled(&mut out, bare, at, language);
        } else {
            at += between(&mut out, code, at, language);
        }
    }
    out
}

/// Copies text of a string; a value named in it becomes a hole. Gives the bytes read.
fn filled(out: &mut String, bare: &[u8], at: usize, language: &str) -> usize {
    let rest = &bare[at..];
    let opens = match language {
        "Python" | "C#" | "Rust" => rest[0] == b'{' && rest.get(1) != Some(&b'{'),
        "Ruby" | "Elixir" => rest.starts_with(b"#{"),
        "PHP" | "Perl" | "Kotlin" | "Groovy" | "Scala" | "Dart" => {
            rest[0] == b'$'
                && rest
                    .get(1)
                    .is_some_and(|byte| byte.is_ascii_alphabetic() || b"_{".contains(byte))
                || rest.starts_with(b"{$")
        }
        "Swift" => rest.starts_with(b"\\("),
        _ => false,
    };
    if opens {
        return hole(out, rest, language);
    }
    if formats(rest, language) {
        out.push(HOLE);
        return 2;
    }
    out.push(rest[0] as char);
    1
}

/// `%s` and `%v`, where a formatting function reads them; `%d` can only be a number.
fn formats(rest: &[u8], language: &str) -> bool {
    let mark = rest[0] == b'%' && rest.get(1).is_some_and(|byte| b"sv".contains(byte));
    mark && matches!(language, "Go" | "Java" | "C" | "C++" | "Kotlin" | "PHP")
}

/// Reads `{name}`, `#{name}` or `$name`; harmless ones leave no hole.
fn hole(out: &mut String, rest: &[u8], language: &str) -> usize {
    let braced = rest
        .iter()
        .take(3)
        .position(|byte| matches!(byte, b'{' | b'('));
    let end = match braced {
        Some(_) => rest
            .iter()
            .position(|byte| matches!(byte, b'}' | b')'))
            .map_or(rest.len(), |end| end + 1),
        None => 1 + rest[1..].iter().take_while(|byte| is_word(**byte)).count(),
    };
    let name = String::from_utf8_lossy(&rest[..end]);
    let plain = language == "Python" && name.len() <= 2;
    out.push(if harmless(&name) || plain { '?' } else { HOLE });
    end
}

/// A value that cannot carry SQL, going by its name.
fn harmless(name: &str) -> bool {
    let capitals = !name.bytes().any(|byte| byte.is_ascii_lowercase());
    capitals && name.len() > 3
        || text::mentions(
            name,
            "placeholder marks quote escape int( param len( .to_i table column field schema binds join( clause number( parseint condition where_ filter",
        )
}

/// What stands between strings: a value that is joined to them becomes a hole.
fn between(out: &mut String, code: &[u8], at: usize, language: &str) -> usize {
    let length = code[at..]
        .iter()
        .take_while(|byte| **byte != FILLER)
        .count();
    let between = String::from_utf8_lossy(&code[at..at + length]);
    let joint = if matches!(language, "PHP" | "Perl") {
        '.'
    } else {
        '+'
    };
    let trimmed = between.trim_start_matches(is_mark);
    let template = between.contains("${");
    let joined = trimmed.trim_start().starts_with(joint)
        && trimmed.bytes().any(|byte| byte.is_ascii_alphabetic());
    let formatted = language == "Python"
        && (trimmed.trim_start().starts_with('%') || trimmed.trim_start().starts_with(".format("));
    if (template || joined) && !harmless(&between) {
        out.push(HOLE);
    } else if formatted && out.contains("%s") {
        *out = out.replace("%s", "\u{2}");
    } else {
        out.push(' ');
    }
    length
}

fn is_mark(c: char) -> bool {
    matches!(c, '"' | '\'' | '`')
}

/// Whether the text is of an SQL statement: it begins one, or goes on with one begun above.
fn statement(row: &Row, sql: &str) -> bool {
    let sql = sql.trim_start();
    let begins = |text: &str| {
        text.contains("select ") && text.contains(" from ")
            || text.contains("insert into ")
            || text.contains("update ") && text.contains(" set ")
            || text.contains("delete from ")
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
                .any(|above| text::has_word(above.bare(), "select update delete insert"))
}

/// The place of a hole between what stands before and after it.
fn place(before: &str, after: &str) -> Option<Place> {
    let quoted = before.ends_with('\'') && after[1..].trim_start().starts_with(['\'', ' ', '"'])
        || before.ends_with("'%")
        || before.ends_with("like '");
    let before = before.trim_end();
    let word = before
        .rsplit(|c: char| !c.is_ascii_alphanumeric())
        .next()
        .unwrap_or_default();
    if quoted
        || before.ends_with(['=', '<', '>'])
        || before.ends_with("='")
        || before.ends_with("values (")
        || before.ends_with("values(")
    {
        return Some(Place::Value);
    }
    match word {
        "like" | "limit" | "offset" | "between" | "where" | "and" | "or" => Some(Place::Value),
        "by" | "from" | "into" | "update" | "join" | "table" => Some(Place::Name),
        _ => None,
    }
}

/// ActiveRecord's conditions as text with values in it.
fn ruby(row: &Row) -> bool {
    let calls =
        row.calls(".where .find_by_sql .order .joins .having .exists? .execute .select_all where");
    calls.iter().any(|args| {
        args.first().bare.contains("#{")
            && args.first().code.trim_start().starts_with('"')
            && !text::mentions(&args.bare, "quote sanitize")
    })
}
