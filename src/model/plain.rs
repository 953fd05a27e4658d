//! Values to JSON text without any escapes of brackets: a template that an expression made.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use crate::eval::{Data, Value, bracketed};

/// The text; what is unknown becomes its expression.
pub(super) fn to_json(value: &Value) -> String {
    serde_json::to_string(&Plain(value)).unwrap_or_default()
}

struct Plain<'v>(&'v Value);

impl Serialize for Plain<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0.data {
            Data::Null => serializer.serialize_unit(),
            Data::Bool(value) => serializer.serialize_bool(*value),
            Data::Int(value) => serializer.serialize_i64(*value),
            Data::BigInt(digits) => match digits.parse::<i128>() {
                Ok(value) => serializer.serialize_i128(value),
                Err(_) => serializer.serialize_str(digits),
            },
            Data::Float(value) => serializer.serialize_f64(*value),
            Data::String(text) => serializer.serialize_str(text),
            Data::Array(array) => {
                let mut items = serializer.serialize_seq(Some(array.items.len()))?;
                for item in &array.items {
                    items.serialize_element(&Plain(item))?;
                }
                items.end()
            }
            Data::Object(object) => {
                let mut members = serializer.serialize_map(Some(object.entries.len()))?;
                for entry in &object.entries {
                    members.serialize_entry(&*entry.key, &Plain(&entry.value))?;
                }
                members.end()
            }
            Data::Unknown(_) => serializer.serialize_str(&bracketed(self.0)),
        }
    }
}
