//! Sizes, and how people write them.

/// What the archive is tuned for.
pub struct Limits;

impl Limits {
    /// Files up to this size are one chunk.
    pub const SMALL: usize = 64;
    /// KiB, like all limits.
    pub const CHUNK: usize = 4096;
}

/// Reads "4" or "4M" as mebibytes.
pub fn parse_rate(text: &str) -> Option<u64> {
    text.trim().trim_end_matches('M').parse().ok()
}

/// "1.5 GiB"
pub fn readable(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["B", "KiB", "MiB", "GiB"];
    let mut value = bytes as f64;
    let mut unit = 0;
    while value >= 1024.0 && unit < 3 {
        value /= 1024.0;
        unit += 1;
    }
    format!("{value:.1} {}", UNITS[unit])
}
