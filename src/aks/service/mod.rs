//! A model of the service: a cluster as it stands, and what an operation makes of it, or why the service refuses it.
//! Both come from the facts that the linter reads: a plan is proved by running it here.

mod operation;
mod refusal;
mod stored;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::aks::change::{StatedVersion, control_plane, pool_version};
use crate::aks::cluster::{Cluster, InlinePools, POOL_TYPE, State, StateKind};
use crate::aks::edit;
use crate::aks::facts::{Facts, Form, Property, Role, Scope};
use crate::aks::legality::{self, Options};
use crate::aks::pool::{Pool, Profile};
use crate::aks::read::Reading;
use crate::aks::{Address, ApiVersion, Version};
use crate::eval::{Origin, Value};
use crate::model::{Deployment, Resource};
use crate::text::Files;

pub use operation::Operation;
pub use refusal::{Refusal, Why, sentence};
pub use stored::after_put;

/// What the service knows of the world besides its own state.
#[derive(Clone, Copy, Debug)]
pub struct Rulebook<'a> {
    /// What it does with a change.
    pub facts: &'a Facts,
    /// The texts that literals stand in: secrets are compared by them.
    pub files: &'a Files,
    /// Features, date.
    pub options: &'a Options,
}

/// One cluster as the service has it: a pool is a pool, in whichever form it was asked for.
#[derive(Clone, Debug)]
pub struct Service {
    /// The cluster, if it is there.
    state: State,
    key: String,
    /// Pools without nodes that take pods, by lower-case name.
    drained: BTreeSet<Arc<str>>,
    /// The version that a pool had before its last upgrade, by lower-case name.
    earlier: BTreeMap<Arc<str>, Arc<Version>>,
    /// Pools whose version nobody states: taken to be the control plane's.
    assumed: BTreeSet<Arc<str>>,
    /// What was said of the last operation.
    told: Told,
    /// Whether an operation runs.
    busy: bool,
}

/// What the judgement says of an operation that is accepted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Preview features that have to be registered, and are not known to be.
    pub gates: Vec<String>,
    /// The nodes of the pool are reimaged.
    pub reimages_pool: bool,
    /// The nodes of every pool are reimaged.
    pub reimages_cluster: bool,
    /// Something is only stored, and takes effect later.
    pub later: bool,
}

impl Service {
    /// The service with one cluster of a state, or without any.
    pub fn of(state: &State, key: &str, facts: &Facts) -> Self {
        let mut service = Self {
            state: state.with_only(None),
            key: key.to_owned(),
            drained: BTreeSet::new(),
            earlier: BTreeMap::new(),
            assumed: BTreeSet::new(),
            told: Told::default(),
            busy: false,
        };
        if let Some(cluster) = state.clusters.get(key) {
            let cluster = service.settled(cluster, facts);
            service.state = state.with_only(Some((key.to_owned(), cluster)));
        }
        service
    }

    /// A cluster of a template or a snapshot as the service has it.
    fn settled(&mut self, cluster: &Cluster, facts: &Facts) -> Cluster {
        let mut settled = cluster.clone();
        if let Some(own) = &mut settled.own {
            if let Some(array) = facts.role(Role::ClusterPools) {
                own.root = edit::with(&own.root, &format!("properties.{}", array.path), None);
            }
            own.depends_on = Vec::new();
            own.modules = Vec::new();
            own.condition = None;
            if matches!(own.inline, InlinePools::Absent) {
                own.inline = InlinePools::Stated(None);
            }
        }
        let plane = control_plane(cluster, facts);
        for (key, pool) in &mut settled.pools {
            let pool = Arc::make_mut(pool);
            let mut body = pool
                .profile()
                .map_or_else(Value::null, |one| one.body.clone());
            // Written twice, the later request only says what it says.
            if let (Some(inline), Some(child)) = (&pool.inline, &pool.child) {
                body = stored::after_put(facts, Scope::Pool, &inline.body, &child.body);
            }
            if pool_version(pool, facts) == StatedVersion::Absent
                && let (Some(plane), Some(row)) = (plane.known(), facts.role(Role::PoolVersion))
            {
                body = edit::with(&body, &row.path, Some(&text(&plane.to_string())));
                self.assumed.insert(key.clone());
            }
            let id = format!("{}/agentPools/{}", cluster.id, pool.name.text);
            let profile = pool.profile().cloned();
            pool.inline = None;
            pool.child = profile.map(|profile| Profile {
                form: Form::Child,
                index: None,
                body: without_name(&body, facts),
                depends_on: Vec::new(),
                carrier: id,
                deployment: 0,
                modules: Vec::new(),
                condition: None,
                ..profile
            });
        }
        settled
    }

