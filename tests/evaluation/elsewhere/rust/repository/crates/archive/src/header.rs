//! Writes the beginning of a chunk.

pub const MAGIC: &[u8; 4] = b"ARC1";

/// The header of a chunk with that data.
pub fn header(data: &[u8]) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    bytes.extend_from_slice(&(data.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&checksum(data).to_le_bytes());
    bytes
}

pub fn checksum(data: &[u8]) -> u32 {
    data.iter().fold(2_166_136_261, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(16_777_619))
}
