//! Bytes of a file to text: UTF-8 with or without byte order mark, UTF-16 with one.

/// Text of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The text without a byte order mark; what is no text became U+FFFD.
    pub text: String,
    /// Offset in `text` of the first bytes that are no text.
    pub first_invalid: Option<usize>,
}

/// Decodes the bytes of a file. Never fails; where bytes are no text, the result says so. Bytes that are the text already
/// become it as they lie.
pub fn decode(bytes: impl Into<Vec<u8>>) -> Decoded {
    let bytes = bytes.into();
    match &*bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest.to_owned()),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => utf8(bytes),
    }
}

fn utf8(bytes: Vec<u8>) -> Decoded {
    match String::from_utf8(bytes) {
        Ok(text) => Decoded {
            text,
            first_invalid: None,
        },
        Err(error) => Decoded {
            text: String::from_utf8_lossy(error.as_bytes()).into_owned(),
            first_invalid: Some(error.utf8_error().valid_up_to()),
        },
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Decoded {
    let mut text = String::with_capacity(bytes.len() / 2);
    let mut first_invalid = None;
    let (pairs, rest) = bytes.as_chunks::<2>();
    for decoded in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        if decoded.is_err() {
            first_invalid.get_or_insert(text.len());
        }
        text.push(decoded.unwrap_or(char::REPLACEMENT_CHARACTER));
    }
    if !rest.is_empty() {
        first_invalid.get_or_insert(text.len());
        text.push(char::REPLACEMENT_CHARACTER);
    }
    Decoded {
        text,
        first_invalid,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_taken_off() {
        assert_eq!(decode(b"\xEF\xBB\xBF{}").text, "{}");
        assert_eq!(decode(b"\xFF\xFE{\0\xE9\0}\0").text, "{é}");
        assert_eq!(decode(b"\xFE\xFF\0{\xD8\x3D\xDE\x00\0}").text, "{😀}");
        assert_eq!(decode("é".as_bytes()).first_invalid, None);
    }

    #[test]
    fn what_is_no_text_is_told() {
        assert_eq!(decode(b"ab\xFFc").first_invalid, Some(2));
        assert_eq!(decode(b"\xFF\xFEa\0\x00\xD8b\0").first_invalid, Some(1));
        assert_eq!(decode(b"\xFF\xFEa\0b").first_invalid, Some(1));
    }
}
