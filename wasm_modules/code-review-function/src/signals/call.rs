//! Calls and their arguments, also across several lines.

use crate::signals::source_file::Row;
use crate::signals::text::{self, FILLER, Search, is_quote, is_word};
use crate::text::slices::{between, byte_before, head, tail};

/// The most lines of a call.
const REACH: usize = 20;

/// Python keywords whose lines end in a colon.
const HEADS: &str = "if else elif for while try except finally with def class";

/// A fragment of code without strings (`code`) and with them (`uncommented`); both have the same
/// length.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fragment {
    pub code: String,
    pub uncommented: String,
}

impl<'r> Row<'r> {
    /// The line and those that follow until its brackets are closed.
    pub fn statement(&self) -> Fragment {
        let mut piece = Fragment {
            code: self.code().into(),
            uncommented: self.uncommented().into(),
        };
        let mut open = text::unclosed(self.code());
        for row in self.below().take(REACH) {
            if open <= 0 {
                break;
            }
            open += text::unclosed(row.code());
            piece.code += &format!("\n{}", row.code());
            piece.uncommented += &format!("\n{}", row.uncommented());
        }
        piece
    }

    /// Whether a statement begins on this line.
    pub fn begins_statement(&self) -> bool {
        let above = self.previous().map_or("", |above| above.code().trim_end());
        let goes_on = above.ends_with(['=', '(', ',', '+', '.', '[', '?', '&', '|', '>', '\\']);
        let opens = above.ends_with(':') && !text::has_word(above, HEADS);
        let brackets = |row: Row| text::unclosed(&row.code().replace(['{', '}'], ""));
        !goes_on && !opens && self.above().take(REACH).map(brackets).sum::<i32>() <= 0
    }

    /// The arguments of every call of one of `names` (separated by spaces) that begins on this
    /// line. A name that begins with a dot matches any receiver.
    pub fn calls(&self, names: &'static str) -> Vec<Fragment> {
        if !text::has_one_of(self.code(), "{} (", names) {
            return Vec::new();
        }
        let statement = self.statement();
        names
            .split(' ')
            .flat_map(|name| statement.calls(name, self.code().len()))
            .collect()
    }
}

impl Fragment {
    /// The part between two positions; empty if there is none.
    pub fn slice(&self, from: usize, to: usize) -> Fragment {
        Fragment {
            code: between(&self.code, from, to).into(),
            uncommented: between(&self.uncommented, from, to).into(),
        }
    }

    /// The arguments of the calls of `name` that begin within the first `limit` bytes.
    fn calls(&self, name: &str, limit: usize) -> Vec<Fragment> {
        let starts = self.code.match_indices(name).filter(|(at, _)| *at < limit);
        starts
            .filter_map(|(at, _)| self.arguments(at, name))
            .collect()
    }

    fn arguments(&self, at: usize, name: &str) -> Option<Fragment> {
        let bytes = self.code.as_bytes();
        let before = head(&self.code, at);
        let part = before.ends_with(['.', '$']) || before.ends_with("->") || before.ends_with("::");
        let joined = byte_before(bytes, at).is_some_and(is_word) || part;
        let alone = name.starts_with('.') || !joined;
        let open = text::skip_blanks(bytes, at + name.len());
        if !alone || bytes.get(open) != Some(&b'(') || declared(before) {
            return None;
        }
        let close = text::closing(&self.code, open).unwrap_or(self.code.len());
        Some(self.slice(open + 1, close.max(open + 1)))
    }

    /// Splits the fragment at commas outside brackets.
    pub fn parts(&self) -> Vec<Fragment> {
        let (mut parts, mut depth, mut start) = (Vec::new(), 0, 0);
        for (at, byte) in self.code.bytes().enumerate() {
            match byte {
                b'(' | b'[' | b'{' => depth += 1,
                b')' | b']' | b'}' => depth -= 1,
                b',' if depth == 0 => {
                    parts.push(self.slice(start, at));
                    start = at + 1;
                }
                _ => {}
            }
        }
        if !tail(&self.code, start).trim().is_empty() {
            parts.push(self.slice(start, self.code.len()));
        }
        parts
    }

    /// The first argument; empty if there is none.
    pub fn first(&self) -> Fragment {
        self.parts().into_iter().next().unwrap_or_default()
    }

    pub fn has(&self, pattern: &'static str) -> bool {
        text::has(&self.code, pattern)
    }

    pub fn is_empty(&self) -> bool {
        self.code.trim().is_empty()
    }

