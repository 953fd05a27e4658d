//! Deployed resources to clusters with their pools, whichever template or snapshot each part stands in.

use std::collections::BTreeSet;
use std::sync::Arc;

use indexmap::IndexMap;

use crate::eval::{Data, Object, Origin, Reason, Value};
use crate::model::{Deployment, Resource};
use crate::text::Span;

use super::ApiVersion;
use super::address::{Address, Segment};
use super::facts::{Facts, Form, Role, Scope};
use super::network::Networks;
use super::pool::{Pool, Profile};
use super::read::{Reading, read, read_below, unknown_reason};

/// The resource type of clusters.
pub const CLUSTER_TYPE: &str = "Microsoft.ContainerService/managedClusters";
/// The resource type of pools that are resources of their own.
pub const POOL_TYPE: &str = "Microsoft.ContainerService/managedClusters/agentPools";

/// Where a state comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum StateKind {
    /// A template: it need not name all pools of a cluster.
    #[default]
    Template,
    /// A snapshot of what runs.
    Live,
}

/// All clusters of one state.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// By scope and name.
    pub clusters: IndexMap<String, Cluster>,
    /// Where it comes from.
    pub kind: StateKind,
    /// Networks beside them.
    pub networks: Networks,
    /// Lower-case ids of clusters that it says nothing about, although it has not got them.
    open: BTreeSet<String>,
    /// What each resource waits for, by lower-case id.
    waits: IndexMap<String, Vec<String>>,
}

/// One cluster.
#[derive(Clone, Debug)]
pub struct Cluster {
    /// Scope and name.
    pub address: Address,
    /// Its name.
    pub name: Segment,
    /// Its id as printed; made from that of a pool where the cluster stands elsewhere.
    pub id: String,
    /// Its own resource; none where only pools of it are in the state.
    pub own: Option<ClusterResource>,
    /// Its pools by lower-case name. States of one plan share what did not change.
    pub pools: IndexMap<Arc<str>, Arc<Pool>>,
    /// Why pools of it may be missing although its own resource is known.
    pub gap: Option<Reason>,
}

/// The resource of a cluster.
#[derive(Clone, Debug)]
pub struct ClusterResource {
    /// All members of the resource, as one object.
    pub root: Value,
    /// The API version; none where it is not known.
    pub api: Option<ApiVersion>,
    /// The characters that stand for the name.
    pub name_place: Span,
    /// What is known of the inline pools.
    pub inline: InlinePools,
    /// Lower-case ids that it waits for.
    pub depends_on: Vec<String>,
    /// Which of the deployments of the state it belongs to.
    pub deployment: usize,
    /// Nested deployments that it stands in.
    pub modules: Vec<String>,
    /// Why it is not known whether it is deployed at all.
    pub condition: Option<Reason>,
}

/// What is known of the inline array.
#[derive(Clone, Debug)]
pub enum InlinePools {
    /// Not stated, or null.
    Absent,
    /// Stated; each item with a known outline is a pool. With the reason why some are not known.
    Stated(Option<Reason>),
    /// Not known at all.
    Unknown(Reason),
}

impl State {
    /// The clusters of some deployments that share one state.
    pub fn of(deployments: &[&Deployment], kind: StateKind, facts: &Facts) -> Self {
        let mut state = Self {
            kind,
            ..Self::default()
        };
        let resources = || {
            let numbered = deployments.iter().enumerate();
            numbered.flat_map(|(number, one)| one.resources.iter().map(move |one| (number, one)))
        };
        for (_, resource) in resources() {
            let id = printed(&resource.id).to_lowercase();
            state.networks.add(id.clone(), resource);
            state.waits.insert(id, resource.depends_on.clone());
        }
        for (deployment, resource) in resources() {
            if resource.resource_type.eq_ignore_ascii_case(CLUSTER_TYPE) {
                state.add_cluster(resource, deployment, facts);
            }
        }
        for (deployment, resource) in resources() {
            if resource.resource_type.eq_ignore_ascii_case(POOL_TYPE) {
                state.add_child(resource, deployment);
            }
        }
        state
    }

    fn add_cluster(&mut self, resource: &Resource, deployment: usize, facts: &Facts) {
        let address = Address::of(resource, 1);
        let root = Value::new(Data::Object(Arc::new(resource.body.clone())), Origin::None);
        let cluster = self.cluster(&address, printed(&resource.id));
        let (inline, pools) = inline_pools(resource, deployment, &root, facts);
        for (name, profile) in pools {
            cluster.pool(name).inline.get_or_insert(profile);
        }
        cluster.own = Some(ClusterResource {
            root,
            api: api(resource),
            name_place: resource.name_place,
            inline,
            depends_on: resource.depends_on.clone(),
            deployment,
            modules: resource.modules.clone(),
            condition: resource.condition.as_ref().map(why),
        });
    }

