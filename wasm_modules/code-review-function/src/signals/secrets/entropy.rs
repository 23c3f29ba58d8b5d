//! Distinguishes secrets from placeholders.

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

/// Whether the text is a placeholder: a template, a reference, or a word that says so.
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

/// Whether a token is an obvious example.
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

/// Whether it looks like words or a name, not like a password: letters with separators.
pub fn words_only(text: &str) -> bool {
    text.chars()
        .all(|c| c.is_alphabetic() || "-_./: ".contains(c))
}

/// Whether a part of it mixes letters and digits randomly, as generated secrets do, unlike names
/// such as `step_2_of_3`.
pub fn generated(text: &str) -> bool {
    let mixed = |piece: &str| {
        let digits = piece.bytes().filter(u8::is_ascii_digit).count();
        piece.len() >= 8 && digits > 0 && digits < piece.len()
    };
    text.split(['-', '_', '.', ':']).any(mixed) && entropy(text) >= 3.0
}
