//! Asking for JSON: a question, its answer, and one repair when the answer cannot be read.

use serde_json::Value;

use crate::desk::Desk;
use crate::fold::Stop;
use crate::reading::{self, Form, Unread};
use crate::visible::clip;
use crate::wit::{Answer, Completion, Failure, Finish, Request, Trouble};

/// Bytes of a server's words that are passed on.
const TOLD: usize = 300;

/// Something to ask the model. `write` makes the prompt and the schema of the answer.
pub struct Question<'a> {
    pub id: String,
    pub write: Box<dyn Fn() -> Result<(String, String), Stop> + 'a>,
}

/// Why a question has no answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Unanswered {
    /// Prompt or answer were too long; a smaller question may do. The words say which; beside them stands
    /// what can be read of an answer that was cut.
    TooLong(String, Option<Value>),
    /// Not all of the answer can be read, asked twice; this can.
    Broken(String, Value),
    /// The budget of tokens does not allow it.
    Budget(String),
    /// For the reader.
    Because(String),
}

impl Unanswered {
    /// In words for the reader.
    pub fn why(self) -> String {
        match self {
            Self::TooLong(why, _)
            | Self::Broken(why, _)
            | Self::Budget(why)
            | Self::Because(why) => why,
        }
    }
}

/// What one completion turned out to be.
enum Reading {
    Read(Value),
    /// The answer, and what is wrong with it.
    Unreadable(String, Unread),
    Lost(Unanswered),
}

/// Asks all `questions` at once. An answer is an object with at least one of the `fields`.
pub fn ask(
    desk: &Desk,
    questions: &[Question],
    fields: &[&str],
) -> Result<Vec<Result<Value, Unanswered>>, Stop> {
    ask_sparing(desk, questions, fields, |_| 0)
}

/// Like [`ask`]; the question at `at` leaves `spare(at)` tokens of the budget for what comes later.
pub fn ask_sparing(
    desk: &Desk,
    questions: &[Question],
    fields: &[&str],
    spare: impl Fn(usize) -> u32,
) -> Result<Vec<Result<Value, Unanswered>>, Stop> {
    let ids: Vec<String> = questions
        .iter()
        .map(|question| question.id.clone())
        .collect();
    let request = |at: usize| match questions.get(at) {
        Some(question) => request(desk, question, spare(at)),
        None => Err(unwritten()),
    };
    let answers = desk.cx.ask_each(&ids, request)?;
    let reading = |at: usize, answer: &Answer| {
        let schema = || {
            let question = questions.get(at)?;
            (question.write)().ok().map(|(_, schema)| schema)
        };
        let schema = &schema;
        read(answer, &Form { fields, schema })
    };
    let mut readings: Vec<Reading> = answers
        .into_iter()
        .enumerate()
        .map(|(at, answer)| reading(at, answer))
        .collect();
    repair(desk, &ids, request, reading, &mut readings)?;
    Ok(readings.into_iter().map(conclude).collect())
}

fn unwritten() -> Stop {
    Stop::Refuse("the function asks for what it has not written".to_string())
}

fn request(desk: &Desk, question: &Question, spare: u32) -> Result<Request, Stop> {
    let (user, schema) = (question.write)()?;
    let request = desk.request(&question.id, user, &schema);
    Ok(Request { spare, ..request })
}

/// Asks once more for each answer that could not be read.
fn repair(
    desk: &Desk,
    ids: &[String],
    request: impl Fn(usize) -> Result<Request, Stop>,
    reread: impl Fn(usize, &Answer) -> Reading,
    readings: &mut [Reading],
) -> Result<(), Stop> {
    let numbered = readings.iter().zip(ids).enumerate();
    let wrong = numbered.filter_map(|(at, (reading, id))| match reading {
        Reading::Unreadable(text, unread) => Some((at, format!("{id}/repair"), text, &unread.why)),
        Reading::Read(_) | Reading::Lost(_) => None,
    });
    let wrong: Vec<_> = wrong.collect();
    let ids: Vec<String> = wrong.iter().map(|(_, id, ..)| id.clone()).collect();
    let answers = desk.cx.ask_each(&ids, |nth| match wrong.get(nth) {
        Some((at, _, text, why)) => desk.repair(request(*at)?, text, why),
        None => Err(unwritten()),
    })?;
    let places: Vec<usize> = wrong.iter().map(|(at, ..)| *at).collect();
    for (at, answer) in places.into_iter().zip(answers) {
        if let Some(reading) = readings.get_mut(at) {
            *reading = reread(at, answer);
        }
    }
    Ok(())
}

fn read(answer: &Answer, form: &Form) -> Reading {
    match answer {
        Answer::Completion(completion) => read_completion(completion, form),
        Answer::Excerpt(excerpt) => {
            let why = "a text stands where an answer belongs".to_string();
            Reading::Unreadable(excerpt.text.clone(), Unread { why, part: None })
        }
        Answer::Failure(failure) => Reading::Lost(lost(failure)),
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
            Unanswered::Budget("the budget of tokens is used up".to_string())
        }
        Trouble::Budget => Unanswered::Budget(failure.message.clone()),
        _ => Unanswered::Because(format!("the model did not answer: {}", failure.message)),
    }
}

fn read_completion(completion: &Completion, form: &Form) -> Reading {
    let is_cut = completion.finish == Finish::Length;
    match (
        reading::answer(&completion.text, form, is_cut),
        completion.finish,
    ) {
        (Ok(value), _) => Reading::Read(value),
        (Err(unread), Finish::Length) => Reading::Lost(Unanswered::TooLong(
            "the model's answer did not end within its limit".to_string(),
            unread.part,
        )),
        (Err(_), Finish::Filter) => Reading::Lost(Unanswered::Because(
            "the model's server withheld the answer".to_string(),
        )),
        (Err(unread), Finish::Stop) => Reading::Unreadable(completion.text.clone(), unread),
    }
}

fn conclude(reading: Reading) -> Result<Value, Unanswered> {
    match reading {
        Reading::Read(value) => Ok(value),
        Reading::Unreadable(_, Unread { why, part }) => {
            let why = format!("the model's answer could not be read, asked twice: {why}");
            Err(match part {
                Some(part) => Unanswered::Broken(why, part),
                None => Unanswered::Because(why),
            })
        }
        Reading::Lost(why) => Err(why),
    }
}
