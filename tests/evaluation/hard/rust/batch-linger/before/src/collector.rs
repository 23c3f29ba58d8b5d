//! Collects events into batches.

use std::sync::mpsc::{self, Receiver, SyncSender};

use crate::Event;

const BATCH: usize = 100;
const WAITING: usize = 10_000;

/// Takes events. Can be cloned; when the last clone is dropped, the batches end.
#[derive(Clone)]
pub struct Collector {
    sender: SyncSender<Event>,
}

/// Hands out batches.
pub struct Batches {
    receiver: Receiver<Event>,
}

pub fn collector() -> (Collector, Batches) {
    let (sender, receiver) = mpsc::sync_channel(WAITING);
    (Collector { sender }, Batches { receiver })
}

impl Collector {
    /// Adds an event. It is dropped if too many are waiting.
    pub fn add(&self, event: Event) {
        let _ = self.sender.try_send(event);
    }
}

impl Batches {
    /// The next batch; the last may be smaller than the others. `None` when all collectors are gone.
    pub fn next_batch(&self) -> Option<Vec<Event>> {
        let mut batch = Vec::with_capacity(BATCH);
        while batch.len() < BATCH {
            match self.receiver.recv() {
                Ok(event) => batch.push(event),
                Err(_) if batch.is_empty() => return None,
                Err(_) => break,
            }
        }
        Some(batch)
    }
}
