//! Images in memory.

use std::fmt;

/// More pixels than these are not read.
pub const MAX_PIXELS: u32 = 50_000_000;

/// An image with three bytes for each pixel (red, green, blue), row by row from the top.
pub struct Image {
    pub width: u32,
    pub height: u32,
    pub pixels: Vec<u8>,
}

#[derive(Debug, PartialEq, Eq)]
pub enum ReadError {
    Unknown,
    Unsupported(&'static str),
    TooLarge,
    Truncated,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => write!(f, "not an image"),
            Self::Unsupported(what) => write!(f, "{what} is not supported"),
            Self::TooLarge => write!(f, "the image has more than {MAX_PIXELS} pixels"),
            Self::Truncated => write!(f, "the file is not complete"),
        }
    }
}

impl std::error::Error for ReadError {}
