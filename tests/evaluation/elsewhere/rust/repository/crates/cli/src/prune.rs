use std::io;
use std::path::PathBuf;

use archive::{Disk, Index, Retention, Store};

#[derive(clap::Args)]
pub struct Options {
    pub folder: PathBuf,
    /// How long versions are kept.
    #[arg(long, alias = "keep", default_value_t = 90)]
    pub days: u32,
    /// Only says what it would do.
    #[arg(long)]
    pub dry: bool,
}

pub fn run(options: &Options) -> io::Result<()> {
    let store = Disk { folder: options.folder.clone() };
    let index = Index::default();
    let retention = Retention { days: options.days };
    for path in index.paths() {
        let versions = index.versions(path);
        for version in retention.expired(&versions, today()) {
            println!("remove {path} of day {}", version.day);
            if !options.dry {
                version.chunks.iter().try_for_each(|name| store.delete(name))?;
            }
        }
    }
    Ok(())
}

fn today() -> u32 {
    let seconds = std::time::UNIX_EPOCH.elapsed().map_or(0, |passed| passed.as_secs());
    (seconds / 86_400) as u32
}
