//! What a server's error report means. OpenAI's codes come first; compatible servers have their
//! own words for the same troubles, so the message is looked at as well.

use serde_json::Value;

use crate::failure;
use crate::wit::{Failure, Trouble};

/// Longest part of a server's message that is passed on, in characters.
const SHOWN: usize = 400;

/// Codes and words for "prompt and answer do not fit". Lower case.
const CONTEXT: [&str; 18] = [
    "context_length_exceeded",
    "exceed_context_size", // llama.cpp
    "context length",      // OpenAI, vLLM, Mistral, LM Studio
    "context size",        // llama.cpp
    "context window",      // Ollama, Groq
    "context limit",
    "maximum context",
    "maximum model length", // vLLM
    "max_model_len",
    "prompt is too long", // Anthropic behind routers
    "prompt too long",
    "input is too long",
    "input too long",
    "input length",
    "input token count", // Gemini
    "too many tokens",
    "reduce the length",
    "request too large", // one request above a per-minute limit: waiting does not help
];

/// Parameters that `encode` may send and a server may not know, and words that go with them.
const PARAMETERS: [&str; 10] = [
    "response_format",
    "json_schema",
    "json_object",
    "json schema",
    "json mode",
    "structured output",
    "grammar",
    "temperature",
    "max_completion_tokens",
    "max_tokens",
];

const UNSUPPORTED: [&str; 12] = [
    "unsupported",
    "not support",
    "n't support",
    "unknown",
    "unrecognized",
    "unexpected",
    "not permitted",
    "not allowed",
    "not available",
    "not implemented",
    "failed to parse",
    "invalid",
];

const SPENT: [&str; 5] = [
    "insufficient_quota",
    "exceeded your current quota",
    "billing",
    "insufficient credit",
    "insufficient balance",
];

const POLICY: [&str; 4] = [
    "content_policy",
    "content_filter",
    "content management policy",
    "responsibleaipolicyviolation",
];

/// An error report of any of the known shapes, in lower case where it is searched.
struct Report {
    message: String,
    words: String,
}

/// Whether a JSON answer is an error report.
pub fn is_error(answer: &Value) -> bool {
    !answer["error"].is_null() || (answer["object"] == "error")
}

/// The status that an error report of status 200 names; 0 when it names none.
pub fn inner_status(answer: &Value) -> u16 {
    let code = match &answer["error"]["code"] {
        Value::Null => &answer["code"],
        code => code,
    };
    let number = code.as_u64().or_else(|| code.as_str()?.parse().ok());
    number
        .and_then(|code| u16::try_from(code).ok())
        .unwrap_or_default()
}

/// What went wrong, from status and body of a server's error.
pub fn failure_of(status: u16, body: &str) -> Failure {
    let report = read(body);
    let kind = kind(status, &report.words);
    failure(kind, describe(kind, status, &report))
}

fn kind(status: u16, words: &str) -> Trouble {
    if status == 401 || (status == 403 && !says(words, &CONTEXT)) || status == 402 {
        return Trouble::Refused;
    }
    if says(words, &CONTEXT) || status == 413 {
        return Trouble::Context;
    }
    if says(words, &SPENT) || says(words, &POLICY) {
        return Trouble::Refused;
    }
    match status {
        408 | 409 | 425 | 429 => Trouble::Unavailable,
        _ if says(words, &PARAMETERS) && says(words, &UNSUPPORTED) => Trouble::Unsupported,
        501 => Trouble::Unsupported,
        400..=499 => Trouble::Refused,
        500..=599 => Trouble::Unavailable,
        _ => Trouble::Invalid,
    }
}

fn says(words: &str, list: &[&str]) -> bool {
    list.iter().any(|word| words.contains(word))
}

