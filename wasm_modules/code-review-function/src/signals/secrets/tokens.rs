//! Secrets that are recognised by their prefix.

use crate::signals::secrets::entropy::{entropy, made_up};
use crate::signals::secrets::secret::{Secret, masked};
use crate::signals::signal::Signal;
use crate::signals::text::{self, Search};
use crate::text::slices::{head, tail};
use crate::wit::Severity;

/// The format of a token: its prefix, and the length and characters of the rest.
struct Token {
    prefix: &'static str,
    rest: (usize, usize),
    of: fn(u8) -> bool,
    what: &'static str,
}

const ANY: usize = 400;

/// No token is shorter, so a shorter rest of a line is not checked.
const SHORTEST: usize = 20;

const TOKENS: &[Token] = &[
    token("AKIA", (16, 16), upper, "AWS access key"),
    token("ASIA", (16, 16), upper, "AWS access key"),
    token("ghp_", (36, 40), letter, "GitHub token"),
    token("gho_", (36, 40), letter, "GitHub token"),
    token("ghu_", (36, 40), letter, "GitHub token"),
    token("ghs_", (36, 40), letter, "GitHub token"),
    token("ghr_", (36, 76), letter, "GitHub token"),
    token("github_pat_", (40, 100), word, "GitHub token"),
    token("glpat-", (20, 60), dashed, "GitLab token"),
    token("xoxb-", (20, ANY), dashed, "Slack token"),
    token("xoxp-", (20, ANY), dashed, "Slack token"),
    token("xoxa-", (20, ANY), dashed, "Slack token"),
    token("xoxr-", (20, ANY), dashed, "Slack token"),
    token("xoxs-", (20, ANY), dashed, "Slack token"),
    token("xapp-", (20, ANY), dashed, "Slack token"),
    token("AIza", (35, 35), dashed, "Google API key"),
    token("sk_live_", (16, 120), word, "Stripe key"),
    token("rk_live_", (16, 120), word, "Stripe key"),
    token("whsec_", (24, 80), letter, "webhook secret"),
    token("sk-proj-", (32, 200), dashed, "OpenAI key"),
    token("sk-ant-", (32, 200), dashed, "Anthropic key"),
    token("sk-", (32, 64), letter, "OpenAI key"),
    token("npm_", (36, 36), letter, "npm token"),
    token("pypi-AgEIcHlwaS5vcmc", (40, ANY), dashed, "PyPI token"),
    token("SG.", (60, 70), dotted, "SendGrid key"),
    token("hf_", (34, 40), letter, "Hugging Face token"),
    token("dop_v1_", (64, 64), letter, "DigitalOcean token"),
    token("shpat_", (32, 32), letter, "Shopify token"),
    token("eyJ", (60, 4000), dotted, "JSON web token"),
];

const fn token(
    prefix: &'static str,
    rest: (usize, usize),
    of: fn(u8) -> bool,
    what: &'static str,
) -> Token {
    Token {
        prefix,
        rest,
        of,
        what,
    }
}

fn upper(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit()
}

fn letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
}

fn word(byte: u8) -> bool {
    text::is_word(byte)
}

fn dashed(byte: u8) -> bool {
    word(byte) || byte == b'-'
}

fn dotted(byte: u8) -> bool {
    dashed(byte) || byte == b'.'
}

const TOKEN: Signal = Signal::security(
    "secrets/token",
    Severity::Critical,
    0.95,
    "Secret is committed",
    "This line contains {}, which anyone with access to the repository or its history can use. Revoke it and \
     read the new one from the environment or a secret store; deleting the line is not enough.",
);

pub fn find(line: &str) -> Option<Secret> {
    let (token, text) = text::words(line).find_map(|(at, _)| token_at(line, at))?;
    let severity = if made_up(text) {
        Severity::Nit
    } else if token.prefix == "eyJ" {
        Severity::Major // most of them expire soon
    } else {
        Severity::Critical
    };
    Some(Secret {
        signal: &TOKEN,
        found: format!(
            "what looks like {} {} ({})",
            article(token),
            token.what,
            masked(text)
        ),
        severity,
        value: text.to_owned(),
    })
}

/// "an AWS access key", "an npm token", "a GitHub token".
fn article(token: &Token) -> &'static str {
    let spoken_as_vowel = token.what.starts_with(['A', 'O']) || token.what.starts_with("npm");
    if spoken_as_vowel { "an" } else { "a" }
}

/// The token that begins at `at`, where a word begins.
fn token_at(line: &str, at: usize) -> Option<(&'static Token, &str)> {
    let here = tail(line, at);
    let first = here.as_bytes().first()?;
    if here.len() < SHORTEST || !b"AEGSadeghknprswx".contains(first) {
        return None;
    }
    let token = TOKENS.iter().find(|token| here.starts_with(token.prefix))?;
    let rest = here.strip_prefix(token.prefix)?;
    let length = rest.bytes().take_while(|byte| (token.of)(*byte)).count();
    let fits = token.rest.0 <= length && length <= token.rest.1;
    let ends = rest.as_bytes().get(length).is_none_or(|byte| !word(*byte));
    (fits && ends && random(token, head(rest, length)))
        .then_some((token, head(here, token.prefix.len() + length)))
}

/// Whether the rest looks random; a JSON web token must have three parts.
fn random(token: &Token, rest: &str) -> bool {
    match token.prefix {
        "eyJ" => {
            rest.split('.').count() == 3
                && rest.holds(".eyJ")
                && !rest.holds("zdWIiOiIxMjM0NTY3ODkw")
        }
        "SG." => rest.split('.').count() == 2,
        "AKIA" | "ASIA" => entropy(rest) > 2.5,
        _ => entropy(rest) > 2.8 && rest.bytes().any(|byte| byte.is_ascii_digit()),
    }
}
