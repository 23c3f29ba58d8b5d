//! Reads the JSON in a model's answer, even if there is other text around it or it deviates from
//! what was asked for.

use answer_text::{Found, Objects, objects};
use serde_json::Value;

/// Characters quoted at the position of a syntax error.
const NEAR: usize = 16;

/// The most objects that an answer may be wrapped in.
const WRAPPED: usize = 4;

/// The expected shape of an answer.
pub struct Form<'f> {
    /// An answer has at least one of these fields.
    pub fields: &'f [&'f str],
    /// The JSON schema that was asked for. Called only if `fields` are not enough to decide.
    pub schema: &'f dyn Fn() -> Option<String>,
}

/// Why a text contains no answer.
#[derive(Debug, PartialEq)]
pub struct ParseError {
    /// A description for the model, which is asked to repair it.
    pub why: String,
    /// What can be read anyway: the complete parts of a truncated answer, or an answer inside the
    /// model's reasoning.
    pub part: Option<Value>,
}

/// The last object in `text` that matches the form, by itself or wrapped in another. Objects
/// outside elements such as `<planning>` take precedence. `is_cut`: the text reached its token
/// limit.
///
/// # Errors
/// What is wrong with the answer, and what can be read of it.
pub fn answer(text: &str, form: &Form, is_cut: bool) -> Result<Value, ParseError> {
    let mut found = objects(text);
    let fits = |one: &Found| with_fields(&one.value, form.fields).is_some();
    if found.outside.iter().any(|one| !one.in_element && fits(one)) {
        found.outside.retain(|one| !one.in_element);
    }
    let last = found.outside.iter().rfind(|one| fits(one));
    if last.is_some_and(|last| !last.whole) || (is_cut && found.doubtful) {
        return Err(unread(text, &found, form));
    }
    let mut fit: Vec<Value> = complete(&found.outside)
        .filter_map(|value| with_fields(value, form.fields))
        .collect();
    if fit.len() > 1 {
        let required = required(form);
        let full = |value: &Value| required.iter().all(|name| value.get(name).is_some());
        if let Some(at) = fit.iter().rposition(full) {
            return Ok(fit.swap_remove(at));
        }
    }
    let last = fit.pop().or_else(|| listed(&found, form));
    last.ok_or_else(|| unread(text, &found, form))
}

fn complete(found: &[Found]) -> impl DoubleEndedIterator<Item = &Value> {
    found.iter().filter(|one| one.whole).map(|one| &one.value)
}

fn required(form: &Form) -> Vec<String> {
    let schema = (form.schema)().and_then(|text| serde_json::from_str::<Value>(&text).ok());
    let names = schema.map(|schema| strings(schema.get("required")));
    names.unwrap_or_default()
}

fn strings(list: Option<&Value>) -> Vec<String> {
    let items = list.and_then(Value::as_array).into_iter().flatten();
    items
        .filter_map(|item| Some(item.as_str()?.to_string()))
        .collect()
}

/// The value, or the answer wrapped in it: as a member, as JSON text, or in a list of answers.
fn with_fields(value: &Value, fields: &[&str]) -> Option<Value> {
    match value {
        Value::Array(items) => items
            .iter()
            .rev()
            .find_map(|item| within(item, fields, WRAPPED)),
        value => within(value, fields, WRAPPED),
    }
}

fn within(value: &Value, fields: &[&str], depth: usize) -> Option<Value> {
    match value {
        Value::Object(map) if fields.iter().any(|field| map.contains_key(*field)) => {
            Some(value.clone())
        }
        Value::Object(map) if depth > 0 => map
            .values()
            .find_map(|inner| within(inner, fields, depth - 1)),
        Value::String(text) if depth < WRAPPED => within(&text_of_json(text)?, fields, depth),
        _ => None,
    }
}

fn text_of_json(text: &str) -> Option<Value> {
    let is_object = text.trim_start().starts_with('{');
    let found = is_object.then(|| objects(text).outside.pop())??;
    found.whole.then_some(found.value)
}

