//! Arguments of `uniqueString` and `guid` to their hashes, exactly as Azure computes them.

use sha1_smol::Sha1;

/// Namespace of the UUIDs that `guid` makes (RFC 4122, version 5).
const GUID_NAMESPACE: [u8; 16] = [
    0x11, 0xfb, 0x06, 0xfb, 0x71, 0x2d, 0x4d, 0xdd, 0x98, 0xc7, 0xe7, 0x1b, 0xbd, 0x58, 0x88, 0x30,
];

const FIRST_MULTIPLIER: u32 = 0xab0e_9789;
const SECOND_MULTIPLIER: u32 = 0x239b_961b;

/// `guid(..)`: a version 5 UUID of the arguments joined by `-`, lower case.
pub fn guid(parts: &[&str]) -> String {
    let mut sha = Sha1::new();
    sha.update(&GUID_NAMESPACE);
    sha.update(parts.join("-").as_bytes());
    let digest = sha.digest().bytes();
    let mut text = String::with_capacity(36);
    for (index, byte) in digest.iter().take(16).enumerate() {
        let byte = match index {
            6 => (byte & 0x0f) | 0x50,
            8 => (byte & 0x3f) | 0x80,
            _ => *byte,
        };
        if matches!(index, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        for nibble in [byte >> 4, byte & 0x0f] {
            text.push(char::from(b"0123456789abcdef"[usize::from(nibble)]));
        }
    }
    text
}

/// `uniqueString(..)`: 13 characters of base 32 over a 64-bit hash of the arguments joined by `-`.
pub fn unique_string(parts: &[&str]) -> String {
    let mut hash = hash64(parts.join("-").as_bytes());
    let mut text = String::with_capacity(13);
    for _ in 0..13 {
        let index = usize::try_from(hash >> 59).unwrap_or(0);
        text.push(char::from(b"abcdefghijklmnopqrstuvwxyz234567"[index]));
        hash <<= 5;
    }
    text
}

/// A relative of Murmur3 with two 32-bit lanes.
fn hash64(bytes: &[u8]) -> u64 {
    let (mut low, mut high) = (0_u32, 0_u32);
    let mut blocks = bytes.chunks_exact(8);
    for block in &mut blocks {
        let (first, second) = block.split_at(4);
        low ^= scramble(word(first), SECOND_MULTIPLIER, 15, FIRST_MULTIPLIER);
        low = low.rotate_left(19).wrapping_add(high);
        low = low.wrapping_mul(5).wrapping_add(0x561c_cd1b);
        high ^= scramble(word(second), FIRST_MULTIPLIER, 17, SECOND_MULTIPLIER);
        high = high.rotate_left(13).wrapping_add(low);
        high = high.wrapping_mul(5).wrapping_add(0x0bca_a747);
    }
    let tail = blocks.remainder();
    let (first, second) = tail.split_at(tail.len().min(4));
    low ^= scramble(word(first), SECOND_MULTIPLIER, 15, FIRST_MULTIPLIER);
    high ^= scramble(word(second), FIRST_MULTIPLIER, 17, SECOND_MULTIPLIER);

    // The length counts modulo 2^32, like everything else here.
    let length = u32::try_from(bytes.len() & 0xffff_ffff).unwrap_or(0);
    low ^= length;
    high ^= length;
    low = low.wrapping_add(high);
    high = high.wrapping_add(low);
    low = finish(low);
    high = finish(high);
    low = low.wrapping_add(high);
    high = high.wrapping_add(low);
    (u64::from(high) << 32) | u64::from(low)
}

/// Up to four bytes, little-endian; missing ones are zero and change nothing.
fn word(bytes: &[u8]) -> u32 {
    bytes
        .iter()
        .rev()
        .fold(0, |word, byte| (word << 8) | u32::from(*byte))
}

fn scramble(word: u32, before: u32, rotation: u32, after: u32) -> u32 {
    word.wrapping_mul(before)
        .rotate_left(rotation)
        .wrapping_mul(after)
}

fn finish(mut hash: u32) -> u32 {
    hash ^= hash >> 16;
    hash = hash.wrapping_mul(0x85eb_ca6b);
    hash ^= hash >> 13;
    hash = hash.wrapping_mul(0xc2b2_ae35);
    hash ^ (hash >> 16)
}

#[cfg(test)]
mod tests {
    use super::{guid, unique_string};

    #[test]
    fn unique_strings_are_those_of_azure() {
        for (parts, expected) in [
            (&["snap", "crackle", "pop"][..], "byghxckddilkc"),
            (&["asd", "asdf", "asdf"], "iizpqit7ih3cc"),
            (&["test"], "rbgf3xv4ufgzg"),
            (&["hello", "world"], "a7wkljktk6wne"),
            (&["hello-world"], "a7wkljktk6wne"),
            (&["abc"], "cgtzqvhu4i23s"),
            (&["a"], "eveiun73364hy"),
            (&[""], "aaaaaaaaaaaaa"),
        ] {
            assert_eq!(unique_string(parts), expected, "{parts:?}");
        }
    }

    #[test]
    fn guids_are_those_of_azure() {
        for (parts, expected) in [
            (
                &["foo", "bar", "baz"][..],
                "2ed86837-7c7c-5eaa-9864-dd077fd19b0d",
            ),
            (&["asdf"], "228d27cc-6fdb-5934-b7ac-1efccebade04"),
            (&[""], "e655a85f-3ab2-5e4a-9666-569aa72a5a10"),
            (&["test"], "d6a5baf1-8b9b-542a-8525-2982f1f98a0c"),
        ] {
            assert_eq!(guid(parts), expected, "{parts:?}");
        }
    }
}
