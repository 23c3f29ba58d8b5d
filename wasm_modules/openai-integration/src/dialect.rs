//! Which words of the API a model understands, told by its name.

/// OpenAI's reasoning models (`o1`, `o3-mini`, `gpt-5` and later) take `max_completion_tokens` and
/// refuse `temperature`. Everything else, and above all the compatible servers, knows `max_tokens`
/// and `temperature`. A prefix that routers put before the name ("openai/o3") does not count.
pub fn reasons(model: &str) -> bool {
    let name = model
        .rsplit('/')
        .next()
        .unwrap_or(model)
        .to_ascii_lowercase();
    match name.strip_prefix("gpt-") {
        Some(rest) => leading_number(rest).is_some_and(|generation| generation >= 5),
        None => name
            .strip_prefix('o')
            .is_some_and(|rest| leading_number(rest).is_some()),
    }
}

fn leading_number(text: &str) -> Option<u32> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    text[..end].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::reasons;

    #[test]
    fn reasoning_models_are_told_by_their_name() {
        for name in [
            "o1",
            "o3-mini",
            "o4-mini-2025-04-16",
            "gpt-5",
            "GPT-5-mini",
            "gpt-5.1-codex",
            "gpt-10",
            "openai/o3",
        ] {
            assert!(reasons(name), "{name}");
        }
    }

    #[test]
    fn others_speak_the_common_dialect() {
        for name in [
            "gpt-4o",
            "gpt-4.1-mini",
            "gpt-3.5-turbo",
            "gpt-oss-20b",
            "olmo-2",
            "openchat",
            "o",
            "",
            "qwen/qwen3-8b",
            "gpt-99999999999",
        ] {
            assert!(!reasons(name), "{name}");
        }
    }
}
