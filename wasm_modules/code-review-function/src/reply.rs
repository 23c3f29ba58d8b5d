//! Answers a person's question about the change.

use crate::fold::{Cx, Stop};
use crate::wit::{Change, Question, Settings};

/// The answer, as Markdown.
pub fn reply(
    cx: &Cx,
    change: &Change,
    settings: &Settings,
    question: &Question,
) -> Result<String, Stop> {
    let _ = (cx, change, settings, question);
    Err(Stop::Refuse("no questions are answered yet".to_string()))
}
