//! Uploads batches.

use std::thread::{self, JoinHandle};

use crate::collector::Batches;
use crate::Event;

/// Where batches are uploaded to.
pub trait Target: Send + 'static {
    /// Stores a batch under a name. Storing the same name again replaces the batch.
    fn store(&mut self, name: &str, body: String) -> Result<(), String>;
}

/// Uploads all batches, in a thread of its own.
pub fn start(batches: Batches, mut target: impl Target) -> JoinHandle<()> {
    thread::spawn(move || {
        while let Some(batch) = batches.next_batch() {
            let name = name_of(&batch);
            if let Err(error) = target.store(&name, body_of(&batch)) {
                eprintln!("cannot upload {name}: {error}");
            }
        }
    })
}

fn name_of(batch: &[Event]) -> String {
    let first = batch.first().expect("a batch has events");
    let last = batch.last().expect("a batch has events");
    format!("{:020}-{:020}.log", first.sequence, last.sequence)
}

fn body_of(batch: &[Event]) -> String {
    batch
        .iter()
        .map(|event| format!("{} {}\n", event.sequence, event.text))
        .collect()
}
