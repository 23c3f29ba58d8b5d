//! Takes comments and strings out of code, line by line.
//!
//! What a hunk shows may begin inside a comment or a string; [`opening`] guesses that from the lines
//! of the hunk. Where the guess is wrong, code may be taken for text or the other way round,
//! until the hunk ends.

use super::opening;
use super::paint::{self, Masked, Painter};
use super::syntax::Syntax;
use super::text::is_word;

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
        let state = if opening::inside_comment(syntax, lines.clone()) {
            State::Comment
        } else if syntax.triple && opening::inside_triple(lines) {
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
        let run = painter.run(|byte| !(paint::marks(byte) || self.syntax.rust && byte == b'r'));
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
            let run = painter.run(|byte| byte != close.as_bytes()[0]);
            painter.comment(painter.at + run.max(1));
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

#[cfg(test)]
#[path = "../../tests/signals/masks.rs"]
mod tests;
