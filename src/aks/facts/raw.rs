//! The tables as they are written: TOML to plain structs. Nothing is checked here but names and types of keys.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::diff::Compare;

use crate::aks::facts::words::{
    ApiKind, Form, Loudness, Relation, Role, Scope, SizeTrait, Verdict, Vnet, WayOut,
};

/// One file of `rules/aks`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(title = "armplan: a table of rules/aks"))]
pub(super) struct Table {
    /// The day on which the sources of rows without a day of their own were read.
    pub(super) checked: Option<String>,
    /// Members and what AKS does when they change.
    #[serde(default)]
    pub(super) property: Vec<Property>,
    /// Members that only the service writes.
    #[serde(default)]
    pub(super) read_only: Vec<ReadOnly>,
    /// Facts whose condition is written in code.
    #[serde(default)]
    pub(super) fact: Vec<Fact>,
    /// What is said where a row says nothing of its own.
    #[serde(default)]
    pub(super) wording: Vec<Wording>,
    /// A sentence for each way out.
    #[serde(default)]
    pub(super) way_out: BTreeMap<String, String>,
    /// Short names of sources.
    #[serde(default)]
    pub(super) source: Vec<Source>,
    /// The support calendar.
    #[serde(default)]
    pub(super) minor: Vec<Minor>,
    /// How far a pool may stay behind.
    #[serde(default)]
    pub(super) skew: Vec<Skew>,
    /// Kubernetes versions that an operating system image exists for.
    #[serde(default)]
    pub(super) os_range: Vec<OsRange>,
    /// Kubernetes versions at which an operating system changes by itself.
    #[serde(default)]
    pub(super) os_shift: Vec<OsShift>,
    /// VM series: what their names do not spell out.
    #[serde(default)]
    pub(super) series: Vec<Series>,
}