    /// Whether it consists of constant strings only.
    pub fn literal(&self, language: &str) -> bool {
        let plain = |byte: u8| {
            byte == FILLER
                || is_quote(byte)
                || byte.is_ascii_whitespace()
                || b"+.rbuR@\\()[],#".contains(&byte)
        };
        self.code.bytes().any(is_quote)
            && self.code.bytes().all(plain)
            && !self.holds_values(language)
    }

    /// Whether it is a number, a constant in capitals or a constant string.
    pub fn constant(&self, language: &str) -> bool {
        let code = self.code.trim();
        let capitals = |byte: u8| {
            byte.is_ascii_uppercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'.' | b':')
        };
        self.literal(language) || !code.is_empty() && code.bytes().all(capitals)
    }

    /// Whether a value is inserted into one of its strings: by interpolation, formatting or
    /// concatenation.
    pub fn mixes(&self, language: &str) -> bool {
        let strings = self.code.bytes().any(is_quote);
        strings && (self.joins(language) || self.formats(language) || self.holds_values(language))
    }

    /// `"…" + value`, and in PHP and Perl `"…" . $value`.
    fn joins(&self, language: &str) -> bool {
        let (plus, dots) = (
            has_joint(&self.code, '+'),
            matches!(language, "PHP" | "Perl") && has_joint(&self.code, '.'),
        );
        plus || dots || language == "Lua" && self.code.holds("..")
    }

    fn formats(&self, language: &str) -> bool {
        match language {
            "Python" => self.has("' % $") || self.has("' % (") || self.has("' . format ("),
            "Go" => self.has("fmt.Sprintf ("),
            "Rust" => self.has("format! ("),
            "Java" | "Kotlin" | "Scala" | "Groovy" => {
                self.has("String.format (") || self.has(". formatted (")
            }
            "C#" => self.has("string.Format (") || self.has("String.Format ("),
            "PHP" => self.has("sprintf ("),
            _ => false,
        }
    }

    /// Interpolated values: `f"{x}"`, `${x}`, `#{x}`, `"$x"`.
    fn holds_values(&self, language: &str) -> bool {
        match language {
            "Python" => formatted(&self.code) && self.uncommented.contains('{'),
            "JavaScript" | "TypeScript" | "Vue" | "Svelte" => self.code.holds("${"),
            "Ruby" | "Elixir" => self.uncommented.holds("#{"),
            "PHP" | "Perl" | "Kotlin" | "Groovy" | "Dart" | "Scala" | "Shell" => self.filled('$'),
            "C#" => self.code.holds("$\"") || self.code.holds("$@\""),
            "Swift" => self.uncommented.holds("\\("),
            "Rust" => self.has("format! (") && self.filled('{'),
            _ => false,
        }
    }

    /// Whether `mark` is inside a string, before a name.
    fn filled(&self, mark: char) -> bool {
        self.uncommented.match_indices(mark).any(|(at, _)| {
            let next = self.uncommented.as_bytes().get(at + 1);
            self.code.as_bytes().get(at) == Some(&FILLER)
                && next.is_some_and(|byte| byte.is_ascii_alphabetic() || b"_{".contains(byte))
        })
    }
}

/// Whether the name is declared here instead of called: `def eval(`, `function exec(`, `fn`,
/// `func`.
fn declared(before: &str) -> bool {
    let word = before
        .trim_end()
        .rsplit(|c: char| !c.is_ascii_alphanumeric())
        .next()
        .unwrap_or_default();
    matches!(
        word,
        "def" | "function" | "fn" | "func" | "fun" | "void" | "int" | "boolean" | "bool"
    )
}

/// Whether `mark` joins a string with something else.
fn has_joint(code: &str, mark: char) -> bool {
    code.match_indices(mark).any(|(at, _)| {
        let (before, after) = (head(code, at).trim_end(), tail(code, at + 1).trim_start());
        let named =
            |text: &str| text.starts_with(|c: char| c.is_ascii_alphabetic() || "_$(".contains(c));
        let ends_named =
            |text: &str| text.ends_with(|c: char| c.is_ascii_alphanumeric() || "_)]".contains(c));
        before.ends_with(['"', '\'', '`']) && named(after)
            || after.starts_with(['"', '\'', '`']) && ends_named(before)
    })
}

/// Whether there is a Python f-string.
pub fn formatted(code: &str) -> bool {
    code.match_indices(['f', 'F']).any(|(at, _)| {
        let alone = byte_before(code.as_bytes(), at)
            .is_none_or(|byte| !is_word(byte) || b"rRbB".contains(&byte));
        alone
            && tail(code, at + 1)
                .trim_start_matches(['r', 'R'])
                .starts_with(['"', '\''])
    })
}
