//! The rules about changes of node pools. `aks::legality` judges, the tables in `rules/aks` say what.

use crate::finding::Level;

use super::{AppliesTo, Check, Family, Rule};

pub(super) const AKS_POOL_VM_SIZE_CHANGE: Rule = Rule {
    id: "aks-pool-vm-size-change",
    level: Level::Error,
    family: Family::AksChange,
    summary: "the VM size of an existing node pool changes",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &[],
    page: include_str!("../../rules/aks-pool-vm-size-change.md"),
    check: Check::Judgement,
};

pub(super) const AKS_POOL_IMMUTABLE_PROPERTY: Rule = Rule {
    id: "aks-pool-immutable-property",
    level: Level::Error,
    family: Family::AksChange,
    summary: "a property of an existing node pool changes that AKS fixes at creation",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &[],
    page: include_str!("../../rules/aks-pool-immutable-property.md"),
    check: Check::Judgement,
};

pub(super) const AKS_POOL_CHANGE_FORCES_REIMAGE: Rule = Rule {
    id: "aks-pool-change-forces-reimage",
    level: Level::Warning,
    family: Family::AksChange,
    summary: "a change rebuilds every node of a pool",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &[],
    page: include_str!("../../rules/aks-pool-change-forces-reimage.md"),
    check: Check::Judgement,
};

pub(super) const AKS_POOL_CHANGE_IN_PLACE: Rule = Rule {
    id: "aks-pool-change-in-place",
    level: Level::Info,
    family: Family::AksChange,
    summary: "a change of a node pool that is applied in place",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &[],
    page: include_str!("../../rules/aks-pool-change-in-place.md"),
    check: Check::Judgement,
};

pub(super) const AKS_POOL_CHANGE_DISRUPTS: Rule = Rule {
    id: "aks-pool-change-disrupts",
    level: Level::Warning,
    family: Family::AksChange,
    summary: "a change of a node pool disturbs what runs on it",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &[],
    page: include_str!("../../rules/aks-pool-change-disrupts.md"),
    check: Check::Judgement,
};

pub(super) const AKS_POOL_CHANGE_UNDOCUMENTED: Rule = Rule {
    id: "aks-pool-change-undocumented",
    level: Level::Warning,
    family: Family::AksChange,
    summary: "a change of a node pool of which nothing is documented",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &[],
    page: include_str!("../../rules/aks-pool-change-undocumented.md"),
    check: Check::Judgement,
};

pub(super) const AKS_POOL_ADDED_THROUGH_CLUSTER: Rule = Rule {
    id: "aks-pool-added-through-cluster",
    level: Level::Error,
    family: Family::AksChange,
    summary: "a node pool is new in the array of an existing cluster",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &[],
    page: include_str!("../../rules/aks-pool-added-through-cluster.md"),
    check: Check::Judgement,
};

pub(super) const AKS_POOL_DROPPED_FROM_CLUSTER: Rule = Rule {
    id: "aks-pool-dropped-from-cluster",
    level: Level::Warning,
    family: Family::AksChange,
    summary: "a node pool leaves the template and stays in the cluster",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &[],
    page: include_str!("../../rules/aks-pool-dropped-from-cluster.md"),
    check: Check::Judgement,
};

pub(super) const AKS_POOL_RENAMED: Rule = Rule {
    id: "aks-pool-renamed",
    level: Level::Error,
    family: Family::AksChange,
    summary: "a node pool gets another name",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &[],
    page: include_str!("../../rules/aks-pool-renamed.md"),
    check: Check::Judgement,
};

pub(super) const AKS_LAST_SYSTEM_POOL_REMOVED: Rule = Rule {
    id: "aks-last-system-pool-removed",
    level: Level::Error,
    family: Family::AksChange,
    summary: "the last System pool goes or becomes something else",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &[],
    page: include_str!("../../rules/aks-last-system-pool-removed.md"),
    check: Check::Judgement,
};

pub(super) const AKS_SYSTEM_POOL_MISSING: Rule = Rule {
    id: "aks-system-pool-missing",
    level: Level::Error,
    family: Family::AksState,
    summary: "a cluster would have no System pool",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &[],
    page: include_str!("../../rules/aks-system-pool-missing.md"),
    check: Check::Judgement,
};

pub(super) const AKS_POOL_DECLARED_TWICE_DIFFERENTLY: Rule = Rule {
    id: "aks-pool-declared-twice-differently",
    level: Level::Error,
    family: Family::AksChange,
    summary: "a node pool stands in the array and as a resource",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &[],
    page: include_str!("../../rules/aks-pool-declared-twice-differently.md"),
    check: Check::Judgement,
};

pub(super) const AKS_SPOT_POOL_INVALID: Rule = Rule {
    id: "aks-spot-pool-invalid",
    level: Level::Error,
    family: Family::AksState,
    summary: "a setting that a Spot pool does not take",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &[],
    page: include_str!("../../rules/aks-spot-pool-invalid.md"),
    check: Check::Judgement,
};

pub(super) const AKS_AUTOSCALER_COUNT_RESET: Rule = Rule {
    id: "aks-autoscaler-count-reset",
    level: Level::Warning,
    family: Family::AksChange,
    summary: "a deployment sets the count of an autoscaled pool",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &[],
    page: include_str!("../../rules/aks-autoscaler-count-reset.md"),
    check: Check::Judgement,
};

pub(super) const AKS_POOL_CHILD_ORDER: Rule = Rule {
    id: "aks-pool-child-order",
    level: Level::Error,
    family: Family::AksChange,
    summary: "node pools and their cluster are deployed without an order",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &[],
    page: include_str!("../../rules/aks-pool-child-order.md"),
    check: Check::Judgement,
};
