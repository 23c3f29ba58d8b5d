//! Bugs of C and C++.

use super::super::place::Row;
use super::super::rule::Fits::When;
use super::super::rule::Rehearsal::Same;
use super::super::rule::{C, Rule, Signal};
use super::super::text;
use super::super::text::Look;
use crate::wit::Severity::{Major, Minor};

const FREED: Signal = Signal::bug(
    "c/used-after-free",
    Major,
    0.85,
    "Memory is used after it was freed",
    "What is read or written there may belong to something else by now. Use it before it is freed, or do not free it yet.",
);

const LOCAL: Signal = Signal::bug(
    "c/returned-local",
    Major,
    0.9,
    "The address of a local variable is returned",
    "The memory is gone when the function ends; the caller reads garbage. Let the caller give the buffer, or allocate it.",
);

const TERMINATOR: Signal = Signal::bug(
    "c/terminator",
    Major,
    0.9,
    "There is no room for the end of the text",
    "`strlen` does not count the closing zero, so copying the text writes one byte too far. Allocate one more.",
);

const POINTER: Signal = Signal::bug(
    "c/sizeof-pointer",
    Major,
    0.85,
    "The size of a pointer is taken, not of what it points to",
    "`sizeof` gives 4 or 8 here, whatever the buffer's length. Give the length of the buffer.",
);

const UNSIGNED: Signal = Signal::bug(
    "c/unsigned-down",
    Major,
    0.95,
    "The loop never ends",
    "An unsigned counter is never below 0; after 0 it becomes huge. Use a signed counter, or count down with `i-- > 0`.",
);

const ARRAY: Signal = Signal::bug(
    "c/array-end",
    Major,
    0.9,
    "The loop goes one past the end of the array",
    "The array's last index is its size less one; the last round writes or reads behind it. Compare with `<`.",
);

const DELETE: Signal = Signal::bug(
    "c/delete-array",
    Major,
    0.9,
    "An array is deleted as a single object",
    "What `new[]` made must go with `delete[]`; anything else corrupts memory. Better: use a vector.",
);

const LITERAL: Signal = Signal::bug(
    "c/string-identity",
    Major,
    0.9,
    "Texts are compared by address",
    "`==` compares pointers, and equal texts lie at different places. Use `strcmp`.",
);

const MOVED: Signal = Signal::bug(
    "c/moved",
    Minor,
    0.65,
    "A value is used after it was moved away",
    "What is left in it is unspecified. Use it before the move, or give it a new value first.",
);

const RESIZED: Signal = Signal::bug(
    "c/realloc",
    Minor,
    0.85,
    "Memory is lost when it cannot be resized",
    "`realloc` gives NULL and keeps the old block, whose address is overwritten here. Assign to another pointer and check it.",
);

const SOURCE_LENGTH: Signal = Signal::security(
    "c/source-length",
    Major,
    0.85,
    "A copy is limited by the length of its source",
    "The limit must be the room in the target; the source may be longer. Give the target's size.",
);

pub const RULES: &[Rule] = &[
    Rule::new(C, When("free", freed), FREED).rehearsed(Same),
    Rule::new(C, When("delete", deleted), FREED).rehearsed(Same),
    Rule::new(C, When("return", returns_local), LOCAL).rehearsed(Same),
    Rule::new(
        C,
        When("malloc", |row| {
            row.calls("malloc")
                .iter()
                .any(|args| unterminated(&args.code))
        }),
        TERMINATOR,
    )
    .rehearsed(Same),
    Rule::new(C, When("sizeof", sizeof_pointer), POINTER).rehearsed(Same),
    Rule::new(
        C,
        When("for", |row| {
            text::has_any(
                row.code(),
                &[
                    "for ( unsigned $ = .. >= 0 ;",
                    "for ( size_t $ = .. >= 0 ;",
                    "for ( unsigned int $ = .. >= 0 ;",
                    "for ( uint32_t $ = .. >= 0 ;",
                    "for ( std::size_t $ = .. >= 0 ;",
                ],
            )
        }),
        UNSIGNED,
    )
    .rehearsed(Same),
    Rule::new(C, When("for", past_array), ARRAY).rehearsed(Same),
    Rule::new("C++", When("delete", deletes_array), DELETE).rehearsed(Same),
    Rule::new(
        "C",
        When("if while return", |row| {
            text::has_any(row.code(), &["$ == \"", "$ != \""]) && !row.code().contains('#')
        }),
        LITERAL,
    )
    .rehearsed(Same),
    Rule::new("C++", When("move", moved), MOVED),
    Rule::new(C, When("realloc", resizes), RESIZED),
    Rule::new(C, When("strncpy strncat memcpy", by_source), SOURCE_LENGTH),
];

