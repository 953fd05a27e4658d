//! Texts to base64 and data URIs, and back.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use percent_encoding::percent_decode_str;

/// Like .NET's decoder: padding is required, left-over bits may be anything.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::RequireCanonical)
        .with_decode_allow_trailing_bits(true),
);

/// `base64`.
pub fn base64_encode(text: &str) -> String {
    BASE64.encode(text)
}

/// The bytes of base64 text, in which blanks and line ends count nothing.
pub fn base64_decode(text: &str) -> Result<Vec<u8>, String> {
    let letters: Vec<u8> = text
        .bytes()
        .filter(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
        .collect();
    BASE64
        .decode(letters)
        .map_err(|_| "this text is not padded base64".to_owned())
}

/// `base64ToString`: bytes that are not UTF-8 become U+FFFD.
pub fn base64_decode_text(text: &str) -> Result<String, String> {
    Ok(String::from_utf8_lossy(&base64_decode(text)?).into_owned())
}

/// `dataUri` of a string.
pub fn data_uri_of_text(text: &str) -> String {
    format!(
        "data:text/plain;charset=utf-8;base64,{}",
        BASE64.encode(text)
    )
}

/// `dataUri` of anything else, given as its text.
pub fn data_uri_of_json(text: &str) -> String {
    format!(
        "data:application/json;charset=utf-8;base64,{}",
        BASE64.encode(text)
    )
}

/// `dataUriToString`: base64 and percent-encoded forms, UTF-8 only.
pub fn data_uri_to_string(uri: &str) -> Result<String, String> {
    let malformed = || format!("'{uri}' is not a data URI");
    let (scheme, rest) = uri.split_once(':').ok_or_else(malformed)?;
    if !scheme.eq_ignore_ascii_case("data") {
        return Err(malformed());
    }
    let (head, payload) = rest.split_once(',').ok_or_else(malformed)?;
    let mut pieces = head.split(';');
    let media_type = pieces.next().unwrap_or_default();
    let mut is_base64 = false;
    for piece in pieces {
        if is_base64 {
            return Err(malformed());
        } else if piece.eq_ignore_ascii_case("base64") {
            is_base64 = true;
        } else if let Some((name, value)) = piece.split_once('=') {
            if media_type.is_empty() {
                return Err(malformed());
            }
            if name.eq_ignore_ascii_case("charset") && !is_utf8(value) {
                return Err(format!("charset '{value}' of a data URI is not supported"));
            }
        } else {
            return Err(malformed());
        }
    }
    if is_base64 {
        return base64_decode_text(payload);
    }
    Ok(percent_decode_str(payload).decode_utf8_lossy().into_owned())
}

fn is_utf8(charset: &str) -> bool {
    charset.eq_ignore_ascii_case("utf-8") || charset.eq_ignore_ascii_case("utf8")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_decoded_as_dotnet_does() {
        for (text, expected) in [
            ("", Some("")),
            ("Y Q==", Some("a")),
            ("YR==", Some("a")),
            ("YWI=", Some("ab")),
            ("/+8=", Some("\u{fffd}\u{fffd}")),
            ("77+9", Some("\u{fffd}")),
            ("YQ", None),
            ("YWI==", None),
            ("_-8=", None),
            ("!!", None),
        ] {
            assert_eq!(base64_decode_text(text).ok().as_deref(), expected, "{text}");
        }
        assert_eq!(base64_encode("é😀"), "w6nwn5iA");
    }

    #[test]
    fn data_uris_are_read() {
        for (uri, expected) in [
            ("data:,Hello%20World", Some("Hello World")),
            ("DATA:,x", Some("x")),
            ("data:;base64,SGVsbG8=", Some("Hello")),
            ("data:text/plain;charset=utf8;base64,YQ==", Some("a")),
            ("data:text/html,<b>", Some("<b>")),
            ("data:;base64,YQ", None),
            ("data:;charset=utf-8,a", None),
            ("data:text/plain;charset=us-ascii,abc", None),
            ("data:x", None),
            ("hello", None),
        ] {
            assert_eq!(data_uri_to_string(uri).ok().as_deref(), expected, "{uri}");
        }
        assert_eq!(data_uri_to_string(&data_uri_of_text("é,;")).unwrap(), "é,;");
        assert_eq!(
            data_uri_of_json("1"),
            "data:application/json;charset=utf-8;base64,MQ=="
        );
    }
}
