//! Why a server refused a request, as far as its report says.

use crate::report::parse::Report;
use crate::report::phrases::{
    ANSWER, BALANCING, CONTEXT, COUNTED, EXCESS, FORMULAS, GONE, KEY, MEANS, NO_ADDRESS, NO_MODEL,
    OTHER_LIMITS, PACED, PASSING, PERHAPS_SPENT, POLICY, PROMPT, REQUEST, SPENT, THROTTLED,
    TOO_LARGE, TOO_MANY, says,
};

/// Reasons for which another attempt is useless.
#[derive(Clone, Copy, PartialEq)]
pub enum Reason {
    Key,
    Spent,
    Policy,
    Moved,
    NoModel,
    OtherApi,
    Version,
    NoAddress,
    Forbidden,
}

impl Reason {
    /// What is wrong and what to do, for the operator.
    pub fn advice(self) -> &'static str {
        match self {
            Reason::Key => "the server refused the key; check OPENAI_API_KEY",
            Reason::Spent => {
                "the account's quota is spent; add credit, or wait until it is renewed"
            }
            Reason::Policy => "the server's content policy rejected the request",
            Reason::Moved => "the server has moved; set OPENAI_BASE_URL to its new address",
            Reason::NoModel => "the server has no such model; check OPENAI_MODEL",
            Reason::OtherApi => {
                "this model does not support chat completions; set OPENAI_MODEL to one that does"
            }
            Reason::Version => {
                "the server requires another API version; check the api-version in OPENAI_BASE_URL"
            }
            Reason::NoAddress => {
                "no chat completions API at this address; check OPENAI_BASE_URL (it usually ends in /v1)"
            }
            Reason::Forbidden => {
                "the key lacks permission for this; check its project and its permissions"
            }
        }
    }
}

/// The reason according to status and words, if there is one.
pub fn reason(status: u16, words: &str) -> Option<Reason> {
    always(status, words).or_else(|| match status {
        429 | 408 | 500.. => None,
        300..400 => Some(Reason::Moved),
        _ => of_a_refusal(status, words),
    })
}

fn always(status: u16, words: &str) -> Option<Reason> {
    let passes = status == 429 && says(words, &PASSING);
    if status == 401 || says(words, &KEY) {
        Some(Reason::Key)
    } else if status == 402 || says(words, &SPENT) || (!passes && perhaps_spent(status, words)) {
        Some(Reason::Spent)
    } else if says(words, &POLICY) {
        Some(Reason::Policy)
    } else {
        None
    }
}

/// Whether the account's quota is spent. Reports with a retry time and errors of the server itself
/// do not count.
fn perhaps_spent(status: u16, words: &str) -> bool {
    let is_gone = |sentence: &str| {
        says(sentence, &MEANS) && says(sentence, &GONE) && !says(sentence, &BALANCING)
    };
    says(words, &PERHAPS_SPENT) || (status < 500 && sentences(words).any(is_gone))
}

fn sentences(words: &str) -> impl Iterator<Item = &str> {
    words
        .split(['\n', ';', '!'])
        .flat_map(|line| line.split(". "))
}

fn of_a_refusal(status: u16, words: &str) -> Option<Reason> {
    let is_lost =
        matches!(status, 404 | 410) && (words.trim().is_empty() || words.contains("not found"));
    if words.contains("v1/responses") {
        Some(Reason::OtherApi)
    } else if says(words, &["api version", "api-version"]) {
        Some(Reason::Version)
    } else if words.contains("model") && says(words, &NO_MODEL) {
        Some(Reason::NoModel)
    } else if status == 405 || is_lost || says(words, &NO_ADDRESS) {
        Some(Reason::NoAddress)
    } else if status == 403 && !is_throttled(status, words) {
        Some(Reason::Forbidden)
    } else {
        None
    }
}

/// Whether the number or rate of requests is limited.
pub fn is_throttled(status: u16, words: &str) -> bool {
    status == 429 || says(words, &THROTTLED)
}

/// Whether prompt and answer do not fit the context, in any words.
pub fn is_full(status: u16, report: &Report) -> bool {
    let words = &report.words;
    let throttled = is_throttled(status, words);
    // Reports on rate limits may mention a context, too.
    let known = if throttled && says(words, &PACED) {
        says(words, &TOO_LARGE)
    } else {
        says(words, &CONTEXT) || (says(words, &TOO_MANY) && !throttled)
    };
    // Codes are not prose: "invalid_input_error".
    let guessed =
        matches!(status, 400 | 413 | 422 | 500) && !throttled && is_too_long(&report.prose);
    (known && status != 401) || guessed || status == 413
}

fn is_too_long(words: &str) -> bool {
    let plain = FORMULAS.iter().fold(words.to_owned(), |words, formula| {
        words.replace(formula, "")
    });
    let is_about = says(&plain, &PROMPT) || (says(&plain, &REQUEST) && !says(&plain, &ANSWER));
    is_about && says(&plain, &COUNTED) && says(&plain, &EXCESS) && !says(&plain, &OTHER_LIMITS)
}
