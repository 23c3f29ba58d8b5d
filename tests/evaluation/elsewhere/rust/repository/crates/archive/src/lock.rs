//! Keeps two commands from writing at the same time.

use std::fs::{remove_file, File};
use std::io;
use std::path::{Path, PathBuf};

/// A claim on an archive.
pub struct Claim {
    file: PathBuf,
}

/// Claims the archive in `folder`; fails if somebody else has it.
pub fn claim(folder: &Path) -> io::Result<Claim> {
    let file = folder.join("lock");
    File::create_new(&file)?;
    Ok(Claim { file })
}

impl Drop for Claim {
    fn drop(&mut self) {
        let _ = remove_file(&self.file);
    }
}
