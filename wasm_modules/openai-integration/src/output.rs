//! Finds the model's output in an answer, in the API's format and in those of other servers.

use answer_text::objects;
use serde_json::Value;

/// The parts of a model's output.
#[derive(Debug, Default)]
pub struct ModelOutput {
    pub content: String,
    /// The arguments of a tool call, although no tool was offered.
    pub arguments: String,
    pub reasoning: String,
    pub refusal: String,
    /// The finish reason, as the server spells it.
    pub finish: String,
}

/// Fields with the model's reasoning.
const REASONING: [&str; 7] = [
    "reasoning_content",
    "reasoning",
    "thinking",
    "reasoning_text",
    "thoughts",
    "thinking_blocks",
    "reasoning_details",
];
/// Fields with an answer that is a text.
const TEXTS: [&str; 7] = [
    "response",
    "output_text",
    "generated_text",
    "completion",
    "output",
    "text",
    "content",
];
/// Fields in which an answer may be wrapped.
const WRAPPERS: [&str; 5] = ["result", "data", "output", "results", "response"];
/// Fields of message parts with JSON that is already parsed.
const READ: [&str; 6] = ["json", "output", "data", "parsed", "object", "value"];

/// None if there is no message.
pub fn read(answer: &Value) -> Option<ModelOutput> {
    let mut output = message(answer)?;
    if output.finish.is_empty() {
        output.finish = finish(answer);
    }
    Some(output)
}

fn message(answer: &Value) -> Option<ModelOutput> {
    let mut output = ModelOutput::default();
    if answer["choices"].is_array() || answer["choices"].is_object() {
        return of_choices(&answer["choices"]);
    } else if answer["message"].is_object() {
        output.read_message(&answer["message"]); // Ollama, Cohere, Bedrock
    } else if let Some(parts) = answer["candidates"][0]["content"]["parts"].as_array() {
        parts.iter().for_each(|part| output.read_part(part)); // Gemini
    } else if answer["content"].is_array() {
        output.read_content(&answer["content"]); // Anthropic
    } else if is_items(&answer["output"]) {
        let items = answer["output"].as_array().into_iter().flatten();
        items.for_each(|item| output.read_item(item)); // the Responses API
        output.finish = text(&answer["incomplete_details"]["reason"]);
    } else if let Some(found) = TEXTS.iter().find_map(|key| answer[key].as_str()) {
        output.content = found.to_owned();
    } else if let Some(first) = answer.get(0) {
        if !first.is_string() {
            return message(first);
        }
        output.content = joined(answer); // Replicate
    } else {
        let inner = WRAPPERS.iter().map(|key| &answer[key]);
        return inner
            .filter(|inner| inner.is_object() || inner.is_array())
            .find_map(read);
    }
    Some(output)
}

fn is_items(output: &Value) -> bool {
    let items = output.as_array();
    items.is_some_and(|items| items.iter().all(|item| !item["type"].is_null()))
}

/// The first choice with contents.
fn of_choices(choices: &Value) -> Option<ModelOutput> {
    let choices: Vec<&Value> = match choices {
        Value::Array(choices) => choices.iter().collect(),
        Value::Object(map) if map.contains_key("message") => vec![choices],
        Value::Object(map) => map.values().collect(),
        _ => Vec::new(),
    };
    let mut output: Vec<ModelOutput> = choices.into_iter().filter_map(of_choice).collect();
    let at = output
        .iter()
        .position(ModelOutput::is_any)
        .unwrap_or_default();
    (at < output.len()).then(|| output.swap_remove(at))
}

fn of_choice(choice: &Value) -> Option<ModelOutput> {
    let mut output = ModelOutput::default();
    let message = ["message", "delta"].iter().find_map(|key| choice.get(key));
    match message.filter(|message| message.is_object()) {
        Some(message) => output.read_message(message),
        // A text instead of a message, or the text of the older completions API.
        None => output.content = message.unwrap_or(&choice["text"]).as_str()?.to_owned(),
    }
    output.finish = finish(choice);
    Some(output)
}

/// A message's content, with its reasoning separated.
pub fn of_content(content: &Value) -> ModelOutput {
    let mut output = ModelOutput::default();
    output.read_content(content);
    output
}

impl ModelOutput {
    /// The text in which to search for the answer. Tool arguments are used if the content has no
    /// object. Reasoning is used if it was not truncated and there is nothing else, or if the
    /// content has no object and the reasoning ends in one.
    pub fn answer(&self, is_cut: bool) -> &str {
        let is_present = |text: &str| !text.trim().is_empty();
        let holds = holds_object(&self.content);
        if is_present(&self.arguments) && !holds {
            &self.arguments
        } else if is_cut || holds || (is_present(&self.content) && !ends_in_object(&self.reasoning))
        {
            &self.content
        } else {
            &self.reasoning
        }
    }

