//! Address ranges in CIDR notation to their parts, their subnets and their hosts.

use std::net::{Ipv4Addr, Ipv6Addr};

/// What `parseCidr` tells of a range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CidrBlock {
    /// First address, host bits cleared.
    pub network: String,
    /// The mask as an address.
    pub netmask: String,
    /// Last address; IPv6 has none.
    pub broadcast: Option<String>,
    /// First address for a host.
    pub first_usable: String,
    /// Last address for a host.
    pub last_usable: String,
    /// Length of the prefix.
    pub prefix: u8,
}

/// A range: the address in the low bits, host bits cleared.
#[derive(Clone, Copy)]
struct Network {
    address: u128,
    prefix: u8,
    /// 32 or 128.
    width: u8,
}

/// `parseCidr`.
pub fn parse_cidr(text: &str) -> Result<CidrBlock, String> {
    let network = Network::parse(text)?;
    let is_v4 = network.width == 32;
    let last = network.last();
    let (first_usable, last_usable) = if !is_v4 {
        (network.address, last)
    } else if network.prefix >= 31 {
        (network.address, network.address)
    } else {
        (network.address + 1, last - 1)
    };
    Ok(CidrBlock {
        network: network.text(network.address),
        netmask: network.text(network.mask()),
        broadcast: is_v4.then(|| network.text(last)),
        first_usable: network.text(first_usable),
        last_usable: network.text(last_usable),
        prefix: network.prefix,
    })
}

/// `cidrSubnet`: subnet number `index` of the length `prefix`.
pub fn cidr_subnet(text: &str, prefix: i64, index: i64) -> Result<String, String> {
    let network = Network::parse(text)?;
    let prefix = u8::try_from(prefix)
        .ok()
        .filter(|prefix| (network.prefix..=network.width).contains(prefix))
        .ok_or_else(|| format!("'{text}' has no subnets with a prefix of {prefix} bits"))?;
    let count_bits = u32::from(prefix - network.prefix);
    let index = u128::try_from(index)
        .ok()
        .filter(|index| count_bits >= 128 || index >> count_bits == 0)
        .ok_or_else(|| format!("'{text}' has no subnet number {index} of /{prefix}"))?;
    // A shift by all 128 bits occurs only for the whole range, number 0.
    let offset = index
        .checked_shl(u32::from(network.width - prefix))
        .unwrap_or(0);
    Ok(format!(
        "{}/{prefix}",
        network.text(network.address + offset)
    ))
}

/// `cidrHost`: host number `index`; 0 is the address after the network's, -1 the network's own.
pub fn cidr_host(text: &str, index: i64) -> Result<String, String> {
    let network = Network::parse(text)?;
    let offset = index
        .checked_add(1)
        .and_then(|offset| u128::try_from(offset).ok())
        .filter(|offset| *offset == 0 || *offset <= network.last_host())
        .ok_or_else(|| format!("'{text}' has no host number {index}"))?;
    Ok(network.text(network.address + offset))
}

impl Network {
    /// Characters that can't occur are dropped before reading, as the library behind these functions does:
    /// `10.0.0.0/-1` is `10.0.0.0/1`.
    fn parse(text: &str) -> Result<Self, String> {
        let legal = |c: char| c.is_ascii_hexdigit() || c.is_whitespace() || ".:/".contains(c);
        let mut cleaned = String::with_capacity(text.len());
        for c in text.chars().filter(|c| legal(*c)) {
            if !(c.is_whitespace() && cleaned.ends_with(char::is_whitespace)) {
                cleaned.push(c);
            }
        }
        let mut pieces = cleaned.trim().split([' ', '/']);
        let network = match (pieces.next(), pieces.next(), pieces.next()) {
            // What was no address at all is the address of zeros.
            (Some(""), Some(length), None) => Self::of_length("0.0.0.0", length),
            (Some(address), None, None) => Self::of_class(address),
            (Some(address), Some(length), None) => Self::of_length(address, length),
            _ => None,
        };
        network.ok_or_else(|| format!("'{text}' is not an address range in CIDR notation"))
    }

    fn of_length(address: &str, length: &str) -> Option<Self> {
        let (address, width) = parse_address(address)?;
        let prefix = match length.parse::<u8>() {
            Ok(prefix) => prefix,
            Err(_) => mask_length(parse_address(length)?, width)?,
        };
        (prefix <= width).then(|| Self::new(address, prefix, width))
    }

