//! Members of pools and clusters that random clusters may have and random wishes may change: path and values.

use proptest::prelude::*;
use serde_json::{Map, Value};

/// Something of a body: where, and what; without a value it goes.
pub(super) type Member = (&'static str, Option<&'static str>);

const SUBNET: &str = "\"/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/net/subnets/nodes\"";
const OTHER_SUBNET: &str = "\"/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/net/subnets/more\"";
const HOSTS: &str = "\"/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.Compute/hostGroups/hosts\"";
const CAPACITY: &str = "\"/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.Compute/capacityReservationGroups/kept\"";
const PLACEMENT: &str = "\"/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.Compute/proximityPlacementGroups/near\"";

const OF_POOL: &[(&str, &[&str])] = &[
    ("nodeTaints", &["[\"team=a:NoSchedule\"]", "[]"]),
    ("tags", &["{\"cost\": \"a\"}", "{\"cost\": \"b\"}"]),
    ("osDiskSizeGB", &["128", "256"]),
    ("osDiskType", &["\"Managed\"", "\"Ephemeral\""]),
    ("kubeletDiskType", &["\"OS\"", "\"Temporary\""]),
    ("enableEncryptionAtHost", &["true", "false"]),
    ("enableUltraSSD", &["true", "false"]),
    ("enableNodePublicIP", &["true", "false"]),
    ("vnetSubnetID", &[SUBNET, OTHER_SUBNET]),
    ("podSubnetID", &[SUBNET, OTHER_SUBNET]),
    ("hostGroupID", &[HOSTS]),
    ("capacityReservationGroupID", &[CAPACITY]),
    ("proximityPlacementGroupID", &[PLACEMENT]),
    ("scaleSetPriority", &["\"Spot\"", "\"Regular\""]),
    ("scaleDownMode", &["\"Delete\"", "\"Deallocate\""]),
    ("workloadRuntime", &["\"OCIContainer\"", "\"WasmWasi\""]),
    (
        "kubeletConfig",
        &[
            "{\"cpuManagerPolicy\": \"static\"}",
            "{\"podMaxPids\": 100}",
        ],
    ),
    ("linuxOSConfig", &["{\"swapFileSizeMB\": 1500}"]),
    (
        "securityProfile",
        &["{\"enableSecureBoot\": true}", "{\"enableVTPM\": true}"],
    ),
    (
        "upgradeSettings",
        &[
            "{\"maxSurge\": \"50%\", \"drainTimeoutInMinutes\": 20}",
            "{\"maxUnavailable\": \"1\"}",
        ],
    ),
    ("availabilityZones", &["[\"1\"]", "[\"1\", \"2\", \"3\"]"]),
    (
        "powerState",
        &["{\"code\": \"Stopped\"}", "{\"code\": \"Running\"}"],
    ),
    (
        "type",
        &["\"AvailabilitySet\"", "\"VirtualMachineScaleSets\""],
    ),
    ("messageOfTheDay", &["\"aGVsbG8=\""]),
];

const OF_CLUSTER: &[(&str, &[&str])] = &[
    ("enableRBAC", &["true", "false"]),
    ("nodeResourceGroup", &["\"rg-nodes\"", "\"rg-more\""]),
    (
        "powerState",
        &["{\"code\": \"Stopped\"}", "{\"code\": \"Running\"}"],
    ),
    (
        "apiServerAccessProfile",
        &[
            "{\"enablePrivateCluster\": true}",
            "{\"enablePrivateCluster\": false}",
            "{\"authorizedIPRanges\": [\"10.0.0.0/8\"]}",
        ],
    ),
    (
        "oidcIssuerProfile",
        &["{\"enabled\": true}", "{\"enabled\": false}"],
    ),
    (
        "securityProfile",
        &[
            "{\"workloadIdentity\": {\"enabled\": true}}",
            "{\"imageCleaner\": {\"enabled\": true, \"intervalHours\": 48}}",
        ],
    ),
    (
        "supportPlan",
        &["\"KubernetesOfficial\"", "\"AKSLongTermSupport\""],
    ),
    ("windowsProfile", &["{\"adminUsername\": \"azureuser\"}"]),
    (
        "linuxProfile",
        &[
            "{\"adminUsername\": \"a\", \"ssh\": {\"publicKeys\": [{\"keyData\": \"ssh-rsa A\"}]}}",
            "{\"adminUsername\": \"b\", \"ssh\": {\"publicKeys\": [{\"keyData\": \"ssh-rsa A\"}]}}",
        ],
    ),
    (
        "upgradeSettings",
        &["{\"overrideSettings\": {\"forceUpgrade\": true}}"],
    ),
    (
        "nodeProvisioningProfile",
        &["{\"mode\": \"Auto\"}", "{\"mode\": \"Manual\"}"],
    ),
    (
        "autoScalerProfile",
        &[
            "{\"expander\": \"priority\"}",
            "{\"expander\": \"least-waste\"}",
        ],
    ),
    (
        "networkProfile",
        &[
            "{\"networkPlugin\": \"kubenet\", \"podCidr\": \"10.244.0.0/16\", \"loadBalancerSku\": \"basic\"}",
            "{\"networkPlugin\": \"kubenet\", \"podCidr\": \"10.240.0.0/12\", \"loadBalancerSku\": \"standard\"}",
            "{\"networkPlugin\": \"azure\", \"networkPluginMode\": \"overlay\", \"outboundType\": \"userDefinedRouting\"}",
            "{\"networkPlugin\": \"azure\", \"networkPluginMode\": \"overlay\", \"outboundType\": \"managedNATGateway\"}",
            "{\"networkPlugin\": \"azure\", \"networkPluginMode\": \"overlay\", \"networkDataplane\": \"cilium\", \"networkPolicy\": \"cilium\"}",
            "{\"networkPlugin\": \"azure\", \"networkPolicy\": \"azure\", \"serviceCidr\": \"10.0.0.0/16\", \"dnsServiceIP\": \"10.0.0.10\"}",
            "{\"networkPlugin\": \"none\"}",
        ],
    ),
    (
        "azureMonitorProfile",
        &[
            "{\"metrics\": {\"enabled\": true}}",
            "{\"metrics\": {\"enabled\": false}}",
        ],
    ),
    (
        "addonProfiles",
        &[
            "{\"azurepolicy\": {\"enabled\": true}}",
            "{\"azurepolicy\": {\"enabled\": false}}",
        ],
    ),
];

fn of(table: &'static [(&'static str, &'static [&'static str])]) -> impl Strategy<Value = Member> {
    prop::sample::select(table).prop_flat_map(|(path, values)| {
        (
            Just(path),
            prop::option::weighted(0.85, prop::sample::select(values)),
        )
    })
}

/// A member of a pool.
pub(super) fn of_pool() -> impl Strategy<Value = Member> {
    of(OF_POOL)
}

/// A member of a cluster.
pub(super) fn of_cluster() -> impl Strategy<Value = Member> {
    of(OF_CLUSTER)
}

/// The body with the member, or without.
pub(super) fn put(body: &mut Map<String, Value>, (path, value): Member) {
    match value {
        Some(json) => {
            let value = serde_json::from_str(json).expect("a value");
            body.insert(path.to_owned(), value);
        }
        None => {
            body.remove(path);
        }
    }
}
