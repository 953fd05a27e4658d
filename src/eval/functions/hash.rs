//! uniqueString and guid: both hash their arguments joined by `-`.

use sha1_smol::Sha1;

use super::{Call, Failure, Function, MANY, Outcome, Run, STRING, function};

pub(super) const FUNCTIONS: &[Function] = &[
    function("uniqueString", (1, MANY), &[STRING], Run::Strict(unique_string)),
    function("guid", (1, MANY), &[STRING], Run::Strict(guid)),
];

fn joined(call: &Call<'_>) -> Result<String, Failure> {
    let texts = (0..call.args.len()).map(|at| call.text(at).map(|text| &**text));
    Ok(texts.collect::<Result<Vec<&str>, _>>()?.join("-"))
}

fn unique_string(call: &Call<'_>) -> Outcome {
    const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let hash = murmur_like(joined(call)?.as_bytes());
    // Thirteen letters of five bits from the top; the last one has four bits and a zero.
    let letters = (0..13_u32).map(|at| {
        let bits = if at < 12 { hash >> (59 - 5 * at) } else { hash << 1 };
        char::from(ALPHABET[(bits & 31) as usize])
    });
    call.made(letters.collect::<String>())
}

fn word(bytes: &[u8]) -> u32 {
    let mut word = [0; 4];
    word[..bytes.len()].copy_from_slice(bytes);
    u32::from_le_bytes(word)
}

/// A 64-bit hash of two 32-bit lanes in the manner of Murmur3 (x86, 128 bits, cut down), with seeds of zero.
fn murmur_like(bytes: &[u8]) -> u64 {
    const A: u32 = 0xab0e_9789;
    const B: u32 = 0x239b_961b;
    let (mut h1, mut h2) = (0_u32, 0_u32);
    let mix1 = |k: u32| k.wrapping_mul(B).rotate_left(15).wrapping_mul(A);
    let mix2 = |k: u32| k.wrapping_mul(A).rotate_left(17).wrapping_mul(B);
    let mut blocks = bytes.chunks_exact(8);
    for block in &mut blocks {
        let (low, high) = block.split_at(4);
        h1 ^= mix1(word(low));
        h1 = h1.rotate_left(19).wrapping_add(h2).wrapping_mul(5).wrapping_add(0x561c_cd1b);
        h2 ^= mix2(word(high));
        h2 = h2.rotate_left(13).wrapping_add(h1).wrapping_mul(5).wrapping_add(0x0bca_a747);
    }
    let tail = blocks.remainder();
    if !tail.is_empty() {
        let (low, high) = tail.split_at(tail.len().min(4));
        h1 ^= mix1(word(low));
        if !high.is_empty() {
            h2 ^= mix2(word(high));
        }
    }
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    h1 ^= length;
    h2 ^= length;
    h1 = h1.wrapping_add(h2);
    h2 = h2.wrapping_add(h1);
    h1 = finish(h1);
    h2 = finish(h2);
    h1 = h1.wrapping_add(h2);
    h2 = h2.wrapping_add(h1);
    u64::from(h2) << 32 | u64::from(h1)
}

/// Murmur3's finaliser of 32 bits.
const fn finish(mut h: u32) -> u32 {
    h ^= h >> 16;
    h = h.wrapping_mul(0x85eb_ca6b);
    h ^= h >> 13;
    h = h.wrapping_mul(0xc2b2_ae35);
    h ^ (h >> 16)
}

/// RFC 4122 version 5 in the namespace of Azure Resource Manager.
fn guid(call: &Call<'_>) -> Outcome {
    const NAMESPACE: u128 = 0x11fb_06fb_712d_4ddd_98c7_e71b_bd58_8830;
    let mut sha = Sha1::new();
    sha.update(&NAMESPACE.to_be_bytes());
    sha.update(joined(call)?.as_bytes());
    let digest = sha.digest().bytes();
    let mut uuid = [0_u8; 16];
    uuid.copy_from_slice(&digest[..16]);
    uuid[6] = uuid[6] & 0x0f | 0x50;
    uuid[8] = uuid[8] & 0x3f | 0x80;
    let hex: String = uuid.iter().map(|byte| format!("{byte:02x}")).collect();
    let groups = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]];
    call.made(groups.join("-"))
}