    /// Without a length the historical class of the address decides.
    fn of_class(address: &str) -> Option<Self> {
        let (address, width) = parse_address(address)?;
        let prefix = match (width, address >> 29) {
            (128, _) => 64,
            (_, 0..=3) => 8,
            (_, 4..=5) => 16,
            (_, 6) => 24,
            _ => return None,
        };
        Some(Self::new(address, prefix, width))
    }

    fn new(address: u128, prefix: u8, width: u8) -> Self {
        let mut network = Self {
            address,
            prefix,
            width,
        };
        network.address &= network.mask();
        network
    }

    /// Ones for the host part.
    fn host_bits(self) -> u128 {
        match u32::from(self.width - self.prefix) {
            128 => u128::MAX,
            bits => (1 << bits) - 1,
        }
    }

    fn mask(self) -> u128 {
        let all = if self.width == 32 {
            u128::from(u32::MAX)
        } else {
            u128::MAX
        };
        all ^ self.host_bits()
    }

    fn last(self) -> u128 {
        self.address | self.host_bits()
    }

    /// How far the last host is from the network address: neither the first nor the last address is a host.
    fn last_host(self) -> u128 {
        self.host_bits().saturating_sub(1)
    }

    fn text(self, address: u128) -> String {
        match u32::try_from(address) {
            Ok(address) if self.width == 32 => Ipv4Addr::from(address).to_string(),
            _ => v6_text(Ipv6Addr::from(address)),
        }
    }
}

/// An address and its width. IPv4 as of old: fewer parts (the last fills the rest), leading zero means octal.
fn parse_address(text: &str) -> Option<(u128, u8)> {
    if text.contains(':') {
        let address: Ipv6Addr = text.parse().ok()?;
        return Some((address.into(), 128));
    }
    let parts: Vec<&str> = text.split('.').collect();
    let (last, heads) = parts.split_last()?;
    if heads.len() > 3 {
        return None;
    }
    let mut address = 0_u32;
    for (index, head) in heads.iter().enumerate() {
        let part = u8::try_from(parse_part(head)?).ok()?;
        address |= u32::from(part) << (24 - 8 * index);
    }
    let part = parse_part(last)?;
    let room = u32::MAX.checked_shr(8 * u32::try_from(heads.len()).ok()?)?;
    (part <= room).then(|| (u128::from(address | part), 32))
}

fn parse_part(text: &str) -> Option<u32> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    match text.strip_prefix('0') {
        Some(octal) if !octal.is_empty() => u32::from_str_radix(octal, 8).ok(),
        _ => text.parse().ok(),
    }
}

/// Length of a mask that is written as an address.
fn mask_length((mask, mask_width): (u128, u8), width: u8) -> Option<u8> {
    let prefix = u8::try_from(mask.count_ones()).ok()?;
    let same = mask_width == width && Network::new(0, prefix, width).mask() == mask;
    same.then_some(prefix)
}

