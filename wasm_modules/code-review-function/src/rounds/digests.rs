//! Makes the notes on many chunks short enough for one summary, in as many rounds as it takes.

use serde_json::Value;

use crate::desk::Desk;
use crate::fold::Stop;
use crate::questions::{Question, Unanswered, ask};
use crate::reading::{sentences, text};
use crate::schema;
use crate::visible::clip;

/// Rounds after which the rest is clipped.
const ROUNDS: usize = 6;
/// Bytes that a digest takes at most, with its risks.
const DIGEST: usize = 1800;

/// `notes` as one text of at most `room` tokens.
pub fn condense(desk: &Desk, mut notes: Vec<String>, room: usize) -> Result<String, Stop> {
    let empty = schema::digest();
    let each = desk.room(&prompt(desk, "x", &empty)?, &empty);
    for round in 1..=ROUNDS {
        let batches = batches(desk, &notes, each);
        if desk.fits(&notes.concat(), room) || batches.len() >= notes.len() {
            break;
        }
        let questions: Vec<Question> = (1..)
            .zip(&batches)
            .map(|(nth, batch)| question(desk, format!("digest/{round}/{nth}"), batch))
            .collect();
        let answers = ask(desk, &questions, &["digest", "risks"])?;
        notes = batches
            .iter()
            .zip(answers)
            .map(|(batch, answer)| digest(batch, answer))
            .collect();
    }
    Ok(desk.clipped(&notes.concat(), room))
}

fn question<'q>(desk: &'q Desk, id: String, batch: &'q str) -> Question<'q> {
    let write = move || {
        let schema = schema::digest();
        Ok((prompt(desk, batch, &schema)?, schema))
    };
    Question {
        id,
        write: Box::new(write),
    }
}

fn prompt(desk: &Desk, notes: &str, schema: &str) -> Result<String, Stop> {
    desk.render(
        "digest",
        &[("notes", notes), ("schema", desk.spelled(schema))],
    )
}

/// Neighbouring notes together, as many as fit.
fn batches(desk: &Desk, notes: &[String], room: usize) -> Vec<String> {
    let mut batches: Vec<String> = Vec::new();
    let mut left = 0;
    for note in notes {
        let note = desk.clipped(note, room);
        let cost = desk.cx.tokens(&note) + 1;
        match batches.last_mut() {
            Some(batch) if cost <= left => {
                batch.push_str(&note);
                left -= cost;
            }
            _ => {
                left = room.saturating_sub(cost);
                batches.push(note);
            }
        }
    }
    batches
}

/// The digest of a batch; where there is none, the beginning of the batch.
fn digest(batch: &str, answer: Result<Value, Unanswered>) -> String {
    let said = answer.ok().map(|value| {
        let risks: String = sentences(&value, "risks")
            .iter()
            .take(3)
            .map(|risk| format!("\nrisk: {risk}"))
            .collect();
        format!("{}{risks}", text(&value, &["digest", "summary", "text"]))
    });
    let said = said.filter(|said| !said.trim().is_empty());
    format!(
        "{}\n",
        clip(said.as_deref().unwrap_or(batch).trim(), DIGEST)
    )
}