    /// The cluster, if it is there.
    pub fn cluster(&self) -> Option<&Cluster> {
        self.state.clusters.get(&self.key)
    }

    /// Lower-case names of its pools.
    pub fn pool_keys(&self) -> impl Iterator<Item = &Arc<str>> {
        self.cluster().into_iter().flat_map(|one| one.pools.keys())
    }

    /// A pool by lower-case name.
    pub fn pool(&self, key: &str) -> Option<&Pool> {
        self.cluster()?.pools.get(key).map(Arc::as_ref)
    }

    /// The body of a pool.
    pub fn body(&self, key: &str) -> Option<&Value> {
        Some(&self.pool(key)?.child.as_ref()?.body)
    }

    /// The members of the cluster's resource, its pools left out.
    pub fn root(&self) -> Option<&Value> {
        Some(&self.cluster()?.own.as_ref()?.root)
    }

    /// Whether the version of a pool is only taken to be the control plane's.
    pub fn is_assumed(&self, key: &str) -> bool {
        self.assumed.contains(key)
    }

    /// Whether a pool was cordoned and drained.
    pub fn is_drained(&self, key: &str) -> bool {
        self.drained.contains(key)
    }

    /// The version of the control plane.
    pub fn control_plane(&self, facts: &Facts) -> Option<Version> {
        control_plane(self.cluster()?, facts).known().cloned()
    }

    /// The version of a pool.
    pub fn version(&self, key: &str, facts: &Facts) -> Option<Version> {
        pool_version(self.pool(key)?, facts).known().cloned()
    }

    /// A member of a pool, else its constant default.
    pub fn pool_text(&self, key: &str, role: Role, facts: &Facts) -> Option<String> {
        let row = facts.role(role)?;
        match self.pool(key)?.read(&row.path) {
            Reading::Absent => legality::default_text(row),
            reading => reading.text(),
        }
    }

    /// A member of the cluster, else its constant default.
    pub fn cluster_text(&self, role: Role, facts: &Facts) -> Option<String> {
        let row = facts.role(role)?;
        match self.cluster()?.read(row.scope, &row.path) {
            Reading::Absent => legality::default_text(row),
            reading => reading.text(),
        }
    }

    /// The state as the judgement takes it.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// What the service makes of an operation. It takes the next one only when this one has ended.
    pub fn apply(&self, book: Rulebook<'_>, operation: &Operation) -> Result<Self, Box<Refusal>> {
        let judged = self.judged(book, operation);
        if let Some(refusal) = judged.refusal {
            return Err(Box::new(refusal));
        }
        let mut next = self.clone();
        next.told = judged.told;
        match operation {
            Operation::Put(_) => {
                if let Some(request) = &judged.request {
                    next.put(book.facts, self, request, &judged.ignored);
                }
            }
            Operation::DeletePool { pool } => {
                if let Some(cluster) = next.state.clusters.get_mut(&self.key) {
                    cluster.pools.shift_remove(pool.as_str());
                }
                next.drained.remove(pool.as_str());
                next.earlier.remove(pool.as_str());
                next.assumed.remove(pool.as_str());
            }
            Operation::RollBackPool { pool, to } => {
                next.set_version(book.facts, pool, to);
                next.earlier.remove(pool.as_str());
            }
            Operation::DrainPool { pool } => {
                next.drained.insert(pool.as_str().into());
            }
            Operation::Power { pool, state } => next.set_power(book.facts, pool.as_deref(), state),
            Operation::Wait => next.set_done(book.facts),
            Operation::Migrate { members, pools } => next.migrate(members, pools),
        }
        Ok(next)
    }

