//! Evaluated values to values of a template: known ones as they are, parameters and their parts as such, open ones as the
//! expressions they print as, or as parameters that must be given.

use indexmap::IndexMap;
use serde_json::{Map, Number, Value as Json};

use crate::eval::{
    Data, Object, Origin, TypeHint, Value, equal_ignoring_case, expression, float_text,
    residual_text,
};
use crate::model::{Declared, TypeName};
use crate::syntax::armexpr::{Shape, shape};
use crate::text::Files;

use super::expression::portable;
use super::parameters::{Access, Parameters};

/// A parameter of a step's template.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Parameter {
    /// Its type.
    pub(super) kind: TypeName,
    /// Its value; none: it must be given.
    pub(super) value: Option<Json>,
    /// What it is.
    pub(super) about: String,
}

/// Writes the values of one template, and gathers its parameters.
pub(super) struct Writer<'a> {
    files: &'a Files,
    known: &'a Parameters<'a>,
    parameters: IndexMap<String, Parameter>,
    /// The calls of parameters that have parts.
    wholes: Vec<(&'a Declared, Json)>,
}

/// Names that are tried for one parameter.
const MOST_NAMES: usize = 1000;

impl<'a> Writer<'a> {
    /// For a deployment whose templates declare these parameters.
    pub(super) fn new(files: &'a Files, known: &'a Parameters<'a>) -> Self {
        Self {
            files,
            known,
            parameters: IndexMap::new(),
            wholes: Vec::new(),
        }
    }

    /// The parameters that are needed so far, by name.
    pub(super) fn into_parameters(self) -> IndexMap<String, Parameter> {
        self.parameters
    }

    /// A value; `path` names it where it becomes a parameter of its own.
    pub(super) fn value(&mut self, value: &Value, path: &str) -> Json {
        if let Some(kept) = self.kept(value) {
            return kept;
        }
        if let Some(shade) = &value.shade {
            let is_outline = matches!(value.data, Data::Object(_));
            // What stands in an assumed object is declared.
            if shade.secret || (shade.assumed && !is_outline) {
                let text = residual_text(&shade.residual);
                return self.open(&text, kind_of(value.hint(), shade.secret), path);
            }
        }
        match &value.data {
            Data::Unknown(unknown) => {
                let text = residual_text(&unknown.residual);
                self.open(&text, kind_of(unknown.hint, unknown.secret), path)
            }
            Data::Array(array) => {
                let items = array.items.iter().enumerate();
                items
                    .map(|(at, item)| self.value(item, &format!("{path}.{at}")))
                    .collect()
            }
            Data::Object(object) => self.object(value, object, path),
            Data::String(text) => literal(text).into(),
            _ => plain(value),
        }
    }

    fn object(&mut self, value: &Value, object: &Object, path: &str) -> Json {
        let open_name = |key: &str| {
            let text = key.strip_prefix('[').and_then(|key| key.strip_suffix(']'));
            text.and_then(portable)
        };
        let unsaid = |object: &Object| {
            let mut entries = object.entries.iter();
            entries.any(|entry| entry.unknown_key && open_name(&entry.key).is_none())
        };
        if unsaid(object) {
            let kind = kind_of(Some(TypeHint::Object), value.has_secret());
            return self.open(&expression(value), kind, path);
        }
        let mut map = Map::with_capacity(object.entries.len());
        for entry in &object.entries {
            let name = if entry.unknown_key {
                for name in open_name(&entry.key)
                    .into_iter()
                    .flat_map(|one| one.parameters)
                {
                    self.given(&name, TypeName::String);
                }
                entry.key.to_string()
            } else {
                literal(&entry.key)
            };
            let path = format!("{path}.{}", entry.key);
            map.insert(name, self.value(&entry.value, &path));
        }
        map.into()
    }

    /// What is a parameter, or a part of one, and known, stays that.
    fn kept(&mut self, value: &Value) -> Option<Json> {
        if value.has_unknown() || value.has_shade() || matches!(value.data, Data::Null) {
            return None;
        }
        let access = self.known.access(&value.origin)?;
        // Of what a step changes the parts are what they were.
        if access.value.is_some_and(|stated| !same(stated, value)) {
            return None;
        }
        if access.path.is_empty() {
            return self.parameter(access.declared, value);
        }
        let text = self.parameter(access.declared, access.declared.value.as_ref()?)?;
        let call = text.as_str()?.strip_prefix('[')?.strip_suffix(']')?;
        Some(format!("[{call}{}]", access.path).into())
    }

