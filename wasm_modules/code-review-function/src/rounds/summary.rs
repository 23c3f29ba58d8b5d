//! The last round: one text about the whole pull request.

use serde_json::Value;

use crate::desk::{Desk, flag};
use crate::flow;
use crate::fold::Stop;
use crate::map::Land;
use crate::plain::{self, wanted};
use crate::questions::{Question, Unanswered, ask};
use crate::reading::{list, sentences, text};
use crate::rounds::asked::{self, Parts};
use crate::rounds::chunks::Report;
use crate::rounds::listing::Listing;
use crate::rounds::telling::{Matter, Told, portion, tell};
use crate::visible::clip;
use crate::walkthrough::{self, Said};
use crate::wit::{Change, Finding, Group, Note};

/// Commits that are described, and tokens of the answer that one takes with what is said besides.
const COMMITS: usize = 30;
const COMMIT: usize = 60;

/// What is said about the whole.
pub struct Summary {
    pub purpose: String,
    pub majors: Vec<String>,
    pub risks: Vec<String>,
    pub commits: Vec<Note>,
    pub walkthrough: Vec<Group>,
    pub tests: String,
    pub diagram: Option<String>,
}

/// Asks for the summary; for a shorter one, if that was too much. The inner error says why there is none.
pub fn summarise(
    desk: &Desk,
    land: &Land,
    report: &Report,
    findings: &[Finding],
) -> Result<Result<Summary, String>, Stop> {
    let matter = Matter {
        desk,
        land,
        report,
        findings,
    };
    let summary = match attempt(matter, "summary", parts(desk), 1)? {
        Err(Unanswered::TooLong(..)) => attempt(matter, "summary/short", least(desk), 2)?,
        summary => summary,
    };
    Ok(summary.map_err(Unanswered::why))
}

fn least(desk: &Desk) -> Parts {
    if desk.simple() {
        Parts::SIMPLE
    } else {
        Parts::LEAST
    }
}

/// What is wanted, and may fit into the answer. One commit is the pull request itself.
fn parts(desk: &Desk) -> Parts {
    let (features, commits) = (&desk.settings.features, desk.change.commits.len());
    let room = desk.model.answer as usize / COMMIT;
    if desk.simple() {
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

/// One question for the summary, with a `share`th of what there is to tell.
fn attempt(
    matter: Matter,
    id: &str,
    parts: Parts,
    share: usize,
) -> Result<Result<Summary, Unanswered>, Stop> {
    let desk = matter.desk;
    let schema = asked::summary(parts);
    let left = desk.room(&prompt(desk, &Told::bare(), parts, &schema)?, &schema);
    let told = tell(matter, portion(desk, left) / share)?;
    let write = || Ok((prompt(desk, &told, parts, &schema)?, schema.clone()));
    let question = Question {
        id: id.to_string(),
        write: Box::new(write),
    };
    let answer = ask(desk, &[question], &["purpose", "majors", "risks"])?.pop();
    let nothing = || Unanswered::Because("nothing was asked".to_string());
    Ok(answer
        .unwrap_or_else(|| Err(nothing()))
        .and_then(|value| read(matter, &told.listing, &value)))
}

fn prompt(desk: &Desk, told: &Told, parts: Parts, schema: &str) -> Result<String, Stop> {
    let texts = [
        ("title", told.title.as_str()),
        ("body", &told.body),
        ("commits", &told.commits),
        ("map", &told.listing.text),
        ("findings", &told.findings),
        ("notes", &told.notes),
        ("walkthrough", flag(parts.walkthrough)),
        ("describe", flag(parts.commits > 0)),
        ("diagram", flag(parts.diagram)),
        ("simple", flag(!parts.details)),
        ("schema", desk.spelled(schema)),
    ];
    desk.render("summary", &texts)
}

fn read(matter: Matter, listing: &Listing, value: &Value) -> Result<Summary, Unanswered> {
    let purpose = text(value, &["purpose", "summary"]);
    if purpose.is_empty() {
        let why = "the model's summary does not say what the pull request does";
        return Err(Unanswered::Because(why.to_string()));
    }
    let (change, features) = (matter.desk.change, &matter.desk.settings.features);
    let walkthrough = walkthrough::complete(change, matter.land, groups(listing, value));
    Ok(Summary {
        purpose: clip(&purpose, 6000),
        majors: ten(value, "majors"),
        risks: ten(value, "risks"),
        commits: wanted(features.commits, commits(change, value)),
        walkthrough: wanted(features.walkthrough, walkthrough),
        tests: clip(&text(value, &["tests"]), 1200),
        diagram: diagram(matter, value).filter(|_| features.diagram),
    })
}

fn ten(value: &Value, name: &str) -> Vec<String> {
    let sentences = sentences(value, name);
    let ten = sentences.iter().take(10);
    ten.map(|text| clip(text, 1200)).collect()
}

fn groups(listing: &Listing, value: &Value) -> Vec<Said> {
    let groups = list(value, "groups").iter().take(8);
    let said = groups.map(|said| Said {
        name: clip(&text(said, &["name", "title"]), 120),
        files: listing.files(&numbers(said.get("files"))),
        text: clip(&text(said, &["text", "summary"]), 1200),
    });
    said.filter(|said| !said.name.is_empty()).collect()
}

/// Numbers as they are written, also as a list of them.
fn numbers(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => String::new(),
    }
}

/// A note on each commit; those that the model said nothing about keep what the rules say.
fn commits(change: &Change, value: &Value) -> Vec<Note> {
    let mut notes = plain::commits(change);
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

fn diagram(Matter { desk, report, .. }: Matter, value: &Value) -> Option<String> {
    let step = |said: &Value| flow::Step {
        from: text(said, &["from", "source"]),
        to: text(said, &["to", "target"]),
        label: text(said, &["label", "text"]),
    };
    let steps: Vec<flow::Step> = list(value, "flow").iter().map(step).collect();
    let change = desk.change;
    let texts = [&change.title, &change.body]
        .into_iter()
        .chain(report.notes.values())
        .chain(change.files.iter().map(|file| &file.path))
        .chain(change.commits.iter().map(|commit| &commit.message));
    flow::diagram(&steps, texts.map(String::as_str))
}
