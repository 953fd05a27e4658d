//! What the comparison has to know about a member of a resource: when two values are equal, and what a missing one means.
//! The service's tables give the answers; `diff` only asks.

use serde::Deserialize;

use super::ChildArray;

/// How two values of a member are compared. The tables of facts name it in kebab-case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Compare {
    /// Text, character by character.
    Exact,
    /// Enum values, names, locations: text without case.
    Text,
    /// A resource id: without case, without a slash at the end.
    Id,
    /// A number, also when written as text.
    Number,
    /// true or false, also when written as text.
    Boolean,
    /// An array whose order does not matter; items as text without case ("3" equals 3).
    Set,
    /// An array of resource ids whose order does not matter.
    IdSet,
    /// An array of objects whose order does not matter.
    ObjectSet,
    /// An array whose order matters.
    List,
    /// A Kubernetes version: an alias `x.y` equals every `x.y.z`.
    Version,
    /// An address range: equal when network and prefix are.
    Cidr,
    /// An array of address ranges.
    CidrSet,
    /// An object with names of the user's own (tags, labels): names without case, values exact.
    Map,
    /// An object whose names say it all (identities by id): names without case; what they hold is the service's.
    Keys,
    /// An object with known members, compared member by member.
    Object,
    /// The name by which array items are paired; never compared.
    Key,
}

/// What a member counts as that nobody states.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum ServiceDefault {
    /// There is none: missing is missing.
    #[default]
    None,
    /// This one value.
    Constant(serde_json::Value),
    /// Something that depends on what cannot be seen here: "cannot tell".
    Depends,
}

/// What a PUT does with a member that the new template leaves out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Omitted {
    /// The deployed value stays: no change.
    Keeps,
    /// The deployed value goes away: a change.
    Clears,
    /// The service default comes back: a change where the deployed value differs from it.
    Default,
}

/// How one member is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// When two values are equal.
    pub compare: Compare,
    /// What a missing value counts as.
    pub default: ServiceDefault,
    /// Values that count as missing (`""` for an id, 0 for a disk size). null always does.
    pub empty: Vec<serde_json::Value>,
    /// What a PUT does with it when it is left out.
    pub omitted: Omitted,
    /// Only the service writes it: never a change.
    pub read_only: bool,
    /// The service never gives it back (passwords): compared only where both sides state it.
    pub write_only: bool,
}

/// Knowledge of members by resource type.
pub trait MemberFacts {
    /// How to compare the member `path` of a resource of type `resource_type`. The path starts at the resource's root
    /// (`["properties", "vmSize"]`), has no array indexes, and is matched without case; a row for an object covers what is below it.
    fn member(&self, resource_type: &str, path: &[&str]) -> Option<&Comparison>;

    /// The array of this type whose items are child resources too.
    fn child_array(&self, resource_type: &str) -> Option<ChildArray<'_>> {
        let _ = resource_type;
        None
    }
}

/// No knowledge: values are compared as they stand.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoFacts;

impl MemberFacts for NoFacts {
    fn member(&self, _resource_type: &str, _path: &[&str]) -> Option<&Comparison> {
        None
    }
}
