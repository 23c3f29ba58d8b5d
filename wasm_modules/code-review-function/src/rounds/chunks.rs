//! The first rounds: every chunk is shown to the model, in halves when it was too much.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::chunks::{Chunk, Limits, partition};
use crate::desk::Desk;
use crate::findings;
use crate::fold::Stop;
use crate::pieces::Layout;
use crate::questions::{Question, Unanswered, ask};
use crate::reading::{list, sentences, text};
use crate::schema;
use crate::sheets::{Part, parts};
use crate::show;
use crate::triage::Fate;
use crate::visible::{clip, visible};
use crate::wit::Finding;

/// How often a chunk is halved before its files are named as not reviewed.
const HALVINGS: usize = 3;

/// What the model said about the files, by their place in the change.
#[derive(Default)]
pub struct Report {
    pub notes: BTreeMap<usize, String>,
    pub findings: Vec<Finding>,
    pub risks: Vec<String>,
    /// Files that were shown, at least in part, and answered.
    pub read: BTreeSet<usize>,
    /// Why a file, or a part of it, was not reviewed.
    pub missed: BTreeMap<usize, String>,
    /// What the reader should know about how it went.
    pub problems: Vec<String>,
    /// Findings that fit nothing that the diff shows.
    dropped: usize,
}

/// A question about a chunk, and how often it has been halved.
struct Open<'a> {
    id: String,
    chunk: Chunk<'a>,
    halved: usize,
}

/// Asks about every file to be read.
pub fn review(desk: &Desk, fates: Vec<Fate>, signals: &[Finding]) -> Result<Report, Stop> {
    let room = desk.chunk_room()?;
    let layout = Layout::of(room);
    let parts = parts(desk.change, fates, signals, layout);
    let mut report = Report::default();
    report.tell_clipped(&parts, layout);
    let (chunks, misfits) = partition(
        desk,
        parts,
        Limits {
            room,
            files: files(desk),
        },
    );
    report.miss(&misfits, "the model's context is too small for any of it");
    let mut open: Vec<Open> = (1..)
        .zip(chunks)
        .map(|(nth, chunk)| Open {
            id: format!("chunk/{nth}"),
            chunk,
            halved: 0,
        })
        .collect();
    while !open.is_empty() {
        let questions: Vec<Question> = open.iter().map(|one| question(desk, one)).collect();
        let answers = ask(desk, &questions, &["notes", "findings", "risks"])?;
        drop(questions);
        open = open
            .into_iter()
            .zip(answers)
            .flat_map(|(one, answer)| report.take(one, answer))
            .collect();
    }
    report.tell_dropped();
    Ok(report)
}

/// Files that a chunk may have: as many as the answer has room to say something about.
fn files(desk: &Desk) -> usize {
    ((desk.model.answer as usize).saturating_sub(200) / 40).clamp(4, 50)
}

fn question<'q>(desk: &'q Desk, open: &'q Open) -> Question<'q> {
    let write = move || {
        let schema = schema::chunk(&open.chunk.paths());
        let rules = desk.rules(open.chunk.files());
        Ok((desk.chunk_prompt(&open.chunk.show(), &rules, &schema)?, schema))
    };
    Question {
        id: open.id.clone(),
        write: Box::new(write),
    }
}