    fn is_any(&self) -> bool {
        let texts = [&self.content, &self.arguments, &self.refusal];
        texts.iter().any(|text| !text.trim().is_empty())
    }

    fn read_message(&mut self, message: &Value) {
        self.read_content(&message["content"]);
        for holder in [message, &message["provider_specific_fields"]] {
            for key in REASONING {
                if self.reasoning.is_empty() {
                    self.reasoning = joined(&holder[key]);
                }
            }
        }
        if self.content.trim().is_empty() && message["parsed"].is_object() {
            self.content = message["parsed"].to_string();
        }
        if self.refusal.is_empty() {
            self.refusal = text(&message["refusal"]);
        }
        let calls = message["tool_calls"].as_array().into_iter().flatten();
        for call in calls.chain([&message["function_call"]]) {
            self.read_call(call);
        }
    }

    /// Text, a list of parts, or JSON that a gateway has already parsed.
    fn read_content(&mut self, content: &Value) {
        match content {
            Value::String(text) => self.content.push_str(text),
            Value::Array(parts) => parts.iter().for_each(|part| self.read_part(part)),
            Value::Object(map) => match map.get("text") {
                Some(Value::String(text)) => self.content.push_str(text),
                _ => self.content = content.to_string(),
            },
            _ => {}
        }
    }

    fn read_part(&mut self, part: &Value) {
        let kind = part["type"].as_str().unwrap_or_default();
        if matches!(kind, "thinking" | "reasoning") || part["thought"] == true {
            for key in ["thinking", "text", "reasoning"] {
                self.reasoning.push_str(&joined(&part[key]));
            }
        } else if !part["reasoningContent"].is_null() {
            self.reasoning
                .push_str(&joined(&part["reasoningContent"]["reasoningText"])); // Bedrock
        } else if kind == "refusal" {
            self.refusal = text(&part["refusal"]);
        } else if kind == "tool_use" {
            self.read_arguments(&part["input"]);
        } else {
            self.content.push_str(&of_part(part));
        }
    }

    fn read_item(&mut self, item: &Value) {
        match item["type"].as_str().unwrap_or_default() {
            "reasoning" => self.reasoning.push_str(&joined(&item["summary"])),
            "function_call" => self.read_arguments(&item["arguments"]),
            _ => self.read_content(&item["content"]),
        }
    }

    fn read_call(&mut self, call: &Value) {
        let holders = [&call["function"], &call["custom"], call];
        let keys = ["arguments", "input", "parameters"];
        let mut found = holders
            .iter()
            .flat_map(|holder| keys.map(|key| &holder[key]));
        if let Some(arguments) = found.find(|one| one.is_object() || one.is_string()) {
            self.read_arguments(arguments);
        }
    }

    /// As JSON text or as JSON; the arguments of several calls are concatenated.
    fn read_arguments(&mut self, arguments: &Value) {
        match arguments {
            Value::Object(_) => self.arguments.push_str(&arguments.to_string()),
            Value::String(text) => self.arguments.push_str(text),
            _ => {}
        }
    }
}

/// Whether the text contains a non-empty object.
fn holds_object(text: &str) -> bool {
    let is_full = |value: &Value| match value {
        Value::Object(map) => !map.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => false,
    };
    text.contains('{') && objects(text).outside.iter().any(|one| is_full(&one.value))
}

fn ends_in_object(text: &str) -> bool {
    text.trim_end_matches(|c: char| c.is_whitespace() || c == '`')
        .ends_with('}')
}

/// The text of a part, or the JSON in it; a part without a type is JSON itself.
fn of_part(part: &Value) -> String {
    let text = joined(part);
    let read = READ
        .iter()
        .map(|key| &part[key])
        .find(|one| one.is_object());
    match part {
        Value::Object(_) if !text.is_empty() => text,
        Value::Object(map) if !map.contains_key("type") => part.to_string(),
        Value::Object(_) => read.map(Value::to_string).unwrap_or_default(),
        _ => text,
    }
}

/// The text of a value or of its parts.
fn joined(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().map(joined).collect(),
        Value::Object(map) => {
            let keys = [
                "text",
                "value",
                "content",
                "thinking",
                "reasoning",
                "summary",
            ];
            let mut texts = keys.iter().filter_map(|key| map.get(*key)).map(joined);
            texts.find(|text| !text.is_empty()).unwrap_or_default()
        }
        _ => String::new(),
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn finish(output: &Value) -> String {
    let keys = [
        "finish_reason",
        "finishReason",
        "stop_reason",
        "stopReason",
        "done_reason",
    ];
    let reason = keys.iter().find_map(|key| output[key].as_str());
    reason
        .or_else(|| output["candidates"][0]["finishReason"].as_str())
        .unwrap_or_default()
        .to_owned()
}
