//! Backups in chunks.

pub mod chunk;
pub mod header;
pub mod index;
pub mod lock;
pub mod reader;
pub mod retention;
pub mod size;
pub mod store;
pub mod upload;

pub use chunk::Chunker;
pub use index::{Index, Version};
pub use retention::Retention;
pub use store::{Bucket, Disk, Store};
