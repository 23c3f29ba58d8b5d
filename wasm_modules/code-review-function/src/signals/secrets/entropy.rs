//! Telling a secret from a text that only stands for one.

/// Bits per byte, from 0 for one byte repeated.
pub fn entropy(text: &str) -> f32 {
    let mut counts = [0u32; 256];
    for byte in text.bytes() {
        if let Some(count) = counts.get_mut(usize::from(byte)) {
            *count += 1;
        }
    }
    let total = text.len().max(1) as f32;
    let shares = counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| *count as f32 / total);
    shares.map(|share| -share * share.log2()).sum()
}

/// Whether the text is a stand-in: a template, a reference, or a word that says so.
pub fn is_placeholder(text: &str) -> bool {
    const MARKS: &str = "example changeme change_me change-me change-this xxx your placeholder dummy fake redacted \
         replace insert sample todo **** .... ${ {{ $( %( %s <% env. environ process.env getenv vault: arn: enc[ \
         op:// ssm: secretsmanager foobar not-a-real notareal abc123def 00000 11111 ----- test";
    let lower = text.to_ascii_lowercase();
    MARKS
        .split_ascii_whitespace()
        .any(|mark| lower.contains(mark))
        || lower.starts_with(['<', '$', '%', '@', '&', '*', '{', '['])
}

/// Whether a token says of itself that it is made up.
pub fn made_up(token: &str) -> bool {
    let lower = token.to_ascii_lowercase();
    [
        "example",
        "xxxx",
        "your",
        "placeholder",
        "dummy",
        "fake",
        "00000000",
    ]
    .iter()
    .any(|mark| lower.contains(mark))
}

/// Whether it reads like words or a name, not like a password: letters with single joints between.
pub fn words_only(text: &str) -> bool {
    text.chars()
        .all(|c| c.is_alphabetic() || "-_./: ".contains(c))
}

/// Whether a piece of it mixes letters and digits at random, as generated secrets do; names like
/// `step_2_of_3` do not.
pub fn generated(text: &str) -> bool {
    let mixed = |piece: &str| {
        let digits = piece.bytes().filter(u8::is_ascii_digit).count();
        piece.len() >= 8 && digits > 0 && digits < piece.len()
    };
    text.split(['-', '_', '.', ':']).any(mixed) && entropy(text) >= 3.0
}
