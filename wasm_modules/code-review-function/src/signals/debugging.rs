//! Debugging code that was left in.

use crate::diff::kinds::FileKind;
use crate::signals::call::Fragment;
use crate::signals::report::Report;
use crate::signals::rule::Fits::{Code, When};
use crate::signals::rule::InTests::Silent;
use crate::signals::rule::{JAVA, PYTHON, Rule, SCRIPT};
use crate::signals::signal::Signal;
use crate::signals::source_file::Row;
use crate::signals::text;
use crate::text::slices::{byte_before, head};
use crate::wit::Severity::{Major, Minor, Nit};

const BREAKPOINT: Signal = Signal::new(
    "debugging/breakpoint",
    Major,
    "debugging",
    0.95,
    "Breakpoint is left in the code",
    "The program stops here and waits for a debugger, so a request or a job hangs. Delete the line.",
);

const DUMP: Signal = Signal::new(
    "debugging/dump",
    Minor,
    "debugging",
    0.85,
    "Debugging output is left in the code",
    "It prints internal values to users or logs. Delete the line, or log at a suitable level.",
);

const PRINT: Signal = Signal::new(
    "debugging/print",
    Nit,
    "debugging",
    0.5,
    "Leftover debug print",
    "This bypasses the logger and its levels. Delete it if it was only for debugging.",
);

const REMINDER: Signal = Signal::new(
    "debugging/reminder",
    Minor,
    "debugging",
    0.8,
    "Comment says that this must not be merged",
    "The author meant to remove this before the merge. Do what the comment says, or delete it.",
);

const SECRET: Signal = Signal::security(
    "debugging/logged-secret",
    Major,
    0.75,
    "Secret is written to the log",
    "Logs are stored, copied and read by people who must not know it. Log an id, or only that the value is \
     set.",
);

/// Functions that write to a log or to the terminal.
const WRITERS: &str = "print println console.log console.info console.debug console.warn console.error logger.info logger.debug \
     logger.warn logger.warning logger.error logging.info logging.debug logging.warning logging.error log.info log.debug log.warn \
     log.error log.Printf log.Println log.Print fmt.Println fmt.Printf System.out.println System.err.println error_log println! \
     eprintln! info! debug! warn! error! Rails.logger.info Rails.logger.debug Log.d Log.i Console.WriteLine printf slog.Info";

pub const RULES: &[Rule] = &[
    Rule::new(
        PYTHON,
        Code(&[
            "pdb.set_trace (",
            "ipdb.set_trace (",
            "breakpoint ( )",
            "import pdb",
            "import ipdb",
            "pudb.set_trace (",
        ]),
        BREAKPOINT,
    ),
    Rule::new(
        SCRIPT,
        When("debugger", |row| {
            matches!(row.code().trim(), "debugger;" | "debugger")
        }),
        BREAKPOINT,
    ),
    Rule::new(
        "Ruby|ERB",
        When("binding byebug", |row| {
            row.has("binding.pry") || row.has("binding.irb") || row.code().trim() == "byebug"
        }),
        BREAKPOINT,
    ),
    Rule::new("PHP", Code(&["xdebug_break ("]), BREAKPOINT),
    Rule::new(
        "PHP",
        Code(&["var_dump (", "dd (", "debug_print_backtrace (", "ray ("]),
        DUMP,
    )
    .in_tests(Silent),
    Rule::new("Rust", Code(&["dbg! ("]), DUMP).in_tests(Silent),
    Rule::new(
        "",
        When("debug debugging here test xxx aaa asdf hello foo", marked),
        DUMP,
    )
    .in_tests(Silent),
    Rule::new(
        SCRIPT,
        When("alert", |row| row.code().trim_start().starts_with("alert(")),
        PRINT,
    )
    .in_tests(Silent),
    Rule::new(SCRIPT, When("console", console), PRINT).in_tests(Silent),
    Rule::new(PYTHON, When("print pprint", print), PRINT).in_tests(Silent),
    Rule::new(
        "Go",
        When("fmt", |row| {
            row.file().kind == FileKind::Source
                && row.has("fmt.Println (")
                && !row.file().is_command_line()
        }),
        PRINT,
    )
    .in_tests(Silent),
    Rule::new(
        JAVA,
        When("println", |row| {
            row.has("System.out.println (") && !row.file().is_command_line()
        }),
        PRINT,
    )
    .in_tests(Silent),
    Rule::new("PHP", Code(&["print_r ("]), PRINT).in_tests(Silent),
    Rule::new(
        "",
        When(
            "password passwd secret secret_key api_key apikey cvv ssn credit_card card_number cardnumber private_key privatekey access_token accesstoken auth_token refresh_token session_token client_secret clientsecret",
            secret,
        ),
        SECRET,
    ),
];

/// Notes to the author, in lower case.
const NOTES: &[&str] = &[
    "do not merge",
    "don't merge",
    "do not commit this",
    "don't commit this",
    "remove before merg",
    "remove before commit",
    "remove before releas",
    "remove before deploy",
    "remove this before",
    "nocommit",
];

