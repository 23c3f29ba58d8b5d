//! Private keys in PEM, reported at the line that opens the block.

use crate::signals::secrets::secret::Secret;
use crate::signals::signal::Signal;
use crate::signals::source_file::Row;
use crate::signals::text::Search;
use crate::wit::Severity;

const KEY: Signal = Signal::security(
    "secrets/private-key",
    Severity::Critical,
    0.95,
    "Private key is committed",
    "A \"{}\" block begins here, and anyone who can read the repository or its history has the key. Revoke it \
     everywhere and store the new one in a secret store.",
);

pub fn find(row: &Row) -> Option<Secret> {
    let (_, rest) = row.text().cut("-----BEGIN ")?;
    let (label, rest) = rest.cut("-----")?;
    let private = label.ends_with("PRIVATE KEY") || label == "PGP PRIVATE KEY BLOCK";
    let follows = encoded(rest)
        || row
            .next()
            .is_some_and(|next| encoded(next.text()) || headed(next.text()));
    (private && follows).then(|| Secret {
        signal: &KEY,
        found: format!("BEGIN {label}"),
        severity: KEY.severity,
        value: row
            .next()
            .map_or_else(|| rest.to_owned(), |next| next.text().trim().to_owned()),
    })
}

/// Whether the key's bytes are here; code that only searches for the header has none.
fn encoded(text: &str) -> bool {
    let text = text.trim().trim_start_matches(['"', '\'', '+', ' ']);
    let text = text.strip_prefix("\\n").unwrap_or(text);
    let base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=".contains(byte);
    text.bytes().take_while(|byte| base64(byte)).count() >= 24
}

/// Whether this is a header of an old or a PGP key.
fn headed(text: &str) -> bool {
    ["Proc-Type:", "DEK-Info:", "Version:", "Comment:"]
        .iter()
        .any(|header| text.trim().starts_with(header))
}
