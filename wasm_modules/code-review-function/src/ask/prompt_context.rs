//! What all requests to the model share, and how many tokens are left in them.

use std::collections::BTreeSet;

use crate::ask::host::{Host, Stop};
use crate::ask::learnings;
use crate::ask::schema;
use crate::ask::surroundings::Surroundings;
use crate::ask::templates::Templates;
use crate::ask::tool_reports::listed;
use crate::text::slices::head;
use crate::text::visible::{clip, visible};
use crate::wit::{Change, Enforcement, Level, Message, Model, Request, Role, Settings};

/// The least tokens for the diff in a request; with fewer, a review makes no sense.
pub const LEAST_DIFF: usize = 300;
/// Tokens that chat templates add to messages. A hundredth of the context is added for inexact
/// counts of joined pieces.
const WRAPPING: usize = 48;
/// The least useful tokens of an answer, with all fields and with few.
const ANSWER: u32 = 512;
const SIMPLE_ANSWER: u32 = 256;
/// The most bytes of an error in the repair message, and the tokens reserved for them.
const ERROR: usize = 120;
/// The most bytes of the repository's guidance, and of its rules for some files; fewer if the
/// context is small.
const GUIDANCE: usize = 4000;
/// The most bytes of other tools' reports in one question; fewer if the context is small.
const REPORTS: usize = 2000;
/// The most bytes of what maintainers replied to earlier findings, and the least that are of use.
const LEARNINGS: usize = 2000;
const LEAST_LEARNINGS: usize = 100;
/// The part of a question's room that the code around the change may take, and the bytes of a token
/// of code at most.
const SURROUNDINGS: usize = 4;
const BYTES: usize = 4;
/// Separates two rules.
const RULE: &str = "\n\n";
/// The most bytes of the tone.
const TONE: usize = 300;

/// What is known about the files of a chunk besides their diff; texts may be empty.
pub struct ChunkMaterial {
    /// The repository's rules for them.
    pub rules: String,
    /// What other tools have reported on them.
    pub reports: String,
    /// What maintainers replied to earlier findings in them.
    pub learnings: String,
    /// Code of the repository around them.
    pub surroundings: String,
}

pub struct PromptContext<'a> {
    pub host: &'a Host<'a>,
    pub model: &'a Model,
    pub change: &'a Change,
    pub settings: &'a Settings,
    templates: Templates<'a>,
    system: String,
    tone: String,
    /// The repository's guidance, truncated.
    guidance: String,
    /// The most bytes of the repository's rules in one question, and the tokens reserved for them.
    rules: (usize, usize),
    /// The same of the reports of other tools.
    reports: (usize, usize),
    /// The same of the learnings.
    learnings: (usize, usize),
    /// Code of the repository around the change, and the tokens reserved for it.
    surroundings: (Surroundings, usize),
    /// Tokens that are left besides the system prompt, the answer and the repair message.
    left: usize,
    /// Tokens reserved in every request for the repair message.
    repair: usize,
}

impl<'a> PromptContext<'a> {
    /// Refuses if a template is broken, or if the model's context is too small to show any diff.
    pub fn new(
        host: &'a Host<'a>,
        change: &'a Change,
        settings: &'a Settings,
        model: &'a Model,
    ) -> Result<Self, Stop> {
        let templates = Templates::new(&settings.templates)?;
        let tone = clip(&visible(settings.tone.trim()), TONE);
        let system = templates.render(
            "system",
            &[("language", &settings.language), ("tone", &tone)],
        )?;
        let repair = host.tokens(&templates.render("repair", &[("error", "")])?) + ERROR;
        let mut context = PromptContext {
            host,
            model,
            change,
            settings,
            templates,
            system,
            tone,
            guidance: String::new(),
            rules: (0, 0),
            reports: (0, 0),
            learnings: (0, 0),
            surroundings: (Surroundings::default(), 0),
            left: 0,
            repair,
        };
        let spare = context.measure()?;
        context.allot(spare)?;
        Ok(context)
    }

    /// Shows the code around the change in the questions, within a quarter of their room.
    pub fn surround(&mut self, surroundings: Surroundings) -> Result<(), Stop> {
        if surroundings.is_empty() {
            return Ok(());
        }
        let bare = self.bare_chunk("", &self.chunk_schema(&[]))?;
        let room = self.room(&bare, &self.chunk_schema(&[])) / SURROUNDINGS;
        self.surroundings = (surroundings, room.min(self.settings.portion as usize));
        Ok(())
    }

