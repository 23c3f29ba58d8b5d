//! Thumbnails of files.

pub mod cache;
