//! Reads chunks, and tells what is wrong with them.

use crate::header::{checksum, MAGIC};

#[derive(Debug, PartialEq, Eq)]
pub enum Damage {
    TooShort,
    NotAChunk,
    WrongSum,
}

/// The data of a chunk.
pub fn data(chunk: &[u8]) -> Result<&[u8], Damage> {
    if chunk.len() < 12 {
        return Err(Damage::TooShort);
    }
    if &chunk[..4] != MAGIC {
        return Err(Damage::NotAChunk);
    }
    let length = number(&chunk[4..8]) as usize;
    let data = chunk.get(12..12 + length).ok_or(Damage::TooShort)?;
    if checksum(data) == number(&chunk[8..12]) {
        Ok(data)
    } else {
        Err(Damage::WrongSum)
    }
}

fn number(bytes: &[u8]) -> u32 {
    bytes.iter().rev().fold(0, |value, byte| value << 8 | u32::from(*byte))
}
