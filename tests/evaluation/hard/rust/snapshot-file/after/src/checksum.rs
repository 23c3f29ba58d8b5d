//! A checksum of what is written.

use std::io::{self, Write};

/// Adler-32. It finds accidents, and is no protection against forgery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checksum {
    a: u32,
    b: u32,
}

impl Checksum {
    const MODULUS: u32 = 65_521;
    /// After so many bytes, the sums could be too large for 32 bits.
    const CHUNK: usize = 5_552;

    pub fn new() -> Self {
        Self { a: 1, b: 0 }
    }

    pub fn update(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(Self::CHUNK) {
            for &byte in chunk {
                self.a += u32::from(byte);
                self.b += self.a;
            }
            self.a %= Self::MODULUS;
            self.b %= Self::MODULUS;
        }
    }

    pub fn value(self) -> u32 {
        self.b << 16 | self.a
    }
}

/// Passes on what is written, and computes its checksum.
pub struct Summing<W> {
    inner: W,
    pub sum: Checksum,
}

impl<W: Write> Summing<W> {
    pub fn new(inner: W) -> Self {
        Self {
            inner,
            sum: Checksum::new(),
        }
    }
}

impl<W: Write> Write for Summing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Only what was taken counts: the rest is written again.
        let written = self.inner.write(bytes)?;
        self.sum.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
