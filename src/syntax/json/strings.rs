//! The characters between the quotes of a JSON string to text, and the way back.

use crate::text::{FileId, OffsetMap};

/// What stands between the quotes. A string that is never closed has only the first.
pub(super) fn inner(source: &str) -> &str {
    let mut chars = source.chars();
    let Some(quote) = chars.next() else {
        return "";
    };
    let rest = chars.as_str();
    match rest.strip_suffix(quote) {
        Some(closed) if !ends_in_escape(closed) => closed,
        _ => rest,
    }
}

fn ends_in_escape(text: &str) -> bool {
    let backslashes = text.bytes().rev().take_while(|byte| *byte == b'\\').count();
    backslashes % 2 == 1
}

/// The text, escapes resolved.
pub(super) fn decode(inner: &str) -> String {
    let mut text = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
        text.push_str(rest.get(..at).unwrap_or(""));
        let (character, length) = escape(rest.get(at..).unwrap_or(""));
        text.push(character);
        rest = rest.get(at + length..).unwrap_or("");
    }
    text.push_str(rest);
    text
}

/// Where the decoded characters stand.
pub(super) fn offsets(file: FileId, start: u32, inner: &str) -> OffsetMap {
    let mut map = OffsetMap::linear(file, start);
    let (mut at, mut decoded) = (0, 0);
    while let Some(found) = memchr::memchr(b'\\', inner.as_bytes().get(at..).unwrap_or(&[])) {
        let (character, length) = escape(inner.get(at + found..).unwrap_or(""));
        decoded += found + character.len_utf8();
        at += found + length;
        map.resume(to_u32(decoded), start.saturating_add(to_u32(at)));
    }
    map
}

fn to_u32(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

/// The character of the escape at the start of `text`, and how many bytes it takes. What is no escape stands for itself.
pub(super) fn escape(text: &str) -> (char, usize) {
    let mut chars = text.chars();
    chars.next();
    let Some(letter) = chars.next() else {
        return ('\\', 1);
    };
    let simple = match letter {
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => return unicode_escape(text),
        other => other,
    };
    (simple, 1 + letter.len_utf8())
}

/// `\uXXXX`, or two of them for one character beyond the first plane. A lone surrogate becomes U+FFFD.
fn unicode_escape(text: &str) -> (char, usize) {
    let Some(first) = hex4(text) else {
        return ('u', 2);
    };
    if let Some(character) = char::from_u32(first) {
        return (character, 6);
    }
    let second = text
        .get(6..)
        .filter(|rest| rest.starts_with("\\u"))
        .and_then(hex4);
    match second {
        Some(low) if first < 0xDC00 && (0xDC00..0xE000).contains(&low) => {
            let code = 0x1_0000 + ((first - 0xD800) << 10) + (low - 0xDC00);
            (
                char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER),
                12,
            )
        }
        _ => (char::REPLACEMENT_CHARACTER, 6),
    }
}

/// The four hex digits of `\uXXXX`.
pub(super) fn hex4(text: &str) -> Option<u32> {
    let digits = text.get(2..6)?;
    digits
        .bytes()
        .all(|byte| byte.is_ascii_hexdigit())
        .then(|| u32::from_str_radix(digits, 16).ok())?
}
