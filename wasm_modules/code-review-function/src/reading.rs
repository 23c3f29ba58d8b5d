//! Reads the JSON that a model wrote, also when it wrote more than that, or not quite what was asked.

use serde_json::{Deserializer, Value};

/// Places in a text that are tried as the beginning of the answer.
const TRIES: usize = 64;

/// The first object in `text` that has one of `fields`, itself or wrapped in another.
///
/// # Errors
/// Says what is wrong with the answer, in words for the model that is to repair it.
pub fn object(text: &str, fields: &[&str]) -> Result<Value, String> {
    let text = without_thoughts(text)?;
    search(text, fields).or_else(|error| {
        // Line feeds and tabs inside of strings are the most common slip; between tokens they mean nothing.
        search(&text.replace(['\n', '\r', '\t'], " "), fields).map_err(|_| error)
    })
}

fn search(text: &str, fields: &[&str]) -> Result<Value, String> {
    let mut error = None;
    let mut past = 0;
    for (at, _) in text.match_indices('{').take(TRIES) {
        if at < past {
            continue;
        }
        match parse(&text[at..]) {
            Ok((value, length)) => {
                past = at + length;
                if let Some(found) = with_fields(value, fields) {
                    return Ok(found);
                }
            }
            Err(why) => error = error.or(Some(why)),
        }
    }
    Err(error.unwrap_or_else(|| {
        format!(
            "there is no JSON object with \"{}\" in the answer",
            fields.join("\", \"")
        )
    }))
}

/// The value at the start of `text`, and how many bytes it takes.
fn parse(text: &str) -> Result<(Value, usize), String> {
    let mut values = Deserializer::from_str(text).into_iter::<Value>();
    match values.next() {
        Some(Ok(value)) => Ok((value, values.byte_offset())),
        Some(Err(error)) => Err(format!("invalid JSON: {error}")),
        None => Err("the answer is empty".to_string()),
    }
}

fn with_fields(value: Value, fields: &[&str]) -> Option<Value> {
    let has = |value: &Value| fields.iter().any(|field| value.get(field).is_some());
    match value {
        value if has(&value) => Some(value),
        Value::Object(map) => map.into_iter().map(|(_, inner)| inner).find(has),
        _ => None,
    }
}

/// What the model said after it had thought aloud. Its thoughts may hold drafts of the answer.
fn without_thoughts(text: &str) -> Result<&str, String> {
    let text = text.trim_start();
    if text.starts_with(['{', '`']) {
        return Ok(text);
    }
    for (open, close) in [("<think>", "</think>"), ("<thinking>", "</thinking>")] {
        if let Some((_, said)) = text.split_once(close) {
            return Ok(said);
        }
        if text.starts_with(open) {
            return Err("the answer holds thoughts and nothing after them".to_string());
        }
    }
    Ok(text)
}

/// The text of the first of `names` that `value` has; a number counts as its digits.
pub fn text(value: &Value, names: &[&str]) -> String {
    let found = names.iter().find_map(|name| match value.get(name)? {
        Value::String(text) => Some(text.trim().to_string()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    });
    found.unwrap_or_default()
}

/// The whole number that the first of `names` holds, also as a text ("12", "L12", "12-14").
pub fn number(value: &Value, names: &[&str]) -> Option<u32> {
    names.iter().find_map(|name| match value.get(name)? {
        Value::Number(number) => whole(number.as_f64()?),
        Value::String(text) => digits(text),
        Value::Array(items) => items.first()?.as_f64().and_then(whole),
        _ => None,
    })
}

fn whole(number: f64) -> Option<u32> {
    (number >= 0.0 && number <= f64::from(u32::MAX)).then_some(number as u32)
}

fn digits(text: &str) -> Option<u32> {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let rest = &text[start..];
    rest[..rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len())]
        .parse()
        .ok()
}

/// The list of that name; anything else that stands there counts as a list of itself.
pub fn list<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    match value.get(name) {
        Some(Value::Array(items)) => items,
        None | Some(Value::Null) => &[],
        Some(single) => std::slice::from_ref(single),
    }
}

/// A list of sentences; of objects in it, their text.
pub fn sentences(value: &Value, name: &str) -> Vec<String> {
    let sentence = |item: &Value| match item {
        Value::String(text) => text.trim().to_string(),
        other => text(
            other,
            &["text", "title", "risk", "description", "change", "summary"],
        ),
    };
    list(value, name)
        .iter()
        .map(sentence)
        .filter(|text| !text.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const FIELDS: [&str; 2] = ["findings", "notes"];

    fn read(text: &str) -> Result<Value, String> {
        object(text, &FIELDS)
    }

    #[test]
    fn the_object_is_found_wherever_the_model_put_it() {
        let wanted = Ok(json!({"findings": []}));
        assert_eq!(read("{\"findings\": []}"), wanted);
        assert_eq!(
            read("Sure!\n```json\n{\"findings\": []}\n```\nDone."),
            wanted
        );
        assert_eq!(
            read("<think>maybe {\"findings\": [1]}</think>{\"findings\": []}"),
            wanted
        );
        assert_eq!(read("so be it</think>\n{\"findings\": []}"), wanted);
        assert_eq!(read("fn f() { x } {\"a\": {}} {\"findings\": []}"), wanted);
        assert_eq!(read("{\"review\": {\"findings\": []}}"), wanted);
        assert_eq!(
            read("{\"findings\": [],}"),
            Err("invalid JSON: trailing comma at line 1 column 17".into())
        );
    }

    #[test]
    fn thoughts_named_inside_the_answer_do_not_cut_it() {
        assert_eq!(
            read("{\"notes\": \"strips </think>\"}"),
            Ok(json!({"notes": "strips </think>"}))
        );
    }

    #[test]
    fn line_feeds_inside_of_strings_are_forgiven() {
        assert_eq!(read("{\"notes\": \"a\nb\"}"), Ok(json!({"notes": "a b"})));
    }

    #[test]
    fn what_is_wrong_is_said() {
        assert_eq!(
            read("I cannot do that."),
            Err("there is no JSON object with \"findings\", \"notes\" in the answer".into())
        );
        assert_eq!(
            read("<think>hm"),
            Err("the answer holds thoughts and nothing after them".into())
        );
        assert!(
            read("{\"findings\": [").is_err_and(|error| error.starts_with("invalid JSON: EOF"))
        );
        assert!(read(&"[{".repeat(5000)).is_err());
    }

    #[test]
    fn numbers_and_lists_are_read_leniently() {
        let value = json!({"line": "L12-14", "end": 3.0, "bad": "x", "risks": "one", "majors": [{"text": "two"}, "", 3]});
        assert_eq!(number(&value, &["start", "line"]), Some(12));
        assert_eq!(number(&value, &["end"]), Some(3));
        assert_eq!(number(&value, &["bad"]), None);
        assert_eq!(sentences(&value, "risks"), ["one"]);
        assert_eq!(sentences(&value, "majors"), ["two"]);
        assert_eq!(sentences(&value, "none"), [""; 0]);
    }
}
