//! Answers a person's question about the change.

mod diff;
mod material;
mod rank;

use crate::ask::answer_guard::{AnswerGuard, is_repetitive, without_code};
use crate::ask::answers;
use crate::ask::host::{Host, Stop};
use crate::ask::prompt_context::{self, PromptContext};
use crate::ask::questions::{Question as Asked, Unanswered, ask};
use crate::ask::schema;
use crate::reply::material::{Material, gather, surroundings};
use crate::text::visible::clip;
use crate::wit::{Change, Question, Settings};

/// The most bytes of an answer.
const ANSWER: usize = 6000;
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
    let text = surroundings(&context, question)?;
    let mut reason = String::new();
    for attempt in ATTEMPTS {
        match answer(&context, question, &text, attempt)? {
            Ok(answer) => return Ok(answer),
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

fn answer(
    context: &PromptContext,
    question: &Question,
    text: &str,
    (id, share, words): (&str, usize, &str),
) -> Result<Result<String, Unanswered>, Stop> {
    let schema = schema::object(&[("answer", schema::text(ANSWER))]);
    let bare = prompt(
        context,
        &Material::bare(context, question, text),
        words,
        &schema,
    )?;
    let wanted = 2 * context.settings.portion as usize;
    let room = context.room(&bare, &schema).min(wanted) / share;
    let material = gather(context, question, text, room);
    let write = || Ok((prompt(context, &material, words, &schema)?, schema.clone()));
    let asked = Asked {
        id: id.to_string(),
        write: Box::new(write),
    };
    let value = ask(context, &[asked], &["answer"])?.pop();
    let said = value.map(|value| value.map(|value| answers::text(&value, &["answer"])));
    Ok(match said {
        Some(Ok(said)) if said.is_empty() => unusable("is empty"),
        Some(Ok(said)) if is_repetitive(&without_code(&said)) => unusable("repeats itself"),
        Some(Ok(said)) if copies(&said, &bare) => unusable("repeats its instructions"),
        Some(Ok(said)) => Ok(finished(&said, &material)),
        Some(Err(why)) => Err(why),
        None => unusable("is missing"),
    })
}

fn unusable(fault: &str) -> Result<String, Unanswered> {
    Err(Unanswered::Other(format!("the model's answer {fault}")))
}

/// Whether the answer is mostly copied from the prompt without the change. An answer may quote the change.
fn copies(said: &str, bare: &str) -> bool {
    AnswerGuard::new(&[bare], &[], "").is_copy(said)
}

fn prompt(
    context: &PromptContext,
    material: &Material,
    words: &str,
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
