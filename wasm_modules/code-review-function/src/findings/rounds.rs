//! The first rounds: every chunk is shown to the model, and split in halves if it is too large.

use serde_json::Value;

use crate::ask::answer_guard::{AnswerGuard, is_repetitive, is_same};
use crate::ask::answers::{list, number, text};
use crate::ask::budget;
use crate::ask::chunks::{Chunk, Limits, partition};
use crate::ask::file_diffs::{FilePart, is_contestable, parts};
use crate::ask::host::Stop;
use crate::ask::needs;
use crate::ask::pieces::Layout;
use crate::ask::prompt_context::{ChunkMaterial, PromptContext, lens};
use crate::ask::questions::{Question, Unanswered, ask_sparing};
use crate::ask::schema::{MOST_FINDINGS, RISKS, SIMPLE_FINDINGS};
use crate::diff::triage::FileDecision;
use crate::findings::claims::{ChunkClaims, Claim, Subject};
use crate::findings::parse::{self, ShownFile};
use crate::findings::report::ModelReport;
use crate::text::visible::{clip, visible};
use crate::wit::Finding;

/// How often a chunk is split before its files count as not reviewed.
const HALVINGS: usize = 3;
/// The most bytes of a risk, and of an objection to a rule.
const SENTENCE: usize = 600;
/// The most words of a short note.
const SHORT: usize = 12;
/// A diff with fewer bytes is read once: a second reading finds nothing more.
const REPEATED: usize = 1500;
/// The confidence of findings for which the model gives none, and for models that are not asked for
/// it.
const UNSAID: f32 = 0.7;
const UNASKED: f32 = 0.7;
/// A chunk with more bytes than this is split if it exceeds the budget.
const LEAST_HALVED: usize = 12_000;
/// Why files are not reviewed whose answer says nothing.
const NOTHING: &str = "the model's answer repeats the question or names nothing of the change";

/// A question about a chunk, and how often the chunk has been split.
struct OpenChunk<'a> {
    /// "3", "3/a".
    name: String,
    chunk: Chunk<'a>,
    halved: usize,
    /// The number of the reading, from 0.
    pass: usize,
}

/// What an answer about a chunk is read with.
struct Reading<'r> {
    context: &'r PromptContext<'r>,
    signals: &'r [Finding],
    layout: Layout,
}

/// Asks about every file to review, the most important first, and those of one group together.
pub fn review_chunks<'a>(
    context: &PromptContext<'a>,
    decisions: Vec<FileDecision>,
    signals: &[Finding],
    groups: &[Vec<usize>],
) -> Result<ModelReport<'a>, Stop> {
    let room = context.chunk_room()?;
    let layout = Layout::of(room);
    let parts = parts(context.change, decisions, signals, groups, layout);
    let mut report = ModelReport {
        simple: context.simple(),
        ..ModelReport::default()
    };
    report.note_clipped(&parts, layout);
    let reading = Reading {
        context,
        signals,
        layout,
    };
    let mut open = report.open(context, parts, room);
    while !open.is_empty() {
        open.sort_by_cached_key(|one| budget::importance(&one.chunk));
        let answers = answers(context, &open)?;
        let again = open.into_iter().zip(answers);
        open = again
            .flat_map(|(one, answer)| report.take(&reading, one, answer))
            .collect();
    }
    if !context.replacements() {
        report.clear_replacements();
    }
    report.drop_repeated();
    report.note_later();
    report.note_dropped();
    report.note_unsound();
    Ok(report)
}

/// The most files of a chunk: as many as the answer has room for.
fn files(context: &PromptContext) -> usize {
    if context.simple() {
        return 1;
    }
    ((context.model.answer as usize).saturating_sub(200) / 40).clamp(4, 50)
}

