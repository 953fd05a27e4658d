//! Members that change: each by its row of the tables, whose cases say what AKS does.

use crate::diff::{Comparison, Sameness, ServiceDefault, WhyUnknown, compare_member};
use crate::eval::{Data, Reason, Value};
use crate::finding::Level;

use super::ranges;
use super::{Doubt, Legality, Ruling, Subject};
use crate::aks::facts::{
    ApiKind, Change, Form, Of, Pattern, Patterns, Property, Relation, Role, Scope, SizeTrait,
    Verdict, Vnet, When,
};
use crate::aks::read::{Reading, StatedMember, scalar};
use crate::aks::{ApiVersion, Version};

/// All members of the cluster and of its pools that are on both sides.
pub(super) fn judge<'a>(subject: Subject<'a>, rulings: &mut Vec<Ruling<'a>>) {
    if subject.cluster.is_update() {
        for property in subject.facts.properties() {
            if property.scope != Scope::Pool && !comes_or_goes_as_a_whole(subject, property) {
                rulings.extend(verdict(subject, property).ruling());
            }
        }
    }
    for pool in &subject.cluster.pools {
        let subject = subject.with_pool(*pool);
        if pool.before.is_none() || pool.after.is_none() {
            continue;
        }
        for property in subject.facts.properties() {
            if property.scope == Scope::Pool && !comes_or_goes_as_a_whole(subject, property) {
                rulings.extend(verdict(subject, property).ruling());
            }
        }
    }
}

/// What AKS does with the change of one member.
pub fn verdict<'a>(subject: Subject<'a>, property: &'a Property) -> Legality<'a> {
    let edit = Edit::new(subject, property);
    match edit.sameness() {
        Sameness::Same => edit.left_out(),
        Sameness::Changed => edit.changed(),
        Sameness::CannotTell(why) => edit.cannot_tell(why),
    }
}

/// One member on both sides, with what its cases ask for.
struct Edit<'a> {
    subject: Subject<'a>,
    property: &'a Property,
    before: Reading,
    after: Reading,
    form: Form,
    api: Option<ApiVersion>,
}

/// Whether a condition holds.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Holds {
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

impl<'a> Edit<'a> {
    fn new(subject: Subject<'a>, property: &'a Property) -> Self {
        let (form, api) = match property.scope {
            Scope::Pool => {
                let profile = subject
                    .pool
                    .and_then(|pool| pool.after)
                    .and_then(|pool| pool.stating(&property.path));
                (
                    profile.map_or(Form::Inline, |profile| profile.form),
                    profile.and_then(|profile| profile.api.clone()),
                )
            }
            Scope::Cluster | Scope::Resource => (
                Form::Inline,
                subject
                    .cluster
                    .after
                    .and_then(|cluster| cluster.own.as_ref())
                    .and_then(|own| own.api.clone()),
            ),
        };
        Self {
            before: subject.before(property.scope, &property.path),
            after: subject.after(property.scope, &property.path),
            subject,
            property,
            form,
            api,
        }
    }

    fn sameness(&self) -> Sameness {
        let how = &self.property.comparison;
        if how.read_only {
            return self.read_only_sameness(how);
        }
        if let Some(reason) = self.open_fixed() {
            return Sameness::CannotTell(WhyUnknown::After(reason));
        }
        sameness(self.subject, self.property, &self.before, &self.after)
    }

    /// Whether a member that AKS fixes has a value that may be another one each time, whatever its expression.
    /// Scope values that were not given are the same place both times; a failed value was reported where it failed.
    fn open_fixed(&self) -> Option<Reason> {
        let reason = self.after.unknown()?;
        let same_each_time = matches!(reason, Reason::Scope(_) | Reason::Failed);
        (self.property.fixed && !same_each_time).then(|| reason.clone())
    }

    /// What only the service writes never changes; a template that states another value is told that it has no effect.
    fn read_only_sameness(&self, how: &Comparison) -> Sameness {
        if self.after.known().is_none() || self.before.known().is_none() {
            return Sameness::Same;
        }
        let plain = Comparison {
            read_only: false,
            ..how.clone()
        };
        compare_member(
            self.subject.files,
            &plain,
            self.before.value(),
            self.after.value(),
        )
    }

