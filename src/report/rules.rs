//! The list of rules, and the page of one.

use serde::Serialize;

use crate::rules::{self, Rule};

use super::json::SCHEMA_VERSION;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    schema_version: &'static str,
    rules: Vec<Entry>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    id: &'static str,
    level: &'static str,
    family: &'static str,
    summary: &'static str,
    applies_to: &'static str,
    fixable: bool,
    aliases: &'static [&'static str],
}

/// All rules as JSON.
pub fn rules_json() -> String {
    let document = Document {
        schema_version: SCHEMA_VERSION,
        rules: rules::ALL.iter().map(|rule| entry(rule)).collect(),
    };
    super::json::pretty(&document)
}

fn entry(rule: &Rule) -> Entry {
    Entry {
        id: rule.id,
        level: rule.level.word(),
        family: rule.family.word(),
        summary: rule.summary,
        applies_to: rule.applies_to.word(),
        fixable: rule.fixable,
        aliases: rule.aliases,
    }
}

/// All rules as text: id, level, summary.
pub fn rules_text() -> String {
    let width = rules::ALL
        .iter()
        .map(|rule| rule.id.len())
        .max()
        .unwrap_or(0);
    let lines: Vec<String> = rules::ALL
        .iter()
        .map(|rule| {
            format!(
                "{:width$}  {:7}  {}\n",
                rule.id,
                rule.level.word(),
                rule.summary
            )
        })
        .collect();
    lines.concat()
}
