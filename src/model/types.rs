//! Values against declared types: type, allowed values, bounds, and the parts of objects and arrays.

use std::borrow::Cow;
use std::fmt::Arguments;

use crate::eval::{Data, Object, Value, equal_ignoring_case, expression};
use crate::finding::{Problem, ProblemKind};
use crate::ir::{Discriminator, PropertyType, Rest, Template, TypeDefinition, TypeName};
use crate::text::Span;

/// Pointers to pointers, and types within types.
const MAX_DEPTH: usize = 64;

/// What does not fit. Unknown parts fit; problems stand at the part's own place where that is in the file of `place`.
pub(super) fn check(
    value: &Value,
    definition: &TypeDefinition,
    template: &Template,
    what: Arguments<'_>,
    place: Span,
) -> Vec<Problem> {
    let mut check = Check {
        template,
        place,
        problems: Vec::new(),
    };
    check.value(value, definition, what, 0);
    check.problems
}

/// The type with what its `$ref` points to; constraints beside the pointer win.
pub(super) fn resolve<'d>(
    definition: &'d TypeDefinition,
    template: &Template,
) -> Cow<'d, TypeDefinition> {
    if definition.reference.is_none() {
        return Cow::Borrowed(definition);
    }
    let mut merged = definition.clone();
    for _ in 0..MAX_DEPTH {
        let Some(pointer) = merged.reference.take() else {
            break;
        };
        let Some(base) = find(&pointer, template) else {
            break;
        };
        merged.fill_from(base);
    }
    Cow::Owned(merged)
}

/// The type at `#/definitions/x/properties/y`.
fn find<'t>(pointer: &str, template: &'t Template) -> Option<&'t TypeDefinition> {
    let mut steps = pointer
        .strip_prefix("#/")?
        .split('/')
        .map(|step| step.replace("~1", "/").replace("~0", "~"));
    if !steps.next()?.eq_ignore_ascii_case("definitions") {
        return None;
    }
    let named = |types: &'t [PropertyType], name: &str| {
        types
            .iter()
            .find(|one| equal_ignoring_case(&one.name, name))
            .map(|one| &one.type_definition)
    };
    let typed = |rest: Option<&'t Rest>| match rest {
        Some(Rest::Typed(definition)) => Some(&**definition),
        _ => None,
    };
    let mut at = named(&template.definitions, &steps.next()?)?;
    while let Some(step) = steps.next() {
        at = match step.to_ascii_lowercase().as_str() {
            "properties" => named(at.properties(), &steps.next()?)?,
            "items" => typed(at.items())?,
            "additionalproperties" => typed(at.additional())?,
            "prefixitems" => at
                .prefix_items()
                .get(steps.next()?.parse::<usize>().ok()?)?,
            "discriminator" => {
                steps.next()?;
                named(&at.discriminator()?.mapping, &steps.next()?)?
            }
            _ => return None,
        };
    }
    Some(at)
}

struct Check<'t> {
    template: &'t Template,
    place: Span,
    problems: Vec<Problem>,
}