fn answers(
    context: &PromptContext,
    open: &[OpenChunk],
) -> Result<Vec<Result<Value, Unanswered>>, Stop> {
    let questions: Vec<Question> = open.iter().map(|one| question(context, one)).collect();
    let fields = ["notes", "note", "findings", "risks"];
    ask_sparing(context, &questions, &fields, |at| {
        open.get(at)
            .map_or(0, |one| budget::after_chunk(context, &one.chunk))
    })
}

fn question<'q>(context: &'q PromptContext, open: &'q OpenChunk) -> Question<'q> {
    let write = move || {
        let paths = open.chunk.paths();
        let contestable = open.chunk.parts.iter().any(|part| part.diff.contestable);
        let schema = context.chunk_schema(&paths, contestable);
        let diff = open.chunk.show();
        let material = ChunkMaterial {
            map: context.map(&open.chunk.files().collect::<Vec<_>>()),
            lens: lens(open.pass).to_string(),
            contestable,
            rules: context.rules(open.chunk.files()),
            reports: context.reports(open.chunk.files()),
            learnings: context.learnings(&paths),
            surroundings: context.surroundings(open.chunk.files(), &diff),
        };
        let prompt = context.chunk_prompt(&diff, &material, &schema)?;
        Ok((prompt, schema))
    };
    let reading = match open.pass {
        0 => String::new(),
        pass => format!("/pass{}", pass + 1),
    };
    Question {
        id: format!("chunk/{}{reading}", open.name),
        write: Box::new(write),
    }
}

