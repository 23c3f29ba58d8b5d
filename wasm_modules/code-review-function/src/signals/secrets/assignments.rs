//! Literals assigned to names of secrets: `password = "…"`, `apiKey: "…"`, `TOKEN=…`.

use crate::diff::kinds::FileKind;
use crate::signals::secrets::entropy::{generated, is_placeholder, words_only};
use crate::signals::secrets::secret::{Secret, masked};
use crate::signals::signal::Signal;
use crate::signals::source_file::{Row, SourceFile};
use crate::signals::text::Search;
use crate::wit::Severity;

const LITERAL: Signal = Signal::security(
    "secrets/literal",
    Severity::Major,
    0.75,
    "Hard-coded password or key",
    "{} Anyone who can read the repository or its history has it. Read it from the environment or a secret \
     store, and rotate this one.",
);

/// How such names end, in lower case and without separators.
const NAMES: &str = "password passwd passphrase pwd secret secretkey secrettoken apikey apisecret accesskey accesstoken authtoken \
     bearertoken token privatekey clientsecret signingkey encryptionkey jwtsecret jwtkey masterkey credential authkey hmackey dbpass";

/// Names that end like that but do not hold a secret.
const HARMLESS: &str = "csrftoken xsrftoken nexttoken pagetoken continuationtoken synctoken cancellationtoken canceltoken publickey \
     maxtoken eostoken bostoken padtoken septoken unktoken masktoken nextpagetoken";

const WEAK: &str = "supersecret super-secret super_secret mysecret my-secret-key my_secret_key secretkey letmein qwerty trustno1";

pub fn find(row: &Row) -> Option<Secret> {
    if !row.file().kind.reviewable() || row.file().kind == FileKind::Documentation {
        return None;
    }
    let text = row.text();
    let marks = text.match_indices([':', '=']).take(8).map(|(at, _)| at);
    let (name, value) = marks
        .filter_map(|at| pair(row.file(), text, at))
        .find(|(name, value)| secret(name, value))?;
    let found = format!("`{name}` is set to a literal ({}).", masked(value));
    let severity = if row.file().kind == FileKind::Ci {
        Severity::Nit
    } else {
        LITERAL.severity
    };
    Some(Secret {
        signal: &LITERAL,
        found,
        severity,
        value: value.to_owned(),
    })
}

/// The name before the position `at` and the literal after it.
fn pair<'t>(file: &SourceFile, text: &'t str, at: usize) -> Option<(&'t str, &'t str)> {
    let (before, value) = text.split_at_checked(at)?;
    let name = name_before(before)?;
    let value = value.trim_start_matches([':', '=', '>', ' ', '\t']);
    let quote = value
        .chars()
        .next()
        .filter(|c| matches!(c, '"' | '\'' | '`'));
    if let Some(quote) = quote {
        let (value, after) = value.strip_prefix(quote)?.split_once(quote)?;
        return ends_there(after).then_some((name, value));
    }
    let plain = file.is_language("YAML|Environment|Properties|INI|Dockerfile|Shell")
        && !before.contains(['$', '(', '?']);
    let value = value
        .split(|c: char| c.is_whitespace())
        .next()
        .filter(|value| !value.is_empty())?;
    (plain && !value.contains(['(', ')', '{', '|', '`'])).then_some((name, value))
}

/// Whether the literal is the whole value: `"a" + b` and `"a".into()` may be anything.
fn ends_there(after: &str) -> bool {
    let after = after.trim_start();
    after.is_empty()
        || after.starts_with([',', ';', ')', '}', ']', '#', '/', '\\', '&', '|', '\''])
        || after.starts_with(".to_string()")
        || after.starts_with(".to_owned()")
        || after.starts_with(".into()")
        || after.starts_with("os.")
}

/// The name that ends here: `x.dbPassword`, `"db-password"`, `password: str`, `password := `.
fn name_before(before: &str) -> Option<&str> {
    let before = before.trim_end_matches([' ', '\t', ':', '"', '\'', ']', '?', '!']);
    let before = typed(before).unwrap_or(before);
    let name = before
        .rsplit(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-'))
        .next()?;
    (!name.is_empty()).then_some(name)
}

/// The name before a type: `password` for `password: &str`.
fn typed(before: &str) -> Option<&str> {
    let (name, kind) = before.rsplit_once(':')?;
    let types = [
        "str",
        "&str",
        "string",
        "String",
        "&'static str",
        "Optional[str",
        "string | null",
    ];
    types.contains(&kind.trim()).then(|| name.trim_end())
}

fn secret(name: &str, value: &str) -> bool {
    let flat: String = name
        .chars()
        .filter(|c| c.is_ascii_alphanumeric())
        .map(|c| c.to_ascii_lowercase())
        .collect();
    let promises = NAMES
        .split_ascii_whitespace()
        .any(|end| flat.ends_with(end));
    promises
        && !HARMLESS
            .split_ascii_whitespace()
            .any(|end| flat.ends_with(end))
        && believable(&flat, value)
}

/// Whether the value can be a secret, and not a name, a path, a label or a placeholder.
fn believable(name: &str, value: &str) -> bool {
    let flat: String = value
        .chars()
        .filter(|c| c.is_ascii_alphanumeric())
        .map(|c| c.to_ascii_lowercase())
        .collect();
    let shaped = (6..=200).contains(&value.len())
        && !value.contains([' ', '\t', '(', ')', '<', '>', '{', '}', '\\']);
    let elsewhere =
        value.holds("://") || value.starts_with(['/', '.', '#', '-']) || value.starts_with("$2");
    if !shaped || elsewhere || is_placeholder(value) || name.contains(&flat) || capitals(value) {
        return false;
    }
    if WEAK
        .split(' ')
        .any(|weak| value.to_ascii_lowercase().holds(weak))
    {
        return true;
    }
    if flat.contains(name) {
        return false;
    }
    let password = name.ends_with("password")
        || name.ends_with("passwd")
        || name.ends_with("pwd")
        || name.ends_with("dbpass")
        || name.ends_with("passphrase");
    !words_only(value) && (password || generated(value) && value.len() >= 12)
}

/// The name of an environment variable or a constant.
fn capitals(value: &str) -> bool {
    value.contains('_')
        && value
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}
