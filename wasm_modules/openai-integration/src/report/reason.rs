//! Why a server refused, where its report tells.

use crate::report::parse::Report;
use crate::report::phrases::{
    ANSWER, BALANCING, CONTEXT, COUNTED, EXCESS, FORMULAS, GONE, KEY, MEANS, NO_ADDRESS, NO_MODEL,
    OTHER_LIMITS, PACED, PASSING, PERHAPS_SPENT, POLICY, PROMPT, REQUEST, SPENT, THROTTLED,
    TOO_LARGE, TOO_MANY, says,
};

/// What makes it useless to ask again in other words.
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
                "the account's quota is spent: it has to be paid for, or wait for its next month"
            }
            Reason::Policy => "the server's content policy forbids the question",
            Reason::Moved => "the server has moved; set OPENAI_BASE_URL to its present address",
            Reason::NoModel => "no such model at this server; check OPENAI_MODEL",
            Reason::OtherApi => {
                "this model does not answer chat completions; set OPENAI_MODEL to one that does"
            }
            Reason::Version => {
                "the server wants another version; check the api-version in OPENAI_BASE_URL"
            }
            Reason::NoAddress => {
                "no chat completions at this address; check OPENAI_BASE_URL (it usually ends in /v1)"
            }
            Reason::Forbidden => "the key may not do this; check its project and its permissions",
        }
    }
}

/// The reason that status and words tell, if there is one.
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

/// Whether the account is spent, unless the report names when to come back. A server that fails has limits of
/// its own.
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

/// Whether requests are limited in number or rate.
pub fn is_throttled(status: u16, words: &str) -> bool {
    status == 429 || says(words, &THROTTLED)
}

/// Whether prompt and answer do not fit, in whatever words.
pub fn is_full(status: u16, report: &Report) -> bool {
    let words = &report.words;
    let throttled = is_throttled(status, words);
    // What is limited per minute may be called a context, too.
    let known = if throttled && says(words, &PACED) {
        says(words, &TOO_LARGE)
    } else {
        says(words, &CONTEXT) || (says(words, &TOO_MANY) && !throttled)
    };
    // What codes are called is no prose: "invalid_input_error".
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
