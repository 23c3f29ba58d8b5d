//! Takes comments and strings out of code, line by line.
//!
//! What a hunk shows may begin inside a comment or a string; [`Mask::opening`] guesses that from the
//! lines of the hunk. Where the guess is wrong, code may be taken for text or the other way round,
//! until the hunk ends.

use super::text::Look;
use std::borrow::Cow;

use super::syntax::Syntax;
use super::text::{FILLER, is_word};

/// A line without its comments; without its comments and its strings. Both are ASCII and as long
/// in bytes as the line itself, so that a place in one is a place in the others.
pub struct Masked<'a> {
    pub bare: Cow<'a, str>,
    pub code: Cow<'a, str>,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Code,
    Comment,
    /// Within this quotation mark; ends with the line, unless the line ends in a backslash.
    Quote(u8),
    Triple(u8),
    /// Within backticks.
    Raw,
    /// Within `r##"…"##` with that many hashes.
    Hashed(usize),
}

pub struct Mask {
    syntax: &'static Syntax,
    state: State,
    /// For each `${` that is open: how many braces are open inside it.
    templates: Vec<usize>,
}

impl Mask {
    pub fn opening<'a>(
        syntax: &'static Syntax,
        lines: impl Iterator<Item = &'a str> + Clone,
    ) -> Self {
        let state = if syntax.block.is_some() && inside_comment(syntax, lines.clone()) {
            State::Comment
        } else if syntax.triple && inside_triple(lines) {
            State::Triple(b'"')
        } else {
            State::Code
        };
        Mask {
            syntax,
            state,
            templates: Vec::new(),
        }
    }

    pub fn line<'a>(&mut self, text: &'a str) -> Masked<'a> {
        if self.plain(text) {
            return Masked {
                bare: Cow::Borrowed(text),
                code: Cow::Borrowed(text),
            };
        }
        let mut painter = Painter::new(text);
        while painter.at < painter.bytes.len() {
            self.step(&mut painter);
        }
        if let State::Quote(_) = self.state
            && !text.ends_with('\\')
        {
            self.state = State::Code;
        }
        painter.finish()
    }

    /// Whether nothing in the line can be a comment or a string.
    fn plain(&self, text: &str) -> bool {
        self.state == State::Code && text.is_ascii() && !text.bytes().any(marks)
    }

    fn step(&mut self, painter: &mut Painter) {
        match self.state {
            State::Code => self.code(painter),
            State::Comment => self.comment(painter),
            State::Quote(quote) => self.quoted(painter, &[quote], true),
            State::Triple(quote) => self.quoted(painter, &[quote; 3], true),
            State::Raw => self.raw(painter),
            State::Hashed(hashes) => {
                let mut close = vec![b'#'; hashes + 1];
                close[0] = b'"';
                self.quoted(painter, &close, false);
            }
        }
    }

    fn code(&mut self, painter: &mut Painter) {
        let byte = painter.bytes[painter.at];
        let run = painter.run(|byte| !marks(byte) && byte != b'r');
        if run > 0 {
            painter.code(run);
        } else if self.starts_comment(painter) {
            painter.comment(painter.bytes.len());
        } else if let Some((open, _)) = self.syntax.block.filter(|(open, _)| painter.sees(open)) {
            painter.comment(painter.at + open.len());
            self.state = State::Comment;
        } else if self.syntax.rust && self.rust_string(painter) {
        } else if self.syntax.quotes.contains(&byte) && !self.no_quote(painter) {
            self.open_quote(painter, byte);
        } else if byte == b'`' && self.syntax.raw {
            painter.code(1);
            self.state = State::Raw;
        } else if byte == b'/' && self.syntax.regex && painter.regex() {
        } else {
            self.braces(byte);
            painter.code(1);
        }
    }

    fn starts_comment(&self, painter: &Painter) -> bool {
        let before = painter.at.checked_sub(1).map(|at| painter.bytes[at]);
        let free = !self.syntax.spaced || before.is_none_or(|byte| byte.is_ascii_whitespace());
        free && !painter.sees("#{") && self.syntax.line.iter().any(|mark| painter.sees(mark))
    }

    fn open_quote(&mut self, painter: &mut Painter, quote: u8) {
        let triple = self.syntax.triple && painter.bytes[painter.at..].starts_with(&[quote; 3]);
        self.state = if triple {
            State::Triple(quote)
        } else {
            State::Quote(quote)
        };
        painter.code(if triple { 3 } else { 1 });
    }

    /// Whether the mark here is a lifetime (`&'a str`) or parts digits (`1'000`).
    fn no_quote(&self, painter: &Painter) -> bool {
        let (bytes, at) = (painter.bytes, painter.at);
        if bytes[at] != b'\'' {
            return false;
        }
        let digits = at > 0 && bytes[at - 1].is_ascii_digit();
        let closes = bytes.get(at + 1) == Some(&b'\\')
            || bytes[at..].iter().skip(2).take(4).any(|b| *b == b'\'');
        digits || self.syntax.rust && !closes
    }

    /// Enters `r"…"` or `r#"…"#`.
    fn rust_string(&mut self, painter: &mut Painter) -> bool {
        let rest = &painter.bytes[painter.at..];
        let alone = painter.at == 0 || !is_word(painter.bytes[painter.at - 1]);
        if rest[0] != b'r' || !alone {
            return false;
        }
        let hashes = rest[1..].iter().take_while(|byte| **byte == b'#').count();
        if rest.get(hashes + 1) != Some(&b'"') {
            return false;
        }
        painter.code(hashes + 2);
        self.state = State::Hashed(hashes);
        true
    }

    /// Counts braces inside `${…}`; the last one leads back into the string.
    fn braces(&mut self, byte: u8) {
        let Some(open) = self.templates.last_mut() else {
            return;
        };
        match byte {
            b'{' => *open += 1,
            b'}' if *open == 0 => {
                self.templates.pop();
                self.state = State::Raw;
            }
            b'}' => *open -= 1,
            _ => {}
        }
    }

    fn comment(&mut self, painter: &mut Painter) {
        let close = self.syntax.block.map_or("", |(_, close)| close);
        if painter.sees(close) {
            painter.comment(painter.at + close.len());
            self.state = State::Code;
        } else {
            painter.comment(painter.at + 1);
        }
    }

    fn quoted(&mut self, painter: &mut Painter, close: &[u8], escapes: bool) {
        if escapes && painter.bytes[painter.at] == b'\\' {
            painter.string(2);
        } else if painter.bytes[painter.at..].starts_with(close) {
            painter.code(close.len());
            self.state = State::Code;
        } else {
            let run = painter.run(|byte| byte != close[0] && byte != b'\\' && byte != b'$');
            painter.string(run.max(1));
        }
    }

    fn raw(&mut self, painter: &mut Painter) {
        if self.syntax.template && painter.sees("${") {
            painter.code(2);
            self.templates.push(0);
            self.state = State::Code;
        } else {
            self.quoted(painter, b"`", self.syntax.template);
        }
    }
}

