//! Timers of the event loop.

use std::cmp::{Ordering, Reverse};
use std::collections::{BinaryHeap, HashMap};
use std::time::Instant;

/// Names a timer, so that it can be cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Handle(u64);

/// How urgent a timer is; 0 is the most urgent.
pub type Priority = u8;

/// A timer that is due.
#[derive(PartialEq, Eq)]
struct Due {
    priority: Priority,
    at: Instant,
    handle: Handle,
}

impl Ord for Due {
    fn cmp(&self, other: &Self) -> Ordering {
        // The heap gives the greatest first: what is to run earlier is greater.
        Ordering::Equal
            .then_with(|| self.priority.cmp(&other.priority))
            .then_with(|| other.at.cmp(&self.at))
            .then_with(|| other.handle.cmp(&self.handle))
    }
}

impl PartialOrd for Due {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

struct Timer<T> {
    priority: Priority,
    action: T,
}

/// Actions that are done at their time, the most urgent first.
pub struct Timers<T> {
    /// The timers that have not been done or cancelled.
    timers: HashMap<Handle, Timer<T>>,
    /// Timers by their time. Those that were cancelled stay until they come to the top.
    waiting: BinaryHeap<Reverse<(Instant, Handle)>>,
    due: BinaryHeap<Due>,
    next_handle: u64,
}

impl<T> Default for Timers<T> {
    fn default() -> Self {
        Self {
            timers: HashMap::new(),
            waiting: BinaryHeap::new(),
            due: BinaryHeap::new(),
            next_handle: 0,
        }
    }
}

impl<T> Timers<T> {
    pub fn set(&mut self, at: Instant, priority: Priority, action: T) -> Handle {
        // 2^64 timers are never set.
        let handle = Handle(self.next_handle);
        self.next_handle += 1;
        self.timers.insert(handle, Timer { priority, action });
        self.waiting.push(Reverse((at, handle)));
        handle
    }

    /// Cancels a timer and returns its action, unless it has been done already.
    pub fn cancel(&mut self, handle: Handle) -> Option<T> {
        self.timers.remove(&handle).map(|timer| timer.action)
    }

    /// When the next timer is due. It may have been cancelled: then the loop wakes up once for nothing.
    pub fn next_at(&self) -> Option<Instant> {
        let waiting = self.waiting.peek().map(|Reverse((at, _))| *at);
        // Timers that are due were due before all that wait.
        self.due.peek().map(|due| due.at).or(waiting)
    }

    /// Takes the most urgent action that is due.
    pub fn pop_due(&mut self, now: Instant) -> Option<T> {
        self.collect_due(now);
        while let Some(due) = self.due.pop() {
            if let Some(timer) = self.timers.remove(&due.handle) {
                return Some(timer.action);
            }
        }
        None
    }

    /// Moves the timers whose time has come to those that are due.
    fn collect_due(&mut self, now: Instant) {
        while let Some(&Reverse((at, handle))) = self.waiting.peek() {
            if at > now {
                break;
            }
            self.waiting.pop();
            if let Some(timer) = self.timers.get(&handle) {
                self.due.push(Due {
                    priority: timer.priority,
                    at,
                    handle,
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const SECOND: Duration = Duration::from_secs(1);

    fn all_due<T>(timers: &mut Timers<T>, now: Instant) -> Vec<T> {
        std::iter::from_fn(|| timers.pop_due(now)).collect()
    }

    #[test]
    fn timers_of_a_priority_run_in_the_order_of_their_times() {
        let (mut timers, now) = (Timers::default(), Instant::now());
        timers.set(now + SECOND, 1, "b");
        timers.set(now, 1, "a");
        timers.set(now + SECOND, 1, "c");

        assert_eq!(all_due(&mut timers, now + SECOND), ["a", "b", "c"]);
    }

    #[test]
    fn what_is_not_due_waits() {
        let (mut timers, now) = (Timers::default(), Instant::now());
        timers.set(now + SECOND, 0, "later");
        timers.set(now, 9, "now");

        assert_eq!(all_due(&mut timers, now), ["now"]);
        assert_eq!(timers.next_at(), Some(now + SECOND));
    }

    #[test]
    fn cancelled_timers_do_not_run() {
        let (mut timers, now) = (Timers::default(), Instant::now());
        let handle = timers.set(now, 0, "a");
        timers.set(now, 0, "b");

        assert_eq!(timers.cancel(handle), Some("a"));
        assert_eq!(timers.cancel(handle), None);
        assert_eq!(all_due(&mut timers, now), ["b"]);
    }
}
