//! Questions that verify claims: the files that they are about or name, and as many claims per question as fit.

use std::collections::BTreeSet;

use crate::ask::chunks::Chunk;
use crate::ask::file_diffs::FilePart;
use crate::ask::host::Stop;
use crate::ask::prompt_context::{PromptContext, flag};
use crate::ask::questions::Question;
use crate::ask::schema;
use crate::findings::claims::{ChunkClaims, Claim};
use crate::wit::{Finding, Severity, Side};

/// The most claims in one question.
const MOST: usize = 8;
/// Tokens of a claim's number.
const NUMBER: usize = 6;
/// The part of the room that one claim, and that what was looked up for all of them may take.
const CLAIM: usize = 3;
const PASSAGES: usize = 3;
/// The most tokens of the description.
const BODY: usize = 1000;

/// A claim with its text for the question, the tokens of that text, and what was looked up for it.
pub struct Candidate {
    pub claim: Claim,
    pub passages: String,
    text: String,
    tokens: usize,
}

/// Claims, and the part of the diff that they refer to.
pub struct Batch<'a> {
    pub id: String,
    /// Tokens for claims, lines, and what was looked up.
    pub room: usize,
    pub candidates: Vec<Candidate>,
    chunk: Chunk<'a>,
    /// The whole chunk, for a second question about some of the claims.
    whole: Chunk<'a>,
    /// The repository's rules for these files.
    rules: String,
    /// Code of the repository around them that the claims name.
    surroundings: String,
    /// Whether an answer may ask for look-ups.
    pub may_look: bool,
}

/// The texts of a question.
struct Texts<'t> {
    diff: &'t str,
    claims: &'t str,
    rules: &'t str,
    surroundings: &'t str,
    passages: &'t str,
    fixes: bool,
    may_look: bool,
}

/// The questions about the claims on one chunk: one, or several if one is not enough. `passages` are what was looked
/// up for each claim.
pub fn batches<'a>(
    context: &PromptContext,
    found: ChunkClaims<'a>,
    passages: Vec<String>,
    may_look: bool,
) -> Result<Vec<Batch<'a>>, Stop> {
    let rules = context.rules(found.chunk.files());
    let about: String = found.claims.iter().map(Claim::describe).collect();
    let surroundings = context.surroundings_about(found.chunk.files(), &found.chunk.show(), &about);
    let (schema, fixes) = (form(context, MOST, true, may_look), !context.simple());
    let bare = Texts {
        rules: &rules,
        surroundings: &surroundings,
        fixes,
        may_look,
        ..Texts::bare()
    };
    let room = context.room(&prompt(context, &bare, &schema)?, &schema);
    let claims = found.claims.into_iter().zip(passages);
    let all = claims
        .map(|(claim, passages)| Candidate::new(context, claim, passages, room))
        .collect();
    let batch = |candidates: Vec<Candidate>| Batch {
        id: format!("verify/{}", found.name),
        room,
        chunk: parts_of(&found.chunk, &candidates, Claim::names),
        whole: found.chunk.clone(),
        candidates,
        rules: rules.clone(),
        surroundings: surroundings.clone(),
        may_look,
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
        let mut batch = batch(candidates).without_other_hunks(context);
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
    fn new(context: &PromptContext, claim: Claim, passages: String, room: usize) -> Self {
        let text = context.clipped(&claim.describe(), room / CLAIM);
        Candidate {
            tokens: context.host.tokens(&text) + NUMBER,
            text,
            claim,
            passages,
        }
    }
}

impl<'a> Batch<'a> {
    pub fn worst(&self) -> Option<Severity> {
        let severities = self.candidates.iter().map(|one| one.claim.severity());
        severities.min()
    }

