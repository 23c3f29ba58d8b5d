//! URLs with a password: `postgres://user:password@host`.

use crate::signals::secrets::entropy::{is_placeholder, words_only};
use crate::signals::secrets::secret::{Secret, masked};
use crate::signals::signal::Signal;
use crate::signals::source_file::Row;
use crate::signals::text::Search;
use crate::text::slices::tail;
use crate::wit::Severity;

const URL: Signal = Signal::security(
    "secrets/url",
    Severity::Major,
    0.85,
    "URL contains a password",
    "The password ({}) ends up in the history, in logs and in error messages. Change it, and read the URL from \
     the environment or a secret store.",
);

pub fn find(row: &Row) -> Option<Secret> {
    let text = row.text();
    let mut addresses = text.match_indices("://").map(|(at, _)| tail(text, at + 3));
    let password = addresses.find_map(password)?;
    Some(Secret {
        signal: &URL,
        found: masked(password),
        severity: URL.severity,
        value: password.to_owned(),
    })
}

/// The password in the text after "://", if it is a real one.
fn password(address: &str) -> Option<&str> {
    let ends = |c: char| c.is_whitespace() || "/\"'`<>?#,;)|".contains(c);
    let (login, host) = address.split(ends).next()?.rsplit_once('@')?;
    let (user, password) = login.cut(":")?;
    let local = ["localhost", "127.0.0.1", "0.0.0.0", "[::1]"]
        .iter()
        .any(|name| host.starts_with(name));
    let one_label = !host.contains('.');
    let made_up = is_placeholder(login) || host.holds("example.") || weak(user, password);
    let short = password.len() < 4 || one_label && words_only(password);
    let filled_in = password.contains(['$', '{', '%', '*']);
    (!local && !short && !made_up && !filled_in).then_some(password)
}

/// Common placeholders for a password.
fn weak(user: &str, password: &str) -> bool {
    let known = [
        "pass", "password", "passwd", "secret", "pwd", "pw", "postgres", "root", "guest", "admin",
        "user",
    ];
    user == password
        || password.holds("ssword")
        || known.contains(&password.to_ascii_lowercase().as_str())
}
