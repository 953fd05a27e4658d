//! The closed vocabularies of the tables: each is an enum here and a kebab-case word there.

use serde::Deserialize;

/// Writes an enum whose variants are words of the tables, with `word` to print them and `ALL` to list them.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
        #[cfg_attr(test, derive(schemars::JsonSchema))]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word in the tables.
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }
    };
}

words! {
    /// What a path is counted from.
    Scope {
        /// The body of an agent pool: an item of the inline array, or `properties` of the child resource.
        Pool = "pool",
        /// `properties` of the managed cluster.
        Cluster = "cluster",
        /// The root of the managed cluster resource (`sku`, `identity`, `location`).
        Resource = "resource",
    }
}

words! {
    /// What AKS does with a change.
    Verdict {
        /// The request fails.
        Refused = "refused",
        /// Applied in place.
        Allowed = "allowed",
        /// Applied; the nodes of the pool are reimaged or replaced, surge by surge.
        ReimagesPool = "reimages-pool",
        /// Applied; the nodes of every pool are reimaged at the same time.
        ReimagesCluster = "reimages-cluster",
        /// Stored; nodes get it with the next node image upgrade or upgrade.
        TakesEffectLater = "takes-effect-later",
        /// Applied in place, and it hurts what runs: evictions, lost nodes, new addresses.
        Disrupts = "disrupts",
        /// Accepted without effect.
        Ignored = "ignored",
        /// Not documented.
        Undecided = "undecided",
    }
}

words! {
    /// How loud a row is.
    Loudness {
        /// AKS refuses, or something is destroyed.
        Error = "error",
        /// Accepted, but it hurts, or it cannot be told.
        Warning = "warning",
        /// Worth a line.
        Info = "info",
        /// Said nowhere but in `explain`.
        None = "none",
    }
}

words! {
    /// Where a change is written: the inline array or a child resource.
    Form {
        /// `agentPoolProfiles` of the cluster.
        Inline = "inline",
        /// An `agentPools` resource.
        Child = "child",
    }
}

words! {
    /// Which API versions a case speaks of, besides its dates.
    ApiKind {
        /// Versions without suffix.
        Stable = "stable",
        /// Versions with a suffix.
        Preview = "preview",
    }
}

words! {
    /// How the value after must stand to the value before.
    Relation {
        /// A greater number or a later version.
        Raises = "raises",
        /// A smaller number or an earlier version.
        Lowers = "lowers",
        /// The new range contains the whole old one, or the new set has every item of the old one.
        Contains = "contains",
        /// An item or key of before is missing after.
        Loses = "loses",
    }
}

words! {
    /// Whose network the nodes stand in.
    Vnet {
        /// AKS made it: no pool names a subnet.
        Managed = "managed",
        /// The user's own: a pool names a subnet.
        Own = "own",
    }
}

words! {
    /// What a VM size's name tells, and two sizes can differ in.
    SizeTrait {
        /// x64 or Arm64.
        Architecture = "architecture",
        /// Generation of the hypervisor that the size offers.
        Generation = "generation",
        /// Confidential computing.
        Confidential = "confidential",
        /// SCSI or `NVMe`.
        DiskController = "disk-controller",
    }
}

words! {
    /// The way to get there all the same.
    WayOut {
        /// Nothing to do.
        None = "none",
        /// New pool, drain, delete the old one (R1).
        ReplacePool = "replace-pool",
        /// Put the pool in as a child resource (R2).
        AddAsChild = "add-as-child",
        /// Drain and delete the pool by its own operation (R3).
        DeletePool = "delete-pool",
        /// Bring the template in line with what is deployed (R4).
        AlignTemplate = "align-template",
        /// Control plane first, then each pool by its child resource (R5).
        UpgradeInOrder = "upgrade-in-order",
        /// One minor version at a time (R6).
        StepMinors = "step-minors",
        /// Roll the pool back within the window, or a new pool at the older version (R7).
        RollBackPool = "roll-back-pool",
        /// Scale and upgrade in separate deployments (R8).
        ScaleSeparately = "scale-separately",
        /// The network migration by its own commands (R9).
        MoveNetwork = "move-network",
        /// The load balancer and availability set migration (R10).
        MoveLoadBalancer = "move-load-balancer",
        /// One reimaging change per deployment, in a window (R11).
        OneChangePerDeployment = "one-change-per-deployment",
        /// A first-run switch in the template (R12).
        FirstRunSwitch = "first-run-switch",
        /// A new cluster, and the workloads moved.
        NewCluster = "new-cluster",
        /// Two deployments, one after the other.
        SeparateDeployments = "separate-deployments",
        /// State the value instead of leaving it out.
        StateValue = "state-value",
        /// Leave the member out.
        DropMember = "drop-member",
        /// Keep what is deployed.
        KeepValue = "keep-value",
        /// A node image upgrade afterwards.
        UpgradeNodeImage = "upgrade-node-image",
        /// Wait, abort or reconcile the running operation.
        WaitForOperation = "wait-for-operation",
        /// Start the cluster or pool first.
        StartFirst = "start-first",
        /// Another System pool first.
        AddSystemPool = "add-system-pool",
        /// An order between resources (`dependsOn`).
        AddDependency = "add-dependency",
        /// Another command than a template deployment.
        UseCommand = "use-command",
        /// Register the feature, or use another API version.
        RaiseApiVersion = "raise-api-version",
        /// Another setting has to be changed first.
        ChangeOtherFirst = "change-other-first",
        /// A supported version.
        SupportedVersion = "supported-version",
    }
}