    /// A parameter of the user's template with a known value that is no secret.
    fn parameter(&mut self, declared: &'a Declared, value: &Value) -> Option<Json> {
        if value.has_unknown() || value.has_shade() {
            return None;
        }
        let own = own_kind(value)?;
        let kind = declared.kind.unwrap_or(own);
        // A secure parameter that is empty is no secret, and no secret is asked for.
        if kind.is_secure() || (kind != own) {
            return None;
        }
        let is_it = |(known, _): &&(&Declared, Json)| std::ptr::eq(*known, declared);
        if let Some((_, text)) = self.wholes.iter().find(is_it) {
            return Some(text.clone());
        }
        let parameter = Parameter {
            kind,
            value: Some(plain(value)),
            about: String::new(),
        };
        let text = self.reference(&declared.name, parameter);
        // What a parameter with parts is stays as the user's files have it.
        if declared.value.is_some() {
            self.wholes.push((declared, text.clone()));
        }
        Some(text)
    }

    /// An open value: its expression where that says the same in this template, else a parameter.
    pub(super) fn open(&mut self, text: &str, kind: TypeName, path: &str) -> Json {
        let portable =
            portable(text).filter(|one| !one.parameters.iter().any(|name| self.has(name)));
        let Some(portable) = portable else {
            let name = name_of(path);
            let parameter = Parameter {
                kind,
                value: None,
                about: format!("stands for [{text}]"),
            };
            return self.reference(&name, parameter);
        };
        for name in &portable.parameters {
            let kind = if portable.is_parameter {
                kind
            } else {
                TypeName::String
            };
            self.given(name, kind);
        }
        format!("[{text}]").into()
    }

    /// Whether a parameter of this name has a value already: that of another moment.
    fn has(&self, name: &str) -> bool {
        let mut known = self.parameters.iter();
        known.any(|(known, one)| one.value.is_some() && equal_ignoring_case(known, name))
    }

    /// A parameter of the user's template that must be given, under its name.
    fn given(&mut self, name: &str, kind: TypeName) {
        let declared = self.known.named(name);
        let kind = declared.and_then(|one| one.kind).unwrap_or(kind);
        let known = self
            .parameters
            .keys()
            .position(|known| equal_ignoring_case(known, name));
        if known.is_none() {
            let parameter = Parameter {
                kind,
                value: None,
                about: format!("parameter '{name}' of the template"),
            };
            self.parameters.insert(name.to_owned(), parameter);
        }
    }

    /// `[parameters('name')]`, declared; under another name where that one has another value.
    pub(super) fn reference(&mut self, name: &str, parameter: Parameter) -> Json {
        let mut parameter = Some(parameter);
        for number in 1..MOST_NAMES {
            let candidate = if number == 1 {
                name.to_owned()
            } else {
                format!("{name}{number}")
            };
            let found = self
                .parameters
                .iter()
                .find(|(known, _)| equal_ignoring_case(known, &candidate));
            match found {
                Some((known, found)) if Some(found) == parameter.as_ref() => {
                    return call(known).into();
                }
                Some(_) => {}
                None => {
                    if let Some(parameter) = parameter.take() {
                        self.parameters.insert(candidate.clone(), parameter);
                    }
                    return call(&candidate).into();
                }
            }
        }
        Json::Null
    }

    /// The parameter that a text was made of, or the part of one, if it has this value; as an expression without brackets.
    pub(super) fn made_of(&mut self, value: &Value, text: &str) -> Option<String> {
        let access = self.part(&value.origin, text, 0)?;
        let declared = access.declared;
        let json = if access.path.is_empty() {
            if declared.kind.is_some_and(|kind| kind != TypeName::String) {
                return None;
            }
            let parameter = Parameter {
                kind: TypeName::String,
                value: Some(text.into()),
                about: String::new(),
            };
            self.reference(&declared.name, parameter)
        } else {
            self.parameter(declared, declared.value.as_ref()?)?
        };
        let call = json.as_str()?.strip_prefix('[')?.strip_suffix(']')?;
        Some(format!("{call}{}", access.path))
    }

