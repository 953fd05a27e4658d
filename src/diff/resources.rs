//! Two deployments to a list of changes: which resources are created, modified, left alone, deleted.

use std::collections::BTreeSet;

use crate::config::Mode;
use crate::eval::{Object, lower_text, residual_text};
use crate::model::{Deployment, Resource};
use crate::text::Files;

use super::arrays::Extra;
use super::children::{Family, as_body, as_item, items};
use super::delta::{Cursor, Walker};
use super::pair::{counterparts, shown_id};
use super::{Change, ChangeType, Delta, MemberFacts};

/// What is compared, and how.
pub struct Sides<'s> {
    /// All texts.
    pub files: &'s Files,
    /// What is known of members.
    pub facts: &'s dyn MemberFacts,
    /// The state before; none for a first deployment.
    pub before: Option<&'s Deployment>,
    /// The state after.
    pub after: &'s Deployment,
    /// What happens to resources that leave the template.
    pub mode: Mode,
    /// The state before is a snapshot of what is there: what the template leaves out is the service's own affair.
    pub live: bool,
    /// Why the state before says nothing about a resource of the template; none where it does.
    pub blind: &'s dyn Fn(&Resource) -> Option<String>,
    /// Not all of the state after could be evaluated: what it seems to lack may be in it.
    pub partial: bool,
}

/// All changes: the resources of the template in its order, then those that leave it.
pub fn compare(sides: &Sides<'_>) -> Vec<Change> {
    let nothing = Deployment::default();
    let before = sides.before.unwrap_or(&nothing);
    let pairs = counterparts(before, sides.after);
    let families = Families {
        before: Family::new(&before.resources),
        after: Family::new(&sides.after.resources),
    };
    let mut changes: Vec<Change> = sides
        .after
        .resources
        .iter()
        .zip(&pairs)
        .enumerate()
        .map(|(at, (resource, counterpart))| {
            let change = Comparing {
                sides,
                before,
                families: &families,
                after_at: at,
                after: resource,
            };
            change.change(*counterpart)
        })
        .collect();
    let id = |at: usize| {
        before
            .resources
            .get(at)
            .map(|one| lower_text(&shown_id(one)))
    };
    let paired: BTreeSet<usize> = pairs.iter().flatten().copied().collect();
    let paired_ids: BTreeSet<_> = paired.iter().filter_map(|at| id(*at)).collect();
    for (at, resource) in before.resources.iter().enumerate() {
        // Of an id that stands twice, one with a counterpart stands for the others.
        let again = id(at).is_some_and(|id| paired_ids.contains(&id));
        if !paired.contains(&at) && !again {
            changes.extend(leaving(sides, &families, at, resource));
        }
    }
    changes
}

/// Who is whose child, on both sides.
struct Families<'c> {
    before: Family<'c>,
    after: Family<'c>,
}

/// A resource before that the template does not have.
fn leaving(
    sides: &Sides<'_>,
    families: &Families<'_>,
    at: usize,
    resource: &Resource,
) -> Option<Change> {
    let parents = families.after.parents(sides.facts, resource);
    let inline = parents.iter().any(|(parent, array, name)| {
        items(parent, &array.path)
            .iter()
            .any(|(item, _)| item == name)
    });
    if inline {
        // It moved into its parent, where it is compared.
        return None;
    }
    let (change_type, reason) = match sides.mode {
        _ if sides.partial => (
            ChangeType::Ignore,
            "not all of the template could be evaluated: it may still be in it",
        ),
        Mode::Incremental => (
            ChangeType::Ignore,
            "it is not in the template: an incremental deployment leaves it as it is",
        ),
        Mode::Stack => (
            ChangeType::Delete,
            "it is not in the template: the deployment stack deletes it",
        ),
        Mode::Complete if is_of_own_scope(resource) => (
            ChangeType::Delete,
            "it is not in the template: a complete deployment deletes it",
        ),
        Mode::Complete => (
            ChangeType::Ignore,
            "it is not in the template: a complete deployment deletes only in its own resource group",
        ),
    };
    Some(Change {
        resource_id: shown_id(resource),
        change_type,
        before: Some(at),
        after: None,
        delta: Vec::new(),
        unknown: Vec::new(),
        reason: Some(reason.to_owned()),
    })
}

/// Complete mode deletes in the resource group of the deployment itself, not in those of nested deployments.
fn is_of_own_scope(resource: &Resource) -> bool {
    resource.modules.is_empty()
}

