//! What is known of a rule, an Azure error code or a property: its page, or the rows of the tables.

use std::fmt::Write;

use crate::aks::facts::{
    ApiRange, Change, Evidence, Fact, Facts, Pattern, Patterns, Property, Says, Scope, Verdict,
};
use crate::diff::{Comparison, Omitted, ServiceDefault};
use crate::finding::Level;
use crate::rules::{self, Rule};

/// What the placeholders of messages read as where there is no change at hand.
const PLACEHOLDERS: &[(&str, &str)] = &[
    ("pool", "POOL"),
    ("cluster", "CLUSTER"),
    ("before", "OLD"),
    ("after", "NEW"),
    ("api", "VERSION"),
    ("path", "MEMBER"),
    ("gate", "FEATURE"),
];

/// The explanation; none where nothing is known under that name.
pub fn explain(facts: &Facts, what: &str) -> Option<String> {
    let rules: Vec<&Rule> = rules::ALL
        .iter()
        .copied()
        .filter(|rule| {
            rule.id.eq_ignore_ascii_case(what)
                || rule
                    .aliases
                    .iter()
                    .any(|alias| alias.eq_ignore_ascii_case(what))
        })
        .collect();
    if !rules.is_empty() {
        return Some(
            rules
                .iter()
                .map(|rule| page(facts, rule))
                .collect::<Vec<_>>()
                .join("\n"),
        );
    }
    let mut out = String::new();
    code(&mut out, facts, what);
    if out.is_empty() {
        properties(&mut out, facts, what);
    }
    if out.is_empty() {
        rows(&mut out, facts, what);
    }
    (!out.is_empty()).then_some(out)
}

/// The page of a rule, and the names of the facts it reports.
fn page(facts: &Facts, rule: &Rule) -> String {
    let mut out = rule.page.to_owned();
    let mut names: Vec<String> = facts
        .properties()
        .iter()
        .filter(|property| {
            property
                .changes
                .iter()
                .any(|change| change.says.rule.as_deref() == Some(rule.id))
        })
        .map(|property| format!("- {} `{}`", scope_words(property.scope), property.path))
        .collect();
    names.extend(
        facts
            .facts()
            .filter(|fact| fact.says.rule.as_deref() == Some(rule.id))
            .map(|fact| format!("- {}", fact.name)),
    );
    if !names.is_empty() {
        let _ = write!(out, "\n## What it covers\n{}\n", names.join("\n"));
    }
    out
}

/// All rows with an error code.
fn code(out: &mut String, facts: &Facts, code: &str) {
    let has = |says: &Says| {
        says.code
            .as_deref()
            .is_some_and(|known| known.eq_ignore_ascii_case(code))
    };
    for property in facts.properties() {
        let cases: Vec<&Change> = property
            .changes
            .iter()
            .filter(|change| has(&change.says))
            .collect();
        if !cases.is_empty() {
            heading(out, property);
            for change in cases {
                case(out, change);
            }
            evidence(out, &property.id, &property.fact, &property.evidence);
        }
    }
    for fact in facts.facts().filter(|fact| has(&fact.says)) {
        fact_row(out, fact);
    }
}

/// The rows of a property: `vmSize`, `properties.vmSize`, `agentPoolProfiles.vmSize`, `networkProfile.networkPlugin`, a JSON pointer.
fn properties(out: &mut String, facts: &Facts, what: &str) {
    let wanted = path_of(what);
    let wanted = wanted
        .strip_prefix("agentpoolprofile.")
        .or_else(|| wanted.strip_prefix("agentpoolprofiles."))
        .unwrap_or(&wanted);
    let exact = |property: &&Property| property.path.eq_ignore_ascii_case(wanted);
    let ends = |property: &&Property| {
        property
            .path
            .to_ascii_lowercase()
            .ends_with(&format!(".{wanted}"))
    };
    let mut found: Vec<&Property> = facts.properties().iter().filter(exact).collect();
    if found.is_empty() {
        found = facts.properties().iter().filter(ends).collect();
    }
    if found.is_empty() {
        let segments: Vec<&str> = wanted.split('.').collect();
        found = Scope::ALL
            .iter()
            .filter_map(|scope| facts.property(*scope, &segments))
            .collect();
    }
    for property in found {
        property_row(out, property);
    }
}

