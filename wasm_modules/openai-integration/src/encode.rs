//! The body of `POST /chat/completions`.

use serde_json::{Map, Value, json};

use crate::dialect::reasons;
use crate::failure;
use crate::wit::{Enforcement, Failure, Message, Model, Request, Role, Trouble};

/// The body as JSON text. Fails when the request's schema is no JSON.
pub fn encode(request: &Request, model: &Model) -> Result<String, Failure> {
    let mut body = Map::new();
    body.insert("model".into(), json!(model.name));
    body.insert(
        "messages".into(),
        request.messages.iter().map(message).collect(),
    );
    if reasons(&model.name) {
        body.insert("max_completion_tokens".into(), json!(request.answer));
    } else {
        body.insert("max_tokens".into(), json!(request.answer));
        body.insert("temperature".into(), decimal(request.temperature));
    }
    if let Some(format) = response_format(request, model.enforcement)? {
        body.insert("response_format".into(), format);
    }
    Ok(Value::Object(body).to_string())
}

fn message(message: &Message) -> Value {
    let role = match message.role {
        Role::System => "system",
        Role::User => "user",
        Role::Assistant => "assistant",
    };
    json!({"role": role, "content": message.text})
}

/// The number as it is written: 0.2, not the nearest double of the nearest float of 0.2.
fn decimal(number: f32) -> Value {
    number
        .to_string()
        .parse::<f64>()
        .map_or(json!(0), |number| json!(number))
}

fn response_format(request: &Request, enforcement: Enforcement) -> Result<Option<Value>, Failure> {
    let Some(format) = &request.format else {
        return Ok(None);
    };
    Ok(match enforcement {
        Enforcement::Schema => {
            let schema = schema(format, &request.id)?;
            let named = json!({"name": name(&request.id), "strict": true, "schema": schema});
            Some(json!({"type": "json_schema", "json_schema": named}))
        }
        Enforcement::Object => Some(json!({"type": "json_object"})),
        Enforcement::Prompt => None,
    })
}

fn schema(text: &str, id: &str) -> Result<Value, Failure> {
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
    use super::*;

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
        }
    }

    fn model(name: &str, enforcement: Enforcement) -> Model {
        Model {
            name: name.into(),
            context: 8192,
            answer: 1024,
            enforcement,
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
