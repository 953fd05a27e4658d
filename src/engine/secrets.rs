//! Marks the text of secrets, so that no source excerpt shows it.

use crate::eval::equal_ignoring_case;
use crate::ir::Template;
use crate::model::{Given, GivenValue};
use crate::syntax::json::Document;
use crate::text::Files;

/// The defaults of secure parameters. An empty one is no secret.
pub(super) fn hide_defaults(files: &Files, template: &Template) {
    for parameter in &template.parameters {
        if let Some(default) = parameter
            .default
            .as_ref()
            .filter(|_| parameter.type_definition.is_secure())
        {
            files.hide(default.span);
        }
    }
}

/// The values that a parameter file gives to secure parameters.
pub(super) fn hide_entries(files: &Files, template: &Template, file: &Document) {
    let entries = file.root().and_then(|root| root.get("parameters"));
    for member in entries.iter().flat_map(|entries| entries.members()) {
        let Some(name) = member.key.string() else {
            continue;
        };
        if is_secure(template, &name) {
            let value = member.value.get("value").unwrap_or(member.value);
            files.hide(value.span());
        }
    }
}

/// A value of the command line.
pub(super) fn hide_given(files: &Files, template: &Template, given: &Given) {
    if matches!(given.value, GivenValue::Value(_)) && is_secure(template, &given.name) {
        files.hide(given.place);
    }
}

fn is_secure(template: &Template, name: &str) -> bool {
    template.parameters.iter().any(|parameter| {
        equal_ignoring_case(&parameter.name.text, name) && parameter.type_definition.is_secure()
    })
}