    /// What was said of the operation that led here.
    pub const fn told(&self) -> &Told {
        &self.told
    }

    /// Whether the service takes the members of an earlier state again: of the cluster, or of one pool.
    pub fn takes_back(&self, book: Rulebook<'_>, earlier: &Self, pool: Option<&str>) -> bool {
        let body = match pool {
            Some(key) => earlier.body(key),
            None => earlier.root(),
        };
        let Some(body) = body else { return true };
        let request = self.asked(book.facts, pool, body);
        self.judged_request(book, &request, pool).refusal.is_none()
    }

    /// A body that is asked for, of the cluster or of a pool that is there, as a state.
    pub fn asked(&self, facts: &Facts, pool: Option<&str>, body: &Value) -> State {
        if let Some(key) = pool {
            let child = self.pool(key).and_then(|pool| pool.child.as_ref());
            let api = child.and_then(|child| child.api.clone());
            return self.asked_of_pool(facts, key, body, api);
        }
        let own = self.cluster().and_then(|cluster| cluster.own.as_ref());
        self.asked_of_cluster(body, own.and_then(|own| own.api.clone()))
    }

    /// The body that is asked for of the cluster's resource, with an API version, as a state.
    pub fn asked_of_cluster(&self, root: &Value, api: Option<ApiVersion>) -> State {
        let only = self.cluster().map(|cluster| {
            let mut asked = cluster.without_pools();
            if let Some(own) = &mut asked.own {
                own.root = root.clone();
                own.api = api;
                own.inline = InlinePools::Absent;
            }
            (self.key.clone(), asked)
        });
        self.state.with_only(only)
    }

    /// The body that is asked for of a pool that is there, with an API version, as a state.
    pub fn asked_of_pool(
        &self,
        facts: &Facts,
        key: &str,
        body: &Value,
        api: Option<ApiVersion>,
    ) -> State {
        let only = self.cluster().map(|cluster| {
            let mut asked = cluster.without_pools();
            asked.own = None;
            let pool = cluster.pools.get_key_value(key);
            asked.pools.extend(pool.map(|(key, pool)| {
                let mut pool = pool.as_ref().clone();
                if let Some(child) = &mut pool.child {
                    child.body = without_name(body, facts);
                    child.api = api;
                }
                (Arc::clone(key), Arc::new(pool))
            }));
            (self.key.clone(), asked)
        });
        self.state.with_only(only)
    }

    /// The service while an operation runs: it refuses the next one.
    #[must_use]
    pub fn during(&self, book: Rulebook<'_>) -> Self {
        let mut busy = self.clone();
        busy.busy = true;
        let word = book
            .facts
            .fact("cluster-not-ready")
            .and_then(|fact| fact.list("busy").first());
        if let (Some(word), Some(row)) = (word, book.facts.role(Role::ClusterProvisioningState)) {
            busy.set_member(row, None, Some(&text(word)));
        }
        busy
    }

    /// A request for a cluster or a pool, accepted.
    fn put(
        &mut self,
        facts: &Facts,
        before: &Self,
        request: &State,
        ignored: &[(Option<String>, String)],
    ) {
        let Some(asked) = request.clusters.get(&self.key) else {
            return;
        };
        if self.cluster().is_none() {
            let settled = self.settled(asked, facts);
            self.state = self.state.with_only(Some((self.key.clone(), settled)));
        }
        self.put_cluster(facts, before, asked, ignored);
        self.follow(facts, before, asked);
        for (key, pool) in &asked.pools {
            self.put_pool(facts, before, (key, pool), ignored);
        }
    }