/// A use of what was freed, in the lines below, at the same depth and before it gets a new value.
fn freed(row: &Row) -> bool {
    let code = row.code().trim();
    let name = code
        .strip_prefix("free(")
        .and_then(|rest| rest.strip_suffix(");"));
    name.is_some_and(|name| used_below(row, name))
}

fn deleted(row: &Row) -> bool {
    let code = row.code().trim();
    let name = code
        .strip_prefix("delete ")
        .or_else(|| code.strip_prefix("delete[] "))
        .and_then(|rest| rest.strip_suffix(';'));
    name.is_some_and(|name| used_below(row, name))
}

fn used_below(row: &Row, name: &str) -> bool {
    let indent = text::indent(row.text());
    let plain = !name.is_empty()
        && name
            .bytes()
            .all(|byte| text::is_word(byte) || b"->.".contains(&byte));
    let mut below = row
        .below()
        .take(6)
        .filter(|below| !below.code().trim().is_empty())
        .take_while(|below| text::indent(below.text()) == indent && !leaves(below.code()));
    let last = row
        .below()
        .filter(|below| !below.code().trim().is_empty())
        .find(|below| leaves(below.code()) || text::indent(below.text()) != indent);
    let first = below
        .find(|below| text::has(below.code(), name))
        .or(last.filter(|last| {
            last.code().trim().starts_with("return") && last.code().holds(&format!("{name}->"))
        }));
    plain && first.is_some_and(|first| uses(first.code(), name))
}

fn leaves(code: &str) -> bool {
    let code = code.trim();
    code.starts_with("return")
        || code.starts_with("goto ")
        || code.starts_with("break")
        || code.starts_with("continue")
        || code.starts_with("case ")
        || code.starts_with('}')
}

/// Whether the line reads or writes through the name, and does not set it first.
fn uses(code: &str, name: &str) -> bool {
    let through = [format!("{name}->"), format!("{name}[")];
    let given = [
        format!("*{name}"),
        format!("free({name})"),
        format!("delete {name}"),
        format!("({name})"),
        format!("({name},"),
        format!(", {name})"),
        format!(", {name},"),
    ];
    let any = |forms: &[String]| forms.iter().any(|form| code.holds(form.as_str()));
    let set =
        text::has(code, &format!("{name} =")) && !code.holds("==") && code.trim().starts_with(name);
    any(&through) || any(&given) && !set
}

/// `return buffer;` where the function declares `char buffer[64];`, and `return &local;`.
fn returns_local(row: &Row) -> bool {
    let Some(value) = row
        .code()
        .trim()
        .strip_prefix("return ")
        .and_then(|rest| rest.strip_suffix(';'))
    else {
        return false;
    };
    let (name, address) = value
        .strip_prefix('&')
        .map_or((value, false), |name| (name, true));
    let plain = !name.is_empty() && name.bytes().all(text::is_word);
    let text = row.above().chain([*row]).any(|above| {
        above.code().starts_with(|c: char| c.is_ascii_alphabetic()) && above.code().holds("string")
    });
    plain && !text && inside_function(row).any(|above| declares(above.code(), name, address))
}

/// The lines above, up to the head of the function.
fn inside_function<'r>(row: &Row<'r>) -> impl Iterator<Item = Row<'r>> {
    row.above().take(60).take_while(|above| {
        above.text().starts_with([' ', '\t', '{']) || above.text().trim().is_empty()
    })
}

fn declares(code: &str, name: &str, address: bool) -> bool {
    let code = code.trim();
    let types = [
        "char ",
        "int ",
        "unsigned ",
        "float ",
        "double ",
        "uint8_t ",
        "struct ",
        "std::string ",
        "long ",
        "size_t ",
        "wchar_t ",
    ];
    let typed = types.iter().any(|kind| code.starts_with(kind)) && !code.contains('*');
    let array = text::has(code, &format!("{name} [")) && !address;
    let plain =
        address && (text::has(code, &format!("{name} ;")) || text::has(code, &format!("{name} =")));
    typed && (array || plain)
}

