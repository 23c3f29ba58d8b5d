//! Pattern matching in lines of code, without regular expressions.
//!
//! A pattern consists of pieces separated by spaces. Pieces must follow one another in the line,
//! with or without blanks between them, and a piece that is a word must be a whole word: `verify =
//! False` matches `verify=False` but not `reverify = False`. Some pieces are special: `$` is an
//! identifier or a path like `a.b.c`, `'` any quotation mark, `..` anything, and `{}` the [`Name`]
//! that is given with the pattern.
//!
//! Patterns are constants in the rules, never text of a change. Text of a change that a rule
//! searches for elsewhere is a [`Name`], which is never empty and has no special pieces.

use std::fmt;
use std::ops::Deref;

use crate::text::slices::{between, byte_before, head, items, tail};

/// Replaces every byte inside a masked string.
pub const FILLER: u8 = 1;

pub fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn is_path(byte: u8) -> bool {
    is_word(byte) || byte == b'.'
}

pub fn is_quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'`')
}

/// A name in code: at least one ASCII letter, digit or underscore. A path has several names, joined
/// by `.`, `->` or `::`, and may begin with `$`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Name<'a>(&'a str);

impl<'a> Name<'a> {
    /// `text` without surrounding blanks, if it is one word.
    pub fn word(text: &'a str) -> Option<Self> {
        Self::of(text, is_word)
    }

    /// `text` without surrounding blanks, if it is a word or a path.
    pub fn path(text: &'a str) -> Option<Self> {
        Self::of(text, |byte| is_word(byte) || b".:->$".contains(&byte))
            .filter(|name| name.bytes().any(is_word))
    }

    fn of(text: &'a str, fits: fn(u8) -> bool) -> Option<Self> {
        let text = text.trim();
        (!text.is_empty() && text.bytes().all(fits)).then_some(Name(text))
    }

    pub fn as_str(self) -> &'a str {
        self.0
    }
}

impl Deref for Name<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        self.0
    }
}

impl fmt::Display for Name<'_> {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        out.write_str(self.0)
    }
}

/// The most frequent operations of rules. They are not inlined and do not use the standard
/// library's search, because there are hundreds of calls and the module must stay small.
pub trait Search {
    /// Whether the text contains `part`. An empty part is never contained.
    fn holds(&self, part: &str) -> bool;

    /// Splits the text at the first `mark`. An empty mark is never found.
    fn cut(&self, mark: &str) -> Option<(&str, &str)>;
}

impl Search for str {
    #[inline(never)]
    fn holds(&self, part: &str) -> bool {
        place_of(self, part).is_some()
    }

    #[inline(never)]
    fn cut(&self, mark: &str) -> Option<(&str, &str)> {
        let at = place_of(self, mark)?;
        Some((head(self, at), tail(self, at + mark.len())))
    }
}

fn place_of(text: &str, part: &str) -> Option<usize> {
    places_of(text, part).next()
}

/// The positions of `part` in `text`; none for an empty part. Parts are short, so the simplest
/// search is enough.
fn places_of(text: &str, part: &str) -> impl Iterator<Item = usize> {
    let part = part.as_bytes();
    let first = part.first();
    let places = text.as_bytes().windows(part.len().max(1)).enumerate();
    places
        .filter(move |(_, here)| here.first() == first && *here == part)
        .map(|(at, _)| at)
}

/// Whether `pattern` matches anywhere in `text`.
pub fn has(text: &str, pattern: &'static str) -> bool {
    find(text, pattern).is_some()
}

