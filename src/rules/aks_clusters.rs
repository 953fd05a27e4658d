//! The rules about changes of clusters. `aks::legality` judges, the tables in `rules/aks` say what.

use crate::finding::Level;

use super::{AppliesTo, Check, Family, Rule};

pub(super) const AKS_CLUSTER_IMMUTABLE_PROPERTY: Rule = Rule {
    id: "aks-cluster-immutable-property",
    level: Level::Error,
    family: Family::AksChange,
    summary: "a property of an existing cluster changes that AKS fixes at creation",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &[],
    page: include_str!("../../rules/aks-cluster-immutable-property.md"),
    check: Check::Judgement,
};

pub(super) const AKS_NETWORK_CHANGE_UNSUPPORTED: Rule = Rule {
    id: "aks-network-change-unsupported",
    level: Level::Error,
    family: Family::AksChange,
    summary: "the network of an existing cluster makes a move that AKS does not know",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &[],
    page: include_str!("../../rules/aks-network-change-unsupported.md"),
    check: Check::Judgement,
};

pub(super) const AKS_NETWORK_POLICY_PLUGIN_MISMATCH: Rule = Rule {
    id: "aks-network-policy-plugin-mismatch",
    level: Level::Error,
    family: Family::AksState,
    summary: "a network policy that the plugin does not have",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &[],
    page: include_str!("../../rules/aks-network-policy-plugin-mismatch.md"),
    check: Check::Judgement,
};

pub(super) const AKS_CLUSTER_CHANGE_FORCES_REIMAGE: Rule = Rule {
    id: "aks-cluster-change-forces-reimage",
    level: Level::Warning,
    family: Family::AksChange,
    summary: "a change rebuilds the nodes of every pool at the same time",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &[],
    page: include_str!("../../rules/aks-cluster-change-forces-reimage.md"),
    check: Check::Judgement,
};

pub(super) const AKS_CLUSTER_CHANGE_IN_PLACE: Rule = Rule {
    id: "aks-cluster-change-in-place",
    level: Level::Info,
    family: Family::AksChange,
    summary: "a change of a cluster that is applied in place",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &[],
    page: include_str!("../../rules/aks-cluster-change-in-place.md"),
    check: Check::Judgement,
};

pub(super) const AKS_CLUSTER_CHANGE_DISRUPTS: Rule = Rule {
    id: "aks-cluster-change-disrupts",
    level: Level::Warning,
    family: Family::AksChange,
    summary: "a change of a cluster disturbs what runs on it or who reaches it",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &[],
    page: include_str!("../../rules/aks-cluster-change-disrupts.md"),
    check: Check::Judgement,
};

pub(super) const AKS_CHANGE_TAKES_EFFECT_LATER: Rule = Rule {
    id: "aks-change-takes-effect-later",
    level: Level::Info,
    family: Family::AksChange,
    summary: "a change is stored and reaches the nodes later",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &[],
    page: include_str!("../../rules/aks-change-takes-effect-later.md"),
    check: Check::Judgement,
};

pub(super) const AKS_CHANGE_IGNORED: Rule = Rule {
    id: "aks-change-ignored",
    level: Level::Info,
    family: Family::AksChange,
    summary: "AKS takes no new value from the template",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &[],
    page: include_str!("../../rules/aks-change-ignored.md"),
    check: Check::Judgement,
};

pub(super) const AKS_CLUSTER_CHANGE_UNDOCUMENTED: Rule = Rule {
    id: "aks-cluster-change-undocumented",
    level: Level::Warning,
    family: Family::AksChange,
    summary: "a change of a cluster of which nothing is documented",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &[],
    page: include_str!("../../rules/aks-cluster-change-undocumented.md"),
    check: Check::Judgement,
};

pub(super) const AKS_SETTING_INCONSISTENT: Rule = Rule {
    id: "aks-setting-inconsistent",
    level: Level::Error,
    family: Family::AksState,
    summary: "settings of a cluster or pool that do not go together",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &[],
    page: include_str!("../../rules/aks-setting-inconsistent.md"),
    check: Check::Judgement,
};

pub(super) const AKS_MANAGED_ENTRA_ID: Rule = Rule {
    id: "aks-managed-entra-id",
    level: Level::Warning,
    family: Family::AksChange,
    summary: "the legacy form of the Entra integration",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &[],
    page: include_str!("../../rules/aks-managed-entra-id.md"),
    check: Check::Judgement,
};

pub(super) const AKS_VALUE_UNDECIDED: Rule = Rule {
    id: "aks-value-undecided",
    level: Level::Warning,
    family: Family::AksChange,
    summary: "a value that AKS fixes is not known here",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &[],
    page: include_str!("../../rules/aks-value-undecided.md"),
    check: Check::Judgement,
};

pub(super) const AKS_OPERATION_CONFLICT: Rule = Rule {
    id: "aks-operation-conflict",
    level: Level::Error,
    family: Family::AksChange,
    summary: "one deployment asks for operations that exclude each other",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &[],
    page: include_str!("../../rules/aks-operation-conflict.md"),
    check: Check::Judgement,
};

pub(super) const AKS_RESOURCE_NOT_READY: Rule = Rule {
    id: "aks-resource-not-ready",
    level: Level::Error,
    family: Family::AksChange,
    summary: "the cluster or pool is in a state in which it takes no change",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &[],
    page: include_str!("../../rules/aks-resource-not-ready.md"),
    check: Check::Judgement,
};