    /// Code of the repository around these files that `shown` does not contain.
    pub fn surroundings(&self, files: impl Iterator<Item = usize>, shown: &str) -> String {
        let (found, tokens) = &self.surroundings;
        if *tokens == 0 {
            return String::new();
        }
        let text = found.text(self.change, files, shown, tokens * BYTES);
        self.clipped(&text, *tokens)
    }

    /// Computes the tokens that are left for data, and returns those that a review does not need.
    fn measure(&mut self) -> Result<usize, Stop> {
        let context = self.model.context as usize;
        let fixed = self.model.answer as usize
            + self.host.tokens(&self.system)
            + WRAPPING
            + context / 100
            + self.repair;
        let schema = self.chunk_schema(&[]);
        let bare = self.host.tokens(&self.bare_chunk("", &schema)?) + self.schema_tokens(&schema);
        let needed = fixed + bare + LEAST_DIFF;
        // A tenth of the context is for the pull request's title and body.
        if let Some(spare) = (context - context / 10).checked_sub(needed) {
            self.left = context - fixed;
            return Ok(spare);
        }
        Err(Stop::Small(format!(
            "the context of the model {} is too small: {context} tokens, of which {} are for its answer; \
             at least {} are needed, so use a model with a larger context or let it answer in fewer tokens",
            self.model.name,
            self.model.answer,
            needed * 9 / 8 + 2,
        )))
    }

    /// A chunk's prompt with one letter for each part, to measure it.
    fn bare_chunk(&self, learnings: &str, schema: &str) -> Result<String, Stop> {
        let mark = |text: &str| if text.is_empty() { "" } else { "x" };
        let shown = [
            ("title", "x"),
            ("body", "x"),
            ("tone", &self.tone),
            ("guidance", mark(&self.settings.guidance)),
            ("rules", mark(&self.settings.rules.concat())),
            ("reports", flag(!self.change.reports.is_empty())),
            ("learnings", learnings),
            ("diff", "x"),
            ("replacements", flag(self.replacements())),
            ("simple", flag(self.simple())),
            ("schema", self.schema_in_prompt(schema)),
        ];
        self.render("chunk", &shown)
    }

    /// Gives guidance, rules and reports their share of the tokens that a review does not need, and
    /// learnings what is left of it.
    fn allot(&mut self, spare: usize) -> Result<(), Stop> {
        let shares = 2 + usize::from(!self.change.reports.is_empty());
        let most = (self.model.context as usize / 10)
            .min(GUIDANCE)
            .min(spare / shares);
        let text = visible(self.settings.guidance.trim());
        self.guidance = clip(text.trim(), most);
        let rules = self.settings.rules.iter();
        let tokens = rules.map(|rule| self.host.tokens(&clip(&visible(rule), most)) + RULE.len());
        self.rules = (most, tokens.sum::<usize>().min(most));
        let most = most.min(REPORTS);
        self.reports = (most, 0);
        let shown = self.reports(0..self.change.files.len());
        let is_cut = shown.lines().count() < self.change.reports.len();
        self.reports.1 = if is_cut {
            most
        } else {
            self.host.tokens(&shown)
        };
        let used = self.host.tokens(&self.guidance) + self.rules.1 + self.reports.1;
        self.learnings = self.learnings_room(spare.saturating_sub(used))?;
        Ok(())
    }

    /// What other tools have reported on these files of the change.
    pub fn reports(&self, files: impl Iterator<Item = usize>) -> String {
        let files = files.filter_map(|at| self.change.files.get(at));
        let paths = files.map(|file| file.path.as_str()).collect();
        listed(&self.change.reports, &paths, self.reports.0)
    }

    /// The most bytes of learnings within `spare` tokens, and the tokens that they take.
    fn learnings_room(&self, spare: usize) -> Result<(usize, usize), Stop> {
        let known = &self.settings.learnings;
        if known.is_empty() {
            return Ok((0, 0));
        }
        let schema = self.chunk_schema(&[]);
        let bare = self.host.tokens(&self.bare_chunk("", &schema)?);
        let framed = self.host.tokens(&self.bare_chunk("x", &schema)?);
        let left = spare.saturating_sub(framed.saturating_sub(bare));
        let most = left.min(LEARNINGS).min(self.model.context as usize / 10);
        if most < LEAST_LEARNINGS {
            return Ok((0, 0));
        }
        let all: String = known.iter().map(learnings::line).collect();
        let tokens = if all.len() <= most {
            self.host.tokens(&all) + known.len()
        } else {
            most
        };
        Ok((most, tokens.min(most)))
    }