impl Check<'_> {
    fn problem(&mut self, value: &Value, message: String) {
        let own = value.origin.place();
        let place = own.filter(|own| self.place.contains(*own));
        self.problems.push(Problem::error(
            ProblemKind::ParameterValue,
            place.unwrap_or(self.place),
            message,
        ));
    }

    fn value(
        &mut self,
        value: &Value,
        definition: &TypeDefinition,
        what: Arguments<'_>,
        depth: usize,
    ) {
        // A null that a resource of the plan sets is open where a reference gives it.
        let open = matches!(value.data, Data::Null)
            && value.shade.as_ref().is_some_and(|shade| shade.assumed);
        if depth > MAX_DEPTH || open || matches!(value.data, Data::Unknown(_)) {
            return;
        }
        let definition = &*resolve(definition, self.template);
        let takes_null = definition.nullable == Some(true) || definition.is_any();
        if matches!(value.data, Data::Null) && takes_null {
            return;
        }
        if let Some(kind) = definition.kind()
            && !has_type(value, kind)
        {
            let message = format!(
                "The value of {what} must be of type {}, this is {}",
                kind.word(),
                value.type_name()
            );
            self.problem(value, message);
            return;
        }
        self.allowed(value, definition, what);
        self.bounds(value, definition, what);
        match &value.data {
            Data::Object(object) => self.object(value, object, definition, what, depth),
            Data::Array(array) => {
                let prefix = definition.prefix_items();
                for (at, item) in array.items.iter().enumerate() {
                    let part = format_args!("{what}[{at}]");
                    match (prefix.get(at), definition.items()) {
                        (Some(definition), _) => self.value(item, definition, part, depth + 1),
                        (None, Some(Rest::Typed(definition))) => {
                            self.value(item, definition, part, depth + 1);
                        }
                        (None, Some(Rest::Open(false))) => {
                            self.problem(item, format!("{part} is one item too many"));
                        }
                        (None, _) => {}
                    }
                }
                if array.items.len() < prefix.len() {
                    self.problem(value, format!("{what} must have {} items", prefix.len()));
                }
            }
            _ => {}
        }
    }

    fn object(
        &mut self,
        value: &Value,
        object: &Object,
        definition: &TypeDefinition,
        what: Arguments<'_>,
        depth: usize,
    ) {
        let declared = definition.properties();
        self.members(value, object, declared, what, depth);
        let chosen = definition
            .discriminator()
            .and_then(|discriminator| self.variant(value, object, discriminator, what));
        let variant = chosen.map(|one| resolve(one, self.template));
        let extra = variant.as_ref().map_or(&[][..], |one| one.properties());
        self.members(value, object, extra, what, depth);
        let additional = variant
            .as_ref()
            .and_then(|one| one.additional())
            .or(definition.additional());
        let discriminating = definition.discriminator().map(|one| &one.property);
        for entry in &object.entries {
            let known = declared
                .iter()
                .chain(extra)
                .map(|one| &one.name)
                .chain(discriminating);
            let is_declared = known
                .into_iter()
                .any(|name| equal_ignoring_case(name, &entry.key));
            if is_declared || entry.unknown_key {
                continue;
            }
            let part = format_args!("{what}.{}", entry.key);
            match additional {
                Some(Rest::Open(false)) => {
                    self.problem(
                        value,
                        format!("The type of {what} has no member '{}'", entry.key),
                    );
                }
                Some(Rest::Typed(definition)) => {
                    self.value(&entry.value, definition, part, depth + 1);
                }
                _ => {}
            }
        }
    }

    fn members(
        &mut self,
        value: &Value,
        object: &Object,
        declared: &[PropertyType],
        what: Arguments<'_>,
        depth: usize,
    ) {
        for one in declared {
            match object.get(&one.name) {
                Some(entry) => {
                    let part = format_args!("{what}.{}", one.name);
                    self.value(&entry.value, &one.type_definition, part, depth + 1);
                }
                None if object.is_open() => {}
                None => {
                    let definition = resolve(&one.type_definition, self.template);
                    if definition.nullable != Some(true) && !definition.is_any() {
                        self.problem(value, format!("{what} has no member '{}'", one.name));
                    }
                }
            }
        }
    }

    fn variant<'d>(
        &mut self,
        value: &Value,
        object: &Object,
        discriminator: &'d Discriminator,
        what: Arguments<'_>,
    ) -> Option<&'d TypeDefinition> {
        let Some(entry) = object.get(&discriminator.property) else {
            self.problem(
                value,
                format!("{what} has no member '{}'", discriminator.property),
            );
            return None;
        };
        if matches!(entry.value.data, Data::Unknown(_)) {
            return None;
        }
        let text = entry.value.as_text().cloned();
        let found = discriminator
            .mapping
            .iter()
            .find(|one| text.as_ref() == Some(&one.name));
        if found.is_none() {
            let names: Vec<&str> = discriminator.mapping.iter().map(|one| &*one.name).collect();
            let message = format!(
                "The value of {what}.{} must be one of {}",
                discriminator.property,
                names.join(", ")
            );
            self.problem(&entry.value, message);
        }
        found.map(|one| &one.type_definition)
    }

    fn allowed(&mut self, value: &Value, definition: &TypeDefinition, what: Arguments<'_>) {
        let Some(allowed) = definition.allowed() else {
            return;
        };
        let listed = |value: &Value| {
            matches!(value.data, Data::Unknown(_))
                || allowed.iter().any(|one| is_literal(value, one))
        };
        // Allowed values of an array are those of its items.
        let fits = listed(value)
            || matches!(&value.data, Data::Array(array) if array.items.iter().all(listed));
        if !fits {
            let mut names: Vec<String> = allowed.iter().take(12).map(literal_text).collect();
            if allowed.len() > names.len() {
                names.push("..".to_owned());
            }
            let shown = if definition.is_secure() || value.has_secret() {
                "(secure)".to_owned()
            } else {
                expression(value)
            };
            let message = if definition.is_secure() {
                format!("{shown} is not an allowed value of {what}")
            } else {
                let names = names.join(", ");
                format!("{shown} is not an allowed value of {what}, which are {names}")
            };
            self.problem(value, message);
        }
    }

    fn bounds(&mut self, value: &Value, definition: &TypeDefinition, what: Arguments<'_>) {
        let Some(limits) = definition.constraints() else {
            return;
        };
        let length = match &value.data {
            Data::String(text) => Some(text.encode_utf16().count()),
            Data::Array(array) => Some(array.items.len()),
            _ => None,
        };
        let length = length.and_then(|length| i64::try_from(length).ok());
        let number = match value.data {
            Data::Int(number) => Some(number),
            _ => None,
        };
        let mut bound = |have: Option<i64>, limit: Option<i64>, least: bool, of: &str| {
            if let (Some(have), Some(limit)) = (have, limit)
                && (if least { have < limit } else { have > limit })
            {
                let word = if least { "at least" } else { "at most" };
                let message = format!("{of}{what} must be {word} {limit}, this is {have}");
                self.problem(value, message);
            }
        };
        bound(number, limits.min_value, true, "");
        bound(number, limits.max_value, false, "");
        bound(length, limits.min_length, true, "The length of ");
        bound(length, limits.max_length, false, "The length of ");
    }
}

