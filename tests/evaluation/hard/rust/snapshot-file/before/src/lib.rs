//! A small key-value store.

pub mod snapshot;

use std::collections::BTreeMap;

/// All entries of the store.
pub type Entries = BTreeMap<Vec<u8>, Vec<u8>>;