    /// What maintainers replied to earlier findings in these files and around them.
    pub fn learnings(&self, paths: &[&str]) -> String {
        learnings::lines(
            self.change,
            &self.settings.learnings,
            paths,
            self.learnings.0,
        )
    }

    /// The repository's rules for these files of the change, each once, in their order.
    pub fn rules(&self, files: impl Iterator<Item = usize>) -> String {
        let files = files.filter_map(|at| self.change.files.get(at));
        let named: BTreeSet<u32> = files.flat_map(|file| file.rules.iter().copied()).collect();
        let texts = named
            .into_iter()
            .filter_map(|at| self.settings.rules.get(at as usize))
            .map(|rule| visible(rule.trim()));
        let rules: Vec<String> = texts.filter(|rule| !rule.is_empty()).collect();
        clip(&rules.join(RULE), self.rules.0)
    }

    /// Tokens for the diff in a chunk's question: what the context leaves, at most the configured
    /// number.
    pub fn chunk_room(&self) -> Result<usize, Stop> {
        let schema = self.chunk_schema(&[]);
        let flagged = |room: usize| if room > 0 { "x" } else { "" }.to_string();
        let material = ChunkMaterial {
            rules: flagged(self.rules.1),
            reports: flagged(self.reports.1),
            learnings: flagged(self.learnings.1),
            surroundings: flagged(self.surroundings.1),
        };
        let bare = self.chunk_prompt("x", &material, &schema)?;
        let left = self.room(&bare, &schema);
        let wanted = (self.settings.portion as usize).max(LEAST_DIFF);
        let reserved = self.rules.1 + self.reports.1 + self.learnings.1 + self.surroundings.1;
        Ok(left.saturating_sub(reserved).min(wanted))
    }

    /// A chunk's prompt: its diff, what is known about its files, and the purpose of the pull
    /// request. It contains nothing that changes with every push, or else no answer could be reused.
    pub fn chunk_prompt(
        &self,
        diff: &str,
        material: &ChunkMaterial,
        schema: &str,
    ) -> Result<String, Stop> {
        let bytes = (self.model.context as usize / 12).min(3000);
        let title = clip(&visible(&self.change.title), (bytes / 4).min(300));
        let body = clip(visible(self.change.body.trim()).trim(), bytes - title.len());
        let schema = self.schema_in_prompt(schema);
        self.render(
            "chunk",
            &[
                ("title", &title),
                ("body", &body),
                ("tone", &self.tone),
                ("guidance", &self.guidance),
                ("rules", &material.rules),
                ("reports", &material.reports),
                ("learnings", &material.learnings),
                ("surroundings", &material.surroundings),
                ("diff", diff),
                ("replacements", flag(self.replacements())),
                ("simple", flag(self.simple())),
                ("schema", schema),
            ],
        )
    }

    /// Whether the model is asked for little at a time.
    pub fn simple(&self) -> bool {
        self.model.level == Level::Simple
    }

    /// Whether the model is asked for replacement code.
    pub fn replacements(&self) -> bool {
        self.settings.features.replacements && !self.simple()
    }

    /// The schema of an answer about the files `paths`.
    pub fn chunk_schema(&self, paths: &[&str]) -> String {
        if self.simple() {
            schema::simple_chunk(paths)
        } else {
            schema::chunk(paths, self.replacements())
        }
    }

    pub fn render(&self, template: &str, values: &[(&str, &str)]) -> Result<String, Stop> {
        self.templates.render(template, values)
    }

