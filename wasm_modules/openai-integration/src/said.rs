//! Where in an answer the model's words stand, in the API's form and in those of other servers.

use serde_json::Value;

/// What a model said, apart by what it is.
#[derive(Debug, Default)]
pub struct Said {
    pub content: String,
    /// The arguments of the tool that it called, although none was offered.
    pub arguments: String,
    pub reasoning: String,
    pub refusal: String,
    /// Why it ended, as the server spells it.
    pub finish: String,
}

/// None when no message is there.
pub fn read(answer: &Value) -> Option<Said> {
    let mut said = Said::default();
    if let Some(choice) = answer["choices"].get(0) {
        said.read_choice(choice)?;
    } else if answer["message"].is_object() {
        said.read_message(&answer["message"]); // Ollama
    } else if let Some(output) = answer["output"].as_array() {
        output.iter().for_each(|item| said.read_item(item)); // the Responses API
        said.finish = text(&answer["incomplete_details"]["reason"]);
    } else if let Some(parts) = answer["candidates"][0]["content"]["parts"].as_array() {
        parts.iter().for_each(|part| said.read_part(part)); // Gemini
    } else if answer["content"].is_array() {
        said.read_content(&answer["content"]); // Anthropic
    } else {
        let found = ["response", "output_text", "generated_text"]
            .iter()
            .find_map(|key| answer[key].as_str());
        said.content = found?.to_owned();
    }
    if said.finish.is_empty() {
        said.finish = finish(answer);
    }
    Some(said)
}

impl Said {
    /// The text that the answer is to be looked for in. What a model called a tool with is the answer where
    /// its content holds none; thoughts are, where there is nothing else and they were not cut.
    pub fn answer(&self, is_cut: bool) -> &str {
        let is_said = |text: &str| !text.trim().is_empty();
        if is_said(&self.arguments) && !self.content.contains('{') {
            &self.arguments
        } else if is_said(&self.content) || is_cut {
            &self.content
        } else {
            &self.reasoning
        }
    }

    fn read_choice(&mut self, choice: &Value) -> Option<()> {
        let message = ["message", "delta"].iter().find_map(|key| choice.get(key));
        match message.filter(|message| message.is_object()) {
            Some(message) => self.read_message(message),
            None => self.content = choice["text"].as_str()?.to_owned(), // of completions without chat
        }
        self.finish = finish(choice);
        Some(())
    }

    fn read_message(&mut self, message: &Value) {
        self.read_content(&message["content"]);
        for key in ["reasoning_content", "reasoning", "thinking"] {
            if self.reasoning.is_empty() {
                self.reasoning = text(&message[key]);
            }
        }
        if self.content.trim().is_empty() && message["parsed"].is_object() {
            self.content = message["parsed"].to_string();
        }
        if self.refusal.is_empty() {
            self.refusal = text(&message["refusal"]);
        }
        for call in [
            &message["tool_calls"][0]["function"],
            &message["function_call"],
        ] {
            self.read_arguments(&call["arguments"]);
        }
    }

    /// Text, a list of parts, or JSON that a gateway has read already.
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
        } else if kind == "refusal" {
            self.refusal = text(&part["refusal"]);
        } else if kind == "tool_use" {
            self.read_arguments(&part["input"]);
        } else {
            self.content.push_str(&joined(part));
        }
    }

    fn read_item(&mut self, item: &Value) {
        match item["type"].as_str().unwrap_or_default() {
            "reasoning" => self.reasoning.push_str(&joined(&item["summary"])),
            "function_call" => self.read_arguments(&item["arguments"]),
            _ => self.read_content(&item["content"]),
        }
    }

    /// As text of JSON, or as JSON.
    fn read_arguments(&mut self, arguments: &Value) {
        match arguments {
            Value::Object(_) => self.arguments = arguments.to_string(),
            Value::String(text) if !text.is_empty() => self.arguments.clone_from(text),
            _ => {}
        }
    }
}

/// The text of a value, of its parts, or of the `text` that it has.
fn joined(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().map(joined).collect(),
        Value::Object(map) => map.get("text").map(joined).unwrap_or_default(),
        _ => String::new(),
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn finish(said: &Value) -> String {
    let keys = [
        "finish_reason",
        "finishReason",
        "stop_reason",
        "done_reason",
    ];
    let told = keys.iter().find_map(|key| said[key].as_str());
    told.or_else(|| said["candidates"][0]["finishReason"].as_str())
        .unwrap_or_default()
        .to_owned()
}
