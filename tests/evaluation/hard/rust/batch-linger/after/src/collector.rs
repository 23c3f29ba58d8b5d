//! Collects events into batches.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender, TrySendError};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::Event;

/// How batches are made.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// A batch has at most so many events.
    pub size: usize,
    /// How long a batch waits for more events.
    pub linger: Duration,
    /// So many events can wait for a batch.
    pub waiting: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            size: 100,
            linger: Duration::from_secs(1),
            waiting: 10_000,
        }
    }
}

/// Takes events. Can be cloned; when the last clone is dropped, the batches end.
#[derive(Clone)]
pub struct Collector {
    sender: SyncSender<Event>,
    dropped: Arc<AtomicU64>,
}

/// Hands out batches.
pub struct Batches {
    receiver: Receiver<Event>,
    options: Options,
}

pub fn collector(options: Options) -> (Collector, Batches) {
    assert!(options.size > 0, "a batch has room for an event");
    let (sender, receiver) = mpsc::sync_channel(options.waiting);
    (
        Collector {
            sender,
            dropped: Arc::default(),
        },
        Batches { receiver, options },
    )
}

impl Collector {
    /// Adds an event. It is dropped if too many are waiting.
    pub fn add(&self, event: Event) {
        match self.sender.try_send(event) {
            Ok(()) => {}
            // Relaxed: the counter says nothing about other data.
            Err(TrySendError::Full(_)) => {
                self.dropped.fetch_add(1, Ordering::Relaxed);
            }
            // The program is about to end; nobody is left to be told.
            Err(TrySendError::Disconnected(_)) => {}
        }
    }

    /// How many events were dropped, by all clones together.
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }
}

impl Batches {
    /// The next batch, which is full unless there were not enough events in time. `None` when all collectors are gone.
    pub fn next_batch(&self) -> Option<Vec<Event>> {
        let mut batch = Vec::with_capacity(self.options.size);
        let deadline = Instant::now() + self.options.linger;
        while batch.len() < self.options.size {
            let left = deadline.saturating_duration_since(Instant::now());
            // With no time left, this still takes what is there already.
            match self.receiver.recv_timeout(left) {
                Ok(event) => batch.push(event),
                Err(RecvTimeoutError::Disconnected) if batch.is_empty() => return None,
                Err(_) => return Some(batch),
            }
        }
        Some(batch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPTIONS: Options = Options {
        size: 3,
        linger: Duration::from_millis(20),
        waiting: 5,
    };

    fn add(collector: &Collector, sequences: std::ops::Range<u64>) {
        for sequence in sequences {
            collector.add(Event {
                sequence,
                text: String::new(),
            });
        }
    }

    fn sequences(batch: Option<Vec<Event>>) -> Vec<u64> {
        batch.unwrap().iter().map(|event| event.sequence).collect()
    }

    #[test]
    fn a_batch_is_full_or_late() {
        let (collector, batches) = collector(OPTIONS);
        add(&collector, 0..4);

        assert_eq!(sequences(batches.next_batch()), [0, 1, 2]);
        assert_eq!(sequences(batches.next_batch()), [3]);
    }

    #[test]
    fn the_last_events_come_before_the_end() {
        let (collector, batches) = collector(OPTIONS);
        add(&collector, 0..1);
        drop(collector);

        assert_eq!(sequences(batches.next_batch()), [0]);
        assert_eq!(batches.next_batch(), None);
    }

    #[test]
    fn dropped_events_are_counted() {
        let (collector, _batches) = collector(OPTIONS);
        add(&collector.clone(), 0..7);

        assert_eq!(collector.dropped(), 2);
    }
}
