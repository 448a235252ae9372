//! Text as files have it: UTF-8 with or without a byte order mark, UTF-16, Latin-1.

use std::borrow::Cow;

/// The text of a file; UTF-8 is not copied. With a byte order mark that says the encoding; without one, text whose every second
/// byte is 0 is UTF-16, and what is not UTF-8 is taken for Latin-1. `None` for what is no text: bytes with zeros in them.
pub(super) fn decode(bytes: &[u8]) -> Option<Cow<'_, str>> {
    if let Some(rest) = bytes.strip_prefix(b"\xEF\xBB\xBF") {
        return decode_8_bit(rest);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xFF\xFE") {
        return Some(utf16(rest, u16::from_le_bytes));
    }
    if let Some(rest) = bytes.strip_prefix(b"\xFE\xFF") {
        return Some(utf16(rest, u16::from_be_bytes));
    }
    let start = &bytes[..bytes.len().min(64)];
    let zeros = |first: usize| start.len() >= 4 && start.iter().skip(first).step_by(2).all(|b| *b == 0);
    match (zeros(1), zeros(0)) {
        (true, false) => Some(utf16(bytes, u16::from_le_bytes)),
        (false, true) => Some(utf16(bytes, u16::from_be_bytes)),
        _ => decode_8_bit(bytes),
    }
}

fn decode_8_bit(bytes: &[u8]) -> Option<Cow<'_, str>> {
    if bytes.contains(&0) {
        return None;
    }
    match std::str::from_utf8(bytes) {
        // Lines of old machines end with a carriage return alone.
        Ok(text) if text.contains('\r') && !text.contains('\n') => Some(Cow::Owned(text.replace('\r', "\n"))),
        Ok(text) => Some(Cow::Borrowed(text)),
        Err(_) => Some(Cow::Owned(bytes.iter().map(|b| char::from(*b)).collect())),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Cow<'_, str> {
    let units = bytes.chunks_exact(2).map(|b| unit([b[0], b[1]]));
    Cow::Owned(char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_gives_the_same_text() {
        let text = "Temp [°C]\n1\n";
        let units: Vec<u16> = text.encode_utf16().collect();
        let little: Vec<u8> = units.iter().flat_map(|u| u.to_le_bytes()).collect();
        let big: Vec<u8> = units.iter().flat_map(|u| u.to_be_bytes()).collect();
        let latin: Vec<u8> = text.chars().map(|c| c as u8).collect();
        let with = |mark: &[u8], rest: &[u8]| [mark, rest].concat();
        let forms = [
            text.as_bytes().to_vec(),
            with(b"\xEF\xBB\xBF", text.as_bytes()),
            with(b"\xFF\xFE", &little),
            with(b"\xFE\xFF", &big),
            latin,
        ];
        for bytes in forms {
            assert_eq!(decode(&bytes).unwrap(), text, "{bytes:?}");
        }
        let plain: Vec<u8> = "12\n34\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(&plain).unwrap(), "12\n34\n");
    }

    #[test]
    fn zeros_are_no_text() {
        assert!(decode(b"ab\0c").is_none());
        assert!(decode(&[0; 40]).is_none());
        assert_eq!(decode(b"").unwrap(), "");
    }
}
