//! Values: JSON data in which any part may be unknown, secret or assumed, each part with its origin.

use std::sync::Arc;

use crate::text::Span;

use super::Origin;

/// Bytes that a node of a value takes beside its text.
const NODE_WEIGHT: u32 = 64;

/// A value with its origin. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct Value {
    /// The data.
    pub data: Data,
    /// Where it came from.
    pub origin: Origin,
    /// Set on known data that must not be printed, or that is only assumed.
    pub shade: Option<Arc<Shade>>,
}

/// JSON data, or unknown.
#[derive(Clone, Debug)]
pub enum Data {
    /// null.
    Null,
    /// true or false.
    Bool(bool),
    /// An integer of 64 bits.
    Int(i64),
    /// A larger integer, digits as written.
    BigInt(Arc<str>),
    /// A number with fraction or exponent.
    Float(f64),
    /// Text.
    String(Arc<str>),
    /// An array; its items may be unknown.
    Array(Arc<Array>),
    /// An object; its values may be unknown.
    Object(Arc<Object>),
    /// Not known offline.
    Unknown(Arc<Unknown>),
}

/// An array.
#[derive(Clone, Debug, Default)]
pub struct Array {
    /// Items.
    pub items: Vec<Value>,
    /// Whether an item, at any depth, is unknown.
    pub has_unknown: bool,
    /// Whether an item, at any depth, has a shade.
    pub has_shade: bool,
    /// Levels of containers and open expressions below and including this one: bounds recursion over values.
    pub depth: u16,
    /// Its [`Value::weight`].
    pub weight: u32,
}

/// An object; members in source order. Two members whose names differ only in case can stand side by side.
#[derive(Clone, Debug, Default)]
pub struct Object {
    /// Members.
    pub entries: Vec<Entry>,
    /// Whether a value, at any depth, is unknown (or the object is open).
    pub has_unknown: bool,
    /// Whether a value, at any depth, has a shade.
    pub has_shade: bool,
    /// Levels of containers and open expressions below and including this one.
    pub depth: u16,
    /// Its [`Value::weight`].
    pub weight: u32,
}

/// A member of an object.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Name.
    pub key: Arc<str>,
    /// The characters of the name in the source, where it stands in one.
    pub key_place: Option<Span>,
    /// An unknown name: the expression to print instead of `key` (which then holds its printed form `[..]`).
    pub unknown_key: bool,
    /// Value.
    pub value: Value,
}

/// Something not known offline.
#[derive(Clone, Debug)]
pub struct Unknown {
    /// The partially evaluated expression, as it is printed.
    pub residual: Residual,
    /// Why it is unknown.
    pub reason: Reason,
    /// Computed from a secret.
    pub secret: bool,
    /// `if(unknown, x, y)`: both alternatives, where they could be evaluated.
    pub branches: Option<Box<(Value, Value)>>,
    /// Levels of calls in the residual.
    pub depth: u16,
    /// The type it has in any case, where that is declared; such a value is never null.
    pub hint: Option<TypeHint>,
}

/// The type of something unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TypeHint {
    /// true or false.
    Bool,
    /// An integer.
    Int,
    /// Text.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

/// Known data with a reservation.
#[derive(Clone, Debug)]
pub struct Shade {
    /// Comes from the default of a secure parameter: decides like ordinary text, but is printed as `residual`.
    pub secret: bool,
    /// Concluded from a member that a resource of the same plan does not set: printed by `expand`, unknown to plans and rules.
    pub assumed: bool,
    /// The expression to print instead.
    pub residual: Residual,
}

/// An expression after everything known in it was folded.
#[derive(Clone, Debug)]
pub enum Residual {
    /// A folded value; containers print as `createObject(..)` and `createArray(..)`.
    Value(Value),
    /// A call, name as the author wrote it (`namespace.name` of a user-defined function).
    Call(Arc<str>, Vec<Residual>),
    /// `base.name`.
    Property(Box<Residual>, Arc<str>),
    /// `base[index]`.
    Index(Box<Residual>, Box<Residual>),
}

/// Why something is unknown.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// A parameter without a value.
    Parameter(Arc<str>),
    /// A function that only Azure can answer (`reference`, `list*` ..).
    Runtime(Arc<str>),
    /// A scope value that was not given (`subscription()`, `resourceGroup()` ..).
    Scope(Arc<str>),
    /// `utcNow`, `newGuid`.
    Clock(Arc<str>),
    /// A Key Vault reference or another secret.
    Secret,
    /// An external input without a value.
    ExternalInput(Arc<str>),
    /// A linked template or module that was not read.
    Module(Arc<str>),
    /// The value failed to evaluate; the failure is reported once, where it happened.
    Failed,
    /// A loop whose count is unknown.
    Count,
    /// A bound of the evaluator was reached.
    Limit,
}

impl Value {
    /// Data that came from somewhere.
    pub const fn new(data: Data, origin: Origin) -> Self {
        Self {
            data,
            origin,
            shade: None,
        }
    }

