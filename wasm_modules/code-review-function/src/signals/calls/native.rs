//! Functions of C that write where they should not.

use crate::signals::call::Fragment;
use crate::signals::rule::Fits::{Code, Uncommented, When};
use crate::signals::rule::{C, Rule};
use crate::signals::signal::Signal;
use crate::signals::source_file::Row;
use crate::signals::text::{self, Search};
use crate::wit::Severity::{Critical, Major, Minor, Nit};

const GETS: Signal = Signal::security(
    "calls/gets",
    Critical,
    0.97,
    "Input is read without any limit",
    "`gets` writes on past the end of the buffer for every line that is longer. Use `fgets` with the buffer's size.",
);

const COPY: Signal = Signal::security(
    "calls/copy",
    Major,
    0.75,
    "Text is copied without knowing how much room there is",
    "If the text is longer than the buffer, what lies behind is overwritten. Use `snprintf` or `strlcpy` with the \
     buffer's size, and handle what does not fit.",
);

const FORMAT: Signal = Signal::security(
    "calls/format",
    Major,
    0.85,
    "A value is used as a format",
    "A `%n` or `%s` in the value reads and writes memory. Print it with a format of its own: `printf(\"%s\", value)`.",
);

const SCAN: Signal = Signal::security(
    "calls/scan",
    Major,
    0.85,
    "A word is read without a limit",
    "`%s` writes on past the end of the buffer for every word that is longer. Give the width: `%63s` for 64 bytes.",
);

const TEMPORARY: Signal = Signal::security(
    "calls/temporary",
    Minor,
    0.8,
    "The name of a temporary file can be foreseen",
    "Somebody else can make a file or a link of this name before it is opened. Use a function that opens the file too: \
     `mkstemp`, `NamedTemporaryFile`.",
);

const UNSAFE: Signal = Signal::new(
    "calls/unsafe",
    Nit,
    "correctness",
    0.5,
    "Code outside of the compiler's checks",
    "Check what this `unsafe` promises, and that a comment beside it says why it holds.",
);

const UNCHECKED: Signal = Signal::bug(
    "calls/unchecked",
    Minor,
    0.65,
    "A check of bounds or of text is skipped",
    "If the promise is ever broken, memory is read or written that belongs to something else. Use the checked form, \
     unless a measurement asks for this one.",
);

pub const RULES: &[Rule] = &[
    Rule::new(C, When("gets", |row| !row.calls("gets").is_empty()), GETS),
    Rule::new(C, When("strcpy strcat sprintf vsprintf", copies), COPY),
    Rule::new(
        C,
        When("printf fprintf syslog snprintf sprintf", formats),
        FORMAT,
    ),
    Rule::new(
        C,
        When("scanf fscanf sscanf", |row| {
            row.calls("scanf fscanf sscanf").iter().any(unlimited)
        }),
        SCAN,
    ),
    Rule::new(
        C,
        When("tmpnam mktemp tempnam", |row| {
            !row.calls("tmpnam mktemp tempnam").is_empty()
        }),
        TEMPORARY,
    ),
    Rule::new("Python", Code(&["tempfile.mktemp ("]), TEMPORARY),
    Rule::new(
        "Rust",
        Code(&["unsafe {", "unsafe impl", "unsafe fn"]),
        UNSAFE,
    ),
    Rule::new(
        "Rust",
        Code(&[
            "get_unchecked (",
            "get_unchecked_mut (",
            "from_utf8_unchecked (",
            "mem::transmute (",
            "mem::transmute::",
            "static mut",
            "unwrap_unchecked (",
        ]),
        UNCHECKED,
    ),
    Rule::new("Go", Uncommented(&["unsafe.Pointer ("]), UNSAFE),
];

/// Copies of what is no literal; into memory that was sized for it they are fine.
fn copies(row: &Row) -> bool {
    let second = |args: &Fragment| args.parts().get(1).is_some_and(|part| !part.constant("C"));
    let copied = row
        .calls("strcpy strcat")
        .iter()
        .any(|args| second(args) && !sized(row, &args.first()));
    let printed = row.calls("sprintf vsprintf").iter().any(|args| {
        args.parts()
            .get(1)
            .is_some_and(|format| format.uncommented.holds("%s"))
            && !sized(row, &args.first())
    });
    copied || printed
}

/// Whether the target was allocated just above by the length of something.
fn sized(row: &Row, target: &Fragment) -> bool {
    let name = target.code.trim();
    row.above().take(8).any(|above| {
        above.code().contains(name) && text::mentions(above.code(), "strlen malloc sizeof")
    })
}

/// A format that is a single name, with nothing after it.
fn formats(row: &Row) -> bool {
    let alone = |args: &Fragment, at: usize| {
        let parts = args.parts();
        let name = parts
            .get(at)
            .map(|part| part.code.trim().to_owned())
            .unwrap_or_default();
        let path = !name.is_empty()
            && name
                .bytes()
                .all(|byte| text::is_word(byte) || b".->[]*".contains(&byte))
            && name.bytes().any(|byte| byte.is_ascii_lowercase());
        parts.len() == at + 1 && path
    };
    row.calls("printf").iter().any(|args| alone(args, 0))
        || row
            .calls("fprintf syslog sprintf")
            .iter()
            .any(|args| alone(args, 1))
        || row.calls("snprintf").iter().any(|args| alone(args, 2))
}

fn unlimited(args: &Fragment) -> bool {
    args.uncommented.holds("\"%s") || args.uncommented.holds(" %s")
}