struct Comparing<'c> {
    sides: &'c Sides<'c>,
    before: &'c Deployment,
    families: &'c Families<'c>,
    after_at: usize,
    after: &'c Resource,
}

impl Comparing<'_> {
    fn change(&self, counterpart: Option<usize>) -> Change {
        let previous = counterpart.and_then(|at| self.before.resources.get(at));
        let inline = match previous {
            Some(_) => None,
            None => self.inline_before(),
        };
        if let (None, None, Some(_)) = (previous, &inline, self.sides.before)
            && let Some(reason) = (self.sides.blind)(self.after)
        {
            return self.plain(ChangeType::Ignore, None, Some(reason));
        }
        if let Some(reason) = self.undecided(previous) {
            return self.plain(ChangeType::Unsupported, counterpart, Some(reason));
        }
        match previous.map(|previous| &previous.body).or(inline.as_ref()) {
            Some(body) => self.modify(counterpart, body),
            None => self.create(),
        }
    }

    /// Why it is not known whether, or as what, the resource is deployed.
    fn undecided(&self, previous: Option<&Resource>) -> Option<String> {
        let expression = |value: Option<&crate::eval::Value>| {
            let unknown = value?.as_unknown()?;
            Some(residual_text(&unknown.residual))
        };
        let condition = expression(self.after.condition.as_ref());
        if let Some(condition) = &condition {
            let same = previous.is_some_and(|previous| {
                expression(previous.condition.as_ref()).as_ref() == Some(condition)
            });
            if !same {
                return Some(format!(
                    "whether it is deployed is not known: [{condition}]"
                ));
            }
        }
        let name = expression(Some(&self.after.name));
        match (name, previous) {
            (Some(name), None) if self.sides.before.is_some() => {
                Some(format!("its name is not known: [{name}]"))
            }
            _ => None,
        }
    }

    fn plain(
        &self,
        change_type: ChangeType,
        before: Option<usize>,
        reason: Option<String>,
    ) -> Change {
        Change {
            resource_id: shown_id(self.after),
            change_type,
            before,
            after: Some(self.after_at),
            delta: Vec::new(),
            unknown: Vec::new(),
            reason,
        }
    }

    fn create(&self) -> Change {
        let mut walker = self.walker(None);
        let root = Cursor::root(self.after.name_place);
        for entry in &self.after.body.entries {
            walker.unknown_parts(&root.member(entry), &entry.value, false);
        }
        Change {
            unknown: walker.unknown,
            ..self.plain(ChangeType::Create, None, None)
        }
    }

    fn modify(&self, counterpart: Option<usize>, previous: &Object) -> Change {
        let mut walker = self.walker(self.extra(counterpart));
        let root = Cursor::root(self.after.name_place);
        let delta = walker.objects(&root, Some(previous), Some(&self.after.body));
        let change_type = if delta.iter().all(Delta::is_without_effect) {
            ChangeType::NoChange
        } else {
            ChangeType::Modify
        };
        Change {
            delta,
            unknown: walker.unknown,
            ..self.plain(change_type, counterpart, None)
        }
    }

    fn walker<'w>(&'w self, extra: Option<Extra<'w>>) -> Walker<'w> {
        Walker {
            files: self.sides.files,
            facts: self.sides.facts,
            resource_type: &self.after.resource_type,
            live: self.sides.live,
            extra,
            unknown: Vec::new(),
        }
    }

    /// The children of a parent with an array of them, on both sides.
    fn extra(&self, counterpart: Option<usize>) -> Option<Extra<'_>> {
        let previous = self.before.resources.get(counterpart?)?;
        let array = self.sides.facts.child_array(&self.after.resource_type)?;
        let inline: Vec<String> = items(previous, &array.path)
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        let children = self.families.before.children(previous, array.child_type);
        let before = children
            .into_iter()
            .filter(|(_, name)| !inline.contains(name))
            .map(|(child, name)| {
                let item = as_item(child, &name);
                (name, item)
            })
            .collect();
        let children = self.families.after.children(self.after, array.child_type);
        let after = children.into_iter().map(|(_, name)| name).collect();
        Some(Extra {
            path: array.path,
            before,
            after,
        })
    }

    /// The item of its parent's array that a child resource was before.
    fn inline_before(&self) -> Option<Object> {
        let parents = self.families.before.parents(self.sides.facts, self.after);
        parents.into_iter().find_map(|(parent, array, name)| {
            items(parent, &array.path)
                .into_iter()
                .find(|(item, _)| *item == name)
                .and_then(|(_, item)| as_body(item))
        })
    }
}
