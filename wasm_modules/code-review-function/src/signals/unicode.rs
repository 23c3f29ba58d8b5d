//! Characters that are invisible or look like others, so that code does not read as it runs.

use crate::diff::kinds::FileKind;
use crate::signals::report::Report;
use crate::signals::signal::Signal;
use crate::signals::source_file::Row;
use crate::signals::text::FILLER;
use crate::text::slices::{head, tail};
use crate::wit::Severity;

const BIDI: Signal = Signal::security(
    "unicode/bidi",
    Severity::Major,
    0.95,
    "Bidirectional control character",
    "The line contains {}, which makes the text appear in a different order than it runs and can hide code \
     from reviewers. Delete it, or write it as an escape sequence.",
);

const INVISIBLE: Signal = Signal::security(
    "unicode/invisible",
    Severity::Minor,
    0.85,
    "Invisible character",
    "The line contains {}, so two names or strings that look the same can differ. Delete it, or write it as an \
     escape sequence.",
);

const TAGS: Signal = Signal::security(
    "unicode/tags",
    Severity::Major,
    0.9,
    "Invisible text",
    "The line contains {}, which people cannot see but programs and language models can read. Delete it.",
);

const LOOKALIKE: Signal = Signal::security(
    "unicode/lookalike",
    Severity::Minor,
    0.85,
    "Name mixes look-alike letters of two alphabets",
    "One letter is {}, so this is not the name that it looks like. Write it in Latin letters only.",
);

pub fn check(row: &Row, report: &mut Report) {
    let unread = matches!(
        row.file().kind,
        FileKind::Lock | FileKind::Vendored | FileKind::Minified | FileKind::Generated
    );
    if unread || row.text().is_ascii() || undecoded(row.text()) || is_bundle(row) {
        return;
    }
    let Some((signal, severity, found)) = hidden(row).or_else(|| lookalike(row)) else {
        return;
    };
    let hit = report.hit(signal, row.file(), row.number());
    hit.found = format!("U+{:04X}", u32::from(found));
    hit.severity = severity;
    let harmless = severity == Severity::Minor && is_comment(row, found);
    if row.file().is_non_production || harmless {
        hit.severity = Severity::Nit;
    } else if row.file().kind == FileKind::Documentation {
        hit.severity = if severity <= Severity::Major {
            Severity::Minor
        } else {
            Severity::Nit
        };
    }
}

/// Whether the character is in a comment, where it can only change what is read.
fn is_comment(row: &Row, found: char) -> bool {
    let at = row.text().find(found).unwrap_or_default();
    let code = |at: usize| row.uncommented().as_bytes().get(at).copied();
    code(at) == Some(b' ')
}

/// Whether the text was not read in its own encoding: it holds replacement or control characters.
fn undecoded(text: &str) -> bool {
    text.chars()
        .any(|c| matches!(u32::from(c), 0xFFFD | 0x80..=0x9F | 0x00..=0x08 | 0x0E..=0x1F))
}

/// Longer lines are not written by hand.
const LONGEST: usize = 500;

/// Whether the line belongs to what a tool made of several files: it is very long, or the name holds a
/// hash, as in `index-DNMJXCeX.js`.
fn is_bundle(row: &Row) -> bool {
    let name = row.file().name();
    let script = row.file().is_language("JavaScript|CSS");
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let hash = stem.rsplit(['-', '.']).next().unwrap_or_default();
    let mixed = hash.bytes().any(|byte| byte.is_ascii_uppercase())
        && hash.bytes().any(|byte| byte.is_ascii_lowercase());
    let digits = hash.bytes().any(|byte| byte.is_ascii_digit());
    let named = hash.len() == 8 && hash != stem && (mixed || digits);
    script && (named || row.text().len() > LONGEST)
}

type Found = (&'static Signal, Severity, char);

fn hidden(row: &Row) -> Option<Found> {
    let text = row.text();
    let flag = text.contains('\u{1F3F4}');
    text.char_indices().find_map(|(at, c)| match u32::from(c) {
        0x202A..=0x202E | 0x2066..=0x2069 => Some((&BIDI, Severity::Major, c)),
        0xE0000..=0xE007F if !flag => Some((&TAGS, Severity::Major, c)),
        0xE0100..=0xE01EF => Some((&TAGS, Severity::Major, c)),
        0x3164 | 0x115F | 0x1160 | 0xFFA0 => Some((&INVISIBLE, Severity::Major, c)),
        0x200B | 0x2060 | 0x00AD => Some((&INVISIBLE, Severity::Minor, c)),
        0xFEFF if at > 0 || row.number() > 1 => Some((&INVISIBLE, Severity::Minor, c)),
        // Joiners are legitimate in emoji and several scripts, but not between ASCII letters.
        0x200C | 0x200D if among_ascii(text, at, c) => Some((&INVISIBLE, Severity::Minor, c)),
        _ => None,
    })
}

fn among_ascii(text: &str, at: usize, c: char) -> bool {
    let before = head(text, at).chars().next_back();
    let after = tail(text, at + c.len_utf8()).chars().next();
    before.is_none_or(|c| c.is_ascii()) && after.is_none_or(|c| c.is_ascii())
}

/// Cyrillic and Greek letters that look like Latin ones.
const LOOKALIKES: &str = "асԁеһіјӏорԛѕԝхуАВСЕНІЈКМОРЅТХУΑΒΕΖΗΙΚΜΝΟΡΤΥΧο";

fn lookalike(row: &Row) -> Option<Found> {
    let text = row.text();
    let words = text.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    let found = words.filter(|word| !word.is_ascii()).find_map(mixed)?;
    let at = text.find(found)?;
    let in_code = row
        .code()
        .as_bytes()
        .get(at)
        .is_some_and(|byte| *byte != FILLER && *byte != b' ');
    let severity = if in_code && row.file().kind != FileKind::Documentation {
        Severity::Minor
    } else {
        Severity::Nit
    };
    Some((&LOOKALIKE, severity, found))
}

/// The letter of another alphabet in an otherwise Latin word.
fn mixed(word: &str) -> Option<char> {
    let latin = word.chars().filter(|c| c.is_ascii_alphabetic()).count();
    let alike = word.chars().all(|c| c.is_ascii() || LOOKALIKES.contains(c));
    let foreign = word.chars().find(|c| !c.is_ascii());
    foreign.filter(|_| alike && latin > 0 && word.chars().count() > 2)
}
