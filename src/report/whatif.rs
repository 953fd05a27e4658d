//! Changes in the look of ARM's what-if, with a mark on what AKS refuses.

use std::io::Write;

use codespan_reporting::term::termcolor::{Buffer, Color, ColorSpec, WriteColor};

use crate::diff::{Change, ChangeType, Delta, PropertyChangeType};
use crate::engine::{DeploymentOutcome, Outcome};
use crate::eval::{self, Data, Value};
use crate::finding::{Finding, Level};
use crate::model::Resource;
use crate::rules;

use super::escape;
use super::scope::{Address, address};

/// Marks a change that AKS refuses.
const REFUSED: &str = "✗";

/// The outcome as ARM's what-if prints it.
pub fn whatif(outcome: &Outcome, view: super::View<'_>) -> Vec<u8> {
    let mut out = super::diagnostic::buffer(view.style);
    for index in 0..outcome.deployments.len() {
        changes(&mut out, outcome, index, true);
    }
    out.into_inner()
}

/// The changes of one deployment.
pub(super) fn changes(out: &mut Buffer, outcome: &Outcome, index: usize, show_unchanged: bool) {
    let Some(deployment) = outcome.deployments.get(index) else {
        return;
    };
    let mut shown: Vec<Shown<'_>> = outcome
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
            shown.address.scope.to_lowercase(),
            weight(shown.change.change_type),
            shown.address.relative.to_lowercase(),
        )
    });
    let mut printer = Printer { out };
    printer.legend(&shown);
    let mut scope: Option<&str> = None;
    for one in &shown {
        if scope.is_none_or(|scope| !scope.eq_ignore_ascii_case(&one.address.scope)) {
            printer.line(0, &format!("Scope: {}", escape(&one.address.scope)));
            printer.blank();
            scope = Some(&one.address.scope);
        }
        printer.change(one);
    }
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
        (ChangeType::Create, "to create"),
        (ChangeType::Modify, "to modify"),
        (ChangeType::Delete, "to delete"),
        (ChangeType::Ignore, "to ignore"),
        (ChangeType::NoChange, "no change"),
        (ChangeType::Unsupported, "unsupported"),
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

/// A change with the resource that it is shown as.
struct Shown<'o> {
    change: &'o Change,
    resource: Option<&'o Resource>,
    address: Address,
    api_version: String,
    /// What AKS refuses of it.
    refusals: Vec<&'o Finding>,
}

impl<'o> Shown<'o> {
    fn new(deployment: &'o DeploymentOutcome, change: &'o Change) -> Self {
        let before = deployment
            .previous
            .as_ref()
            .zip(change.before)
            .and_then(|(side, index)| side.resources.get(index));
        let after = change
            .after
            .and_then(|index| deployment.after.resources.get(index));
        // A live state may not tell its version.
        let version = [before, after]
            .into_iter()
            .flatten()
            .map(|resource| &resource.api_version)
            .find(|version| !matches!(version.data, Data::Null))
            .map(|version| match version.as_public_text() {
                Some(text) => text.to_string(),
                None => value(version),
            });
        Self {
            change,
            resource: after.or(before),
            address: address(&change.resource_id, after.or(before)),
            api_version: version.unwrap_or_default(),
            refusals: Vec::new(),
        }
    }
}

impl Shown<'_> {
    /// The rules that refuse a change of a member.
    fn on_member(&self, member: &Delta) -> Vec<&'static str> {
        let whole = member.children.is_empty();
        self.rules(|pointer| {
            pointer == member.pointer
                || whole
                    && (is_below(pointer, &member.pointer) || is_below(&member.pointer, pointer))
        })
    }

    fn rules(&self, fits: impl Fn(&str) -> bool) -> Vec<&'static str> {
        let mut rules: Vec<&'static str> = self
            .refusals
            .iter()
            .filter(|finding| fits(finding.pointer.as_deref().unwrap_or("")))
            .map(|finding| finding.rule)
            .collect();
        rules.dedup();
        rules
    }
}

