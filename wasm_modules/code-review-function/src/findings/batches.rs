//! Questions that verify findings: the lines that they refer to, and as many findings per question
//! as fit.

use std::fmt::Write;

use crate::ask::chunks::Chunk;
use crate::ask::file_diffs::FilePart;
use crate::ask::host::Stop;
use crate::ask::prompt_context::{PromptContext, flag};
use crate::ask::questions::Question;
use crate::ask::schema;
use crate::diff::render;
use crate::findings::report::ChunkFindings;
use crate::text::visible::{clip, visible};
use crate::wit::{Finding, Severity, Side};

/// The most findings in one question.
const MOST: usize = 8;

/// Tokens of a finding's number.
const NUMBER: usize = 6;

/// A finding with its text for the question, and the tokens of that text.
struct Candidate {
    finding: Finding,
    text: String,
    tokens: usize,
}

/// Findings, and the part of the diff that they refer to.
pub struct Batch<'a> {
    pub id: String,
    /// Tokens for findings and lines.
    pub room: usize,
    candidates: Vec<Candidate>,
    chunk: Chunk<'a>,
    /// The repository's rules for these files.
    rules: String,
    /// Code of the repository around them.
    surroundings: String,
}

/// The questions about the findings of one chunk: one, or several if one is not enough.
pub fn batches<'a>(
    context: &PromptContext,
    found: ChunkFindings<'a>,
) -> Result<Vec<Batch<'a>>, Stop> {
    let rules = context.rules(found.chunk.files());
    let (schema, fixes) = (form(context, MOST, true), !context.simple());
    let surroundings = context.surroundings(found.chunk.files(), &found.chunk.show());
    let bare = prompt(context, "x", "x", (&rules, &surroundings), fixes, &schema)?;
    let room = context.room(&bare, &schema);
    let candidate = |finding| Candidate::new(context, finding, room);
    let all = found.findings.into_iter().map(candidate).collect();
    let batch = |candidates: Vec<Candidate>| Batch {
        id: format!("verify/{}", found.name),
        room,
        chunk: relevant_parts(&found.chunk, &candidates),
        candidates,
        rules: rules.clone(),
        surroundings: surroundings.clone(),
    };
    let mut fit = split(context, all, batch);
    for (nth, batch) in (1..).zip(&mut fit).skip(1) {
        batch.id = format!("{}/{nth}", batch.id);
    }
    Ok(fit)
}

/// Splits in halves what does not fit.
fn split<'a>(
    context: &PromptContext,
    candidates: Vec<Candidate>,
    batch: impl Fn(Vec<Candidate>) -> Batch<'a>,
) -> Vec<Batch<'a>> {
    let mut fit = Vec::new();
    let mut open = vec![candidates];
    while let Some(candidates) = open.pop().filter(|candidates| !candidates.is_empty()) {
        let mut batch = batch(candidates);
        if batch.candidates.len() == 1 {
            fit.push(batch.narrowed(context));
        } else if batch.fits(context) {
            fit.push(batch);
        } else {
            let rest = batch.candidates.split_off(batch.candidates.len() / 2);
            open.extend([rest, batch.candidates]);
        }
    }
    fit
}

impl Candidate {
    /// The text is limited to a part of the `room`.
    fn new(context: &PromptContext, finding: Finding, room: usize) -> Self {
        let text = context.clipped(&describe(&finding), room / 3);
        Candidate {
            tokens: context.host.tokens(&text) + NUMBER,
            text,
            finding,
        }
    }
}

