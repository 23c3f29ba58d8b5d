//! The last round: one summary of the whole pull request.

use serde_json::Value;

use crate::ask::answer_guard::{AnswerGuard, distinct, is_repetitive, is_same};
use crate::ask::answers::{list, numbers, sentences, text};
use crate::ask::host::Stop;
use crate::ask::prompt_context::{PromptContext, flag};
use crate::ask::questions::{Question, Unanswered, ask};
use crate::diff::overview::Overview;
use crate::findings::report::ModelReport;
use crate::summary::diagram;
use crate::summary::digests::portion;
use crate::summary::heuristics;
use crate::summary::listing::Listing;
use crate::summary::model::{Summary, wanted};
use crate::summary::prompt::{SummaryInput, SummaryPrompt, compose};
use crate::summary::schema::{self, Parts};
use crate::summary::walkthrough::{self, NamedGroup};
use crate::text::visible::clip;
use crate::wit::{Change, Finding, Note};

/// The most commits that are described, and the tokens of an answer for each of them.
const COMMITS: usize = 30;
const COMMIT: usize = 60;
/// Bytes of patches whose words a risk can name.
const MATERIAL: usize = 200_000;

/// Asks for the summary, or for a shorter one if that was too much. The inner error says why there
/// is none.
pub fn summarise(
    context: &PromptContext,
    overview: &Overview,
    report: &ModelReport,
    findings: &[Finding],
) -> Result<Result<Summary, String>, Stop> {
    let input = SummaryInput {
        context,
        overview,
        report,
        findings,
    };
    let summary = match attempt(input, "summary", parts(context), 1)? {
        Err(Unanswered::TooLong(..)) => attempt(input, "summary/short", least(context), 2)?,
        summary => summary,
    };
    Ok(summary.map_err(Unanswered::reason))
}

fn least(context: &PromptContext) -> Parts {
    if context.simple() {
        Parts::SIMPLE
    } else {
        Parts::LEAST
    }
}

/// The parts that are enabled and may fit into the answer. A single commit is not described: it is
/// the pull request itself.
fn parts(context: &PromptContext) -> Parts {
    let (features, commits) = (&context.settings.features, context.change.commits.len());
    let room = context.model.answer as usize / COMMIT;
    if context.simple() {
        return Parts::SIMPLE;
    }
    Parts {
        walkthrough: features.walkthrough,
        commits: if features.commits && commits > 1 {
            commits.min(COMMITS).min(room)
        } else {
            0
        },
        diagram: features.diagram,
        details: true,
    }
}

/// One question for the summary, whose contents get the room divided by `share`.
fn attempt(
    input: SummaryInput,
    id: &str,
    parts: Parts,
    share: usize,
) -> Result<Result<Summary, Unanswered>, Stop> {
    let context = input.context;
    let schema = schema::summary(parts);
    let left = context.room(
        &prompt(context, &SummaryPrompt::bare(), parts, &schema)?,
        &schema,
    );
    let texts = compose(input, portion(context, left) / share)?;
    let write = || Ok((prompt(context, &texts, parts, &schema)?, schema.clone()));
    let question = Question {
        id: id.to_string(),
        write: Box::new(write),
    };
    let answer = ask(context, &[question], &["purpose", "majors"])?.pop();
    let nothing = || Unanswered::Other("nothing was asked".to_string());
    Ok(answer
        .unwrap_or_else(|| Err(nothing()))
        .and_then(|value| read(input, &texts.listing, &value)))
}

fn prompt(
    context: &PromptContext,
    texts: &SummaryPrompt,
    parts: Parts,
    schema: &str,
) -> Result<String, Stop> {
    let texts = [
        ("title", texts.title.as_str()),
        ("body", &texts.body),
        ("commits", &texts.commits),
        ("map", &texts.listing.text),
        ("findings", &texts.findings),
        ("notes", &texts.notes),
        ("walkthrough", flag(parts.walkthrough)),
        ("describe", flag(parts.commits > 0)),
        ("diagram", flag(parts.diagram)),
        ("simple", flag(!parts.details)),
        ("schema", context.schema_in_prompt(schema)),
    ];
    context.render("summary", &texts)
}

