//! Texts to other letter cases and to places found in any case, as .NET's invariant culture and ordinal comparison do:
//! one character to one character, so `ß` has no upper case.

use std::cmp::Ordering;

use memchr::memmem;

/// `toUpper`.
pub fn to_upper(text: &str) -> String {
    text.chars().map(upper).collect()
}

/// `toLower`.
pub fn to_lower(text: &str) -> String {
    text.chars().map(lower).collect()
}

/// `trim`: Unicode white space at both ends.
pub fn trim(text: &str) -> &str {
    text.trim()
}

/// The form in which two texts that are equal in any case are the same.
pub fn fold_case(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_uppercase();
    }
    text.chars().map(fold).collect()
}

/// Equal in any case.
pub fn equals_ignore_case(left: &str, right: &str) -> bool {
    // One character stands for one, and a letter of ASCII for no other: the first two letters of it that differ decide.
    for (one, other) in left.bytes().zip(right.bytes()) {
        if one != other && !one.eq_ignore_ascii_case(&other) {
            return !(one.is_ascii() && other.is_ascii())
                && left.chars().map(fold).eq(right.chars().map(fold));
        }
    }
    left.len() == right.len()
}

/// Order by the upper-cased UTF-16 units: the order of `items` and `objectKeys`.
pub fn compare_ignore_case(left: &str, right: &str) -> Ordering {
    units(left).cmp(units(right))
}

/// `startsWith`, in any case.
pub fn starts_with_ignore_case(text: &str, start: &str) -> bool {
    let mut chars = text.chars().map(fold);
    start.chars().map(fold).all(|c| chars.next() == Some(c))
}

/// `endsWith`, in any case.
pub fn ends_with_ignore_case(text: &str, end: &str) -> bool {
    let mut chars = text.chars().rev().map(fold);
    end.chars().rev().map(fold).all(|c| chars.next() == Some(c))
}

/// `indexOf` in any case, in UTF-16 units.
pub fn index_of(text: &str, needle: &str) -> Option<usize> {
    let folded = fold_case(text);
    let at = memmem::find(folded.as_bytes(), fold_case(needle).as_bytes())?;
    Some(units_before(text, &folded, at))
}

/// `lastIndexOf` in any case, in UTF-16 units. Empty text is found before the last unit.
pub fn last_index_of(text: &str, needle: &str) -> Option<usize> {
    if needle.is_empty() {
        return Some(text.encode_utf16().count().saturating_sub(1));
    }
    let folded = fold_case(text);
    let at = memmem::rfind(folded.as_bytes(), fold_case(needle).as_bytes())?;
    Some(units_before(text, &folded, at))
}

/// `like`: the whole text, in any case; `*` stands for any run of characters, nothing else is special.
pub fn like(text: &str, pattern: &str) -> bool {
    let (text, pattern) = (fold_case(text), fold_case(pattern));
    let Some((start, rest)) = pattern.split_once('*') else {
        return text == pattern;
    };
    let Some(mut open) = text.strip_prefix(start) else {
        return false;
    };
    let (middle, end) = rest.rsplit_once('*').unwrap_or(("", rest));
    // The first place for each piece is the best: it leaves most for the others.
    for piece in middle.split('*') {
        match memmem::find(open.as_bytes(), piece.as_bytes()) {
            Some(at) => open = open.get(at + piece.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    open.ends_with(end)
}

/// Both texts have the same number of characters, so a place in the folded one is counted in characters.
fn units_before(text: &str, folded: &str, at: usize) -> usize {
    let count = folded.get(..at).map_or(0, |before| before.chars().count());
    text.chars().take(count).map(char::len_utf16).sum()
}

fn units(text: &str) -> impl Iterator<Item = u16> {
    text.chars().map(fold).flat_map(|c| {
        let mut buffer = [0; 2];
        let length = c.encode_utf16(&mut buffer).len();
        buffer.into_iter().take(length)
    })
}

/// Ordinal case folding: upper case, but dotless i and long s stay apart from ASCII letters.
fn fold(c: char) -> char {
    match c {
        'ſ' => c,
        _ => upper(c),
    }
}

fn upper(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_uppercase();
    }
    match c {
        'ı' => c,
        // Greek letters with iota below, whose full upper case is two letters, have a title case form.
        '\u{1f80}'..='\u{1f87}' | '\u{1f90}'..='\u{1f97}' | '\u{1fa0}'..='\u{1fa7}' => {
            char::from_u32(u32::from(c) + 8).unwrap_or(c)
        }
        '\u{1fb3}' | '\u{1fc3}' | '\u{1ff3}' => char::from_u32(u32::from(c) + 9).unwrap_or(c),
        _ => single(c.to_uppercase(), c),
    }
}

fn lower(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    single(c.to_lowercase(), c)
}

/// The mapping if it is one character, else the character itself.
fn single(mut mapping: impl Iterator<Item = char>, c: char) -> char {
    match (mapping.next(), mapping.next()) {
        (Some(only), None) => only,
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_are_one_to_one() {
        assert_eq!(to_upper("straßeıi"), "STRAßEıI");
        assert_eq!(to_upper("ŉǆ"), "ŉǄ");
        assert_eq!(to_upper("ſµςÿıǅ"), "SΜΣŸıǄ");
        assert_eq!(to_upper("ᾳᾀ"), "ᾼᾈ");
        assert_eq!(to_lower("\u{212a}\u{212b}ΩİΣ"), "kåωİσ");
    }

    #[test]
    fn folding_keeps_some_letters_apart() {
        assert!(starts_with_ignore_case("éa", "É"));
        assert!(starts_with_ignore_case("ς", "Σ"));
        assert!(starts_with_ignore_case("µ", "Μ"));
        assert!(!starts_with_ignore_case("ſa", "S"));
        assert!(!starts_with_ignore_case("ıx", "I"));
        assert!(!starts_with_ignore_case("straße", "STRASSE"));
        assert!(ends_with_ignore_case("abc", ""));
        assert!(!ends_with_ignore_case("", "a"));
        assert!(equals_ignore_case("Äb", "äB"));
        assert!(!equals_ignore_case("\u{212a}", "k"));
    }

    #[test]
    fn places_count_utf16_units() {
        assert_eq!(index_of("😀FÉ", "fé"), Some(2));
        assert_eq!(index_of("abc", ""), Some(0));
        assert_eq!(index_of("", "a"), None);
        assert_eq!(last_index_of("abcABC", "c"), Some(5));
        assert_eq!(last_index_of("abc", ""), Some(2));
        assert_eq!(last_index_of("", ""), Some(0));
    }

    #[test]
    fn stars_match_any_run() {
        for (text, pattern, expected) in [
            ("", "*", true),
            ("FOO", "foo", true),
            ("a*c", "a\\*c", false),
            ("ab", "a**b", true),
            ("abc", "", false),
            ("abc", "*b*", true),
            ("abc", "a?c", false),
            ("foobar", "f*a", false),
            ("foobar", "f*r", true),
            ("ab", "ab*b", false),
            ("aXbXc", "a*x*x*x*c", false),
            ("aXbXc", "a*x*c", true),
        ] {
            assert_eq!(like(text, pattern), expected, "{text} {pattern}");
        }
    }

    #[test]
    fn keys_sort_by_upper_case() {
        let mut keys = ["_", "A", "b", "-", "é", "1", "Z2", "^", "a1"];
        keys.sort_by(|left, right| compare_ignore_case(left, right));
        assert_eq!(keys, ["-", "1", "A", "a1", "b", "Z2", "^", "_", "é"]);
    }
}