    /// The member is the same; where it is so only because it was left out, rows may still speak of that.
    fn left_out(&self) -> Legality<'a> {
        if !self.after.is_absent() || self.before.is_absent() {
            return Legality::Allowed;
        }
        let about_absence = |change: &&Change| change.to.0.contains(&Pattern::Absent);
        self.decide(self.property.changes.iter().filter(about_absence))
    }

    fn changed(&self) -> Legality<'a> {
        self.decide(self.property.changes.iter())
    }

    /// The first case that holds decides. Where an earlier one may hold as well and says something else, it is in doubt.
    fn decide(&self, changes: impl Iterator<Item = &'a Change>) -> Legality<'a> {
        let mut doubtful: Option<(&Change, String)> = None;
        for change in changes {
            match self.holds(change) {
                Holds::No => {}
                Holds::Yes => {
                    return match doubtful {
                        Some((earlier, _)) if earlier.verdict == change.verdict => {
                            self.ruled(change)
                        }
                        Some((earlier, what)) => self.in_doubt(earlier, change, what),
                        None => self.ruled(change),
                    };
                }
                Holds::Maybe(what) => {
                    if doubtful.as_ref().is_none_or(|(earlier, _)| {
                        change.verdict == Verdict::Refused && earlier.verdict != Verdict::Refused
                    }) {
                        doubtful = Some((change, what));
                    }
                }
            }
        }
        match doubtful {
            Some((change, what)) if change.says.level.is_some() => {
                Legality::Undecided(self.ruling(change).doubted(Doubt::Condition(what)))
            }
            _ => Legality::Allowed,
        }
    }

    /// Two cases may apply: the graver one is told, as a warning.
    fn in_doubt(&self, earlier: &'a Change, later: &'a Change, what: String) -> Legality<'a> {
        let grave = if later.verdict == Verdict::Refused || earlier.says.level.is_none() {
            later
        } else {
            earlier
        };
        Legality::Undecided(self.ruling(grave).doubted(Doubt::Condition(what)))
    }

    fn ruled(&self, change: &'a Change) -> Legality<'a> {
        let mut ruling = self.ruling(change);
        if self.property.scope == Scope::Pool
            && self.form == Form::Inline
            && change.verdict == Verdict::Refused
        {
            // Whether a request for the cluster is refused for a member of a pool is a row of its own.
            match self.subject.facts.fact("inline-pool-immutable-change") {
                Some(fact) if fact.verdict == Verdict::Refused => {
                    if change.says.way_out == fact.says.way_out {
                        ruling.way = &fact.says;
                    }
                }
                _ => return Legality::Allowed,
            }
        }
        if ruling.gate.is_some() {
            return Legality::Undecided(ruling);
        }
        if let Some(reason) = self.open_deployment() {
            return Legality::Undecided(ruling.doubted(Doubt::Deployed(reason)));
        }
        if change.verdict == Verdict::Refused {
            Legality::Refused(ruling)
        } else if change.verdict == Verdict::Undecided {
            Legality::Undecided(ruling)
        } else {
            Legality::AllowedWith(ruling)
        }
    }

    fn ruling(&self, change: &'a Change) -> Ruling<'a> {
        let mut ruling = self.subject.of_case(self.property, change, self.form);
        if let Some(gate) = &change.gate
            && !self.subject.options.has_feature(gate)
        {
            ruling.gate = Some(gate);
            ruling.level = Some(Level::Warning);
            ruling.values.push(("gate", gate.clone()));
        }
        if let Some(api) = &self.api {
            ruling.values.push(("api", api.to_string()));
        }
        ruling
    }

    /// A condition of the resource that is not known: the change may not be deployed at all.
    fn open_deployment(&self) -> Option<Reason> {
        match self.property.scope {
            Scope::Pool => self
                .subject
                .pool
                .and_then(|pool| pool.after)
                .and_then(|pool| pool.condition().cloned()),
            Scope::Cluster | Scope::Resource => self
                .subject
                .cluster
                .after
                .and_then(|cluster| cluster.own.as_ref())
                .and_then(|own| own.condition.clone()),
        }
    }

    /// A value is not known. It matters where a case that refuses may hold.
    fn cannot_tell(&self, why: WhyUnknown) -> Legality<'a> {
        let may_refuse =
            self.property.changes.iter().any(|change| {
                change.verdict == Verdict::Refused && self.holds(change) != Holds::No
            });
        if !may_refuse {
            return Legality::Allowed;
        }
        let (fact, doubt) = match why {
            WhyUnknown::Before(reason) | WhyUnknown::After(reason) => {
                ("value-unknown", Doubt::Value(reason))
            }
            WhyUnknown::Default => ("default-unknown", Doubt::Default),
        };
        let anchor = super::Anchor::Member(self.property.scope, self.property.path.clone());
        let Some(mut ruling) = self.subject.of_fact(fact, anchor) else {
            return Legality::Allowed;
        };
        ruling.row = &self.property.id;
        ruling.form = self.form;
        if self.property.scope != Scope::Pool {
            ruling.pool = None;
        }
        ruling.doubt = Some(doubt);
        Legality::Undecided(ruling)
    }

    fn holds(&self, change: &Change) -> Holds {
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
        let after = self.subject.cluster.control_plane_after(self.subject.facts);
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
                .any(|item| change.added.matches(crate::aks::facts::Stated::Value(item))),
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
        let known = self.subject.facts.sizes_differ(&before, &after, differs);
        Holds::of(known.unwrap_or(false))
    }

    fn vnet(&self, vnet: Vnet) -> Holds {
        let Some(subnet) = self.subject.facts.role(Role::PoolSubnet) else {
            return Holds::Maybe("the subnets of the pools".to_owned());
        };
        let pools = || {
            self.subject
                .cluster
                .pools
                .iter()
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
        let pools = self.subject.cluster.pools.iter();
        let found =
            any(pools.map(|pool| Self::when_one(when, Scope::Pool, self.subject.with_pool(*pool))));
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

/// Whether a member is the same on both sides. Members below it with rows of their own are judged there.
pub(super) fn sameness(
    subject: Subject<'_>,
    row: &Property,
    before: &Reading,
    after: &Reading,
) -> Sameness {
    if let Reading::Unknown(reason, None) = before {
        return Sameness::CannotTell(WhyUnknown::Before(reason.clone()));
    }
    if let Reading::Unknown(reason, None) = after {
        return Sameness::CannotTell(WhyUnknown::After(reason.clone()));
    }
    let below = below(row);
    if below.is_empty() || flips(row, before, after) {
        return compare_member(
            subject.files,
            &row.comparison,
            before.value(),
            after.value(),
        );
    }
    let before = before.value().map(|value| without(value, &below));
    let after = after.value().map(|value| without(value, &below));
    compare_member(
        subject.files,
        &row.comparison,
        before.as_ref(),
        after.as_ref(),
    )
}

/// Whether a member appears or goes away whose row speaks of just that.
fn flips(row: &Property, before: &Reading, after: &Reading) -> bool {
    let speaks = |patterns: &Patterns| {
        patterns
            .0
            .iter()
            .any(|pattern| matches!(pattern, Pattern::Absent | Pattern::Present))
    };
    before.is_absent() != after.is_absent()
        && row
            .changes
            .iter()
            .any(|change| speaks(&change.from) || speaks(&change.to))
}

/// Whether a row above decides, because its whole object appears or goes away: what is inside is no change of its own.
fn comes_or_goes_as_a_whole(subject: Subject<'_>, property: &Property) -> bool {
    subject.facts.properties().iter().any(|outer| {
        outer.scope == property.scope
            && outer.inner.contains(&property.path)
            && flips(
                outer,
                &subject.before(outer.scope, &outer.path),
                &subject.after(outer.scope, &outer.path),
            )
    })
}

/// Paths below a row's, counted from it, that have rows of their own.
fn below(row: &Property) -> Vec<&str> {
    row.inner
        .iter()
        .filter_map(|path| {
            let (head, tail) = path.split_at_checked(row.path.len())?;
            head.eq_ignore_ascii_case(&row.path)
                .then(|| tail.strip_prefix('.'))
                .flatten()
        })
        .collect()
}

/// An object without the members that have rows of their own.
fn without(value: &Value, below: &[&str]) -> Value {
    let Data::Object(object) = &value.data else {
        return value.clone();
    };
    let mut entries = Vec::new();
    for entry in &object.entries {
        let own = |path: &&&str| {
            path.split('.')
                .next()
                .is_some_and(|name| name.eq_ignore_ascii_case(&entry.key))
        };
        let inner: Vec<_> = below.iter().filter(own).copied().collect();
        if inner.is_empty() {
            entries.push(entry.clone());
        } else if !inner
            .iter()
            .any(|path| path.eq_ignore_ascii_case(&entry.key))
        {
            let rest: Vec<_> = inner
                .iter()
                .filter_map(|path| path.split_once('.').map(|(_, rest)| rest))
                .collect();
            let stripped = without(&entry.value, &rest);
            let empty = stripped
                .as_object()
                .is_some_and(|object| object.entries.is_empty());
            if !empty {
                entries.push(crate::eval::Entry {
                    value: stripped,
                    ..entry.clone()
                });
            }
        }
    }
    Value::object(entries, value.origin.clone())
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
