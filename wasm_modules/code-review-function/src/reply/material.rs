//! The contents of the prompt for a person's question, within the available room.

use crate::ask::host::Stop;
use crate::ask::prompt_context::PromptContext;
use crate::diff::overview::path;
use crate::reply::diff::{around, show};
use crate::reply::rank::ranked;
use crate::summary::listing::file_list;
use crate::text::visible::{clip, one_line, visible};
use crate::wit::{Change, Place, Question, Remark, Revision, Side, Spot, Status};

/// The most bytes of the repository's guidance, of a description, and of a question.
const GUIDANCE: usize = 1000;
const BODY: usize = 2000;
const QUESTION: usize = 4000;
/// Lines of the file that are shown before and after those of the question.
const AROUND: usize = 60;
/// The most files that are named as not shown.
const NAMES: usize = 3;

/// The contents of the prompt.
pub struct Material {
    pub title: String,
    pub body: String,
    pub guidance: String,
    /// What maintainers replied to earlier findings.
    pub learnings: String,
    pub map: String,
    pub diff: String,
    pub missing: String,
    pub text: String,
    /// What was looked up in the repository.
    pub passages: String,
    pub thread: String,
    pub place: String,
    pub question: String,
    /// A note for the reader about the parts of the diff that the model does not see; empty if it
    /// sees all.
    pub unseen: String,
}

impl Material {
    /// One letter for each part that may be present, to measure the prompt without its contents.
    pub fn bare(
        context: &PromptContext,
        question: &Question,
        (text, passages): (&str, &str),
    ) -> Self {
        let mark = |text: &str| if text.is_empty() { "" } else { "x" }.to_string();
        Material {
            title: mark("x"),
            body: mark("x"),
            guidance: mark("x"),
            learnings: mark(&learnings(context, question)),
            map: mark("x"),
            diff: mark("x"),
            missing: mark("x"),
            text: mark(text),
            passages: mark(passages),
            thread: mark("x"),
            place: place(question),
            question: mark(question.text.trim()),
            unseen: String::new(),
        }
    }
}

/// The text of the file around the lines of the question, if available.
pub fn surroundings(context: &PromptContext, question: &Question) -> Result<String, Stop> {
    let wanted = question
        .spot
        .as_ref()
        .filter(|_| context.settings.features.texts);
    let Some((spot, place)) = wanted.and_then(|spot| Some((spot, source(context.change, spot)?)))
    else {
        return Ok(String::new());
    };
    let text = context.host.fetch(vec![place])?.pop().flatten();
    Ok(around(text.unwrap_or_default(), spot, AROUND))
}

fn source(change: &Change, spot: &Spot) -> Option<Place> {
    let file = change.files.iter().find(|file| file.path == spot.path)?;
    let (path, revision, gone) = match spot.side {
        Side::Left => (file.previous.as_ref(), Revision::Base, Status::Added),
        Side::Right => (None, Revision::Head, Status::Removed),
    };
    (file.status != gone).then(|| Place {
        id: "text/spot".to_string(),
        path: path.unwrap_or(&file.path).clone(),
        revision,
    })
}

/// Divides `room` tokens: the diff gets what the other parts leave.
pub fn gather(
    context: &PromptContext,
    question: &Question,
    (text, passages): (&str, &str),
    room: usize,
) -> Material {
    let change = context.change;
    let short = |text: &str, bytes: usize, share: usize| {
        let text = clip(visible(text.trim()).trim(), bytes);
        context.clipped(&text, room / share)
    };
    let mut material = Material {
        title: context.clipped(&one_line(&change.title, 300), room / 16),
        body: short(&change.body, BODY, 12),
        guidance: short(&context.settings.guidance, GUIDANCE, 12),
        learnings: context.clipped(&learnings(context, question), room / 12),
        map: context.clipped(&file_list(change), room / 8),
        diff: String::new(),
        missing: String::new(),
        text: context.clipped(text, room / 5),
        passages: context.clipped(passages, room / 4),
        thread: thread(context, &question.thread, room / 6),
        place: place(question),
        question: short(&question.text, QUESTION, 6),
        unseen: String::new(),
    };
    let left = room.saturating_sub(material.tokens(context) + room / 16);
    let shown = show(context, question, &ranked(change, question), left);
    let names = shown
        .missing
        .iter()
        .map(|&at| one_line(path(change, at), 400));
    let missing: String = names.map(|path| format!("{path}\n")).collect();
    material.missing = context.clipped(&missing, room / 16);
    material.unseen = unseen(change, &shown.missing);
    material.diff = shown.text;
    material
}

impl Material {
    /// Tokens of everything except the diff and the list of missing files.
    fn tokens(&self, context: &PromptContext) -> usize {
        let Material {
            title,
            body,
            guidance,
            learnings,
            map,
            text,
            passages,
            thread,
            question,
            ..
        } = self;
        let texts = [
            title, body, guidance, learnings, map, text, passages, thread, question,
        ];
        texts
            .into_iter()
            .map(|text| context.host.tokens(text))
            .sum()
    }
}

/// The learnings about the file of the question, or else about all files of the change.
fn learnings(context: &PromptContext, question: &Question) -> String {
    let paths: Vec<&str> = match &question.spot {
        Some(spot) => vec![&spot.path],
        None => context
            .change
            .files
            .iter()
            .map(|file| file.path.as_str())
            .collect(),
    };
    context.learnings(&paths)
}

fn unseen(change: &Change, missing: &[usize]) -> String {
    let names = missing.iter().take(NAMES).map(|&at| path(change, at));
    let names: Vec<String> = names
        .map(|path| format!("`{}`", clip(&path.replace(['`', '\n'], "'"), 200)))
        .collect();
    match missing.len() - names.len() {
        _ if names.is_empty() => String::new(),
        0 => format!(
            "Not shown to the model in full: the diff of {}.",
            names.join(", ")
        ),
        more => format!(
            "Not shown to the model in full: the diff of {} and {more} more.",
            names.join(", ")
        ),
    }
}

fn place(question: &Question) -> String {
    let Some(spot) = &question.spot else {
        return String::new();
    };
    let side = match spot.side {
        Side::Left => "old",
        Side::Right => "new",
    };
    let (path, line) = (one_line(&spot.path, 400), spot.line);
    format!(
        "{path}, lines {line} to {} of the {side} file",
        spot.end.max(line)
    )
}

/// The latest remarks that fit into `room` tokens, in chronological order.
fn thread(context: &PromptContext, remarks: &[Remark], room: usize) -> String {
    let (mut kept, mut left) = (Vec::new(), room);
    for remark in remarks.iter().rev() {
        let text = said(remark);
        let text = if kept.is_empty() {
            context.clipped(&text, left)
        } else {
            text
        };
        if !context.fits(&text, left) {
            break;
        }
        left -= context.host.tokens(&text).min(left);
        kept.push(text);
    }
    kept.reverse();
    kept.concat()
}

/// A remark under its author's name. Its lines are marked, so that none can pose as a name.
fn said(remark: &Remark) -> String {
    let author = if remark.mine {
        "you".to_string()
    } else {
        format!("@{}", one_line(&remark.author, 100))
    };
    let text = visible(remark.text.trim());
    let lines: String = text.lines().map(|line| format!("| {line}\n")).collect();
    format!("{author}:\n{lines}")
}
