//! Verification: the model is asked again about its claims, to refute them from the lines that they refer to and
//! from what it wanted to look up.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::ask::answers::{list, number, text};
use crate::ask::budget;
use crate::ask::host::Stop;
use crate::ask::needs::{self, Need};
use crate::ask::prompt_context::PromptContext;
use crate::ask::questions::{Question, Unanswered, ask_sparing};
use crate::findings::batches::{Batch, Candidate, batches};
use crate::findings::claims::{ChunkClaims, Claim, Subject};
use crate::findings::merge::{is_known, is_wanted};
use crate::findings::parse::{confidence, severity};
use crate::findings::report::ModelReport;
use crate::text::visible::{clip, one_line};
use crate::wit::{Finding, Settings};

/// The least tokens for lines and claims in a question.
const LEAST: usize = 150;
/// How far below the bar a finding's confidence may be to get its second look. Only the second one counts.
const BELOW: f32 = 0.25;
/// The least confidence with which a doubtful finding is still told, as unsure.
const DOUBTFUL: f32 = 0.25;

type Answer = Result<Value, Unanswered>;

/// The claims that hold.
#[derive(Default)]
pub struct Verified {
    pub findings: Vec<Finding>,
    /// Findings that could neither be proved nor refuted.
    pub unsure: Vec<Finding>,
    pub risks: Vec<String>,
    /// The numbers of rules' findings that do not hold.
    pub refuted: BTreeSet<usize>,
    /// The number of findings without a second look, and why the first of them got none.
    unchecked: Option<(usize, String)>,
}

/// What is to become of a claim after an answer.
enum Verdict {
    Keep,
    Drop,
    Unsure,
    /// These look-ups may settle it.
    Look(Vec<Need>),
}

/// The claims in `report` after the verification, if it is enabled. Findings that would be dropped anyway, or that
/// `signals` already name, are not asked about.
pub fn verify(
    context: &PromptContext,
    report: &mut ModelReport,
    signals: &[Finding],
) -> Result<Verified, Stop> {
    let mut found = std::mem::take(&mut report.found);
    let settings = context.settings;
    let mut verified = Verified::default();
    if !settings.features.verification {
        let claims = found.into_iter().flat_map(|one| one.claims);
        let findings = claims.filter_map(|claim| match claim.subject {
            Subject::Finding(finding) => Some(finding),
            Subject::Risk { .. } | Subject::Objection { .. } => None,
        });
        verified.findings = findings.filter(|one| is_wanted(one, settings)).collect();
        return Ok(verified);
    }
    for one in &mut found {
        one.claims.retain(|claim| {
            let finding = claim.finding();
            finding.is_none_or(|one| {
                is_worth_a_look(one, settings) && !is_known(one, signals, settings)
            })
        });
    }
    found.retain(|one| !one.claims.is_empty());
    let open = asked_about(context, found, "need", context.may_look())?;
    let answers = answers(context, &open)?;
    let mut again = Vec::new();
    for (batch, answer) in open.into_iter().zip(answers) {
        let claims = verified.apply(&batch, answer, settings);
        if !claims.is_empty() {
            again.push(batch.again(claims));
        }
    }
    let open = asked_about(context, again, "again", false)?;
    let answers = self::answers(context, &open)?;
    for (batch, answer) in open.into_iter().zip(answers) {
        verified.apply(&batch, answer, settings);
    }
    if let Some((count, why)) = &verified.unchecked {
        report.problems.push(unchecked_note(*count, why));
    }
    Ok(verified)
}

/// Whether the second look can lift the finding over the bar.
fn is_worth_a_look(finding: &Finding, settings: &Settings) -> bool {
    finding.severity <= settings.threshold && finding.confidence >= settings.confidence - BELOW
}

/// The questions about the claims, with what they want looked up; the worst come first.
fn asked_about<'a>(
    context: &PromptContext,
    found: Vec<ChunkClaims<'a>>,
    prefix: &str,
    may_look: bool,
) -> Result<Vec<Batch<'a>>, Stop> {
    let claims = found.iter().flat_map(|one| &one.claims);
    let wanted: Vec<Vec<Need>> = claims.map(|claim| claim.needs.clone()).collect();
    let mut texts = needs::look(context.host, prefix, &wanted)?.into_iter();
    let mut open = Vec::new();
    for one in found {
        let passages = texts.by_ref().take(one.claims.len()).collect();
        open.extend(batches(context, one, passages, may_look)?);
    }
    open.sort_by_key(Batch::worst);
    Ok(open)
}

/// The answers to the questions, in their order. A question without enough room is not asked.
fn answers(context: &PromptContext, batches: &[Batch]) -> Result<Vec<Answer>, Stop> {
    let is_large = |batch: &&Batch| batch.room >= LEAST;
    let large = batches.iter().filter(is_large);
    let questions: Vec<Question> = large.map(|batch| batch.question(context)).collect();
    let spare = |_| budget::after_verification(context);
    let mut said = ask_sparing(context, &questions, &["verdicts", "real"], spare)?.into_iter();
    let small = || Unanswered::Other("the model's context is too small for it".to_string());
    let answer = |batch: &Batch| {
        let said = if is_large(&batch) { said.next() } else { None };
        said.unwrap_or_else(|| Err(small()))
    };
    Ok(batches.iter().map(answer).collect())
}

