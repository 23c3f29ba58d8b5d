//! What the model claims about a chunk, before it is verified: defects, risks, and objections to rules.

use std::fmt::Write;

use crate::ask::chunks::Chunk;
use crate::ask::needs::Need;
use crate::diff::render;
use crate::text::visible::{clip, visible};
use crate::wit::{Finding, Severity, Side};

/// The most bytes of a finding's text.
const BODY: usize = 1500;

/// The least bytes of a file's name that is found in a text; shorter ones are found by chance.
const NAME: usize = 4;
const STEM: usize = 6;

/// A claim, and the look-ups that would settle it.
pub struct Claim {
    pub subject: Subject,
    pub needs: Vec<Need>,
}

#[derive(Clone)]
pub enum Subject {
    Finding(Finding),
    /// What could go wrong beyond the shown lines of `path`.
    Risk {
        path: String,
        text: String,
    },
    /// The finding of the rule with that number does not hold, for this reason.
    Objection {
        number: usize,
        finding: Finding,
        reason: String,
    },
}

/// The claims about a chunk.
pub struct ChunkClaims<'a> {
    /// The chunk's name: "3", "3/a".
    pub name: String,
    pub chunk: Chunk<'a>,
    pub claims: Vec<Claim>,
}

impl Claim {
    /// The model's finding, if the claim is one.
    pub fn finding(&self) -> Option<&Finding> {
        match &self.subject {
            Subject::Finding(finding) => Some(finding),
            Subject::Risk { .. } | Subject::Objection { .. } => None,
        }
    }

    /// The lines that the claim is about; None for a risk.
    pub fn place(&self) -> Option<&Finding> {
        match &self.subject {
            Subject::Finding(finding) | Subject::Objection { finding, .. } => Some(finding),
            Subject::Risk { .. } => None,
        }
    }

    pub fn path(&self) -> &str {
        match &self.subject {
            Subject::Finding(finding) | Subject::Objection { finding, .. } => &finding.path,
            Subject::Risk { path, .. } => path,
        }
    }

    pub fn is_about(&self, path: &str) -> bool {
        self.path() == path
    }

    /// Whether the claim is about the file, or its text contains the file's name, with or without what follows the
    /// dot.
    pub fn names(&self, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        let stem = name.split('.').next().unwrap_or(name);
        let is_named = |text: &str| {
            (name.len() >= NAME && text.contains(name))
                || (stem.len() >= STEM && text.contains(stem))
        };
        self.is_about(path) || is_named(&self.describe())
    }

    /// How soon it is verified.
    pub fn severity(&self) -> Severity {
        self.finding()
            .map_or(Severity::Minor, |finding| finding.severity)
    }

    pub fn has_replacement(&self) -> bool {
        self.finding()
            .is_some_and(|finding| finding.replacement.is_some())
    }

    /// The claim as the question states it.
    pub fn describe(&self) -> String {
        match &self.subject {
            Subject::Finding(finding) => described(finding),
            Subject::Risk { path, text } => {
                format!(
                    "risk beyond the lines of {}: {}\n",
                    visible(path),
                    visible(text)
                )
            }
            Subject::Objection {
                finding, reason, ..
            } => format!(
                "A rule reports {}, {}, line {}: {}\nThe colleague objects that this does not hold here (\"keep\" if the objection is right): {}\n",
                render::severity(finding.severity),
                visible(&finding.path),
                finding.line,
                visible(&finding.title),
                visible(reason),
            ),
        }
    }
}

fn described(finding: &Finding) -> String {
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
    let _ = writeln!(out, "{}", clip(&visible(&finding.body), BODY));
    if let Some(replacement) = &finding.replacement {
        let _ = writeln!(out, "Replacement of these lines:\n{}", visible(replacement));
    }
    out
}
