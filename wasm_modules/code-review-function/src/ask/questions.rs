//! Asking for JSON: a question, its answer, and one repair if the answer cannot be parsed.

use serde_json::Value;

use crate::ask::answers::{self, Form, ParseError};
use crate::ask::host::Stop;
use crate::ask::prompt_context::PromptContext;
use crate::text::visible::clip;
use crate::wit::{Answer, Completion, Failure, Finish, Request, Trouble};

/// Bytes of a server's message that are passed on.
const TOLD: usize = 300;

/// A question to the model. `write` gives the prompt and the schema of the answer.
pub struct Question<'a> {
    pub id: String,
    pub write: Box<dyn Fn() -> Result<(String, String), Stop> + 'a>,
}

/// Why a question has no answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Unanswered {
    /// Prompt or answer were too long; a smaller question may work. Holds the reason, and what can
    /// be read of a truncated answer.
    TooLong(String, Option<Value>),
    /// The answer can only be read in part, even at the second attempt.
    Broken(String, Value),
    /// The token budget does not allow it.
    Budget(String),
    /// For the reader.
    Other(String),
}

impl Unanswered {
    /// A description for the reader.
    pub fn reason(self) -> String {
        match self {
            Self::TooLong(why, _) | Self::Broken(why, _) | Self::Budget(why) | Self::Other(why) => {
                why
            }
        }
    }
}

/// The outcome of one completion.
enum Outcome {
    Read(Value),
    /// The answer, and what is wrong with it.
    Invalid(String, ParseError),
    Lost(Unanswered),
}

/// Asks all `questions` at once. An answer is an object with at least one of the `fields`.
pub fn ask(
    context: &PromptContext,
    questions: &[Question],
    fields: &[&str],
) -> Result<Vec<Result<Value, Unanswered>>, Stop> {
    ask_sparing(context, questions, fields, |_| 0)
}

/// Like [`ask`]; the question at `at` leaves `spare(at)` tokens of the budget for later questions.
pub fn ask_sparing(
    context: &PromptContext,
    questions: &[Question],
    fields: &[&str],
    spare: impl Fn(usize) -> u32,
) -> Result<Vec<Result<Value, Unanswered>>, Stop> {
    let ids: Vec<String> = questions
        .iter()
        .map(|question| question.id.clone())
        .collect();
    let request = |at: usize| match questions.get(at) {
        Some(question) => request(context, question, spare(at)),
        None => Err(unwritten()),
    };
    let answers = context.host.ask(&ids, request)?;
    let outcome = |at: usize, answer: &Answer| {
        let schema = || {
            let question = questions.get(at)?;
            (question.write)().ok().map(|(_, schema)| schema)
        };
        let schema = &schema;
        read(answer, &Form { fields, schema })
    };
    let mut outcomes: Vec<Outcome> = answers
        .into_iter()
        .enumerate()
        .map(|(at, answer)| outcome(at, answer))
        .collect();
    repair(context, &ids, request, outcome, &mut outcomes)?;
    Ok(outcomes.into_iter().map(conclude).collect())
}

fn unwritten() -> Stop {
    Stop::Refuse("internal error: a request has no prompt".to_string())
}

fn request(context: &PromptContext, question: &Question, spare: u32) -> Result<Request, Stop> {
    let (user, schema) = (question.write)()?;
    let request = context.request(&question.id, user, &schema);
    Ok(Request { spare, ..request })
}

/// Asks again for each answer that could not be parsed.
fn repair(
    context: &PromptContext,
    ids: &[String],
    request: impl Fn(usize) -> Result<Request, Stop>,
    reread: impl Fn(usize, &Answer) -> Outcome,
    outcomes: &mut [Outcome],
) -> Result<(), Stop> {
    let numbered = outcomes.iter().zip(ids).enumerate();
    let wrong = numbered.filter_map(|(at, (outcome, id))| match outcome {
        Outcome::Invalid(text, unread) => Some((at, format!("{id}/repair"), text, &unread.why)),
        Outcome::Read(_) | Outcome::Lost(_) => None,
    });
    let wrong: Vec<_> = wrong.collect();
    let ids: Vec<String> = wrong.iter().map(|(_, id, ..)| id.clone()).collect();
    let answers = context.host.ask(&ids, |nth| match wrong.get(nth) {
        Some((at, _, text, why)) => context.repair(request(*at)?, text, why),
        None => Err(unwritten()),
    })?;
    let places: Vec<usize> = wrong.iter().map(|(at, ..)| *at).collect();
    for (at, answer) in places.into_iter().zip(answers) {
        if let Some(outcome) = outcomes.get_mut(at) {
            *outcome = reread(at, answer);
        }
    }
    Ok(())
}

fn read(answer: &Answer, form: &Form) -> Outcome {
    match answer {
        Answer::Completion(completion) => read_completion(completion, form),
        Answer::Excerpt(excerpt) => {
            let why = "the journal holds a file text instead of an answer".to_string();
            Outcome::Invalid(excerpt.text.clone(), ParseError { why, part: None })
        }
        Answer::Passages(_) => {
            let why = "the journal holds a look-up instead of an answer".to_string();
            Outcome::Invalid(String::new(), ParseError { why, part: None })
        }
        Answer::Failure(failure) => Outcome::Lost(lost(failure)),
    }
}

fn lost(failure: &Failure) -> Unanswered {
    match failure.kind {
        Trouble::Context => {
            let told = clip(&failure.message, TOLD);
            Unanswered::TooLong(
                format!("it does not fit the model's context ({told})"),
                None,
            )
        }
        Trouble::Budget if failure.message.is_empty() => {
            Unanswered::Budget("the token budget is used up".to_string())
        }
        Trouble::Budget => Unanswered::Budget(failure.message.clone()),
        _ => Unanswered::Other(format!("the model did not answer: {}", failure.message)),
    }
}

fn read_completion(completion: &Completion, form: &Form) -> Outcome {
    let is_cut = completion.finish == Finish::Length;
    match (
        answers::answer(&completion.text, form, is_cut),
        completion.finish,
    ) {
        (Ok(value), _) => Outcome::Read(value),
        (Err(unread), Finish::Length) => Outcome::Lost(Unanswered::TooLong(
            "the model's answer exceeded its token limit".to_string(),
            unread.part,
        )),
        (Err(_), Finish::Filter) => Outcome::Lost(Unanswered::Other(
            "the model's server withheld the answer (content filter)".to_string(),
        )),
        (Err(unread), Finish::Stop) => Outcome::Invalid(completion.text.clone(), unread),
    }
}

fn conclude(outcome: Outcome) -> Result<Value, Unanswered> {
    match outcome {
        Outcome::Read(value) => Ok(value),
        Outcome::Invalid(_, ParseError { why, part }) => {
            let why = format!(
                "the model's answer could not be parsed, even at the second attempt: {why}"
            );
            Err(match part {
                Some(part) => Unanswered::Broken(why, part),
                None => Unanswered::Other(why),
            })
        }
        Outcome::Lost(why) => Err(why),
    }
}
