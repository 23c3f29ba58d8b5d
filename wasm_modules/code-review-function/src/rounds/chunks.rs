//! The first rounds: every chunk is shown to the model, in halves when it was too much.

use serde_json::Value;

use crate::chunks::{Chunk, Limits, partition};
use crate::desk::Desk;
use crate::findings::{self, Shown};
use crate::fold::Stop;
use crate::pieces::Layout;
use crate::questions::{Question, Unanswered, ask_sparing};
use crate::reading::{list, sentences, text};
use crate::rounds::report::Found;
pub use crate::rounds::report::Report;
use crate::rounds::spending;
use crate::schema::SIMPLE_FINDINGS;
use crate::sheets::{Part, parts};
use crate::triage::Fate;
use crate::visible::{clip, visible};
use crate::wit::Finding;

/// How often a chunk is halved before its files are named as not reviewed.
const HALVINGS: usize = 3;
/// The most findings that are taken from one answer, the first ones.
const FINDINGS: usize = 12;
/// How sure findings count as about which the model says nothing; and of models that are not asked.
const UNSAID: f32 = 0.5;
const UNASKED: f32 = 0.7;

/// A question about a chunk, and how often it has been halved.
struct Open<'a> {
    /// "3", "3/a".
    name: String,
    chunk: Chunk<'a>,
    halved: usize,
}

/// Asks about every file to be read, the most important first.
pub fn review<'a>(
    desk: &Desk<'a>,
    fates: Vec<Fate>,
    signals: &[Finding],
) -> Result<Report<'a>, Stop> {
    let room = desk.chunk_room()?;
    let layout = Layout::of(room);
    let parts = parts(desk.change, fates, signals, layout);
    let mut report = Report {
        simple: desk.simple(),
        ..Report::default()
    };
    report.tell_clipped(&parts, layout);
    let mut open = report.open(desk, parts, room);
    while !open.is_empty() {
        open.sort_by_cached_key(|one| spending::importance(&one.chunk));
        let answers = answers(desk, &open)?;
        let again = open.into_iter().zip(answers);
        open = again
            .flat_map(|(one, answer)| report.take(one, answer, layout))
            .collect();
    }
    if !desk.replacements() {
        report.forget_replacements();
    }
    report.tell_later();
    report.tell_dropped();
    Ok(report)
}

/// Files that a chunk may have: as many as the answer has room to say something about.
fn files(desk: &Desk) -> usize {
    if desk.simple() {
        return 1;
    }
    ((desk.model.answer as usize).saturating_sub(200) / 40).clamp(4, 50)
}

fn answers(desk: &Desk, open: &[Open]) -> Result<Vec<Result<Value, Unanswered>>, Stop> {
    let questions: Vec<Question> = open.iter().map(|one| question(desk, one)).collect();
    let fields = ["notes", "note", "findings", "risks"];
    ask_sparing(desk, &questions, &fields, |at| {
        open.get(at)
            .map_or(0, |one| spending::after_chunk(desk, &one.chunk))
    })
}

fn question<'q>(desk: &'q Desk, open: &'q Open) -> Question<'q> {
    let write = move || {
        let schema = desk.chunk_schema(&open.chunk.paths());
        let rules = desk.rules(open.chunk.files());
        Ok((
            desk.chunk_prompt(&open.chunk.show(), &rules, &schema)?,
            schema,
        ))
    };
    Question {
        id: format!("chunk/{}", open.name),
        write: Box::new(write),
    }
}

