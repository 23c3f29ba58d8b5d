//! What the tensors hold. All are of type U8.
//!
//! | tensor | holds |
//! |---|---|
//! | `messages` in | JSON: `[{"role", "content"}]` |
//! | `options` in | JSON: `{"n-predict", "temp", "seed", "json-schema"}`; the schema only where the answer must fit one |
//! | `text` out | the answer, UTF-8 |
//! | `metadata` out | JSON: `{"input_tokens", "output_tokens", "finish", "model"}`, finish being stop, length or filter |

use serde::Deserialize;
use serde_json::{Value, json};

use crate::wit::{
    Completion, Enforcement, Failure, Finish, Message, Model, Request, Role, Trouble, Usage,
};

/// A tensor's name and bytes.
pub type Named = (String, Vec<u8>);

/// The same question gets the same answer.
const SEED: u32 = 0;

/// WASI-NN's error codes, as far as they are told apart here.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Code {
    TooLarge,
    NotFound,
    Timeout,
    Security,
    Unsupported,
    Other,
}

#[derive(Deserialize)]
struct Metadata {
    #[serde(default)]
    input_tokens: u32,
    #[serde(default)]
    output_tokens: u32,
    #[serde(default)]
    finish: String,
    #[serde(default)]
    model: String,
}

/// The tensors to compute with. Fails when the request's schema is no JSON.
pub fn inputs(request: &Request, model: &Model) -> Result<Vec<Named>, Failure> {
    let messages: Value = request.messages.iter().map(message).collect();
    Ok(vec![
        ("messages".into(), messages.to_string().into_bytes()),
        (
            "options".into(),
            options(request, model)?.to_string().into_bytes(),
        ),
    ])
}

fn message(message: &Message) -> Value {
    let role = match message.role {
        Role::System => "system",
        Role::User => "user",
        Role::Assistant => "assistant",
    };
    json!({"role": role, "content": message.text})
}

fn options(request: &Request, model: &Model) -> Result<Value, Failure> {
    let mut options = json!({
        "n-predict": request.answer,
        "temp": decimal(request.temperature),
        "seed": SEED,
    });
    if let Some(schema) = schema(request, model.enforcement)? {
        options["json-schema"] = schema;
    }
    Ok(options)
}

/// The number as it is written: 0.2, not the nearest double of the nearest float of 0.2.
fn decimal(number: f32) -> f64 {
    number.to_string().parse().unwrap_or_default()
}

fn schema(request: &Request, enforcement: Enforcement) -> Result<Option<Value>, Failure> {
    let Some(format) = &request.format else {
        return Ok(None);
    };
    match enforcement {
        Enforcement::Schema => serde_json::from_str(format).map(Some).map_err(|error| {
            invalid(format!(
                "the schema of request {:?} is no JSON: {error}",
                request.id
            ))
        }),
        Enforcement::Object => Ok(Some(json!({"type": "object"}))),
        Enforcement::Prompt => Ok(None),
    }
}

/// Reads what the model computed.
pub fn completion(outputs: &[Named]) -> Result<Completion, Failure> {
    let metadata: Metadata = serde_json::from_slice(named(outputs, "metadata")?)
        .map_err(|error| invalid(format!("the model's metadata cannot be read: {error}")))?;
    Ok(Completion {
        text: String::from_utf8_lossy(named(outputs, "text")?).into_owned(),
        finish: match metadata.finish.as_str() {
            "length" => Finish::Length,
            "filter" => Finish::Filter,
            _ => Finish::Stop,
        },
        usage: Usage {
            prompt: metadata.input_tokens,
            answer: metadata.output_tokens,
        },
        model: metadata.model,
    })
}

fn named<'a>(outputs: &'a [Named], name: &str) -> Result<&'a [u8], Failure> {
    let found = outputs.iter().find(|(found, _)| found == name);
    found
        .map(|(_, bytes)| bytes.as_slice())
        .ok_or_else(|| invalid(format!("the model gave no tensor {name:?}")))
}

/// What an error of WASI-NN means; `words` are the backend's own.
pub fn failure(code: Code, words: &str, model: &str) -> Failure {
    let (kind, message) = match code {
        Code::TooLarge => (Trouble::Context, words.to_owned()),
        Code::NotFound => (
            Trouble::Refused,
            format!("there is no local model {model:?} ({words}); set LLAMA_MODEL to a GGUF file"),
        ),
        Code::Timeout => (Trouble::Unavailable, words.to_owned()),
        Code::Security => (Trouble::Refused, words.to_owned()),
        Code::Unsupported => (Trouble::Unsupported, words.to_owned()),
        Code::Other => (Trouble::Invalid, words.to_owned()),
    };
    Failure { kind, message }
}

