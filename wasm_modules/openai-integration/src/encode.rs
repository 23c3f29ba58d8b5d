//! The body of `POST /chat/completions`.

use serde::Serialize;
use serde_json::value::RawValue;

use crate::dialect::reasons;
use crate::failure;
use crate::wit::{Enforcement, Failure, Message, Model, Request, Role, Trouble};

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    messages: Vec<Turn<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_completion_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_format: Option<Format<'a>>,
}

#[derive(Serialize)]
struct Turn<'a> {
    role: &'static str,
    content: &'a str,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Format<'a> {
    JsonSchema { json_schema: Named<'a> },
    JsonObject,
}

#[derive(Serialize)]
struct Named<'a> {
    name: String,
    strict: bool,
    /// As it is written: models answer in the order of its fields.
    schema: &'a RawValue,
}

/// The body as JSON text. Fails when the request's schema is no JSON.
pub fn encode(request: &Request, model: &Model) -> Result<String, Failure> {
    let reasons = reasons(&model.name);
    let body = Body {
        model: &model.name,
        messages: request.messages.iter().map(turn).collect(),
        max_completion_tokens: reasons.then_some(request.answer),
        max_tokens: (!reasons).then_some(request.answer),
        temperature: (!reasons).then_some(request.temperature),
        response_format: response_format(request, model.enforcement)?,
    };
    serde_json::to_string(&body).map_err(|error| failure(Trouble::Invalid, error.to_string()))
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

fn response_format(
    request: &Request,
    enforcement: Enforcement,
) -> Result<Option<Format<'_>>, Failure> {
    let Some(format) = &request.format else {
        return Ok(None);
    };
    Ok(match enforcement {
        Enforcement::Schema => Some(Format::JsonSchema {
            json_schema: Named {
                name: name(&request.id),
                strict: true,
                schema: schema(format, &request.id)?,
            },
        }),
        Enforcement::Object => Some(Format::JsonObject),
        Enforcement::Prompt => None,
    })
}

fn schema<'a>(text: &'a str, id: &str) -> Result<&'a RawValue, Failure> {
    serde_json::from_str(text).map_err(|error| {
        failure(
            Trouble::Invalid,
            format!("the schema of request {id:?} is no JSON: {error}"),
        )
    })
}

/// The first part of the request's id, in the letters that the API allows for a schema's name.
fn name(id: &str) -> String {
    let first = id.split('/').next().unwrap_or_default();
    let name: String = first
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        .take(64)
        .collect();
    if name.is_empty() {
        "answer".into()
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::wit::Level;

    fn request(format: Option<&str>) -> Request {
        Request {
            id: "chunk/3".into(),
            messages: vec![
                Message {
                    role: Role::System,
                    text: "You review.".into(),
                },
                Message {
                    role: Role::User,
                    text: "é \"quoted\"\n".into(),
                },
                Message {
                    role: Role::Assistant,
                    text: "{}".into(),
                },
            ],
            format: format.map(Into::into),
            answer: 512,
            temperature: 0.2,
            spare: 0,
        }
    }

    fn model(name: &str, enforcement: Enforcement) -> Model {
        Model {
            name: name.into(),
            context: 8192,
            answer: 1024,
            enforcement,
            level: Level::Full,
        }
    }

    fn body(request: &Request, model: &Model) -> Value {
        let text = encode(request, model).unwrap_or_default();
        serde_json::from_str(&text).unwrap_or_default()
    }

    #[test]
    fn a_common_server_gets_max_tokens_and_temperature() {
        let expected = json!({
            "model": "qwen3",
            "messages": [
                {"role": "system", "content": "You review."},
                {"role": "user", "content": "é \"quoted\"\n"},
                {"role": "assistant", "content": "{}"},
            ],
            "max_tokens": 512,
            "temperature": 0.2,
        });
        assert_eq!(
            expected,
            body(&request(None), &model("qwen3", Enforcement::Schema))
        );
    }

    #[test]
    fn a_reasoning_model_gets_max_completion_tokens_and_no_temperature() {
        let body = body(&request(None), &model("gpt-5-mini", Enforcement::Schema));
        assert_eq!(json!(512), body["max_completion_tokens"]);
        assert!(body.get("temperature").is_none() && body.get("max_tokens").is_none());
    }

    #[test]
    fn a_schema_is_sent_as_far_as_the_server_enforces_it() {
        let request = request(Some(r#"{"type":"object"}"#));
        let of = |enforcement| body(&request, &model("m", enforcement))["response_format"].clone();
        let named = json!({"name": "chunk", "strict": true, "schema": {"type": "object"}});
        assert_eq!(
            json!({"type": "json_schema", "json_schema": named}),
            of(Enforcement::Schema)
        );
        assert_eq!(json!({"type": "json_object"}), of(Enforcement::Object));
        assert_eq!(Value::Null, of(Enforcement::Prompt));
    }

    #[test]
    fn the_order_of_a_schema_is_kept() {
        let schema = r#"{"properties":{"z":{},"a":{}}}"#;
        let body = encode(&request(Some(schema)), &model("m", Enforcement::Schema));
        assert!(body.is_ok_and(|body| body.contains(schema)));
    }

    #[test]
    fn a_broken_schema_is_named() {
        let result = encode(&request(Some("{")), &model("m", Enforcement::Schema));
        assert!(result.is_err_and(|f| f.kind == Trouble::Invalid && f.message.contains("chunk/3")));
    }

    #[test]
    fn a_schema_always_has_an_allowed_name() {
        assert_eq!("summary", name("summary"));
        assert_eq!("answer", name("/3"));
        assert_eq!("answer", name("ß/3"));
        assert_eq!(64, name(&"x".repeat(100)).len());
    }
}