    fn add_child(&mut self, resource: &Resource, deployment: usize) {
        let address = Address::of(resource, 2);
        let [_, name] = address.names.as_slice() else {
            return;
        };
        let name = name.clone();
        let profile = Profile::of_resource(resource, deployment);
        let parent = Address {
            names: address.names.iter().take(1).cloned().collect(),
            ..address
        };
        let id = &profile.carrier;
        let cluster_id = match id.rmatch_indices('/').nth(1) {
            Some((at, _)) if !id.starts_with('[') => id.get(..at).unwrap_or(id).to_owned(),
            _ => parent
                .names
                .first()
                .map(|name| name.text.clone())
                .unwrap_or_default(),
        };
        self.cluster(&parent, cluster_id).pool(name).child = Some(profile);
    }

    fn cluster(&mut self, address: &Address, id: String) -> &mut Cluster {
        self.clusters
            .entry(address.cluster_key())
            .or_insert_with(|| Cluster {
                address: address.clone(),
                name: address.names.first().cloned().unwrap_or(Segment {
                    text: String::new(),
                    known: false,
                }),
                id,
                own: None,
                pools: IndexMap::new(),
                gap: None,
            })
    }

    /// The same surroundings with one cluster, under its key, or with none.
    #[must_use]
    pub fn with_only(&self, cluster: Option<(String, Cluster)>) -> Self {
        Self {
            clusters: cluster.into_iter().collect(),
            kind: self.kind,
            networks: self.networks.clone(),
            open: BTreeSet::new(),
            waits: IndexMap::new(),
        }
    }

    /// Resources of which the state does not tell whether they are there: a snapshot of one cluster is silent about others.
    pub fn leave_open<'i>(&mut self, ids: impl Iterator<Item = &'i str>) {
        self.open.extend(ids.map(str::to_ascii_lowercase));
    }

    /// Leaves open which further pools its clusters have, where a part of what it was made from could not be evaluated.
    pub fn leave_pools_open(&mut self, why: &Reason) {
        for cluster in self.clusters.values_mut() {
            cluster.gap = Some(why.clone());
        }
    }

    /// Whether the state tells whether a cluster is there.
    pub fn tells_of(&self, cluster: &Cluster) -> bool {
        !self.open.contains(&cluster.id.to_ascii_lowercase())
    }

    /// The cluster of the same scope and name; where one of the two scopes is open, the only one of that name.
    pub fn counterpart(&self, other: &Cluster) -> Option<&Cluster> {
        if let Some(cluster) = self.clusters.get(&other.address.cluster_key()) {
            return Some(cluster);
        }
        let mut same_name = self.clusters.values().filter(|cluster| {
            cluster.name.key() == other.name.key()
                && !(cluster.address.scope_known && other.address.scope_known)
        });
        let first = same_name.next();
        if same_name.next().is_some() {
            None
        } else {
            first
        }
    }

    /// Whether a resource waits for another one, directly or by way of others.
    pub fn waits_for(&self, depends_on: &[String], id: &str) -> bool {
        self.all_waits(depends_on)
            .contains(id.to_lowercase().as_str())
    }

    /// All that a resource waits for, directly or by way of others, by lower-case id.
    pub fn all_waits<'s>(&'s self, depends_on: &'s [String]) -> BTreeSet<&'s str> {
        let mut open: Vec<&String> = depends_on.iter().collect();
        let mut seen = BTreeSet::new();
        while let Some(next) = open.pop() {
            if seen.insert(next.as_str()) {
                open.extend(self.waits.get(next).into_iter().flatten());
            }
        }
        seen
    }
}

impl Cluster {
    /// The pool of a name, which is made where it is not there yet.
    fn pool(&mut self, name: Segment) -> &mut Pool {
        let pool = self.pools.entry(name.key().into()).or_insert_with(|| {
            Arc::new(Pool {
                name,
                inline: None,
                child: None,
            })
        });
        Arc::make_mut(pool)
    }

    /// The cluster without its pools.
    #[must_use]
    pub fn without_pools(&self) -> Self {
        Self {
            address: self.address.clone(),
            name: self.name.clone(),
            id: self.id.clone(),
            own: self.own.clone(),
            pools: IndexMap::new(),
            gap: self.gap.clone(),
        }
    }

    /// Lower-case names of the pools that an earlier state has not got, or has otherwise. States of one plan share what
    /// did not change, and mostly it stands where it stood.
    pub fn pools_since(&self, earlier: &Self) -> impl Iterator<Item = &Arc<str>> {
        let stood = |at: usize, key: &Arc<str>, pool: &Arc<Pool>| {
            let beside = earlier.pools.get_index(at);
            let beside = beside.filter(|(other, _)| *other == key);
            let old = beside.or_else(|| earlier.pools.get_key_value(key));
            old.is_some_and(|(_, old)| Arc::ptr_eq(old, pool))
        };
        let pools = self.pools.iter().enumerate();
        pools
            .filter(move |(at, (key, pool))| !stood(*at, key, pool))
            .map(|(_, (key, _))| key)
    }

