//! Looking for things in a line of code, without regular expressions.
//!
//! A pattern is a text of pieces with spaces between. Pieces follow one another in the line, with or
//! without blanks between them, and a piece that is a word stands alone: `verify = False` fits
//! `verify=False` but not `reverify = False`. Some pieces are special:
//! `$` an identifier or a path like `a.b.c`, `'` any quotation mark, `..` anything at all.

/// Stands for every byte inside a string, where strings are blanked.
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

/// What rules do most. Out of line, and without the standard library's search for long texts: there are
/// hundreds of calls, and the module is to stay small.
pub trait Look {
    fn holds(&self, part: &str) -> bool;

    /// Parts the text around the first `mark`.
    fn cut(&self, mark: &str) -> Option<(&str, &str)>;
}

impl Look for str {
    #[inline(never)]
    fn holds(&self, part: &str) -> bool {
        place_of(self, part).is_some()
    }

    #[inline(never)]
    fn cut(&self, mark: &str) -> Option<(&str, &str)> {
        let at = place_of(self, mark)?;
        Some((&self[..at], &self[at + mark.len()..]))
    }
}

fn place_of(text: &str, part: &str) -> Option<usize> {
    places_of(text, part).next()
}

/// Where `part` stands in `text`. Parts are short, so the simplest search will do.
fn places_of(text: &str, part: &str) -> impl Iterator<Item = usize> {
    let (text, part) = (text.as_bytes(), part.as_bytes());
    let first = part.first().copied().unwrap_or_default();
    let last = (text.len() + 1).saturating_sub(part.len());
    (0..last).filter(move |&at| text[at] == first && text[at..].starts_with(part))
}

/// Whether `pattern` fits anywhere in `text`.
pub fn has(text: &str, pattern: &str) -> bool {
    find(text, pattern).is_some()
}

pub fn has_any(text: &str, patterns: &[&str]) -> bool {
    patterns.iter().any(|pattern| has(text, pattern))
}

/// Where `pattern` first fits in `text`, and where that ends.
pub fn find(text: &str, pattern: &str) -> Option<(usize, usize)> {
    let first = pattern.split(' ').next().unwrap_or_default();
    if first == "$" {
        let starts = (0..text.len()).filter(|&at| path_starts(text.as_bytes(), at));
        return fit_first(text, pattern, starts);
    }
    if first == "'" {
        let starts = (0..text.len()).filter(|&at| is_quote(text.as_bytes()[at]));
        return fit_first(text, pattern, starts);
    }
    fit_first(text, pattern, places_of(text, first))
}

fn fit_first(
    text: &str,
    pattern: &str,
    mut starts: impl Iterator<Item = usize>,
) -> Option<(usize, usize)> {
    starts.find_map(|at| fit(text.as_bytes(), at, pattern).map(|end| (at, end)))
}

fn path_starts(bytes: &[u8], at: usize) -> bool {
    is_word(bytes[at]) && !bytes[at].is_ascii_digit() && (at == 0 || !is_path(bytes[at - 1]))
}

/// Whether the pieces follow one another from `at` on; gives the end.
fn fit(bytes: &[u8], at: usize, pattern: &str) -> Option<usize> {
    let (piece, rest) = pattern.split_once(' ').unwrap_or((pattern, ""));
    if piece == ".." {
        return (at..=bytes.len()).find_map(|from| fit(bytes, from, rest));
    }
    let at = skip_blanks(bytes, at);
    let end = match piece {
        "" => return Some(at),
        "$" => path_end(bytes, at)?,
        "'" => bytes
            .get(at)
            .filter(|byte| is_quote(**byte))
            .map(|_| at + 1)?,
        _ => literal_end(bytes, at, piece.as_bytes())?,
    };
    if rest.is_empty() {
        Some(end)
    } else {
        fit(bytes, end, rest)
    }
}

fn path_end(bytes: &[u8], at: usize) -> Option<usize> {
    let first = bytes.get(at)?;
    let length = bytes[at..]
        .iter()
        .take_while(|byte| is_path(**byte))
        .count();
    (is_word(*first) && !first.is_ascii_digit()).then_some(at + length)
}

fn literal_end(bytes: &[u8], at: usize, piece: &[u8]) -> Option<usize> {
    let end = at + piece.len();
    let alone_before = !is_word(piece[0]) || at == 0 || !is_word(bytes[at - 1]);
    let alone_after =
        !is_word(piece[piece.len() - 1]) || bytes.get(end).is_none_or(|byte| !is_word(*byte));
    (bytes.get(at..end) == Some(piece) && alone_before && alone_after).then_some(end)
}

pub fn skip_blanks(bytes: &[u8], at: usize) -> usize {
    let blanks = bytes[at.min(bytes.len())..]
        .iter()
        .take_while(|byte| byte.is_ascii_whitespace());
    at + blanks.count()
}

/// The words of a line (letters, digits and underscores of ASCII) and where each begins.
pub fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < bytes.len() && !is_word(bytes[at]) {
            at += 1;
        }
        let start = at;
        while at < bytes.len() && is_word(bytes[at]) {
            at += 1;
        }
        (start < at).then(|| (start, &text[start..at]))
    })
}

/// Whether `text` has one of `list`'s words (in lower case, with spaces between), in any case.
pub fn has_word(text: &str, list: &str) -> bool {
    words(text).any(|(_, word)| list.split(' ').any(|one| one.eq_ignore_ascii_case(word)))
}

/// Whether `text` holds one of `list`'s entries (in lower case, with spaces between), in any case.
pub fn mentions(text: &str, list: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    list.split(' ').any(|one| lower.holds(one))
}

/// Where the bracket that opens at `open` is closed, in code without its strings.
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

/// Blanks at the line's start.
pub fn indent(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

/// The first `count` bytes of `text` or a little less, never within a character.
pub fn head(text: &str, count: usize) -> &str {
    let end = (0..=count.min(text.len()))
        .rev()
        .find(|at| text.is_char_boundary(*at));
    &text[..end.unwrap_or(0)]
}
