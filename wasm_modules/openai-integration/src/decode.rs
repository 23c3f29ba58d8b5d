//! What the server answered.

use serde_json::Value;

use crate::wit::{Completion, Failure, Finish, Trouble, Usage};
use crate::{failure, report};

/// Reads an answer of any status.
pub fn decode(status: u16, body: &str) -> Result<Completion, Failure> {
    if !(200..300).contains(&status) {
        return Err(report::failure_of(status, body));
    }
    let answer: Value = serde_json::from_str(body).map_err(|_| unreadable(body))?;
    // Routers report the error of the server behind them with status 200.
    if report::is_error(&answer) {
        return Err(report::failure_of(report::inner_status(&answer), body));
    }
    completion(&answer)
}

fn unreadable(body: &str) -> Failure {
    let start = body.trim_start();
    let message = if start.starts_with('<') {
        "the server answered with a web page; check OPENAI_BASE_URL (it usually ends in /v1)"
    } else if start.starts_with("data:") {
        "the server streamed its answer although that was not asked for"
    } else if start.is_empty() {
        "the server's answer is empty"
    } else {
        "the server's answer is no JSON; check OPENAI_BASE_URL (it usually ends in /v1)"
    };
    failure(Trouble::Invalid, message)
}

fn completion(answer: &Value) -> Result<Completion, Failure> {
    let Some(choice) = answer["choices"]
        .get(0)
        .filter(|choice| choice["message"].is_object())
    else {
        return Err(failure(
            Trouble::Invalid,
            "the server's answer holds no message; is it a chat completions server?",
        ));
    };
    let message = &choice["message"];
    if let Some(refusal) = message["refusal"].as_str().filter(|text| !text.is_empty()) {
        return Err(failure(
            Trouble::Refused,
            format!("the model refused: {}", report::shown(refusal)),
        ));
    }
    let text = without_thoughts(&content(&message["content"])).to_owned();
    Ok(Completion {
        finish: finish(choice["finish_reason"].as_str(), &text)?,
        text,
        usage: Usage {
            prompt: tokens(&answer["usage"]["prompt_tokens"]),
            answer: tokens(&answer["usage"]["completion_tokens"]),
        },
        model: answer["model"].as_str().unwrap_or_default().to_owned(),
    })
}

/// Content is text, or a list of parts of which some are text.
fn content(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().filter_map(part).collect(),
        _ => String::new(),
    }
}

fn part(part: &Value) -> Option<&str> {
    part.as_str().or_else(|| part["text"].as_str())
}

/// Without the thoughts that some servers leave before the answer.
fn without_thoughts(text: &str) -> &str {
    let thoughts = text.trim_start().strip_prefix("<think>");
    match thoughts.and_then(|rest| rest.split_once("</think>")) {
        Some((_, answer)) => answer.trim_start(),
        None => text,
    }
}

fn finish(reason: Option<&str>, text: &str) -> Result<Finish, Failure> {
    match reason.unwrap_or_default() {
        "length" | "max_tokens" | "model_length" => Ok(Finish::Length),
        "content_filter" | "safety" => Ok(Finish::Filter),
        "error" => Err(failure(
            Trouble::Unavailable,
            "the server broke off its answer",
        )),
        "tool_calls" | "function_call" if text.is_empty() => Err(failure(
            Trouble::Invalid,
            "the model called a tool although none was offered",
        )),
        _ => Ok(Finish::Stop),
    }
}

