//! Reads uncompressed bitmaps with 24 or 32 bits for each pixel.

use crate::image::{Image, ReadError, MAX_PIXELS};

/// The sizes of the file header and of the shortest information header with 32-bit fields.
const HEADERS: usize = 14 + 40;

const UNCOMPRESSED: u32 = 0;

struct Header {
    width: u32,
    height: u32,
    /// Whether the first row in the file is the top one. Usually it is the bottom one.
    is_top_down: bool,
    bytes_per_pixel: usize,
    /// Where the pixels begin.
    offset: usize,
}

pub fn read(bytes: &[u8]) -> Result<Image, ReadError> {
    let header = read_header(bytes)?;
    if u64::from(header.width) * u64::from(header.height) > u64::from(MAX_PIXELS) {
        return Err(ReadError::TooLarge);
    }
    let (width, height) = (header.width as usize, header.height as usize);
    let mut pixels = vec![0; width * height * 3];
    let rows = bytes.get(header.offset..).ok_or(ReadError::Truncated)?;
    let stride = stride(width, header.bytes_per_pixel);
    for (y, target) in pixels.chunks_exact_mut(width * 3).enumerate() {
        let y = if header.is_top_down {
            y
        } else {
            height - 1 - y
        };
        // The padding of the last row may be missing: some programs leave it out.
        let row = rows.get(y * stride..y * stride + width * header.bytes_per_pixel);
        copy_row(
            row.ok_or(ReadError::Truncated)?,
            target,
            header.bytes_per_pixel,
        );
    }
    Ok(Image {
        width: header.width,
        height: header.height,
        pixels,
    })
}

/// Rows begin at multiples of four bytes.
fn stride(width: usize, bytes_per_pixel: usize) -> usize {
    (width * bytes_per_pixel).next_multiple_of(4)
}

fn copy_row(row: &[u8], target: &mut [u8], bytes_per_pixel: usize) {
    // The file has blue first; a fourth byte is unused.
    for (from, to) in row
        .chunks_exact(bytes_per_pixel)
        .zip(target.chunks_exact_mut(3))
    {
        to.copy_from_slice(&[from[2], from[1], from[0]]);
    }
}

fn read_header(bytes: &[u8]) -> Result<Header, ReadError> {
    let header = bytes.get(..HEADERS).ok_or(ReadError::Truncated)?;
    if u32_at(header, 14) < 40 {
        return Err(ReadError::Unsupported("the bitmap of OS/2"));
    }
    let width = u32_at(header, 18);
    // A negative height says that the rows are stored from the top.
    let height = u32_at(header, 22) as i32;
    if width == 0 || width > i32::MAX as u32 || height == 0 {
        return Err(ReadError::Unsupported("an empty bitmap"));
    }
    let bytes_per_pixel = match u16_at(header, 28) {
        24 => 3,
        32 => 4,
        _ => return Err(ReadError::Unsupported("a bitmap with a palette")),
    };
    if u32_at(header, 30) != UNCOMPRESSED {
        return Err(ReadError::Unsupported("a compressed bitmap"));
    }
    Ok(Header {
        width,
        height: height.unsigned_abs(),
        is_top_down: height < 0,
        bytes_per_pixel,
        offset: u32_at(header, 10) as usize,
    })
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bitmap(width: u32, height: i32, pixels: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0; HEADERS];
        bytes[..2].copy_from_slice(b"BM");
        bytes[10..14].copy_from_slice(&(HEADERS as u32).to_le_bytes());
        bytes[14..18].copy_from_slice(&40_u32.to_le_bytes());
        bytes[18..22].copy_from_slice(&width.to_le_bytes());
        bytes[22..26].copy_from_slice(&height.to_le_bytes());
        bytes[28] = 24;
        bytes.extend_from_slice(pixels);
        bytes
    }

    #[test]
    fn rows_come_from_the_bottom_and_are_padded() {
        let image = read(&bitmap(1, 2, &[1, 2, 3, 0, 4, 5, 6])).unwrap();

        assert_eq!(image.pixels, [6, 5, 4, 3, 2, 1]);
    }

    #[test]
    fn a_negative_height_means_from_the_top() {
        let image = read(&bitmap(1, -2, &[1, 2, 3, 0, 4, 5, 6, 0])).unwrap();

        assert_eq!((image.height, image.pixels), (2, vec![3, 2, 1, 6, 5, 4]));
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        assert_eq!(
            read(&bitmap(2, 2, &[0; 8])).err(),
            Some(ReadError::Truncated)
        );
        assert_eq!(
            read(&bitmap(10_000, 10_000, &[])).err(),
            Some(ReadError::TooLarge)
        );
        assert_eq!(read(b"BM").err(), Some(ReadError::Truncated));
    }
}
