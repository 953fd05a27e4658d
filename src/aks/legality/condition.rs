//! The conditions of a case: whether they hold for an edit, do not hold, or cannot be told.

use crate::diff::{Comparison, Sameness, ServiceDefault};
use crate::eval::{Data, Value};

use super::property::Edit;
use super::sameness::sameness;
use super::{Subject, ranges};
use crate::aks::Version;
use crate::aks::facts::{
    ApiKind, Change, Of, Pattern, Patterns, Property, Relation, Role, Scope, SizeTrait, Stated,
    Vnet, When,
};
use crate::aks::read::{Reading, StatedMember, scalar};

/// Whether a condition holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    Yes,
    No,
    /// Cannot be told; what is missing.
    Maybe(String),
}

impl Holds {
    fn of(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }

    fn or_unknown(holds: Option<bool>, what: impl FnOnce() -> String) -> Self {
        holds.map_or_else(|| Self::Maybe(what()), Self::of)
    }
}

impl Edit<'_> {
    /// Whether every key of a case holds.
    pub(super) fn holds(&self, change: &Change) -> Holds {
        let checks: [&dyn Fn() -> Holds; 9] = [
            &|| self.of_api(change),
            &|| Holds::of(change.form.is_none_or(|form| form == self.form)),
            &|| {
                Self::matches(
                    &change.from,
                    &self.before,
                    self.property,
                    "the value before",
                )
            },
            &|| Self::matches(&change.to, &self.after, self.property, "the value after"),
            &|| self.relates(change),
            &|| self.added(change),
            &|| self.of_kubernetes(change),
            &|| self.alongside(change),
            &|| self.of_surroundings(change),
        ];
        all(checks.iter().map(|check| check()))
    }

    fn of_api(&self, change: &Change) -> Holds {
        if change.api_from.is_none() && change.api_before.is_none() && change.api_kind.is_none() {
            return Holds::Yes;
        }
        let Some(api) = &self.api else {
            return Holds::Maybe("the API version".to_owned());
        };
        Holds::of(
            change.api_from.as_ref().is_none_or(|from| from <= api)
                && change.api_before.as_ref().is_none_or(|before| api < before)
                && change
                    .api_kind
                    .is_none_or(|kind| api.is_preview() == (kind == ApiKind::Preview)),
        )
    }

    fn of_kubernetes(&self, change: &Change) -> Holds {
        if change.kubernetes_from.is_none() && change.kubernetes_before.is_none() {
            return Holds::Yes;
        }
        let after = &self.subject.cluster.versions(self.subject.facts).after;
        let Some(minor) = after.known().map(Version::minor) else {
            return Holds::Maybe("the Kubernetes version".to_owned());
        };
        Holds::of(
            change.kubernetes_from.is_none_or(|from| from <= minor)
                && change.kubernetes_before.is_none_or(|before| minor < before),
        )
    }

    fn matches(patterns: &Patterns, reading: &Reading, row: &Property, what: &str) -> Holds {
        if !patterns.is_condition() || patterns.0.contains(&Pattern::Any) {
            return Holds::Yes;
        }
        let default = match &row.comparison.default {
            ServiceDefault::Constant(value) => Some(value),
            ServiceDefault::None | ServiceDefault::Depends => None,
        };
        let member = StatedMember::of(reading, &row.comparison.empty, default);
        Holds::or_unknown(
            member.map(|member| patterns.matches(member.stated())),
            || format!("{what} of `{}`", row.path),
        )
    }

    fn relates(&self, change: &Change) -> Holds {
        let Some(relation) = change.relation else {
            return Holds::Yes;
        };
        if self.before.unknown().is_some() || self.after.unknown().is_some() {
            return Holds::Maybe(format!("`{}`", self.property.path));
        }
        let (before, after) = (
            self.stated_or_default(&self.before),
            self.stated_or_default(&self.after),
        );
        let order = || ranges::order(before.as_ref(), after.as_ref());
        Holds::of(match relation {
            Relation::Raises => order() == Some(std::cmp::Ordering::Less),
            Relation::Lowers => order() == Some(std::cmp::Ordering::Greater),
            Relation::Contains => ranges::contains(after.as_ref(), before.as_ref()),
            Relation::Loses => ranges::loses(before.as_ref(), after.as_ref()),
        })
    }

    /// The stated value, else the constant default.
    fn stated_or_default(&self, reading: &Reading) -> Option<Value> {
        match (reading, &self.property.comparison.default) {
            (Reading::Known(member), _) => Some(member.value.clone()),
            (Reading::Absent, ServiceDefault::Constant(value)) => ranges::json_value(value),
            _ => None,
        }
    }

    fn added(&self, change: &Change) -> Holds {
        if !change.added.is_condition() {
            return Holds::Yes;
        }
        let (Some(before), Some(after)) = (names(&self.before), names(&self.after)) else {
            return Holds::Maybe(format!("an item of `{}`", self.property.path));
        };
        let is_new = |item: &&String| !before.iter().any(|old| old.eq_ignore_ascii_case(item));
        Holds::of(
            after
                .iter()
                .filter(is_new)
                .any(|item| change.added.matches(Stated::Value(item))),
        )
    }

    fn alongside(&self, change: &Change) -> Holds {
        if change.alongside.is_empty() {
            return Holds::Yes;
        }
        let scope = self.property.scope;
        any(change.alongside.iter().map(|path| {
            let segments: Vec<_> = path.split('.').collect();
            let Some(row) = self.subject.facts.property(scope, &segments) else {
                return Holds::No;
            };
            let before = self.subject.before(scope, path);
            let after = self.subject.after(scope, path);
            match sameness(self.subject, row, &before, &after) {
                Sameness::Same => Holds::No,
                Sameness::Changed => Holds::Yes,
                Sameness::CannotTell(_) => Holds::Maybe(format!("`{path}`")),
            }
        }))
    }

    fn of_surroundings(&self, change: &Change) -> Holds {
        let when = change.when.iter().map(|when| self.when(when));
        let differs = if change.differs.is_empty() {
            Holds::Yes
        } else {
            any(change.differs.iter().map(|differs| self.differs(*differs)))
        };
        let vnet = change.vnet.map_or(Holds::Yes, |vnet| self.vnet(vnet));
        all(when.chain([differs, vnet]))
    }

    /// A trait that the names do not tell is no difference: only what is known to differ refuses.
    fn differs(&self, differs: SizeTrait) -> Holds {
        let (Some(before), Some(after)) = (self.before.text(), self.after.text()) else {
            return Holds::Maybe("the VM size".to_owned());
        };
        Holds::of(self.subject.facts.sizes_differ(&before, &after, differs) == Some(true))
    }

    fn vnet(&self, vnet: Vnet) -> Holds {
        let Some(subnet) = self.subject.facts.role(Role::PoolSubnet) else {
            return Holds::Maybe("the subnets of the pools".to_owned());
        };
        let pools = || {
            self.subject
                .cluster
                .pools()
                .filter_map(|pool| pool.after.or(pool.before))
        };
        let readings: Vec<_> = pools().map(|pool| pool.read(&subnet.path)).collect();
        let states = |reading: &Reading| match reading {
            Reading::Absent => Holds::No,
            Reading::Known(_) => Holds::of(reading.text().is_none_or(|text| !text.is_empty())),
            // An expression that gives a subnet gives one.
            Reading::Unknown(..) => Holds::Maybe(format!("`{}` of a pool", subnet.path)),
        };
        let own = any(readings.iter().map(states));
        match (vnet, own) {
            (_, Holds::Maybe(what)) => Holds::Maybe(what),
            (Vnet::Own, own) => own,
            (Vnet::Managed, own) => Holds::of(own == Holds::No),
        }
    }

    fn when(&self, when: &When) -> Holds {
        let scope = match when.of {
            Of::Cluster => Scope::Cluster,
            Of::Resource => Scope::Resource,
            Of::Pool => Scope::Pool,
            Of::AnyPool | Of::NoPool => return self.when_pools(when),
        };
        Self::when_one(when, scope, self.subject)
    }

    fn when_pools(&self, when: &When) -> Holds {
        let pools = self.subject.cluster.pools();
        let found =
            any(pools.map(|pool| Self::when_one(when, Scope::Pool, self.subject.with_pool(pool))));
        match (when.of, found) {
            (Of::NoPool, Holds::Yes) => Holds::No,
            (Of::NoPool, Holds::No) => Holds::Yes,
            (_, found) => found,
        }
    }

    fn when_one(when: &When, scope: Scope, subject: Subject<'_>) -> Holds {
        let segments: Vec<_> = when.path.split('.').collect();
        let row = subject.facts.property(scope, &segments);
        let plain = plain_row();
        let how = row
            .filter(|row| row.path.eq_ignore_ascii_case(&when.path))
            .map_or(&plain, |row| &row.comparison);
        let default = match &how.default {
            ServiceDefault::Constant(value) => Some(value),
            ServiceDefault::None | ServiceDefault::Depends => None,
        };
        let keeps = how.omitted == crate::diff::Omitted::Keeps;
        let before = subject.before(scope, &when.path);
        let after = match subject.after(scope, &when.path) {
            // What a PUT leaves out and keeps is there afterwards.
            Reading::Absent if keeps => before.clone(),
            other => other,
        };
        let side = |patterns: &Patterns, reading: &Reading| {
            if !patterns.is_condition() {
                return Holds::Yes;
            }
            let member = StatedMember::of(reading, &how.empty, default);
            Holds::or_unknown(
                member.map(|member| patterns.matches(member.stated())),
                || format!("`{}`", when.path),
            )
        };
        let either = if when.either.is_condition() {
            any([side(&when.either, &before), side(&when.either, &after)])
        } else {
            Holds::Yes
        };
        all([
            side(&when.before, &before),
            side(&when.after, &after),
            either,
        ])
    }
}

