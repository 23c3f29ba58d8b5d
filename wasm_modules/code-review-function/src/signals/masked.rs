//! A line with comments and strings masked.

use std::borrow::Cow;

use crate::signals::text::FILLER;
use crate::text::slices::{byte_before, items};

/// A line without comments, and without comments and strings. Both are ASCII and as long in bytes
/// as the line itself, so that positions are the same in all of them.
pub struct Masked<'a> {
    pub uncommented: Cow<'a, str>,
    pub code: Cow<'a, str>,
}

/// Reads a line from left to right, and copies it only if something is masked.
pub struct Masker<'a> {
    text: &'a str,
    pub bytes: &'a [u8],
    pub at: usize,
    uncommented: Option<Vec<u8>>,
    code: Option<Vec<u8>>,
}

impl<'a> Masker<'a> {
    pub fn new(text: &'a str) -> Self {
        let painted = || (!text.is_ascii()).then(|| text.bytes().map(ascii).collect());
        Masker {
            text,
            bytes: text.as_bytes(),
            at: 0,
            uncommented: painted(),
            code: painted(),
        }
    }

    /// The bytes from this position on.
    pub fn rest(&self) -> &'a [u8] {
        items(self.bytes, self.at..)
    }

    /// The byte before this position, if there is one.
    pub fn before(&self) -> Option<u8> {
        byte_before(self.bytes, self.at)
    }

    /// How many bytes from here on satisfy the predicate.
    pub fn run(&self, such: impl Fn(u8) -> bool) -> usize {
        let rest = self.rest();
        rest.iter()
            .position(|byte| !such(*byte))
            .unwrap_or(rest.len())
    }

    pub fn sees(&self, mark: &str) -> bool {
        self.rest().starts_with(mark.as_bytes())
    }

    /// The next `count` bytes are code.
    pub fn code(&mut self, count: usize) {
        self.at += count;
    }

    /// The next `count` bytes are inside a string.
    pub fn string(&mut self, count: usize) {
        let end = (self.at + count).min(self.bytes.len());
        paint(&mut self.code, self.bytes, (self.at, end), FILLER);
        self.at = end;
    }

    /// The bytes up to `end` are a comment.
    pub fn comment(&mut self, end: usize) {
        let end = end.min(self.bytes.len());
        paint(&mut self.uncommented, self.bytes, (self.at, end), b' ');
        paint(&mut self.code, self.bytes, (self.at, end), b' ');
        self.at = end;
    }

    /// Skips a regular expression, if one begins here, like a string.
    pub fn regex(&mut self) -> bool {
        let mut before = items(self.bytes, ..self.at).iter().rev();
        let may = before
            .find(|byte| !byte.is_ascii_whitespace())
            .is_none_or(|byte| b"(=,:!&|?{;[~".contains(byte));
        let length = regex_length(items(self.rest(), 1..)).filter(|length| may && *length > 0);
        if let Some(length) = length {
            self.code(1);
            self.string(length);
            self.code(1);
        }
        length.is_some()
    }

    pub fn finish(self) -> Masked<'a> {
        let text = |bytes: Option<Vec<u8>>| match bytes {
            Some(bytes) => Cow::Owned(String::from_utf8(bytes).unwrap_or_default()),
            None => Cow::Borrowed(self.text),
        };
        Masked {
            uncommented: text(self.uncommented),
            code: text(self.code),
        }
    }
}

fn paint(line: &mut Option<Vec<u8>>, bytes: &[u8], (from, to): (usize, usize), with: u8) {
    let line = line.get_or_insert_with(|| bytes.to_vec());
    if let Some(part) = line.get_mut(from..to) {
        part.fill(with);
    }
}

/// Bytes that may begin or end a comment, a string or code inside a string.
pub fn marks(byte: u8) -> bool {
    matches!(
        byte,
        b'"' | b'\'' | b'`' | b'/' | b'#' | b'-' | b'<' | b'{' | b'}'
    )
}

fn ascii(byte: u8) -> u8 {
    if byte.is_ascii() { byte } else { b'x' }
}

/// A slash without a partner within this distance is a division, so that long lines are read in
/// linear time.
const LONGEST_REGEX: usize = 200;

/// Bytes up to the slash that ends a regular expression; a slash inside `[…]` does not end it.
fn regex_length(rest: &[u8]) -> Option<usize> {
    let (mut at, mut class) = (0, false);
    while let Some(byte) = rest.get(at).filter(|_| at < LONGEST_REGEX) {
        match byte {
            b'\\' => at += 1,
            b'[' => class = true,
            b']' => class = false,
            b'/' if !class => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}