/// Writes the two masked forms of a line.
struct Painter<'a> {
    bytes: &'a [u8],
    at: usize,
    bare: Vec<u8>,
    code: Vec<u8>,
}

impl<'a> Painter<'a> {
    fn new(text: &'a str) -> Self {
        let (bare, code) = (
            Vec::with_capacity(text.len()),
            Vec::with_capacity(text.len()),
        );
        Painter {
            bytes: text.as_bytes(),
            at: 0,
            bare,
            code,
        }
    }

    /// How many bytes from here on are such.
    fn run(&self, such: impl Fn(u8) -> bool) -> usize {
        self.bytes[self.at..]
            .iter()
            .take_while(|byte| such(**byte))
            .count()
    }

    fn sees(&self, mark: &str) -> bool {
        self.bytes[self.at..].starts_with(mark.as_bytes())
    }

    fn paint(&mut self, count: usize, bare: impl Fn(u8) -> u8, code: impl Fn(u8) -> u8) {
        let end = (self.at + count).min(self.bytes.len());
        for &byte in &self.bytes[self.at..end] {
            self.bare.push(bare(byte));
            self.code.push(code(byte));
        }
        self.at = end;
    }

    /// `count` bytes of code; letters beyond ASCII become an "x".
    fn code(&mut self, count: usize) {
        self.paint(count, ascii, ascii);
    }