words! {
    /// Members that conditions written in code ask for; the table says which path that is.
    Role {
        /// Pool name.
        PoolName = "pool-name",
        /// Number of nodes.
        PoolCount = "pool-count",
        /// VM size.
        PoolVmSize = "pool-vm-size",
        /// System or User.
        PoolMode = "pool-mode",
        /// Operating system.
        PoolOsType = "pool-os-type",
        /// Operating system image.
        PoolOsSku = "pool-os-sku",
        /// Scale set, availability set or virtual machines.
        PoolType = "pool-type",
        /// Regular or Spot.
        PoolPriority = "pool-priority",
        /// Wanted Kubernetes version.
        PoolVersion = "pool-version",
        /// Kubernetes version that runs.
        PoolCurrentVersion = "pool-current-version",
        /// Node image.
        PoolNodeImage = "pool-node-image",
        /// Autoscaler on.
        PoolAutoscaler = "pool-autoscaler",
        /// Autoscaler's lower bound.
        PoolMinCount = "pool-min-count",
        /// Autoscaler's upper bound.
        PoolMaxCount = "pool-max-count",
        /// Subnet of the nodes.
        PoolSubnet = "pool-subnet",
        /// Surge of an upgrade.
        PoolMaxSurge = "pool-max-surge",
        /// Running or stopped.
        PoolPowerState = "pool-power-state",
        /// State of the last operation.
        PoolProvisioningState = "pool-provisioning-state",
        /// Pods on a node.
        PoolMaxPods = "pool-max-pods",
        /// Subnet of the pods.
        PoolPodSubnet = "pool-pod-subnet",
        /// FIPS image.
        PoolFips = "pool-fips",
        /// Capacity reservation group.
        PoolCapacityGroup = "pool-capacity-group",
        /// Inline pools.
        ClusterPools = "cluster-pools",
        /// Wanted Kubernetes version.
        ClusterVersion = "cluster-version",
        /// Kubernetes version that runs.
        ClusterCurrentVersion = "cluster-current-version",
        /// Long-term support or not.
        ClusterSupportPlan = "cluster-support-plan",
        /// Price tier.
        ClusterTier = "cluster-tier",
        /// Base or Automatic.
        ClusterSkuName = "cluster-sku-name",
        /// Kubernetes autoupgrade channel.
        ClusterUpgradeChannel = "cluster-upgrade-channel",
        /// Running or stopped.
        ClusterPowerState = "cluster-power-state",
        /// State of the last operation.
        ClusterProvisioningState = "cluster-provisioning-state",
        /// Node autoprovisioning.
        ClusterNodeProvisioning = "cluster-node-provisioning",
        /// Outbound type.
        ClusterOutboundType = "cluster-outbound-type",
        /// Network plugin.
        ClusterNetworkPlugin = "cluster-network-plugin",
        /// Network policy engine.
        ClusterNetworkPolicy = "cluster-network-policy",
        /// Dataplane.
        ClusterDataplane = "cluster-dataplane",
        /// Plugin mode.
        ClusterPluginMode = "cluster-plugin-mode",
        /// Settings of Windows nodes.
        ClusterWindowsProfile = "cluster-windows-profile",
        /// Identity of the cluster.
        ClusterIdentityType = "cluster-identity-type",
        /// Service principal.
        ClusterServicePrincipal = "cluster-service-principal",
        /// Whether reimaging changes are blocked.
        ClusterDisruptionPolicy = "cluster-disruption-policy",
        /// Override of upgrade checks.
        ClusterUpgradeOverride = "cluster-upgrade-override",
    }
}