/// One value, or several of which one must hold.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) enum OneOrMany {
    /// One.
    One(String),
    /// Several.
    Many(Vec<String>),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Property {
    pub(super) id: String,
    pub(super) fact: String,
    pub(super) scope: Scope,
    pub(super) path: String,
    pub(super) role: Option<Role>,
    pub(super) stable: Option<String>,
    pub(super) last_stable: Option<String>,
    pub(super) preview: Option<String>,
    pub(super) last_preview: Option<String>,
    pub(super) compare: Compare,
    #[cfg_attr(test, schemars(with = "Option<serde_json::Value>"))]
    pub(super) default: Option<serde_json::Value>,
    /// The default depends on something that cannot be seen here.
    #[serde(default)]
    pub(super) default_depends: bool,
    #[serde(default)]
    pub(super) empty: Vec<serde_json::Value>,
    pub(super) omitted: Option<Omitted>,
    #[serde(default)]
    pub(super) read_only: bool,
    /// No answer of the service contains it.
    #[serde(default)]
    pub(super) write_only: bool,
    pub(super) confidence: Confidence,
    pub(super) sources: Vec<String>,
    pub(super) checked: Option<String>,
    pub(super) about: String,
    /// The service's target in the inline form, where it is not `agentPoolProfile.<path>`, or of a cluster member, where it is not the path.
    pub(super) target: Option<String>,
    /// The service's target in the child form, where it is not `properties.<path>`.
    pub(super) child_target: Option<String>,
    #[serde(default)]
    pub(super) change: Vec<Change>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct ReadOnly {
    pub(super) scope: Scope,
    pub(super) paths: Vec<String>,
    pub(super) sources: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Change {
    pub(super) case: String,
    pub(super) from: Option<OneOrMany>,
    pub(super) to: Option<OneOrMany>,
    pub(super) relation: Option<Relation>,
    pub(super) added: Option<OneOrMany>,
    pub(super) api_from: Option<String>,
    pub(super) api_before: Option<String>,
    pub(super) api_kind: Option<ApiKind>,
    pub(super) form: Option<Form>,
    pub(super) kubernetes_from: Option<String>,
    pub(super) kubernetes_before: Option<String>,
    #[serde(default)]
    pub(super) when: Vec<When>,
    #[serde(default)]
    pub(super) alongside: Vec<String>,
    #[serde(default)]
    pub(super) differs: Vec<SizeTrait>,
    pub(super) vnet: Option<Vnet>,
    pub(super) gate: Option<String>,
    pub(super) verdict: Verdict,
    pub(super) level: Option<Loudness>,
    pub(super) rule: Option<String>,
    pub(super) code: Option<String>,
    pub(super) target: Option<String>,
    pub(super) child_target: Option<String>,
    pub(super) message: Option<String>,
    pub(super) way_out: Option<WayOut>,
    pub(super) way: Option<String>,
    pub(super) confidence: Option<Confidence>,
    pub(super) sources: Option<Vec<String>>,
    pub(super) checked: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct When {
    pub(super) of: Of,
    pub(super) path: String,
    pub(super) before: Option<OneOrMany>,
    pub(super) after: Option<OneOrMany>,
    pub(super) either: Option<OneOrMany>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Fact {
    pub(super) id: String,
    #[serde(rename = "fact")]
    pub(super) name: String,
    pub(super) verdict: Verdict,
    pub(super) level: Loudness,
    pub(super) rule: Option<String>,
    pub(super) code: Option<String>,
    pub(super) target: Option<String>,
    pub(super) child_target: Option<String>,
    pub(super) message: String,
    pub(super) way_out: WayOut,
    pub(super) way: Option<String>,
    #[serde(default)]
    pub(super) numbers: BTreeMap<String, i64>,
    #[serde(default)]
    pub(super) lists: BTreeMap<String, Vec<String>>,
    /// Why nothing that is read offline can show it: the row is there for its error code and its way out.
    pub(super) unseen: Option<String>,
    pub(super) confidence: Confidence,
    pub(super) sources: Vec<String>,
    pub(super) checked: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Wording {
    pub(super) verdict: Verdict,
    pub(super) pool: bool,
    pub(super) level: Loudness,
    pub(super) rule: Option<String>,
    pub(super) code: Option<String>,
    pub(super) way_out: WayOut,
    pub(super) message: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Minor {
    pub(super) version: String,
    pub(super) preview: String,
    pub(super) ga: String,
    pub(super) community_end: String,
    pub(super) lts_end: String,
    pub(super) platform_until: Option<String>,
    pub(super) sources: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Skew {
    pub(super) control_plane_from: String,
    pub(super) minors: u64,
    pub(super) sources: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct OsRange {
    pub(super) sku: String,
    pub(super) from: Option<String>,
    pub(super) to: Option<String>,
    pub(super) sources: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct OsShift {
    pub(super) sku: Vec<String>,
    pub(super) at: String,
    pub(super) before: String,
    pub(super) after: String,
    pub(super) sources: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Series {
    /// Family letters (`D`, `NC`).
    pub(super) family: String,
    /// Version numbers of the series, 1 for a name without `_v`; none: all.
    #[serde(default)]
    pub(super) versions: Vec<u32>,
    /// Feature letters that the name must have.
    #[serde(default)]
    pub(super) features: String,
    /// Hypervisor generations that the series offers.
    #[serde(default)]
    pub(super) generations: Vec<u8>,
    /// Disk controllers that the series offers.
    #[serde(default)]
    pub(super) controllers: Vec<String>,
    pub(super) sources: Vec<String>,
}

/// A short name of a source. One that ends in `:`, `/` or `#` stands for what follows it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Source {
    pub(super) name: String,
    /// The link; `{name}` is what follows the name, `{page}` the same without its ending.
    pub(super) link: String,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) enum Confidence {
    High,
    Medium,
    Low,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) enum Omitted {
    Keeps,
    Clears,
    Default,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) enum Of {
    Pool,
    Cluster,
    Resource,
    AnyPool,
    NoPool,
}