impl<'a> Report<'a> {
    /// The chunks to ask about, by their numbers. Files of which not even a line fits are missed.
    fn open(&mut self, desk: &Desk, parts: Vec<Part<'a>>, room: usize) -> Vec<Open<'a>> {
        let limits = Limits {
            room,
            files: files(desk),
        };
        let (chunks, misfits) = partition(desk, parts, limits);
        let small = "the model's context is too small for any of it";
        self.miss(&misfits, Unanswered::Because(small.to_string()));
        let open = |(nth, chunk): (usize, _)| Open {
            name: nth.to_string(),
            chunk,
            halved: 0,
        };
        (1..).zip(chunks).map(open).collect()
    }

    /// Takes in an answer; what has to be asked again in halves comes back.
    fn take(
        &mut self,
        open: Open<'a>,
        answer: Result<Value, Unanswered>,
        layout: Layout,
    ) -> Vec<Open<'a>> {
        match answer {
            Ok(value) => self.read(open, &value, layout),
            Err(Unanswered::TooLong(why, part)) => {
                match open.chunk.halves().filter(|_| open.halved < HALVINGS) {
                    Some((one, other)) => return halves(&open, [one, other]),
                    None => {
                        let why = format!("asked in small parts and still {why}");
                        self.read_part(open, part, why, layout);
                    }
                }
            }
            Err(Unanswered::Broken(why, part)) => self.read_part(open, Some(part), why, layout),
            Err(lost) => self.miss(&open.chunk.parts, lost),
        }
        Vec::new()
    }

    fn read(&mut self, open: Open<'a>, value: &Value, layout: Layout) {
        let parts = &open.chunk.parts;
        self.read_notes(parts, value);
        let risks = sentences(value, "risks").into_iter().take(3);
        self.risks.extend(risks.map(|risk| clip(&risk, 600)));
        self.read.extend(parts.iter().map(|part| part.sheet.file));
        let findings = self.read_findings(parts, value, layout);
        if !findings.is_empty() {
            self.found.push(Found {
                name: open.name,
                chunk: open.chunk,
                findings,
            });
        }
    }

    /// Takes what can be read of an answer; what its end would have said is missed.
    fn read_part(&mut self, open: Open<'a>, part: Option<Value>, why: String, layout: Layout) {
        let parts = open.chunk.parts.clone();
        if let Some(part) = part {
            self.read(open, &part, layout);
        }
        self.miss(&parts, Unanswered::Because(why));
    }

    fn read_notes(&mut self, parts: &[Part], value: &Value) {
        for note in list(value, "notes") {
            let path = text(note, &["path", "file"]);
            let said = text(note, &["text", "note", "summary"]);
            if let Some(part) = named(parts, &path) {
                self.note(part, &said);
            }
        }
        if let [part] = parts {
            self.note(part, &text(value, &["note"]));
        }
    }

    fn note(&mut self, part: &Part, said: &str) {
        if !said.is_empty() {
            let known = self.notes.entry(part.sheet.file).or_default();
            *known = clip(format!("{known} {said}").trim(), 1200);
        }
    }

    fn read_findings(&mut self, parts: &[Part], value: &Value, layout: Layout) -> Vec<Finding> {
        let shown = |path: &str| {
            named(parts, path).map(|part| Shown {
                path: part.sheet.path,
                hunks: &part.sheet.hunks,
                width: layout.line,
            })
        };
        let said = list(value, "findings").iter();
        let (most, unsaid) = if self.simple {
            (SIMPLE_FINDINGS, UNASKED)
        } else {
            (FINDINGS, UNSAID)
        };
        let (fit, unfit): (Vec<_>, Vec<_>) = said
            .map(|finding| findings::read(finding, unsaid, shown))
            .partition(Result::is_ok);
        self.dropped += unfit.len();
        fit.into_iter().flatten().take(most).collect()
    }
}

fn halves<'a>(open: &Open<'a>, chunks: [Chunk<'a>; 2]) -> Vec<Open<'a>> {
    let halves = ["a", "b"].into_iter().zip(chunks);
    let readable =
        halves.filter(|(_, chunk)| chunk.parts.iter().any(|part| !part.pieces.is_empty()));
    readable
        .map(|(half, chunk)| Open {
            name: format!("{}/{half}", open.name),
            chunk,
            halved: open.halved + 1,
        })
        .collect()
}

/// The part that the model means by `path`: as it is written, as it was shown, or by its end if that is
/// enough to tell it.
fn named<'c, 'a>(parts: &'c [Part<'a>], path: &str) -> Option<&'c Part<'a>> {
    let slashed = path.replace('\\', "/");
    let known = |path: &str| parts.iter().any(|part| part.sheet.path == path);
    let path = if known(path) { path } else { slashed.as_str() };
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
