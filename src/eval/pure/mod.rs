//! The algorithms behind the template functions, over plain types: no values of the evaluator, no context.
//! Every function is total; an error is a message for the user.

mod casing;
mod cidr;
mod collation;
mod date;
mod date_format;
mod date_parse;
mod encoding;
mod format;
mod hash;
mod json_reader;
mod number;
mod number_format;
mod number_pattern;
#[cfg(test)]
mod tests;
mod uri;

pub use casing::{
    compare_ignore_case, ends_with_ignore_case, equals_ignore_case, fold_case, index_of,
    last_index_of, like, starts_with_ignore_case, to_lower, to_upper, trim,
};
pub use cidr::{CidrBlock, cidr_host, cidr_subnet, parse_cidr};
pub use collation::compare;
pub use date::{date_time_add, date_time_from_epoch, date_time_to_epoch};
pub use encoding::{
    base64_decode, base64_decode_text, base64_encode, data_uri_of_json, data_uri_of_text,
    data_uri_to_string,
};
pub use format::{Argument, format_composite, pad_left};
pub use hash::{guid, unique_string};
pub use json_reader::{Tree, read_json, write_json, write_json_text};
pub use number::{float_text, json_float_text, parse_float, parse_int};
pub use uri::{UriParts, build_uri, join_uri, parse_uri, uri_component, uri_component_to_string};
