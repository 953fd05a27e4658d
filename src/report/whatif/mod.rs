//! Changes in the look of ARM's what-if, with a mark on what AKS refuses and a line for what is not known.

mod ink;
mod members;
mod node;
mod shown;

use crate::diff::{ChangeType, Delta, PropertyChangeType, UnknownMember};
use crate::engine::{DeploymentOutcome, Outcome};
use crate::finding::Level;
use crate::model::Resource;
use crate::rules;

use super::alert::one_line;
use super::{View, diagnostic, escape, summary};
use ink::{Color, Ink};
use node::Node;
use shown::{Shown, owner};

/// Marks a change that AKS refuses.
const REFUSED: &str = "✗";

/// Marks a value that is not known.
const UNKNOWN: &str = "?";

/// How much is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    /// All that what-if prints: ids, names and types of new resources, bodies of those that go.
    Whole,
    /// What tells something.
    Short,
}

/// The outcome as `az deployment group what-if` prints its own, without its note on noise.
pub fn whatif(outcome: &Outcome, view: View<'_>) -> Vec<u8> {
    let mut ink = Ink::new(view.style.color);
    for (index, deployment) in outcome.deployments.iter().enumerate() {
        if outcome.deployments.len() > 1 {
            ink.line(&format!("Deployment {}", escape(&deployment.name)));
        }
        if outcome.is_plan && deployment.is_compared {
            let note = summary::compared_with(&deployment.before);
            ink.line(&format!("Note: {note}\n"));
            block(&mut ink, outcome, index, true, Look::Whole);
            ink.line(&format!("\n{}", counts(outcome, index)));
        } else if outcome.is_plan {
            ink.line(&summary::not_compared(&deployment.before));
        }
        diagnostics(&mut ink, outcome, index);
        let steps = super::steps::lines(outcome, index);
        if !steps.is_empty() {
            ink.line("");
        }
        for line in steps {
            ink.line(&line);
        }
    }
    ink.text().into_bytes()
}

/// The changes of one deployment, in short.
pub(super) fn changes(
    outcome: &Outcome,
    index: usize,
    show_unchanged: bool,
    is_colored: bool,
) -> String {
    let mut ink = Ink::new(is_colored);
    block(&mut ink, outcome, index, show_unchanged, Look::Short);
    ink.text()
}

/// How many resources of each kind, as what-if counts them.
pub(super) fn counts(outcome: &Outcome, index: usize) -> String {
    let count = |wanted: ChangeType| {
        outcome
            .changes
            .iter()
            .filter(|changed| changed.deployment == index && changed.change.change_type == wanted)
            .count()
    };
    let kinds = [
        (ChangeType::Delete, "to delete"),
        (ChangeType::Create, "to create"),
        (ChangeType::Modify, "to modify"),
        (ChangeType::NoChange, "no change"),
        (ChangeType::Unsupported, "unsupported"),
        (ChangeType::Ignore, "to ignore"),
    ];
    let parts: Vec<String> = kinds
        .into_iter()
        .map(|(kind, words)| (count(kind), words))
        .filter(|(count, _)| *count > 0)
        .map(|(count, words)| format!("{count} {words}"))
        .collect();
    if parts.is_empty() {
        "Resource changes: no change.".to_owned()
    } else {
        format!("Resource changes: {}.", parts.join(", "))
    }
}

/// Legend and changes, up to the line that counts them.
fn block(ink: &mut Ink, outcome: &Outcome, index: usize, show_unchanged: bool, look: Look) {
    let Some(deployment) = outcome.deployments.get(index) else {
        return;
    };
    let shown = shown_changes(outcome, index, deployment, show_unchanged);
    legend(ink, &shown, look);
    let scope_of = |one: &Shown<'_>| one.address.scope.to_uppercase();
    if look == Look::Whole && !shown.is_empty() {
        let mut scopes: Vec<String> = shown.iter().map(scope_of).collect();
        scopes.dedup();
        let word = if scopes.len() == 1 { "scope" } else { "scopes" };
        ink.line(&format!(
            "\nThe deployment will update the following {word}:"
        ));
    }
    for (at, one) in shown.iter().enumerate() {
        let previous = at.checked_sub(1).and_then(|before| shown.get(before));
        if previous.is_none_or(|previous| scope_of(previous) != scope_of(one)) {
            ink.line(&format!("\nScope: {}", escape(&one.address.scope)));
        }
        let next = shown.get(at + 1);
        let is_last = next.is_none_or(|next| scope_of(next) != scope_of(one));
        change(ink, one, is_last, look);
    }
}