fn unterminated(args: &str) -> bool {
    let args = args.trim();
    args.starts_with("strlen(")
        && args.ends_with(')')
        && text::closing(args, 6) == Some(args.len() - 1)
}

/// `memset(p, 0, sizeof(p))` where `p` is declared as a pointer.
fn sizeof_pointer(row: &Row) -> bool {
    let calls = row.calls("memset memcpy strncpy snprintf fgets memcmp bzero malloc");
    let named = calls.iter().filter_map(|args| {
        args.code
            .cut("sizeof(")
            .and_then(|(_, rest)| rest.cut(")"))
            .map(|(name, _)| name.to_owned())
    });
    let pointer = |above: &Row, name: &str| {
        text::has_any(
            above.code(),
            &[
                &format!("char * {name}"),
                &format!("char *{name}"),
                &format!("void *{name}"),
                &format!("int *{name}"),
                &format!("uint8_t *{name}"),
            ],
        )
    };
    named.into_iter().any(|name| {
        name.bytes().all(text::is_word)
            && row
                .above()
                .take(40)
                .find(|above| {
                    text::has(above.code(), &name)
                        && (above.code().contains('*') || above.code().holds(&format!("{name}[")))
                })
                .is_some_and(|above| pointer(&above, &name))
    })
}

/// `for (i = 0; i <= N; i++)` over `a[N]`.
fn past_array(row: &Row) -> bool {
    let Some((before, after)) = row.code().cut("<=") else {
        return false;
    };
    let Some(name) = text::words(before).last().map(|(_, word)| word) else {
        return false;
    };
    let limit = after.split(';').next().unwrap_or_default().trim();
    let fixed = !limit.is_empty()
        && limit.bytes().all(text::is_word)
        && (before.holds("= 0;") || before.holds("=0;"));
    let arrays = row
        .above()
        .take(40)
        .filter_map(|above| sized(above.code(), limit));
    fixed
        && arrays.into_iter().any(|array| {
            row.below()
                .take(5)
                .any(|below| below.code().holds(&format!("{array}[{name}]")))
        })
}

/// The array that a line declares with this many elements.
fn sized<'c>(code: &'c str, limit: &str) -> Option<&'c str> {
    let (before, _) = code.split_once(&format!("[{limit}]"))?;
    let declared = before.trim().contains(' ') && !before.contains(['=', '(']);
    text::words(before)
        .last()
        .map(|(_, word)| word)
        .filter(|_| declared)
}

fn deletes_array(row: &Row) -> bool {
    let name = row
        .code()
        .trim()
        .strip_prefix("delete ")
        .and_then(|rest| rest.strip_suffix(';'));
    let made = |above: &Row, name: &str| text::has(above.code(), &format!("{name} = new $ ["));
    name.is_some_and(|name| row.above().any(|above| made(&above, name)))
}

fn moved(row: &Row) -> bool {
    let code = row.code();
    let Some((_, rest)) = code.cut("std::move(") else {
        return false;
    };
    let name = rest.split(')').next().unwrap_or_default();
    let indent = text::indent(row.text());
    let plain = !name.is_empty()
        && name.bytes().all(text::is_word)
        && !code.holds("return")
        && !text::has(code, &format!("{name} = std::move"));
    let mut below = row
        .below()
        .take(5)
        .take_while(|below| text::indent(below.text()) == indent);
    let first = below.find(|below| text::has(below.code(), name));
    plain
        && first.is_some_and(|first| {
            (first.code().holds(&format!("{name}."))
                || first.code().holds(&format!("{name}->"))
                || first.code().holds(&format!("{name}[")))
                && !text::mentions(first.code(), ".clear() .reset( .assign(")
        })
}

/// `p = realloc(p, n)`.
fn resizes(row: &Row) -> bool {
    let name = row.code().trim().cut(" = ").map(|(name, _)| {
        name.rsplit(' ')
            .next()
            .unwrap_or_default()
            .trim_start_matches('*')
    });
    row.calls("realloc")
        .iter()
        .any(|args| name == Some(args.first().code.trim()))
}

/// `strncpy(a, b, strlen(b))`.
fn by_source(row: &Row) -> bool {
    row.calls("strncpy strncat").iter().any(|args| {
        let parts = args.parts();
        let source = parts.get(1).map_or("", |part| part.code.trim());
        parts
            .get(2)
            .is_some_and(|limit| limit.code.trim() == format!("strlen({source})"))
            && !source.is_empty()
    })
}
