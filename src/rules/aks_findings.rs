//! Rulings of the judgement to findings: sentences, places, traces and ids.

use crate::aks::change::ClusterChange;
use crate::aks::cluster::Cluster;
use crate::aks::facts::{Facts, Form, Role, Scope};
use crate::aks::legality::{Anchor, Doubt, Ruling};
use crate::aks::pool::{Pool, Profile};
use crate::aks::read::{Reading, read, written};
use crate::aks::wording::{shown, telling};
use crate::diff::{Located, ServiceDefault, locate, locate_text, trace};
use crate::eval::{Reason, Value};
use crate::finding::{AzureError, Finding};
use crate::model::NotEvaluated;
use crate::text::{Files, Span};

/// A value of a member that AKS fixes, which is not known.
#[derive(Clone, Debug)]
pub struct OpenValue {
    /// What and why.
    pub what: NotEvaluated,
    /// Whether both sides write it with the same expression: it is told, and leaves the plan complete.
    pub is_same: bool,
}

/// What the judgement of AKS changes gives.
#[derive(Clone, Debug, Default)]
pub struct Judged {
    /// Findings, in no particular order.
    pub findings: Vec<Finding>,
    /// Values that would have to be known to rule out a refusal.
    pub open_values: Vec<OpenValue>,
    /// Whether AKS would refuse a request of the change.
    pub refused: bool,
}

