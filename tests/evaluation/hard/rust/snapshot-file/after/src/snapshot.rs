//! Snapshots of the store: the number of entries, keys and values behind their lengths, and a checksum.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use crate::checksum::{Checksum, Summing};
use crate::Entries;

/// Snapshots of the first version have the size of a key here, which was never 1.8 GB.
const MAGIC: &[u8] = b"snapshot 2\n";
const CHECKSUM_SIZE: usize = 4;

/// Saves all entries into a file. There is a whole snapshot at any time, the old one or the new one.
pub fn save(path: &Path, entries: &Entries) -> io::Result<()> {
    // Beside the file, as a rename does not work from one file system to another.
    let temporary = path.with_extension("new");
    let file = File::create(&temporary)?;
    let mut out = Summing::new(BufWriter::with_capacity(1 << 16, &file));
    write_entries(&mut out, entries)?;
    let sum = out.sum.value();
    out.write_all(&sum.to_le_bytes())?;
    file.sync_all()?;
    fs::rename(&temporary, path)?;
    sync_folder(path)
}

fn write_entries(out: &mut impl Write, entries: &Entries) -> io::Result<()> {
    out.write_all(MAGIC)?;
    out.write_all(&(entries.len() as u64).to_le_bytes())?;
    for (key, value) in entries {
        for part in [key, value] {
            let size = u32::try_from(part.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
            out.write_all(&size.to_le_bytes())?;
            out.write_all(part)?;
        }
    }
    Ok(())
}

/// A rename is on the disk when the folder is.
fn sync_folder(path: &Path) -> io::Result<()> {
    match path.parent() {
        // The parent of a single name is the empty path, which cannot be opened.
        Some(folder) if folder != Path::new("") => File::open(folder)?.sync_all(),
        _ => File::open(".")?.sync_all(),
    }
}

/// Loads the entries of a file; none if it does not exist.
pub fn load(path: &Path) -> io::Result<Entries> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Entries::new()),
        Err(error) => return Err(error),
    };
    if !bytes.starts_with(MAGIC) {
        return load_first_version(&bytes);
    }
    let (body, sum) = bytes
        .split_last_chunk::<CHECKSUM_SIZE>()
        .ok_or(io::ErrorKind::UnexpectedEof)?;
    let mut computed = Checksum::new();
    computed.update(body);
    if computed.value() != u32::from_le_bytes(*sum) {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "the snapshot is damaged",
        ));
    }
    let (count, mut rest) = body[MAGIC.len()..]
        .split_first_chunk()
        .ok_or(io::ErrorKind::UnexpectedEof)?;
    let mut entries = Entries::new();
    for _ in 0..u64::from_le_bytes(*count) {
        entries.insert(part(&mut rest)?, part(&mut rest)?);
    }
    Ok(entries)
}

/// Keys and values only, up to the end.
fn load_first_version(mut rest: &[u8]) -> io::Result<Entries> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_survive() {
        let path = std::env::temp_dir().join(format!("snapshot-{}", std::process::id()));
        let entries = Entries::from([
            (b"a".to_vec(), b"1".to_vec()),
            (Vec::new(), vec![0; 100_000]),
        ]);

        save(&path, &entries).unwrap();
        assert_eq!(load(&path).unwrap(), entries);

        let mut bytes = fs::read(&path).unwrap();
        bytes[30] ^= 1;
        fs::write(&path, &bytes).unwrap();
        assert_eq!(load(&path).unwrap_err().kind(), io::ErrorKind::InvalidData);
        fs::remove_file(&path).unwrap();
        assert!(load(&path).unwrap().is_empty());
    }

    #[test]
    fn snapshots_of_the_first_version_are_read() {
        let entries = load_first_version(&[1, 0, 0, 0, b'a', 0, 0, 0, 0]).unwrap();

        assert_eq!(entries, Entries::from([(b"a".to_vec(), Vec::new())]));
    }
}
