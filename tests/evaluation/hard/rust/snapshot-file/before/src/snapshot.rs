//! Snapshots of the store.

use std::fs;
use std::io;
use std::path::Path;

use crate::Entries;

/// Saves all entries into a file.
pub fn save(path: &Path, entries: &Entries) -> io::Result<()> {
    let mut bytes = Vec::new();
    for (key, value) in entries {
        for part in [key, value] {
            bytes.extend_from_slice(&(part.len() as u32).to_le_bytes());
            bytes.extend_from_slice(part);
        }
    }
    fs::write(path, bytes)
}

/// Loads the entries of a file; none if it does not exist.
pub fn load(path: &Path) -> io::Result<Entries> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Entries::new()),
        Err(error) => return Err(error),
    };
    let mut rest = bytes.as_slice();
    let mut entries = Entries::new();
    while !rest.is_empty() {
        entries.insert(part(&mut rest)?, part(&mut rest)?);
    }
    Ok(entries)
}

fn part(rest: &mut &[u8]) -> io::Result<Vec<u8>> {
    let (size, after) = rest
        .split_first_chunk()
        .ok_or(io::ErrorKind::UnexpectedEof)?;
    let size = u32::from_le_bytes(*size) as usize;
    let part = after.get(..size).ok_or(io::ErrorKind::UnexpectedEof)?;
    *rest = &after[size..];
    Ok(part.to_vec())
}
