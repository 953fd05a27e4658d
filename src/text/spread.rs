//! Texts to numbers that spread them over the slots of a hash table, eight bytes at a time.

/// A number for a text. Equal texts have equal numbers, others seldom do.
pub fn spread(text: &str) -> usize {
    numbered(text.as_bytes(), |word| word)
}

/// A number that is the same for texts of ASCII that differ in nothing but case.
pub fn spread_any_case(text: &str) -> usize {
    // The bit that tells the cases of a letter apart; it is lost for other signs too, which only makes them collide.
    numbered(text.as_bytes(), |word| word | 0x2020_2020_2020_2020)
}

fn numbered(bytes: &[u8], folded: impl Fn(u64) -> u64) -> usize {
    let mix = |sum: u64, word| {
        let sum = (sum ^ folded(word)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        sum ^ sum >> 29
    };
    let mut sum = bytes.len() as u64;
    if let Some(last) = bytes.last_chunk() {
        let (words, _) = bytes.as_chunks();
        for word in words {
            sum = mix(sum, u64::from_le_bytes(*word));
        }
        // With some bytes twice, which does no harm.
        sum = mix(sum, u64::from_le_bytes(*last));
    } else {
        let word = |word, byte: &u8| word << 8 | u64::from(*byte);
        sum = mix(sum, bytes.iter().fold(0, word));
    }
    usize::try_from(sum >> 32).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_counts_and_case_where_it_shall() {
        let all = "abcdefghijklmnopqrstuvw";
        for length in 0..all.len() {
            let text = &all[..length];
            for at in 0..length {
                let other = format!("{}{}{}", &text[..at], '_', &text[at + 1..]);
                assert_ne!(spread(text), spread(&other), "{text} {other}");
                assert_ne!(spread_any_case(text), spread_any_case(&other));
                let upper = format!("{}{}", text[..at].to_uppercase(), &text[at..]);
                assert_eq!(spread_any_case(text), spread_any_case(&upper));
                assert_eq!(spread(text) == spread(&upper), text == upper);
            }
            assert_ne!(spread(text), spread(&all[..=length]));
        }
    }
}
