//! Cuts data into chunks.

use crate::size::Limits;

/// Collects data until there is enough of it for a chunk.
#[derive(Default)]
pub struct Chunker {
    buffer: Vec<u8>,
    chunks: Vec<Vec<u8>>,
}

impl Chunker {
    pub fn add(&mut self, data: &[u8]) {
        self.buffer.extend_from_slice(data);
    }

    pub fn finish(mut self) -> Vec<Vec<u8>> {
        if !self.buffer.is_empty() {
            self.chunks.push(self.buffer);
        }
        self.chunks
    }

    /// Whether a file is stored without being cut.
    pub fn is_small(kibibytes: usize) -> bool {
        kibibytes <= Limits::SMALL
    }
}
