//! Values as sentences show them.

use crate::eval::{Data, Value, bracketed};

use super::read::scalar;

/// Characters of a value that a sentence shows.
const LONGEST_VALUE: usize = 80;

/// A value in a sentence.
pub fn shown(value: &Value) -> String {
    if value.has_secret() {
        return "(secure)".to_owned();
    }
    let text = match &value.data {
        Data::Array(array) => {
            let items: Vec<_> = array.items.iter().map(shown).collect();
            format!("[{}]", items.join(", "))
        }
        Data::Object(object) => {
            let members: Vec<_> = object
                .entries
                .iter()
                .map(|entry| format!("{}: {}", entry.key, shown(&entry.value)))
                .collect();
            format!("{{{}}}", members.join(", "))
        }
        Data::Unknown(_) => bracketed(value),
        _ => scalar(value).unwrap_or_else(|| "none".to_owned()),
    };
    let text: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if text.is_empty() {
        "an empty text".to_owned()
    } else {
        text
    }
}

/// A value next to another one: of long values that begin alike (ids mostly) the part from where they part.
pub fn telling(value: &str, other: &str) -> String {
    if value.chars().count() <= LONGEST_VALUE {
        return value.to_owned();
    }
    let alike: usize = value
        .chars()
        .zip(other.chars())
        .take_while(|(one, two)| one == two)
        .map(|(one, _)| one.len_utf8())
        .sum();
    let (begin, rest) = value.split_at_checked(alike).unwrap_or(("", value));
    let tail = match begin.rfind(['/', ' ', ',']) {
        Some(at) if begin.len() > LONGEST_VALUE / 2 => {
            format!("...{}{rest}", begin.get(at..).unwrap_or_default())
        }
        _ => value.to_owned(),
    };
    if tail.chars().count() <= LONGEST_VALUE {
        return tail;
    }
    let head: String = tail.chars().take(LONGEST_VALUE).collect();
    format!("{head}...")
}

#[cfg(test)]
mod tests {
    use super::telling;

    #[test]
    fn long_values_are_shown_from_where_they_part() {
        let network = "/subscriptions/1/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/v/subnets";
        let (old, new) = (format!("{network}/snet-one"), format!("{network}/snet-two"));
        assert_eq!(telling(&old, &new), ".../snet-one");
        assert_eq!(telling(&new, &old), ".../snet-two");
        assert_eq!(telling("30", "60"), "30");
        let cut = telling(&old, "none");
        assert!(
            cut.starts_with("/subscriptions/1/") && cut.ends_with("..."),
            "{cut}"
        );
    }
}
