//! A folder.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::PathBuf;

use super::Store;

pub struct Disk {
    pub folder: PathBuf,
}

impl Store for Disk {
    fn put(&self, name: &str, data: &[u8]) -> io::Result<()> {
        let part = self.folder.join(format!("{name}.part"));
        fs::write(&part, data)?;
        fs::rename(part, self.folder.join(name))
    }

    fn get(&self, name: &str) -> io::Result<Vec<u8>> {
        fs::read(self.folder.join(name))
    }

    fn delete(&self, name: &str) -> io::Result<()> {
        match fs::remove_file(self.folder.join(name)) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()), // an earlier run got this far
            done => done,
        }
    }
}
