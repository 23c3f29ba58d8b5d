//! Condenses the notes on many files for one summary, in as many rounds as necessary.
//!
//! Notes are grouped by what they are about, not by what they say: a push that changes one note
//! changes one question of each round, and the other answers can be reused.

use std::ops::Range;

use serde_json::Value;

use crate::ask::answers::text;
use crate::ask::host::Stop;
use crate::ask::prompt_context::PromptContext;
use crate::ask::questions::{Question, Unanswered, ask};
use crate::summary::schema;
use crate::text::slices::items;
use crate::text::visible::{clip, hash};

/// Rounds after which the rest is truncated.
const ROUNDS: usize = 6;
/// The most bytes of a digest. A batch that is not longer needs none.
const DIGEST: usize = 1800;

/// The least tokens for the contents of a question, however small the chunks of the diff are.
const LEAST: usize = 2000;

/// A line to condense.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// What it is about: a path.
    pub key: String,
    pub text: String,
}

/// Tokens for the contents of one question: `left`, but at most as many as a chunk of the diff may
/// have.
pub fn portion(context: &PromptContext, left: usize) -> usize {
    left.min((context.settings.portion as usize).max(LEAST))
}

/// `lines` as one text of at most `room` tokens.
pub fn condense(
    context: &PromptContext,
    mut lines: Vec<Line>,
    room: usize,
) -> Result<String, Stop> {
    let empty = schema::digest();
    let each = portion(
        context,
        context.room(&prompt(context, "x", &empty)?, &empty),
    );
    for round in 1..=ROUNDS {
        if context.fits(&joined(&lines), room) {
            break;
        }
        for line in &mut lines {
            line.text = context.clipped(&line.text, each / 2);
        }
        let costs: Vec<usize> = lines.iter().map(|line| cost(context, line)).collect();
        let batches = batches(&lines, &costs, each);
        if batches.len() >= lines.len() {
            break;
        }
        lines = shortened(context, round, &lines, &batches, each)?;
    }
    Ok(context.clipped(&joined(&lines), room))
}

fn joined(lines: &[Line]) -> String {
    lines.iter().map(|line| line.text.as_str()).collect()
}

fn key(lines: &[Line], at: usize) -> &str {
    lines.get(at).map_or("", |line| line.key.as_str())
}

fn cost(context: &PromptContext, line: &Line) -> usize {
    context.host.tokens(&line.text) + 1
}

/// One line for each batch. The model condenses the long ones.
fn shortened(
    context: &PromptContext,
    round: usize,
    lines: &[Line],
    batches: &[Range<usize>],
    each: usize,
) -> Result<Vec<Line>, Stop> {
    let texts: Vec<String> = batches
        .iter()
        .map(|at| joined(items(lines, at.clone())))
        .collect();
    let long: Vec<&String> = texts.iter().filter(|text| text.len() > DIGEST).collect();
    let questions: Vec<Question> = (1..)
        .zip(&long)
        .map(|(nth, text)| question(context, format!("digest/{round}/{nth}"), text))
        .collect();
    let mut answers = ask(context, &questions, &["digest"])?.into_iter();
    let line = |(at, text): (&Range<usize>, &String)| {
        let asked = (text.len() > DIGEST).then(|| answers.next()).flatten();
        let text = asked.map_or_else(|| text.clone(), |answer| digest(text, answer));
        Line {
            key: key(lines, at.start).to_string(),
            text: context.clipped(&text, each / 4),
        }
    };
    Ok(batches.iter().zip(&texts).map(line).collect())
}

fn question<'q>(context: &'q PromptContext, id: String, batch: &'q str) -> Question<'q> {
    let write = move || {
        let schema = schema::digest();
        Ok((prompt(context, batch, &schema)?, schema))
    };
    Question {
        id,
        write: Box::new(write),
    }
}

pub fn prompt(context: &PromptContext, notes: &str, schema: &str) -> Result<String, Stop> {
    context.render(
        "digest",
        &[
            ("notes", notes),
            ("schema", context.schema_in_prompt(schema)),
        ],
    )
}

