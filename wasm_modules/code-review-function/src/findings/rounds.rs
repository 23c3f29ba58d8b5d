//! The first rounds: every chunk is shown to the model, and split in halves if it is too large.

use serde_json::Value;

use crate::ask::answer_guard::{AnswerGuard, is_repetitive, is_same};
use crate::ask::answers::{list, sentences, text};
use crate::ask::budget;
use crate::ask::chunks::{Chunk, Limits, partition};
use crate::ask::file_diffs::{FilePart, parts};
use crate::ask::host::Stop;
use crate::ask::pieces::Layout;
use crate::ask::prompt_context::{ChunkMaterial, PromptContext};
use crate::ask::questions::{Question, Unanswered, ask_sparing};
use crate::ask::schema::SIMPLE_FINDINGS;
use crate::diff::triage::FileDecision;
use crate::findings::parse::{self, ShownFile};
use crate::findings::report::{ChunkFindings, ModelReport};
use crate::text::visible::{clip, visible};
use crate::wit::Finding;

/// How often a chunk is split before its files count as not reviewed.
const HALVINGS: usize = 3;
/// The most findings that are taken from one answer.
const FINDINGS: usize = 12;
/// The confidence of findings for which the model gives none, and for models that are not asked for
/// it.
const UNSAID: f32 = 0.5;
const UNASKED: f32 = 0.7;
/// Why files are not reviewed whose answer says nothing.
const NOTHING: &str = "the model's answer repeats the question or names nothing of the change";

/// A question about a chunk, and how often the chunk has been split.
struct OpenChunk<'a> {
    /// "3", "3/a".
    name: String,
    chunk: Chunk<'a>,
    halved: usize,
}

/// Asks about every file to review, the most important first.
pub fn review_chunks<'a>(
    context: &PromptContext<'a>,
    decisions: Vec<FileDecision>,
    signals: &[Finding],
) -> Result<ModelReport<'a>, Stop> {
    let room = context.chunk_room()?;
    let layout = Layout::of(room);
    let parts = parts(context.change, decisions, signals, layout);
    let mut report = ModelReport {
        simple: context.simple(),
        ..ModelReport::default()
    };
    report.note_clipped(&parts, layout);
    let mut open = report.open(context, parts, room);
    while !open.is_empty() {
        open.sort_by_cached_key(|one| budget::importance(&one.chunk));
        let answers = answers(context, &open)?;
        let again = open.into_iter().zip(answers);
        open = again
            .flat_map(|(one, answer)| report.take(context, one, answer, layout))
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
        let schema = context.chunk_schema(&paths);
        let diff = open.chunk.show();
        let rules = context.rules(open.chunk.files());
        let material = ChunkMaterial {
            rules,
            reports: context.reports(open.chunk.files()),
            learnings: context.learnings(&paths),
            surroundings: context.surroundings(open.chunk.files(), &diff),
        };
        let prompt = context.chunk_prompt(&diff, &material, &schema)?;
        Ok((prompt, schema))
    };
    Question {
        id: format!("chunk/{}", open.name),
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
        let open = |(nth, chunk): (usize, _)| OpenChunk {
            name: nth.to_string(),
            chunk,
            halved: 0,
        };
        (1..).zip(chunks).map(open).collect()
    }

    /// Reads an answer; returns the halves that must be asked again.
    fn take(
        &mut self,
        context: &PromptContext,
        open: OpenChunk<'a>,
        answer: Result<Value, Unanswered>,
        layout: Layout,
    ) -> Vec<OpenChunk<'a>> {
        match answer {
            Ok(value) => self.read(context, open, &value, layout),
            Err(Unanswered::TooLong(why, part)) => {
                match open.chunk.halves().filter(|_| open.halved < HALVINGS) {
                    Some((one, other)) => return halves(&open, [one, other]),
                    None => {
                        let why = format!("even in small parts, {why}");
                        self.read_part(context, open, part, why, layout);
                    }
                }
            }
            Err(Unanswered::Broken(why, part)) => {
                self.read_part(context, open, Some(part), why, layout)
            }
            Err(lost) => self.miss(&open.chunk.parts, lost),
        }
        Vec::new()
    }

    /// Reads an answer. If all of it says nothing, the files count as missed.
    fn read(
        &mut self,
        context: &PromptContext,
        open: OpenChunk<'a>,
        value: &Value,
        layout: Layout,
    ) {
        let parts = &open.chunk.parts;
        let guard = guard(context, &open.chunk);
        let unsound = self.unsound;
        let noted = self.read_notes(parts, value, &guard);
        self.read_risks(value, &guard);
        let findings = self.read_findings(parts, value, layout, &guard);
        if self.unsound > unsound && !noted && findings.is_empty() {
            self.miss(parts, Unanswered::Other(NOTHING.to_string()));
            return;
        }
        self.read.extend(parts.iter().map(|part| part.diff.file));
        if !findings.is_empty() {
            self.found.push(ChunkFindings {
                name: open.name,
                chunk: open.chunk,
                findings,
            });
        }
    }

    /// Reads what it can of an answer, and records its files as missed, because its end is unknown.
    fn read_part(
        &mut self,
        context: &PromptContext,
        open: OpenChunk<'a>,
        part: Option<Value>,
        why: String,
        layout: Layout,
    ) {
        let parts = open.chunk.parts.clone();
        if let Some(part) = part {
            self.read(context, open, &part, layout);
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
        if guard.is_copy(said) {
            self.unsound += 1;
            return false;
        }
        let known = self.notes.entry(part.diff.file).or_default();
        *known = clip(format!("{known} {said}").trim(), 1200);
        true
    }

    fn read_risks(&mut self, value: &Value, guard: &AnswerGuard) {
        let said = sentences(value, "risks").into_iter().take(3);
        let (sound, unsound): (Vec<_>, Vec<_>) = said.partition(|risk| guard.is_sound(risk));
        self.unsound += unsound.len();
        self.risks.extend(sound.iter().map(|risk| clip(risk, 600)));
    }

    fn read_findings(
        &mut self,
        parts: &[FilePart],
        value: &Value,
        layout: Layout,
        guard: &AnswerGuard,
    ) -> Vec<Finding> {
        let shown = |path: &str| {
            named(parts, path).map(|part| ShownFile {
                path: part.diff.path,
                hunks: &part.diff.hunks,
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
            .map(|finding| parse::read(finding, unsaid, shown))
            .partition(Result::is_ok);
        self.dropped += unfit.len();
        let (sound, unsound): (Vec<_>, Vec<_>) = fit
            .into_iter()
            .flatten()
            .take(most)
            .partition(|finding| is_sound(finding, guard, self.simple));
        self.unsound += unsound.len();
        sound
    }
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