    /// A pool by lower-case name, to change it.
    pub fn pool_mut(&mut self, key: &str) -> Option<&mut Pool> {
        self.pools.get_mut(key).map(Arc::make_mut)
    }

    /// A member of the cluster: of `properties` or of the resource's root.
    pub fn read(&self, scope: Scope, path: &str) -> Reading {
        let Some(own) = &self.own else {
            return Reading::Absent;
        };
        match scope {
            Scope::Resource => read(&own.root, path),
            Scope::Cluster => read_below(&own.root, "properties", path),
            Scope::Pool => Reading::Absent,
        }
    }

    /// The id of a pool in either form.
    pub fn pool_id(&self, pool: &Pool) -> String {
        format!("{}/agentPools/{}", self.id, pool.name.text)
    }

    /// Whether the inline array names every pool of the cluster, as a snapshot's does.
    pub fn lists_inline(&self) -> bool {
        self.own
            .as_ref()
            .is_some_and(|own| matches!(own.inline, InlinePools::Stated(None)))
    }

    /// Why pools may be missing from what is known.
    pub fn open_pools(&self) -> Option<&Reason> {
        let inline = self.own.as_ref().map(|own| &own.inline);
        match inline {
            Some(InlinePools::Unknown(reason) | InlinePools::Stated(Some(reason))) => Some(reason),
            _ => self.gap.as_ref(),
        }
    }
}

impl Profile {
    /// Of a pool that is a resource of its own.
    pub fn of_resource(resource: &Resource, deployment: usize) -> Self {
        Self {
            form: Form::Child,
            index: None,
            body: object_member(&resource.body, "properties"),
            name: resource.name.clone(),
            name_place: resource.name_place,
            api: api(resource),
            depends_on: resource.depends_on.clone(),
            carrier: printed(&resource.id),
            deployment,
            modules: resource.modules.clone(),
            condition: resource.condition.as_ref().map(why),
        }
    }
}

/// The items of the inline array as pools.
fn inline_pools(
    resource: &Resource,
    deployment: usize,
    root: &Value,
    facts: &Facts,
) -> (InlinePools, Vec<(Segment, Profile)>) {
    let (Some(array), Some(name)) = (facts.role(Role::ClusterPools), facts.role(Role::PoolName))
    else {
        return (InlinePools::Absent, Vec::new());
    };
    let member = match read(root, &format!("properties.{}", array.path)) {
        Reading::Absent => return (InlinePools::Absent, Vec::new()),
        Reading::Unknown(reason, _) => return (InlinePools::Unknown(reason), Vec::new()),
        Reading::Known(member) => member,
    };
    let Some(items) = member.value.as_array() else {
        return (InlinePools::Absent, Vec::new());
    };
    let mut unknown = None;
    let mut pools = Vec::new();
    for (index, item) in items.items.iter().enumerate() {
        if let Some(reason) = unknown_reason(item) {
            unknown.get_or_insert(reason);
            continue;
        }
        let named = match read(item, &name.path) {
            Reading::Known(member) => member,
            Reading::Unknown(reason, Some(member)) => {
                unknown.get_or_insert(reason);
                member
            }
            Reading::Unknown(reason, None) => {
                unknown.get_or_insert(reason);
                continue;
            }
            Reading::Absent => continue,
        };
        let place = named
            .key_place
            .or(named.value.origin.place())
            .or(item.origin.place())
            .unwrap_or(resource.name_place);
        let profile = Profile {
            form: Form::Inline,
            index: Some(index),
            body: item.clone(),
            name_place: place,
            api: api(resource),
            depends_on: resource.depends_on.clone(),
            carrier: printed(&resource.id),
            deployment,
            modules: resource.modules.clone(),
            condition: resource.condition.as_ref().map(why),
            name: named.value.clone(),
        };
        pools.push((Segment::of(&named.value), profile));
    }
    (InlinePools::Stated(unknown), pools)
}

fn object_member(object: &Object, name: &str) -> Value {
    object
        .get(name)
        .map_or_else(Value::null, |entry| entry.value.clone())
}

fn why(condition: &Value) -> Reason {
    unknown_reason(condition).unwrap_or(Reason::Failed)
}

fn api(resource: &Resource) -> Option<ApiVersion> {
    resource.api_version.as_text()?.parse().ok()
}

/// A value as text: known text, or its expression in brackets.
pub fn printed(value: &Value) -> String {
    Segment::of(value).text
}
