//! What all requests to the model share, and how many tokens are left in them.

use std::collections::BTreeSet;

use crate::ask::change_map::change_map;
use crate::ask::host::{Host, Stop};
use crate::ask::intent::Intent;
use crate::ask::learnings;
use crate::ask::schema::{self, ChunkFields};
use crate::ask::surroundings::{Found, Surroundings};
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
/// The part of a question's room that the code around the change may take, and its tokens: at least for a small
/// diff, and at most.
const SURROUNDINGS: usize = 4;
const LITTLE_AROUND: usize = 3000;
const MOST_AROUND: usize = 12_000;
/// The bytes of a token of code at most.
const BYTES: usize = 4;
/// The tokens of diff in one question by default: a part of the context, up to a size that models still read with
/// attention.
const PORTION_SHARE: usize = 2;
const PORTION: usize = 48_000;
/// The least context in which issues, commits and the map of the other files have room; the most tokens of the map.
const LARGE: usize = 12_000;
const MAP: usize = 500;
/// The least answer in which a model has room to think.
const THINKING: u32 = 1500;
/// Separates two rules.
/// The most readings of the diff.
const PASSES: usize = 3;
/// The part of a question's room for the map of the other files.
const MAP_SHARE: usize = 16;
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
    /// The other files of the change.
    pub map: String,
    /// What this reading attends to; empty: to everything.
    pub lens: String,
    /// Whether the diff names findings of rules that may be contradicted.
    pub contestable: bool,
}

