//! Bytes to text: UTF-8, or UTF-16 with a byte order mark. The mark is taken off.

/// Bytes that are not text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecodeError {
    /// First byte that is wrong, counted from the start of the file.
    pub offset: usize,
    /// 1-based line of that byte.
    pub line: usize,
    /// Which encoding the bytes were read as.
    pub encoding: &'static str,
}

/// The text of a file.
pub fn decode(bytes: &[u8]) -> Result<String, DecodeError> {
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => utf8(rest, 3),
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes, "UTF-16 (little endian)"),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes, "UTF-16 (big endian)"),
        _ => utf8(bytes, 0),
    }
}

fn utf8(bytes: &[u8], mark: usize) -> Result<String, DecodeError> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => {
            let good = error.valid_up_to();
            let lines = memchr::memchr_iter(b'\n', bytes.get(..good).unwrap_or(bytes)).count();
            Err(DecodeError {
                offset: good + mark,
                line: lines + 1,
                encoding: "UTF-8",
            })
        }
    }
}

fn utf16(
    bytes: &[u8],
    unit: fn([u8; 2]) -> u16,
    encoding: &'static str,
) -> Result<String, DecodeError> {
    let (pairs, odd) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(bytes.len());
    let mut units = 0;
    for decoded in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        match decoded {
            Ok(character) => {
                units += character.len_utf16();
                text.push(character);
            }
            Err(_) => return Err(misplaced(&text, units, encoding)),
        }
    }
    if odd.is_empty() {
        Ok(text)
    } else {
        Err(misplaced(&text, units, encoding))
    }
}

fn misplaced(before: &str, units: usize, encoding: &'static str) -> DecodeError {
    DecodeError {
        offset: 2 + units * 2,
        line: memchr::memchr_iter(b'\n', before.as_bytes()).count() + 1,
        encoding,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_come_off_and_bad_bytes_have_a_place() {
        assert_eq!(decode(b"\xef\xbb\xbf{}").as_deref(), Ok("{}"));
        assert_eq!(decode(b"\xff\xfe{\0}\0").as_deref(), Ok("{}"));
        assert_eq!(decode(b"\xfe\xff\0{\0}").as_deref(), Ok("{}"));
        assert_eq!(decode(b"\xff\xfe\x3d\xd8\x00\xde").as_deref(), Ok("😀"));
        let latin = decode(b"{\n \"a\": \"\xe9\"}").map_err(|e| (e.line, e.offset));
        assert_eq!(latin, Err((2, 9)));
        let half = decode(b"\xff\xfe{\0\n\0\x3d\xd8").map_err(|e| (e.line, e.offset));
        assert_eq!(half, Err((2, 6)));
        assert!(decode(b"\xff\xfe{\0}").is_err());
    }
}
