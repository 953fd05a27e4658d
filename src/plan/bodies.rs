//! Requests of the steps: the body that is asked for, with what is not yet its turn held back at what is deployed.

use crate::aks::cluster::{CLUSTER_TYPE, POOL_TYPE};
use crate::aks::facts::{Property, Role, Scope};
use crate::aks::read::read;
use crate::aks::service::{Operation, Service};
use crate::aks::{ApiVersion, edit};
use crate::eval::{Entry, Object, Origin, Value};
use crate::model::Resource;
use crate::text::{FileId, Span};

use super::walk::Walk;

/// A member of `target` set back to what `current` has there.
pub(super) fn held_back(target: &Value, current: &Value, row: &Property) -> Value {
    let path = full_path(row);
    let now = read(current, &path);
    edit::with(target, &path, now.value())
}

/// The path of a row, from the body of the pool or from the resource of the cluster.
pub(super) fn full_path(row: &Property) -> String {
    match row.scope {
        Scope::Cluster => format!("properties.{}", row.path),
        Scope::Pool | Scope::Resource => row.path.clone(),
    }
}

impl Walk<'_> {
    /// A request for a pool.
    pub(super) fn pool_request(
        &self,
        name: &str,
        body: &Value,
        api: Option<&ApiVersion>,
    ) -> Operation {
        let id = self
            .service
            .cluster()
            .map(|cluster| format!("{}/agentPools/{name}", cluster.id))
            .unwrap_or_default();
        let properties = Entry::new("properties", body.clone());
        Operation::Put(Box::new(Resource {
            id: text(&id),
            resource_type: POOL_TYPE.into(),
            name: text(&format!("cluster/{name}")),
            api_version: api_value(api),
            condition: None,
            body: Object::new(vec![properties]),
            depends_on: Vec::new(),
            name_place: nowhere(),
            place: nowhere(),
            modules: Vec::new(),
        }))
    }

    /// A request for the cluster, with its pools as they are where `lists` says so.
    pub(super) fn cluster_request(&self, root: &Value, lists: bool) -> Operation {
        let mut root = root.clone();
        if lists && let Some(array) = self.query.facts.role(Role::ClusterPools) {
            let items = inline_items(&self.service, self.query.facts.role(Role::PoolName));
            let items = Value::array(items, Origin::None);
            root = edit::with(&root, &format!("properties.{}", array.path), Some(&items));
        }
        let id = self
            .service
            .cluster()
            .map(|cluster| cluster.id.clone())
            .unwrap_or_default();
        let body = root
            .as_object()
            .map(|object| (**object).clone())
            .unwrap_or_default();
        Operation::Put(Box::new(Resource {
            id: text(&id),
            resource_type: CLUSTER_TYPE.into(),
            name: text("cluster"),
            api_version: api_value(self.goals.api.as_ref()),
            condition: None,
            body,
            depends_on: Vec::new(),
            name_place: nowhere(),
            place: nowhere(),
            modules: Vec::new(),
        }))
    }
}

/// Every pool as an item of the array.
fn inline_items(service: &Service, name: Option<&Property>) -> Vec<Value> {
    let pools = service
        .cluster()
        .into_iter()
        .flat_map(|cluster| &cluster.pools);
    pools
        .filter_map(|(_, pool)| {
            let child = pool.child.as_ref()?;
            let mut entries = vec![Entry::new(name?.path.as_str(), text(&pool.name.text))];
            entries.extend(child.body.as_object()?.entries.iter().cloned());
            Some(Value::object(entries, child.body.origin.clone()))
        })
        .collect()
}

fn api_value(api: Option<&ApiVersion>) -> Value {
    api.map_or_else(Value::null, |api| text(&api.to_string()))
}

/// Text from nowhere.
pub(super) fn text(text: &str) -> Value {
    Value::text(text, Origin::None)
}

const fn nowhere() -> Span {
    Span::whole(FileId(0))
}