    fn string(&mut self, count: usize) {
        self.paint(count, ascii, |_| FILLER);
    }

    fn comment(&mut self, end: usize) {
        self.paint(end.saturating_sub(self.at), |_| b' ', |_| b' ');
    }

    /// Skips a regular expression, if one begins here; what it says is no code.
    fn regex(&mut self) -> bool {
        let before = self
            .code
            .iter()
            .rev()
            .find(|byte| !byte.is_ascii_whitespace());
        let may = before.is_none_or(|byte| b"(=,:!&|?{;[~".contains(byte));
        let rest = &self.bytes[self.at + 1..];
        let Some(length) = regex_length(rest).filter(|length| may && *length > 0) else {
            return false;
        };
        self.code(1);
        self.string(length);
        self.code(1);
        true
    }

    fn finish(self) -> Masked<'a> {
        let text = |bytes| Cow::Owned(String::from_utf8(bytes).unwrap_or_default());
        Masked {
            bare: text(self.bare),
            code: text(self.code),
        }
    }
}

/// Bytes that may begin or end a comment, a string or code inside a string.
fn marks(byte: u8) -> bool {
    matches!(
        byte,
        b'"' | b'\'' | b'`' | b'/' | b'#' | b'-' | b'<' | b'{' | b'}'
    )
}

fn ascii(byte: u8) -> u8 {
    if byte.is_ascii() { byte } else { b'x' }
}

/// Beyond this, a slash is taken to divide; so a long line is read in linear time.
const LONGEST_REGEX: usize = 200;

/// Bytes up to the slash that ends a regular expression; a slash within `[…]` does not.
fn regex_length(rest: &[u8]) -> Option<usize> {
    let (mut at, mut class) = (0, false);
    while at < rest.len().min(LONGEST_REGEX) {
        match rest[at] {
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

/// Whether a comment is closed that was not opened in these lines.
fn inside_comment<'a>(syntax: &Syntax, lines: impl Iterator<Item = &'a str>) -> bool {
    let Some((open, close)) = syntax.block else {
        return false;
    };
    for line in lines {
        let line = line.trim_start();
        if line.contains(open) {
            return false;
        }
        if line.starts_with(close) || line.starts_with(&close[..1]) && line.contains(close) {
            return true;
        }
    }
    false
}

/// Whether the first `"""` of these lines closes a text: it stands behind words, or alone on its
/// line where nothing before it leads up to a text.
fn inside_triple<'a>(lines: impl Iterator<Item = &'a str>) -> bool {
    let mut above = "(";
    for line in lines.map(str::trim) {
        if line.holds("\"\"\"") {
            return match line.strip_suffix("\"\"\"") {
                Some("") => !leads_to_text(above),
                Some(before) => !before.contains(['=', '"']) && !leads_to_text(before.trim_end()),
                None => false,
            };
        }
        if !line.is_empty() {
            above = line;
        }
    }
    false
}

fn leads_to_text(before: &str) -> bool {
    let word = before
        .rsplit(|c: char| !c.is_ascii_alphanumeric())
        .next()
        .unwrap_or_default();
    before.ends_with(['(', '=', ',', ':', '[', '{', '+'])
        || matches!(word, "return" | "f" | "r" | "b" | "u" | "rf" | "fr")
}

#[cfg(test)]
#[path = "../../tests/signals/masks.rs"]
mod tests;
