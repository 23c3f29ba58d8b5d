//! Reads the binary kind of PPM.

use crate::image::{Image, ReadError, MAX_PIXELS};

pub fn read(bytes: &[u8]) -> Result<Image, ReadError> {
    let mut fields = bytes.splitn(5, |byte| byte.is_ascii_whitespace()).skip(1);
    let mut number = || -> Option<u32> { std::str::from_utf8(fields.next()?).ok()?.parse().ok() };
    let (width, height, depth) = (number(), number(), number());
    let (Some(width), Some(height), Some(255)) = (width, height, depth) else {
        return Err(ReadError::Unsupported("this kind of PPM"));
    };
    if u64::from(width) * u64::from(height) > u64::from(MAX_PIXELS) {
        return Err(ReadError::TooLarge);
    }
    let pixels = fields.next().unwrap_or_default();
    let size = width as usize * height as usize * 3;
    let pixels = pixels.get(..size).ok_or(ReadError::Truncated)?.to_vec();
    Ok(Image {
        width,
        height,
        pixels,
    })
}
