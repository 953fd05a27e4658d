//! Two texts to their order in the invariant culture, which `less` and its relatives use: the CLDR root collation.

use std::cmp::Ordering;
use std::sync::OnceLock;

use icu_collator::options::{AlternateHandling, CollatorOptions, Strength};
use icu_collator::{Collator, CollatorBorrowed, CollatorPreferences};

static COLLATOR: OnceLock<Option<CollatorBorrowed<'static>>> = OnceLock::new();

/// Linguistic order: base letters, then accents, then case with lower before upper; punctuation counts.
pub fn compare(left: &str, right: &str) -> Ordering {
    if is_plain(left) && is_plain(right) {
        return compare_plain(left.as_bytes(), right.as_bytes());
    }
    let collator = COLLATOR.get_or_init(|| {
        let mut options = CollatorOptions::default();
        options.strength = Some(Strength::Tertiary);
        options.alternate_handling = Some(AlternateHandling::NonIgnorable);
        Collator::try_new(CollatorPreferences::default(), options).ok()
    });
    // The data is compiled in, so the collator is always there.
    match collator {
        Some(collator) => collator.compare(left, right),
        None => left.cmp(right),
    }
}

fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// The same order for ASCII letters and digits: there is no punctuation and no accent, and bytes of one case
/// stand in primary order.
fn compare_plain(left: &[u8], right: &[u8]) -> Ordering {
    let letters = left.iter().map(u8::to_ascii_lowercase);
    let by_letters = letters.cmp(right.iter().map(u8::to_ascii_lowercase));
    // With equal letters only the case differs: lower first, which is the larger byte.
    by_letters.then_with(|| right.cmp(left))
}

#[cfg(test)]
mod tests {
    use super::compare;
    use std::cmp::Ordering;

    /// Texts in ascending order, one chain each.
    const CHAINS: &[&[&str]] = &[
        &[
            "", " ", "_", "-", ",", ":", ".", "'", "(", "@", "/", "\\", "#", "%", "+", "~", "$",
            "0", "a", "α", "а", "日",
        ],
        &["a", "A", "á", "Á", "à", "â", "å", "ä", "b", "B"],
        &["resume", "Resume", "résumé", "Résumé"],
        &["cote", "coté", "côte", "côté"],
        &["co op", "co-op", "coop"],
        &[
            "a_b", "a-b", "a.b", "a1", "a10", "a2", "aa", "aA", "Aa", "AA", "ab",
        ],
        &["ae", "æ", "Æ", "af"],
        &["ss", "SS", "ß", "st"],
        &["2", "²", "2a"],
        &["1", "½", "10"],
    ];

    #[test]
    fn chains_ascend() {
        for chain in CHAINS {
            for (index, left) in chain.iter().enumerate() {
                assert_eq!(compare(left, left), Ordering::Equal);
                for right in &chain[index + 1..] {
                    assert_eq!(compare(left, right), Ordering::Less, "{left:?} {right:?}");
                    assert_eq!(
                        compare(right, left),
                        Ordering::Greater,
                        "{right:?} {left:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn format_characters_weigh_nothing() {
        assert_eq!(compare("co\u{ad}op", "coop"), Ordering::Equal);
        assert_eq!(compare("a\u{200b}", "a"), Ordering::Equal);
        assert_eq!(compare("e\u{301}", "é"), Ordering::Equal);
    }

    /// A soft hyphen sends a text past the short way, and changes nothing.
    #[test]
    fn the_short_way_agrees_with_the_collator() {
        let texts = [
            "", "a", "A", "b", "aB", "Ab", "AB", "ab", "1a", "a1", "10", "9", "Z", "zz",
        ];
        for left in texts {
            for right in texts {
                let long = compare(&format!("{left}\u{ad}"), right);
                assert_eq!(compare(left, right), long, "{left:?} {right:?}");
            }
        }
    }
}
