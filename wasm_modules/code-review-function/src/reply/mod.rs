//! Answers a person's question about the change.

mod diff;
mod material;
mod rank;

use serde_json::Value;

use crate::ask::answer_guard::{AnswerGuard, is_repetitive, without_code};
use crate::ask::answers;
use crate::ask::host::{Host, Stop};
use crate::ask::needs::{self, Need};
use crate::ask::prompt_context::{self, PromptContext, flag};
use crate::ask::questions::{Question as Asked, Unanswered, ask};
use crate::ask::schema;
use crate::reply::material::{Material, gather, surroundings};
use crate::text::visible::clip;
use crate::wit::{Change, Question, Settings};

/// The most bytes of an answer.
const ANSWER: usize = 6000;
/// The most look-ups for an answer.
const NEEDS: usize = 4;
/// The questions to try, the second if the first is too large: id, divisor of the room, and the
/// words of the answer.
const ATTEMPTS: [(&str, usize, &str); 2] = [("reply", 1, "300"), ("reply/short", 2, "100")];

/// The answer, as Markdown.
pub fn reply(
    host: &Host,
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
    let model = prompt_context::fit_model(host, change, settings, model)?.map_err(Stop::Refuse)?;
    let context = PromptContext::new(host, change, settings, &model)?;
    let known = Known {
        text: surroundings(&context, question)?,
        passages: String::new(),
    };
    let mut reason = String::new();
    for attempt in ATTEMPTS {
        match answer(&context, question, &known, attempt)? {
            Ok(Said { needs, text }) if needs.is_empty() => return Ok(text),
            Ok(first) => return informed(&context, question, known, attempt, first),
            Err(Unanswered::TooLong(why, _)) => reason = why,
            Err(other) => {
                reason = other.reason();
                break;
            }
        }
    }
    Err(Stop::Refuse(format!(
        "the question could not be answered: {reason}"
    )))
}

/// What is known besides the diff: the file around the lines of the question, and what was looked up.
struct Known {
    text: String,
    passages: String,
}

/// An answer, and what the model would look up for a better one.
struct Said {
    text: String,
    needs: Vec<Need>,
}

/// The second answer, with what the model wanted to look up; without one, the first.
fn informed(
    context: &PromptContext,
    question: &Question,
    known: Known,
    (id, share, words): (&str, usize, &str),
    first: Said,
) -> Result<String, Stop> {
    let found = needs::look(context.host, "reply/need", &[first.needs])?;
    let known = Known {
        passages: found.concat(),
        ..known
    };
    let id = format!("{id}/again");
    let second = answer(context, question, &known, (&id, share, words))?;
    Ok(second.map_or(first.text, |said| said.text))
}

/// The model's answer. It may ask for look-ups unless they were made already.
fn answer(
    context: &PromptContext,
    question: &Question,
    known: &Known,
    (id, share, words): (&str, usize, &str),
) -> Result<Result<Said, Unanswered>, Stop> {
    let may_look = context.may_look() && known.passages.is_empty();
    let schema = form(may_look);
    let bare = Material::bare(context, question, (&known.text, &known.passages));
    let bare = prompt(context, &bare, (words, may_look), &schema)?;
    let room = context.room(&bare, &schema).min(2 * context.portion()) / share;
    let material = gather(context, question, (&known.text, &known.passages), room);
    let write = || {
        let asked = prompt(context, &material, (words, may_look), &schema)?;
        Ok((asked, schema.clone()))
    };
    let asked = Asked {
        id: id.to_string(),
        write: Box::new(write),
    };
    let value = ask(context, &[asked], &["answer"])?.pop();
    let said = value.map(|value| value.map(|value| said(&value, may_look)));
    Ok(match said {
        Some(Ok(said)) if said.text.is_empty() => unusable("is empty"),
        Some(Ok(said)) if is_repetitive(&without_code(&said.text)) => unusable("repeats itself"),
        Some(Ok(said)) if copies(&said.text, &bare) => unusable("repeats its instructions"),
        Some(Ok(said)) => Ok(Said {
            text: finished(&said.text, &material),
            ..said
        }),
        Some(Err(why)) => Err(why),
        None => unusable("is missing"),
    })
}

fn form(may_look: bool) -> String {
    let mut fields = vec![("answer", schema::text(ANSWER))];
    if may_look {
        fields.push(("needs", schema::needs(NEEDS)));
    }
    schema::object(&fields)
}

fn said(value: &Value, may_look: bool) -> Said {
    Said {
        text: answers::text(value, &["answer"]),
        needs: if may_look {
            needs::read_up_to(value, NEEDS)
        } else {
            Vec::new()
        },
    }
}

fn unusable(fault: &str) -> Result<Said, Unanswered> {
    Err(Unanswered::Other(format!("the model's answer {fault}")))
}

/// Whether the answer is mostly copied from the prompt without the change. An answer may quote the change.
fn copies(said: &str, bare: &str) -> bool {
    AnswerGuard::new(&[bare], &[], "").is_copy(said)
}

fn prompt(
    context: &PromptContext,
    material: &Material,
    (words, may_look): (&str, bool),
    schema: &str,
) -> Result<String, Stop> {
    let texts = [
        ("title", material.title.as_str()),
        ("body", &material.body),
        ("guidance", &material.guidance),
        ("learnings", &material.learnings),
        ("map", &material.map),
        ("diff", &material.diff),
        ("missing", &material.missing),
        ("text", &material.text),
        ("thread", &material.thread),
        ("place", &material.place),
        ("question", &material.question),
        ("passages", &material.passages),
        ("lookups", flag(may_look)),
        ("words", words),
        ("schema", context.schema_in_prompt(schema)),
    ];
    context.render("reply", &texts)
}

/// The answer, truncated if necessary, with a note on what the model did not see.
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