pub struct PromptContext<'a> {
    pub host: &'a Host<'a>,
    pub model: &'a Model,
    pub change: &'a Change,
    pub settings: &'a Settings,
    templates: Templates<'a>,
    system: String,
    tone: String,
    intent: Intent,
    /// What the plan says about the change as a whole; empty if there is none.
    plan: String,
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
    /// The files of the map, and the tokens reserved for it.
    map: (Vec<usize>, usize),
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
            intent: Intent::default(),
            plan: String::new(),
            guidance: String::new(),
            rules: (0, 0),
            reports: (0, 0),
            learnings: (0, 0),
            surroundings: (Surroundings::default(), 0),
            map: (Vec::new(), 0),
            left: 0,
            repair,
        };
        let spare = context.measure()?;
        context.allot(spare)?;
        Ok(context)
    }

    /// Shows the code around the change in the questions, within a part of their room, and in each
    /// question a map of the other ones of `files`.
    pub fn surround(&mut self, surroundings: Surroundings, files: Vec<usize>) -> Result<(), Stop> {
        let bare = self.bare_chunk("", &self.chunk_schema(&[], true))?;
        let room = self.room(&bare, &self.chunk_schema(&[], true));
        if files.len() > 1 && self.is_large() {
            self.map = (files, (room / MAP_SHARE).min(MAP));
        }
        let most = (room / SURROUNDINGS).min(MOST_AROUND).min(self.portion());
        let tokens = if surroundings.is_empty() { 0 } else { most };
        self.surroundings = (surroundings, tokens);
        Ok(())
    }

    /// Lets every question about the diff begin with what the plan says about the whole change.
    pub fn follow(&mut self, noted: String) {
        self.plan = noted;
    }

    /// Code of the repository around these files that `shown` does not contain, as much as is in
    /// proportion to it.
    pub fn surroundings(&self, files: impl Iterator<Item = usize>, shown: &str) -> String {
        self.surroundings_that(files, shown, |_| true)
    }

    /// That part of it whose names or files occur in the text `about`.
    pub fn surroundings_about(
        &self,
        files: impl Iterator<Item = usize>,
        shown: &str,
        about: &str,
    ) -> String {
        self.surroundings_that(files, shown, |found| found.is_named_in(about))
    }

    fn surroundings_that(
        &self,
        files: impl Iterator<Item = usize>,
        shown: &str,
        counts: impl Fn(&Found) -> bool,
    ) -> String {
        let (found, tokens) = &self.surroundings;
        if *tokens == 0 {
            return String::new();
        }
        let most = (2 * shown.len() / BYTES).max(LITTLE_AROUND).min(*tokens);
        let limits = (shown, most * BYTES);
        let text = found.text(self.change, files, limits, counts);
        self.clipped(&text, most)
    }

    /// The first lines of the definitions in that file that the change touches.
    pub fn signatures(&self, at: usize) -> &[String] {
        self.surroundings.0.signatures(at)
    }

    /// The files that define, use or test what others of them change.
    pub fn linked(&self) -> Vec<Vec<usize>> {
        self.surroundings.0.linked(self.change)
    }

    /// Whether the diff of these files is too large for one question of a model with room for a plan.
    pub fn needs_plan(&self, bytes: usize) -> bool {
        let is_able = !self.simple() && self.is_large() && self.has_template("plan");
        is_able && bytes > self.portion().min(self.left) * BYTES
    }

    /// The other files of the change.
    pub fn map(&self, shown: &[usize]) -> String {
        let (files, tokens) = &self.map;
        let map = change_map(
            self.change,
            files,
            shown,
            &self.surroundings.0,
            tokens * BYTES,
        );
        self.clipped(&map, *tokens)
    }

    /// Whether the model may name look-ups that would settle a finding.
    pub fn may_look(&self) -> bool {
        let features = &self.settings.features;
        features.lookups
            && features.verification
            && !self.simple()
            && self.surroundings.0.failure.is_empty()
    }

    fn is_large(&self) -> bool {
        self.model.context as usize >= LARGE
    }

    /// The most tokens of diff in one question.
    pub fn portion(&self) -> usize {
        let wanted = match self.settings.portion as usize {
            0 => (self.model.context as usize / PORTION_SHARE).min(PORTION),
            set => set,
        };
        wanted.max(LEAST_DIFF)
    }

    /// Computes the tokens that are left for data, and returns those that a review does not need.
    fn measure(&mut self) -> Result<usize, Stop> {
        let context = self.model.context as usize;
        let fixed = self.model.answer as usize
            + self.host.tokens(&self.system)
            + WRAPPING
            + context / 100
            + self.repair;
        let schema = self.chunk_schema(&[], true);
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
            ("schema", self.schema_in_prompt(schema)),
        ];
        self.render_chunk(&shown, true)
    }

    /// Renders the template of chunks with the values of `shown`; the others are empty.
    fn render_chunk(&self, shown: &[(&str, &str)], contestable: bool) -> Result<String, Stop> {
        let fields = self.chunk_fields(contestable);
        let mut values = vec![
            ("replacements", flag(fields.replacements)),
            ("lookups", flag(fields.lookups)),
            ("analysis", flag(fields.analysis > 0)),
            ("risks", flag(fields.risks)),
            ("contestable", flag(fields.contradictions)),
            ("simple", flag(self.simple())),
        ];
        for name in ["issues", "commits", "plan", "map", "surroundings", "lens"] {
            if !shown.iter().any(|(known, _)| *known == name) {
                values.push((name, ""));
            }
        }
        values.extend(shown);
        self.render("chunk", &values)
    }

    /// Gives guidance, rules, reports, issues and commits their share of the tokens that a review does not need,
    /// and learnings what is left of it.
    fn allot(&mut self, spare: usize) -> Result<(), Stop> {
        let has = |is_there: bool| usize::from(is_there);
        let is_large = self.is_large();
        let shares = 2
            + has(!self.change.reports.is_empty())
            + has(is_large && !self.change.issues.is_empty())
            + has(is_large && !self.change.commits.is_empty());
        let window = self.model.context as usize;
        let spare_each = if is_large { spare / shares } else { 0 };
        self.intent = Intent::of(self.change, window, spare_each, |text, most| {
            self.clipped(text, most)
        });
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
        let told = [&self.guidance, &self.intent.issues, &self.intent.commits];
        let told: usize = told.map(|text| self.host.tokens(text)).iter().sum();
        let used = told + self.rules.1 + self.reports.1;
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
        let schema = self.chunk_schema(&[], true);
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
        let schema = self.chunk_schema(&[], true);
        let flagged = |room: usize| if room > 0 { "x" } else { "" }.to_string();
        let material = ChunkMaterial {
            rules: flagged(self.rules.1),
            reports: flagged(self.reports.1),
            learnings: flagged(self.learnings.1),
            surroundings: flagged(self.surroundings.1),
            map: flagged(self.map.1),
            lens: lens(self.passes() - 1).to_string(),
            contestable: true,
        };
        let bare = self.chunk_prompt("x", &material, &schema)?;
        let left = self.room(&bare, &schema);
        let reserved = [&self.rules, &self.reports, &self.learnings].map(|(_, tokens)| *tokens);
        let reserved = reserved.iter().sum::<usize>() + self.surroundings.1 + self.map.1;
        Ok(left.saturating_sub(reserved).min(self.portion()))
    }

    /// A chunk's prompt: the purpose of the pull request, what is known about the chunk's files, and its diff. What
    /// is the same in all questions stands first, for the caches of servers.
    pub fn chunk_prompt(
        &self,
        diff: &str,
        material: &ChunkMaterial,
        schema: &str,
    ) -> Result<String, Stop> {
        let intent = &self.intent;
        let shown = [
            ("title", intent.title.as_str()),
            ("body", &intent.body),
            ("issues", &intent.issues),
            ("commits", &intent.commits),
            ("plan", &self.plan),
            ("tone", &self.tone),
            ("guidance", &self.guidance),
            ("rules", &material.rules),
            ("reports", &material.reports),
            ("learnings", &material.learnings),
            ("map", &material.map),
            ("surroundings", &material.surroundings),
            ("diff", diff),
            ("lens", &material.lens),
            ("schema", self.schema_in_prompt(schema)),
        ];
        self.render_chunk(&shown, material.contestable)
    }

    /// What author and tracker say about the purpose of the change.
    pub fn intent(&self) -> &Intent {
        &self.intent
    }

    /// How often the diff is read.
    pub fn passes(&self) -> usize {
        if self.simple() {
            return 1;
        }
        (self.settings.passes as usize).clamp(1, PASSES)
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
    pub fn chunk_schema(&self, paths: &[&str], contestable: bool) -> String {
        if self.simple() {
            schema::simple_chunk(paths)
        } else {
            schema::chunk(paths, self.chunk_fields(contestable))
        }
    }

    fn chunk_fields(&self, contestable: bool) -> ChunkFields {
        let has_room = !self.model.reasoning && self.model.answer >= THINKING;
        ChunkFields {
            analysis: if has_room {
                self.model.answer as usize
            } else {
                0
            },
            replacements: self.replacements(),
            lookups: self.may_look(),
            contradictions: contestable && self.settings.features.verification,
            risks: self.settings.features.verification,
        }
    }

    /// Whether there is such a template; prompts that were written for an older bot lack some.
    pub fn has_template(&self, name: &str) -> bool {
        self.settings.templates.iter().any(|one| one.name == name)
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

/// What the reading of that number attends to, the first to everything.
pub fn lens(pass: usize) -> &'static str {
    match pass {
        0 => "",
        1 => {
            "the contracts between the changed code and its callers, stored data, tests, configuration and \
              deployment: what does each of them still expect?"
        }
        _ => {
            "the order of events: concurrency, partial failure, resources that are not released, retries, limits, \
              and input by an attacker"
        }
    }
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