/// The changes in their order, each with what AKS refuses of it.
fn shown_changes<'o>(
    outcome: &'o Outcome,
    index: usize,
    deployment: &'o DeploymentOutcome,
    show_unchanged: bool,
) -> Vec<Shown<'o>> {
    let mut shown: Vec<Shown<'o>> = outcome
        .changes
        .iter()
        .filter(|changed| changed.deployment == index)
        .map(|changed| Shown::new(deployment, &changed.change))
        .collect();
    let refusals = outcome
        .findings
        .iter()
        .filter(|reported| reported.deployment == index && reported.finding.level == Level::Error)
        .map(|reported| &reported.finding)
        .filter(|finding| rules::is_about_aks(finding.rule));
    for finding in refusals {
        if let Some(one) = owner(&mut shown, finding) {
            one.refusals.push(finding);
        }
    }
    shown.retain(|shown| show_unchanged || shown.change.change_type != ChangeType::NoChange);
    shown.sort_by_cached_key(|shown| {
        (
            shown.address.scope.to_uppercase(),
            weight(shown.change.change_type),
            shown.address.relative.clone(),
        )
    });
    shown
}

const fn weight(kind: ChangeType) -> u8 {
    match kind {
        ChangeType::Delete => 0,
        ChangeType::Create => 1,
        ChangeType::Modify => 3,
        ChangeType::NoChange => 4,
        ChangeType::Unsupported => 5,
        ChangeType::Ignore => 6,
    }
}

/// Symbol, name and colour, as in what-if.
const fn look_of(kind: ChangeType) -> (&'static str, &'static str, Color) {
    match kind {
        ChangeType::Delete => ("-", "Delete", Color::Orange),
        ChangeType::Create => ("+", "Create", Color::Green),
        ChangeType::Modify => ("~", "Modify", Color::Purple),
        ChangeType::NoChange => ("=", "Nochange", Color::Plain),
        ChangeType::Unsupported => ("x", "Unsupported", Color::Gray),
        ChangeType::Ignore => ("*", "Ignore", Color::Gray),
    }
}