impl<'a> ModelReport<'a> {
    /// The numbered chunks to ask about. Files of which not even one line fits are recorded as
    /// missed.
    fn open(
        &mut self,
        context: &PromptContext,
        parts: Vec<FilePart<'a>>,
        room: usize,
    ) -> Vec<OpenChunk<'a>> {
        let limits = Limits {
            room,
            files: files(context),
        };
        let (chunks, misfits) = partition(context, parts, limits);
        let small = "the model's context is too small for any part of it";
        self.miss(&misfits, Unanswered::Other(small.to_string()));
        let readings = |(nth, chunk): (usize, Chunk<'a>)| {
            let bytes: usize = chunk.parts.iter().map(FilePart::bytes).sum();
            let passes = if bytes < REPEATED {
                1
            } else {
                context.passes()
            };
            (0..passes).map(move |pass| OpenChunk {
                name: nth.to_string(),
                chunk: chunk.clone(),
                halved: 0,
                pass,
            })
        };
        (1..).zip(chunks).flat_map(readings).collect()
    }

    /// Reads an answer; returns the halves that must be asked again.
    fn take(
        &mut self,
        reading: &Reading,
        open: OpenChunk<'a>,
        answer: Result<Value, Unanswered>,
    ) -> Vec<OpenChunk<'a>> {
        match answer {
            Ok(value) => self.read(reading, open, &value),
            Err(lost) if open.pass > 0 => self.note_unrepeated(lost),
            Err(Unanswered::TooLong(why, part)) => {
                match open.chunk.halves().filter(|_| open.halved < HALVINGS) {
                    Some((one, other)) => return halves(&open, [one, other]),
                    None => {
                        let why = format!("even in small parts, {why}");
                        self.read_part(reading, open, part, why);
                    }
                }
            }
            Err(Unanswered::Budget(why)) => {
                // A part may be within the budget, if the whole is not.
                let bytes: usize = open.chunk.parts.iter().map(FilePart::bytes).sum();
                match open.chunk.halves().filter(|_| bytes > LEAST_HALVED) {
                    Some((one, other)) => return halves(&open, [one, other]),
                    None => self.miss(&open.chunk.parts, Unanswered::Budget(why)),
                }
            }
            Err(Unanswered::Broken(why, part)) => self.read_part(reading, open, Some(part), why),
            Err(lost) => self.miss(&open.chunk.parts, lost),
        }
        Vec::new()
    }

    /// Reads an answer. If all of it says nothing, the files count as missed.
    fn read(&mut self, reading: &Reading, open: OpenChunk<'a>, value: &Value) {
        let parts = &open.chunk.parts;
        let guard = guard(reading.context, &open.chunk);
        let unsound = self.unsound;
        // The notes of the first reading are enough.
        let noted = open.pass > 0 || self.read_notes(parts, value, &guard);
        let mut claims = self.read_findings(parts, value, reading.layout, &guard);
        if self.unsound > unsound && !noted && claims.is_empty() {
            self.miss(parts, Unanswered::Other(NOTHING.to_string()));
            return;
        }
        claims.extend(self.read_risks(parts, value, &guard));
        claims.extend(read_objections(parts, value, reading.signals));
        self.read.extend(parts.iter().map(|part| part.diff.file));
        self.claim(ChunkClaims {
            name: open.name,
            chunk: open.chunk,
            claims,
        });
    }

    fn note_unrepeated(&mut self, lost: Unanswered) {
        let why = clip(&lost.reason(), 400);
        let told = format!("Not everything was read as often as configured: {why}.");
        if !self.problems.contains(&told) {
            self.problems.push(told);
        }
    }

    /// Reads what it can of an answer, and records its files as missed, because its end is unknown.
    fn read_part(
        &mut self,
        reading: &Reading,
        open: OpenChunk<'a>,
        part: Option<Value>,
        why: String,
    ) {
        let parts = open.chunk.parts.clone();
        if let Some(part) = part {
            self.read(reading, open, &part);
        }
        self.miss(&parts, Unanswered::Other(why));
    }

    /// Whether there is a note that says something.
    fn read_notes(&mut self, parts: &[FilePart], value: &Value, guard: &AnswerGuard) -> bool {
        let mut noted = false;
        for note in list(value, "notes") {
            let path = text(note, &["path", "file"]);
            let said = text(note, &["text", "note", "summary"]);
            if let Some(part) = named(parts, &path) {
                noted |= self.note(part, &said, guard);
            }
        }
        if let [part] = parts {
            noted |= self.note(part, &text(value, &["note"]), guard);
        }
        noted
    }

    fn note(&mut self, part: &FilePart, said: &str, guard: &AnswerGuard) -> bool {
        if said.is_empty() {
            return false;
        }
        // A few words of a capable model may be those of the author.
        let is_short = !self.simple && said.split_whitespace().count() <= SHORT;
        let repeats = self.simple && is_repetitive(said);
        if repeats || (guard.is_copy(said) && !is_short) {
            self.unsound += 1;
            return false;
        }
        let known = self.notes.entry(part.diff.file).or_default();
        *known = clip(format!("{known} {said}").trim(), 1200);
        true
    }

    fn read_risks(&mut self, parts: &[FilePart], value: &Value, guard: &AnswerGuard) -> Vec<Claim> {
        let mut claims = Vec::new();
        for risk in list(value, "risks").iter().take(RISKS) {
            let said = risk.as_str().map_or_else(
                || text(risk, &["text", "risk", "description", "title"]),
                |said| said.trim().to_string(),
            );
            let part = named(parts, &text(risk, &["path", "file"])).or(parts.first());
            match part {
                Some(part) if !said.is_empty() && guard.is_sound(&said) => claims.push(Claim {
                    subject: Subject::Risk {
                        path: part.diff.path.to_string(),
                        text: clip(&said, SENTENCE),
                    },
                    needs: needs::read(risk),
                }),
                _ => self.unsound += usize::from(!said.is_empty()),
            }
        }
        claims
    }

    fn read_findings(
        &mut self,
        parts: &[FilePart],
        value: &Value,
        layout: Layout,
        guard: &AnswerGuard,
    ) -> Vec<Claim> {
        let shown = |path: &str| {
            named(parts, path).map(|part| ShownFile {
                path: part.diff.path,
                hunks: &part.diff.hunks,
                contexts: &part.diff.contexts,
                width: layout.line,
            })
        };
        let said = list(value, "findings").iter();
        let (most, unsaid) = if self.simple {
            (SIMPLE_FINDINGS, UNASKED)
        } else {
            (MOST_FINDINGS, UNSAID)
        };
        let mut claims = Vec::new();
        for value in said {
            match parse::read(value, unsaid, shown) {
                Ok(finding) if claims.len() >= most => drop(finding),
                Ok(finding) if is_sound(&finding, guard, self.simple) => claims.push(Claim {
                    subject: Subject::Finding(finding),
                    needs: needs::read(value),
                }),
                Ok(_) => self.unsound += 1,
                Err(_) => self.dropped += 1,
            }
        }
        claims
    }
}

