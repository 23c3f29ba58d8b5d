//! Interprets a server's error report. OpenAI's codes come first; compatible servers have their own
//! words for the same problems, so the message is searched as well.

mod parse;
mod phrases;
mod reason;

use serde_json::Value;

use crate::failure::failure;
pub use crate::report::parse::shown;
use crate::report::parse::{Report, read};
use crate::report::phrases::{BUSY, NOT_TAKEN, REJECTED, says};
use crate::report::reason::{Reason, is_full, is_throttled, reason};
use crate::wit::{Failure, Trouble};

/// Whether a JSON answer is an error report.
pub fn is_error(answer: &Value) -> bool {
    let holds = |key: &str| is_told(&answer[key]);
    let failed = answer["base_resp"]["status_code"]
        .as_i64()
        .is_some_and(|code| code != 0); // MiniMax
    is_told(&answer["error"])
        || is_told(&answer["choices"][0]["error"])
        || answer["object"] == "error"
        || answer["type"] == "error"
        || failed
        || (answer["success"] == false && holds("errors"))
        || (answer["choices"].is_null() && answer["message"].is_string())
        || (answer["choices"].is_null() && holds("detail"))
}

/// Whether it has contents: success codes and empty texts do not count.
fn is_told(error: &Value) -> bool {
    match error {
        Value::Null | Value::Bool(false) => false,
        Value::String(text) => !text.is_empty(),
        Value::Object(map) => map.values().any(is_told),
        Value::Array(errors) => errors.iter().any(is_told),
        Value::Number(code) => !matches!(code.as_i64(), Some(0 | 200)),
        Value::Bool(true) => true,
    }
}

/// The status inside an error report that has status 200; 0 if there is none.
pub fn inner_status(answer: &Value) -> u16 {
    let reports = [&answer["error"], &answer["choices"][0]["error"], answer];
    let codes = reports
        .iter()
        .flat_map(|report| ["code", "status", "status_code"].map(|key| &report[key]));
    let number = |code: &Value| code.as_u64().or_else(|| code.as_str()?.parse().ok());
    let status = |code: &Value| number(code).and_then(|code| u16::try_from(code).ok());
    codes
        .filter_map(status)
        .find(|status| (300..600).contains(status))
        .unwrap_or_default()
}

/// The failure for the status and body of a server's error.
pub fn failure_of(status: u16, body: &str) -> Failure {
    let report = read(body);
    let reason = reason(status, &report.words);
    let kind = kind(status, &report, reason);
    failure(kind, describe(kind, status, reason, &report))
}

fn kind(status: u16, report: &Report, reason: Option<Reason>) -> Trouble {
    let words = report.words.as_str();
    if is_full(status, report) && !matches!(reason, Some(Reason::Key | Reason::Policy)) {
        return Trouble::Context;
    }
    match (status, reason) {
        (_, Some(_)) => Trouble::Refused,
        (408 | 409 | 425 | 429, _) => Trouble::Unavailable,
        (400..=499, _) if is_throttled(status, words) => Trouble::Unavailable,
        (400..=499 | 501, _) => Trouble::Unsupported,
        (503 | 529, _) if says(words, &BUSY) => Trouble::Unavailable,
        (500..=599, _) if says(words, &NOT_TAKEN) => Trouble::Unsupported,
        (500..=599, _) => Trouble::Unavailable,
        _ if says(words, &BUSY) => Trouble::Unavailable,
        _ if says(words, &REJECTED) => Trouble::Unsupported,
        _ => Trouble::Invalid,
    }
}

fn describe(kind: Trouble, status: u16, reason: Option<Reason>, report: &Report) -> String {
    let advice = match (kind, reason) {
        (Trouble::Context, _) => {
            "prompt and answer do not fit the model's context; check OPENAI_CONTEXT"
        }
        (_, Some(reason)) => reason.advice(),
        (Trouble::Unavailable, _) if status == 429 => "the server limits the rate of requests",
        (Trouble::Unavailable, _) => "the server is busy or down",
        (Trouble::Unsupported | Trouble::Refused, _) => "the server refused the request",
        // Set by the host only; no server reports it.
        (Trouble::Budget | Trouble::Invalid, _) => "the server reported an error",
    };
    let status = if status == 0 {
        String::new()
    } else {
        format!(" ({status})")
    };
    // Such a message may contain the key.
    if report.message.is_empty() || reason == Some(Reason::Key) {
        return format!("{advice}{status}");
    }
    format!("{advice}{status}: {}", report.message)
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
                "credit",
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
        assert_eq!(Trouble::Invalid, of(0, "").0);
        assert_eq!(Trouble::Refused, of(302, "<html>moved</html>").0);
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
        assert_eq!(401, shown(&"é".repeat(1000)).chars().count());
        assert_eq!("a b c", shown(" a\n\tb  c "));
    }
}
