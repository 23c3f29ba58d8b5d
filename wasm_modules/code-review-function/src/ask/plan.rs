//! The plan for a change that is too large for one question: which files belong together, and what changes for the
//! rest of them.

use std::fmt::Write;

use serde_json::Value;

use crate::ask::answers::{list, numbers, sentences};
use crate::ask::host::Stop;
use crate::ask::needs;
use crate::ask::prompt_context::{PromptContext, flag};
use crate::ask::questions::{Question, ask};
use crate::ask::schema;
use crate::diff::render;
use crate::text::ranges::ranges;
use crate::text::visible::{clip, one_line};

/// The most groups, files of a group as text, contracts, and look-ups.
const GROUPS: usize = 30;
const NUMBERS: usize = 160;
const CONTRACTS: usize = 8;
const NEEDS: usize = 6;
/// The most signatures of a file in the list.
const SIGNATURES: usize = 6;
/// The most bytes of a path, a signature and a contract.
const PATH: usize = 300;
const SIGNATURE: usize = 160;
const CONTRACT: usize = 300;
/// The most tokens of what the plan adds to every question, and the part of the room that the list may take.
const NOTED: usize = 2000;
const LIST: usize = 2;

/// Files that are read together, and what is noted about the whole change; both may be empty.
#[derive(Default)]
pub struct Plan {
    pub groups: Vec<Vec<usize>>,
    pub noted: String,
}

/// Asks for a plan for these files. Without an answer there is none.
pub fn plan(context: &PromptContext, files: &[usize]) -> Result<Plan, Stop> {
    let schema = form(context.may_look());
    let bare = prompt(context, "x", &schema)?;
    let room = context.room(&bare, &schema) / LIST;
    let map = context.clipped(&listed(context, files), room);
    let write = || Ok((prompt(context, &map, &schema)?, schema.clone()));
    let question = Question {
        id: "plan".to_string(),
        write: Box::new(write),
    };
    let answer = ask(context, &[question], &["groups", "contracts"])?.pop();
    match answer {
        Some(Ok(value)) => read(context, files, &value),
        _ => Ok(Plan::default()),
    }
}

fn form(may_look: bool) -> String {
    let group = schema::object(&[("files", schema::text(NUMBERS))]);
    let mut fields = vec![
        ("groups", schema::list(&group, GROUPS)),
        (
            "contracts",
            schema::list(&schema::text(CONTRACT), CONTRACTS),
        ),
    ];
    if may_look {
        fields.push(("needs", schema::needs(NEEDS)));
    }
    schema::object(&fields)
}

/// Renders the template with all of its parts, to find out whether it is broken.
pub fn check_template(context: &PromptContext) -> Result<(), Stop> {
    prompt(context, "x", "x").map(|_| ())
}

fn prompt(context: &PromptContext, map: &str, schema: &str) -> Result<String, Stop> {
    let intent = context.intent();
    let values = [
        ("title", intent.title.as_str()),
        ("body", &intent.body),
        ("issues", &intent.issues),
        ("commits", &intent.commits),
        ("map", map),
        ("lookups", flag(context.may_look())),
        ("schema", context.schema_in_prompt(schema)),
    ];
    context.render("plan", &values)
}

/// The files by number, with their sizes and the definitions that the change touches.
fn listed(context: &PromptContext, files: &[usize]) -> String {
    let mut out = String::new();
    for (nth, at) in (1..).zip(files) {
        let Some(file) = context.change.files.get(*at) else {
            continue;
        };
        let (path, status) = (one_line(&file.path, PATH), render::status_name(file.status));
        let _ = writeln!(
            out,
            "{nth} {path} ({status}, +{} -{})",
            file.additions, file.deletions
        );
        for signature in context.signatures(*at).iter().take(SIGNATURES) {
            let _ = writeln!(out, "  {}", one_line(signature, SIGNATURE));
        }
    }
    out
}

fn read(context: &PromptContext, files: &[usize], value: &Value) -> Result<Plan, Stop> {
    let groups = list(value, "groups").iter().take(GROUPS).map(|group| {
        let named = ranges(&numbers(group, "files"), files.len());
        let members = named.into_iter().filter_map(|nth| files.get(nth - 1));
        members.copied().collect()
    });
    let contracts = sentences(value, "contracts").into_iter().take(CONTRACTS);
    let mut noted: String = contracts
        .map(|said| format!("- {}\n", clip(&one_line(&said, CONTRACT), CONTRACT)))
        .collect();
    if context.may_look() {
        let wanted = vec![needs::read_up_to(value, NEEDS)];
        let found = needs::look(context.host, "plan/need", &wanted)?;
        noted.push_str(&found.concat());
    }
    Ok(Plan {
        groups: groups.collect(),
        noted: context.clipped(&noted, NOTED).trim_end().to_string(),
    })
}