fn describe(kind: Trouble, status: u16, report: &Report) -> String {
    let advice = match (kind, status) {
        // Servers repeat the key in the message.
        (_, 401) => return "the server refused the key (401); check OPENAI_API_KEY".into(),
        (Trouble::Refused, 402) => "the account has to be paid for",
        (Trouble::Refused, _) if says(&report.words, &SPENT) => "the account's quota is spent",
        (Trouble::Refused, _) if says(&report.words, &POLICY) => {
            "the server's content policy forbids the question"
        }
        (Trouble::Refused, 403) => "the key may not do this; check its project and its permissions",
        (Trouble::Refused, 404 | 405) if report.words.contains("model") => {
            "no such model at this server; check OPENAI_MODEL"
        }
        (Trouble::Refused, 404 | 405) => {
            "no chat completions at this address; check OPENAI_BASE_URL (it usually ends in /v1)"
        }
        (Trouble::Refused, _) => "the server refused the request",
        (Trouble::Context, _) => "prompt and answer do not fit the model's context",
        (Trouble::Unsupported, _) => "the server does not know a parameter",
        (Trouble::Unavailable, 429) => "the server limits the rate of requests",
        (Trouble::Unavailable, _) => "the server is busy or down",
        // The host's own word; no server has a name for it.
        (Trouble::Budget | Trouble::Invalid, _) => "the server reported an error",
    };
    let status = if status == 0 {
        String::new()
    } else {
        format!(" ({status})")
    };
    if report.message.is_empty() {
        return format!("{advice}{status}");
    }
    format!("{advice}{status}: {}", report.message)
}

fn read(body: &str) -> Report {
    let Ok(value) = serde_json::from_str::<Value>(body) else {
        return plain(body);
    };
    // Gemini wraps the report in a list.
    let value = value.get(0).unwrap_or(&value);
    let error = match &value["error"] {
        Value::Null => value,
        error => error,
    };
    let message = text(error).or_else(|| text(value)).unwrap_or_default();
    let codes =
        ["code", "type", "param", "status"].map(|key| error[key].as_str().unwrap_or_default());
    Report {
        words: format!("{} {message}", codes.join(" ")).to_lowercase(),
        message: shown(&message),
    }
}

/// The message of a report: the report itself (Ollama), its `message` (OpenAI), its `detail`
/// (FastAPI, where it may be a list).
fn text(report: &Value) -> Option<String> {
    let found = [report, &report["message"], &report["detail"]]
        .into_iter()
        .find_map(Value::as_str);
    found
        .map(str::to_owned)
        .or_else(|| match &report["detail"] {
            Value::Null => None,
            detail => Some(detail.to_string()),
        })
}

/// A body that is no JSON: a proxy's page tells nothing, a line of text may.
fn plain(body: &str) -> Report {
    let message = if body.trim_start().starts_with('<') {
        ""
    } else {
        body
    };
    Report {
        words: message.to_lowercase(),
        message: shown(message),
    }
}

