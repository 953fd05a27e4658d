//! Virtual networks and subnets that a template holds beside its clusters: their bodies by id.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::eval::{Data, Origin, Value};
use crate::model::Resource;

use super::read::{Reading, read, scalar};

const NETWORK_TYPE: &str = "Microsoft.Network/virtualNetworks";
const SUBNET_TYPE: &str = "Microsoft.Network/virtualNetworks/subnets";

/// The networks of one state.
#[derive(Clone, Debug, Default)]
pub struct Networks(Arc<BTreeMap<String, Value>>);

impl Networks {
    /// Takes a resource in, if it is one of a network.
    pub(super) fn add(&mut self, id: String, resource: &Resource) {
        let of_network = |name: &&str| resource.resource_type.eq_ignore_ascii_case(name);
        if [NETWORK_TYPE, SUBNET_TYPE].iter().any(of_network) {
            let body = Data::Object(Arc::new(resource.body.clone()));
            Arc::make_mut(&mut self.0).insert(id, Value::new(body, Origin::None));
        }
    }

    /// A network by id.
    pub fn network(&self, id: &str) -> Option<&Value> {
        self.0.get(&id.to_lowercase())
    }

    /// A subnet by id: a resource of its own, else the item of its network's array, which stands at `items`.
    pub fn subnet(&self, id: &str, items: &str) -> Option<Value> {
        if let Some(own) = self.network(id) {
            return Some(own.clone());
        }
        let network = self.network(network_of(id)?)?;
        let name = id.rsplit('/').next()?;
        let Reading::Known(array) = read(network, items) else {
            return None;
        };
        let Data::Array(array) = &array.value.data else {
            return None;
        };
        let is_named = |item: &&Value| {
            read(item, "name")
                .text()
                .is_some_and(|own| own.eq_ignore_ascii_case(name))
        };
        array.items.iter().find(is_named).cloned()
    }
}

/// The id of the network that a subnet's id names.
pub fn network_of(subnet: &str) -> Option<&str> {
    let (network, name) = subnet.rsplit_once('/')?;
    let (network, kind) = network.rsplit_once('/')?;
    (!name.is_empty() && kind.eq_ignore_ascii_case("subnets")).then_some(network)
}

/// The texts of an array, or of a single text.
pub fn texts(reading: &Reading) -> Vec<String> {
    let Some(member) = reading.known() else {
        return Vec::new();
    };
    match &member.value.data {
        Data::Array(array) => array.items.iter().filter_map(scalar).collect(),
        _ => scalar(&member.value).into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::network_of;

    #[test]
    fn a_subnet_names_its_network() {
        assert_eq!(network_of("/x/vnet/Subnets/nodes"), Some("/x/vnet"));
        assert_eq!(network_of("/x/vnet"), None);
        assert_eq!(network_of("nodes"), None);
    }
}