    fn put_cluster(
        &mut self,
        facts: &Facts,
        before: &Self,
        asked: &Cluster,
        ignored: &[(Option<String>, String)],
    ) {
        let (Some(own), Some(old)) = (&asked.own, before.root()) else {
            return;
        };
        let mut body = stored::after_put(facts, Scope::Resource, old, &own.root);
        for (_, path) in ignored.iter().filter(|(pool, _)| pool.is_none()) {
            let path = format!("properties.{path}");
            let kept = crate::aks::read::read(old, &path);
            body = edit::with(&body, &path, kept.value());
        }
        if let Some(array) = facts.role(Role::ClusterPools) {
            body = edit::with(&body, &format!("properties.{}", array.path), None);
        }
        let versions = [Role::ClusterVersion, Role::ClusterCurrentVersion];
        body = stored::with_version(facts, versions, "properties.", old, &body);
        let state = self.state.clusters.get_mut(&self.key);
        if let Some(mine) = state.and_then(|cluster| cluster.own.as_mut()) {
            mine.root = body;
            mine.api.clone_from(&own.api);
        }
    }

    /// Pools without a version of their own follow a control plane whose request states none.
    fn follow(&mut self, facts: &Facts, before: &Self, asked: &Cluster) {
        let moved = || self.control_plane(facts) != before.control_plane(facts);
        if asked.own.is_none() || !moved() || refusal::states_versions(facts, Some(asked)) {
            return;
        }
        if let Some(plane) = self.control_plane(facts) {
            for key in self.assumed.clone() {
                self.set_version(facts, &key, &plane);
            }
        }
    }

    fn put_pool(
        &mut self,
        facts: &Facts,
        before: &Self,
        (key, asked): (&Arc<str>, &Pool),
        ignored: &[(Option<String>, String)],
    ) {
        let Some(profile) = asked.profile() else {
            return;
        };
        let old = before.body(key).cloned();
        let mut body = match &old {
            Some(old) => stored::after_put(facts, Scope::Pool, old, &profile.body),
            None => profile.body.clone(),
        };
        for (_, path) in ignored
            .iter()
            .filter(|(pool, _)| pool.as_deref() == Some(key))
        {
            let kept = old.as_ref().map(|old| crate::aks::read::read(old, path));
            let kept = kept.as_ref().and_then(Reading::value);
            body = edit::with(&body, path, kept);
        }
        body = without_name(&body, facts);
        if let Some(old) = &old {
            let versions = [Role::PoolVersion, Role::PoolCurrentVersion];
            let earlier = before.version(key, facts);
            body = stored::with_version(facts, versions, "", old, &body);
            self.note_upgrade(key, earlier, &body, facts);
        }
        let id = self.cluster().map(|cluster| cluster.pool_id(asked));
        let child = Profile {
            form: Form::Child,
            index: None,
            body,
            carrier: id.unwrap_or_default(),
            depends_on: Vec::new(),
            ..profile.clone()
        };
        let is_new = old.is_none();
        let pool = Pool {
            name: asked.name.clone(),
            inline: None,
            child: Some(child),
        };
        if let Some(cluster) = self.state.clusters.get_mut(&self.key) {
            cluster.pools.insert(Arc::clone(key), Arc::new(pool));
        }
        // A new pool that states no version gets the control plane's.
        if is_new
            && self.version(key, facts).is_none()
            && let Some(plane) = self.control_plane(facts)
        {
            self.set_version(facts, key, &plane);
        }
    }

    /// Remembers what an upgraded pool can go back to.
    fn note_upgrade(
        &mut self,
        key: &Arc<str>,
        earlier: Option<Version>,
        body: &Value,
        facts: &Facts,
    ) {
        let stated = facts
            .role(Role::PoolVersion)
            .and_then(|row| crate::aks::read::read(body, &row.path).text())
            .and_then(|text| text.parse::<Version>().ok());
        if let (Some(earlier), Some(stated)) = (earlier, stated)
            && earlier.move_to(&stated) == crate::aks::Move::Up
        {
            self.earlier.insert(Arc::clone(key), Arc::new(earlier));
            self.assumed.remove(key);
        }
    }

    fn set_version(&mut self, facts: &Facts, key: &str, version: &Version) {
        let version = text(&version.to_string());
        if let Some(row) = facts.role(Role::PoolVersion) {
            self.set_member(row, Some(key), Some(&version));
        }
        if let Some(row) = facts.role(Role::PoolCurrentVersion) {
            let stated = self
                .pool(key)
                .is_some_and(|pool| !pool.read(&row.path).is_absent());
            if stated {
                self.set_member(row, Some(key), Some(&version));
            }
        }
    }