    /// null from nowhere.
    pub const fn null() -> Self {
        Self::new(Data::Null, Origin::None)
    }

    /// Text.
    pub fn text(text: impl Into<Arc<str>>, origin: Origin) -> Self {
        Self::new(Data::String(text.into()), origin)
    }

    /// An array.
    pub fn array(items: Vec<Self>, origin: Origin) -> Self {
        Self::new(Data::Array(Arc::new(Array::new(items))), origin)
    }

    /// An object.
    pub fn object(entries: Vec<Entry>, origin: Origin) -> Self {
        Self::new(Data::Object(Arc::new(Object::new(entries))), origin)
    }

    /// Something unknown.
    pub fn unknown(unknown: Unknown, origin: Origin) -> Self {
        Self::new(Data::Unknown(Arc::new(unknown)), origin)
    }

    /// With a reservation.
    #[must_use]
    pub fn with_shade(mut self, shade: Shade) -> Self {
        if shade.secret {
            self.data = shade.over_parts(self.data);
        }
        self.shade = Some(Arc::new(shade));
        self
    }

    /// The unknown, if the whole value is one.
    pub fn as_unknown(&self) -> Option<&Arc<Unknown>> {
        match &self.data {
            Data::Unknown(unknown) => Some(unknown),
            _ => None,
        }
    }

    /// The text, if it is known text.
    pub fn as_text(&self) -> Option<&Arc<str>> {
        match &self.data {
            Data::String(text) => Some(text),
            _ => None,
        }
    }

    /// The text, if it is known text that may be shown.
    pub fn as_public_text(&self) -> Option<&Arc<str>> {
        self.as_text().filter(|_| !self.has_secret())
    }

    /// The array, if it is one.
    pub fn as_array(&self) -> Option<&Arc<Array>> {
        match &self.data {
            Data::Array(array) => Some(array),
            _ => None,
        }
    }

    /// The object, if it is one.
    pub fn as_object(&self) -> Option<&Arc<Object>> {
        match &self.data {
            Data::Object(object) => Some(object),
            _ => None,
        }
    }

    /// Whether it or a part of it is unknown.
    pub fn has_unknown(&self) -> bool {
        match &self.data {
            Data::Unknown(_) => true,
            Data::Array(array) => array.has_unknown,
            Data::Object(object) => object.has_unknown,
            _ => false,
        }
    }

    /// Whether it or a part of it has a shade.
    pub fn has_shade(&self) -> bool {
        self.shade.is_some()
            || match &self.data {
                Data::Array(array) => array.has_shade,
                Data::Object(object) => object.has_shade,
                _ => false,
            }
    }

    /// Whether it, or a part of it, must not be printed.
    pub fn has_secret(&self) -> bool {
        if self.shade.as_ref().is_some_and(|shade| shade.secret) {
            return true;
        }
        match &self.data {
            Data::Unknown(unknown) => unknown.secret,
            Data::Array(array) => {
                (array.has_unknown || array.has_shade) && array.items.iter().any(Self::has_secret)
            }
            Data::Object(object) => {
                (object.has_unknown || object.has_shade)
                    && object.entries.iter().any(|entry| entry.value.has_secret())
            }
            _ => false,
        }
    }

    /// Levels of nesting.
    pub fn depth(&self) -> u16 {
        let data = match &self.data {
            Data::Array(array) => array.depth,
            Data::Object(object) => object.depth,
            Data::Unknown(unknown) => unknown.depth,
            _ => 0,
        };
        self.shade
            .as_ref()
            .map_or(data, |shade| data.max(shade.residual.depth()))
    }

    /// The bytes that it takes, roughly, when a part that stands in it several times is there as often: names and texts, and
    /// [`NODE_WEIGHT`] for each node. Bounds what goes through all parts of a value.
    pub fn weight(&self) -> u32 {
        match &self.data {
            Data::Array(array) => array.weight,
            Data::Object(object) => object.weight,
            Data::String(text) | Data::BigInt(text) => {
                NODE_WEIGHT.saturating_add(u32::try_from(text.len()).unwrap_or(u32::MAX))
            }
            _ => NODE_WEIGHT,
        }
    }

    /// Its type, where that is known, even if the value is not. null and numbers with a fraction have none.
    pub fn hint(&self) -> Option<TypeHint> {
        match &self.data {
            Data::Null | Data::Float(_) => None,
            Data::Bool(_) => Some(TypeHint::Bool),
            Data::Int(_) | Data::BigInt(_) => Some(TypeHint::Int),
            Data::String(_) => Some(TypeHint::String),
            Data::Array(_) => Some(TypeHint::Array),
            Data::Object(_) => Some(TypeHint::Object),
            Data::Unknown(unknown) => unknown.hint,
        }
    }

