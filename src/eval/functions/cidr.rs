//! Address ranges: parseCidr, cidrSubnet, cidrHost.

use super::{Call, Function, INT, Outcome, Run, STRING, function, plain};
use crate::eval::value::{Data, Entry, Value};
use crate::eval::{Origin, pure};

pub(super) const FUNCTIONS: &[Function] = &[
    function("parseCidr", (1, 1), &[STRING], Run::Strict(parse_cidr)),
    function(
        "cidrSubnet",
        (3, 3),
        &[STRING, INT],
        Run::Strict(cidr_subnet),
    ),
    function("cidrHost", (2, 2), &[STRING, INT], Run::Strict(cidr_host)),
];

fn parse_cidr(call: &Call<'_>) -> Outcome {
    let block = pure::parse_cidr(call.text(0)?).map_err(|message| call.fail(0, message))?;
    let text = |name: &str, text: String| Entry::new(name, Value::text(text, Origin::None));
    let mut members = vec![
        text("network", block.network),
        text("netmask", block.netmask),
    ];
    members.extend(block.broadcast.map(|address| text("broadcast", address)));
    members.extend([
        text("firstUsable", block.first_usable),
        text("lastUsable", block.last_usable),
        Entry::new("cidr", plain(Data::Int(i64::from(block.prefix)))),
    ]);
    Ok(Value::object(members, Origin::None))
}

fn cidr_subnet(call: &Call<'_>) -> Outcome {
    let subnet = pure::cidr_subnet(call.text(0)?, call.int(1)?, call.int(2)?);
    call.made(subnet.map_err(|message| call.fail(0, message))?)
}

fn cidr_host(call: &Call<'_>) -> Outcome {
    let host = pure::cidr_host(call.text(0)?, call.int(1)?);
    call.made(host.map_err(|message| call.fail(0, message))?)
}
