//! Timers of the event loop.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::time::Instant;

struct Timer<T> {
    at: Instant,
    number: u64,
    action: T,
}

impl<T> Ord for Timer<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        // Reversed: the heap gives the greatest first.
        other
            .at
            .cmp(&self.at)
            .then_with(|| other.number.cmp(&self.number))
    }
}

impl<T> PartialOrd for Timer<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> PartialEq for Timer<T> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl<T> Eq for Timer<T> {}

/// Actions that are done at their time.
pub struct Timers<T> {
    waiting: BinaryHeap<Timer<T>>,
    next_number: u64,
}

impl<T> Default for Timers<T> {
    fn default() -> Self {
        Self {
            waiting: BinaryHeap::new(),
            next_number: 0,
        }
    }
}

impl<T> Timers<T> {
    pub fn set(&mut self, at: Instant, action: T) {
        self.waiting.push(Timer {
            at,
            number: self.next_number,
            action,
        });
        self.next_number += 1;
    }

    /// When the next timer is due.
    pub fn next_at(&self) -> Option<Instant> {
        self.waiting.peek().map(|timer| timer.at)
    }

    /// Takes the next action that is due.
    pub fn pop_due(&mut self, now: Instant) -> Option<T> {
        if self.next_at()? > now {
            return None;
        }
        self.waiting.pop().map(|timer| timer.action)
    }
}
