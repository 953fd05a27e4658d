//! A change with the resource that it is shown as, and what AKS refuses of it.

use crate::diff::{Change, Delta, UnknownMember};
use crate::engine::DeploymentOutcome;
use crate::eval::{self, Data, Value};
use crate::finding::Finding;
use crate::model::Resource;
use crate::report::scope::{Address, address};

/// A change with the resource that it is shown as.
pub(super) struct Shown<'o> {
    pub(super) change: &'o Change,
    pub(super) resource: Option<&'o Resource>,
    pub(super) address: Address,
    pub(super) api_version: String,
    /// What AKS refuses of it.
    pub(super) refusals: Vec<&'o Finding>,
}

impl<'o> Shown<'o> {
    pub(super) fn new(deployment: &'o DeploymentOutcome, change: &'o Change) -> Self {
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
                None => bare(version),
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
    pub(super) fn on_member(&self, member: &Delta) -> Vec<&'static str> {
        let whole = member.children.is_empty();
        self.rules(|pointer| {
            pointer == member.pointer
                || whole
                    && (is_below(pointer, &member.pointer) || is_below(&member.pointer, pointer))
        })
    }

    /// The rules that refuse the change, but none of the members that are shown.
    pub(super) fn on_resource(&self) -> Vec<&'static str> {
        self.rules(|pointer| !carries(&self.change.delta, pointer))
    }

    /// Values that could be a change and are not known.
    pub(super) fn unknown(&self) -> impl Iterator<Item = &UnknownMember> {
        let unknown = self.change.unknown.iter();
        unknown.filter(|member| member.could_be_a_change)
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
pub(super) fn owner<'s, 'o>(
    shown: &'s mut [Shown<'o>],
    finding: &Finding,
) -> Option<&'s mut Shown<'o>> {
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

/// What is not known, as its expression.
fn bare(value: &Value) -> String {
    let printed = eval::report(value);
    printed.as_str().unwrap_or("").to_owned()
}
