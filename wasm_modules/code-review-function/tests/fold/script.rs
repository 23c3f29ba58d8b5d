//! A model that answers by script, and the host's loop around the function.

use std::collections::BTreeMap;

use code_review_function::run;
use code_review_function::wit::{
    Answer, Change, Completion, Enforcement, Exchange, Failure, Features, Finish, Level, Lookup,
    Model, Place, Request, Review, Settings, Severity, Step, Template, Trouble, Usage,
};
use serde_json::{Value, json};

/// A few bytes a token, as most tokenizers have it.
pub fn quarter(text: &str) -> u32 {
    text.len().div_ceil(4) as u32
}

/// The worst possible tokenizer: every byte is a token.
pub fn bytewise(text: &str) -> u32 {
    text.len() as u32
}

pub fn settings(context: u32, answer: u32) -> Settings {
    let model = Model {
        name: "scripted".into(),
        context,
        answer,
        enforcement: Enforcement::Schema,
        level: Level::Full,
        reasoning: true,
        effort: String::new(),
    };
    Settings {
        model: Some(model),
        ..without_model()
    }
}

/// Every feature except texts and verification, which have separate tests.
pub fn everything() -> Features {
    Features {
        signals: true,
        texts: false,
        lookups: false,
        verification: false,
        replacements: true,
        summary: true,
        walkthrough: true,
        commits: true,
        diagram: true,
    }
}

pub fn without_model() -> Settings {
    let templates = templates();
    Settings {
        model: None,
        templates,
        language: "English".into(),
        tone: String::new(),
        findings: 6,
        threshold: Severity::Nit,
        confidence: 0.0,
        portion: 100_000,
        passes: 1,
        guidance: String::new(),
        rules: Vec::new(),
        features: everything(),
        learnings: Vec::new(),
        omit: Vec::new(),
    }
}

/// The templates that the product ships.
pub fn templates() -> Vec<Template> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../prompts");
    let names = [
        "system", "chunk", "plan", "verify", "summary", "digest", "repair", "reply",
    ];
    let read = |name: &str| std::fs::read_to_string(format!("{folder}/{name}.md")).unwrap();
    names
        .iter()
        .map(|name| Template {
            name: name.to_string(),
            text: read(name),
        })
        .collect()
}

pub fn said(text: impl ToString) -> Answer {
    finished(text, Finish::Stop)
}

pub fn finished(text: impl ToString, finish: Finish) -> Answer {
    let usage = Usage {
        prompt: 1,
        answer: 1,
        cached: 0,
    };
    Answer::Completion(Completion {
        text: text.to_string(),
        finish,
        usage,
        model: "scripted".into(),
    })
}

pub fn failed(kind: Trouble) -> Answer {
    Answer::Failure(Failure {
        kind,
        message: "the script says so".into(),
    })
}

/// The answer of a model that finds nothing.
pub fn nothing(request: &Request) -> Answer {
    said(empty(request))
}

pub fn empty(request: &Request) -> Value {
    if request.id.starts_with("chunk") {
        json!({"notes": [], "findings": [], "risks": []})
    } else if request.id.starts_with("verify") {
        json!({"verdicts": []})
    } else if request.id.starts_with("digest") {
        json!({"digest": "Some files change.", "risks": []})
    } else {
        json!({"purpose": "It changes things.", "majors": [], "risks": [], "commits": []})
    }
}

/// A review with all requests for it.
pub struct Told {
    pub review: Review,
    pub requests: Vec<Request>,
    pub rounds: usize,
}

impl Told {
    /// The prompts of the chunks, by id.
    pub fn chunks(&self) -> BTreeMap<&str, &str> {
        let chunks = self
            .requests
            .iter()
            .filter(|request| request.id.starts_with("chunk/"));
        chunks
            .map(|request| (request.id.as_str(), request.messages[1].text.as_str()))
            .collect()
    }

    pub fn ids(&self) -> Vec<&str> {
        self.requests
            .iter()
            .map(|request| request.id.as_str())
            .collect()
    }

    pub fn summary(&self) -> &str {
        &self
            .requests
            .iter()
            .find(|request| request.id == "summary")
            .unwrap()
            .messages[1]
            .text
    }

    /// Why `path` is not reviewed; None if it is.
    pub fn missed(&self, path: &str) -> Option<&str> {
        let entry = self
            .review
            .coverage
            .iter()
            .find(|entry| entry.path == path)
            .unwrap();
        assert_eq!(entry.reviewed, entry.reason.is_none());
        entry.reason.as_deref()
    }
}

pub fn step(change: &Change, settings: &Settings, answers: &[Exchange]) -> Step {
    run(change, settings, answers, &quarter).unwrap_or_else(|refusal| panic!("{}", refusal.message))
}

/// Calls the function until it is done.
pub fn tell(change: &Change, settings: &Settings, answer: impl FnMut(&Request) -> Answer) -> Told {
    tell_counting(change, settings, &quarter, answer)
}

pub fn tell_counting(
    change: &Change,
    settings: &Settings,
    count: &dyn Fn(&str) -> u32,
    answer: impl FnMut(&Request) -> Answer,
) -> Told {
    let unknown = |_: &Place| failed(Trouble::Refused);
    tell_reading(change, settings, count, unknown, answer)
}

/// With a host that has texts.
pub fn tell_reading(
    change: &Change,
    settings: &Settings,
    count: &dyn Fn(&str) -> u32,
    text: impl Fn(&Place) -> Answer,
    answer: impl FnMut(&Request) -> Answer,
) -> Told {
    let unknown = |_: &Lookup| failed(Trouble::Refused);
    tell_looking(change, settings, count, (text, unknown), answer)
}

/// With a host that has texts, and looks things up.
pub fn tell_looking(
    change: &Change,
    settings: &Settings,
    count: &dyn Fn(&str) -> u32,
    (text, passages): (impl Fn(&Place) -> Answer, impl Fn(&Lookup) -> Answer),
    mut answer: impl FnMut(&Request) -> Answer,
) -> Told {
    let (mut answers, mut requests) = (Vec::new(), Vec::new());
    for rounds in 0..20 {
        match run(change, settings, &answers, count) {
            Ok(Step::Done(review)) => {
                return Told {
                    review,
                    requests,
                    rounds,
                };
            }
            Ok(Step::Ask(asked)) => {
                assert!(!asked.is_empty(), "it asks for nothing");
                for request in &asked {
                    let known = answers
                        .iter()
                        .any(|exchange: &Exchange| exchange.id == request.id);
                    assert!(!known, "{} is asked twice", request.id);
                    answers.push(Exchange {
                        id: request.id.clone(),
                        answer: answer(request),
                    });
                }
                requests.extend(asked);
            }
            Ok(Step::Fetch(places)) => {
                let known = |place: Place| Exchange {
                    answer: text(&place),
                    id: place.id,
                };
                answers.extend(places.into_iter().map(known));
            }
            Ok(Step::Look(lookups)) => {
                let known = |lookup: Lookup| Exchange {
                    answer: passages(&lookup),
                    id: lookup.id,
                };
                answers.extend(lookups.into_iter().map(known));
            }
            Err(refusal) => panic!("refused: {}", refusal.message),
        }
    }
    panic!("it never ends");
}