/// Batches of neighbouring lines of at most `room`, made by splitting in halves.
fn batches(lines: &[Line], costs: &[usize], room: usize) -> Vec<Range<usize>> {
    let (mut batches, mut open) = (Vec::new(), Vec::new());
    open.extend((!lines.is_empty()).then_some(0..lines.len()));
    while let Some(range) = open.pop() {
        let cost: usize = items(costs, range.clone()).iter().sum();
        if cost <= room || range.len() < 2 {
            batches.push(range);
        } else {
            let cut = cut(lines, &range);
            open.extend([cut..range.end, range.start..cut]);
        }
    }
    batches
}

/// Where to split a `range` of two lines or more: near its middle, at the key with the smallest
/// hash.
fn cut(lines: &[Line], range: &Range<usize>) -> usize {
    let quarter = range.len() / 4;
    let near =
        (range.start + quarter).max(range.start + 1)..(range.end - quarter).max(range.start + 2);
    near.min_by_key(|&at| hash(key(lines, at)))
        .unwrap_or(range.start + 1)
}

/// The digest of a batch; without one, the beginning of the batch.
fn digest(batch: &str, answer: Result<Value, Unanswered>) -> String {
    let said = answer.ok();
    let said = said.map(|value| text(&value, &["digest", "summary", "text"]));
    let said = said.filter(|said| !said.trim().is_empty());
    format!(
        "{}\n",
        clip(said.as_deref().unwrap_or(batch).trim(), DIGEST)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn lines(keys: &BTreeSet<u32>) -> Vec<Line> {
        let line = |key: &u32| Line {
            key: format!("src/{key}.rs"),
            text: String::new(),
        };
        keys.iter().map(line).collect()
    }

    /// The keys that each batch holds.
    fn held(lines: &[Line], costs: &[usize]) -> BTreeSet<Vec<String>> {
        let batches = batches(lines, costs, 100);
        let keys = |at: Range<usize>| lines[at].iter().map(|line| line.key.clone()).collect();
        batches.into_iter().map(keys).collect()
    }

    proptest! {
        #[test]
        fn a_batch_fits_and_every_line_is_in_one(keys in prop::collection::btree_set(0u32..9999, 0..200), seed in 1usize..50) {
            let lines = lines(&keys);
            let costs: Vec<usize> = (0..lines.len()).map(|at| 1 + at * seed % 120).collect();
            let batches = batches(&lines, &costs, 100);
            let all: Vec<usize> = batches.iter().cloned().flatten().collect();
            prop_assert_eq!(all, (0..lines.len()).collect::<Vec<_>>());
            for at in batches {
                prop_assert!(at.len() == 1 || costs[at.clone()].iter().sum::<usize>() <= 100);
            }
        }

        #[test]
        fn a_note_that_changes_moves_no_batch_but_its_own(
            keys in prop::collection::btree_set(0u32..9999, 2..200), at: prop::sample::Index, cost in 1usize..40
        ) {
            let lines = lines(&keys);
            let before = vec![10; lines.len()];
            let mut after = before.clone();
            let at = at.index(lines.len());
            after[at] = cost;
            let before = held(&lines, &before);
            for batch in held(&lines, &after).difference(&before) {
                let of_it = before.iter().find(|before| before.contains(&lines[at].key)).unwrap();
                let grew = batch.contains(&lines[at].key);
                prop_assert!(grew || batch.iter().all(|key| of_it.contains(key)), "{batch:?}");
            }
        }
    }

    #[test]
    fn a_file_more_changes_few_batches() {
        let keys: BTreeSet<u32> = (0..2000).map(|nth| nth * 4 + 1).collect();
        let before = held(&lines(&keys), &vec![10; keys.len()]);
        let mut new = 0;
        for added in (0..2000).step_by(40) {
            let mut keys = keys.clone();
            keys.insert(added * 4 + 2);
            let after = held(&lines(&keys), &vec![10; keys.len()]);
            new += after.difference(&before).count();
        }
        assert!(
            new <= 50 * 5 / 2,
            "{new} new batches in 50 pushes of {}",
            before.len()
        );
    }
}