impl Batch<'_> {
    pub fn worst(&self) -> Option<Severity> {
        let severities = self.candidates.iter().map(|one| one.finding.severity);
        severities.min()
    }

    pub fn into_findings(self) -> Vec<Finding> {
        let candidates = self.candidates.into_iter();
        candidates.map(|candidate| candidate.finding).collect()
    }

    pub fn question<'q>(&'q self, context: &'q PromptContext) -> Question<'q> {
        Question {
            id: self.id.clone(),
            write: Box::new(move || self.write(context)),
        }
    }

    /// The prompt, and the schema of its answer.
    fn write(&self, context: &PromptContext) -> Result<(String, String), Stop> {
        let is_fix = |one: &Candidate| one.finding.replacement.is_some();
        let fixes = self.candidates.iter().any(is_fix);
        let schema = form(context, self.candidates.len(), fixes);
        let numbered = (1..).zip(&self.candidates);
        let text: String = numbered
            .map(|(nth, one)| format!("{nth}. {}", one.text))
            .collect();
        let diff = context.clipped(&self.chunk.show(), self.room.saturating_sub(self.taken()));
        let prompt = prompt(
            context,
            &diff,
            &text,
            (&self.rules, &self.surroundings),
            fixes,
            &schema,
        )?;
        Ok((prompt, schema))
    }

    /// Tokens that the findings take.
    fn taken(&self) -> usize {
        self.candidates.iter().map(|one| one.tokens).sum()
    }

    fn fits(&self, context: &PromptContext) -> bool {
        let shown: usize = self
            .chunk
            .parts
            .iter()
            .map(|part| part.tokens(context))
            .sum();
        let most = if context.simple() { 1 } else { MOST };
        self.candidates.len() <= most && shown + self.taken() <= self.room
    }

    /// Limits a hunk that is too long to the lines around its only finding.
    fn narrowed(mut self, context: &PromptContext) -> Self {
        let is_under = |part: &FilePart, candidates: &[Candidate]| {
            let mut pieces = part.pieces.iter();
            pieces.any(|piece| is_shown(&piece.text, candidates.iter()))
        };
        while !self.fits(context) {
            let halves = self.chunk.parts.first().and_then(FilePart::halves);
            let Some((one, other)) = halves else { break };
            let second = is_under(&other, &self.candidates) && !is_under(&one, &self.candidates);
            self.chunk.parts = vec![if second { other } else { one }];
        }
        self
    }
}

/// The schema of an answer about `count` findings; a small model is asked about a single one.
fn form(context: &PromptContext, count: usize, fixes: bool) -> String {
    if context.simple() {
        schema::simple_verify()
    } else {
        schema::verify(count as u32, fixes)
    }
}

pub fn prompt(
    context: &PromptContext,
    diff: &str,
    findings: &str,
    (rules, surroundings): (&str, &str),
    fixes: bool,
    schema: &str,
) -> Result<String, Stop> {
    let values = [
        ("diff", diff),
        ("findings", findings),
        ("rules", rules),
        ("surroundings", surroundings),
        ("fixes", flag(fixes)),
        ("simple", flag(context.simple())),
        ("schema", context.schema_in_prompt(schema)),
    ];
    context.render("verify", &values)
}

/// The files and hunks that the findings refer to.
fn relevant_parts<'a>(chunk: &Chunk<'a>, candidates: &[Candidate]) -> Chunk<'a> {
    let narrow = |part: &FilePart<'a>| {
        let here = || {
            let all = candidates.iter();
            all.filter(|one| one.finding.path == part.diff.path)
        };
        let pieces = part.pieces.iter();
        let pieces: Vec<_> = pieces
            .filter(|piece| is_shown(&piece.text, here()))
            .cloned()
            .collect();
        let mut part = part.clone();
        // If there are none, the findings refer to lines in another part of the file.
        if !pieces.is_empty() {
            part.pieces = pieces;
        }
        here().next().map(|_| part)
    };
    let parts = chunk.parts.iter().filter_map(narrow).collect();
    Chunk { parts }
}

/// Whether one of the numbered lines of `text` belongs to one of the findings, which are all of one
/// file.
fn is_shown<'c>(text: &str, candidates: impl Iterator<Item = &'c Candidate>) -> bool {
    let findings: Vec<&Finding> = candidates.map(|one| &one.finding).collect();
    let is_of = |line: &str| {
        let mark = line.trim_start_matches(|c: char| c.is_ascii_digit());
        let number: Option<u32> = line
            .strip_suffix(mark)
            .and_then(|number| number.parse().ok());
        let is_old = mark.starts_with("-|");
        number.is_some_and(|number| {
            let has = |finding: &&Finding| {
                (finding.side == Side::Left) == is_old
                    && finding.line <= number
                    && number <= finding.end
            };
            findings.iter().any(has)
        })
    };
    text.lines().any(is_of)
}

fn describe(finding: &Finding) -> String {
    let side = match finding.side {
        Side::Left => "old",
        Side::Right => "new",
    };
    let mut out = format!(
        "{}, {side} side, lines {} to {}, {} {}, {:.0} %: {}\n",
        visible(&finding.path),
        finding.line,
        finding.end,
        render::severity(finding.severity),
        finding.category,
        finding.confidence * 100.0,
        visible(&finding.title),
    );
    let _ = writeln!(out, "{}", clip(&visible(&finding.body), 1500));
    if let Some(replacement) = &finding.replacement {
        let _ = writeln!(out, "Replacement of these lines:\n{}", visible(replacement));
    }
    out
}
