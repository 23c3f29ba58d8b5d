//! The host as the function sees it: the answers so far, and a token counter.
//!
//! The host calls a review function again and again, each time with every answer that it has. The function starts
//! from the top each time and asks the same questions in the same order. [`Host::ask`] returns the answers that
//! the journal holds, or else leaves early with the requests that are still open:
//!
//! ```ignore
//! fn review(host: &Host, change: &Change) -> Result<Review, Stop> {
//!     let answers = host.ask(&["first"], |_| request("first", change))?; // leaves here on the first call
//!     let more = host.ask(&["second"], |_| request("second", &answers))?; // leaves here on the second
//!     Ok(conclude(answers, more)) // gets here on the third
//! }
//! ```
//!
//! Two rules make this work: an id names one question within a review, and a question depends on nothing but the
//! change, the settings and the answers.

use std::collections::BTreeMap;

use crate::wit::{Answer, Exchange, Lookup, Place, Refusal, Request, Review, Step, Turn};

/// Why the function leaves before its end.
#[derive(Debug)]
pub enum Stop {
    /// These requests have no answer yet.
    Ask(Vec<Request>),
    /// These texts are not known yet.
    Fetch(Vec<Place>),
    /// These look-ups have no answer yet.
    Look(Vec<Lookup>),
    /// The function cannot review this; the message says what is wrong and what to do.
    Refuse(String),
    /// The model's context has no room for any question; the message says how much it needs.
    Small(String),
}

/// What one call of the function knows.
pub struct Host<'a> {
    journal: BTreeMap<&'a str, &'a Answer>,
    count: &'a dyn Fn(&str) -> u32,
}

impl<'a> Host<'a> {
    pub fn new(answers: &'a [Exchange], count: &'a dyn Fn(&str) -> u32) -> Self {
        let journal = answers.iter().map(|e| (e.id.as_str(), &e.answer)).collect();
        Host { journal, count }
    }

    /// How many tokens `text` takes; never too few.
    pub fn tokens(&self, text: &str) -> usize {
        (self.count)(text) as usize
    }

    /// The answers to the requests named by `ids`, in their order, once the journal holds them all. `request`
    /// writes the one of `ids[at]` only when it is still open, for prompts may be long.
    pub fn ask(
        &self,
        ids: &[String],
        request: impl Fn(usize) -> Result<Request, Stop>,
    ) -> Result<Vec<&'a Answer>, Stop> {
        let known: Vec<_> = ids
            .iter()
            .map(|id| self.journal.get(id.as_str()).copied())
            .collect();
        let open = (0..).zip(&known).filter(|(_, known)| known.is_none());
        let open = open
            .map(|(at, _)| request(at))
            .collect::<Result<Vec<_>, _>>()?;
        if open.is_empty() {
            Ok(known.into_iter().flatten().collect())
        } else {
            Err(Stop::Ask(open))
        }
    }
}

impl<'a> Host<'a> {
    /// The texts at `places`, in their order, once the journal holds them all; None for a text that
    /// is not available.
    pub fn fetch(&self, places: Vec<Place>) -> Result<Vec<Option<&'a str>>, Stop> {
        let known = |place: &Place| self.journal.get(place.id.as_str()).copied();
        let texts: Vec<_> = places.iter().map(known).collect();
        let open: Vec<Place> = places
            .into_iter()
            .zip(&texts)
            .filter_map(|(place, known)| known.is_none().then_some(place))
            .collect();
        if !open.is_empty() {
            return Err(Stop::Fetch(open));
        }
        Ok(texts.into_iter().flatten().map(text).collect())
    }

    /// The answers to the look-ups, in their order, once the journal holds them all.
    pub fn look(&self, lookups: Vec<Lookup>) -> Result<Vec<&'a Answer>, Stop> {
        let known = |lookup: &Lookup| self.journal.get(lookup.id.as_str()).copied();
        let answers: Vec<_> = lookups.iter().map(known).collect();
        let open = lookups.into_iter().zip(&answers);
        let open: Vec<Lookup> = open
            .filter_map(|(lookup, known)| known.is_none().then_some(lookup))
            .collect();
        if !open.is_empty() {
            return Err(Stop::Look(open));
        }
        Ok(answers.into_iter().flatten().collect())
    }
}

fn text(answer: &Answer) -> Option<&str> {
    match answer {
        Answer::Excerpt(excerpt) => Some(&excerpt.text),
        Answer::Completion(_) | Answer::Passages(_) | Answer::Failure(_) => None,
    }
}

/// The result of a call of `reply`, finished or left early.
pub fn turn(reply: Result<String, Stop>) -> Result<Turn, Refusal> {
    match reply {
        Ok(text) => Ok(Turn::Done(text)),
        Err(Stop::Ask(requests)) => Ok(Turn::Ask(requests)),
        Err(Stop::Fetch(places)) => Ok(Turn::Fetch(places)),
        Err(Stop::Look(lookups)) => Ok(Turn::Look(lookups)),
        Err(Stop::Refuse(message) | Stop::Small(message)) => Err(Refusal { message }),
    }
}

/// The result of a call of `review`, finished or left early.
pub fn step(review: Result<Review, Stop>) -> Result<Step, Refusal> {
    match review {
        Ok(review) => Ok(Step::Done(review)),
        Err(Stop::Ask(requests)) => Ok(Step::Ask(requests)),
        Err(Stop::Fetch(places)) => Ok(Step::Fetch(places)),
        Err(Stop::Look(lookups)) => Ok(Step::Look(lookups)),
        Err(Stop::Refuse(message) | Stop::Small(message)) => Err(Refusal { message }),
    }
}