/// Rows by their id or name: `P04`, `pool-vmsize-immutable`.
fn rows(out: &mut String, facts: &Facts, what: &str) {
    for property in facts.properties() {
        if property.id.eq_ignore_ascii_case(what) || property.fact.eq_ignore_ascii_case(what) {
            property_row(out, property);
        }
    }
    for fact in facts.facts() {
        if fact.id.eq_ignore_ascii_case(what) || fact.name.eq_ignore_ascii_case(what) {
            fact_row(out, fact);
        }
    }
}

/// `/properties/vmSize`, `properties.agentPoolProfiles[0].vmSize` as a lower-case dotted path without indexes.
fn path_of(what: &str) -> String {
    let parts: Vec<String> = what
        .split(['/', '.', '[', ']'])
        .filter(|part| {
            !part.is_empty() && *part != "*" && !part.bytes().all(|byte| byte.is_ascii_digit())
        })
        .map(str::to_ascii_lowercase)
        .collect();
    match parts.split_first() {
        Some((first, rest)) if first == "properties" && !rest.is_empty() => rest.join("."),
        _ => parts.join("."),
    }
}

const fn scope_words(scope: Scope) -> &'static str {
    match scope {
        Scope::Pool => "node pool",
        Scope::Cluster => "cluster properties",
        Scope::Resource => "cluster resource",
    }
}

fn heading(out: &mut String, property: &Property) {
    let _ = writeln!(out, "{}: {}", scope_words(property.scope), property.path);
}

fn property_row(out: &mut String, property: &Property) {
    heading(out, property);
    if !property.about.is_empty() {
        let _ = writeln!(out, "  {}", property.about);
    }
    let _ = writeln!(out, "  API versions: {}", range(&property.api));
    let _ = writeln!(out, "  {}", comparison(&property.comparison));
    if property.changes.is_empty() && !property.comparison.read_only {
        let _ = writeln!(out, "  A change is applied in place.");
    }
    if !property.changes.is_empty() {
        let _ = writeln!(out, "  When it changes, the first case that applies:");
    }
    for change in &property.changes {
        case(out, change);
    }
    evidence(out, &property.id, &property.fact, &property.evidence);
}

fn fact_row(out: &mut String, fact: &Fact) {
    let _ = writeln!(out, "{}", fact.name);
    let _ = writeln!(
        out,
        "  {}: {}",
        verdict(fact.verdict),
        fact.says.message(PLACEHOLDERS)
    );
    says(out, &fact.says, "  ");
    evidence(out, &fact.id, "", &fact.says.evidence);
}

fn case(out: &mut String, change: &Change) {
    let _ = writeln!(out, "  - {}: {}", change.case, verdict(change.verdict));
    let conditions = conditions(change);
    if !conditions.is_empty() {
        let _ = writeln!(out, "      if {}", conditions.join(", "));
    }
    if !change.says.message.is_empty() {
        let _ = writeln!(out, "      {}", change.says.message(PLACEHOLDERS));
    }
    says(out, &change.says, "      ");
}

/// The conditions of a case in words.
fn conditions(change: &Change) -> Vec<String> {
    let mut all = Vec::new();
    let mut push = |words: &str, patterns: &Patterns| {
        if patterns.is_condition() {
            all.push(format!("{words} {}", alternatives(patterns)));
        }
    };
    push("the value before is", &change.from);
    push("the value after is", &change.to);
    push("an item is added that is", &change.added);
    for when in &change.when {
        push(&format!("{} was", when.path), &when.before);
        push(&format!("{} becomes", when.path), &when.after);
        push(&format!("{} is", when.path), &when.either);
    }
    if let Some(relation) = change.relation {
        all.push(format!("the new value {} the old one", relation.word()));
    }
    if let Some(version) = &change.api_from {
        all.push(format!("the API version is {version} or later"));
    }
    if let Some(version) = &change.api_before {
        all.push(format!("the API version is before {version}"));
    }
    if let Some(kind) = change.api_kind {
        all.push(format!("the API version is {}", kind.word()));
    }
    if let Some(form) = change.form {
        all.push(format!("the pool is written {}", form.word()));
    }
    if !change.alongside.is_empty() {
        all.push(format!(
            "{} changes in the same request",
            change.alongside.join(" or ")
        ));
    }
    if !change.differs.is_empty() {
        let traits: Vec<&str> = change.differs.iter().map(|one| one.word()).collect();
        all.push(format!("the VM sizes differ in {}", traits.join(" or ")));
    }
    if let Some(vnet) = change.vnet {
        all.push(format!("the network is {}", vnet.word()));
    }
    if let Some(gate) = &change.gate {
        all.push(format!("the feature {gate} is not registered"));
    }
    all
}

