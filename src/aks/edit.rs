//! A body and a path to the body with another value there, all else untouched.

use crate::eval::{Data, Entry, Origin, Value};

/// The body with a value at a path; without one, with nothing there. Objects on the way are made where they are missing.
pub fn with(body: &Value, path: &str, value: Option<&Value>) -> Value {
    let (head, rest) = match path.split_once('.') {
        Some((head, rest)) => (head, Some(rest)),
        None => (path, None),
    };
    let mut entries = match &body.data {
        Data::Object(object) => object.entries.clone(),
        _ => Vec::new(),
    };
    let at = entries
        .iter()
        .position(|entry| !entry.unknown_key && entry.key.eq_ignore_ascii_case(head));
    let inner = at.and_then(|at| entries.get(at)).map(|entry| &entry.value);
    let next = match (rest, value) {
        (None, value) => value.cloned(),
        (Some(_), None) if inner.is_none() => None,
        (Some(rest), value) => {
            let empty = Value::object(Vec::new(), Origin::None);
            let next = with(inner.unwrap_or(&empty), rest, value);
            // What was made or kept for one member goes with it.
            let is_empty = next
                .as_object()
                .is_some_and(|object| object.entries.is_empty());
            (value.is_some() || !is_empty).then_some(next)
        }
    };
    match (at, next) {
        (Some(at), Some(next)) => {
            if let Some(entry) = entries.get_mut(at) {
                entry.value = next;
            }
        }
        (Some(at), None) => {
            entries.remove(at);
        }
        (None, Some(next)) => entries.push(Entry::new(head, next)),
        (None, None) => {}
    }
    Value::object(entries, body.origin.clone())
}

#[cfg(test)]
mod tests {
    use super::with;
    use crate::eval::{Origin, Value, from_json, report};
    use crate::syntax::json::Document;
    use crate::text::FileId;

    fn body(json: &str) -> Value {
        let document = Document::parse(FileId(0), json.into());
        from_json(document.root().unwrap())
    }

    #[test]
    fn members_are_set_made_and_taken_away() {
        let one = Value::text("x", Origin::None);
        for (before, path, value, after) in [
            (r#"{"a":1}"#, "b.c", Some(&one), r#"{"a":1,"b":{"c":"x"}}"#),
            (r#"{"A":1}"#, "a", Some(&one), r#"{"A":"x"}"#),
            (r#"{"a":{"b":1,"c":2}}"#, "a.b", None, r#"{"a":{"c":2}}"#),
            (r#"{"a":{"b":1}}"#, "a.b", None, "{}"),
            (r#"{"a":1}"#, "b.c", None, r#"{"a":1}"#),
        ] {
            let changed = report(&with(&body(before), path, value));
            assert_eq!(changed.to_string(), after, "{path}");
        }
    }
}
