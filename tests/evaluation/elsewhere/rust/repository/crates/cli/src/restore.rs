use std::io;
use std::path::PathBuf;

use archive::{reader, Disk, Index, Store};

#[derive(clap::Args)]
pub struct Options {
    pub folder: PathBuf,
    pub path: String,
}

pub fn run(options: &Options) -> io::Result<()> {
    let store = Disk { folder: options.folder.clone() };
    let index = Index::default();
    let versions = index.versions(&options.path);
    let latest = versions.last().ok_or(io::ErrorKind::NotFound)?;
    for name in &latest.chunks {
        let chunk = store.get(name)?;
        let data = reader::data(&chunk).map_err(|damage| io::Error::other(format!("{damage:?}")))?;
        io::Write::write_all(&mut io::stdout(), data)?;
    }
    Ok(())
}
