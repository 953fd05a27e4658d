//! Names and ids of AKS resources to addresses: which scope, which cluster, which pool, also where a part is an open expression.

use crate::eval::{Data, Residual, Value, bracketed, bracketed_residual, residual_text};
use crate::model::Resource;

/// Which resource, in a form that can be compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Address {
    /// Everything before `/providers/`, lower-case; an open scope is its expression.
    pub scope: String,
    /// Whether the scope is known.
    pub scope_known: bool,
    /// Name segments: the cluster's name, then the pool's.
    pub names: Vec<Segment>,
}

/// One segment of a name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Segment {
    /// As printed: text, or an expression in brackets.
    pub text: String,
    /// Whether it is known text.
    pub known: bool,
}

impl Segment {
    /// The form in which names are compared.
    pub fn key(&self) -> String {
        self.text.to_ascii_lowercase()
    }

    /// Of a value that is one name.
    pub fn of(value: &Value) -> Self {
        match &value.data {
            // What decides like text, but is not to be told, stands under its expression.
            _ if value.has_secret() => Self {
                text: bracketed(value),
                known: false,
            },
            Data::String(text) => Self {
                text: text.to_string(),
                known: true,
            },
            Data::Unknown(unknown) => Self {
                text: bracketed_residual(&unknown.residual),
                known: false,
            },
            _ => Self {
                text: super::read::scalar(value).unwrap_or_default(),
                known: true,
            },
        }
    }
}

impl Address {
    /// Of a resource whose full name has `count` segments.
    pub fn of(resource: &Resource, count: usize) -> Self {
        let (scope, scope_known) = scope(resource);
        Self {
            scope,
            scope_known,
            names: segments(&resource.name, count),
        }
    }

    /// Scope and cluster, as one key.
    pub fn cluster_key(&self) -> String {
        let name = self.names.first().map(Segment::key).unwrap_or_default();
        format!("{}|{name}", self.scope)
    }
}

/// The scope of a resource: its id up to `/providers/`, or the arguments of its open `resourceId(..)` before the type.
fn scope(resource: &Resource) -> (String, bool) {
    let provider = resource
        .resource_type
        .split('/')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    match &resource.id.data {
        Data::String(id) => {
            let id = id.to_ascii_lowercase();
            let end = id
                .find(&format!("/providers/{provider}/"))
                .unwrap_or(id.len());
            (id.get(..end).unwrap_or_default().to_owned(), true)
        }
        Data::Unknown(unknown) => {
            if let Some(scope) = group_of(&unknown.residual, &provider) {
                return (scope, true);
            }
            let mut printed = String::new();
            if let Residual::Call(name, args) = &unknown.residual {
                printed.push_str(name);
                for arg in args {
                    let text = residual_text(arg).to_ascii_lowercase();
                    if text.contains(&provider) {
                        break;
                    }
                    printed.push('|');
                    printed.push_str(&text);
                }
            } else {
                let text = residual_text(&unknown.residual).to_ascii_lowercase();
                let end = text.find(&provider).unwrap_or(text.len());
                printed.push_str(text.get(..end).unwrap_or_default());
            }
            (printed.to_ascii_lowercase(), false)
        }
        _ => (String::new(), false),
    }
}

/// The scope of `resourceId('subscription', 'group', 'type', ..)`, of which only names are open.
fn group_of(id: &Residual, provider: &str) -> Option<String> {
    let Residual::Call(name, args) = id else {
        return None;
    };
    let text = |at: usize| match args.get(at)? {
        Residual::Value(value) => Some(value.as_public_text()?.to_ascii_lowercase()),
        _ => None,
    };
    let of_group = name.eq_ignore_ascii_case("resourceId") && text(2)?.starts_with(provider);
    of_group.then_some(())?;
    Some(format!(
        "/subscriptions/{}/resourcegroups/{}",
        text(0)?,
        text(1)?
    ))
}

/// A full name cut at its slashes, into `count` segments. A name that cannot be cut is one open segment for each.
fn segments(name: &Value, count: usize) -> Vec<Segment> {
    let parts = parts(name);
    let mut segments = vec![Vec::new()];
    for part in parts {
        match part {
            Part::Open(text) => push(&mut segments, Part::Open(text)),
            Part::Text(text) => {
                for (at, piece) in text.split('/').enumerate() {
                    if at > 0 {
                        segments.push(Vec::new());
                    }
                    if !piece.is_empty() {
                        push(&mut segments, Part::Text(piece.to_owned()));
                    }
                }
            }
        }
    }
    if segments.len() == count {
        return segments.into_iter().map(|parts| join(&parts)).collect();
    }
    vec![Segment::of(name); count]
}

enum Part {
    Text(String),
    Open(String),
}

fn push(segments: &mut [Vec<Part>], part: Part) {
    if let Some(last) = segments.last_mut() {
        last.push(part);
    }
}