    /// The schema as it appears in the prompt: empty if the server enforces it.
    pub fn schema_in_prompt<'s>(&self, schema: &'s str) -> &'s str {
        if self.model.enforcement == Enforcement::Schema {
            ""
        } else {
            schema
        }
    }

    /// Tokens that are left for data in a request whose prompt without data is `bare`.
    pub fn room(&self, bare: &str, schema: &str) -> usize {
        self.left
            .saturating_sub(self.host.tokens(bare) + self.schema_tokens(schema))
    }

    /// Servers add the schema that they enforce to the prompt.
    fn schema_tokens(&self, schema: &str) -> usize {
        if self.model.enforcement == Enforcement::Schema {
            self.host.tokens(schema)
        } else {
            0
        }
    }

    /// Whether `text` takes at most `tokens`; counts only if its size in bytes does not decide it.
    pub fn fits(&self, text: &str, tokens: usize) -> bool {
        text.len() <= tokens || self.host.tokens(text) <= tokens
    }

    /// The first lines of `text` that fit into `tokens`, with the number of missing lines.
    pub fn clipped(&self, text: &str, tokens: usize) -> String {
        if self.fits(text, tokens) {
            return text.to_string();
        }
        let mut bytes = text.len() * tokens / self.host.tokens(text).max(1);
        loop {
            let kept = first_lines(text, bytes);
            if bytes < 16 || self.fits(&kept, tokens) {
                return if bytes < 16 { String::new() } else { kept };
            }
            bytes = bytes * 4 / 5;
        }
    }

    /// The instructions of a question, without the change: the system prompt, and the text of
    /// `template` as it is written.
    pub fn instructions(&self, template: &str) -> String {
        let templates = self.settings.templates.iter();
        let mut texts = templates.filter(|one| one.name == template);
        let text = texts.next().map_or("", |one| one.text.as_str());
        format!("{}\n{text}", self.system)
    }

    pub fn request(&self, id: &str, user: String, schema: &str) -> Request {
        let system = Message {
            role: Role::System,
            text: self.system.clone(),
        };
        Request {
            id: id.to_string(),
            messages: vec![
                system,
                Message {
                    role: Role::User,
                    text: user,
                },
            ],
            format: Some(schema.to_string()),
            answer: self.model.answer,
            temperature: 0.0,
            spare: 0,
        }
    }

    /// A request that asks again, and shows as much of the unreadable answer as there is room for.
    pub fn repair(&self, asked: Request, wrong: &str, error: &str) -> Result<Request, Stop> {
        let note = self.render("repair", &[("error", &clip(&visible(error), ERROR))])?;
        let schema = self.schema_tokens(asked.format.as_deref().unwrap_or_default());
        let said = asked
            .messages
            .iter()
            .skip(1)
            .map(|message| self.host.tokens(&message.text));
        let used = said.sum::<usize>() + schema + self.host.tokens(&note);
        let shown = clip(
            &visible(wrong),
            (self.left + self.repair).saturating_sub(used).min(2000),
        );
        let mut messages = asked.messages;
        messages.push(Message {
            role: Role::Assistant,
            text: if shown.is_empty() {
                "…".into()
            } else {
                shown
            },
        });
        messages.push(Message {
            role: Role::User,
            text: note,
        });
        Ok(Request {
            id: format!("{}/repair", asked.id),
            messages,
            ..asked
        })
    }
}

/// The model with settings that fit its context: as configured, with shorter answers, or for little
/// at a time; or else why it cannot be asked at all.
pub fn fit_model(
    host: &Host,
    change: &Change,
    settings: &Settings,
    model: &Model,
) -> Result<Result<Model, String>, Stop> {
    let mut reason = String::new();
    for model in fallbacks(model) {
        match PromptContext::new(host, change, settings, &model) {
            Ok(_) => return Ok(Ok(model)),
            Err(Stop::Small(why)) => reason = why,
            Err(stop) => return Err(stop),
        }
    }
    Ok(Err(reason))
}

/// The same model with settings that need less and less.
fn fallbacks(model: &Model) -> Vec<Model> {
    let shorter = |least: u32| (model.answer / 2).max(least).min(model.answer);
    let simple = Model {
        level: Level::Simple,
        ..model.clone()
    };
    let mut fallbacks = vec![model.clone()];
    if model.level == Level::Full {
        fallbacks.push(Model {
            answer: shorter(ANSWER),
            ..model.clone()
        });
        fallbacks.push(simple.clone());
    }
    fallbacks.extend(
        [shorter(SIMPLE_ANSWER), model.answer.min(SIMPLE_ANSWER)].map(|answer| Model {
            answer,
            ..simple.clone()
        }),
    );
    fallbacks
}

/// A condition in the form that templates use.
pub fn flag(wanted: bool) -> &'static str {
    if wanted { "yes" } else { "" }
}

/// The lines of `text` that end within `bytes`, and the number of the others.
fn first_lines(text: &str, bytes: usize) -> String {
    let mut end = 0;
    let mut lines = text.split_inclusive('\n').peekable();
    while let Some(line) = lines.next_if(|line| end + line.len() <= bytes) {
        end += line.len();
    }
    let missing = lines.count();
    if end == 0 {
        clip(text, bytes)
    } else {
        format!("{}… ({missing} more lines)\n", head(text, end))
    }
}