impl Verified {
    /// Sorts the claims by the answer about them; returns those to ask about again.
    fn apply(&mut self, batch: &Batch, answer: Answer, settings: &Settings) -> Vec<Claim> {
        let value = match answer {
            Ok(value) => value,
            Err(lost) => {
                self.leave_unchecked(&batch.candidates, lost);
                return Vec::new();
            }
        };
        let mut again = Vec::new();
        for (nth, candidate) in (1..).zip(&batch.candidates) {
            let said = said_about(nth, &value);
            // A dropped objection leaves the rule's finding as it is.
            match verdict(&value, said, batch.may_look) {
                Verdict::Drop => {}
                Verdict::Look(needs) => again.push(Claim {
                    needs,
                    subject: candidate.claim.subject.clone(),
                }),
                Verdict::Keep => self.take_kept(candidate, said, settings),
                Verdict::Unsure => self.take_unsure(candidate, said),
            }
        }
        again
    }

    /// Nothing that was not verified is posted on lines.
    fn leave_unchecked(&mut self, candidates: &[Candidate], lost: Unanswered) {
        let findings = candidates.iter().filter_map(|one| one.claim.finding());
        let before = self.unsure.len();
        self.unsure.extend(findings.cloned());
        let count = self.unsure.len() - before;
        if count > 0 {
            let (known, _) = self.unchecked.get_or_insert_with(|| (0, lost.reason()));
            *known += count;
        }
    }

    fn take_kept(&mut self, candidate: &Candidate, said: Option<&Value>, settings: &Settings) {
        match &candidate.claim.subject {
            Subject::Finding(finding) => {
                let finding = judged(finding, said);
                if finding.confidence < settings.confidence {
                    self.unsure.push(finding);
                } else {
                    self.findings.push(finding);
                }
            }
            Subject::Risk { path, text } => self.risks.push(named(path, text)),
            Subject::Objection { number, .. } => {
                self.refuted.insert(*number);
            }
        }
    }

    fn take_unsure(&mut self, candidate: &Candidate, said: Option<&Value>) {
        if let Subject::Finding(finding) = &candidate.claim.subject {
            let finding = judged(finding, said);
            if finding.confidence >= DOUBTFUL {
                self.unsure.push(finding);
            }
        }
    }
}

/// The risk with its file, unless it names the file itself.
fn named(path: &str, text: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    if name.is_empty() || text.contains(name) {
        text.to_string()
    } else {
        format!("{text} (`{}`)", one_line(path, 300).replace('`', "'"))
    }
}

fn said_about(nth: u32, answer: &Value) -> Option<&Value> {
    let mut verdicts = list(answer, "verdicts").iter();
    verdicts.find(|said| number(said, &["number", "finding", "id"]) == Some(nth))
}

/// A small model says yes or no, about a single claim. Without a verdict, a claim is doubtful.
fn verdict(answer: &Value, said: Option<&Value>, may_look: bool) -> Verdict {
    if let Some(real) = answer.get("real") {
        return if is_no(real) {
            Verdict::Drop
        } else {
            Verdict::Keep
        };
    }
    let Some(said) = said else {
        return Verdict::Unsure;
    };
    let word = text(said, &["verdict", "decision"]).to_lowercase();
    match word.as_str() {
        "drop" | "discard" | "refuted" | "reject" | "remove" => Verdict::Drop,
        "unsure" | "unknown" | "uncertain" => {
            let needs = needs::read(said);
            if may_look && !needs.is_empty() {
                Verdict::Look(needs)
            } else {
                Verdict::Unsure
            }
        }
        _ => Verdict::Keep,
    }
}

/// The finding after its verdict. A verdict never raises the severity.
fn judged(finding: &Finding, said: Option<&Value>) -> Finding {
    let mut finding = finding.clone();
    let Some(said) = said else {
        return finding;
    };
    if let Some(severity) = severity(said) {
        finding.severity = finding.severity.max(severity);
    }
    if let Some(confidence) = confidence(said) {
        finding.confidence = confidence;
    }
    if text(said, &["fix"]).eq_ignore_ascii_case("bad") {
        finding.replacement = None;
    }
    finding
}

/// Whether the answer to the single question for a small model is "no".
fn is_no(said: &Value) -> bool {
    match said {
        Value::Bool(said) => !said,
        Value::String(word) => ["no", "false"].contains(&word.trim().to_lowercase().as_str()),
        _ => false,
    }
}

fn unchecked_note(count: usize, why: &str) -> String {
    let why = clip(why, 400);
    match count {
        1 => format!(
            "One model finding could not be verified ({why}); it is listed as unsure and not posted on its lines."
        ),
        many => format!(
            "{many} model findings could not be verified ({why}); they are listed as unsure and not posted on their \
             lines."
        ),
    }
}