/// A count of tokens; 0 where the server tells none.
fn tokens(count: &Value) -> u32 {
    let count = count.as_f64().unwrap_or_default();
    // Saturates: below 0 is 0, NaN is 0.
    count as u32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn answer(message: Value, reason: &str) -> String {
        json!({
            "id": "chatcmpl-1", "object": "chat.completion", "model": "m-2025",
            "choices": [{"index": 0, "message": message, "finish_reason": reason}],
            "usage": {"prompt_tokens": 12, "completion_tokens": 3, "total_tokens": 15},
        })
        .to_string()
    }

    fn text(body: &str) -> String {
        decode(200, body).map_or_else(|f| format!("{:?}: {}", f.kind, f.message), |c| c.text)
    }

    fn trouble(status: u16, body: &str) -> Option<Trouble> {
        decode(status, body).err().map(|failure| failure.kind)
    }

    #[test]
    fn an_answer_is_read_with_its_usage() {
        let expected = Completion {
            text: "{\"a\": 1}".into(),
            finish: Finish::Stop,
            usage: Usage {
                prompt: 12,
                answer: 3,
            },
            model: "m-2025".into(),
        };
        let body = answer(
            json!({"role": "assistant", "content": "{\"a\": 1}"}),
            "stop",
        );
        assert_eq!(Ok(expected), decode(200, &body));
    }

    #[test]
    fn a_bare_answer_is_enough() {
        let expected = Completion {
            text: "hi".into(),
            finish: Finish::Stop,
            usage: Usage {
                prompt: 0,
                answer: 0,
            },
            model: String::new(),
        };
        assert_eq!(
            Ok(expected),
            decode(200, r#"{"choices":[{"message":{"content":"hi"}}]}"#)
        );
    }

    #[test]
    fn content_may_come_in_parts() {
        let parts = json!({"content": [{"type": "text", "text": "a"}, {"type": "image_url"}, "b"]});
        assert_eq!("ab", text(&answer(parts, "stop")));
    }

    #[test]
    fn thoughts_are_not_the_answer() {
        let thought = json!({"content": "\n<think>Hmm.</think>\n\n{}", "reasoning_content": "Hm"});
        assert_eq!("{}", text(&answer(thought, "stop")));
        assert_eq!(
            "<think>Hmm",
            text(&answer(json!({"content": "<think>Hmm"}), "length"))
        );
    }

    #[test]
    fn the_end_of_an_answer_is_told() {
        let of = |reason| decode(200, &answer(json!({"content": "x"}), reason)).map(|c| c.finish);
        assert_eq!(Ok(Finish::Length), of("length"));
        assert_eq!(Ok(Finish::Filter), of("content_filter"));
        assert_eq!(Ok(Finish::Stop), of("eos"));
        assert_eq!(Ok(Finish::Stop), of("tool_calls"));
        assert_eq!(
            Some(Trouble::Unavailable),
            of("error").err().map(|f| f.kind)
        );
    }

    #[test]
    fn an_answer_without_text_is_told() {
        assert_eq!(
            Some(Trouble::Invalid),
            trouble(200, &answer(json!({"content": null}), "tool_calls"))
        );
        assert_eq!("", text(&answer(json!({"content": null}), "length")));
    }

    #[test]
    fn a_refusal_is_refused() {
        let body = answer(json!({"content": null, "refusal": "I can't help"}), "stop");
        assert!(
            decode(200, &body)
                .is_err_and(|f| f.kind == Trouble::Refused && f.message.contains("I can't help"))
        );
    }

    #[test]
    fn what_is_no_answer_is_invalid() {
        for body in [
            "",
            "<!doctype html><p>Hello",
            "data: {}\n\ndata: [DONE]",
            "null",
            "[]",
            "3",
            "{}",
            r#"{"choices":[]}"#,
            r#"{"choices":[{}]}"#,
            r#"{"choices":{"0":1}}"#,
        ] {
            assert_eq!(Some(Trouble::Invalid), trouble(200, body), "{body}");
        }
    }

    #[test]
    fn a_router_reports_errors_with_status_200() {
        assert_eq!(
            Some(Trouble::Unavailable),
            trouble(200, r#"{"error":{"message":"overloaded","code":503}}"#)
        );
        assert_eq!(
            Some(Trouble::Unavailable),
            trouble(200, r#"{"error":{"message":"Rate limited","code":"429"}}"#)
        );
        assert_eq!(
            Some(Trouble::Invalid),
            trouble(200, r#"{"error":{"message":"no idea"}}"#)
        );
        assert_eq!(
            "x",
            text(r#"{"error":null,"choices":[{"message":{"content":"x"}}]}"#)
        );
    }

    #[test]
    fn counts_are_never_negative_or_too_big() {
        assert_eq!(
            [0, 0, 7, u32::MAX],
            [json!(-3), json!("5"), json!(7.0), json!(1e30)].map(|v| tokens(&v))
        );
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            ".{0,12}".prop_map(Value::from),
        ];
        let keys = prop_oneof![
            prop::sample::select(vec![
                "choices",
                "message",
                "content",
                "error",
                "code",
                "usage",
                "refusal",
                "text",
                "detail",
                "param",
                "type",
                "finish_reason",
                "prompt_tokens"
            ])
            .prop_map(str::to_owned),
            ".{0,4}",
        ];
        leaf.prop_recursive(6, 64, 6, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::hash_map(keys.clone(), inner, 0..5)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn no_json_makes_it_panic(status: u16, value in any_json()) {
            let _ = decode(status, &value.to_string());
            let _ = decode(200, &value.to_string());
        }

        #[test]
        fn no_text_makes_it_panic(status: u16, body in "\\PC*") {
            prop_assert!(decode(status, &body).is_err());
        }
    }
}
