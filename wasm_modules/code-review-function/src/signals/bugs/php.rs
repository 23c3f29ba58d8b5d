//! Bugs of PHP.

use crate::signals::rule::Fits::{Code, When};
use crate::signals::rule::InTests::Same;
use crate::signals::rule::Rule;
use crate::signals::signal::Signal;
use crate::signals::source_file::Row;
use crate::signals::text::{self, Search};
use crate::wit::Severity::{Major, Minor, Nit};

const POSITION: Signal = Signal::bug(
    "php/position",
    Nit,
    0.85,
    "Match at position 0 is treated as no match",
    "`strpos` returns 0 for the first position, which is falsy. Compare with `=== false`, or use \
     `str_contains`.",
);

const SWAPPED: Signal = Signal::bug(
    "php/explode",
    Major,
    0.9,
    "Arguments of `explode` are swapped",
    "The separator comes first. As written, the constant is split at every place where it contains the \
     variable's value, so the result is the constant itself. Write `explode(separator, text)`.",
);

const LOOSE: Signal = Signal::security(
    "php/loose-hash",
    Major,
    0.8,
    "Hashes are compared with `==`",
    "Strings like `0e12` and `0e99` compare as equal numbers, so a wrong hash can pass. Use `hash_equals`.",
);

const UPLOAD: Signal = Signal::security(
    "php/upload",
    Major,
    0.65,
    "Uploaded file keeps the client's file name",
    "A file named `x.php` can become executable code on the server. Generate the name and extension yourself, \
     and store the file outside the web root.",
);

const SHOWN: Signal = Signal::security(
    "php/errors-shown",
    Minor,
    0.7,
    "Errors are displayed to visitors",
    "Error messages reveal paths, queries and settings. Turn `display_errors` off and log them instead.",
);

pub const RULES: &[Rule] = &[
    Rule::new("PHP", When("strpos stripos", position), POSITION).in_tests(Same),
    Rule::new("PHP", When("explode", swapped), SWAPPED).in_tests(Same),
    Rule::new("PHP", When("md5 sha1 hash crypt", loose), LOOSE),
    Rule::new(
        "PHP",
        When("move_uploaded_file", |row| {
            row.calls("move_uploaded_file").iter().any(|args| {
                args.parts().get(1).is_some_and(|part| {
                    part.uncommented.holds("['name']") && !part.uncommented.holds("basename")
                })
            })
        }),
        UPLOAD,
    ),
    Rule::new("PHP", Code(&["ini_set ( ' display_errors"]), SHOWN),
    Rule::new(
        "PHP",
        When("display_errors", |row| {
            row.uncommented().holds("ini_set('display_errors', 1)")
                || row.uncommented().holds("ini_set('display_errors', '1')")
        }),
        SHOWN,
    ),
];

/// `explode($text, ',')`: the second argument is a short constant, the first one is not constant.
fn swapped(row: &Row) -> bool {
    row.calls("explode").iter().any(|args| {
        let parts = args.parts();
        let (Some(first), Some(second)) = (parts.first(), parts.get(1)) else {
            return false;
        };
        let variable = first.code.trim().starts_with('$') && !first.code.contains('(');
        let named = text::mentions(&first.code, "separator delim glue sep char eol");
        variable && !named && second.literal("PHP") && second.code.trim().len() <= 6
    })
}

fn position(row: &Row) -> bool {
    let bare = row.calls("if").iter().any(|head| {
        let head = head.code.trim().trim_start_matches('!');
        let open = head.find('(');
        (head.starts_with("strpos(") || head.starts_with("stripos("))
            && open
                .and_then(|open| text::closing(head, open))
                .is_some_and(|close| close + 1 == head.len())
    });
    bare || text::has_any(
        row.code(),
        &["strpos ( .. ) == false", "strpos ( .. ) != false"],
    )
}

/// `md5($x) == $hash`.
fn loose(row: &Row) -> bool {
    let hashed = |text: &str| text::has_any(text, &["md5 (", "sha1 (", "hash (", "crypt ("]);
    let code = row.code();
    let Some((left, right)) = code.cut("==").or_else(|| code.cut("!=")) else {
        return false;
    };
    let strict = right.starts_with('=') || left.ends_with(['=', '!']);
    !strict && (hashed(left) || hashed(right)) && text::has_word(code, "if return")
}