    fn set_power(&mut self, facts: &Facts, pool: Option<&str>, state: &str) {
        let role = match pool {
            Some(_) => Role::PoolPowerState,
            None => Role::ClusterPowerState,
        };
        if let Some(row) = facts.role(role) {
            self.set_member(row, pool, Some(&text(state)));
        }
    }

    fn migrate(&mut self, members: &[(String, Value)], pools: &[(String, String, Value)]) {
        let Some(cluster) = self.state.clusters.get_mut(&self.key) else {
            return;
        };
        if let Some(own) = &mut cluster.own {
            for (path, value) in members {
                own.root = edit::with(&own.root, &format!("properties.{path}"), Some(value));
            }
        }
        for (key, path, value) in pools {
            let pool = cluster.pool_mut(key);
            if let Some(child) = pool.and_then(|pool| pool.child.as_mut()) {
                child.body = edit::with(&child.body, path, Some(value));
            }
        }
    }

    /// Whatever ran has ended well.
    fn set_done(&mut self, facts: &Facts) {
        if let Some(row) = facts.role(Role::ClusterProvisioningState) {
            self.set_member(row, None, None);
        }
        let Some(row) = facts.role(Role::PoolProvisioningState) else {
            return;
        };
        let keys: Vec<Arc<str>> = self.pool_keys().cloned().collect();
        for key in keys {
            self.set_member(row, Some(&key), None);
        }
    }

    fn set_member(&mut self, row: &Property, pool: Option<&str>, value: Option<&Value>) {
        let Some(cluster) = self.state.clusters.get_mut(&self.key) else {
            return;
        };
        if let Some(key) = pool {
            let pool = cluster.pool_mut(key);
            if let Some(child) = pool.and_then(|pool| pool.child.as_mut()) {
                child.body = edit::with(&child.body, &row.path, value);
            }
        } else if let Some(own) = &mut cluster.own {
            let path = match row.scope {
                Scope::Resource => row.path.clone(),
                _ => format!("properties.{}", row.path),
            };
            own.root = edit::with(&own.root, &path, value);
        }
    }

    /// A request for a pool of the cluster: nothing else is in it.
    fn request_for_pool(&self, resource: &Resource) -> Option<Cluster> {
        let cluster = self.cluster().filter(|_| is_pool(resource))?;
        let address = Address::of(resource, 2);
        let name = address.names.get(1)?.clone();
        let mut asked = cluster.without_pools();
        asked.own = None;
        let pool = Pool {
            inline: None,
            child: Some(Profile::of_resource(resource, 0)),
            name,
        };
        asked.pools.insert(pool.name.key().into(), Arc::new(pool));
        Some(asked)
    }

    /// A request as a state: what it does not name is not in it.
    pub fn request(&self, resource: &Resource, facts: &Facts) -> State {
        if let Some(only) = self.request_for_pool(resource) {
            return self.state.with_only(Some((self.key.clone(), only)));
        }
        let deployment = Deployment {
            resources: vec![resource.clone()],
            ..Deployment::default()
        };
        let asked = State::of(&[&deployment], StateKind::Template, facts);
        let only = asked.clusters.into_iter().next().map(|(_, mut cluster)| {
            if let Some(mine) = self.cluster() {
                cluster.address = mine.address.clone();
                cluster.id.clone_from(&mine.id);
                cluster.name.clone_from(&mine.name);
            }
            (self.key.clone(), cluster)
        });
        self.state.with_only(only)
    }
}

/// Whether a resource is a pool.
fn is_pool(resource: &Resource) -> bool {
    resource.resource_type.eq_ignore_ascii_case(POOL_TYPE)
}

fn text(text: &str) -> Value {
    Value::text(text, Origin::None)
}

/// An item of the array carries its name; the resource has it elsewhere.
fn without_name(body: &Value, facts: &Facts) -> Value {
    match facts.role(Role::PoolName) {
        Some(row) => edit::with(body, &row.path, None),
        None => body.clone(),
    }
}
