//! Reads the server's answer.

use answer_text::without_reasoning;
use serde_json::Value;

use crate::failure::failure;
use crate::output::{self, ModelOutput};
use crate::wit::{Completion, Failure, Finish, Trouble, Usage};
use crate::{body, report};

/// Parts of finish reasons for an answer that reached its limit, in any server's spelling.
const CUT: [&str; 6] = [
    "length",
    "max_",
    "maxtokens",
    "token_limit",
    "limit",
    "incomplete",
];
/// For an answer that the server withheld.
const WITHHELD: [&str; 11] = [
    "filter",
    "safety",
    "prohibited",
    "blocklist",
    "recitation",
    "spii",
    "refus",
    "sensitive",
    "guardrail",
    "policy",
    "moderat",
];
/// For an answer that it aborted.
const BROKEN: [&str; 5] = [
    "error",
    "insufficient_system_resource",
    "malformed",
    "abort",
    "cancel",
];

/// Reads an answer with any status.
pub fn decode(status: u16, text: &str) -> Result<Completion, Failure> {
    if !(200..300).contains(&status) {
        return generated(text).map_or_else(|| Err(report::failure_of(status, text)), Ok);
    }
    let answer = body::read(text).ok_or_else(|| unreadable(text))?;
    // Routers report the errors of upstream servers with status 200.
    if report::is_error(&answer) {
        return Err(report::failure_of(
            report::inner_status(&answer),
            &answer.to_string(),
        ));
    }
    let inner = &answer["result"]; // Cloudflare
    completion(if inner.is_object() { inner } else { &answer })
}

/// The answer in an error report: some servers reject answers that do not match the schema.
fn generated(text: &str) -> Option<Completion> {
    let report = body::read(text)?;
    let generated = report["error"]["failed_generation"].as_str()?;
    (!generated.trim().is_empty()).then(|| Completion {
        text: without_reasoning(generated).to_owned(),
        finish: Finish::Stop,
        usage: usage(&Value::Null),
        model: String::new(),
    })
}

fn unreadable(body: &str) -> Failure {
    let start = body.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let message = if start.starts_with('<') {
        "the server answered with a web page; check OPENAI_BASE_URL (it usually ends in /v1)"
    } else if start.starts_with("data:") || start.starts_with("event:") {
        "the server sent a stream that was not requested, and it contains no answer"
    } else if start.is_empty() {
        "the server's answer is empty"
    } else {
        "the server's answer is not JSON; check OPENAI_BASE_URL (it usually ends in /v1)"
    };
    failure(Trouble::Invalid, message)
}

fn completion(answer: &Value) -> Result<Completion, Failure> {
    let output = output::read(answer).ok_or_else(|| {
        failure(
            Trouble::Invalid,
            "the server's answer contains no message; check that OPENAI_BASE_URL points to a chat completions server",
        )
    })?;
    if output.content.trim().is_empty() && !output.refusal.trim().is_empty() {
        return Err(failure(
            Trouble::Refused,
            format!("the model refused: {}", report::shown(&output.refusal)),
        ));
    }
    let finish = finish(&output)?;
    Ok(Completion {
        text: without_reasoning(output.answer(finish == Finish::Length)).to_owned(),
        finish,
        usage: usage(answer),
        model: answer["model"].as_str().unwrap_or_default().to_owned(),
    })
}

fn finish(output: &ModelOutput) -> Result<Finish, Failure> {
    let reason = output.finish.trim().to_lowercase().replace(['-', ' '], "_");
    let is_of = |words: &[&str]| words.iter().any(|word| reason.contains(word));
    // Withheld takes precedence: "content_filter: max severity".
    if is_of(&WITHHELD) {
        Ok(Finish::Filter)
    } else if is_of(&BROKEN) {
        Err(failure(
            Trouble::Unavailable,
            "the server aborted its answer",
        ))
    } else if is_of(&CUT) {
        Ok(Finish::Length)
    } else {
        Ok(Finish::Stop)
    }
}

/// The token counts under any of their names; 0 if there are none.
/// Tokens of the prompt that the server did not read anew, as OpenAI, Anthropic, DeepSeek and Gemini name them.
fn cached(told: &[&Value]) -> u32 {
    let pointers = [
        "/prompt_tokens_details/cached_tokens",
        "/input_tokens_details/cached_tokens",
        "/cache_read_input_tokens",
        "/prompt_cache_hit_tokens",
        "/cachedContentTokenCount",
    ];
    let mut counts = told
        .iter()
        .flat_map(|told| pointers.iter().filter_map(|at| told.pointer(at)));
    counts
        .find(|count| !count.is_null())
        .map(tokens)
        .unwrap_or_default()
}

