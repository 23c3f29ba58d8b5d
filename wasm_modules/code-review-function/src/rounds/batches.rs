//! Questions about findings: what of a chunk they stand on, and as many in one question as fit.

use std::fmt::Write;

use crate::chunks::Chunk;
use crate::desk::Desk;
use crate::fold::Stop;
use crate::questions::Question;
use crate::rounds::report::Found;
use crate::schema;
use crate::sheets::Part;
use crate::show;
use crate::visible::{clip, visible};
use crate::wit::{Finding, Side};

/// The most findings in one question.
const MOST: usize = 8;

/// Findings, and the part of the diff that they stand on.
pub struct Batch<'a> {
    pub id: String,
    pub findings: Vec<Finding>,
    /// Tokens for findings and lines.
    pub room: usize,
    chunk: Chunk<'a>,
    /// What the repository asks of a review of these files.
    rules: String,
}

/// The questions about the findings of one chunk: one, unless they do not fit into it.
pub fn batches<'a>(desk: &Desk, found: Found<'a>) -> Result<Vec<Batch<'a>>, Stop> {
    let rules = desk.rules(found.chunk.files());
    let schema = schema::verify(MOST as u32, true);
    let room = desk.room(&prompt(desk, "x", "x", &rules, true, &schema)?, &schema);
    let mut batches: Vec<Batch> = Vec::new();
    let mut open = vec![found.findings];
    while let Some(mut findings) = open.pop().filter(|findings| !findings.is_empty()) {
        let id = match batches.len() {
            0 => format!("verify/{}", found.name),
            nth => format!("verify/{}/{}", found.name, nth + 1),
        };
        let batch = Batch {
            id,
            chunk: under(&found.chunk, &findings),
            rules: rules.clone(),
            room,
            findings,
        };
        if batch.findings.len() == 1 {
            batches.push(batch.narrowed(desk));
        } else if batch.fits(desk) {
            batches.push(batch);
        } else {
            findings = batch.findings;
            let rest = findings.split_off(findings.len() / 2);
            open.extend([rest, findings]);
        }
    }
    Ok(batches)
}

impl Batch<'_> {
    pub fn question<'q>(&'q self, desk: &'q Desk) -> Question<'q> {
        Question {
            id: self.id.clone(),
            write: Box::new(move || self.write(desk)),
        }
    }

    /// The prompt, and the schema of its answer.
    fn write(&self, desk: &Desk) -> Result<(String, String), Stop> {
        let is_fix = |finding: &Finding| finding.replacement.is_some();
        let fixes = self.findings.iter().any(is_fix);
        let schema = schema::verify(self.findings.len() as u32, fixes);
        let told = self.told(desk);
        let left = self.room.saturating_sub(desk.cx.tokens(&told));
        let diff = desk.clipped(&self.chunk.show(), left);
        let prompt = prompt(desk, &diff, &told, &self.rules, fixes, &schema)?;
        Ok((prompt, schema))
    }

    fn fits(&self, desk: &Desk) -> bool {
        let shown: usize = self.chunk.parts.iter().map(|part| part.tokens(desk)).sum();
        let told = desk.cx.tokens(&self.told(desk));
        self.findings.len() <= MOST && shown + told <= self.room
    }

    /// Of a hunk too long to show, the lines around the only finding.
    fn narrowed(mut self, desk: &Desk) -> Self {
        let is_under = |part: &Part| {
            part.pieces
                .iter()
                .any(|p| is_shown(&p.text, &self.findings))
        };
        let mut part = self.chunk.parts.first().cloned();
        while !self.fits(desk) {
            let halves = part.as_ref().and_then(Part::halves);
            let Some((one, other)) = halves else { break };
            let second = is_under(&other) && !is_under(&one);
            part = Some(if second { other } else { one });
            self.chunk.parts = part.iter().cloned().collect();
        }
        self
    }

    /// The findings by their numbers; none takes more than a part of the room.
    fn told(&self, desk: &Desk) -> String {
        let findings = (1..).zip(&self.findings);
        let each = findings.map(|(nth, finding)| desk.clipped(&told(nth, finding), self.room / 3));
        each.collect()
    }
}

fn prompt(
    desk: &Desk,
    diff: &str,
    findings: &str,
    rules: &str,
    fixes: bool,
    schema: &str,
) -> Result<String, Stop> {
    let values = [
        ("diff", diff),
        ("findings", findings),
        ("rules", rules),
        ("fixes", if fixes { "yes" } else { "" }),
        ("schema", desk.spelled(schema)),
    ];
    desk.render("verify", &values)
}

/// The files that `findings` are about, and of them the hunks that they stand on.
fn under<'a>(chunk: &Chunk<'a>, findings: &[Finding]) -> Chunk<'a> {
    let narrow = |part: &Part<'a>| {
        let here = findings.iter().filter(|one| one.path == part.sheet.path);
        let here: Vec<Finding> = here.cloned().collect();
        let pieces = part.pieces.iter().filter(|p| is_shown(&p.text, &here));
        let pieces: Vec<_> = pieces.cloned().collect();
        let part = match pieces.is_empty() {
            // Lines that another part of the file shows.
            true => part.clone(),
            false => Part {
                pieces,
                ..part.clone()
            },
        };
        (!here.is_empty()).then_some(part)
    };
    let parts = chunk.parts.iter().filter_map(narrow).collect();
    Chunk { parts }
}

/// Whether a line of any of `findings`, all of one file, is among the numbered lines of `text`.
fn is_shown(text: &str, findings: &[Finding]) -> bool {
    let is_of = |line: &str| {
        let mark = line.trim_start_matches(|c: char| c.is_ascii_digit());
        let number: Option<u32> = line[..line.len() - mark.len()].parse().ok();
        let side = if mark.starts_with("-|") {
            Side::Left
        } else {
            Side::Right
        };
        number.is_some_and(|number| {
            let has = |f: &Finding| f.side == side && f.line <= number && number <= f.end;
            findings.iter().any(has)
        })
    };
    text.lines().any(is_of)
}

fn told(nth: usize, finding: &Finding) -> String {
    let side = match finding.side {
        Side::Left => "old",
        Side::Right => "new",
    };
    let mut out = format!(
        "{nth}. {}, {side} side, lines {} to {}, {} {}, {:.0} %: {}\n",
        visible(&finding.path),
        finding.line,
        finding.end,
        show::severity(finding.severity),
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
