//! Limits the requests of clients, and the bytes that they send.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use crate::bucket::{Bucket, Rate};

struct Client {
    requests: Bucket,
    bytes: Bucket,
}

impl Client {
    /// Takes a request and its bytes, or nothing at all.
    fn take(&mut self, size: f64, now: Instant) -> Result<(), Duration> {
        self.requests.take(1.0, now)?;
        if let Err(wait) = self.bytes.take(size, now) {
            self.requests.give_back(size);
            return Err(wait);
        }
        Ok(())
    }
}

/// Limits each client.
pub struct Limiter {
    requests: Rate,
    bytes: Rate,
    clients: HashMap<IpAddr, Client>,
}

impl Limiter {
    pub fn new(requests: Rate, bytes: Rate) -> Self {
        for rate in [requests, bytes] {
            assert!(
                rate.per_second > 0.0 && rate.burst >= 1.0,
                "a bucket must fill up: {rate:?}"
            );
        }
        Self {
            requests,
            bytes,
            clients: HashMap::new(),
        }
    }

    /// Whether the client may send a body of this size now; if not, how long it should wait.
    pub fn check(&mut self, client: IpAddr, size: u64, now: Instant) -> Result<(), Duration> {
        let (requests, bytes) = (self.requests, self.bytes);
        let client = self.clients.entry(client).or_insert_with(|| Client {
            requests: Bucket::new(requests, now),
            bytes: Bucket::new(bytes, now),
        });
        // Sizes beyond 2^53 lose some bytes, which makes no difference.
        client.take(size as f64, now)
    }

    /// Forgets clients whose buckets are full. A client in debt is kept, however long it has not been seen.
    pub fn forget_idle(&mut self, now: Instant) {
        self.clients
            .retain(|_, client| !(client.requests.is_full(now) && client.bytes.is_full(now)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLIENT: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);
    const SECOND: Duration = Duration::from_secs(1);

    fn limiter() -> Limiter {
        Limiter::new(
            Rate {
                per_second: 1.0,
                burst: 2.0,
            },
            Rate {
                per_second: 100.0,
                burst: 1000.0,
            },
        )
    }

    #[test]
    fn requests_are_limited() {
        let (mut limiter, now) = (limiter(), Instant::now());

        assert_eq!(limiter.check(CLIENT, 0, now), Ok(()));
        assert_eq!(limiter.check(CLIENT, 0, now), Ok(()));
        assert_eq!(limiter.check(CLIENT, 0, now), Err(SECOND));
        assert_eq!(limiter.check(CLIENT, 0, now + SECOND), Ok(()));
    }

    #[test]
    fn bytes_are_limited() {
        let (mut limiter, now) = (limiter(), Instant::now());

        assert_eq!(limiter.check(CLIENT, 900, now), Ok(()));
        assert_eq!(limiter.check(CLIENT, 300, now), Err(2 * SECOND));
        assert_eq!(limiter.check(CLIENT, 300, now + 2 * SECOND), Ok(()));
    }

    #[test]
    fn a_large_body_is_paid_back() {
        let (mut limiter, now) = (limiter(), Instant::now());

        assert_eq!(limiter.check(CLIENT, 2000, now), Ok(()));
        assert_eq!(limiter.check(CLIENT, 100, now), Err(11 * SECOND));
        limiter.forget_idle(now + 10 * SECOND);
        assert_eq!(limiter.clients.len(), 1);
        limiter.forget_idle(now + 20 * SECOND);
        assert_eq!(limiter.clients.len(), 0);
    }
}
