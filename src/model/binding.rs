//! Values of parameters: what was given, else the default, else unknown; and what of it must not be shown.

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

use super::given::{ExternalExpression, GivenValue};
use super::names::{Names, failed};
use super::run::Run;
use super::scope::Site;
use super::trace::{Naming, name_parts};
use super::types;
use crate::eval::{
    Array, Data, Entry, Object, Origin, OriginKind, Place, Reason, Residual, Shade, TypeHint,
    Unknown, Value, evaluate,
};
use crate::finding::{Problem, ProblemKind};
use crate::ir::{Expr, Parameter, Parts, PropertyType, Rest, Template, TypeDefinition, TypeName};
use crate::text::Span;

/// The value of the parameter at this position of the template.
pub(super) fn value(names: &Rc<Names<'_>>, position: usize) -> Value {
    let Some(parameter) = names.template.parameters.get(position) else {
        return Value::null();
    };
    let name = &parameter.name.text;
    let definition = types::resolve(&parameter.type_definition, &names.template);
    let given = names.given(name).cloned();
    let computed = given.as_ref().is_some_and(|given| given.computed);
    let value = match given.map(|given| (given.place, given.value)) {
        None => None,
        Some((place, GivenValue::Value(value))) => match value.data {
            // null is the same as nothing, unless the type allows it and there is no default.
            Data::Null => None,
            _ => Some(given_value(
                names,
                parameter,
                &definition,
                value,
                place,
                computed,
            )),
        },
        Some((_, GivenValue::Open)) => Some(open(name, &definition)),
        Some((place, GivenValue::KeyVault { vault, secret })) => {
            Some(secret_reference(names, name, place, vault, secret))
        }
        Some((place, GivenValue::Expression(external))) => {
            let value = external_value(names, &external);
            let naming = Naming {
                kind: OriginKind::ParameterFile,
                name,
                place,
            };
            let value = name_parts(value, naming, Some(&external.expr));
            Some(given_value(
                names,
                parameter,
                &definition,
                value,
                place,
                false,
            ))
        }
    };
    value
        .or_else(|| {
            let default = parameter.default.as_ref()?;
            Some(default_value(names, parameter, &definition, default))
        })
        .unwrap_or_else(|| missing(names, parameter, &definition))
}

fn given_value(
    names: &Rc<Names<'_>>,
    parameter: &Parameter,
    definition: &TypeDefinition,
    value: Value,
    place: Span,
    computed: bool,
) -> Value {
    let name = &parameter.name.text;
    let what = format_args!("the parameter '{name}'");
    let problems = names.check(&value, &parameter.type_definition, what, place);
    if !problems.is_empty() {
        for mut problem in problems {
            if names.nested.is_some() {
                problem.kind = ProblemKind::NestedParameterType;
            }
            names.run.failure(what.to_string(), problem.into());
        }
        return failed("parameters", name);
    }
    let hiding = Hiding {
        run: &names.run,
        template: &names.template,
        // What a template hands to a nested one stands in a template, like a default.
        written: names.nested.is_some() && !computed,
        default: false,
    };
    hiding.hide_in(value, definition, name)
}

fn default_value(
    names: &Rc<Names<'_>>,
    parameter: &Parameter,
    definition: &TypeDefinition,
    default: &Expr,
) -> Value {
    let name = &parameter.name.text;
    let site = Site::of_names(names, Place::ParameterDefault);
    let value = names.parts(default, &site);
    if matches!(value.data, Data::Null) && definition.nullable == Some(true) {
        return value;
    }
    let what = format_args!("the default of the parameter '{name}'");
    let problems = names.check(&value, &parameter.type_definition, what, default.span);
    if !problems.is_empty() {
        for problem in problems {
            names.run.failure(what.to_string(), problem.into());
        }
        return failed("parameters", name);
    }
    // In the names of a parameter file a parameter is the value of a file that is extended, `base1.name`.
    let own = names
        .inputs
        .as_ref()
        .map(|_| Arc::from(name.rsplit('.').next().unwrap_or(name)));
    let naming = Naming {
        kind: match own {
            Some(_) => OriginKind::ParameterFile,
            None => OriginKind::Default,
        },
        name: own.as_ref().unwrap_or(name),
        place: default.span,
    };
    let hiding = Hiding {
        run: &names.run,
        template: &names.template,
        written: true,
        default: true,
    };
    let value = name_parts(value, naming, Some(default));
    hiding.hide_in(value, definition, name)
}