/// Finds notes that say "do not merge". They are in comments, which rules in tables do not see.
pub fn check(row: &Row, report: &mut Report) {
    let file = row.file();
    let commented = row.uncommented().trim_end().len() < row.text().trim_end().len();
    let read =
        file.kind.reviewable() && file.kind != FileKind::Documentation && !file.is_non_production;
    if !commented || !read || row.text().len() > 400 {
        return;
    }
    if !text::words(row.text()).any(|(_, word)| noted(word)) {
        return;
    }
    let lower = row.text().to_ascii_lowercase();
    if NOTES.iter().any(|note| ends_there(&lower, note)) {
        report.hit(&REMINDER, file, row.number());
    }
}

/// Whether the word may belong to a note: each note has a word that begins like this.
fn noted(word: &str) -> bool {
    let start = word.as_bytes().get(..4);
    start.is_some_and(|start| {
        [b"merg", b"comm", b"befo", b"noco"]
            .iter()
            .any(|one| start.eq_ignore_ascii_case(*one))
    })
}

/// Whether the note ends there: "don't merge own keys" is about something else.
fn ends_there(text: &str, note: &str) -> bool {
    let Some((_, rest)) = text.split_once(note) else {
        return false;
    };
    let word = text::words(rest).next().map_or("", |(_, word)| word);
    !note.ends_with(" merge")
        || !rest.starts_with(' ')
        || text::has_word(word, "this yet until before it me to or")
}

/// Printing of a text for debugging: "DEBUG", "here", "xxx".
fn marked(row: &Row) -> bool {
    let names = "print println console.log console.debug console.info fmt.Println fmt.Printf System.out.println println! eprintln! puts p echo printf";
    let mut calls = row.calls(names).into_iter();
    calls.any(|args| telling(&args.first()))
}

fn telling(argument: &Fragment) -> bool {
    let text = argument
        .uncommented
        .trim()
        .trim_start_matches('f')
        .trim_start_matches(text_quotes);
    let lower = text.to_ascii_lowercase();
    let alone = lower.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
    lower.starts_with("debug")
        || lower.starts_with("[debug")
        || lower.starts_with("*** ")
        || lower.starts_with(">>>")
        || lower.starts_with("!!!")
        || matches!(
            alone,
            "here" | "test" | "xxx" | "aaa" | "asdf" | "foo" | "got here" | "here1" | "here2"
        )
}

fn text_quotes(c: char) -> bool {
    matches!(c, '"' | '\'' | '`')
}

fn console(row: &Row) -> bool {
    let tells_failure = row
        .parent()
        .is_some_and(|parent| text::has_word(parent.code(), "catch"));
    (row.has("console.log (") || row.has("console.debug ("))
        && !tells_failure
        && !row.file().is_command_line()
}

fn print(row: &Row) -> bool {
    let printed = row.calls("print pprint pprint.pprint");
    printed
        .iter()
        .any(|args| !args.has("file =") && !args.has("file="))
        && row.code().trim_start().starts_with('p')
        && !row.file().is_command_line()
}

fn secret(row: &Row) -> bool {
    row.calls(WRITERS).iter().any(|args| {
        values(args, row.file().language)
            .any(|word| SECRETS.contains(&word.to_ascii_lowercase().as_str()))
    })
}

const SECRETS: &[&str] = &[
    "password",
    "passwd",
    "secret",
    "secret_key",
    "api_key",
    "apikey",
    "cvv",
    "ssn",
    "credit_card",
    "card_number",
    "cardnumber",
    "private_key",
    "privatekey",
    "access_token",
    "accesstoken",
    "auth_token",
    "refresh_token",
    "session_token",
    "client_secret",
    "clientsecret",
];

/// The last parts of the paths that are printed: `password` for `user.password`.
fn values<'p>(args: &'p Fragment, language: &str) -> impl Iterator<Item = &'p str> {
    let inside = args.mixes(language);
    let bytes = args.uncommented.as_bytes();
    text::words(&args.uncommented)
        .filter(move |(at, word)| {
            let end = at + word.len();
            let plain = args.code.as_bytes().get(*at) != Some(&text::FILLER);
            let filled = inside
                && byte_before(bytes, *at).is_some_and(|byte| matches!(byte, b'{' | b'.' | b'$'))
                && bytes
                    .get(end)
                    .is_some_and(|byte| matches!(byte, b'}' | b'!' | b':' | b' ' | b'"'));
            let called = bytes
                .get(end)
                .is_some_and(|byte| matches!(byte, b'(' | b'.' | b'=' | b'['));
            (plain || filled) && !called && !wrapped(head(&args.uncommented, *at))
        })
        .map(|(_, word)| word)
}

/// Whether the value is passed to a function first: `len(password)`, `mask(secret)`.
fn wrapped(before: &str) -> bool {
    let path = before.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || "_.".contains(c));
    path.strip_suffix('(')
        .is_some_and(|name| name.ends_with(|c: char| c.is_ascii_alphanumeric()))
}
