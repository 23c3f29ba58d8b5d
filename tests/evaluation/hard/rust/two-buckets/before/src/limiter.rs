//! Limits the requests of clients.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

/// A bucket that fills up at a steady rate.
struct Bucket {
    tokens: f64,
    updated: Instant,
}

/// Limits the requests of each client.
pub struct Limiter {
    per_second: f64,
    burst: f64,
    buckets: HashMap<IpAddr, Bucket>,
}

impl Limiter {
    pub fn new(per_second: f64, burst: f64) -> Self {
        Self {
            per_second,
            burst,
            buckets: HashMap::new(),
        }
    }

    /// Whether the client may send a request now.
    pub fn allows(&mut self, client: IpAddr, now: Instant) -> bool {
        let full = Bucket {
            tokens: self.burst,
            updated: now,
        };
        let bucket = self.buckets.entry(client).or_insert(full);
        let passed = now.saturating_duration_since(bucket.updated).as_secs_f64();
        bucket.tokens = (bucket.tokens + passed * self.per_second).min(self.burst);
        bucket.updated = now;
        if bucket.tokens < 1.0 {
            return false;
        }
        bucket.tokens -= 1.0;
        true
    }

    /// Forgets clients that have not been seen for some time.
    pub fn forget_idle(&mut self, now: Instant, idle: Duration) {
        self.buckets
            .retain(|_, bucket| now.saturating_duration_since(bucket.updated) < idle);
    }
}