    /// The parameter, or the part of one, among the parts of a value whose text is this one.
    fn part(&self, origin: &Origin, text: &str, depth: usize) -> Option<Access<'a>> {
        if let Some(access) = self.known.access(origin) {
            let is_it = if let Some(stated) = access.value.and_then(Value::as_text) {
                **stated == *text
            } else {
                let written = self.files.slice(origin.place()?);
                written.trim_matches(['"', '\'']) == text
            };
            return is_it.then_some(access);
        }
        match origin {
            Origin::Step(step) if depth < DEEPEST => step
                .inputs
                .iter()
                .find_map(|input| self.part(input, text, depth + 1)),
            _ => None,
        }
    }
}

/// Steps back from a value that are followed.
const DEEPEST: usize = 16;

/// Whether two known values are the same data.
fn same(one: &Value, other: &Value) -> bool {
    match (&one.data, &other.data) {
        (Data::Array(one), Data::Array(other)) => {
            let mut pairs = one.items.iter().zip(&other.items);
            std::sync::Arc::ptr_eq(one, other)
                || one.items.len() == other.items.len()
                    && pairs.all(|(one, other)| same(one, other))
        }
        (Data::Object(one), Data::Object(other)) => {
            let mut pairs = one.entries.iter().zip(&other.entries);
            std::sync::Arc::ptr_eq(one, other)
                || one.entries.len() == other.entries.len()
                    && pairs
                        .all(|(one, other)| one.key == other.key && same(&one.value, &other.value))
        }
        _ => plain(one) == plain(other),
    }
}

/// The name of a parameter for a member.
fn name_of(path: &str) -> String {
    let is_name = |part: &&str| part.starts_with(|c: char| c.is_ascii_alphabetic());
    let last = path.rsplit('.').find(is_name).unwrap_or("value");
    last.chars().filter(char::is_ascii_alphanumeric).collect()
}

fn kind_of(hint: Option<TypeHint>, secret: bool) -> TypeName {
    match hint {
        Some(TypeHint::Object | TypeHint::Array) if secret => TypeName::SecureObject,
        _ if secret => TypeName::SecureString,
        Some(TypeHint::Bool) => TypeName::Bool,
        Some(TypeHint::Int) => TypeName::Int,
        Some(TypeHint::Array) => TypeName::Array,
        Some(TypeHint::Object) => TypeName::Object,
        Some(TypeHint::String) | None => TypeName::String,
    }
}

/// The type that a known value has; none where the language has no parameter for it.
fn own_kind(value: &Value) -> Option<TypeName> {
    match &value.data {
        Data::Bool(_) => Some(TypeName::Bool),
        Data::Int(_) => Some(TypeName::Int),
        Data::String(_) => Some(TypeName::String),
        Data::Array(_) => Some(TypeName::Array),
        Data::Object(_) => Some(TypeName::Object),
        Data::Null | Data::BigInt(_) | Data::Float(_) | Data::Unknown(_) => None,
    }
}

/// Known data as it stands in a parameter file, where no text is an expression.
fn plain(value: &Value) -> Json {
    match &value.data {
        Data::Null | Data::Unknown(_) => Json::Null,
        Data::Bool(value) => (*value).into(),
        Data::Int(value) => (*value).into(),
        Data::BigInt(digits) => digits.parse::<u64>().map_or_else(
            |_| digits.parse().ok().and_then(Number::from_f64).into(),
            Json::from,
        ),
        Data::Float(value) => {
            Number::from_f64(*value).map_or_else(|| float_text(*value).into(), Json::Number)
        }
        Data::String(text) => (**text).into(),
        Data::Array(array) => array.items.iter().map(plain).collect(),
        Data::Object(object) => {
            let entries = object.entries.iter();
            entries
                .map(|entry| (entry.key.to_string(), plain(&entry.value)))
                .collect::<Map<_, _>>()
                .into()
        }
    }
}

/// Text of a template that is not to be an expression.
pub(super) fn literal(text: &str) -> String {
    match shape(text) {
        Shape::Literal(same) if same == text => text.to_owned(),
        _ => format!("[{text}"),
    }
}

/// `[parameters('name')]`.
fn call(name: &str) -> String {
    format!("[parameters('{}')]", name.replace('\'', "''"))
}