fn read(input: SummaryInput, listing: &Listing, value: &Value) -> Result<Summary, Unanswered> {
    let purpose = text(value, &["purpose", "summary"]);
    if purpose.is_empty() {
        let why = "the model's summary does not say what the pull request does";
        return Err(Unanswered::Other(why.to_string()));
    }
    let (change, features) = (input.context.change, &input.context.settings.features);
    let guard = guard(input, listing);
    if guard.is_copy(&purpose) || is_repetitive(&purpose) || is_same(&purpose, &change.title) {
        let why = "the model's summary repeats the question";
        return Err(Unanswered::Other(why.to_string()));
    }
    let walkthrough = walkthrough::complete(change, input.overview, groups(listing, value));
    Ok(Summary {
        purpose: clip(&purpose, 6000),
        majors: sound(value, "majors", |text| guard.says_something(text, false)),
        risks: Vec::new(),
        commits: wanted(features.commits, commits(change, value)),
        walkthrough: wanted(features.walkthrough, walkthrough),
        tests: clip(&text(value, &["tests"]), 1200),
        diagram: diagram(input, value).filter(|_| features.diagram),
    })
}

/// The instructions of the summary, and what it can name. The title and the notes may be repeated:
/// they are what the summary is about.
fn guard(input: SummaryInput, listing: &Listing) -> AnswerGuard {
    let (context, change) = (input.context, input.context.change);
    let notes = input.report.notes.values().map(String::as_str);
    let mut material: Vec<&str> = notes.collect();
    material.extend([&listing.text, &change.title, &change.body].map(String::as_str));
    material.extend(change.commits.iter().map(|commit| commit.message.as_str()));
    material.extend(input.report.risks.iter().map(String::as_str));
    let patches = change.files.iter().filter_map(|file| file.patch.as_deref());
    let mut left = MATERIAL;
    material.extend(patches.take_while(|patch| {
        left = left.saturating_sub(patch.len());
        left > 0
    }));
    let instructions = context.instructions("summary");
    AnswerGuard::new(&[&instructions], &material, &context.settings.language)
}

/// Up to ten distinct sentences that say something about the change.
fn sound(value: &Value, name: &str, is_sound: impl Fn(&str) -> bool) -> Vec<String> {
    let said = sentences(value, name).into_iter();
    let sound = said.filter(|sentence| is_sound(sentence)).collect();
    let ten = distinct(sound).into_iter().take(10);
    ten.map(|text| clip(&text, 1200)).collect()
}

fn groups(listing: &Listing, value: &Value) -> Vec<NamedGroup> {
    let groups = list(value, "groups").iter().take(8);
    let said = groups.map(|said| NamedGroup {
        name: clip(&text(said, &["name", "title"]), 120),
        files: listing.files(&numbers(said, "files")),
        text: clip(&text(said, &["text", "summary"]), 1200),
    });
    said.filter(|said| !said.name.is_empty()).collect()
}

/// A note on each commit. Commits without a note by the model keep the note by rules.
fn commits(change: &Change, value: &Value) -> Vec<Note> {
    let mut notes = heuristics::commits(change);
    for said in list(value, "commits") {
        let nth: Option<usize> = text(said, &["commit", "name", "id"]).parse().ok();
        let text = text(said, &["text", "summary", "note"]);
        let at = nth.and_then(|nth| nth.checked_sub(1));
        let note = at.and_then(|at| notes.get_mut(at));
        if let Some(note) = note.filter(|_| !text.is_empty()) {
            note.text = clip(&text, 1200);
        }
    }
    notes
}

fn diagram(
    SummaryInput {
        context, report, ..
    }: SummaryInput,
    value: &Value,
) -> Option<String> {
    let step = |said: &Value| diagram::Step {
        from: text(said, &["from", "source"]),
        to: text(said, &["to", "target"]),
        label: text(said, &["label", "text"]),
    };
    let steps: Vec<diagram::Step> = list(value, "flow").iter().map(step).collect();
    let change = context.change;
    let texts = [&change.title, &change.body]
        .into_iter()
        .chain(report.notes.values())
        .chain(change.files.iter().map(|file| &file.path))
        .chain(change.commits.iter().map(|commit| &commit.message));
    diagram::diagram(&steps, texts.map(String::as_str))
}
