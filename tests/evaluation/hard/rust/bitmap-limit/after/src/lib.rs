//! Previews of uploaded files.

pub mod bmp;
pub mod image;
pub mod ppm;

use image::{Image, ReadError};

/// Reads an image of any format that is known.
pub fn read(bytes: &[u8]) -> Result<Image, ReadError> {
    if bytes.starts_with(b"BM") {
        return bmp::read(bytes);
    }
    if bytes.starts_with(b"P6") {
        return ppm::read(bytes);
    }
    Err(ReadError::Unknown)
}
