//! The look-ups for one changed file, by how much they promise.

use crate::ask::surroundings::deployment;
use crate::ask::surroundings::mentions::{
    Mention, MentionKind, bare_names, is_common, is_keyword, mentions, outputs, texts,
};
use crate::ask::surroundings::sites::{Changed, Site};
use crate::ask::surroundings::spellings::{capitalised, counterparts, variants, words};
use crate::diff::kinds::{FileKind, kind_of};
use crate::diff::patch::Kind;
use crate::wit::{Lookup, Passage, Query, Status};

/// The most look-ups of one kind for a file.
const USED: usize = 8;
const CALLED: usize = 24;
const TEXTS: usize = 16;
const SPELLINGS: usize = 5;
const BARE: usize = 8;
const HISTORY: usize = 3;
const DEPLOYMENT: usize = 12;
/// The most look-ups that follow from what was found for a file, and the lines of a passage that count.
const NEXT: usize = 40;
const DEEP: usize = 30;
/// A name with fewer bytes is looked up with the type that it belongs to.
const SHORT: usize = 4;

/// Which passages of a look-up count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Only {
    All,
    /// Those in files of another kind of language: what a name in one language is in another.
    Foreign,
    /// Those in settings, migrations and scripts.
    Settings,
}

/// A look-up, what its passages are to the change, and how useful they are: 0 the most.
pub struct Wanted {
    pub at: usize,
    /// The path of the changed file.
    pub beside: String,
    pub rank: usize,
    pub role: String,
    pub lookup: Lookup,
    /// The most passages to show.
    pub most: usize,
    /// What the passages should speak of, to tell a name from others of the same spelling; may be empty.
    pub of: String,
    pub only: Only,
}

/// What to look up: by which query, how many passages count, and which.
#[derive(Clone, Copy)]
struct Ask<'t> {
    query: Query,
    text: &'t str,
    most: usize,
    of: &'t str,
    only: Only,
}

/// A name is looked up as a word, any other text as it is.
fn ask(text: &str, most: usize) -> Ask<'_> {
    let is_name = text.chars().all(|c| c.is_alphanumeric() || c == '_');
    Ask {
        query: if is_name { Query::Uses } else { Query::Search },
        text,
        most,
        of: "",
        only: Only::All,
    }
}

fn definition(text: &str, most: usize) -> Ask<'_> {
    Ask {
        query: Query::Definition,
        ..ask(text, most)
    }
}

/// Collects the look-ups of one file, each once.
struct List<'a> {
    site: &'a Site<'a>,
    prefix: &'static str,
    wanted: Vec<Wanted>,
}

/// The look-ups for the file with that outline.
pub fn wanted(site: &Site, outline: &[Passage], changed: &[Changed]) -> Vec<Wanted> {
    let mut list = List {
        site,
        prefix: "context",
        wanted: Vec::new(),
    };
    list.gone(outline);
    list.used(changed, outline);
    list.called(changed, outline);
    list.alike(changed);
    list.types(changed, outline);
    list.texts();
    list.routes(changed, outline);
    list.deployment();
    list.tests(changed);
    list.history();
    list.file();
    list.wanted
}

/// The look-ups that follow from what the first ones found: what a definition calls and is made of, and the names
/// and paths in the lines that use what changed. Each passage comes with its query and the name in it.
pub fn next<'p>(
    site: &Site,
    found: impl Iterator<Item = (&'p Passage, Query, &'p str)>,
) -> Vec<Wanted> {
    let mut list = List {
        site,
        prefix: "next",
        wanted: Vec::new(),
    };
    for (passage, query, name) in found {
        let is_definition = query == Query::Definition;
        let lines = passage.text.lines().take(DEEP);
        let lines = lines.filter(|line| is_definition || line.contains(name));
        for line in lines {
            list.followed(line, passage, is_definition);
        }
    }
    list.wanted.sort_by_key(|one| one.rank);
    list.wanted.truncate(NEXT);
    list.wanted
}

