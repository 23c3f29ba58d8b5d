//! Answers a person's question about the change.

mod diff;
mod material;
mod rank;

use crate::desk::{self, Desk};
use crate::fold::{Cx, Stop};
use crate::questions::{Question as Asked, Unanswered, ask};
use crate::reading;
use crate::schema;
use crate::visible::clip;
use crate::wit::{Change, Question, Settings};
use material::{Material, gather, surroundings};

/// The most bytes of an answer.
const ANSWER: usize = 6000;
/// Questions for the answer, the second where the first was too much: id, the share of the room that it
/// takes (its reciprocal), and the words of the answer.
const ATTEMPTS: [(&str, usize, &str); 2] = [("reply", 1, "300"), ("reply/short", 2, "100")];

/// The answer, as Markdown.
pub fn reply(
    cx: &Cx,
    change: &Change,
    settings: &Settings,
    question: &Question,
) -> Result<String, Stop> {
    let Some(model) = &settings.model else {
        return Err(Stop::Refuse(
            "no model is configured, so questions cannot be answered; set OPENAI_API_KEY, OPENAI_BASE_URL \
             or LLAMA_MODEL"
                .to_string(),
        ));
    };
    let model = desk::fitted(cx, change, settings, model)?.map_err(Stop::Refuse)?;
    let desk = Desk::new(cx, change, settings, &model)?;
    let text = surroundings(&desk, question)?;
    let mut reason = String::new();
    for attempt in ATTEMPTS {
        match answer(&desk, question, &text, attempt)? {
            Ok(answer) => return Ok(answer),
            Err(Unanswered::TooLong(why, _)) => reason = why,
            Err(other) => {
                reason = other.why();
                break;
            }
        }
    }
    Err(Stop::Refuse(format!(
        "the question could not be answered: {reason}"
    )))
}

fn answer(
    desk: &Desk,
    question: &Question,
    text: &str,
    (id, share, words): (&str, usize, &str),
) -> Result<Result<String, Unanswered>, Stop> {
    let schema = schema::object(&[("answer", schema::text(ANSWER))]);
    let bare = prompt(desk, &Material::bare(question, text), words, &schema)?;
    let wanted = 2 * desk.settings.portion as usize;
    let room = desk.room(&bare, &schema).min(wanted) / share;
    let material = gather(desk, question, text, room);
    let write = || Ok((prompt(desk, &material, words, &schema)?, schema.clone()));
    let asked = Asked {
        id: id.to_string(),
        write: Box::new(write),
    };
    let value = ask(desk, &[asked], &["answer"])?.pop();
    let said = value.map(|value| value.map(|value| reading::text(&value, &["answer"])));
    Ok(match said {
        Some(Ok(said)) if !said.is_empty() => Ok(finished(&said, &material)),
        Some(Err(why)) => Err(why),
        Some(Ok(_)) | None => Err(Unanswered::Because(
            "the model's answer is empty".to_string(),
        )),
    })
}

fn prompt(desk: &Desk, material: &Material, words: &str, schema: &str) -> Result<String, Stop> {
    let texts = [
        ("title", material.title.as_str()),
        ("body", &material.body),
        ("guidance", &material.guidance),
        ("map", &material.map),
        ("diff", &material.diff),
        ("missing", &material.missing),
        ("text", &material.text),
        ("thread", &material.thread),
        ("place", &material.place),
        ("question", &material.question),
        ("words", words),
        ("schema", desk.spelled(schema)),
    ];
    desk.render("reply", &texts)
}

/// The answer cut to size, with a word on what the model did not see.
fn finished(said: &str, material: &Material) -> String {
    let mut answer = clip(said, ANSWER);
    let fences = answer
        .lines()
        .filter(|line| line.trim_start().starts_with("```"));
    if fences.count() % 2 == 1 {
        answer.push_str("\n```");
    }
    if !material.unseen.is_empty() {
        answer.push_str(&format!("\n\n_{}_", material.unseen));
    }
    answer
}
