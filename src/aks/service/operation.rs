//! What can be asked of the service, one thing at a time.

use crate::aks::Version;
use crate::eval::Value;
use crate::model::Resource;

/// One operation. Pools are named in lower case.
#[derive(Clone, Debug)]
pub enum Operation {
    /// A request for a cluster or a pool with a whole body, as a deployment sends it.
    Put(Box<Resource>),
    /// Deletes a pool; its nodes are not drained.
    DeletePool {
        /// Which.
        pool: String,
    },
    /// Sets a pool back to the version it had before its last upgrade.
    RollBackPool {
        /// Which.
        pool: String,
        /// The version before.
        to: Version,
    },
    /// Cordons and drains the nodes of a pool; Kubernetes does it, not the service.
    DrainPool {
        /// Which.
        pool: String,
    },
    /// Starts or stops a pool, or the whole cluster.
    Power {
        /// Which pool; none: the cluster.
        pool: Option<String>,
        /// The state to reach, as the service spells it.
        state: String,
    },
    /// A command of its own sets members of the cluster that no request changes: a migration.
    Migrate {
        /// Paths of the cluster's members, and the values to reach.
        members: Vec<(String, Value)>,
        /// Pools, paths of their members, and the values to reach.
        pools: Vec<(String, String, Value)>,
    },
    /// Waits until the operation that runs has ended, or mends one that failed.
    Wait,
}
