//! The contents of the summary's prompt, within the available room.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::ask::host::Stop;
use crate::ask::prompt_context::PromptContext;
use crate::diff::overview::Overview;
use crate::diff::render;
use crate::findings::report::ModelReport;
use crate::summary::digests::{Line, condense};
use crate::summary::listing::Listing;
use crate::text::visible::{clip, one_line, visible};
use crate::wit::{Change, Finding};

/// The most commits, findings and risks; approximate tokens of a commit.
const COMMITS: usize = 30;
const COMMIT: usize = 60;
const FINDINGS: usize = 15;
const RISKS: usize = 20;
/// The least and the most bytes of a note on a file, and approximately of all notes.
const NOTE: (usize, usize) = (80, 240);
const NOTES: usize = 6000;
/// The most bytes of a note to condense.
const LONG: usize = 240;
/// Numbers of lines to try for the directories of a change with too many files.
const DIRECTORIES: [usize; 4] = [60, 30, 12, 4];

/// What the summary is made from: the change and its overview, the notes on its files, the
/// findings.
#[derive(Clone, Copy)]
pub struct SummaryInput<'m, 'd> {
    pub context: &'m PromptContext<'d>,
    pub overview: &'m Overview,
    pub report: &'m ModelReport<'d>,
    pub findings: &'m [Finding],
}

/// The contents of the prompt.
pub struct SummaryPrompt {
    pub title: String,
    pub body: String,
    pub commits: String,
    pub findings: String,
    pub listing: Listing,
    /// Risks from the chunks; for a large change, digests of its notes.
    pub notes: String,
}

impl SummaryPrompt {
    /// One letter for each part, to measure the prompt without its contents.
    pub fn bare() -> Self {
        let x = || "x".to_string();
        SummaryPrompt {
            title: x(),
            body: x(),
            commits: x(),
            findings: x(),
            listing: Listing::bare(x()),
            notes: x(),
        }
    }
}

/// Divides `room` tokens: the files get what the other parts leave.
pub fn compose(input: SummaryInput, room: usize) -> Result<SummaryPrompt, Stop> {
    let context = input.context;
    let change = context.change;
    let title = context.clipped(&one_line(&change.title, 300), room / 16);
    let body = clip(visible(change.body.trim()).trim(), 2000);
    let body = context.clipped(&body, room / 8);
    let findings = context.clipped(&findings_of(input.findings), room / 8);
    let texts = [&title, &body, &findings];
    let used: usize = texts
        .into_iter()
        .map(|text| context.host.tokens(text))
        .sum();
    let reserved = (change.commits.len() * COMMIT).min(room / 5);
    let (listing, notes) = files(input, room.saturating_sub(used + reserved))?;
    let commits = context.clipped(&commits(change, &listing), reserved);
    Ok(SummaryPrompt {
        title,
        body,
        commits,
        findings,
        listing,
        notes,
    })
}

/// The files with their notes, and the risks; if that is too long, the directories and digests of
/// the notes.
fn files(input: SummaryInput, room: usize) -> Result<(Listing, String), Stop> {
    let SummaryInput {
        context, report, ..
    } = input;
    let risks = report.risks.iter().take(RISKS);
    let risks: String = risks
        .map(|risk| format!("risk: {}\n", one_line(risk, 600)))
        .collect();
    let risks = context.clipped(&risks, room / 4);
    let left = room - context.host.tokens(&risks).min(room);
    let fair = NOTES / report.notes.len().max(1);
    for bytes in [fair.clamp(NOTE.0, NOTE.1), NOTE.0] {
        let listing = Listing::of_files(context.change, input.overview, report, bytes);
        if context.fits(&listing.text, left) {
            return Ok((listing, risks));
        }
    }
    let listing = directories(input, room / 3);
    let left = room - context.host.tokens(&listing.text).min(room);
    let digests = condense(context, notes(context.change, report), left)?;
    Ok((listing, digests))
}

fn directories(
    SummaryInput {
        context, overview, ..
    }: SummaryInput,
    room: usize,
) -> Listing {
    let listing = |most| Listing::of_directories(context.change, overview, most);
    let mut listings = DIRECTORIES.into_iter().map(listing);
    let first = listings.find(|listing| context.fits(&listing.text, room));
    first.unwrap_or_else(|| {
        let mut least = listing(1);
        least.text = context.clipped(&least.text, room);
        least
    })
}

/// The notes and risks from the chunks, as lines to condense.
fn notes(change: &Change, report: &ModelReport) -> Vec<Line> {
    let notes = report.notes.iter().filter_map(|(at, note)| {
        let path = &change.files.get(*at)?.path;
        Some(Line {
            key: path.clone(),
            text: format!("{}: {}\n", visible(path), one_line(note, LONG)),
        })
    });
    let risks = report.risks.iter().map(|risk| Line {
        key: risk.clone(),
        text: format!("risk: {}\n", one_line(risk, LONG)),
    });
    notes.chain(risks).collect()
}

/// Each commit's message, and the numbers of the files that it touches.
fn commits(change: &Change, listing: &Listing) -> String {
    let places = change.files.iter().zip(0..);
    let places: BTreeMap<&str, usize> = places.map(|(file, at)| (file.path.as_str(), at)).collect();
    let mut out = String::new();
    // A single commit is the pull request itself.
    if change.commits.len() < 2 {
        return out;
    }
    for (nth, commit) in (1..).zip(&change.commits).take(COMMITS) {
        let _ = write!(out, "{nth}: {}", one_line(&commit.message, 160));
        let paths = commit.paths.iter();
        let files = paths.filter_map(|path| places.get(path.as_str()).copied());
        let numbers = listing.numbers(files.collect());
        if numbers.is_empty() {
            out.push('\n');
        } else {
            let _ = writeln!(out, " (files {numbers})");
        }
    }
    out
}

fn findings_of(findings: &[Finding]) -> String {
    let told = |finding: &Finding| {
        let (severity, category) = (render::severity(finding.severity), &finding.category);
        let (path, title) = (visible(&finding.path), one_line(&finding.title, 120));
        format!("{severity} {category} {path}:{} {title}\n", finding.line)
    };
    findings.iter().take(FINDINGS).map(told).collect()
}
