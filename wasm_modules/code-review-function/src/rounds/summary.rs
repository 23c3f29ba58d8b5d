//! The last round: one text about the whole pull request.

use std::fmt::Write;

use serde_json::Value;

use crate::desk::Desk;
use crate::fold::Stop;
use crate::map;
use crate::questions::{Question, ask};
use crate::reading::{list, sentences, text};
use crate::rounds::chunks::Report;
use crate::rounds::digests;
use crate::schema;
use crate::show;
use crate::visible::{clip, visible};
use crate::wit::{Area, Change, Finding, Note};

/// Commits that are described; the rest keep the first line of their message.
const COMMITS: usize = 30;
/// Files and findings that the prompt lists.
const FILES: usize = 300;
const FINDINGS: usize = 30;

/// What the model says about the whole.
pub struct Summary {
    pub purpose: String,
    pub majors: Vec<String>,
    pub risks: Vec<String>,
    pub commits: Vec<Note>,
}

/// What the prompt tells, ready to be shown.
struct Told {
    title: String,
    body: String,
    commits: String,
    map: String,
    findings: String,
    notes: String,
}

/// Asks for the summary. The inner error says why there is none.
pub fn summarise(
    desk: &Desk,
    areas: &[Area],
    report: &Report,
    findings: &[Finding],
) -> Result<Result<Summary, String>, Stop> {
    let labels = labels(desk.change);
    let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
    let schema = schema::summary(&labels);
    let told = tell(desk, areas, report, findings, &schema)?;
    let write = || Ok((prompt(desk, &told, &schema)?, schema.clone()));
    let question = Question {
        id: "summary".to_string(),
        write: Box::new(write),
    };
    let answer = ask(desk, &[question], &["purpose", "majors", "risks"])?.pop();
    Ok(match answer {
        Some(Ok(value)) => read(desk.change, &value),
        Some(Err(lost)) => Err(lost.why()),
        None => Err("nothing was asked".to_string()),
    })
}

fn prompt(desk: &Desk, told: &Told, schema: &str) -> Result<String, Stop> {
    let texts = [
        ("title", told.title.as_str()),
        ("body", &told.body),
        ("commits", &told.commits),
        ("map", &told.map),
        ("findings", &told.findings),
        ("notes", &told.notes),
        ("schema", desk.spelled(schema)),
    ];
    desk.render("summary", &texts)
}

/// Divides the room of the prompt: the notes get what the rest leaves of it.
fn tell(
    desk: &Desk,
    areas: &[Area],
    report: &Report,
    findings: &[Finding],
    schema: &str,
) -> Result<Told, Stop> {
    let x = || "x".to_string();
    let bare = Told {
        title: x(),
        body: x(),
        commits: x(),
        map: x(),
        findings: x(),
        notes: x(),
    };
    let room = desk.room(&prompt(desk, &bare, schema)?, schema);
    let change = desk.change;
    let title = desk.clipped(&visible(&change.title), room / 16);
    let body = desk.clipped(&visible(change.body.trim()), room / 8);
    let commits = desk.clipped(&commits(change), room / 4);
    let map = desk.clipped(&map_of(change, areas), room / 8);
    let findings = desk.clipped(&findings_of(findings), room / 8);
    let used: usize = [&title, &body, &commits, &map, &findings]
        .into_iter()
        .map(|text| desk.cx.tokens(text))
        .sum();
    let notes = digests::condense(desk, notes(change, report), room.saturating_sub(used))?;
    Ok(Told {
        title,
        body,
        commits,
        map,
        findings,
        notes,
    })
}

/// Names of the commits in prompt and answer: their numbers. One commit is the pull request itself.
fn labels(change: &Change) -> Vec<String> {
    let described = if change.commits.len() > 1 {
        change.commits.len().min(COMMITS)
    } else {
        0
    };
    (1..=described).map(|nth| nth.to_string()).collect()
}

fn commits(change: &Change) -> String {
    let mut out = String::new();
    for (nth, commit) in (1..).zip(&change.commits).take(COMMITS) {
        let _ = writeln!(out, "{nth}: {}", clip(visible(&commit.message).trim(), 400));
        let paths: Vec<String> = commit
            .paths
            .iter()
            .take(6)
            .map(|path| visible(path))
            .collect();
        if !paths.is_empty() {
            let _ = writeln!(
                out,
                "   touches {} files: {}",
                commit.paths.len(),
                paths.join(", ")
            );
        }
    }
    out
}

fn map_of(change: &Change, areas: &[Area]) -> String {
    let mut out = String::new();
    for area in areas {
        let _ = writeln!(
            out,
            "{}: {} files, +{} -{}",
            area.name, area.files, area.additions, area.deletions
        );
    }
    let mut files: Vec<_> = change.files.iter().collect();
    files.sort_by_key(|file| std::cmp::Reverse(map::size(file)));
    for file in files.into_iter().take(FILES) {
        let (path, status) = (visible(&file.path), show::words(file.status));
        let unseen = file
            .absent
            .as_ref()
            .map(|reason| format!(" ({reason})"))
            .unwrap_or_default();
        let _ = writeln!(
            out,
            "{path} {status} +{} -{}{}",
            file.additions,
            file.deletions,
            visible(&unseen)
        );
    }
    out
}

fn findings_of(findings: &[Finding]) -> String {
    let line = |finding: &Finding| {
        let title = clip(&visible(&finding.title), 200);
        format!(
            "{} {} {}:{} {title}\n",
            show::severity(finding.severity),
            finding.category,
            visible(&finding.path),
            finding.line
        )
    };
    findings.iter().take(FINDINGS).map(line).collect()
}

/// What the chunks' answers say, one note a line.
fn notes(change: &Change, report: &Report) -> Vec<String> {
    let files = report
        .notes
        .iter()
        .filter_map(|(at, note)| Some((change.files.get(*at)?, note)));
    let files = files.map(|(file, note)| format!("{}: {}\n", visible(&file.path), visible(note)));
    files
        .chain(
            report
                .risks
                .iter()
                .map(|risk| format!("risk: {}\n", visible(risk))),
        )
        .collect()
}

fn read(change: &Change, value: &Value) -> Result<Summary, String> {
    let purpose = text(value, &["purpose", "summary"]);
    if purpose.is_empty() {
        return Err("the model's summary does not say what the pull request does".to_string());
    }
    let sentences = |name: &str| {
        sentences(value, name)
            .iter()
            .take(10)
            .map(|text| clip(text, 1200))
            .collect()
    };
    let commits = list(value, "commits")
        .iter()
        .filter_map(|said| commit(change, said))
        .collect();
    Ok(Summary {
        purpose: clip(&purpose, 6000),
        majors: sentences("majors"),
        risks: sentences("risks"),
        commits,
    })
}

/// What is said about one commit, under its full name.
fn commit(change: &Change, said: &Value) -> Option<Note> {
    let nth: usize = text(said, &["commit", "name", "id"]).parse().ok()?;
    let commit = change.commits.get(nth.checked_sub(1)?)?;
    let text = text(said, &["text", "summary", "note"]);
    (!text.is_empty()).then(|| Note {
        name: commit.sha.clone(),
        text: clip(&text, 1200),
    })
}
