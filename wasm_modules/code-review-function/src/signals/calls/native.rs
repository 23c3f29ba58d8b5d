//! C functions that can overflow a buffer, and unsafe code.

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
    "`gets` reads without a limit",
    "A line longer than the buffer overflows it. Use `fgets` with the buffer's size.",
);

const COPY: Signal = Signal::security(
    "calls/copy",
    Major,
    0.75,
    "String is copied without a bounds check",
    "A string longer than the buffer overflows it. Use `snprintf` or `strlcpy` with the buffer's size, and \
     handle truncation.",
);

const FORMAT: Signal = Signal::security(
    "calls/format",
    Major,
    0.85,
    "Variable is used as a format string",
    "A `%n` or `%s` in the value reads or writes memory. Use a constant format: `printf(\"%s\", value)`.",
);

const SCAN: Signal = Signal::security(
    "calls/scan",
    Major,
    0.85,
    "`%s` is read without a width",
    "A word longer than the buffer overflows it. Give the width: `%63s` for 64 bytes.",
);

const TEMPORARY: Signal = Signal::security(
    "calls/temporary",
    Minor,
    0.8,
    "Temporary file name is predictable",
    "An attacker can create a file or a link with this name first. Use a function that also opens the file: \
     `mkstemp`, `NamedTemporaryFile`.",
);

const UNSAFE: Signal = Signal::new(
    "calls/unsafe",
    Nit,
    "correctness",
    0.5,
    "New `unsafe` code",
    "The compiler does not check it, so a mistake here damages memory. Make sure that a comment next to it \
     explains why it is sound.",
);

const UNCHECKED: Signal = Signal::bug(
    "calls/unchecked",
    Nit,
    0.65,
    "Bounds or UTF-8 check is skipped",
    "If the assumption is ever wrong, this is undefined behaviour. Use the checked variant unless a benchmark \
     justifies this one.",
);

const PRODUCT: Signal = Signal::security(
    "calls/allocated-product",
    Minor,
    0.75,
    "Product in an allocation can overflow",
    "`{}` multiplies values that are not constant. If the product exceeds the type, the buffer is smaller than \
     what is written to it. Use `calloc` or `reallocarray`, or check the factors first.",
);

pub const RULES: &[Rule] = &[
    Rule::new(
        C,
        When("malloc realloc alloca kmalloc g_malloc xmalloc", multiplied),
        PRODUCT,
    ),
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
        When("unsafe", |row| {
            let is_unsafe = ["unsafe {", "unsafe impl", "pub unsafe fn"];
            is_unsafe.iter().any(|pattern| row.has(pattern)) && !is_explained(row)
        }),
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

/// Whether a comment on the line, or right above it, says why it is sound.
fn is_explained(row: &Row) -> bool {
    let is_comment = |row: &Row| {
        let text = row.text().trim_start();
        text.starts_with("//") || text.starts_with("#[") || text.starts_with('*')
    };
    let beside = row.text().split_once("//").map_or("", |(_, note)| note);
    let mut above = row.above().take_while(is_comment);
    text::mentions(beside, "safety") || above.any(|row| text::mentions(row.text(), "safety"))
}

/// The parts of an expression between these operators, as far as they stand outside brackets. The arrow of
/// `a->b` is no operator.
fn pieces<'c>(code: &'c str, operators: &[u8]) -> Vec<&'c str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0, 0);
    let bytes = code.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth -= 1,
            byte if depth == 0 && operators.contains(byte) && bytes.get(at + 1) != Some(&b'>') => {
                parts.extend(code.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.extend(code.get(start..));
    parts
}

/// The code without `sizeof(…)`.
fn without_sizes(code: &str) -> String {
    let mut rest = code.to_owned();
    while let Some((before, after)) = rest.cut("sizeof") {
        let open = after.find('(').unwrap_or(after.len());
        let close = text::closing(after, open).map_or(after.len(), |at| at + 1);
        rest = format!("{before}1{}", after.get(close..).unwrap_or_default());
    }
    rest
}

/// An allocation whose size is a product of two or more values that are not constant.
fn multiplied(row: &Row) -> bool {
    const CHECKS: &str =
        "overflow _max max_ limit too large too_large too big checked safe_mul mul_overflow";
    let checked = || {
        row.above()
            .take(12)
            .any(|above| text::mentions(above.text(), CHECKS))
    };
    let sizes = row.calls("malloc realloc alloca kmalloc g_malloc xmalloc");
    let product = |args: &Fragment| {
        let parts = args.parts();
        let size = match parts.as_slice() {
            [size] => size,
            [_, size] => size,
            _ => return false,
        };
        let code = without_sizes(&size.code).replace("size_t", "");
        let varies = |factor: &&str| factor.bytes().any(|byte| byte.is_ascii_lowercase());
        let mut terms = pieces(&code, b"+-?:").into_iter();
        terms.any(|term| pieces(term, b"*").iter().filter(|one| varies(one)).count() >= 2)
    };
    sizes.iter().any(product) && !checked()
}

/// A copy of something other than a literal, unless the target was allocated for it.
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

/// Whether the target was allocated in the lines above with a computed length.
fn sized(row: &Row, target: &Fragment) -> bool {
    let name = target.code.trim();
    row.above().take(15).any(|above| {
        above.code().contains(name) && text::mentions(above.code(), "strlen malloc sizeof")
    })
}

/// A format that is a single variable without arguments.
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