impl Report {
    /// Takes in an answer; what has to be asked again in halves comes back.
    fn take<'a>(&mut self, open: Open<'a>, answer: Result<Value, Unanswered>) -> Vec<Open<'a>> {
        match answer {
            Ok(value) => self.read(&open.chunk, &value),
            Err(Unanswered::Because(why) | Unanswered::Budget(why)) => {
                self.miss(&open.chunk.parts, &why)
            }
            Err(Unanswered::TooLong(why)) => {
                match open.chunk.halves().filter(|_| open.halved < HALVINGS) {
                    Some((one, other)) => return halves(&open, [one, other]),
                    None => self.miss(
                        &open.chunk.parts,
                        &format!("asked in small parts and still {why}"),
                    ),
                }
            }
        }
        Vec::new()
    }

    fn read(&mut self, chunk: &Chunk, value: &Value) {
        let part = |path: &str| named(chunk, path);
        for note in list(value, "notes") {
            let (path, said) = (
                text(note, &["path", "file"]),
                text(note, &["text", "note", "summary"]),
            );
            if let Some(part) = part(&path).filter(|_| !said.is_empty()) {
                let known = self.notes.entry(part.sheet.file).or_default();
                *known = clip(format!("{known} {said}").trim(), 1200);
            }
        }
        for finding in list(value, "findings") {
            match findings::read(finding, |path| {
                part(path).map(|part| (part.sheet.path, part.sheet.hunks.as_slice()))
            }) {
                Ok(finding) => self.findings.push(finding),
                Err(_) => self.dropped += 1,
            }
        }
        self.risks.extend(
            sentences(value, "risks")
                .into_iter()
                .take(3)
                .map(|risk| clip(&risk, 600)),
        );
        self.read
            .extend(chunk.parts.iter().map(|part| part.sheet.file));
    }

    /// Files whose lines nobody answered for. What has none to show is reviewed by its name.
    fn miss(&mut self, parts: &[Part], why: &str) {
        let missed: Vec<&Part> = parts
            .iter()
            .filter(|part| !part.sheet.hunks.is_empty())
            .collect();
        let fresh: Vec<&str> = missed
            .iter()
            .filter(|part| !self.missed.contains_key(&part.sheet.file))
            .map(|part| part.sheet.path)
            .collect();
        if !fresh.is_empty() {
            self.problems.push(format!(
                "Not reviewed: {}: {}",
                names(&fresh),
                clip(why, 400)
            ));
        }
        for part in missed {
            self.missed
                .entry(part.sheet.file)
                .or_insert_with(|| clip(why, 900));
        }
    }

    fn tell_clipped(&mut self, parts: &[Part], layout: Layout) {
        let long = |part: &&Part| show::clipped(&part.sheet.hunks, layout.line) > 0;
        let paths: Vec<&str> = parts
            .iter()
            .filter(long)
            .map(|part| part.sheet.path)
            .collect();
        if !paths.is_empty() {
            self.problems.push(format!(
                "Lines longer than {} bytes were shown to the model shortened: {}.",
                layout.line,
                names(&paths)
            ));
        }
    }

    fn tell_dropped(&mut self) {
        match self.dropped {
            0 => {}
            1 => self.problems.push(
                "One finding of the model fits no line of the diff and was dropped.".to_string(),
            ),
            many => self.problems.push(format!(
                "{many} findings of the model fit no line of the diff and were dropped."
            )),
        }
    }
}

fn halves<'a>(open: &Open<'a>, chunks: [Chunk<'a>; 2]) -> Vec<Open<'a>> {
    let halves = ["a", "b"].into_iter().zip(chunks);
    let readable =
        halves.filter(|(_, chunk)| chunk.parts.iter().any(|part| !part.pieces.is_empty()));
    readable
        .map(|(name, chunk)| Open {
            id: format!("{}/{name}", open.id),
            chunk,
            halved: open.halved + 1,
        })
        .collect()
}

/// The part of the chunk that the model means by `path`: as it is written, as it was shown, or by
/// its end if that is enough to tell it.
fn named<'c, 'a>(chunk: &'c Chunk<'a>, path: &str) -> Option<&'c Part<'a>> {
    let parts = &chunk.parts;
    let exact = parts
        .iter()
        .find(|part| part.sheet.path == path || visible(part.sheet.path) == path);
    let ending = format!(
        "/{}",
        path.trim_start_matches("./").trim_start_matches("b/")
    );
    let mut ending = parts
        .iter()
        .filter(|part| !path.is_empty() && format!("/{}", part.sheet.path).ends_with(&ending));
    exact.or_else(|| ending.next().filter(|_| ending.next().is_none()))
}

/// The first of `paths`, and how many there are beside them.
fn names(paths: &[&str]) -> String {
    let shown: Vec<String> = paths
        .iter()
        .take(3)
        .map(|path| clip(&visible(path), 200))
        .collect();
    let more = paths.len() - shown.len();
    if more == 0 {
        shown.join(", ")
    } else {
        format!("{} and {more} more", shown.join(", "))
    }
}
