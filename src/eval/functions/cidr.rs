//! Address ranges: parseCidr, cidrSubnet, cidrHost.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::{Call, Failure, Function, INT, Outcome, Run, STRING, function, plain};
use crate::eval::Origin;
use crate::eval::value::{Data, Entry, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    function("parseCidr", (1, 1), &[STRING], Run::Strict(parse_cidr)),
    function("cidrSubnet", (3, 3), &[STRING, INT], Run::Strict(cidr_subnet)),
    function("cidrHost", (2, 2), &[STRING, INT], Run::Strict(cidr_host)),
];

/// A range: the bits stand at the low end of 128.
#[derive(Clone, Copy)]
struct Network {
    address: u128,
    prefix: u32,
    /// 32 or 128.
    width: u32,
}

impl Network {
    fn host_bits(self) -> u32 {
        self.width - self.prefix
    }

    fn host_mask(self) -> u128 {
        match self.host_bits() {
            128 => u128::MAX,
            bits => (1 << bits) - 1,
        }
    }

    fn all(self) -> u128 {
        match self.width {
            32 => u128::from(u32::MAX),
            _ => u128::MAX,
        }
    }

    fn first(self) -> u128 {
        self.address & !self.host_mask()
    }

    fn last(self) -> u128 {
        self.first() | self.host_mask()
    }

    fn text(self, address: u128) -> String {
        match u32::try_from(address) {
            Ok(bits) if self.width == 32 => Ipv4Addr::from(bits).to_string(),
            _ => Ipv6Addr::from(address).to_string(),
        }
    }

    fn is_v4(self) -> bool {
        self.width == 32
    }

    /// First and last address that a host may have. In IPv6 all may.
    fn usable(self) -> (u128, u128) {
        if self.is_v4() && self.host_bits() >= 2 {
            (self.first() + 1, self.last() - 1)
        } else {
            (self.first(), self.last())
        }
    }
}

fn network(call: &Call<'_>) -> Result<Network, Failure> {
    let text = call.text(0)?;
    parse(text.trim()).ok_or_else(|| call.fail(0, format!("'{text}' is not an address range such as 10.0.0.0/16")))
}

fn parse(text: &str) -> Option<Network> {
    let (address, prefix) = match text.split_once('/') {
        Some((address, prefix)) => (address.trim(), Some(prefix.trim())),
        None => (text, None),
    };
    let prefix = match prefix {
        Some(digits) if digits.bytes().all(|b| b.is_ascii_digit()) => Some(digits.parse::<u32>().ok()?),
        Some(_) => return None,
        None => None,
    };
    let (address, width) = if address.contains(':') {
        (u128::from(address.parse::<Ipv6Addr>().ok()?), 128)
    } else {
        (u128::from(ipv4(address)?), 32)
    };
    let prefix = match prefix {
        Some(prefix) => prefix,
        // Without a length the old classes of addresses decide.
        None if width == 32 => match address >> 24 {
            0..128 => 8,
            128..192 => 16,
            192..224 => 24,
            _ => return None,
        },
        None => 64,
    };
    (prefix <= width).then_some(Network {
        address,
        prefix,
        width,
    })
}

/// Dotted parts as .NET reads them: octal with a leading zero, hexadecimal with `0x`; the last part fills what is left.
fn ipv4(text: &str) -> Option<u32> {
    let parts: Vec<&str> = text.split('.').collect();
    let numbers: Vec<u64> = parts.iter().map(|part| part_of_ipv4(part)).collect::<Option<_>>()?;
    let (last, heads) = numbers.split_last()?;
    if heads.len() > 3 || heads.iter().any(|part| *part > 255) {
        return None;
    }
    let room = 8 * (4 - heads.len());
    if *last >= 1 << room {
        return None;
    }
    // .NET's network parser fills short addresses from the left: `10.0.0/8` is 10.0.0.0.
    let mut address = 0_u64;
    for part in &numbers {
        if *part > 255 {
            return None;
        }
        address = address << 8 | part;
    }
    address <<= 8 * (4 - numbers.len());
    u32::try_from(address).ok()
}

fn part_of_ipv4(part: &str) -> Option<u64> {
    if part.is_empty() || !part.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return None;
    }
    if let Some(hex) = part.strip_prefix("0x").or_else(|| part.strip_prefix("0X")) {
        return u64::from_str_radix(hex, 16).ok();
    }
    match part.strip_prefix('0') {
        Some(octal) if !octal.is_empty() => u64::from_str_radix(octal, 8).ok(),
        _ => part.parse().ok(),
    }
}

fn parse_cidr(call: &Call<'_>) -> Outcome {
    let network = network(call)?;
    let text = |address| Value::text(network.text(address), Origin::None);
    let (first, last) = network.usable();
    let mut members = vec![
        Entry::new("network", text(network.first())),
        Entry::new("netmask", text(network.all() & !network.host_mask())),
    ];
    if network.is_v4() {
        members.push(Entry::new("broadcast", text(network.last())));
    }
    members.extend([
        Entry::new("firstUsable", text(first)),
        Entry::new("lastUsable", text(last)),
        Entry::new("cidr", plain(Data::Int(i64::from(network.prefix)))),
    ]);
    Ok(Value::object(members, Origin::None))
}

fn cidr_subnet(call: &Call<'_>) -> Outcome {
    let network = network(call)?;
    let (prefix, index) = (call.int(1)?, call.int(2)?);
    let fits = |prefix: &u32| (network.prefix..=network.width).contains(prefix);
    let Some(prefix) = u32::try_from(prefix).ok().filter(fits) else {
        let text = format!(
            "the new prefix must be {} to {}, this is {prefix}",
            network.prefix, network.width
        );
        return Err(call.fail(1, text));
    };
    let bits = prefix - network.prefix;
    let Some(index) = u128::try_from(index).ok().filter(|index| bits >= 127 || *index < 1 << bits) else {
        return Err(call.fail(2, format!("there is no subnet number {index} of prefix {prefix}")));
    };
    let shift = network.width - prefix;
    let offset = index.checked_shl(shift).unwrap_or(0);
    let address = network.text(network.first() | offset);
    call.made(format!("{address}/{prefix}"))
}

/// Hosts are counted from the second address; -1 is the address of the network.
fn cidr_host(call: &Call<'_>) -> Outcome {
    let network = network(call)?;
    let index = call.int(1)?;
    let none = || call.fail(1, format!("there is no host number {index} in the range"));
    if index == -1 {
        return call.made(network.text(network.first()));
    }
    let index = u128::try_from(index).map_err(|_| none())?;
    let address = network.first().checked_add(1).and_then(|first| first.checked_add(index));
    let last = if network.host_bits() < 2 {
        network.first()
    } else {
        network.usable().1
    };
    match address.filter(|address| *address <= last) {
        Some(address) => call.made(network.text(address)),
        None => Err(none()),
    }
}