pub fn has_any(text: &str, patterns: &[&'static str]) -> bool {
    patterns.iter().any(|pattern| has(text, pattern))
}

/// Whether `pattern` matches anywhere in `text`, with `name` for its piece `{}`.
pub fn has_name(text: &str, pattern: &'static str, name: Name) -> bool {
    seek(text, pattern, name.0).is_some()
}

/// Whether `pattern` matches anywhere with one of the constant `names` (separated by spaces) for
/// its piece `{}`.
pub fn has_one_of(text: &str, pattern: &'static str, names: &'static str) -> bool {
    let mut names = names.split(' ');
    names.any(|name| seek(text, pattern, name).is_some())
}

/// The start and end of the first match of `pattern` in `text`.
pub fn find(text: &str, pattern: &'static str) -> Option<(usize, usize)> {
    seek(text, pattern, "")
}

#[inline(never)]
fn seek(text: &str, pattern: &'static str, name: &str) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let fits = |at: usize| fit(bytes, at, pattern, name).map(|end| (at, end));
    match pattern.split(' ').next().unwrap_or_default() {
        "$" => (0..bytes.len())
            .filter(|at| path_starts(bytes, *at))
            .find_map(fits),
        "'" => (0..bytes.len()).find_map(fits),
        "{}" => places_of(text, name).find_map(fits),
        first => places_of(text, first).find_map(fits),
    }
}

fn path_starts(bytes: &[u8], at: usize) -> bool {
    let first = bytes.get(at).copied();
    first.is_some_and(|byte| is_word(byte) && !byte.is_ascii_digit())
        && !byte_before(bytes, at).is_some_and(is_path)
}

/// Matches the pieces from `at` on; returns the end.
fn fit(bytes: &[u8], at: usize, pattern: &'static str, name: &str) -> Option<usize> {
    let (piece, rest) = pattern.split_once(' ').unwrap_or((pattern, ""));
    if piece == ".." {
        return (at..=bytes.len()).find_map(|from| fit(bytes, from, rest, name));
    }
    let at = skip_blanks(bytes, at);
    let end = match piece {
        "" => return Some(at),
        "$" => path_end(bytes, at)?,
        "'" => bytes
            .get(at)
            .filter(|byte| is_quote(**byte))
            .map(|_| at + 1)?,
        "{}" => literal_end(bytes, at, name.as_bytes())?,
        _ => literal_end(bytes, at, piece.as_bytes())?,
    };
    if rest.is_empty() {
        Some(end)
    } else {
        fit(bytes, end, rest, name)
    }
}

fn path_end(bytes: &[u8], at: usize) -> Option<usize> {
    let first = bytes.get(at)?;
    let path = items(bytes, at..).iter().take_while(|byte| is_path(**byte));
    (is_word(*first) && !first.is_ascii_digit()).then_some(at + path.count())
}

fn literal_end(bytes: &[u8], at: usize, piece: &[u8]) -> Option<usize> {
    let (first, last) = (*piece.first()?, *piece.last()?);
    let end = at + piece.len();
    let joined = |edge: u8, next: Option<u8>| is_word(edge) && next.is_some_and(is_word);
    let alone = !joined(first, byte_before(bytes, at)) && !joined(last, bytes.get(end).copied());
    (bytes.get(at..end) == Some(piece) && alone).then_some(end)
}

/// The position of the next byte that is not blank, or the end.
pub fn skip_blanks(bytes: &[u8], at: usize) -> usize {
    let blanks = items(bytes, at..)
        .iter()
        .take_while(|byte| byte.is_ascii_whitespace());
    at + blanks.count()
}

/// The words of a line (ASCII letters, digits and underscores) and their positions.
pub fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = items(bytes, at..);
        let first = at + rest.iter().position(|byte| is_word(*byte))?;
        let word = items(bytes, first..);
        let length = word.iter().position(|byte| !is_word(*byte));
        at = first + length.unwrap_or(word.len());
        Some((first, between(text, first, at)))
    })
}

/// Whether `text` contains one of `list`'s words (in lower case, separated by spaces), ignoring
/// case.
pub fn has_word(text: &str, list: &'static str) -> bool {
    words(text).any(|(_, word)| list.split(' ').any(|one| one.eq_ignore_ascii_case(word)))
}

/// Whether `text` contains one of `list`'s entries (in lower case, separated by spaces), ignoring
/// case.
pub fn mentions(text: &str, list: &'static str) -> bool {
    let lower = text.to_ascii_lowercase();
    list.split(' ').any(|one| lower.holds(one))
}

/// Whether one of the words begins with `part`, in any case, or has it behind a change of case:
/// `slotStart` for `start`.
pub fn mentions_word(text: &str, part: &str) -> bool {
    words(text).any(|(_, word)| word.to_ascii_lowercase().holds(part))
}

/// The position of the bracket that closes the one at `open`, in code without strings.
pub fn closing(code: &str, open: usize) -> Option<usize> {
    let mut depth = 0usize;
    for (at, byte) in code.bytes().enumerate().skip(open) {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => continue,
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

/// How many more brackets `code` opens than it closes.
pub fn unclosed(code: &str) -> i32 {
    code.bytes().fold(0, |depth, byte| match byte {
        b'(' | b'[' | b'{' => depth + 1,
        b')' | b']' | b'}' => depth - 1,
        _ => depth,
    })
}

/// The number of blanks at the start of the line.
pub fn indent(text: &str) -> usize {
    text.len() - text.trim_start().len()
}
