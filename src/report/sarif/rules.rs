//! All rules as SARIF describes them: the list does not depend on what was found.

use crate::finding::Level;
use crate::rules::{self, Family, Rule};

use super::{out, result};

/// Characters that GitHub takes of a description.
const LONGEST: usize = 1024;

/// Every rule, in the order of the registry.
pub(super) fn all() -> Vec<out::Rule> {
    rules::ALL.iter().map(|rule| described(rule)).collect()
}

fn described(rule: &'static Rule) -> out::Rule {
    let prose = prose(rule);
    let markdown = format!(
        "{prose}\n\n`armplan explain {}` shows examples{}.",
        rule.id,
        match rule.family {
            Family::AksState | Family::AksChange | Family::AksReliability =>
                " and the facts behind it",
            Family::Template | Family::Expression => "",
        }
    );
    out::Rule {
        id: rule.id,
        name: pascal_case(rule.id),
        short_description: plain(&capital(rule.summary)),
        full_description: plain(first_paragraph(&prose)),
        help: out::Help {
            text: super::escaped(&without_marks(&markdown)),
            markdown,
        },
        default_configuration: out::Configuration {
            level: result::level(rule.level),
        },
        properties: out::RuleProperties {
            precision: precision(rule.family),
            severity: match rule.level {
                Level::Error => "error",
                Level::Warning => "warning",
                Level::Info => "recommendation",
            },
            // `security-severity` would list these among security alerts, with a CVSS score. No rule is about security.
            tags: vec!["azure", rule.family.word()],
        },
    }
}

/// The page without its heading and its examples.
fn prose(rule: &Rule) -> String {
    let body = rule.page.split_once('\n').map_or("", |(_, body)| body);
    let end = body.find("\n## Examples").unwrap_or(body.len());
    body.get(..end).unwrap_or("").trim().to_owned()
}

fn first_paragraph(prose: &str) -> &str {
    prose.split("\n\n").next().unwrap_or("")
}

fn plain(text: &str) -> out::Text {
    let mut text = without_marks(text).replace('\n', " ");
    if text.chars().count() > LONGEST - 1 {
        text = text.chars().take(LONGEST - 2).chain(['…']).collect();
    }
    if !text.ends_with('.') {
        text.push('.');
    }
    super::text(&text)
}

/// Markdown as plain text: what the pages use of it are headings and code.
fn without_marks(markdown: &str) -> String {
    let lines: Vec<&str> = markdown
        .lines()
        .map(|line| line.trim_start_matches('#').trim_start())
        .collect();
    lines.join("\n").replace('`', "'")
}

/// Reading and evaluation are exact; what AKS does is documented; what hurts is a matter of degree.
const fn precision(family: Family) -> &'static str {
    match family {
        Family::Template | Family::Expression => "very-high",
        Family::AksState | Family::AksChange => "high",
        Family::AksReliability => "medium",
    }
}

fn capital(text: &str) -> String {
    super::super::alert::sentence(text)
}

/// `aks-pool-renamed` as `AksPoolRenamed`.
fn pascal_case(id: &str) -> String {
    id.split('-')
        .map(|word| {
            let mut characters = word.chars();
            let first = characters.next().map(|c| c.to_ascii_uppercase());
            first.into_iter().chain(characters).collect::<String>()
        })
        .collect()
}
