//! No request exceeds the model's context, whatever the change and however the model counts.

use std::cell::Cell;

use code_review_function::wit::{Answer, Change, Enforcement, Place, Request, Settings, Trouble};
use proptest::prelude::*;
use serde_json::json;

use crate::made::{added, change, changes, commit};
use crate::script::{
    bytewise, failed, nothing, quarter, said, settings, tell_counting, tell_reading,
};

fn taken(request: &Request, settings: &Settings, count: &dyn Fn(&str) -> u32) -> u32 {
    let model = settings.model.as_ref().unwrap();
    let enforced = model.enforcement == Enforcement::Schema;
    let format = request
        .format
        .as_deref()
        .filter(|_| enforced)
        .unwrap_or_default();
    let said: u32 = request
        .messages
        .iter()
        .map(|message| count(&message.text))
        .sum();
    said + count(format) + request.answer
}

/// Finds a lot on the first line of each file that `prompt` shows.
fn flawed(prompt: &str) -> Answer {
    let mut path = "";
    let mut findings = Vec::new();
    for line in prompt.lines() {
        path = line.strip_prefix("### ").unwrap_or(path);
        let number: Option<u32> = line
            .split_once("+|")
            .and_then(|(number, _)| number.parse().ok());
        if let Some(number) = number {
            findings.push(json!({
                "path": path, "line": number, "title": format!("{path} breaks ").repeat(9), "confidence": 90,
                "body": "ä lot to säy. ".repeat(200), "replacement": "so_much()\n".repeat(number as usize % 400)
            }));
        }
    }
    said(json!({"notes": [], "risks": [], "findings": findings}))
}

pub fn keeps_within(change: &Change, settings: &Settings, count: &dyn Fn(&str) -> u32) {
    let unknown = |_: &Place| failed(Trouble::Refused);
    keeps_within_reading(change, settings, count, unknown);
}

/// The same with a host that has texts.
pub fn keeps_within_reading(
    change: &Change,
    settings: &Settings,
    count: &dyn Fn(&str) -> u32,
    text: impl Fn(&Place) -> Answer,
) {
    let mut turns = 0;
    let told = tell_reading(change, settings, count, text, |request| {
        turns += 1;
        if turns % 3 == 0 {
            said("not JSON, ".repeat(1000))
        } else if request.id.starts_with("chunk") {
            flawed(&request.messages[1].text)
        } else {
            nothing(request)
        }
    });
    let context = settings.model.as_ref().unwrap().context;
    for request in &told.requests {
        let taken = taken(request, settings, count);
        assert!(
            taken <= context,
            "{} takes {taken} of {context} tokens",
            request.id
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_request_keeps_within_the_context(change in changes(), spelled: bool, context in 2600u32..9000) {
        let mut settings = settings(context, 500);
        settings.features.verification = true;
        settings.model.as_mut().unwrap().enforcement = if spelled { Enforcement::Prompt } else { Enforcement::Schema };
        keeps_within(&change, &settings, &quarter);
    }

    #[test]
    fn also_when_every_byte_is_a_token(change in changes()) {
        let mut settings = settings(12_000, 500);
        settings.features.verification = true;
        keeps_within(&change, &settings, &bytewise);
    }
}

#[test]
fn long_titles_bodies_and_commits_leave_room_for_the_diff() {
    let mut change = change(vec![added("a.py", &["x = 1".to_string()])]);
    change.title = "\u{202e}title ".repeat(500);
    change.body = "\u{200b}body ".repeat(20_000);
    change.commits = (0..200)
        .map(|nth| commit(nth, &"message ".repeat(500)))
        .collect();
    for context in [3000, 8000, 128_000] {
        keeps_within(&change, &settings(context, 500), &quarter);
    }
    keeps_within(&change, &settings(12_000, 500), &bytewise);
}

#[test]
fn counting_stays_in_proportion_to_the_change() {
    let lines: Vec<String> = (0..20_000)
        .map(|nth| format!("    value_{nth} = call({nth})"))
        .collect();
    let wide = (0..300).map(|nth| added(&format!("area{}/part{nth}.py", nth % 20), &lines[..80]));
    for files in [vec![added("big.py", &lines)], wide.collect()] {
        let change = change(files);
        let size: usize = change
            .files
            .iter()
            .map(|file| file.patch.as_deref().unwrap_or_default().len())
            .sum();
        let counted = Cell::new(0);
        let count = |text: &str| {
            counted.set(counted.get() + text.len());
            quarter(text)
        };
        let told = tell_counting(&change, &settings(8000, 1000), &count, nothing);
        let calls = told.rounds + 1;
        assert!(told.requests.len() > 40);
        assert!(
            counted.get() < 2 * size * calls,
            "{} of {size} bytes in {calls} calls",
            counted.get()
        );
    }
}