/// Puts the rulings on some changes into words.
pub fn put_into_words(
    facts: &Facts,
    files: &Files,
    changes: &[ClusterChange<'_>],
    rulings: &[Ruling<'_>],
) -> Judged {
    let mut judged = Judged::default();
    for ruling in rulings {
        let found = changes
            .iter()
            .find(|change| {
                change
                    .cluster()
                    .is_some_and(|cluster| cluster.address.cluster_key() == ruling.cluster)
            })
            .and_then(|change| Scene::new(facts, files, change, ruling).finding());
        let Some(finding) = found else { continue };
        judged.refused |= ruling.refuses();
        if let Some(doubt) = &ruling.doubt
            && let Some(reason) = doubt.open_value()
        {
            judged.open_values.push(OpenValue {
                what: NotEvaluated {
                    what: what(ruling, &finding),
                    reason: reason.clone(),
                    place: finding.place,
                },
                is_same: matches!(doubt, Doubt::SameValue(_)),
            });
        }
        judged.findings.push(finding);
    }
    judged
}

fn what(ruling: &Ruling<'_>, finding: &Finding) -> String {
    let owner = finding.resource.as_deref().unwrap_or_default();
    match &ruling.anchor {
        Anchor::Member(_, path) => format!("{path} of {owner}"),
        Anchor::Pool | Anchor::Cluster => owner.to_owned(),
    }
}

/// One ruling with everything around it that a finding shows.
struct Scene<'a> {
    facts: &'a Facts,
    files: &'a Files,
    ruling: &'a Ruling<'a>,
    before: Option<&'a Cluster>,
    after: Option<&'a Cluster>,
    pool_before: Option<&'a Pool>,
    pool_after: Option<&'a Pool>,
    resource: Option<String>,
}

impl<'a> Scene<'a> {
    fn new(
        facts: &'a Facts,
        files: &'a Files,
        change: &ClusterChange<'a>,
        ruling: &'a Ruling<'a>,
    ) -> Self {
        let pool = ruling.pool.as_deref().and_then(|key| change.pool(key));
        Self {
            facts,
            files,
            ruling,
            before: change.before,
            after: change.after,
            pool_before: pool.and_then(|pool| pool.before),
            pool_after: pool.and_then(|pool| pool.after),
            resource: change.resource(ruling.pool.as_deref()),
        }
    }

    fn finding(&self) -> Option<Finding> {
        let rule = super::by_id(self.ruling.says.rule.as_deref()?)?;
        let level = self.ruling.level?;
        let located = self.located()?;
        let values = self.values();
        let values: Vec<_> = values
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let mut message = self.ruling.says.message(&values);
        self.reserve(&mut message);
        let way = self.ruling.way.way(&values);
        let mut finding = rule
            .finding(located.place, message)
            .level(level)
            .trace(located.trace)
            .confidence(self.ruling.says.evidence.confidence);
        finding.sources = self.sources().to_vec();
        finding.help = (!way.is_empty()).then_some(way);
        finding.azure = self.azure();
        finding.resource.clone_from(&self.resource);
        finding.pointer = self.pointer();
        if let Some(previous) = located.previous.filter(|place| *place != located.place) {
            finding = finding.related(previous, "the value before");
        }
        if let Some(other) = self.other_pool() {
            finding = finding.related(other, "the pool before");
        }
        Some(finding)
    }

    /// What keeps a sentence from being certain.
    fn reserve(&self, message: &mut String) {
        if let Some(gate) = self.ruling.gate {
            message.push_str("; this needs the preview feature ");
            message.push_str(gate);
            message.push_str(", of which is not known whether it is registered (--feature)");
        }
        let reserve = match &self.ruling.doubt {
            Some(Doubt::Condition(what)) => {
                format!(", unless {what} says otherwise, which is not known here")
            }
            Some(Doubt::Deployed(reason)) => {
                format!(
                    ", if it is deployed at all: its condition is open ({})",
                    words(reason)
                )
            }
            Some(Doubt::Value(reason) | Doubt::SameValue(reason))
                if !self.ruling.says.message.contains("{reason}") =>
            {
                format!(
                    ", unless what is not known here ({}) says otherwise",
                    words(reason)
                )
            }
            Some(Doubt::Value(_) | Doubt::SameValue(_) | Doubt::Default) | None => return,
        };
        message.push_str(&reserve);
    }

    /// What is not decided rests on the row of the member that AKS fixes.
    fn sources(&self) -> &[String] {
        let rows = || self.facts.properties().iter();
        let fixed = rows().find(|row| row.id == self.ruling.row);
        match fixed {
            Some(row) if self.ruling.case.is_empty() => &row.evidence.sources,
            _ => &self.ruling.says.evidence.sources,
        }
    }

    fn azure(&self) -> Option<AzureError> {
        self.ruling.says.azure(self.ruling.form)
    }

    fn cluster(&self) -> Option<&'a Cluster> {
        self.after.or(self.before)
    }

    fn pool(&self) -> Option<&'a Pool> {
        self.pool_after.or(self.pool_before)
    }

    /// The profile of a pool that the finding speaks of, and whether it is the side after.
    fn profile(&self) -> Option<&'a Profile> {
        let pool = self.pool()?;
        let of_form = match self.ruling.form {
            Form::Inline => pool.inline.as_ref(),
            Form::Child => pool.child.as_ref(),
        };
        of_form.or_else(|| pool.profile())
    }

    fn pointer(&self) -> Option<String> {
        let base = match (&self.ruling.anchor, self.ruling.pool.is_some()) {
            (Anchor::Member(Scope::Resource, _), _) => String::new(),
            (Anchor::Member(Scope::Cluster, _), _) => "/properties".to_owned(),
            (Anchor::Member(Scope::Pool, _) | Anchor::Pool, _) => match self.profile()?.index {
                Some(index) => {
                    let array = self.facts.role(Role::ClusterPools)?;
                    format!("/properties/{}/{index}", array.path.replace('.', "/"))
                }
                None => "/properties".to_owned(),
            },
            (Anchor::Cluster, _) => return None,
        };
        match &self.ruling.anchor {
            Anchor::Member(_, path) => Some(format!("{base}/{}", path.replace('.', "/"))),
            Anchor::Pool if self.profile()?.index.is_some() => Some(base),
            Anchor::Pool | Anchor::Cluster => None,
        }
    }

    fn located(&self) -> Option<Located> {
        match &self.ruling.anchor {
            Anchor::Member(scope, path) => self.member(*scope, path),
            Anchor::Pool => self.whole_pool(),
            Anchor::Cluster => {
                let place = self.cluster()?.own.as_ref()?.name_place;
                Some(locate(self.files, place, None, None))
            }
        }
    }

    /// The bodies in which a member of that scope stands, with the place of their names.
    fn bodies(&self, scope: Scope) -> (Option<Value>, Option<(Value, Span)>) {
        let of_cluster = |cluster: Option<&Cluster>| {
            let own = cluster?.own.as_ref()?;
            let body = match scope {
                Scope::Resource => own.root.clone(),
                _ => read(&own.root, "properties").known()?.value.clone(),
            };
            Some((body, own.name_place))
        };
        match scope {
            Scope::Resource | Scope::Cluster => (
                of_cluster(self.before).map(|(body, _)| body),
                of_cluster(self.after),
            ),
            Scope::Pool => (
                self.pool_before
                    .and_then(|pool| self.profile_of(pool))
                    .map(|profile| profile.body.clone()),
                self.pool_after
                    .and_then(|pool| self.profile_of(pool))
                    .map(|profile| (profile.body.clone(), profile.name_place)),
            ),
        }
    }

    /// The form of a pool that states the member the ruling stands at.
    fn profile_of<'p>(&self, pool: &'p Pool) -> Option<&'p Profile> {
        match &self.ruling.anchor {
            Anchor::Member(Scope::Pool, path) => pool.stating(path),
            _ => pool.profile(),
        }
    }

    fn member(&self, scope: Scope, path: &str) -> Option<Located> {
        let (before, after) = self.bodies(scope);
        let before = before.as_ref().and_then(|body| written(body, path));
        let Some((after, owner)) = after else {
            return self.whole_pool();
        };
        let reading = read(&after, path);
        let member = written(&after, path);
        let property = match &member {
            Some(member) => member.key_place.or_else(|| member.value.origin.place()),
            None => None,
        };
        let property = property.unwrap_or_else(|| nearest_owner(&after, path, owner));
        let (before, next) = (before.map(|one| one.value), member.map(|one| one.value));
        let located = locate(self.files, property, before.as_ref(), next.as_ref());
        // What is not known stands at the member: the way from there leads to what has no value.
        match (reading.unknown(), reading.value()) {
            (Some(_), Some(value)) => Some(Located {
                place: property,
                trace: trace(self.files, property, value),
                ..located
            }),
            _ => Some(located),
        }
    }

    /// A whole pool stands at its name: in an array the literal that gives it, however it got into the array; as a resource
    /// the name it is declared with, from where the trace leads to the literal.
    fn whole_pool(&self) -> Option<Located> {
        let profile = self.profile()?;
        let place = profile.name_place;
        let name = profile.name.as_text().map_or("", AsRef::as_ref);
        let own = name.rsplit('/').next().unwrap_or_default();
        let named = locate_text(self.files, place, &profile.name, own);
        if profile.form == Form::Inline {
            return Some(
                named.unwrap_or_else(|| locate(self.files, place, None, Some(&profile.name))),
            );
        }
        // Of a computed name the part that was changed.
        let changed = || {
            let old = self.former()?.profile()?;
            Some(locate(
                self.files,
                place,
                Some(&old.name),
                Some(&profile.name),
            ))
        };
        let elsewhere = named
            .or_else(changed)
            .filter(|one| !place.contains(one.place));
        Some(match elsewhere {
            Some(mut named) => {
                if let Some(property) = named.trace.first_mut() {
                    "name".clone_into(&mut property.text);
                }
                Located { place, ..named }
            }
            None => locate(self.files, place, None, None),
        })
    }

    /// The pool that a renamed one was.
    fn former(&self) -> Option<&'a Pool> {
        let is_rename = self.ruling.anchor == Anchor::Pool && self.pool_before.is_none();
        let mut values = self.ruling.values.iter();
        let (_, name) = values.find(|(name, _)| is_rename && *name == "before")?;
        let pools = &self.before?.pools;
        pools
            .get(name.to_ascii_lowercase().as_str())
            .map(AsRef::as_ref)
    }

    /// Where that one has its name: at the literal, where it comes from another file.
    fn other_pool(&self) -> Option<Span> {
        let old = self.former()?;
        let profile = old.profile()?;
        let place = profile.name_place;
        let literal = locate_text(self.files, place, &profile.name, &old.name.text)
            .map(|located| located.place)
            .filter(|literal| literal.file != place.file);
        Some(literal.unwrap_or(place))
    }

    /// Values for the placeholders; those of the ruling come first.
    fn values(&self) -> Vec<(&'a str, String)> {
        let mut values: Vec<(&'a str, String)> = self.ruling.values.clone();
        if let Some(pool) = self.pool() {
            values.push(("pool", pool.name.text.clone()));
        }
        if let Some(cluster) = self.cluster() {
            values.push(("cluster", cluster.name.text.clone()));
        }
        if let Some(reason) = self.ruling.doubt.as_ref().and_then(Doubt::open_value) {
            values.push(("reason", words(reason)));
        }
        if let Anchor::Member(scope, path) = &self.ruling.anchor {
            let (before, after) = self.bodies(*scope);
            let side = |body: Option<&Value>| {
                let reading = body.map_or(Reading::Absent, |body| read(body, path));
                self.shown(*scope, path, &reading)
            };
            let before = side(before.as_ref());
            let after = side(after.as_ref().map(|(body, _)| body));
            values.push(("path", path.clone()));
            values.push(("before", telling(&before, &after)));
            values.push(("after", telling(&after, &before)));
        }
        values
    }

    /// A value in a sentence.
    fn shown(&self, scope: Scope, path: &str, reading: &Reading) -> String {
        if let Some(value) = reading.value() {
            return shown(value);
        }
        let segments: Vec<_> = path.split('.').collect();
        let row = self.facts.property(scope, &segments);
        match row.map(|row| &row.comparison.default) {
            Some(ServiceDefault::Constant(serde_json::Value::String(text))) => text.clone(),
            Some(ServiceDefault::Constant(value)) => value.to_string(),
            _ => "none".to_owned(),
        }
    }
}

/// The name of the innermost object on the way to a missing member.
fn nearest_owner(body: &Value, path: &str, owner: Span) -> Span {
    let mut end = path.rfind('.');
    while let Some(at) = end {
        let above = path.get(..at).unwrap_or_default();
        if let Some(place) = read(body, above)
            .member()
            .and_then(|member| member.key_place)
        {
            return place;
        }
        end = above.rfind('.');
    }
    owner
}

/// Why something is not known, in words.
fn words(reason: &Reason) -> String {
    match reason {
        Reason::Parameter(name) => format!("parameter '{name}' has no value"),
        Reason::Runtime(name) => format!("only Azure can answer {name}()"),
        Reason::Scope(name) => format!("{name} was not given"),
        Reason::Clock(name) => format!("{name}() is another value each time"),
        Reason::Secret => "it is a secret".to_owned(),
        Reason::ExternalInput(name) => format!("external input '{name}' has no value"),
        Reason::Module(name) => format!("'{name}' was not read"),
        Reason::Failed => "its evaluation failed".to_owned(),
        Reason::Count => "the number of copies is not known".to_owned(),
        Reason::Limit => "a bound was reached".to_owned(),
    }
}
