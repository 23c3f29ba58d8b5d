//! Buckets that fill up at a steady rate.

use std::time::{Duration, Instant};

/// How fast a bucket fills up, and how much it holds.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    pub per_second: f64,
    pub burst: f64,
}

/// A bucket of tokens. It may go into debt: then there are fewer than none.
pub struct Bucket {
    rate: Rate,
    tokens: f64,
    updated: Instant,
}

impl Bucket {
    /// A full bucket.
    pub fn new(rate: Rate, now: Instant) -> Self {
        Self {
            rate,
            tokens: rate.burst,
            updated: now,
        }
    }

    /// Takes tokens, or says how long to wait for them. To take more than the bucket holds, it must be full.
    pub fn take(&mut self, count: f64, now: Instant) -> Result<(), Duration> {
        self.fill(now);
        let needed = count.min(self.rate.burst);
        if self.tokens < needed {
            return Err(Duration::from_secs_f64(
                (needed - self.tokens) / self.rate.per_second,
            ));
        }
        self.tokens -= count;
        Ok(())
    }

    /// Undoes a `take`.
    pub fn give_back(&mut self, count: f64) {
        self.tokens = (self.tokens + count).min(self.rate.burst);
    }

    /// Whether the bucket would be full now, so that a new one would do as well.
    pub fn is_full(&self, now: Instant) -> bool {
        self.tokens + self.gained(now) >= self.rate.burst
    }

    fn fill(&mut self, now: Instant) {
        self.tokens = (self.tokens + self.gained(now)).min(self.rate.burst);
        // Never back: two threads may have read the clock in the other order.
        self.updated = self.updated.max(now);
    }

    fn gained(&self, now: Instant) -> f64 {
        now.saturating_duration_since(self.updated).as_secs_f64() * self.rate.per_second
    }
}