/// The change that a finding is about: of its very resource, else of the one that it stands inside.
fn owner<'s, 'o>(shown: &'s mut [Shown<'o>], finding: &Finding) -> Option<&'s mut Shown<'o>> {
    let resource = finding.resource.as_deref()?.to_lowercase();
    let mut itself = None;
    // Of those that it stands inside the nearest, not their resource group.
    let mut around: Option<(usize, usize)> = None;
    for (index, one) in shown.iter().enumerate() {
        let id = one.change.resource_id.to_lowercase();
        let relative = one.address.relative.to_lowercase();
        // Without scope values a resource is known by its names only.
        let name = relative.rsplit('/').next().unwrap_or("");
        if id == resource || relative.ends_with(&format!("/{resource}")) {
            itself = itself.or(Some(index));
        } else if is_below(&resource, &id) || is_below(&resource, name) {
            let depth = id.len();
            if around.is_none_or(|(best, _)| best < depth) {
                around = Some((depth, index));
            }
        }
    }
    let around = around.map(|(_, index)| index);
    shown.get_mut(itself.or(around)?)
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

/// Symbol, name and colour (of the 256 colours), as in what-if.
const fn look(kind: ChangeType) -> (&'static str, &'static str, Option<u8>) {
    match kind {
        ChangeType::Delete => ("-", "Delete", Some(208)),
        ChangeType::Create => ("+", "Create", Some(77)),
        ChangeType::Modify => ("~", "Modify", Some(141)),
        ChangeType::NoChange => ("=", "NoChange", None),
        ChangeType::Unsupported => ("x", "Unsupported", Some(246)),
        ChangeType::Ignore => ("*", "Ignore", Some(246)),
    }
}

const fn look_of_property(kind: PropertyChangeType) -> (&'static str, Option<u8>) {
    match kind {
        PropertyChangeType::Create => ("+", Some(77)),
        PropertyChangeType::Delete => ("-", Some(208)),
        PropertyChangeType::Modify | PropertyChangeType::Array => ("~", Some(141)),
        PropertyChangeType::NoEffect => ("x", Some(246)),
    }
}

struct Printer<'b> {
    out: &'b mut Buffer,
}