impl List<'_> {
    fn push(&mut self, rank: usize, role: &str, asked: Ask) {
        let path = match asked.query {
            Query::Search => "",
            _ => &self.site.file.path,
        };
        self.push_at(rank, role, asked, path);
    }

    fn push_at(&mut self, rank: usize, role: &str, asked: Ask, path: &str) {
        let is_known = self.wanted.iter().any(|known| {
            let lookup = &known.lookup;
            let is_same = (lookup.query, lookup.text.as_str()) == (asked.query, asked.text);
            is_same && lookup.path == path && known.only == asked.only
        });
        if is_known || is_keyword(asked.text) {
            return;
        }
        let lookup = Lookup {
            id: format!("{}/{}/{}", self.prefix, self.site.at, self.wanted.len()),
            query: asked.query,
            text: asked.text.to_string(),
            path: path.to_string(),
            line: 0,
            end: 0,
        };
        self.wanted.push(Wanted {
            at: self.site.at,
            beside: self.site.file.path.clone(),
            rank,
            role: role.to_string(),
            lookup,
            most: asked.most,
            of: asked.of.to_string(),
            only: asked.only,
        });
    }

    /// The name in other spellings.
    fn spelled(&mut self, rank: usize, role: &str, name: &str, only: Only) {
        for other in variants(name).into_iter().take(SPELLINGS) {
            self.push(
                rank,
                role,
                Ask {
                    only,
                    ..ask(&other, 1)
                },
            );
        }
    }

    /// Uses of what the file no longer defines, or no longer is.
    fn gone(&mut self, outline: &[Passage]) {
        for Changed { name, of, .. } in self.site.gone(outline).into_iter().take(USED) {
            let role = format!("use of {name}, which is gone");
            self.push(0, &role, ask(&name, 4));
            self.spelled(3, &role, &name, Only::All);
            if !of.is_empty() {
                self.push(2, &format!("use of {of}, which loses {name}"), ask(&of, 3));
                self.bases(3, &of, outline);
            }
        }
        let before = match self.site.file.status {
            Status::Removed => Some(&self.site.file.path),
            Status::Renamed => self.site.file.previous.as_ref(),
            _ => None,
        };
        if let Some(path) = before {
            let name = last(path);
            let role = format!("use of {name}, which is gone");
            self.push(0, &role, searched(name, 4));
            self.push(1, &role, ask(name.split('.').next().unwrap_or(name), 3));
        }
    }

    /// Uses of what the change defines otherwise than before.
    fn used(&mut self, changed: &[Changed], outline: &[Passage]) {
        for one in changed.iter().take(USED) {
            let role = format!("use of {}", one.name);
            if is_ambiguous(&one.name) {
                for mark in [".", "::", "->"].iter().filter(|_| !one.of.is_empty()) {
                    let text = format!("{}{mark}{}", one.of, one.name);
                    self.push(1, &role, ask(&text, 3));
                }
                if !one.of.is_empty() {
                    self.push(2, &format!("use of {}", one.of), ask(&one.of, 3));
                }
            } else {
                let asked = Ask {
                    of: &one.of,
                    ..ask(&one.name, 5)
                };
                self.push(1, &role, asked);
                self.spelled(5, &role, &one.name, Only::Foreign);
            }
        }
        for name in self.site.assigned(outline).into_iter().take(USED) {
            let role = format!("use of {name}");
            self.push(2, &role, ask(&name, 3));
            self.spelled(4, &role, &name, Only::Foreign);
        }
    }

    /// The definitions of what added lines mention, then of what deleted lines do.
    fn called(&mut self, changed: &[Changed], outline: &[Passage]) {
        let mut left = CALLED;
        for (kind, more) in [(Kind::Added, 0), (Kind::Deleted, 1)] {
            let mut found: Vec<Mention> = Vec::new();
            for one in self.site.lines(kind).flat_map(|line| mentions(&line.text)) {
                if !found.contains(&one) {
                    found.push(one);
                }
            }
            found.sort_by_key(|one| one.kind);
            if self.site.file.path.ends_with(".rb") {
                let bare = self
                    .site
                    .lines(kind)
                    .flat_map(|line| bare_names(&line.text));
                for name in bare.take(BARE) {
                    let role = format!("definition of {name}");
                    self.push(3 + more, &role, definition(&name, 2));
                }
            }
            for one in found {
                let is_short = |known: &Passage| known.end - known.line < 3;
                let mut own = outline.iter();
                let is_own = changed.iter().any(|known| known.name == one.name)
                    || own.any(|known| known.name == one.name && is_short(known));
                if left > 0 && !is_own {
                    left -= 1;
                    self.mentioned(&one, more);
                }
            }
        }
    }

    fn mentioned(&mut self, one: &Mention, more: usize) {
        let rank = match one.kind {
            MentionKind::Call => 2 + more,
            MentionKind::Type => 4 + more,
            MentionKind::Constant | MentionKind::Member => 3 + more,
        };
        let text = match one.of.as_str() {
            "" => one.name.clone(),
            of => format!("{of}.{}", one.name),
        };
        let of = if is_common(&one.name) {
            one.of.as_str()
        } else {
            ""
        };
        let asked = Ask {
            of,
            ..definition(&text, 3)
        };
        self.push(rank, &format!("definition of {}", one.name), asked);
        if let Some(of) = type_of(&one.of) {
            self.push(rank + 1, &format!("definition of {of}"), definition(&of, 1));
        }
        if one.kind == MentionKind::Member {
            for other in variants(&one.name).into_iter().take(2) {
                let role = format!("definition of {other}");
                self.push(5 + more, &role, definition(&other, 2));
            }
        }
        if one.kind != MentionKind::Type && !is_common(&one.name) {
            let role = format!("{} elsewhere", one.name);
            self.push(4 + more, &role, foreign(&one.name, 2));
            self.spelled(5 + more, &role, &one.name, Only::Foreign);
        }
    }

    /// Other definitions of the same name, and of what undoes it.
    fn alike(&mut self, changed: &[Changed]) {
        for one in changed.iter().take(USED) {
            let role = format!("another definition of {}", one.name);
            self.push(3, &role, definition(&one.name, 3));
            for other in counterparts(&one.name).into_iter().take(2) {
                self.push(
                    3,
                    &format!("counterpart of {}", one.name),
                    definition(&other, 1),
                );
            }
        }
    }

    /// Uses of the type that the change touches, and of those that it is one of.
    fn types(&mut self, changed: &[Changed], outline: &[Passage]) {
        for one in changed.iter().filter(|one| !one.of.is_empty()).take(2) {
            let role = format!("use of {}", one.of);
            self.push(4, &role, ask(&one.of, 2));
            self.spelled(6, &role, &one.of, Only::Foreign);
            self.bases(5, &one.of, outline);
        }
    }

    /// Uses of the types that a type of the file is one of.
    fn bases(&mut self, rank: usize, of: &str, outline: &[Passage]) {
        let head = outline.iter().find(|known| known.name == of);
        let bases = mentions(head.map_or("", |known| known.text.as_str()));
        for base in bases.into_iter().filter(|base| base.name != of).take(2) {
            self.push(rank, &format!("use of {}", base.name), ask(&base.name, 4));
        }
    }

    /// Keys, paths and other texts of changed lines in other files.
    fn texts(&mut self) {
        let mut known: Vec<String> = Vec::new();
        for line in self.site.lines(Kind::Deleted) {
            known.extend(texts(&line.text));
            known.extend(outputs(&line.text));
        }
        let added = self.site.lines(Kind::Added);
        known.extend(added.flat_map(|line| texts(&line.text)));
        let mut once: Vec<String> = Vec::new();
        for text in known {
            if !once.contains(&text) {
                once.push(text);
            }
        }
        for text in once.iter().take(TEXTS) {
            let role = format!("other use of {text}");
            self.push(3, &role, ask(text, 3));
            self.spelled(5, &role, text, Only::Foreign);
            if !text.chars().any(char::is_lowercase) {
                // The name of a setting often has a prefix that the code adds.
                let asked = Ask {
                    only: Only::Settings,
                    ..searched(text, 2)
                };
                self.push(3, &role, asked);
            }
        }
    }

    /// Where the paths are used that the changed definitions answer.
    fn routes(&mut self, changed: &[Changed], outline: &[Passage]) {
        let heads = outline.iter().filter(|one| {
            let mut known = changed.iter();
            known.any(|known| known.of == one.name || known.name == one.name)
        });
        let texts: Vec<String> = heads.flat_map(|one| texts(&one.text)).collect();
        for text in texts.iter().filter(|text| text.contains('/')).take(4) {
            self.push(4, &format!("other use of {text}"), foreign(text, 2));
        }
    }

    fn deployment(&mut self) {
        let deleted = self.site.lines(Kind::Deleted);
        let lines = self.site.lines(Kind::Added).chain(deleted);
        for name in deployment::settings(lines).into_iter().take(DEPLOYMENT) {
            let asked = Ask {
                only: Only::Settings,
                ..ask(name, 2)
            };
            self.push(5, &format!("deployment setting {name}"), asked);
        }
    }

    fn tests(&mut self, changed: &[Changed]) {
        if !self.site.is_source() || self.site.file.status == Status::Added {
            return;
        }
        let tests = |name| Ask {
            query: Query::Tests,
            ..ask(name, 3)
        };
        for one in changed.iter().take(2) {
            let name = if is_ambiguous(&one.name) {
                &one.of
            } else {
                &one.name
            };
            if !name.is_empty() {
                let asked = Ask {
                    of: &one.name,
                    ..tests(name)
                };
                self.push(2, "test", asked);
            }
        }
        self.push(3, "test", tests(""));
    }

    /// Why deleted lines were as they were.
    fn history(&mut self) {
        if self.site.file.status == Status::Added {
            return;
        }
        let before = self.site.file.previous.as_ref();
        let path = before.unwrap_or(&self.site.file.path);
        for (line, end) in self.site.deleted().into_iter().take(HISTORY) {
            let id = format!("{}/{}/{}", self.prefix, self.site.at, self.wanted.len());
            self.wanted.push(Wanted {
                at: self.site.at,
                beside: self.site.file.path.clone(),
                rank: 2,
                role: "earlier commit on these lines".to_string(),
                lookup: Lookup {
                    id,
                    query: Query::History,
                    text: String::new(),
                    path: path.clone(),
                    line,
                    end,
                },
                most: 2,
                of: String::new(),
                only: Only::All,
            });
        }
    }

    /// Where the file itself is named: scripts, settings and pages that use it.
    fn file(&mut self) {
        let name = last(&self.site.file.path).to_string();
        if kind_of(self.site.file) != FileKind::Tests && name.len() > SHORT {
            self.push(4, &format!("use of {name}"), searched(&name, 2));
        }
    }

    /// What follows from a line of a passage.
    fn followed(&mut self, line: &str, passage: &Passage, is_definition: bool) {
        let named = mentions(line).into_iter();
        for one in named.filter(|one| !is_common(&one.name)) {
            self.followed_name(&one, passage, is_definition);
        }
        for text in texts(line) {
            let role = format!("other use of {text}");
            let is_path = text.contains('/') || text.contains('.');
            let rank = if is_path { 5 } else { 6 };
            self.push(rank, &role, foreign(&text, 2));
            if text.contains('.') && !text.starts_with('/') {
                // A file beside a test, with what is expected.
                let folder = passage
                    .path
                    .rsplit_once('/')
                    .map_or("", |(folder, _)| folder);
                let asked = Ask {
                    query: Query::Read,
                    ..ask("", 1)
                };
                self.push_at(
                    5,
                    &format!("the file {text}"),
                    asked,
                    &format!("{folder}/{text}"),
                );
            }
        }
    }

    fn followed_name(&mut self, one: &Mention, passage: &Passage, is_definition: bool) {
        let is_own = ["", "self", "this", "super", "base"].contains(&one.of.as_str());
        let role = format!(
            "definition of {}, which {} names",
            one.name,
            last(&passage.path)
        );
        let rank = match one.kind {
            MentionKind::Call if is_definition && is_own => Some(5),
            MentionKind::Type if is_definition => Some(6),
            MentionKind::Call => Some(7),
            _ => None,
        };
        if let Some(rank) = rank {
            let most = if is_own { 4 } else { 2 };
            self.push_at(rank, &role, definition(&one.name, most), &passage.path);
        }
        if one.kind == MentionKind::Type && is_definition && passage.path.ends_with(".rs") {
            let role = format!("what happens at the end of a {}", one.name);
            self.push(5, &role, searched(&format!("Drop for {}", one.name), 1));
        }
        if one.kind == MentionKind::Constant && !is_definition {
            // What holds the name of what changed is used in its place.
            let role = format!("use of {}", one.name);
            self.push_at(4, &role, ask(&one.name, 3), &passage.path);
        }
        if one.kind != MentionKind::Type {
            self.spelled(
                7,
                &format!("{} elsewhere", one.name),
                &one.name,
                Only::Foreign,
            );
        }
    }
}

/// A text is looked up as it is.
fn searched(text: &str, most: usize) -> Ask<'_> {
    Ask {
        query: Query::Search,
        ..ask(text, most)
    }
}

fn foreign(text: &str, most: usize) -> Ask<'_> {
    Ask {
        only: Only::Foreign,
        ..ask(text, most)
    }
}

/// Whether too much else has the same name.
fn is_ambiguous(name: &str) -> bool {
    name.len() < SHORT || is_common(name)
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The type that a variable is called after: "Patient" for "patient".
fn type_of(of: &str) -> Option<String> {
    let name = of.trim_start_matches(['_', '$', '@']);
    let is_plain = ["self", "this", "super", "base", "that", "other"].contains(&name);
    let is_variable = name.len() >= SHORT && name.starts_with(char::is_lowercase);
    let words = words(name);
    (is_variable && !is_plain).then(|| words.iter().map(|word| capitalised(word)).collect())
}