/// The symbols that occur.
fn legend(ink: &mut Ink, shown: &[Shown<'_>], look: Look) {
    let mut kinds: Vec<ChangeType> = shown.iter().map(|one| one.change.change_type).collect();
    let has = |wanted: PropertyChangeType| shown.iter().any(|one| any(&one.change.delta, wanted));
    for (of_member, kind) in [
        (PropertyChangeType::Create, ChangeType::Create),
        (PropertyChangeType::Delete, ChangeType::Delete),
        (PropertyChangeType::Modify, ChangeType::Modify),
        (PropertyChangeType::Array, ChangeType::Modify),
    ] {
        if has(of_member) {
            kinds.push(kind);
        }
    }
    kinds.sort_by_key(|kind| weight(*kind));
    kinds.dedup();
    if kinds.is_empty() {
        return;
    }
    let mut symbols: Vec<(&str, &str, Color)> = kinds.into_iter().map(look_of).collect();
    if has(PropertyChangeType::NoEffect) {
        let (symbol, color) = members::look(PropertyChangeType::NoEffect);
        symbols.push((symbol, "Noeffect", color));
    }
    if shown.iter().any(|one| !one.refusals.is_empty()) {
        symbols.push((REFUSED, "refused by AKS", Color::Red));
    }
    if shown.iter().any(|one| one.unknown().next().is_some()) {
        symbols.push((UNKNOWN, "not known", Color::Cyan));
    }
    let word = if symbols.len() == 1 {
        "this symbol"
    } else {
        "these symbols"
    };
    ink.line(&format!(
        "Resource and property changes are indicated with {word}:"
    ));
    for (symbol, name, color) in symbols {
        ink.indent(1);
        ink.colored(color, symbol);
        // The names are what-if's own, its capitals too; in short they are words.
        match (name, look) {
            ("Nochange", Look::Short) => ink.line(" NoChange"),
            ("Noeffect", Look::Short) => ink.line(" NoEffect"),
            _ => ink.line(&format!(" {name}")),
        }
    }
}

fn change(ink: &mut Ink, shown: &Shown<'_>, is_last: bool, look: Look) {
    let change = shown.change;
    let (symbol, _, color) = look_of(change.change_type);
    ink.begin(color);
    ink.put("\n");
    ink.indent(1);
    ink.put(&format!("{symbol} {}", escape(&shown.address.relative)));
    if !shown.api_version.is_empty() {
        ink.colored(Color::Plain, &format!(" [{}]", escape(&shown.api_version)));
    }
    members::mark(ink, &shown.on_resource());
    // What-if gives no reasons; that a complete deployment deletes needs none.
    let is_told = change.change_type == ChangeType::Delete && look == Look::Whole;
    if let Some(reason) = change.reason.as_ref().filter(|_| !is_told) {
        ink.colored(Color::Plain, &format!("  ({})", one_line(reason)));
    }
    let body = shown.resource.filter(|_| match change.change_type {
        ChangeType::Create => true,
        ChangeType::Delete => look == Look::Whole,
        _ => false,
    });
    let has_unknown = shown.unknown().next().is_some();
    if let Some(resource) = body {
        node::write_object(ink, &members_of(resource, look), 2);
    } else if !change.delta.is_empty() || has_unknown {
        ink.begin(Color::Plain);
        ink.put("\n");
        members::write(ink, shown, &change.delta);
        for member in shown.unknown() {
            unknown(ink, member);
        }
        ink.end();
    } else if is_last {
        ink.put("\n");
    }
    ink.end();
}

/// The members of a resource: in whole what the service would answer, by name; in short what it says in the template.
fn members_of(resource: &Resource, look: Look) -> Vec<(String, Node)> {
    let mut members = vec![("apiVersion".to_owned(), Node::of(&resource.api_version))];
    members.extend(
        resource
            .body
            .entries
            .iter()
            .map(|entry| (escape(&entry.key), Node::of(&entry.value))),
    );
    if look == Look::Whole {
        members.push(("id".to_owned(), Node::of(&resource.id)));
        members.push(("name".to_owned(), Node::of(&resource.name)));
        let full_type = format!("\"{}\"", escape(&resource.resource_type));
        members.push(("type".to_owned(), Node::Leaf(full_type)));
        members.sort_by(|one, other| one.0.cmp(&other.0));
    }
    members
}

/// A value that could be a change and is not known.
fn unknown(ink: &mut Ink, member: &UnknownMember) {
    let expression = match &member.expression {
        Some(expression) => format!("[{expression}]"),
        None => "the service's default".to_owned(),
    };
    let reason = member
        .reason
        .as_ref()
        .map_or_else(|| "it is not stated before".to_owned(), super::reason);
    ink.indent(2);
    ink.colored(Color::Cyan, UNKNOWN);
    let path = member.pointer.trim_start_matches('/').replace('/', ".");
    ink.line(&format!(
        " {}: {} (not known: {})",
        escape(&path),
        escape(&expression),
        escape(&reason)
    ));
}

/// What else is to be said, as what-if lists diagnostics: findings, and what was not decided.
fn diagnostics(ink: &mut Ink, outcome: &Outcome, index: usize) {
    let mut lines: Vec<(Color, String)> = Vec::new();
    for changed in &outcome.changes {
        let change = &changed.change;
        if changed.deployment == index && change.change_type == ChangeType::Unsupported {
            let reason = change.reason.as_deref().unwrap_or("");
            let words = format!("{} (Unsupported) {reason}", change.resource_id);
            lines.push((Color::Yellow, words));
        }
    }
    for reported in &outcome.findings {
        let finding = &reported.finding;
        if reported.deployment == index {
            let color = match finding.level {
                Level::Error => Color::Red,
                Level::Warning => Color::Yellow,
                Level::Info => Color::Plain,
            };
            let place = diagnostic::place(&outcome.files, finding.place);
            lines.push((
                color,
                format!("{place} ({}) {}", finding.rule, finding.message),
            ));
        }
    }
    for (span, words) in summary::undecided_of(outcome, Some(index)) {
        let place = diagnostic::place(&outcome.files, span);
        lines.push((Color::Plain, format!("{place} (NotEvaluated) {words}")));
    }
    if lines.is_empty() {
        return;
    }
    ink.line(&format!("\nDiagnostics ({}): ", lines.len()));
    for (color, line) in lines {
        ink.colored(color, &one_line(&line));
        ink.put("\n");
    }
}

/// Whether a member of this kind of change occurs.
fn any(delta: &[Delta], wanted: PropertyChangeType) -> bool {
    delta
        .iter()
        .any(|member| member.change_type == wanted || any(&member.children, wanted))
}
