//! A cache of thumbnails in memory.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use crate::metrics::CacheMetrics;

/// A thumbnail, as PNG.
pub type Thumbnail = Arc<Vec<u8>>;

#[derive(Clone)]
struct Entry {
    thumbnail: Thumbnail,
    /// When the file was last modified before the thumbnail was made.
    modified: SystemTime,
    /// When the entry was last used, by the clock of the cache.
    used: u64,
}

/// Keeps the thumbnails that were used last.
pub struct Cache {
    capacity: usize,
    entries: Mutex<HashMap<PathBuf, Entry>>,
    /// Grows with every use.
    clock: AtomicU64,
    metrics: CacheMetrics,
}

impl Cache {
    pub fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "a cache holds at least one entry");
        Self {
            capacity,
            entries: Mutex::default(),
            clock: AtomicU64::new(0),
            metrics: CacheMetrics::default(),
        }
    }

    pub fn metrics(&self) -> &CacheMetrics {
        &self.metrics
    }

    /// The thumbnail of a file that was last modified at this time, from the cache or from `make`.
    pub fn get<E>(
        &self,
        path: &Path,
        modified: SystemTime,
        make: impl FnOnce(&Path) -> Result<Vec<u8>, E>,
    ) -> Result<Thumbnail, E> {
        let found = self.entries.lock().unwrap().get(path).cloned();
        if let Some(entry) = found {
            // Not `<`: a file that was replaced by an older one has changed, too.
            if entry.modified == modified {
                self.metrics.hits.add(1);
                self.touch(path);
                return Ok(entry.thumbnail);
            }
            self.metrics.stale.add(1);
        }
        self.metrics.misses.add(1);
        let thumbnail = Arc::new(make(path)?);
        self.put(path, modified, Arc::clone(&thumbnail));
        Ok(thumbnail)
    }

    /// Forgets a file and all files below it.
    pub fn forget(&self, path: &Path) {
        self.entries
            .lock()
            .unwrap()
            .retain(|known, _| !known.starts_with(path));
    }

    pub fn len(&self) -> usize {
        self.entries.lock().unwrap().len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Marks an entry as used, if it is still there.
    fn touch(&self, path: &Path) {
        let now = self.tick();
        if let Some(entry) = self.entries.lock().unwrap().get_mut(path) {
            entry.used = now;
        }
    }

    fn tick(&self) -> u64 {
        self.clock.fetch_add(1, Ordering::Relaxed)
    }

    fn put(&self, path: &Path, modified: SystemTime, thumbnail: Thumbnail) {
        let used = self.tick();
        let mut entries = self.entries.lock().unwrap();
        entries.insert(
            path.to_owned(),
            Entry {
                thumbnail,
                modified,
                used,
            },
        );
        while entries.len() > self.capacity {
            let oldest = entries
                .iter()
                .min_by_key(|(_, entry)| entry.used)
                .map(|(path, _)| path.clone());
            match oldest {
                Some(path) => entries.remove(&path),
                None => break,
            };
            self.metrics.evictions.add(1);
        }
    }
}
