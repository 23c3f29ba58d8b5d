//! The body of `POST /chat/completions`.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;

use crate::failure::failure;
use crate::wit::{Dialect, Enforcement, Failure, Message, Model, Request, Role, Trouble};

struct Body<'a> {
    request: &'a Request,
    model: &'a Model,
    dialect: &'a Dialect,
    format: Option<Format<'a>>,
}

impl Serialize for Body<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let request = self.request;
        let turns: Vec<Turn> = request.messages.iter().map(turn).collect();
        let is_sent = |name: &str| !self.dialect.omitted.iter().any(|omitted| omitted == name);
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("model", &self.model.name)?;
        map.serialize_entry("messages", &turns)?;
        if let Some(limit) = self.dialect.limit.as_deref().filter(|name| is_sent(name)) {
            map.serialize_entry(limit, &request.answer)?;
        }
        if is_sent("temperature") {
            map.serialize_entry("temperature", &request.temperature)?;
        }
        if !self.model.effort.is_empty() && is_sent("reasoning_effort") {
            map.serialize_entry("reasoning_effort", &self.model.effort)?;
        }
        if let Some(format) = self.format.as_ref().filter(|_| is_sent("response_format")) {
            map.serialize_entry("response_format", format)?;
        }
        if self.dialect.streamed {
            map.serialize_entry("stream", &true)?;
        }
        map.end()
    }
}

#[derive(serde::Serialize)]
struct Turn<'a> {
    role: &'static str,
    content: &'a str,
}

#[derive(serde::Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Format<'a> {
    JsonSchema { json_schema: Named<'a> },
    JsonObject,
}

#[derive(serde::Serialize)]
struct Named<'a> {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    strict: Option<bool>,
    /// Passed unchanged: models answer in the order of its fields.
    schema: &'a RawValue,
}

/// The body as JSON text. Fails if the request's schema is not JSON.
pub fn encode(request: &Request, model: &Model, dialect: &Dialect) -> Result<String, Failure> {
    let body = Body {
        request,
        model,
        dialect,
        format: response_format(request, model.enforcement, dialect.strict)?,
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
    strict: bool,
) -> Result<Option<Format<'_>>, Failure> {
    let Some(format) = &request.format else {
        return Ok(None);
    };
    Ok(match enforcement {
        Enforcement::Schema => Some(Format::JsonSchema {
            json_schema: Named {
                name: name(&request.id),
                strict: strict.then_some(true),
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
            format!("the schema of request {id:?} is not JSON: {error}"),
        )
    })
}

/// The first part of the request's id, in the characters that the API allows for a schema's name.
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
            reasoning: false,
            effort: String::new(),
        }
    }

    #[test]
    fn the_effort_is_sent_where_one_is_set_and_the_server_takes_it() {
        let thinking = Model {
            effort: "high".into(),
            ..model("m", Enforcement::Prompt)
        };
        let sent = |model: &Model, dialect: &Dialect| {
            let body = encode(&request(None), model, dialect).unwrap();
            let body: Value = serde_json::from_str(&body).unwrap();
            body.get("reasoning_effort").cloned()
        };
        assert_eq!(sent(&thinking, &common()), Some("high".into()));
        assert_eq!(sent(&model("m", Enforcement::Prompt), &common()), None);
        let refusing = Dialect {
            omitted: vec!["reasoning_effort".into()],
            ..common()
        };
        assert_eq!(sent(&thinking, &refusing), None);
    }

    fn common() -> Dialect {
        Dialect {
            limit: Some("max_tokens".into()),
            strict: true,
            omitted: Vec::new(),
            streamed: false,
        }
    }

    fn spoken(request: &Request, model: &Model, dialect: &Dialect) -> Value {
        let text = encode(request, model, dialect).unwrap_or_default();
        serde_json::from_str(&text).unwrap_or_default()
    }

    fn body(request: &Request, model: &Model) -> Value {
        spoken(request, model, &common())
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
    fn a_dialect_names_the_limit_and_leaves_out_what_the_server_does_not_take() {
        let dialect = Dialect {
            limit: Some("max_completion_tokens".into()),
            strict: false,
            omitted: vec!["temperature".into()],
            streamed: true,
        };
        let request = request(Some(r#"{"type":"object"}"#));
        let body = spoken(&request, &model("m", Enforcement::Schema), &dialect);
        assert_eq!(json!(512), body["max_completion_tokens"]);
        assert_eq!(json!(true), body["stream"]);
        assert!(body.get("temperature").is_none() && body.get("max_tokens").is_none());
        assert_eq!(
            json!({"name": "chunk", "schema": {"type": "object"}}),
            body["response_format"]["json_schema"]
        );
        let nothing = Dialect {
            limit: None,
            strict: true,
            omitted: vec!["temperature".into(), "response_format".into()],
            streamed: false,
        };
        let body = spoken(&request, &model("m", Enforcement::Schema), &nothing);
        assert_eq!(Some(2), body.as_object().map(serde_json::Map::len));
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
        let body = encode(
            &request(Some(schema)),
            &model("m", Enforcement::Schema),
            &common(),
        );
        assert!(body.is_ok_and(|body| body.contains(schema)));
    }

    #[test]
    fn a_broken_schema_is_named() {
        let result = encode(
            &request(Some("{")),
            &model("m", Enforcement::Schema),
            &common(),
        );
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