    /// The same chunk with other claims, to ask about them again.
    pub fn again(&self, claims: Vec<Claim>) -> ChunkClaims<'a> {
        let name = self.id.strip_prefix("verify/").unwrap_or(&self.id);
        ChunkClaims {
            name: format!("{name}/again"),
            chunk: self.whole.clone(),
            claims,
        }
    }

    pub fn question<'q>(&'q self, context: &'q PromptContext) -> Question<'q> {
        Question {
            id: self.id.clone(),
            write: Box::new(move || self.write(context)),
        }
    }

    /// The prompt, and the schema of its answer.
    fn write(&self, context: &PromptContext) -> Result<(String, String), Stop> {
        let fixes = self
            .candidates
            .iter()
            .any(|one| one.claim.has_replacement());
        let schema = form(context, self.candidates.len(), fixes, self.may_look);
        let numbered = (1..).zip(&self.candidates);
        let claims: String = numbered
            .map(|(nth, one)| format!("{nth}. {}", one.text))
            .collect();
        let passages = context.clipped(&self.passages(), self.room / PASSAGES);
        let taken = self.taken() + context.host.tokens(&passages);
        let diff = context.clipped(&self.chunk.show(), self.room.saturating_sub(taken));
        let texts = Texts {
            diff: &diff,
            claims: &claims,
            rules: &self.rules,
            surroundings: &self.surroundings,
            passages: passages.trim_end(),
            fixes,
            may_look: self.may_look,
        };
        Ok((prompt(context, &texts, &schema)?, schema))
    }

    /// What was looked up for all the claims, each text once.
    fn passages(&self) -> String {
        let mut known = BTreeSet::new();
        let texts = self.candidates.iter().map(|one| one.passages.as_str());
        texts.filter(|text| known.insert(*text)).collect()
    }

    /// Tokens that the claims take.
    fn taken(&self) -> usize {
        self.candidates.iter().map(|one| one.tokens).sum()
    }

    fn fits(&self, context: &PromptContext) -> bool {
        let parts = self.chunk.parts.iter();
        let shown: usize = parts.map(|part| part.tokens(context)).sum();
        let passages = self.passages();
        let passages = context.host.tokens(&passages).min(self.room / PASSAGES);
        let most = if context.simple() { 1 } else { MOST };
        self.candidates.len() <= most && shown + passages + self.taken() <= self.room
    }

    /// Leaves out the files that the claims only mention, and then the hunks that they are not about, if there is no
    /// room for all of them. A small model sees only what it is asked about.
    fn without_other_hunks(mut self, context: &PromptContext) -> Self {
        if context.simple() || !self.fits(context) {
            self.chunk = parts_of(&self.chunk, &self.candidates, Claim::is_about);
        }
        if context.simple() || !self.fits(context) {
            self.chunk = hunks_of(&self.chunk, &self.candidates);
        }
        self
    }

    /// Limits a hunk that is too long to the lines around its only claim.
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

/// The schema of an answer about `count` claims; a small model is asked about a single one.
fn form(context: &PromptContext, count: usize, fixes: bool, may_look: bool) -> String {
    if context.simple() {
        schema::simple_verify()
    } else {
        schema::verify(count as u32, fixes, may_look)
    }
}

impl Texts<'_> {
    /// One letter for each text, to measure the prompt without them.
    fn bare() -> Self {
        Texts {
            diff: "x",
            claims: "x",
            rules: "x",
            surroundings: "x",
            passages: "x",
            fixes: true,
            may_look: true,
        }
    }
}

/// Renders the template with all of its parts, to find out whether it is broken.
pub fn check_template(context: &PromptContext) -> Result<(), Stop> {
    prompt(context, &Texts::bare(), "x").map(|_| ())
}

fn prompt(context: &PromptContext, texts: &Texts, schema: &str) -> Result<String, Stop> {
    let intent = context.intent();
    let body = context.clipped(&intent.body, BODY);
    let values = [
        ("title", intent.title.as_str()),
        ("body", body.trim_end()),
        ("diff", texts.diff),
        ("findings", texts.claims),
        ("rules", texts.rules),
        ("surroundings", texts.surroundings),
        ("passages", texts.passages),
        ("fixes", flag(texts.fixes)),
        ("lookups", flag(texts.may_look)),
        ("simple", flag(context.simple())),
        ("schema", context.schema_in_prompt(schema)),
    ];
    context.render("verify", &values)
}

/// The files of the chunk that belong to one of the claims.
fn parts_of<'a>(
    chunk: &Chunk<'a>,
    candidates: &[Candidate],
    belongs: fn(&Claim, &str) -> bool,
) -> Chunk<'a> {
    let is_meant = |part: &&FilePart| {
        let mut claims = candidates.iter().map(|one| &one.claim);
        claims.any(|claim| belongs(claim, part.diff.path))
    };
    let parts = chunk.parts.iter().filter(is_meant).cloned().collect();
    Chunk { parts }
}

/// Their hunks that the claims refer to.
fn hunks_of<'a>(chunk: &Chunk<'a>, candidates: &[Candidate]) -> Chunk<'a> {
    let narrow = |part: &FilePart<'a>| {
        let here = || {
            let all = candidates.iter();
            all.filter(|one| one.claim.path() == part.diff.path)
        };
        let pieces = part.pieces.iter();
        let pieces: Vec<_> = pieces
            .filter(|piece| is_shown(&piece.text, here()))
            .cloned()
            .collect();
        let mut part = part.clone();
        // If there are none, the claims refer to the whole file or to lines in another part of it.
        if !pieces.is_empty() {
            part.pieces = pieces;
        }
        part
    };
    Chunk {
        parts: chunk.parts.iter().map(narrow).collect(),
    }
}

/// Whether one of the numbered lines of `text` belongs to one of the claims, which are all of one
/// file.
fn is_shown<'c>(text: &str, candidates: impl Iterator<Item = &'c Candidate>) -> bool {
    let findings: Vec<&Finding> = candidates.filter_map(|one| one.claim.place()).collect();
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