impl Printer<'_> {
    /// The symbols that occur.
    fn legend(&mut self, shown: &[Shown<'_>]) {
        let mut kinds: Vec<ChangeType> = shown.iter().map(|one| one.change.change_type).collect();
        let has =
            |wanted: PropertyChangeType| shown.iter().any(|one| any(&one.change.delta, wanted));
        if has(PropertyChangeType::Create) {
            kinds.push(ChangeType::Create);
        }
        if has(PropertyChangeType::Delete) {
            kinds.push(ChangeType::Delete);
        }
        kinds.sort_by_key(|kind| weight(*kind));
        kinds.dedup();
        let refused = shown.iter().any(|one| !one.refusals.is_empty());
        if kinds.is_empty() {
            return;
        }
        let several = kinds.len() + usize::from(refused) > 1;
        let words = if several {
            "these symbols"
        } else {
            "this symbol"
        };
        self.line(
            0,
            &format!("Resource and property changes are indicated with {words}:"),
        );
        for kind in kinds {
            let (symbol, name, color) = look(kind);
            self.colored(color, &format!("  {symbol} {name}"));
            self.blank();
        }
        if refused {
            self.colored(Some(203), &format!("  {REFUSED} refused by AKS"));
            self.blank();
        }
        self.blank();
    }

    fn change(&mut self, shown: &Shown<'_>) {
        let change = shown.change;
        let (symbol, _, color) = look(change.change_type);
        self.colored(
            color,
            &format!("  {symbol} {}", escape(&shown.address.relative)),
        );
        if !shown.api_version.is_empty() {
            self.text(&format!(" [{}]", escape(&shown.api_version)));
        }
        let marks = shown.rules(|pointer| !carries(&change.delta, pointer));
        self.marks(&marks);
        if let Some(reason) = &change.reason {
            self.text(&format!("  ({})", escape(reason)));
        }
        self.blank();
        match change.change_type {
            ChangeType::Create => {
                self.blank();
                if let Some(resource) = shown.resource {
                    self.body(resource);
                }
                self.blank();
            }
            ChangeType::Modify => {
                self.members(shown, &change.delta, 2);
                self.unknown(change);
                self.blank();
            }
            ChangeType::Delete
            | ChangeType::NoChange
            | ChangeType::Ignore
            | ChangeType::Unsupported => {
                self.unknown(change);
                self.blank();
            }
        }
    }

    /// All members of a new resource, objects unwrapped to dotted paths.
    fn body(&mut self, resource: &Resource) {
        let mut leaves = vec![("apiVersion".to_owned(), resource.api_version.clone())];
        for entry in &resource.body.entries {
            flatten(&entry.key, &entry.value, &mut leaves);
        }
        self.leaves(&leaves, 3);
    }

    fn leaves(&mut self, leaves: &[(String, Value)], indent: usize) {
        let width = leaves
            .iter()
            .filter(|(_, value)| !is_container(value))
            .map(|(path, _)| path.chars().count())
            .max()
            .unwrap_or(0);
        for (path, value) in leaves {
            self.indent(indent);
            self.text(&format!("{}:", escape(path)));
            self.value(value, width.saturating_sub(path.chars().count()), indent);
        }
    }

    /// What follows a colon: on one line for a scalar, indented below for a container.
    fn value(&mut self, value: &Value, padding: usize, indent: usize) {
        match &value.data {
            Data::Array(array) if !array.items.is_empty() => {
                self.line_end(" [");
                let items: Vec<(String, Value)> = array
                    .items
                    .iter()
                    .enumerate()
                    .map(|(index, item)| (index.to_string(), item.clone()))
                    .collect();
                self.leaves(&items, indent + 1);
                self.line(indent, "]");
            }
            Data::Object(object) if !object.entries.is_empty() => {
                self.line_end("");
                self.blank();
                let mut leaves = Vec::new();
                for entry in &object.entries {
                    flatten(&entry.key, &entry.value, &mut leaves);
                }
                self.leaves(&leaves, indent + 1);
                self.blank();
            }
            _ => self.line_end(&format!(" {}{}", " ".repeat(padding), self::value(value))),
        }
    }

    /// Members that differ, aligned on the longest path of a scalar.
    fn members(&mut self, shown: &Shown<'_>, delta: &[Delta], indent: usize) {
        let is_short = |member: &Delta| {
            member.children.is_empty()
                && !member.before.as_ref().is_some_and(is_container)
                && !member.after.as_ref().is_some_and(is_container)
        };
        let width = delta
            .iter()
            .filter(|member| is_short(member))
            .map(|member| member.path.chars().count())
            .max()
            .unwrap_or(0);
        let mut sorted: Vec<&Delta> = delta.iter().collect();
        sorted.sort_by_key(|member| {
            let number = member.path.parse::<usize>().unwrap_or(usize::MAX);
            let weight = match member.change_type {
                PropertyChangeType::Delete => 0,
                PropertyChangeType::Create => 1,
                PropertyChangeType::Modify | PropertyChangeType::Array => 2,
                PropertyChangeType::NoEffect => 3,
            };
            (number, weight, &member.path)
        });
        for member in sorted {
            self.member(shown, member, width, indent);
        }
    }

    fn member(&mut self, shown: &Shown<'_>, member: &Delta, width: usize, indent: usize) {
        let (symbol, color) = look_of_property(member.change_type);
        self.indent(indent);
        self.colored(color, symbol);
        self.text(&format!(" {}:", escape(&member.path)));
        let padding = width.saturating_sub(member.path.chars().count());
        let marks = shown.on_member(member);
        if !member.children.is_empty() {
            // An item of an array stands for itself; the array has brackets.
            let array = member.change_type == PropertyChangeType::Array;
            self.text(if array { " [" } else { "" });
            self.marks(&marks);
            self.blank();
            if !array {
                self.blank();
            }
            self.members(
                shown,
                &member.children,
                if array { indent + 1 } else { indent + 2 },
            );
            if array {
                self.indent(indent);
                self.line_end("  ]");
            } else {
                self.blank();
            }
            return;
        }
        match (&member.before, &member.after) {
            (Some(before), Some(after)) if is_container(before) || is_container(after) => {
                self.value(before, 0, indent + 1);
                self.indent(indent + 1);
                self.text("=>");
                self.value(after, 0, indent + 1);
                self.marks_alone(&marks, indent);
            }
            (Some(before), Some(after)) => {
                self.text(&format!(
                    " {}{} => {}",
                    " ".repeat(padding),
                    value(before),
                    value(after)
                ));
                self.marks(&marks);
                self.line_end("");
            }
            (Some(one), None) | (None, Some(one)) if is_container(one) => {
                self.value(one, 0, indent + 1);
                self.marks_alone(&marks, indent);
            }
            (Some(one), None) | (None, Some(one)) => {
                self.text(&format!(" {}{}", " ".repeat(padding), value(one)));
                self.marks(&marks);
                self.line_end("");
            }
            (None, None) => self.line_end(""),
        }
    }

    /// Values that could be a change and are not known.
    fn unknown(&mut self, change: &Change) {
        for member in change
            .unknown
            .iter()
            .filter(|member| member.could_be_a_change)
        {
            let expression = match &member.expression {
                Some(expression) => format!("[{expression}]"),
                None => "the service's default".to_owned(),
            };
            let reason = member
                .reason
                .as_ref()
                .map_or_else(|| "it is not stated before".to_owned(), super::reason);
            self.indent(2);
            self.colored(Some(51), "?");
            let path = member.pointer.trim_start_matches('/').replace('/', ".");
            self.line_end(&format!(
                " {}: {} (not known: {})",
                escape(&path),
                escape(&expression),
                escape(&reason)
            ));
        }
    }

    fn marks(&mut self, rules: &[&'static str]) {
        for rule in rules {
            self.refused(rule);
        }
    }

    fn marks_alone(&mut self, rules: &[&'static str], indent: usize) {
        for rule in rules {
            self.indent(indent + 1);
            self.refused(rule);
            self.line_end("");
        }
    }

    fn refused(&mut self, rule: &str) {
        self.colored(Some(203), &format!("  {REFUSED} {rule}"));
    }

    fn indent(&mut self, levels: usize) {
        self.text(&"  ".repeat(levels));
    }

    fn line(&mut self, indent: usize, text: &str) {
        self.indent(indent);
        self.line_end(text);
    }

    fn blank(&mut self) {
        self.text("\n");
    }

    fn line_end(&mut self, text: &str) {
        self.text(text);
        self.blank();
    }

    fn text(&mut self, text: &str) {
        // Writing into memory does not fail.
        let _ = self.out.write_all(text.as_bytes());
    }

    fn colored(&mut self, color: Option<u8>, text: &str) {
        let mut spec = ColorSpec::new();
        spec.set_fg(color.map(Color::Ansi256));
        let _ = self.out.set_color(&spec);
        self.text(text);
        let _ = self.out.reset();
    }
}

/// Whether a member of this kind of change occurs.
fn any(delta: &[Delta], wanted: PropertyChangeType) -> bool {
    delta
        .iter()
        .any(|member| member.change_type == wanted || any(&member.children, wanted))
}

/// Whether a member that is shown stands at, above or below a pointer.
fn carries(delta: &[Delta], pointer: &str) -> bool {
    delta.iter().any(|member| {
        if member.children.is_empty() {
            pointer == member.pointer
                || is_below(pointer, &member.pointer)
                || is_below(&member.pointer, pointer)
        } else {
            pointer == member.pointer || carries(&member.children, pointer)
        }
    })
}

fn is_below(pointer: &str, above: &str) -> bool {
    pointer
        .strip_prefix(above)
        .is_some_and(|rest| rest.starts_with('/'))
}

/// Objects unwrapped to dotted paths; arrays stay whole.
fn flatten(path: &str, value: &Value, leaves: &mut Vec<(String, Value)>) {
    match &value.data {
        Data::Object(object) if !object.entries.is_empty() => {
            for entry in &object.entries {
                flatten(&format!("{path}.{}", entry.key), &entry.value, leaves);
            }
        }
        _ => leaves.push((path.to_owned(), value.clone())),
    }
}

fn is_container(value: &Value) -> bool {
    match &value.data {
        Data::Array(array) => !array.items.is_empty(),
        Data::Object(object) => !object.entries.is_empty(),
        _ => false,
    }
}

/// A scalar as JSON; what is not known as its expression, without quotes.
fn value(value: &Value) -> String {
    let printed = eval::report(value);
    match printed.as_str() {
        Some(text) if value.as_text().is_none() || value.has_secret() => escape(text),
        _ => escape(&printed.to_string()),
    }
}
