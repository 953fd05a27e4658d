//! A body and a path to the body with another value there, all else untouched.

use std::sync::Arc;

use crate::eval::{Data, Entry, Object, Origin, Value};

/// The body with a value at a path; without one, with nothing there. Objects on the way are made where they are missing.
pub fn with(body: &Value, path: &str, value: Option<&Value>) -> Value {
    match value {
        Some(value) => put(body, path, value),
        None => taken(body, path).unwrap_or_else(|| body.clone()),
    }
}

fn put(body: &Value, path: &str, value: &Value) -> Value {
    let (head, rest) = split(path);
    let mut entries = match &body.data {
        Data::Object(object) => object.entries.clone(),
        _ => Vec::new(),
    };
    let at = place(&entries, head);
    let next = match rest {
        None => value.clone(),
        Some(rest) => {
            let inner = at.and_then(|at| entries.get(at)).map(|entry| &entry.value);
            let empty = Value::object(Vec::new(), Origin::None);
            put(inner.unwrap_or(&empty), rest, value)
        }
    };
    match at.and_then(|at| entries.get_mut(at)) {
        Some(entry) => entry.value = next,
        None => entries.push(Entry::new(head, next)),
    }
    of(body, entries)
}

/// The body without what stands at a path; none where nothing stands there. What is no object has no member to lose: an
/// unknown stays one.
fn taken(body: &Value, path: &str) -> Option<Value> {
    let (head, rest) = split(path);
    let object = body.as_object()?;
    let at = place(&object.entries, head)?;
    let next = match rest {
        None => None,
        Some(rest) => {
            let next = taken(&object.entries.get(at)?.value, rest)?;
            // What was made or kept for one member goes with it.
            let is_empty = next.as_object().is_none_or(|next| next.entries.is_empty());
            (!is_empty).then_some(next)
        }
    };
    let mut entries = object.entries.clone();
    match next {
        Some(next) => entries.get_mut(at)?.value = next,
        None => {
            entries.remove(at);
        }
    }
    Some(of(body, entries))
}

/// An object in the place of a value, as secret or assumed as that.
fn of(body: &Value, entries: Vec<Entry>) -> Value {
    Value {
        data: Data::Object(Arc::new(Object::new(entries))),
        ..body.clone()
    }
}

fn split(path: &str) -> (&str, Option<&str>) {
    match path.split_once('.') {
        Some((head, rest)) => (head, Some(rest)),
        None => (path, None),
    }
}

fn place(entries: &[Entry], name: &str) -> Option<usize> {
    entries
        .iter()
        .position(|entry| !entry.unknown_key && entry.key.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::with;
    use crate::eval::{Entry, Origin, Reason, Residual, Unknown, Value, from_json, report};
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
            (r#"{"a":{}}"#, "a.b", None, r#"{"a":{}}"#),
            (r#"{"a":null}"#, "a.b.c", None, r#"{"a":null}"#),
        ] {
            let changed = report(&with(&body(before), path, value));
            assert_eq!(changed.to_string(), after, "{path}");
        }
    }

    #[test]
    fn what_is_unknown_has_no_member_to_lose() {
        let unknown = Unknown::new(
            Residual::Call("parameters".into(), Vec::new()),
            Reason::Failed,
        );
        let entry = Entry::new("a", Value::unknown(unknown, Origin::None));
        let before = Value::object(vec![entry], Origin::None);
        for path in ["a.b", "a.b.c", "a.A"] {
            let after = with(&before, path, None);
            assert_eq!(report(&after), report(&before), "{path}");
        }
        let after = with(&before, "a", None);
        assert_eq!(report(&after).to_string(), "{}");
    }
}