fn usage(answer: &Value) -> Usage {
    let told = [&answer["usage"], &answer["usageMetadata"], answer];
    let count = |names: &[&str]| {
        let mut counts = told
            .iter()
            .flat_map(|told| names.iter().map(|name| &told[name]));
        counts
            .find(|count| !count.is_null())
            .map(tokens)
            .unwrap_or_default()
    };
    Usage {
        prompt: count(&[
            "prompt_tokens",
            "input_tokens",
            "promptTokenCount",
            "prompt_eval_count",
        ]),
        answer: count(&[
            "completion_tokens",
            "output_tokens",
            "candidatesTokenCount",
            "eval_count",
        ]),
        cached: cached(&told),
    }
}

/// A token count; 0 if it is not a number.
fn tokens(count: &Value) -> u32 {
    let text = || count.as_str().and_then(|text| text.trim().parse().ok());
    let count = count.as_f64().or_else(text).unwrap_or_default();
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
                cached: 0,
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
    fn tokens_that_the_server_had_in_its_cache_are_read_however_it_names_them() {
        for usage in [
            json!({"prompt_tokens": 12, "prompt_tokens_details": {"cached_tokens": 8}}),
            json!({"input_tokens": 12, "cache_read_input_tokens": 8}),
            json!({"prompt_tokens": 12, "prompt_cache_hit_tokens": 8}),
        ] {
            let body = json!({"choices": [{"message": {"content": "{}"}, "finish_reason": "stop"}], "usage": usage});
            let read = decode(200, &body.to_string()).unwrap();
            assert_eq!((read.usage.prompt, read.usage.cached), (12, 8));
        }
    }

    #[test]
    fn a_bare_answer_is_enough() {
        let expected = Completion {
            text: "hi".into(),
            finish: Finish::Stop,
            usage: Usage {
                prompt: 0,
                answer: 0,
                cached: 0,
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
    fn the_end_of_an_answer_is_told_in_any_spelling() {
        let of = |reason| decode(200, &answer(json!({"content": "x"}), reason)).map(|c| c.finish);
        for reason in [
            "length",
            "MAX_TOKENS",
            "max_tokens",
            "model_length",
            "max_output_tokens",
            "LENGTH",
            "token_limit",
        ] {
            assert_eq!(Ok(Finish::Length), of(reason), "{reason}");
        }
        for reason in [
            "content_filter",
            "SAFETY",
            "content_filter: PROHIBITED_CONTENT",
            "refusal",
            "RECITATION",
            "sensitive",
        ] {
            assert_eq!(Ok(Finish::Filter), of(reason), "{reason}");
        }
        for reason in [
            "eos",
            "end_turn",
            "STOP",
            "COMPLETE",
            "stop_sequence",
            "tool_calls",
            "",
        ] {
            assert_eq!(Ok(Finish::Stop), of(reason), "{reason}");
        }
        for reason in ["error", "insufficient_system_resource"] {
            assert_eq!(Some(Trouble::Unavailable), of(reason).err().map(|f| f.kind));
        }
        let odd = r#"{"choices":[{"message":{"content":"x"},"finish_reason":7}]}"#;
        assert_eq!(Ok(Finish::Stop), decode(200, odd).map(|c| c.finish));
    }

    #[test]
    fn an_answer_stands_in_many_places() {
        let call = json!({"function": {"name": "f", "arguments": "{\"a\":1}"}});
        for message in [
            json!({"content": "", "reasoning_content": "{\"a\":1}"}),
            json!({"content": null, "reasoning": "{\"a\":1}"}),
            json!({"content": null, "tool_calls": [call]}),
            json!({"content": "I call a tool.", "tool_calls": [call]}),
            json!({"content": null, "function_call": {"arguments": {"a": 1}}}),
            json!({"content": {"a": 1}}),
            json!({"content": {"type": "text", "text": "{\"a\":1}"}}),
            json!({"content": null, "parsed": {"a": 1}}),
            json!({"content": null, "tool_calls": [{"function": {"arguments": "{\"t\":0}"}}, call]}),
            json!({"content": null, "tool_calls": [{"function": {"input": {"a": 1}}}]}),
            json!({"content": null, "tool_calls": [{"type": "custom", "custom": {"input": "{\"a\":1}"}}]}),
            json!({"content": "I use {braces}.", "tool_calls": [call]}),
            json!({"content": "Done.", "reasoning_content": "{\"a\":1}"}),
            json!({"content": "{}", "reasoning_content": "{\"a\":1}"}),
            json!({"content": null, "reasoning_details": [{"type": "reasoning.text", "text": "{\"a\":1}"}]}),
            json!({"content": "", "reasoning_text": "{\"a\":1}"}),
            json!({"content": "", "reasoning": {"content": "{\"a\":1}"}}),
            json!({"content": "", "thinking_blocks": [{"type": "thinking", "thinking": "{\"a\":1}"}]}),
            json!({"content": [{"type": "json", "json": {"a": 1}}]}),
            json!({"content": [{"type": "text", "text": {"value": "{\"a\":1}"}}]}),
            json!({"content": [{"type": "text", "content": "{\"a\":1}"}]}),
            json!({"content": [{"a": 1}]}),
            json!({"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "{\"a\":0}"}]}, {"type": "text", "text": "{\"a\":1}"}]}),
            json!({"content": "[THINK]{\"a\":0}[/THINK]{\"a\":1}"}),
        ] {
            let read = text(&answer(message.clone(), "stop"));
            assert!(read.ends_with("{\"a\":1}"), "{message}: {read}");
        }
        for whole in [
            json!({"choices": [{"text": "{\"a\":1}", "finish_reason": "stop"}]}),
            json!({"message": {"content": "{\"a\":1}"}, "done": true}),
            json!({"object": "response", "output": [{"type": "reasoning", "summary": []}, {"type": "message", "content": [{"type": "output_text", "text": "{\"a\":1}"}]}]}),
            json!({"content": [{"type": "text", "text": "{\"a\":1}"}], "stop_reason": "end_turn"}),
            json!({"candidates": [{"content": {"parts": [{"text": "{\"a\":1}"}]}, "finishReason": "STOP"}]}),
            json!({"success": true, "result": {"response": "{\"a\":1}"}}),
            json!({"choices": [{"message": {"content": "{\"a\":1}"}}], "error": {"code": 0, "message": ""}}),
            json!({"choices": [{"index": 0, "message": {"content": ""}}, {"index": 1, "message": {"content": "{\"a\":1}"}}]}),
            json!({"choices": [{"message": "{\"a\":1}"}]}),
            json!({"choices": {"message": {"content": "{\"a\":1}"}}}),
            json!([{"generated_text": "{\"a\":1}"}]),
            json!({"code": 0, "data": {"choices": [{"message": {"content": "{\"a\":1}"}}]}}),
            json!({"output": {"choices": [{"message": {"content": "{\"a\":1}"}}]}}),
            json!({"output": {"text": "{\"a\":1}", "finish_reason": "stop"}}),
            json!({"output": {"message": {"content": [{"reasoningContent": {"reasoningText": {"text": "{\"a\":0}"}}}, {"text": "{\"a\":1}"}]}}, "stopReason": "end_turn"}),
            json!({"results": [{"text": "{\"a\":1}"}]}),
            json!({"content": "{\"a\":1}", "stop": true}),
        ] {
            assert_eq!("{\"a\":1}", text(&whole.to_string()), "{whole}");
        }
    }

    #[test]
    fn thoughts_that_were_cut_are_no_answer() {
        let cut = json!({"content": "", "reasoning_content": "maybe {\"a\":0} or"});
        assert_eq!("", text(&answer(cut, "length")));
    }

    #[test]
    fn an_answer_without_text_is_told() {
        assert_eq!("", text(&answer(json!({"content": null}), "tool_calls")));
        assert_eq!("", text(&answer(json!({"content": null}), "length")));
    }

    #[test]
    fn what_a_server_generated_and_would_not_pass_on_is_the_answer() {
        let body = r#"{"error":{"message":"Failed to validate JSON.","code":"json_validate_failed","failed_generation":"{\"a\":1,}"}}"#;
        assert_eq!(
            Ok("{\"a\":1,}".to_owned()),
            decode(400, body).map(|c| c.text)
        );
        let empty = r#"{"error":{"message":"Failed to generate JSON.","code":"json_validate_failed","failed_generation":""}}"#;
        assert_eq!(Some(Trouble::Unsupported), trouble(400, empty));
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
            r#"{"id":"x","choices":null,"usage":null}"#,
            r#"{"choices":[{"finish_reason":"stop","message":null}]}"#,
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
        for body in [
            r#"{"error":{"code":"invalid_parameter","message":"no"}}"#,
            r#"{"error":"x is not supported"}"#,
            r#"{"choices":[{"error":{"code":400,"message":"x is wrong"},"message":{"content":""}}]}"#,
        ] {
            assert_eq!(Some(Trouble::Unsupported), trouble(200, body), "{body}");
        }
        assert_eq!(
            "x",
            text(r#"{"error":null,"choices":[{"message":{"content":"x"}}]}"#)
        );
    }

    #[test]
    fn counts_are_never_negative_or_too_big() {
        assert_eq!(
            [0, 5, 0, 7, u32::MAX],
            [json!(-3), json!("5"), json!("x"), json!(7.0), json!(1e30)].map(|v| tokens(&v))
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
                "tool_calls",
                "reasoning",
                "delta",
                "output",
                "result",
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