fn missing(names: &Rc<Names<'_>>, parameter: &Parameter, definition: &TypeDefinition) -> Value {
    let name = &parameter.name.text;
    if definition.nullable == Some(true) {
        return Value::new(Data::Null, Origin::Literal(parameter.name.place));
    }
    if let Some(place) = names.nested {
        let message = format!("The nested template's parameter '{name}' has no value");
        let problem = Problem::error(ProblemKind::NestedParameterType, place, message)
            .related(parameter.name.place, "declared here, without a default");
        names
            .run
            .failure(format!("the parameter '{name}'"), problem.into());
        return failed("parameters", name);
    }
    open(name, definition)
}

/// A value that nobody knows.
fn open(name: &Arc<str>, definition: &TypeDefinition) -> Value {
    let residual = Residual::named("parameters", name);
    let mut unknown = Unknown::new(residual, Reason::Parameter(Arc::clone(name)));
    unknown.secret = definition.is_secure();
    unknown.hint = hint(definition);
    // Nothing stands there that gives a value: the reason names the parameter.
    Value::unknown(unknown, Origin::None)
}

/// The type that a parameter's value has in any case.
fn hint(definition: &TypeDefinition) -> Option<TypeHint> {
    if definition.nullable == Some(true) {
        return None;
    }
    Some(match definition.kind()? {
        TypeName::String | TypeName::SecureString => TypeHint::String,
        TypeName::Int => TypeHint::Int,
        TypeName::Bool => TypeHint::Bool,
        TypeName::Object | TypeName::SecureObject => TypeHint::Object,
        TypeName::Array => TypeHint::Array,
    })
}

/// A Key Vault secret: in a nested deployment it prints where it is taken from.
fn secret_reference(
    names: &Names<'_>,
    name: &Arc<str>,
    place: Span,
    vault: Option<Value>,
    secret: Option<Value>,
) -> Value {
    let residual = match (names.nested, vault, secret) {
        (Some(_), Some(vault), Some(secret)) => {
            let args = vec![Residual::Value(vault), Residual::Value(secret)];
            Residual::Call("getKeyVaultSecret".into(), args)
        }
        _ => Residual::named("parameters", name),
    };
    let mut unknown = Unknown::new(residual, Reason::Secret);
    unknown.secret = true;
    let kind = match names.nested {
        Some(_) => OriginKind::Module,
        None => OriginKind::ParameterFile,
    };
    Value::unknown(unknown, Origin::step(kind, Arc::clone(name), place, []))
}

fn external_value(names: &Rc<Names<'_>>, external: &ExternalExpression) -> Value {
    let site = Site::of_parameter_file(names, external);
    match evaluate(&external.expr, &site, &names.run.budget) {
        Ok(value) => value,
        Err(failure) => {
            names
                .run
                .failure("an expression of a parameter file", failure);
            failed("parameters", "?")
        }
    }
}

/// Takes secrets out of a value, by the declared types of its parts.
struct Hiding<'t, 'r> {
    /// Takes note of where secrets are written.
    run: &'t Run<'r>,
    template: &'t Template,
    /// The value stands in a template: it decides like other text, and only its print is replaced.
    written: bool,
    /// It is a default: an empty one is no secret.
    default: bool,
}

impl Hiding<'_, '_> {
    /// Takes secrets out of the value of a parameter.
    fn hide_in(&self, value: Value, definition: &TypeDefinition, name: &str) -> Value {
        if !definition.is_secure() && !self.template.has_secure_parts() {
            return value;
        }
        self.hide(value, definition, Residual::named("parameters", name), 0)
    }