fn invalid(message: String) -> Failure {
    Failure {
        kind: Trouble::Invalid,
        message,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn request(format: Option<&str>) -> Request {
        Request {
            id: "summary".into(),
            messages: vec![
                Message {
                    role: Role::System,
                    text: "You review.".into(),
                },
                Message {
                    role: Role::User,
                    text: "é".into(),
                },
            ],
            format: format.map(Into::into),
            answer: 256,
            temperature: 0.1,
        }
    }

    fn model(enforcement: Enforcement) -> Model {
        Model {
            name: "default".into(),
            context: 4096,
            answer: 512,
            enforcement,
        }
    }

    fn sent(request: &Request, enforcement: Enforcement, name: &str) -> Value {
        let inputs = inputs(request, &model(enforcement)).unwrap_or_default();
        named(&inputs, name)
            .ok()
            .and_then(|bytes| serde_json::from_slice(bytes).ok())
            .unwrap_or_default()
    }

    fn outputs(text: &[u8], metadata: &str) -> Vec<Named> {
        vec![
            ("metadata".into(), metadata.into()),
            ("text".into(), text.into()),
        ]
    }

    #[test]
    fn messages_and_options_are_sent() {
        let messages =
            json!([{"role": "system", "content": "You review."}, {"role": "user", "content": "é"}]);
        assert_eq!(
            messages,
            sent(&request(None), Enforcement::Schema, "messages")
        );
        let options = json!({"n-predict": 256, "temp": 0.1, "seed": 0});
        assert_eq!(
            options,
            sent(&request(None), Enforcement::Schema, "options")
        );
    }

    #[test]
    fn a_schema_is_sent_as_far_as_it_is_to_be_enforced() {
        let request = request(Some(r#"{"type":"array"}"#));
        let of = |enforcement| sent(&request, enforcement, "options")["json-schema"].clone();
        assert_eq!(json!({"type": "array"}), of(Enforcement::Schema));
        assert_eq!(json!({"type": "object"}), of(Enforcement::Object));
        assert_eq!(Value::Null, of(Enforcement::Prompt));
    }

    #[test]
    fn a_broken_schema_is_named() {
        let result = inputs(&request(Some("{")), &model(Enforcement::Schema));
        assert!(result.is_err_and(|f| f.kind == Trouble::Invalid && f.message.contains("summary")));
    }

    #[test]
    fn an_answer_is_read() {
        let expected = Completion {
            text: "{}".into(),
            finish: Finish::Length,
            usage: Usage {
                prompt: 7,
                answer: 2,
            },
            model: "tiny".into(),
        };
        let metadata = r#"{"input_tokens":7,"output_tokens":2,"finish":"length","model":"tiny"}"#;
        assert_eq!(Ok(expected), completion(&outputs(b"{}", metadata)));
    }

    #[test]
    fn a_character_cut_at_the_end_does_not_spoil_the_answer() {
        assert!(
            completion(&outputs(b"caf\xc3", "{}"))
                .is_ok_and(|c| c.text == "caf\u{fffd}" && c.finish == Finish::Stop)
        );
    }

    #[test]
    fn a_missing_tensor_is_named() {
        let result = completion(&[("metadata".into(), "{}".into())]);
        assert!(
            result.is_err_and(|f| f.kind == Trouble::Invalid && f.message.contains("\"text\""))
        );
    }

    #[test]
    fn errors_say_what_to_do() {
        let kind = |code| failure(code, "words", "default").kind;
        assert_eq!(Trouble::Context, kind(Code::TooLarge));
        assert_eq!(Trouble::Unavailable, kind(Code::Timeout));
        assert_eq!(Trouble::Refused, kind(Code::Security));
        assert_eq!(Trouble::Unsupported, kind(Code::Unsupported));
        assert_eq!(Trouble::Invalid, kind(Code::Other));
        let missing = failure(Code::NotFound, "words", "default");
        assert!(
            missing.kind == Trouble::Refused
                && missing.message.contains("\"default\"")
                && missing.message.contains("LLAMA_MODEL")
        );
    }

    proptest! {
        #[test]
        fn no_output_makes_it_panic(text: Vec<u8>, metadata in "\\PC*") {
            let _ = completion(&outputs(&text, &metadata));
        }
    }
}
