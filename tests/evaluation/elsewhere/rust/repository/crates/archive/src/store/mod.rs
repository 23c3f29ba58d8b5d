//! Where chunks and indexes are.

mod bucket;
mod disk;

use std::io;

pub use bucket::Bucket;
pub use disk::Disk;

/// Keeps data by name.
pub trait Store {
    fn put(&self, name: &str, data: &[u8]) -> io::Result<()>;
    fn get(&self, name: &str) -> io::Result<Vec<u8>>;
    fn delete(&self, name: &str) -> io::Result<()>;
}
