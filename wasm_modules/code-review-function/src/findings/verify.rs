//! Verification: the model is asked again about its findings, to refute them from the lines that
//! they refer to.

use serde_json::Value;

use crate::ask::answers::{list, number, text};
use crate::ask::budget;
use crate::ask::host::Stop;
use crate::ask::prompt_context::PromptContext;
use crate::ask::questions::{Question, Unanswered, ask_sparing};
use crate::findings::batches::{Batch, batches};
use crate::findings::merge::{is_known, is_wanted};
use crate::findings::parse::{confidence, severity};
use crate::findings::report::ModelReport;
use crate::text::visible::clip;
use crate::wit::Finding;

/// The least tokens for lines and findings in a question.
const LEAST: usize = 150;
/// The factor for the confidence in a finding that could not be verified.
const UNCHECKED: f32 = 0.7;

type Answer = Result<Value, Unanswered>;

/// The findings in `report` after the verification, if it is enabled. Findings that would be
/// dropped anyway, or that `signals` already name, are not asked about.
pub fn verify(
    context: &PromptContext,
    report: &mut ModelReport,
    signals: &[Finding],
) -> Result<Vec<Finding>, Stop> {
    let mut found = std::mem::take(&mut report.found);
    for one in &mut found {
        one.findings
            .retain(|finding| is_wanted(finding, context.settings) && !is_known(finding, signals));
    }
    if !context.settings.features.verification {
        return Ok(found.into_iter().flat_map(|one| one.findings).collect());
    }
    let mut open = Vec::new();
    for one in found {
        open.extend(batches(context, one)?);
    }
    open.sort_by_key(Batch::worst);
    let answers = answers(context, &open)?;
    let checked = open.into_iter().map(Batch::into_findings).zip(answers);
    Ok(apply_verdicts(checked.collect(), report))
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

/// The findings that remain after the answers. Findings without an answer are kept with lower
/// confidence.
fn apply_verdicts(batches: Vec<(Vec<Finding>, Answer)>, report: &mut ModelReport) -> Vec<Finding> {
    let mut kept = Vec::new();
    let mut unchecked: Option<(usize, String)> = None;
    for (findings, answer) in batches {
        match answer {
            Ok(value) => kept.extend(
                (1..)
                    .zip(findings)
                    .filter_map(|one| apply_verdict(one, &value)),
            ),
            Err(lost) => {
                let (count, _) = unchecked.get_or_insert_with(|| (0, lost.reason()));
                *count += findings.len();
                kept.extend(findings.into_iter().map(less_confident));
            }
        }
    }
    if let Some((count, why)) = unchecked {
        report.problems.push(unchecked_note(count, &why));
    }
    kept
}

/// The finding after its verdict, if it is kept. A verdict never raises severity or confidence.
fn apply_verdict((nth, mut finding): (u32, Finding), answer: &Value) -> Option<Finding> {
    if is_no(answer.get("real")) {
        return None;
    }
    let mut verdicts = list(answer, "verdicts").iter();
    let is_about = |said: &&Value| number(said, &["number", "finding", "id"]) == Some(nth);
    let Some(said) = verdicts.find(is_about) else {
        return Some(finding);
    };
    if is_refuted(said) {
        return None;
    }
    if let Some(severity) = severity(said) {
        finding.severity = finding.severity.max(severity);
    }
    if let Some(confidence) = confidence(said) {
        finding.confidence = finding.confidence.min(confidence);
    }
    let is_broken = |fix: &Value| fix == false || fix == "false";
    if said.get("fix_ok").is_some_and(is_broken) {
        finding.replacement = None;
    }
    Some(finding)
}

/// Whether the answer to the single question for a small model is "no".
fn is_no(said: Option<&Value>) -> bool {
    match said {
        Some(Value::Bool(said)) => !said,
        Some(Value::String(word)) => ["no", "false"].contains(&word.trim().to_lowercase().as_str()),
        _ => false,
    }
}

fn is_refuted(said: &Value) -> bool {
    let word = text(said, &["verdict", "decision"]).to_lowercase();
    ["drop", "discard", "refuted", "reject", "remove"].contains(&word.as_str())
}

fn less_confident(mut finding: Finding) -> Finding {
    finding.confidence *= UNCHECKED;
    finding
}

fn unchecked_note(count: usize, why: &str) -> String {
    let why = clip(why, 400);
    match count {
        1 => format!("One model finding could not be verified ({why}); its confidence is lowered."),
        many => format!(
            "{many} model findings could not be verified ({why}); their confidence is lowered."
        ),
    }
}
