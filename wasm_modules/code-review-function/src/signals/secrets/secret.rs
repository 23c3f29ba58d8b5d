//! A secret that was found, described without repeating it.

use crate::signals::signal::Signal;
use crate::text::slices::start;
use crate::wit::Severity;

/// A secret found on a line.
pub struct Secret {
    pub signal: &'static Signal,
    /// Its first characters and what they belong to.
    pub found: String,
    pub severity: Severity,
    /// The secret itself, to see whether it was there before; never shown.
    pub value: String,
}

/// The first characters, and no more than a quarter, of a secret.
pub fn masked(secret: &str) -> String {
    let shown = (secret.len() / 4).min(8);
    format!("`{}…`", start(secret, shown))
}
