//! Masks comments and strings in code, line by line.
//!
//! A hunk may begin inside a comment or a string; `hunk_start` guesses this from its lines. If the
//! guess is wrong, code may be mistaken for text or vice versa, until the end of the hunk.

use crate::signals::hunk_start;
use crate::signals::masked::{self, Masked, Masker};
use crate::signals::syntax::Syntax;
use crate::signals::text::is_word;
use crate::text::slices::items;

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

pub struct Lexer {
    syntax: &'static Syntax,
    state: State,
    /// For each `${` that is open: how many braces are open inside it.
    templates: Vec<usize>,
}

impl Lexer {
    pub fn opening<'a>(
        syntax: &'static Syntax,
        lines: impl Iterator<Item = &'a str> + Clone,
    ) -> Self {
        let state = if hunk_start::inside_comment(syntax, lines.clone()) {
            State::Comment
        } else if syntax.triple && hunk_start::inside_triple(lines) {
            State::Triple(b'"')
        } else {
            State::Code
        };
        Lexer {
            syntax,
            state,
            templates: Vec::new(),
        }
    }

    pub fn line<'a>(&mut self, text: &'a str) -> Masked<'a> {
        let mut masker = Masker::new(text);
        while let Some(byte) = masker.rest().first() {
            self.step(&mut masker, *byte);
        }
        if matches!(self.state, State::Quote(_)) && !text.ends_with('\\') {
            self.state = State::Code;
        }
        masker.finish()
    }

    /// Advances by at least one byte; `byte` is the next one.
    fn step(&mut self, masker: &mut Masker, byte: u8) {
        match self.state {
            State::Code => self.code(masker, byte),
            State::Comment => self.comment(masker),
            State::Quote(quote) => self.quoted(masker, &[quote], true),
            State::Triple(quote) => self.quoted(masker, &[quote; 3], true),
            State::Raw => self.raw(masker),
            State::Hashed(hashes) => {
                let close = format!("\"{}", "#".repeat(hashes));
                self.quoted(masker, close.as_bytes(), false);
            }
        }
    }

    fn code(&mut self, masker: &mut Masker, byte: u8) {
        let run = masker.run(|byte| !(masked::marks(byte) || self.syntax.rust && byte == b'r'));
        if run > 0 {
            masker.code(run);
        } else if self.starts_comment(masker) {
            masker.comment(masker.bytes.len());
        } else if let Some((open, _)) = self.syntax.block.filter(|(open, _)| masker.sees(open)) {
            masker.comment(masker.at + open.len());
            self.state = State::Comment;
        } else if self.syntax.rust && self.rust_string(masker) {
        } else if self.syntax.quotes.contains(&byte) && !self.no_quote(masker) {
            self.open_quote(masker, byte);
        } else if byte == b'`' && self.syntax.raw {
            masker.code(1);
            self.state = State::Raw;
        } else if byte == b'/' && self.syntax.regex && masker.regex() {
        } else {
            self.braces(byte);
            masker.code(1);
        }
    }

    fn starts_comment(&self, masker: &Masker) -> bool {
        let spaced = || {
            masker
                .before()
                .is_none_or(|byte| byte.is_ascii_whitespace())
        };
        let free = !self.syntax.spaced || spaced();
        free && !masker.sees("#{") && self.syntax.line.iter().any(|mark| masker.sees(mark))
    }

    fn open_quote(&mut self, masker: &mut Masker, quote: u8) {
        let triple = self.syntax.triple && masker.rest().starts_with(&[quote; 3]);
        self.state = if triple {
            State::Triple(quote)
        } else {
            State::Quote(quote)
        };
        masker.code(if triple { 3 } else { 1 });
    }

    /// Whether the mark here is a lifetime (`&'a str`) or a digit separator (`1'000`).
    fn no_quote(&self, masker: &Masker) -> bool {
        let rest = masker.rest();
        if !rest.starts_with(b"'") {
            return false;
        }
        let digits = masker.before().is_some_and(|byte| byte.is_ascii_digit());
        let closes =
            rest.starts_with(b"'\\") || items(rest, 2..).iter().take(4).any(|b| *b == b'\'');
        digits || self.syntax.rust && !closes
    }

    /// Enters `r"…"` or `r#"…"#`.
    fn rust_string(&mut self, masker: &mut Masker) -> bool {
        let rest = masker.rest();
        let alone = !masker.before().is_some_and(is_word);
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
        masker.code(hashes + 2);
        self.state = State::Hashed(hashes);
        true
    }

    /// Counts braces inside `${…}`; the last one returns to the string.
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

    fn comment(&mut self, masker: &mut Masker) {
        let close = self.syntax.block.map_or("", |(_, close)| close);
        if masker.sees(close) {
            masker.comment(masker.at + close.len());
            self.state = State::Code;
        } else {
            let first = close.bytes().next();
            let run = masker.run(|byte| Some(byte) != first);
            masker.comment(masker.at + run.max(1));
        }
    }

    fn quoted(&mut self, masker: &mut Masker, close: &[u8], escapes: bool) {
        if escapes && masker.sees("\\") {
            masker.string(2);
        } else if masker.rest().starts_with(close) {
            masker.code(close.len());
            self.state = State::Code;
        } else {
            let first = close.first().copied();
            let run = masker.run(|byte| Some(byte) != first && byte != b'\\' && byte != b'$');
            masker.string(run.max(1));
        }
    }

    fn raw(&mut self, masker: &mut Masker) {
        if self.syntax.template && masker.sees("${") {
            masker.code(2);
            self.templates.push(0);
            self.state = State::Code;
        } else {
            self.quoted(masker, b"`", self.syntax.template);
        }
    }
}

#[cfg(test)]
#[path = "../../tests/signals/masks.rs"]
mod tests;