/// A list without the object around it, if its items match the list with the most fields in the
/// form. An answer without that list would be empty.
fn listed(found: &Objects, form: &Form) -> Option<Value> {
    let mut lists = complete(&found.outside).filter(|value| value.is_array());
    let list = lists.next_back()?;
    let first = list.get(0)?.as_object()?;
    let schema: Value = serde_json::from_str(&(form.schema)()?).ok()?;
    let named = |property: &Value| strings(property.pointer("/items/required"));
    let properties = schema.get("properties")?.as_object()?.iter();
    let (name, fields) = properties
        .map(|(name, property)| (name, named(property)))
        .max_by_key(|(_, fields)| fields.len())?;
    let shared = fields.iter().filter(|field| first.contains_key(*field));
    let fits = shared.count() * 2 > fields.len();
    fits.then(|| Value::Object([(name.clone(), list.clone())].into_iter().collect()))
}

fn unread(text: &str, found: &Objects, form: &Form) -> ParseError {
    let fitting = |found: &[Found]| {
        let mut values = found.iter().rev().map(|one| &one.value);
        values.find_map(|value| with_fields(value, form.fields))
    };
    let cut = found.outside.iter().find(|one| !one.whole);
    let why = if found.only_reasoning {
        "the answer contains nothing but reasoning".to_string()
    } else if cut.is_some() {
        "invalid JSON: it is incomplete".to_string()
    } else if let Some(error) = &found.error {
        let near: String = text
            .get(error.at..)
            .unwrap_or_default()
            .chars()
            .take(NEAR)
            .collect();
        format!("invalid JSON: {} near {near:?}", error.message)
    } else {
        let fields = form.fields.join("\", \"");
        format!("the answer contains no JSON object with \"{fields}\"")
    };
    let part = fitting(&found.outside).or_else(|| fitting(&found.inside));
    ParseError { why, part }
}

/// The text of the first of `names` that `value` has. Numbers are converted.
pub fn text(value: &Value, names: &[&str]) -> String {
    let found = names.iter().find_map(|name| match value.get(name)? {
        Value::String(text) => Some(text.trim().to_string()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    });
    found.unwrap_or_default()
}

/// The whole number in the first of `names`, also from a text ("12", "L12", "12-14").
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

/// The numbers of that name as text ("1-3, 7"), also from a list.
pub fn numbers(value: &Value, name: &str) -> String {
    match value.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => String::new(),
    }
}

/// The list of that name; any other value counts as a list of one.
pub fn list<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    match value.get(name) {
        Some(Value::Array(items)) => items,
        None | Some(Value::Null) => &[],
        Some(single) => std::slice::from_ref(single),
    }
}

