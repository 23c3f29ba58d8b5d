//! Which versions are kept.

use crate::index::Version;

pub struct Retention {
    pub days: u32,
}

impl Retention {
    /// The versions that may be deleted `today`. They come in the order of their days.
    pub fn expired<'a>(&self, versions: &'a [Version], today: u32) -> Vec<&'a Version> {
        let newest = versions.len().saturating_sub(1);
        versions[..newest].iter().filter(|version| version.day + self.days < today).collect()
    }
}