    /// The name of the type in messages, as Azure words it.
    pub fn type_name(&self) -> &'static str {
        match &self.data {
            Data::Null => "null",
            Data::Bool(_) => "a Boolean",
            Data::Int(_) | Data::BigInt(_) => "an integer",
            Data::Float(_) => "a number with a fraction",
            Data::String(_) => "a string",
            Data::Array(_) => "an array",
            Data::Object(_) => "an object",
            Data::Unknown(_) => "not known",
        }
    }
}

impl Shade {
    /// The parts of something secret are secret: who looks into it meets them one by one.
    fn over_parts(&self, data: Data) -> Data {
        match data {
            Data::Array(array) => {
                let items = array.items.iter().enumerate().map(|(at, item)| {
                    let index = Data::Int(i64::try_from(at).unwrap_or(i64::MAX));
                    let index = Residual::Value(Value::new(index, Origin::None));
                    self.over_part(item, |whole| {
                        Residual::Index(Box::new(whole), Box::new(index))
                    })
                });
                Data::Array(Arc::new(Array::new(items.collect())))
            }
            Data::Object(object) => {
                let entries = object.entries.iter().map(|entry| Entry {
                    value: self.over_part(&entry.value, |whole| {
                        Residual::Property(Box::new(whole), Arc::clone(&entry.key))
                    }),
                    ..entry.clone()
                });
                Data::Object(Arc::new(Object::new(entries.collect())))
            }
            data => data,
        }
    }

    fn over_part(&self, part: &Value, step: impl FnOnce(Residual) -> Residual) -> Value {
        let own = part.shade.as_ref();
        if own.is_some_and(|own| own.secret) {
            return part.clone();
        }
        if let Data::Unknown(unknown) = &part.data {
            let mut unknown = (**unknown).clone();
            unknown.secret = true;
            return Value {
                data: Data::Unknown(Arc::new(unknown)),
                ..part.clone()
            };
        }
        part.clone().with_shade(Self {
            secret: true,
            assumed: own.is_some_and(|own| own.assumed),
            residual: step(self.residual.clone()),
        })
    }
}

impl Array {
    /// An array of these items.
    pub fn new(items: Vec<Value>) -> Self {
        Self {
            has_unknown: items.iter().any(Value::has_unknown),
            has_shade: items.iter().any(Value::has_shade),
            depth: items
                .iter()
                .map(Value::depth)
                .max()
                .unwrap_or(0)
                .saturating_add(1),
            weight: items
                .iter()
                .map(Value::weight)
                .fold(NODE_WEIGHT, u32::saturating_add),
            items,
        }
    }
}

impl Object {
    /// An object of these members.
    pub fn new(entries: Vec<Entry>) -> Self {
        Self {
            has_unknown: entries
                .iter()
                .any(|entry| entry.unknown_key || entry.value.has_unknown()),
            has_shade: entries.iter().any(|entry| entry.value.has_shade()),
            depth: entries
                .iter()
                .map(|entry| entry.value.depth())
                .max()
                .unwrap_or(0)
                .saturating_add(1),
            weight: entries
                .iter()
                .map(Entry::weight)
                .fold(NODE_WEIGHT, u32::saturating_add),
            entries,
        }
    }

    /// The member that property access finds: the exact spelling, else the first in any case.
    pub fn get(&self, name: &str) -> Option<&Entry> {
        let known = || self.entries.iter().filter(|entry| !entry.unknown_key);
        known()
            .find(|entry| &*entry.key == name)
            .or_else(|| known().find(|entry| super::equal_ignoring_case(&entry.key, name)))
    }

    /// Whether a member's name is unknown, so that an absent name proves nothing.
    pub fn is_open(&self) -> bool {
        self.has_unknown && self.entries.iter().any(|entry| entry.unknown_key)
    }
}

impl Entry {
    /// A member that the tool or a function made.
    pub fn new(key: impl Into<Arc<str>>, value: Value) -> Self {
        Self {
            key: key.into(),
            key_place: None,
            unknown_key: false,
            value,
        }
    }
}

impl Entry {
    fn weight(&self) -> u32 {
        let name = u32::try_from(self.key.len()).unwrap_or(u32::MAX);
        name.saturating_add(self.value.weight())
    }
}

impl Unknown {
    /// An open expression without alternatives.
    pub fn new(residual: Residual, reason: Reason) -> Self {
        Self {
            depth: residual.depth().saturating_add(1),
            residual,
            reason,
            secret: false,
            branches: None,
            hint: None,
        }
    }
}

impl Residual {
    /// `name('text')`, as `parameters('x')` and its like print.
    pub fn named(function: &str, name: &str) -> Self {
        let name = Value::text(name, Origin::None);
        Self::Call(function.into(), vec![Self::Value(name)])
    }

    /// Levels of calls in it.
    pub fn depth(&self) -> u16 {
        match self {
            Self::Value(value) => value.depth(),
            Self::Call(_, args) => args
                .iter()
                .map(Self::depth)
                .max()
                .unwrap_or(0)
                .saturating_add(1),
            Self::Property(base, _) => base.depth().saturating_add(1),
            Self::Index(base, index) => base.depth().max(index.depth()).saturating_add(1),
        }
    }
}