/// A list of sentences. Objects are replaced by their text.
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
    const SCHEMA: &str = r#"{"type":"object","properties":{
        "notes":{"type":"array","items":{"type":"object","required":["path","text"]}},
        "findings":{"type":"array","items":{"type":"object","required":["path","line","title"]}}},
        "required":["notes","findings"]}"#;

    fn unread(text: &str) -> ParseError {
        read(text).unwrap_err()
    }

    fn read(text: &str) -> Result<Value, ParseError> {
        let form = Form {
            fields: &FIELDS,
            schema: &|| Some(SCHEMA.to_string()),
        };
        answer(text, &form, false)
    }

    #[test]
    fn the_object_is_found_wherever_the_model_put_it() {
        let wanted = Ok(json!({"findings": []}));
        for text in [
            "{\"findings\": []}",
            "Sure!\n```json\n{\"findings\": []}\n```\nDone.",
            "<think>maybe {\"findings\": [1]}</think>{\"findings\": []}",
            "[THINK]maybe {\"findings\": [1]}[/THINK]{\"findings\": []}",
            "so be it</think>\n{\"findings\": []}",
            "fn f() { x } {\"a\": {}} {\"findings\": []}",
            "{\"review\": {\"findings\": []}}",
            "{\"answer\": \"{\\\"findings\\\": []}\"}",
            "{\"response\": {\"data\": {\"findings\": []}}}",
            "[TOOL_CALLS][{\"name\": \"x\", \"arguments\": {\"findings\": []}}]",
            "{\"findings\": []}<planning>{\"notes\": [], \"findings\": [0]}</planning>",
            "<planning>{\"findings\": []}</planning>",
            "My [analysis]: fine.\n{\"findings\": []}",
            "[{\"findings\": []}]",
            "\"{\\\"findings\\\": []}\"",
            "{\"findings\": [],}",
            "{'findings': [], // none\n}",
            "{\u{201c}findings\u{201d}: []}",
        ] {
            assert_eq!(read(text), wanted, "{text}");
        }
    }

    #[test]
    fn the_last_that_fits_is_the_answer() {
        let (draft, real) = (
            "{\"notes\": [], \"findings\": []}",
            "{\"notes\": [1], \"findings\": [2]}",
        );
        let wanted = Ok(json!({"notes": [1], "findings": [2]}));
        assert_eq!(read(&format!("First {draft}. No, better: {real}")), wanted);
        assert_eq!(
            read(&format!("{real}\nIn short: {{\"findings\": []}}")),
            wanted
        );
        assert_eq!(
            read("{\"notes\": 1} {\"notes\": 2}"),
            Ok(json!({"notes": 2}))
        );
    }

    #[test]
    fn behind_a_mark_in_prose_there_is_no_answer_where_the_text_was_cut() {
        let form = Form {
            fields: &FIELDS,
            schema: &|| Some(SCHEMA.to_string()),
        };
        let text = "Let me see. <think>Perhaps {\"findings\": []}";
        assert_eq!(answer(text, &form, false), Ok(json!({"findings": []})));
        let cut = answer(text, &form, true).unwrap_err();
        assert_eq!(cut.part, Some(json!({"findings": []})));
    }

    #[test]
    fn a_bare_list_is_the_list_that_its_items_fit() {
        let list = "[{\"path\": \"a\", \"line\": 1, \"title\": \"t\"}]";
        let wanted = json!({"findings": [{"path": "a", "line": 1, "title": "t"}]});
        assert_eq!(read(list), Ok(wanted));
        assert!(read("[{\"path\": \"a\"}]").is_err());
        assert!(read("[{\"path\": \"a\", \"text\": \"t\"}]").is_err());
        assert!(read("[]").is_err());
    }

    #[test]
    fn thoughts_named_inside_the_answer_do_not_cut_it() {
        assert_eq!(
            read("{\"notes\": \"strips </think>\"}"),
            Ok(json!({"notes": "strips </think>"}))
        );
    }

    #[test]
    fn line_feeds_inside_of_strings_are_kept() {
        assert_eq!(read("{\"notes\": \"a\nb\"}"), Ok(json!({"notes": "a\nb"})));
    }

    #[test]
    fn what_is_wrong_is_said() {
        let why = |text: &str| unread(text).why;
        assert_eq!(
            why("I cannot do that."),
            "the answer contains no JSON object with \"findings\", \"notes\""
        );
        assert_eq!(
            why("<think>hm"),
            "the answer contains nothing but reasoning"
        );
        assert_eq!(
            why("{\"findings\": x}"),
            "invalid JSON: a string without quotes near \"x}\""
        );
        assert!(read(&"[{".repeat(5000)).is_err());
    }

    #[test]
    fn of_an_answer_that_is_not_one_what_is_certain_can_be_read() {
        let cut = unread("{\"notes\": [{\"path\": \"a\"}, {\"path\": \"b");
        assert_eq!(cut.why, "invalid JSON: it is incomplete");
        assert_eq!(cut.part, Some(json!({"notes": [{"path": "a"}]})));
        assert_eq!(
            unread("<think>{\"notes\": [1]} or").part,
            Some(json!({"notes": [1]}))
        );
        assert_eq!(unread("{\"no").part, None);
        let last = unread("{\"notes\": [], \"findings\": []} or {\"notes\": [1], \"findings\": [{");
        assert_eq!(last.part, Some(json!({"notes": [1], "findings": []})));
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
