//! Characters of an expression to tokens.

/// A token with its bytes in the decoded text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Kinds of tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    Name,
    /// A quoted text, quotes included in its bytes.
    Text,
    /// A text whose closing quote is missing.
    OpenText,
    /// Digits with an optional sign.
    Integer,
    /// A number with a fraction or an exponent.
    Float,
    Dot,
    Comma,
    LeftParenthesis,
    RightParenthesis,
    LeftBracket,
    RightBracket,
    /// A character that begins nothing.
    Other(char),
    End,
}

/// Whether a name may begin with it.
pub(super) fn starts_name(c: char) -> bool {
    c.is_alphabetic() || c == '_' || c == '$'
}

/// Whether a name may go on with it.
pub(super) fn continues_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

/// The token that begins at or after `at`, blanks skipped.
pub(super) fn token_at(text: &str, at: usize) -> Token {
    let rest = text.get(at..).unwrap_or("");
    let start = at + (rest.len() - rest.trim_start_matches(char::is_whitespace).len());
    let rest = text.get(start..).unwrap_or("");
    let Some(first) = rest.chars().next() else {
        return Token {
            kind: TokenKind::End,
            start,
            end: start,
        };
    };
    let (kind, length) = match first {
        '\'' => quoted(rest),
        '.' => (TokenKind::Dot, 1),
        ',' => (TokenKind::Comma, 1),
        '(' => (TokenKind::LeftParenthesis, 1),
        ')' => (TokenKind::RightParenthesis, 1),
        '[' => (TokenKind::LeftBracket, 1),
        ']' => (TokenKind::RightBracket, 1),
        '+' | '-' | '0'..='9' => number(rest),
        c if starts_name(c) => {
            let length = rest.find(|c| !continues_name(c)).unwrap_or(rest.len());
            (TokenKind::Name, length)
        }
        c => (TokenKind::Other(c), c.len_utf8()),
    };
    Token {
        kind,
        start,
        end: start + length,
    }
}

fn quoted(rest: &str) -> (TokenKind, usize) {
    let bytes = rest.as_bytes();
    let mut at = 1;
    while let Some(quote) = memchr::memchr(b'\'', bytes.get(at..).unwrap_or_default()) {
        at += quote + 1;
        if bytes.get(at) != Some(&b'\'') {
            return (TokenKind::Text, at);
        }
        at += 1;
    }
    (TokenKind::OpenText, rest.len())
}

fn number(rest: &str) -> (TokenKind, usize) {
    let sign = usize::from(rest.starts_with(['+', '-']));
    let digits = |from: usize| {
        let tail = rest.get(from..).unwrap_or("");
        tail.len() - tail.trim_start_matches(|c: char| c.is_ascii_digit()).len()
    };
    let whole = digits(sign);
    if whole == 0 {
        let c = rest.chars().next().unwrap_or('+');
        return (TokenKind::Other(c), 1);
    }
    let mut end = sign + whole;
    let mut kind = TokenKind::Integer;
    if rest.as_bytes().get(end) == Some(&b'.') && digits(end + 1) > 0 {
        end += 1 + digits(end + 1);
        kind = TokenKind::Float;
    }
    if matches!(rest.as_bytes().get(end), Some(b'e' | b'E')) {
        let signed = usize::from(matches!(rest.as_bytes().get(end + 1), Some(b'+' | b'-')));
        let exponent = digits(end + 1 + signed);
        if exponent > 0 {
            end += 1 + signed + exponent;
            kind = TokenKind::Float;
        }
    }
    (kind, end)
}