fn join(parts: &[Part]) -> Segment {
    let known = parts.iter().all(|part| matches!(part, Part::Text(_)));
    if known {
        let text = parts.iter().map(Part::text).collect();
        return Segment { text, known };
    }
    let inner = if let [Part::Open(expression)] = parts {
        expression.clone()
    } else {
        let args: Vec<_> = parts.iter().map(Part::argument).collect();
        format!("concat({})", args.join(", "))
    };
    Segment {
        text: format!("[{inner}]"),
        known,
    }
}

impl Part {
    fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Open(text) => text,
        }
    }

    fn argument(&self) -> String {
        match self {
            Self::Text(text) => format!("'{}'", text.replace('\'', "''")),
            Self::Open(text) => text.clone(),
        }
    }
}

/// The pieces of a text: `concat` and `format` with known outline are taken apart.
fn parts(value: &Value) -> Vec<Part> {
    match &value.data {
        Data::Unknown(unknown) => residual_parts(&unknown.residual, 0),
        _ => vec![Part::Text(super::read::scalar(value).unwrap_or_default())],
    }
}

/// Nesting of `concat` and `format` that is followed; deeper calls stay one open part.
const MAX_NESTING: u8 = 32;

fn residual_parts(residual: &Residual, depth: u8) -> Vec<Part> {
    let open = || vec![Part::Open(residual_text(residual))];
    if depth > MAX_NESTING {
        return open();
    }
    match residual {
        Residual::Value(value) => match &value.data {
            Data::Unknown(unknown) => residual_parts(&unknown.residual, depth + 1),
            _ => super::read::scalar(value).map_or_else(open, |text| vec![Part::Text(text)]),
        },
        Residual::Call(name, args) if name.eq_ignore_ascii_case("concat") => args
            .iter()
            .flat_map(|arg| residual_parts(arg, depth + 1))
            .collect(),
        Residual::Call(name, args) if name.eq_ignore_ascii_case("format") => {
            format_parts(args, depth).unwrap_or_else(open)
        }
        _ => open(),
    }
}

/// `format('{0}/x', a)` in pieces; none where a placeholder is more than a number.
fn format_parts(args: &[Residual], depth: u8) -> Option<Vec<Part>> {
    let (pattern, args) = args.split_first()?;
    let Residual::Value(pattern) = pattern else {
        return None;
    };
    let mut rest = &**pattern.as_text()?;
    let mut parts = Vec::new();
    while let Some(at) = rest.find(['{', '}']) {
        let (text, tail) = rest.split_at(at);
        parts.push(Part::Text(text.to_owned()));
        if tail.starts_with("{{") || tail.starts_with("}}") {
            parts.push(Part::Text(tail.get(..1)?.to_owned()));
            rest = tail.get(2..)?;
            continue;
        }
        let close = tail.find('}')?;
        let index: usize = tail.get(1..close)?.parse().ok()?;
        parts.extend(residual_parts(args.get(index)?, depth + 1));
        rest = tail.get(close + 1..)?;
    }
    parts.push(Part::Text(rest.to_owned()));
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::{group_of, segments};
    use crate::eval::{Origin, Reason, Residual, Unknown, Value};

    fn text(text: &str) -> Residual {
        Residual::Value(Value::text(text, Origin::None))
    }

    fn open(name: &str, args: Vec<Residual>) -> Value {
        let residual = Residual::Call(name.into(), args);
        Value::unknown(
            Unknown::new(residual, Reason::Scope("resourceGroup()".into())),
            Origin::None,
        )
    }

    fn names(value: &Value) -> Vec<String> {
        segments(value, 2)
            .into_iter()
            .map(|segment| segment.text)
            .collect()
    }

    #[test]
    fn the_group_is_known_where_only_a_name_is_open() {
        let id = |scope: &str| {
            let pool = Residual::Call("uniqueString".into(), vec![text("x")]);
            let kind = text("Microsoft.ContainerService/managedClusters/agentPools");
            let call = vec![text("SUB"), text(scope), kind, text("shop"), pool];
            Residual::Call("resourceId".into(), call)
        };
        let group = |id: &Residual| group_of(id, "microsoft.containerservice");
        assert_eq!(
            group(&id("Prod")).as_deref(),
            Some("/subscriptions/sub/resourcegroups/prod")
        );
        let Residual::Call(name, mut args) = id("Prod") else {
            unreachable!()
        };
        args.remove(0);
        assert_eq!(group(&Residual::Call(name, args)), None);
    }

    #[test]
    fn open_names_are_cut_at_their_known_slash() {
        let unique = || Residual::Call("uniqueString".into(), vec![text("x")]);
        let joined = open("concat", vec![text("aks-"), unique(), text("/work")]);
        assert_eq!(
            names(&joined),
            ["[concat('aks-', uniqueString('x'))]", "work"]
        );
        let formatted = open("format", vec![text("{0}/{1}"), unique(), text("work")]);
        assert_eq!(names(&formatted), ["[uniqueString('x')]", "work"]);
        let opaque = open("toLower", vec![text("a/b")]);
        assert_eq!(names(&opaque), ["[toLower('a/b')]", "[toLower('a/b')]"]);
        assert_eq!(
            names(&Value::text("shop/work", Origin::None)),
            ["shop", "work"]
        );
    }
}
