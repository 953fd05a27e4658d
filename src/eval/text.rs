//! Case of text as the invariant culture maps it: one character to one character.

/// Upper case of a character where that is one character and not a ligature's or a Turkish special case.
pub(super) fn upper(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_uppercase();
    }
    match c {
        // The dotless i stays; title case digraphs are not upper case of anything but go to their upper form.
        '\u{131}' => c,
        _ => {
            let mut mapped = c.to_uppercase();
            match (mapped.next(), mapped.next()) {
                (Some(one), None) => one,
                _ => c,
            }
        }
    }
}

/// Lower case of a character where that is one character.
pub(super) fn lower(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    match c {
        '\u{130}' => c,
        _ => {
            let mut mapped = c.to_lowercase();
            match (mapped.next(), mapped.next()) {
                (Some(one), None) => one,
                _ => c,
            }
        }
    }
}

/// The character that stands for both cases in comparisons. A letter that is not ASCII never equals one that is.
pub(super) fn fold(c: char) -> char {
    let upper = upper(c);
    if upper.is_ascii() && !c.is_ascii() {
        c
    } else {
        upper
    }
}

/// Ordinal comparison that ignores case.
pub fn equal_ignoring_case(a: &str, b: &str) -> bool {
    if a.is_ascii() && b.is_ascii() {
        return a.eq_ignore_ascii_case(b);
    }
    a.chars().map(fold).eq(b.chars().map(fold))
}

/// Text folded for comparisons that ignore case.
pub fn folded(text: &str) -> String {
    text.chars().map(fold).collect()
}

/// Upper case of a text.
pub(super) fn upper_text(text: &str) -> String {
    text.chars().map(upper).collect()
}

/// Lower case of a text.
pub(super) fn lower_text(text: &str) -> String {
    text.chars().map(lower).collect()
}