    fn hide(
        &self,
        value: Value,
        definition: &TypeDefinition,
        residual: Residual,
        depth: usize,
    ) -> Value {
        if definition.is_secure() {
            return self.secret(value, residual);
        }
        let is_deep = definition.parts().is_some_and(Parts::has_types);
        if !is_deep || depth > 16 {
            return value;
        }
        let part = |value: &Value, definition: Option<&TypeDefinition>, key: Value| match definition
        {
            Some(definition) => {
                let definition = types::resolve(definition, self.template);
                let residual = step(residual.clone(), key);
                self.hide(value.clone(), &definition, residual, depth + 1)
            }
            None => value.clone(),
        };
        let data = match &value.data {
            Data::Object(object) => {
                let entries = object.entries.iter().map(|entry| {
                    let definition = self.member_type(definition, object, &entry.key);
                    Entry {
                        value: part(
                            &entry.value,
                            definition.as_deref(),
                            Value::text(Arc::clone(&entry.key), Origin::None),
                        ),
                        ..entry.clone()
                    }
                });
                Data::Object(Arc::new(Object::new(entries.collect())))
            }
            Data::Array(array) => {
                let items = array.items.iter().enumerate().map(|(at, item)| {
                    let prefix = definition.prefix_items().get(at);
                    let definition = prefix.or(match definition.items() {
                        Some(Rest::Typed(definition)) => Some(definition),
                        _ => None,
                    });
                    let index = i64::try_from(at).unwrap_or(i64::MAX);
                    part(item, definition, Value::new(Data::Int(index), Origin::None))
                });
                Data::Array(Arc::new(Array::new(items.collect())))
            }
            other => other.clone(),
        };
        Value { data, ..value }
    }

    fn member_type<'d>(
        &self,
        definition: &'d TypeDefinition,
        object: &Object,
        name: &str,
    ) -> Option<Cow<'d, TypeDefinition>> {
        let named = |types: &'d [PropertyType]| {
            let found = types
                .iter()
                .find(|one| crate::eval::equal_ignoring_case(&one.name, name));
            found.map(|one| &one.type_definition)
        };
        let declared = named(definition.properties());
        let variant = || {
            let discriminator = definition.discriminator()?;
            let text = object
                .get(&discriminator.property)?
                .value
                .as_text()?
                .clone();
            let found = discriminator.mapping.iter().find(|one| one.name == text)?;
            match types::resolve(&found.type_definition, self.template) {
                Cow::Borrowed(variant) => named(variant.properties()).map(Cow::Borrowed),
                Cow::Owned(variant) => {
                    let mut properties = variant.properties().iter();
                    let found =
                        properties.find(|one| crate::eval::equal_ignoring_case(&one.name, name));
                    found.map(|one| Cow::Owned(one.type_definition.clone()))
                }
            }
        };
        let additional = || match definition.additional() {
            Some(Rest::Typed(definition)) => Some(Cow::Borrowed(&**definition)),
            _ => None,
        };
        let declared = declared.map(Cow::Borrowed);
        declared.or_else(variant).or_else(additional)
    }

    fn secret(&self, value: Value, residual: Residual) -> Value {
        let is_empty = match &value.data {
            Data::Null => true,
            Data::String(text) => self.default && text.is_empty(),
            Data::Array(array) => self.default && array.items.is_empty(),
            Data::Object(object) => self.default && object.entries.is_empty(),
            Data::Unknown(unknown) => {
                let mut secret = (**unknown).clone();
                secret.secret = true;
                return Value {
                    data: Data::Unknown(Arc::new(secret)),
                    ..value
                };
            }
            _ => false,
        };
        if is_empty {
            return value;
        }
        self.run.secret(&value.origin);
        // With an open part the engine knows nothing of what was handed on: it says of a loop over `tryGet` of such an
        // object that its count is not known, though the member is written there.
        let is_known = self.default || !value.has_unknown();
        if self.written && is_known {
            return value.with_shade(Shade {
                secret: true,
                assumed: false,
                residual,
            });
        }
        let mut unknown = Unknown::new(residual, Reason::Secret);
        unknown.secret = true;
        Value::unknown(unknown, value.origin)
    }
}

fn step(base: Residual, key: Value) -> Residual {
    match key.as_text() {
        Some(name) => Residual::Property(Box::new(base), Arc::clone(name)),
        None => Residual::Index(Box::new(base), Box::new(Residual::Value(key))),
    }
}