/// Shortest form, lower case; like .NET with a dotted tail for addresses that embed an IPv4 one.
fn v6_text(address: Ipv6Addr) -> String {
    let mut groups = address.segments();
    let embeds = match groups {
        [0, 0, 0, 0, 0, 0 | 0xffff, high, _] | [0, 0, 0, 0, 0xffff, 0, high, _] => high != 0,
        [_, _, _, _, 0, 0x5efe, _, _] => true,
        _ => false,
    };
    if !embeds || address.to_ipv4_mapped().is_some() {
        return address.to_string();
    }
    let tail = Ipv4Addr::from(u32::from(groups[6]) << 16 | u32::from(groups[7]));
    // With a tail that is not zero the standard library shortens the zeros of the head only.
    groups[6] = 1;
    groups[7] = 1;
    let shown = Ipv6Addr::from(groups).to_string();
    match shown.strip_suffix(":1:1") {
        Some(head) => format!("{head}:{tail}"),
        None => shown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Option<[String; 5]> {
        let block = parse_cidr(text).ok()?;
        Some([
            format!("{}/{}", block.network, block.prefix),
            block.netmask,
            block.broadcast.unwrap_or_default(),
            block.first_usable,
            block.last_usable,
        ])
    }

    /// Text, then network, mask, broadcast, first and last usable.
    const RANGES: &[(&str, [&str; 5])] = &[
        (
            "10.144.3.7/24",
            [
                "10.144.3.0/24",
                "255.255.255.0",
                "10.144.3.255",
                "10.144.3.1",
                "10.144.3.254",
            ],
        ),
        (
            "10.0.0.0",
            [
                "10.0.0.0/8",
                "255.0.0.0",
                "10.255.255.255",
                "10.0.0.1",
                "10.255.255.254",
            ],
        ),
        (
            "10.0.0/8",
            [
                "10.0.0.0/8",
                "255.0.0.0",
                "10.255.255.255",
                "10.0.0.1",
                "10.255.255.254",
            ],
        ),
        (
            "010.0.0.0/8",
            [
                "8.0.0.0/8",
                "255.0.0.0",
                "8.255.255.255",
                "8.0.0.1",
                "8.255.255.254",
            ],
        ),
        (
            "10.0.0.0/-1",
            [
                "0.0.0.0/1",
                "128.0.0.0",
                "127.255.255.255",
                "0.0.0.1",
                "127.255.255.254",
            ],
        ),
        (
            " 10.0.0.0 255.255.255.254 ",
            [
                "10.0.0.0/31",
                "255.255.255.254",
                "10.0.0.1",
                "10.0.0.0",
                "10.0.0.0",
            ],
        ),
        (
            "10.0.0.1/32",
            [
                "10.0.0.1/32",
                "255.255.255.255",
                "10.0.0.1",
                "10.0.0.1",
                "10.0.0.1",
            ],
        ),
        (
            "2001:DB8:0:0:0:0:0:1/64",
            [
                "2001:db8::/64",
                "ffff:ffff:ffff:ffff::",
                "",
                "2001:db8::",
                "2001:db8::ffff:ffff:ffff:ffff",
            ],
        ),
        (
            "::/0",
            [
                "::/0",
                "::",
                "",
                "::",
                "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
            ],
        ),
    ];

    #[test]
    fn ranges_are_read_leniently() {
        for (text, expected) in RANGES {
            assert_eq!(parts(text), Some(expected.map(str::to_owned)), "{text}");
        }
        for text in [
            "",
            "10.0.0.0/33",
            "300.0.0.0/8",
            "1000.144.0.0/20",
            "fdad:nnnn:5555::/48",
            "1/2/3",
            "08.0.0.0/8",
            "10.0.0.0/256",
            "224.0.0.1",
            "::1/129",
        ] {
            assert_eq!(parts(text), None, "{text}");
        }
    }

    #[test]
    fn subnets_stay_inside() {
        for (text, prefix, index, expected) in [
            ("10.144.3.0/20", 24, 1, Some("10.144.1.0/24")),
            ("10.144.0.0/20", 24, 16, None),
            ("10.144.0.0/20", 24, -1, None),
            ("10.144.0.0/20", 16, 0, None),
            ("10.144.0.0/20", 33, 0, None),
            ("0.0.0.0/0", 0, 0, Some("0.0.0.0/0")),
            ("2001:db8::/48", 64, 65_535, Some("2001:db8:0:ffff::/64")),
            ("2001:db8::/48", 64, 65_536, None),
            ("::/0", 128, i64::MAX, Some("::7fff:ffff:ffff:ffff/128")),
            ("::/0", 0, 0, Some("::/0")),
            ("::/0", 0, 1, None),
        ] {
            assert_eq!(
                cidr_subnet(text, prefix, index).ok().as_deref(),
                expected,
                "{text} {prefix} {index}"
            );
        }
    }

    #[test]
    fn hosts_lie_between_the_ends() {
        for (text, index, expected) in [
            ("10.144.3.9/24", 0, Some("10.144.3.1")),
            ("10.144.3.0/24", 253, Some("10.144.3.254")),
            ("10.144.3.0/24", 254, None),
            ("10.144.3.0/24", -1, Some("10.144.3.0")),
            ("10.144.3.0/24", -2, None),
            ("10.0.0.0/31", 0, None),
            ("192.168.1.0/32", -1, Some("192.168.1.0")),
            ("2001:db8::/127", 0, None),
            ("::1/128", -1, Some("::1")),
            ("::/0", 255, Some("::100")),
            ("::/0", i64::MAX, None),
        ] {
            assert_eq!(
                cidr_host(text, index).ok().as_deref(),
                expected,
                "{text} {index}"
            );
        }
    }

    #[test]
    fn embedded_addresses_have_a_dotted_tail() {
        for (text, expected) in [
            ("::ffff:1.2.3.4/128", "::ffff:1.2.3.4"),
            ("::1.2.3.4/128", "::1.2.3.4"),
            ("fe80::5efe:1.2.3.4/128", "fe80::5efe:1.2.3.4"),
            ("::ffff:0:1.2.3.4/128", "::ffff:0:1.2.3.4"),
            ("::5/128", "::5"),
        ] {
            assert_eq!(parse_cidr(text).unwrap().network, expected);
        }
    }
}
