//! The contents of the tensors. All are of type U8.
//!
//! | tensor | holds |
//! |---|---|
//! | `messages` in | JSON: `[{"role", "content"}]` |
//! | `options` in | JSON: `{"n-predict", "temp", "seed", "json-schema"}`; the schema only where the answer must fit one |
//! | `text` out | the answer, UTF-8 |
//! | `metadata` out | JSON: `{"input_tokens", "output_tokens", "finish", "model"}`, finish being stop, length or filter |

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::wit::{
    Completion, Enforcement, Failure, Finish, Message, Model, Request, Role, Trouble, Usage,
};

/// A tensor's name and bytes.
pub type Named = (String, Vec<u8>);

/// A constant seed, so that the same question gets the same answer.
const SEED: u32 = 0;

/// The error codes of WASI-NN that are distinguished here.
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

#[derive(Serialize)]
struct Turn<'a> {
    role: &'static str,
    content: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Options<'a> {
    n_predict: u32,
    temp: f32,
    seed: u32,
    /// Passed unchanged: models answer in the order of its fields.
    #[serde(skip_serializing_if = "Option::is_none")]
    json_schema: Option<&'a RawValue>,
}

/// The input tensors. Fails if the request's schema is not JSON.
pub fn inputs(request: &Request, model: &Model) -> Result<Vec<Named>, Failure> {
    let messages: Vec<Turn> = request.messages.iter().map(turn).collect();
    let options = Options {
        n_predict: request.answer,
        temp: request.temperature,
        seed: SEED,
        json_schema: schema(request, model.enforcement)?,
    };
    Ok(vec![
        ("messages".into(), json(&messages)?),
        ("options".into(), json(&options)?),
    ])
}

fn json(value: &impl Serialize) -> Result<Vec<u8>, Failure> {
    serde_json::to_vec(value).map_err(|error| invalid(error.to_string()))
}

fn turn(message: &Message) -> Turn<'_> {
    let role = match message.role {
        Role::System => "system",
        Role::User => "user",
        Role::Assistant => "assistant",
    };
    Turn {
        role,
        content: &message.text,
    }
}

fn schema(request: &Request, enforcement: Enforcement) -> Result<Option<&RawValue>, Failure> {
    let text = match (&request.format, enforcement) {
        (None, _) | (_, Enforcement::Prompt) => return Ok(None),
        (Some(format), Enforcement::Schema) => format,
        (Some(_), Enforcement::Object) => r#"{"type":"object"}"#,
    };
    serde_json::from_str(text).map(Some).map_err(|error| {
        invalid(format!(
            "the schema of request {:?} is not JSON: {error}",
            request.id
        ))
    })
}

/// Reads the output tensors.
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
            cached: 0,
        },
        model: metadata.model,
    })
}

fn named<'a>(outputs: &'a [Named], name: &str) -> Result<&'a [u8], Failure> {
    let found = outputs.iter().find(|(found, _)| found == name);
    found
        .map(|(_, bytes)| bytes.as_slice())
        .ok_or_else(|| invalid(format!("the model returned no tensor {name:?}")))
}

/// The failure for an error of WASI-NN; `words` are the backend's message.
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
    use serde_json::{Value, json};

    use super::*;
    use crate::wit::Level;

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
            spare: 0,
        }
    }

    fn model(enforcement: Enforcement) -> Model {
        Model {
            name: "default".into(),
            context: 4096,
            answer: 512,
            enforcement,
            level: Level::Full,
            reasoning: false,
            effort: String::new(),
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
    fn the_order_of_a_schema_is_kept() {
        let schema = r#"{"properties":{"z":{},"a":{}}}"#;
        let request = request(Some(schema));
        let inputs = inputs(&request, &model(Enforcement::Schema)).unwrap_or_default();
        let sent = named(&inputs, "options").map(String::from_utf8_lossy);
        assert!(sent.is_ok_and(|sent| sent.contains(schema)));
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
                cached: 0,
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
