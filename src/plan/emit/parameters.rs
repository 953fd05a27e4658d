//! A value to the parameter of the user's template that it is, or to the access of one that it is: `parameters('pools')[0].size`.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::eval::{Data, Origin, OriginKind, OriginStep, Value, equal_ignoring_case};
use crate::model::Declared;
use crate::text::Span;

/// The parameters that the templates of one deployment declare, and their parts by the place at which each is written.
#[derive(Default)]
pub(super) struct Parameters<'a> {
    declared: Vec<&'a Declared>,
    /// None where two parts stand at one place.
    parts: BTreeMap<(usize, Span), Option<Part<'a>>>,
}

/// A part of a parameter.
struct Part<'a> {
    path: String,
    value: &'a Value,
}

/// A parameter, or an access of one.
#[derive(Clone, Debug)]
pub(super) struct Access<'a> {
    /// The parameter.
    pub(super) declared: &'a Declared,
    /// What stands behind its call: `[0].size`; nothing for the parameter itself.
    pub(super) path: String,
    /// The value that it has by the user's files, where that is known.
    pub(super) value: Option<&'a Value>,
}

impl<'a> Parameters<'a> {
    /// For these parameters.
    pub(super) fn new(declared: Vec<&'a Declared>) -> Self {
        let mut parameters = Self::default();
        for (at, one) in declared.iter().enumerate() {
            if let Some(value) = &one.value {
                parameters.add_parts(at, value, &mut String::new());
            }
        }
        parameters.declared = declared;
        parameters
    }

    /// The parameter of a name.
    pub(super) fn named(&self, name: &str) -> Option<&'a Declared> {
        let mut declared = self.declared.iter().copied();
        declared.find(|one| equal_ignoring_case(&one.name, name))
    }

    /// What a value is: only names stand between them.
    pub(super) fn access(&self, origin: &Origin) -> Option<Access<'a>> {
        let mut origin = origin;
        loop {
            let Origin::Step(step) = origin else {
                return None;
            };
            match step.kind {
                OriginKind::ParameterFile | OriginKind::CommandLine | OriginKind::Default => {
                    if let Some(found) = self.written(step) {
                        return Some(found);
                    }
                }
                OriginKind::Variable | OriginKind::Module => {}
                OriginKind::Function | OriginKind::Copy => return None,
            }
            let [input] = step.inputs.as_slice() else {
                return None;
            };
            origin = input;
        }
    }

    /// The parameter, or the part of one, that is written at the place of a step.
    fn written(&self, step: &OriginStep) -> Option<Access<'a>> {
        let named = self.declared.iter().copied().enumerate();
        let mut named = named.filter(|(_, one)| equal_ignoring_case(&one.name, &step.name));
        named.find_map(|(at, declared)| {
            if declared.places.contains(&step.place) {
                return Some(Access {
                    declared,
                    path: String::new(),
                    value: declared.value.as_ref(),
                });
            }
            let part = self.parts.get(&(at, step.place))?.as_ref()?;
            Some(Access {
                declared,
                path: part.path.clone(),
                value: Some(part.value),
            })
        })
    }

    fn add_parts(&mut self, at: usize, value: &'a Value, path: &mut String) {
        let length = path.len();
        if length > 0
            && let Some(place) = value.origin.place()
        {
            let part = Part {
                path: path.clone(),
                value,
            };
            let twice = self.parts.contains_key(&(at, place));
            let part = Some(part).filter(|_| !twice);
            self.parts.insert((at, place), part);
        }
        match &value.data {
            Data::Array(array) => {
                for (index, item) in array.items.iter().enumerate() {
                    // Writing into memory does not fail.
                    let _ = write!(path, "[{index}]");
                    self.add_parts(at, item, path);
                    path.truncate(length);
                }
            }
            Data::Object(object) => {
                for entry in object.entries.iter().filter(|entry| !entry.unknown_key) {
                    path.push_str(&member(&entry.key));
                    self.add_parts(at, &entry.value, path);
                    path.truncate(length);
                }
            }
            _ => {}
        }
    }
}

/// The access of a member: by its name, or as a text where that is none.
fn member(name: &str) -> String {
    let mut characters = name.chars();
    let is_name = characters
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && characters.all(|c| c.is_ascii_alphanumeric() || c == '_');
    if is_name {
        format!(".{name}")
    } else {
        format!("['{}']", name.replace('\'', "''"))
    }
}

#[cfg(test)]
mod tests {
    use super::member;

    #[test]
    fn names_are_accessed_as_names() {
        assert_eq!(member("vmSize"), ".vmSize");
        assert_eq!(member("kubernetes.io/role"), "['kubernetes.io/role']");
        assert_eq!(member("it's"), "['it''s']");
        assert_eq!(member(""), "['']");
    }
}
