//! What a file is, by its content.

/// What NPY files start with.
pub(super) const NPY: &[u8] = b"\x93NUMPY";

/// A kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// Numbers in rows.
    Text,
    /// Sound.
    Wav,
    /// An array of NumPy's.
    Npy,
    /// Arrays of NumPy's in an archive.
    Npz,
    /// A picture.
    Png,
    /// Images as MNIST has them.
    Idx,
    /// Something else.
    Unknown,
}

impl Content {
    /// By the first bytes (64 at least, or all), decompressed.
    pub fn of(start: &[u8]) -> Self {
        match start {
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..] => Self::Wav,
            [b'P', b'K', 3 | 5, 4 | 6, ..] => Self::Npz,
            [0, 0, 8, 1..=4, ..] => Self::Idx,
            _ if start.starts_with(&super::png::SIGNATURE) => Self::Png,
            _ if start.starts_with(NPY) => Self::Npy,
            _ if super::text::decode(&start[..start.len().min(64)]).is_none() => Self::Unknown,
            _ => Self::Text,
        }
    }

    /// Whether it has images rather than a recording.
    pub fn is_images(self) -> bool {
        matches!(self, Self::Png | Self::Idx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_decides() {
        let cases: [(&[u8], Content); 9] = [
            (b"", Content::Text),
            (b"1\n2\n", Content::Text),
            (b"\xff\xfe1\0\n\0", Content::Text),
            (b"RIFF\0\0\0\0WAVEfmt ", Content::Wav),
            (b"\x93NUMPY\x01\0", Content::Npy),
            (b"PK\x03\x04", Content::Npz),
            (b"\0\0\x08\x03\0\0", Content::Idx),
            (b"\x89PNG\r\n\x1a\n\0", Content::Png),
            (b"\x01\0\x02\0\xff\x07", Content::Unknown),
        ];
        for (bytes, expected) in cases {
            assert_eq!(Content::of(bytes), expected, "{bytes:?}");
        }
    }
}