fn plain_row() -> Comparison {
    Comparison {
        compare: crate::diff::Compare::Text,
        default: ServiceDefault::None,
        empty: Vec::new(),
        omitted: crate::diff::Omitted::Keeps,
        read_only: false,
        write_only: false,
    }
}

/// All must hold.
fn all(conditions: impl IntoIterator<Item = Holds>) -> Holds {
    let mut result = Holds::Yes;
    for condition in conditions {
        match condition {
            Holds::No => return Holds::No,
            Holds::Yes => {}
            Holds::Maybe(_) if matches!(result, Holds::Maybe(_)) => {}
            maybe @ Holds::Maybe(_) => result = maybe,
        }
    }
    result
}

/// One of them must hold.
fn any(conditions: impl IntoIterator<Item = Holds>) -> Holds {
    let mut result = Holds::No;
    for condition in conditions {
        match condition {
            Holds::Yes => return Holds::Yes,
            Holds::No => {}
            maybe @ Holds::Maybe(_) => result = maybe,
        }
    }
    result
}

/// Items of an array, or names of a map, as text; none where some are not known.
fn names(reading: &Reading) -> Option<Vec<String>> {
    match reading {
        Reading::Absent => Some(Vec::new()),
        Reading::Unknown(..) => None,
        Reading::Known(member) => match &member.value.data {
            Data::Array(array) => array.items.iter().map(scalar).collect(),
            Data::Object(object) if object.is_open() => None,
            Data::Object(object) => Some(
                object
                    .entries
                    .iter()
                    .map(|entry| entry.key.to_string())
                    .collect(),
            ),
            _ => Some(scalar(&member.value).into_iter().collect()),
        },
    }
}
