//! The review function: decides what to ask a model about a pull request, and what to conclude.
//!
//! [`review::review`] shows the whole course of a review; [`ask::host`] is how it asks without waiting.
//! The folders build on one another in this order: `text`, `diff`, `signals`, `ask`, `findings`, `summary`,
//! `reply`. None uses one that comes after it.

// An index out of bounds would end the whole review; see `text::slices`.
#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::string_slice))]

mod ask;
pub mod diff;
mod findings;
mod reply;
mod review;
pub mod signals;
mod summary;
#[cfg(test)]
mod testing;
mod text;
pub mod wit;

use ask::host::{self, Host};
use wit::{Change, Exchange, Question, Refusal, Settings, Step, Turn, bindings, tokens};

/// One call of `review`: the next requests, or the review. `count` counts tokens as the model does.
pub fn run(
    change: &Change,
    settings: &Settings,
    answers: &[Exchange],
    count: &dyn Fn(&str) -> u32,
) -> Result<Step, Refusal> {
    let host = Host::new(answers, count);
    host::step(review::review(&host, change, settings))
}

/// One call of `reply`: the next requests, or the answer to the question.
pub fn reply(
    change: &Change,
    settings: &Settings,
    question: &Question,
    answers: &[Exchange],
    count: &dyn Fn(&str) -> u32,
) -> Result<Turn, Refusal> {
    let host = Host::new(answers, count);
    host::turn(reply::reply(&host, change, settings, question))
}

struct Component;

impl bindings::Guest for Component {
    fn review(change: Change, settings: Settings, answers: Vec<Exchange>) -> Result<Step, Refusal> {
        run(&change, &settings, &answers, &tokens::count)
    }

    fn reply(
        change: Change,
        settings: Settings,
        question: Question,
        answers: Vec<Exchange>,
    ) -> Result<Turn, Refusal> {
        reply(&change, &settings, &question, &answers, &tokens::count)
    }

    fn families() -> Vec<String> {
        signals::families().into_iter().map(str::to_owned).collect()
    }
}

bindings::export!(Component with_types_in bindings);
