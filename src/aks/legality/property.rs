//! Members that change: each by its row of the tables, whose cases say what AKS does.

use crate::diff::{Comparison, Sameness, WhyUnknown, compare_member};
use crate::eval::Reason;
use crate::finding::Level;

use super::condition::Holds;
use super::sameness::{comes_or_goes_as_a_whole, sameness};
use super::{Doubt, Legality, Ruling, Subject, rows};
use crate::aks::ApiVersion;
use crate::aks::cluster::Cluster;
use crate::aks::facts::{Change, Form, Pattern, Property, Scope, Verdict};
use crate::aks::read::Reading;

/// All members of the cluster and of its pools that are on both sides.
pub(super) fn judge<'a>(subject: Subject<'a>, rulings: &mut Vec<Ruling<'a>>) {
    // Where only pools of it are known, as in the output of `az aks nodepool list`, nothing says what its own members are.
    let is_known = |cluster: &Cluster| cluster.own.is_some();
    if subject.cluster.is_update() && subject.cluster.before.is_some_and(is_known) {
        of_members(subject, rulings);
    }
    for pool in subject.cluster.judged() {
        let subject = subject.with_pool(pool);
        if pool.before.is_none() || pool.after.is_none() || pool.is_untouched() {
            continue;
        }
        of_members(subject, rulings);
    }
}

fn of_members<'a>(subject: Subject<'a>, rulings: &mut Vec<Ruling<'a>>) {
    for property in rows::open(subject) {
        if !comes_or_goes_as_a_whole(subject, property) {
            rulings.extend(verdict(subject, property).ruling());
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
pub(super) struct Edit<'a> {
    pub(super) subject: Subject<'a>,
    pub(super) property: &'a Property,
    pub(super) before: Reading,
    pub(super) after: Reading,
    pub(super) form: Form,
    pub(super) api: Option<ApiVersion>,
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
        self.stated_sameness()
    }

    /// Whether both sides state the same, open expressions included.
    fn stated_sameness(&self) -> Sameness {
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
                let doubt = if self.stated_sameness() == Sameness::Same {
                    Doubt::SameValue(reason)
                } else {
                    Doubt::Value(reason)
                };
                ("value-unknown", doubt)
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
}
