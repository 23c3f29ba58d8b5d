//! Counters, and their text for the metrics page.

use std::fmt::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};

/// A number that only grows. Relaxed, since no other data depends on it.
#[derive(Default)]
pub struct Counter(AtomicU64);

impl Counter {
    pub fn add(&self, count: u64) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }

    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// How well the cache does.
#[derive(Default)]
pub struct CacheMetrics {
    pub hits: Counter,
    pub misses: Counter,
    /// Misses for which there was an entry that was too old. They are among `misses`, too.
    pub stale: Counter,
    pub evictions: Counter,
}

impl CacheMetrics {
    /// Writes the counters in the text format that Prometheus reads.
    pub fn write(&self, out: &mut impl Write) -> fmt::Result {
        let counters = [
            ("hits", &self.hits),
            ("misses", &self.misses),
            ("stale", &self.stale),
            ("evictions", &self.evictions),
        ];
        for (name, counter) in counters {
            writeln!(out, "# TYPE thumbnail_cache_{name}_total counter")?;
            writeln!(out, "thumbnail_cache_{name}_total {}", counter.get())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_are_written_with_their_type() {
        let metrics = CacheMetrics::default();
        metrics.hits.add(2);
        metrics.hits.add(1);
        let mut text = String::new();

        metrics.write(&mut text).unwrap();

        assert!(text.starts_with(
            "# TYPE thumbnail_cache_hits_total counter\nthumbnail_cache_hits_total 3\n"
        ));
        assert_eq!(text.lines().count(), 8);
    }
}
