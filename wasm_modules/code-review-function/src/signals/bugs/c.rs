//! Bugs of C and C++.

use crate::signals::call::Fragment;
use crate::signals::rule::Fits::When;
use crate::signals::rule::InTests::Same;
use crate::signals::rule::{C, Rule};
use crate::signals::signal::Signal;
use crate::signals::source_file::Row;
use crate::signals::text::{self, Name, Search};
use crate::wit::Severity::Major;

const TERMINATOR: Signal = Signal::bug(
    "c/terminator",
    Major,
    0.9,
    "No space allocated for the terminating null byte",
    "`strlen` does not count the terminating null byte, so copying the string writes one byte past the buffer. \
     Allocate `strlen(…) + 1`.",
);

const POINTER: Signal = Signal::bug(
    "c/sizeof-pointer",
    Major,
    0.85,
    "`sizeof` is applied to a pointer instead of the buffer",
    "It returns the size of the pointer (4 or 8 bytes), not the length of the buffer. Pass the buffer's length \
     instead.",
);

const UNSIGNED: Signal = Signal::bug(
    "c/unsigned-down",
    Major,
    0.95,
    "Loop with an unsigned counter never ends",
    "An unsigned value is never below 0: after 0 it wraps around to the maximum. Use a signed counter, or \
     `while (i-- > 0)`.",
);

const ARRAY: Signal = Signal::bug(
    "c/array-end",
    Major,
    0.9,
    "Loop runs one past the end of the array",
    "The last valid index is the size minus one, so the last iteration reads or writes out of bounds. Use `<` \
     instead of `<=`.",
);

const LITERAL: Signal = Signal::bug(
    "c/string-identity",
    Major,
    0.9,
    "Strings are compared by address",
    "`==` compares pointers, so two equal strings usually compare as different. Use `strcmp`.",
);

const SOURCE_LENGTH: Signal = Signal::security(
    "c/source-length",
    Major,
    0.85,
    "Copy is bounded by the source length",
    "The limit must be the size of the destination; a longer source overflows it. Pass the destination's size.",
);

pub const RULES: &[Rule] = &[
    Rule::new(
        C,
        When("malloc", |row| {
            row.calls("malloc")
                .iter()
                .any(|args| unterminated(&args.code))
        }),
        TERMINATOR,
    )
    .in_tests(Same),
    Rule::new(C, When("sizeof", sizeof_pointer), POINTER).in_tests(Same),
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
    .in_tests(Same),
    Rule::new(C, When("for", past_array), ARRAY).in_tests(Same),
    Rule::new(
        "C",
        When("if while return", |row| {
            text::has_any(row.code(), &["$ == \"", "$ != \""])
                && !row.code().contains('#')
                && !is_of_cpp(row)
        }),
        LITERAL,
    )
    .in_tests(Same),
    Rule::new(C, When("strncpy strncat memcpy", by_source), SOURCE_LENGTH),
];

/// Whether a header belongs to C++, where strings are usually objects.
fn is_of_cpp(row: &Row) -> bool {
    let file = row.file();
    file.name().ends_with(".h") && file.first_lines().any(|line| line.text.holds("::"))
}

fn unterminated(args: &str) -> bool {
    let args = args.trim();
    args.starts_with("strlen(")
        && args.ends_with(')')
        && text::closing(args, 6).is_some_and(|close| close + 1 == args.len())
}

/// `memset(p, 0, sizeof(p))` where `p` is declared as a pointer.
fn sizeof_pointer(row: &Row) -> bool {
    let calls = row.calls("memset memcpy strncpy snprintf fgets memcmp bzero malloc");
    // `memcpy(&p, from, sizeof(p))` copies the pointer itself.
    let whole = |args: &&Fragment| !args.code.contains('&');
    let named = calls.iter().filter(whole).filter_map(|args| {
        args.code
            .cut("sizeof(")
            .and_then(|(_, rest)| rest.cut(")"))
            .map(|(name, _)| name.to_owned())
    });
    let pointer = |above: &Row, name: Name| {
        ["char * {}", "void * {}", "int * {}", "uint8_t * {}"]
            .iter()
            .any(|pattern| text::has_name(above.code(), pattern, name))
            && !text::has_name(above.code(), "{} [", name)
    };
    let declared = |above: &Row, name: Name| {
        text::has_name(above.code(), "{}", name)
            && (above.code().contains('*') || above.code().holds(&format!("{name}[")))
    };
    named.into_iter().any(|name| {
        Name::word(&name).is_some_and(|name| {
            let mut above = row.above().take(40);
            above
                .find(|above| declared(above, name))
                .is_some_and(|above| pointer(&above, name))
        })
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