/// The objections to findings of rules in these files.
fn read_objections(parts: &[FilePart], value: &Value, signals: &[Finding]) -> Vec<Claim> {
    let said = list(value, "contradicted").iter();
    let objection = |said: &Value| {
        let number = number(said, &["rule", "number"])? as usize;
        let finding = signals.get(number.checked_sub(1)?)?;
        let is_shown = parts.iter().any(|part| part.diff.path == finding.path);
        let reason = text(said, &["reason", "text"]);
        let counts = is_shown && is_contestable(finding) && !reason.is_empty();
        counts.then(|| Claim {
            subject: Subject::Objection {
                number,
                finding: finding.clone(),
                reason: clip(&reason, SENTENCE),
            },
            needs: Vec::new(),
        })
    };
    said.filter_map(objection).take(4).collect()
}

/// What the model read to give its answer about `chunk`. A path alone names nothing.
fn guard(context: &PromptContext, chunk: &Chunk) -> AnswerGuard {
    let (diff, change) = (chunk.show(), context.change);
    let lines: Vec<&str> = diff
        .lines()
        .filter(|line| !line.starts_with("### "))
        .collect();
    let asked = context.instructions("chunk");
    AnswerGuard::new(
        &[&asked, &diff, &change.title, &change.body],
        &[&lines.join("\n"), &change.title, &change.body],
        &context.settings.language,
    )
}

/// Whether the finding says something about the change in words of its own. A small model is held
/// to name something of it, and to a title of its own.
fn is_sound(finding: &Finding, guard: &AnswerGuard, simple: bool) -> bool {
    let (title, body) = (finding.title.as_str(), finding.body.as_str());
    let text = format!("{title}. {body}");
    let says_something = [title, body]
        .iter()
        .any(|part| guard.says_something(part, simple));
    let copied = guard.is_copy(&text) || (simple && !guard.says_something(title, false));
    says_something && !copied && !is_same(title, body) && !is_repetitive(&text)
}

fn halves<'a>(open: &OpenChunk<'a>, chunks: [Chunk<'a>; 2]) -> Vec<OpenChunk<'a>> {
    let halves = ["a", "b"].into_iter().zip(chunks);
    let readable =
        halves.filter(|(_, chunk)| chunk.parts.iter().any(|part| !part.pieces.is_empty()));
    readable
        .map(|(half, chunk)| OpenChunk {
            name: format!("{}/{half}", open.name),
            chunk,
            halved: open.halved + 1,
            pass: open.pass,
        })
        .collect()
}

/// The part that the model means by `path`: the exact path, the path as shown, or a unique ending
/// of it.
fn named<'c, 'a>(parts: &'c [FilePart<'a>], path: &str) -> Option<&'c FilePart<'a>> {
    let slashed = path.replace('\\', "/");
    let known = |path: &str| parts.iter().any(|part| part.diff.path == path);
    let path = if known(path) { path } else { slashed.as_str() };
    let exact = parts
        .iter()
        .find(|part| part.diff.path == path || visible(part.diff.path) == path);
    let ending = format!(
        "/{}",
        path.trim_start_matches("./").trim_start_matches("b/")
    );
    let mut ending = parts
        .iter()
        .filter(|part| !path.is_empty() && format!("/{}", part.diff.path).ends_with(&ending));
    exact.or_else(|| ending.next().filter(|_| ending.next().is_none()))
}
