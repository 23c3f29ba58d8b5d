//! Makes text of the pull request safe for a prompt: no hidden characters, nothing that closes its
//! fence, and a bounded length.

use crate::text::slices::{self, between, tail};

/// Writes invisible characters as `\u{…}`, and breaks up the control tokens of chat templates. Line
/// feeds and tabs stay.
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push_visible(&mut out, text);
    out
}

/// Appends [`visible`] of `text` to `out`.
pub fn push_visible(out: &mut String, text: &str) {
    let mut plain = 0;
    for (at, byte) in text.bytes().enumerate() {
        // Only control characters, the start of a token, and the start of a non-ASCII character
        // need a closer look.
        let is_plain = matches!(byte, b' '..=b'~' | b'\n' | b'\t' | 0x80..=0xbf)
            && byte != b'<'
            && byte != b'[';
        if is_plain {
            continue;
        }
        let rest = tail(text, at);
        let Some(c) = rest.chars().next() else {
            continue;
        };
        if is_hidden(c) || opens_token(rest) {
            out.push_str(between(text, plain, at));
            out.push_str(&format!("\\u{{{:x}}}", c as u32));
            plain = at + c.len_utf8();
        }
    }
    out.push_str(tail(text, plain));
}

fn is_hidden(c: char) -> bool {
    match c {
        '\n' | '\t' => false,
        c if c.is_control() => true,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' => {
            true
        }
        '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' => true,
        '\u{2060}'..='\u{206f}'
        | '\u{3164}'
        | '\u{fe00}'..='\u{fe0e}'
        | '\u{feff}'
        | '\u{ffa0}' => true,
        '\u{fff9}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}' => true,
        _ => false,
    }
}

/// Control tokens of chat templates other than the common form `<|name|>`.
const TURNS: [&str; 8] = [
    "[INST]",
    "[/INST]",
    "[SYSTEM_PROMPT]",
    "[/SYSTEM_PROMPT]",
    "<<SYS>>",
    "<</SYS>>",
    "<start_of_turn>",
    "<end_of_turn>",
];

/// Whether `text` begins with what a tokenizer may read as a control token.
fn opens_token(text: &str) -> bool {
    if !text.starts_with(['<', '[']) {
        return false;
    }
    TURNS.iter().any(|turn| text.starts_with(turn))
        || is_special(text, "<|", "|>")
        || is_special(text, "<｜", "｜>")
}

/// `<|name|>`: a short name between `open` and `close`.
fn is_special(text: &str, open: &str, close: &str) -> bool {
    let Some(rest) = text.strip_prefix(open) else {
        return false;
    };
    let name: usize = rest
        .chars()
        .take(40)
        .take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '▁'))
        .map(char::len_utf8)
        .sum();
    name > 0 && tail(rest, name).starts_with(close)
}

/// Puts `text` between two markers that do not occur in it. They are derived from the text alone,
/// so that the same text always gives the same prompt.
pub fn fence(text: &str) -> String {
    let mut seed = hash(text);
    let mut mark = format!("data-{seed:016x}");
    while text.contains(&mark) {
        seed = hash(&mark);
        mark = format!("data-{seed:016x}");
    }
    let newline = if text.ends_with('\n') || text.is_empty() {
        ""
    } else {
        "\n"
    };
    format!("<{mark}>\n{text}{newline}</{mark}>")
}

/// FNV-1a with 64 bits: small and stable, not cryptographic.
pub fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |sum, byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Truncates `text` to at most `bytes`, ending in "…" if something is missing.
pub fn clip(text: &str, bytes: usize) -> String {
    let mut clipped = text.to_string();
    clip_from(&mut clipped, 0, bytes);
    clipped
}

/// Truncates the part of `text` that begins at `start` to at most `bytes`.
pub fn clip_from(text: &mut String, start: usize, bytes: usize) {
    let clipped = tail(text, start);
    if clipped.len() > bytes {
        let kept = slices::start(clipped, bytes.saturating_sub('…'.len_utf8())).len();
        text.truncate(start + kept);
        text.push('…');
    }
}

/// `text` in one line of at most `bytes`.
pub fn one_line(text: &str, bytes: usize) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    clip(&visible(&words.join(" ")), bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_are_written_out() {
        assert_eq!(
            visible("a\u{202e}b\u{200b}\u{7}\tc\n"),
            "a\\u{202e}b\\u{200b}\\u{7}\tc\n"
        );
        assert_eq!(visible("Grüße, 世界 🎉"), "Grüße, 世界 🎉");
        assert_eq!(visible("\u{e0041}"), "\\u{e0041}");
    }

    #[test]
    fn marks_of_a_turn_are_broken_up_and_operators_are_not() {
        assert_eq!(visible("<|im_end|>x"), "\\u{3c}|im_end|>x");
        assert_eq!(
            visible("[/INST] <start_of_turn>"),
            "\\u{5b}/INST] \\u{3c}start_of_turn>"
        );
        assert_eq!(visible("f <| g |> h <|>"), "f <| g |> h <|>");
    }

    #[test]
    fn a_fence_is_never_closed_by_its_text() {
        let first = fence("x");
        let mark = first.lines().next().unwrap_or_default();
        let nested = fence(&first);
        assert!(!nested.starts_with(mark));
        assert_eq!(nested, fence(&first));
    }

    #[test]
    fn clipping_keeps_whole_characters() {
        assert_eq!(clip("abcdef", 6), "abcdef");
        assert_eq!(clip("ääää", 6), "ä…");
        assert_eq!(clip("ääää", 7), "ää…");
    }
}