fn alternatives(patterns: &Patterns) -> String {
    let words: Vec<String> = patterns.0.iter().map(pattern).collect();
    words.join(" or ")
}

fn pattern(pattern: &Pattern) -> String {
    match pattern {
        Pattern::Any => "anything".to_owned(),
        Pattern::Absent => "absent".to_owned(),
        Pattern::Present => "stated".to_owned(),
        Pattern::Empty => "empty".to_owned(),
        Pattern::Is(text) => text.clone(),
        Pattern::Begins(text) => format!("{text}..."),
        Pattern::Ends(text) => format!("...{text}"),
        Pattern::Not(inner) => format!("not {}", self::pattern(inner)),
    }
}

fn says(out: &mut String, says: &Says, indent: &str) {
    let mut parts = Vec::new();
    if let Some(rule) = &says.rule {
        let level = says.level.map_or("not reported", Level::word);
        parts.push(format!("rule {rule} ({level})"));
    }
    if let Some(code) = &says.code {
        parts.push(match &says.target {
            Some(target) => format!("Azure answers {code}, target {target}"),
            None => format!("Azure answers {code}"),
        });
    }
    if !parts.is_empty() {
        let _ = writeln!(out, "{indent}{}", parts.join("; "));
    }
    if !says.way.is_empty() {
        let _ = writeln!(out, "{indent}way out: {}", says.way(PLACEHOLDERS));
    }
}

fn evidence(out: &mut String, id: &str, name: &str, evidence: &Evidence) {
    let _ = writeln!(
        out,
        "  {} confidence {}, checked {}",
        [id, name]
            .into_iter()
            .filter(|part| !part.is_empty())
            .map(|part| format!("{part}."))
            .collect::<Vec<_>>()
            .join(" "),
        evidence.confidence.word(),
        evidence.checked
    );
    for source in &evidence.sources {
        let _ = writeln!(out, "  see {source}");
    }
    out.push('\n');
}

const fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Refused => "refused",
        Verdict::Allowed => "applied in place",
        Verdict::ReimagesPool => "applied, the nodes of the pool are reimaged",
        Verdict::ReimagesCluster => "applied, the nodes of every pool are reimaged",
        Verdict::TakesEffectLater => "stored, takes effect with the next node image",
        Verdict::Disrupts => "applied, and what runs is disrupted",
        Verdict::Ignored => "accepted without effect",
        Verdict::Undecided => "not documented",
    }
}

fn range(range: &ApiRange) -> String {
    let line =
        |first: &Option<crate::aks::ApiVersion>, last: &Option<crate::aks::ApiVersion>| match (
            first, last,
        ) {
            (Some(first), Some(last)) => Some(format!("{first} to {last}")),
            (Some(first), None) => Some(format!("{first} and later")),
            (None, _) => None,
        };
    let stable = line(&range.first_stable, &range.last_stable);
    let preview = line(&range.first_preview, &range.last_preview);
    match (stable, preview) {
        (Some(stable), Some(preview)) => format!("{stable}; previews {preview}"),
        (Some(one), None) => one,
        (None, Some(preview)) => format!("previews only: {preview}"),
        (None, None) => "all".to_owned(),
    }
}

fn comparison(comparison: &Comparison) -> String {
    if comparison.read_only {
        return "Written by the service: never a change.".to_owned();
    }
    let default = match &comparison.default {
        ServiceDefault::None => String::new(),
        ServiceDefault::Constant(value) => format!("; absent counts as {value}"),
        ServiceDefault::Depends => "; what absent counts as depends on other settings".to_owned(),
    };
    let omitted = match comparison.omitted {
        Omitted::Keeps => "left out of a template it keeps its value",
        Omitted::Clears => "left out of a template it is cleared",
        Omitted::Default => "left out of a template it goes back to its default",
    };
    let mut omitted = omitted.to_owned();
    if let Some(first) = omitted.get_mut(0..1) {
        first.make_ascii_uppercase();
    }
    format!("{omitted}{default}.")
}
