//! Takes comments and strings out of code, line by line.
//!
//! What a hunk shows may begin inside a comment or a string; [`opening`] guesses that from the lines
//! of the hunk. Where the guess is wrong, code may be taken for text or the other way round,
//! until the hunk ends.

use super::opening;
use super::paint::{self, Masked, Painter};
use super::syntax::Syntax;
use super::text::is_word;
use crate::slices::items;

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
        while let Some(byte) = painter.rest().first() {
            self.step(&mut painter, *byte);
        }
        if let State::Quote(_) = self.state
            && !text.ends_with('\\')
        {
            self.state = State::Code;
        }
        painter.finish()
    }

    /// Goes at least one byte further; `byte` is the next one.
    fn step(&mut self, painter: &mut Painter, byte: u8) {
        match self.state {
            State::Code => self.code(painter, byte),
            State::Comment => self.comment(painter),
            State::Quote(quote) => self.quoted(painter, &[quote], true),
            State::Triple(quote) => self.quoted(painter, &[quote; 3], true),
            State::Raw => self.raw(painter),
            State::Hashed(hashes) => {
                let close = format!("\"{}", "#".repeat(hashes));
                self.quoted(painter, close.as_bytes(), false);
            }
        }
    }

    fn code(&mut self, painter: &mut Painter, byte: u8) {
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
        let spaced = || {
            painter
                .before()
                .is_none_or(|byte| byte.is_ascii_whitespace())
        };
        let free = !self.syntax.spaced || spaced();
        free && !painter.sees("#{") && self.syntax.line.iter().any(|mark| painter.sees(mark))
    }

    fn open_quote(&mut self, painter: &mut Painter, quote: u8) {
        let triple = self.syntax.triple && painter.rest().starts_with(&[quote; 3]);
        self.state = if triple {
            State::Triple(quote)
        } else {
            State::Quote(quote)
        };
        painter.code(if triple { 3 } else { 1 });
    }

    /// Whether the mark here is a lifetime (`&'a str`) or parts digits (`1'000`).
    fn no_quote(&self, painter: &Painter) -> bool {
        let rest = painter.rest();
        if !rest.starts_with(b"'") {
            return false;
        }
        let digits = painter.before().is_some_and(|byte| byte.is_ascii_digit());
        let closes =
            rest.starts_with(b"'\\") || items(rest, 2..).iter().take(4).any(|b| *b == b'\'');
        digits || self.syntax.rust && !closes
    }

    /// Enters `r"…"` or `r#"…"#`.
    fn rust_string(&mut self, painter: &mut Painter) -> bool {
        let rest = painter.rest();
        let alone = !painter.before().is_some_and(is_word);
        if !rest.starts_with(b"r") || !alone {
            return false;
        }
        let hashes = rest
            .iter()
            .skip(1)
            .take_while(|byte| **byte == b'#')
            .count();
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
            let first = close.bytes().next();
            let run = painter.run(|byte| Some(byte) != first);
            painter.comment(painter.at + run.max(1));
        }
    }

    fn quoted(&mut self, painter: &mut Painter, close: &[u8], escapes: bool) {
        if escapes && painter.sees("\\") {
            painter.string(2);
        } else if painter.rest().starts_with(close) {
            painter.code(close.len());
            self.state = State::Code;
        } else {
            let first = close.first().copied();
            let run = painter.run(|byte| Some(byte) != first && byte != b'\\' && byte != b'$');
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