/// The text on one line, shortened, without anything that looks like a key.
pub fn shown(text: &str) -> String {
    let words: Vec<&str> = text
        .split_whitespace()
        .map(|word| if secret(word) { "[key]" } else { word })
        .collect();
    let line = words.join(" ");
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

fn secret(word: &str) -> bool {
    ["sk-", "sk_", "gsk_", "AIza", "hf_"]
        .iter()
        .any(|prefix| word.contains(prefix))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(status: u16, body: &str) -> (Trouble, String) {
        let failure = failure_of(status, body);
        (failure.kind, failure.message)
    }

    fn openai(status: u16, code: &str, message: &str) -> Trouble {
        let body = json!({"error": {"message": message, "type": "invalid_request_error", "param": null, "code": code}});
        of(status, &body.to_string()).0
    }

    #[test]
    fn every_server_has_its_words_for_a_full_context() {
        for (status, body) in [
            (
                400,
                r#"{"error":{"message":"This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens.","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}"#,
            ),
            (
                400,
                r#"{"error":{"code":400,"message":"the request exceeds the available context size, try increasing it","type":"exceed_context_size_error","n_prompt_tokens":99,"n_ctx":64}}"#,
            ),
            (
                400,
                r#"{"object":"error","message":"This model's maximum context length is 4096 tokens","type":"BadRequestError","code":400}"#,
            ),
            (
                400,
                r#"{"error":"prompt too long; exceeded max context length by 12 tokens"}"#,
            ),
            (
                400,
                r#"[{"error":{"code":400,"message":"The input token count (1100000) exceeds the maximum number of tokens allowed (1048576).","status":"INVALID_ARGUMENT"}}]"#,
            ),
            (
                422,
                r#"{"detail":[{"loc":["body"],"msg":"Input length 5000 exceeds maximum"}]}"#,
            ),
            (
                429,
                r#"{"error":{"message":"Request too large for gpt-4o on tokens per min (TPM): Limit 30000, Requested 40000.","type":"tokens","code":"rate_limit_exceeded"}}"#,
            ),
            (413, "<html>Request Entity Too Large</html>"),
            (500, "the prompt is longer than the context window"),
        ] {
            assert_eq!(Trouble::Context, of(status, body).0, "{body}");
        }
    }

    #[test]
    fn a_parameter_that_the_server_does_not_know_is_unsupported() {
        for (status, body) in [
            (
                400,
                r#"{"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.","type":"invalid_request_error","param":"max_tokens","code":"unsupported_parameter"}}"#,
            ),
            (
                400,
                r#"{"error":{"message":"Unsupported value: 'temperature' does not support 0.2 with this model.","code":"unsupported_value","param":"temperature"}}"#,
            ),
            (
                400,
                r#"{"error":{"message":"Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model."}}"#,
            ),
            (
                422,
                r#"{"detail":[{"type":"extra_forbidden","loc":["body","response_format"],"msg":"Extra inputs are not permitted"}]}"#,
            ),
            (
                400,
                r#"{"error":{"code":400,"message":"Failed to parse grammar","type":"invalid_request_error"}}"#,
            ),
            (
                500,
                r#"{"error":{"code":500,"message":"JSON schema conversion failed: unsupported pattern","type":"server_error"}}"#,
            ),
            (501, "{}"),
        ] {
            assert_eq!(Trouble::Unsupported, of(status, body).0, "{body}");
        }
    }

    #[test]
    fn what_is_refused_says_what_to_do() {
        for (status, body, advice) in [
            (
                401,
                r#"{"error":{"message":"Incorrect API key provided: sk-abc","code":"invalid_api_key"}}"#,
                "OPENAI_API_KEY",
            ),
            (
                403,
                r#"{"error":{"message":"Country not supported"}}"#,
                "permissions",
            ),
            (
                404,
                r#"{"error":{"message":"The model `gpt-9` does not exist","code":"model_not_found"}}"#,
                "OPENAI_MODEL",
            ),
            (
                404,
                r#"{"error":"model \"x\" not found, try pulling it first"}"#,
                "OPENAI_MODEL",
            ),
            (404, "<html>nginx</html>", "OPENAI_BASE_URL"),
            (405, "", "OPENAI_BASE_URL"),
            (
                402,
                r#"{"error":{"message":"Insufficient credits"}}"#,
                "paid",
            ),
            (
                429,
                r#"{"error":{"message":"You exceeded your current quota","code":"insufficient_quota"}}"#,
                "quota",
            ),
            (
                400,
                r#"{"error":{"message":"filtered","code":"content_filter"}}"#,
                "policy",
            ),
            (
                400,
                r#"{"error":{"message":"messages must not be empty"}}"#,
                "messages must not be empty",
            ),
        ] {
            let (kind, message) = of(status, body);
            assert_eq!(Trouble::Refused, kind, "{body}");
            assert!(message.contains(advice), "{message}");
        }
    }

    #[test]
    fn what_passes_is_unavailable() {
        assert_eq!(
            Trouble::Unavailable,
            openai(
                429,
                "rate_limit_exceeded",
                "Rate limit reached, try again in 2s"
            )
        );
        for (status, body) in [
            (503, r#"{"error":{"message":"Loading model","code":503}}"#),
            (500, ""),
            (529, "<html>"),
            (408, "{}"),
            (502, "Bad Gateway"),
        ] {
            assert_eq!(Trouble::Unavailable, of(status, body).0, "{status} {body}");
        }
    }

    #[test]
    fn an_odd_status_is_invalid() {
        assert_eq!(Trouble::Invalid, of(302, "<html>moved</html>").0);
        assert_eq!(Trouble::Invalid, of(0, "").0);
    }

    #[test]
    fn a_key_is_never_shown() {
        let body = r#"{"error":{"message":"Incorrect API key provided: sk-abcdef. You can find your key"}}"#;
        for status in [400, 401, 403, 500] {
            assert!(!of(status, body).1.contains("sk-abcdef"));
        }
    }

    #[test]
    fn a_long_message_is_shortened_between_characters() {
        assert_eq!(SHOWN + 1, shown(&"é".repeat(1000)).chars().count());
        assert_eq!("a b c", shown(" a\n\tb  c "));
    }
}