fn has_type(value: &Value, kind: TypeName) -> bool {
    match kind {
        TypeName::String | TypeName::SecureString => matches!(value.data, Data::String(_)),
        TypeName::Int => matches!(value.data, Data::Int(_) | Data::BigInt(_)),
        TypeName::Bool => matches!(value.data, Data::Bool(_)),
        TypeName::Object | TypeName::SecureObject => matches!(value.data, Data::Object(_)),
        TypeName::Array => matches!(value.data, Data::Array(_)),
    }
}

/// Whether a value is this literal, exactly.
fn is_literal(value: &Value, literal: &crate::ir::Expr) -> bool {
    use crate::ir::{ExprKind, Member};
    match (&value.data, &literal.kind) {
        (Data::Null, ExprKind::Null) => true,
        (Data::Bool(a), ExprKind::Bool(b)) => a == b,
        (Data::Int(a), ExprKind::Int(b)) => a == b,
        (Data::Float(a), ExprKind::Float(b)) => a.total_cmp(b).is_eq(),
        (Data::BigInt(a), ExprKind::BigInt(b)) | (Data::String(a), ExprKind::Text(b)) => a == b,
        (Data::Array(a), ExprKind::Array(b)) => {
            a.items.len() == b.len() && a.items.iter().zip(b).all(|(a, b)| is_literal(a, b))
        }
        (Data::Object(a), ExprKind::Object(b)) => {
            a.entries.len() == b.len()
                && b.iter().all(|member| match member {
                    Member::Entry { key, value } => match &key.kind {
                        ExprKind::Text(name) => {
                            let found = a.entries.iter().find(|entry| entry.key == *name);
                            found.is_some_and(|entry| is_literal(&entry.value, value))
                        }
                        _ => false,
                    },
                    Member::Loop(_) => false,
                })
        }
        _ => false,
    }
}

fn literal_text(literal: &crate::ir::Expr) -> String {
    use crate::ir::ExprKind;
    match &literal.kind {
        ExprKind::Text(text) => format!("'{text}'"),
        ExprKind::Int(number) => number.to_string(),
        ExprKind::Bool(value) => value.to_string(),
        ExprKind::Float(number) => number.to_string(),
        ExprKind::Null => "null".to_owned(),
        _ => "..".to_owned(),
    }
}
