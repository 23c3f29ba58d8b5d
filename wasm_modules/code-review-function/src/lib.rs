//! The review function: says what to ask a model about a pull request, and what to conclude.
//!
//! [`review::review`] reads from top to bottom what happens; [`fold`] is how it asks without waiting.

// A wrong place in a text would end the whole review; see `slices`.
#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::string_slice))]

/// The contract of `../wit`: records and variants under [`wit`], the export's trait in here.
#[allow(unsafe_op_in_unsafe_fn, reason = "generated code of the canonical ABI")]
pub mod bindings {
    wit_bindgen::generate!({
        path: "../wit",
        world: "ruled-code-review-function",
        additional_derives: [PartialEq],
        generate_unused_types: true,
    });
}

pub use bindings::code_review_bot::review::types as wit;

mod anchor;
mod around;
mod bundles;
mod chunks;
mod desk;
mod findings;
mod flow;
pub mod fold;
mod generated;
pub mod kinds;
mod map;
mod merge;
pub mod patch;
mod pieces;
mod plain;
mod prompts;
mod questions;
#[allow(clippy::string_slice, reason = "its places are those of matches")]
mod reading;
mod related;
mod replacement;
mod reply;
mod review;
mod rounds;
mod schema;
mod scopes;
mod sheets;
mod show;
pub mod signals;
mod slices;
#[cfg(test)]
mod testing;
mod texts;
mod triage;
mod visible;
mod walkthrough;

use wit::{Change, Exchange, Question, Refusal, Settings, Step, Turn};

/// One call of the function: the next questions, or the review. `count` counts tokens as the model does.
pub fn run(
    change: &Change,
    settings: &Settings,
    answers: &[Exchange],
    count: &dyn Fn(&str) -> u32,
) -> Result<Step, Refusal> {
    fold::step(review::review(
        &fold::Cx::new(answers, count),
        change,
        settings,
    ))
}

/// One call for a question: what is to be asked or fetched next, or the answer.
pub fn reply(
    change: &Change,
    settings: &Settings,
    question: &Question,
    answers: &[Exchange],
    count: &dyn Fn(&str) -> u32,
) -> Result<Turn, Refusal> {
    let cx = fold::Cx::new(answers, count);
    fold::turn(reply::reply(&cx, change, settings, question))
}

struct Component;

impl bindings::Guest for Component {
    fn review(change: Change, settings: Settings, answers: Vec<Exchange>) -> Result<Step, Refusal> {
        run(
            &change,
            &settings,
            &answers,
            &bindings::code_review_bot::review::tokens::count,
        )
    }

    fn reply(
        change: Change,
        settings: Settings,
        question: Question,
        answers: Vec<Exchange>,
    ) -> Result<Turn, Refusal> {
        reply(
            &change,
            &settings,
            &question,
            &answers,
            &bindings::code_review_bot::review::tokens::count,
        )
    }

    fn families() -> Vec<String> {
        signals::families().into_iter().map(str::to_owned).collect()
    }
}

bindings::export!(Component with_types_in bindings);
