//! The rules about Kubernetes versions. `aks::legality` judges, the tables in `rules/aks` say what.

use crate::finding::Level;

use super::{AppliesTo, Check, Family, Rule};

pub(super) const AKS_VERSION_DOWNGRADE: Rule = Rule {
    id: "aks-version-downgrade",
    level: Level::Error,
    family: Family::AksChange,
    summary: "a Kubernetes version goes down",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &[],
    page: include_str!("../../rules/aks-version-downgrade.md"),
    check: Check::Judgement,
};

pub(super) const AKS_VERSION_SKIPS_MINOR: Rule = Rule {
    id: "aks-version-skips-minor",
    level: Level::Error,
    family: Family::AksChange,
    summary: "a Kubernetes version skips a minor version",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &[],
    page: include_str!("../../rules/aks-version-skips-minor.md"),
    check: Check::Judgement,
};

pub(super) const AKS_POOL_VERSION_AHEAD_OF_CLUSTER: Rule = Rule {
    id: "aks-pool-version-ahead-of-cluster",
    level: Level::Error,
    family: Family::AksState,
    summary: "the versions of a pool and its control plane are too far apart",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &[],
    page: include_str!("../../rules/aks-pool-version-ahead-of-cluster.md"),
    check: Check::Judgement,
};

pub(super) const AKS_POOL_VERSIONS_PARTLY_SET: Rule = Rule {
    id: "aks-pool-versions-partly-set",
    level: Level::Error,
    family: Family::AksChange,
    summary: "a request for the cluster states versions of some of its pools",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &[],
    page: include_str!("../../rules/aks-pool-versions-partly-set.md"),
    check: Check::Judgement,
};

pub(super) const AKS_VERSION_SUPPORTED: Rule = Rule {
    id: "aks-version-supported",
    level: Level::Warning,
    family: Family::AksState,
    summary: "a Kubernetes version that AKS does not offer or support",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &[],
    page: include_str!("../../rules/aks-version-supported.md"),
    check: Check::Judgement,
};

pub(super) const AKS_OS_SKU_VERSION: Rule = Rule {
    id: "aks-os-sku-version",
    level: Level::Error,
    family: Family::AksChange,
    summary: "the operating system of a pool and its Kubernetes version do not fit",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &[],
    page: include_str!("../../rules/aks-os-sku-version.md"),
    check: Check::Judgement,
};
