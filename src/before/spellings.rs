//! The Azure CLI's names of members to those of ARM, by the table `rules/aks/live-spellings.toml`.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use serde::Deserialize;

const TABLE: &str = include_str!("../../rules/aks/live-spellings.toml");

/// The table as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Raw {
    #[serde(rename = "checked")]
    _checked: String,
    added: Vec<String>,
    user_names: Vec<String>,
    resource: Vec<ResourceForm>,
    rename: Vec<Rename>,
    spelling: Spelling,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Spelling {
    names: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rename {
    r#type: String,
    from: Vec<String>,
    to: String,
}

/// What ARM's form of a resource type looks like.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct ResourceForm {
    /// Full type.
    pub(super) r#type: String,
    /// Members that stand beside `properties`.
    beside_properties: Vec<String>,
    /// Its array of all children.
    pub(super) children: Option<String>,
    /// The type of its parent.
    pub(super) parent: Option<String>,
}

impl ResourceForm {
    /// The spelling of a member that stands beside `properties`.
    pub(super) fn beside(&self, name: &str) -> Option<&str> {
        self.beside_properties
            .iter()
            .find(|beside| beside.eq_ignore_ascii_case(name))
            .map(String::as_str)
    }
}

/// The table, ready to ask.
#[derive(Debug, Default)]
pub(super) struct Spellings {
    raw: Raw,
    by_plain: BTreeMap<String, Arc<str>>,
}

impl Spellings {
    /// The table in the binary. It is read once; a test holds that it is valid.
    pub(super) fn embedded() -> &'static Self {
        static TABLE_READ: LazyLock<Spellings> =
            LazyLock::new(|| Spellings::read(TABLE).unwrap_or_default());
        &TABLE_READ
    }

    fn read(text: &str) -> Result<Self, toml::de::Error> {
        let raw: Raw = toml::from_str(text)?;
        let by_plain = raw
            .spelling
            .names
            .iter()
            .map(|name| (plain(name), name.as_str().into()))
            .collect();
        Ok(Self { raw, by_plain })
    }

    /// What is known of a resource type.
    pub(super) fn form(&self, resource_type: &str) -> Option<&ResourceForm> {
        self.raw
            .resource
            .iter()
            .find(|form| form.r#type.eq_ignore_ascii_case(resource_type))
    }

    /// ARM's name of a member.
    pub(super) fn name(&self, name: &str) -> Option<Arc<str>> {
        self.by_plain.get(&plain(name)).cloned()
    }

    /// ARM's name of a member that stands at the top of the CLI's form of a resource.
    pub(super) fn top_name(&self, resource_type: &str, name: &str) -> Option<Arc<str>> {
        let rename = self.raw.rename.iter().find(|rename| {
            rename.r#type.eq_ignore_ascii_case(resource_type)
                && rename
                    .from
                    .iter()
                    .any(|from| from.eq_ignore_ascii_case(name))
        });
        rename.map(|rename| rename.to.as_str().into())
    }

    /// Whether the names below a member are the user's.
    pub(super) fn has_user_names(&self, name: &str) -> bool {
        let mut names = self.raw.user_names.iter();
        names.any(|own| own.eq_ignore_ascii_case(name))
    }

    /// Whether the CLI adds a member to objects with an id.
    pub(super) fn is_added(&self, name: &str) -> bool {
        self.raw.added.iter().any(|added| added == name)
    }
}

/// Without what the two spellings differ in.
fn plain(name: &str) -> String {
    name.chars()
        .filter(|character| *character != '-')
        .map(|character| character.to_ascii_lowercase())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_valid() {
        let table = Spellings::read(TABLE).unwrap();
        assert_eq!(table.name("vnetSubnetId").as_deref(), Some("vnetSubnetID"));
        let kebab = table.name("scaleDownDelayAfterAdd");
        assert_eq!(kebab.as_deref(), Some("scale-down-delay-after-add"));
        assert_eq!(table.name("count"), None);
        let pool = "microsoft.containerservice/managedClusters/agentPools";
        assert_eq!(
            table.top_name(pool, "agentPoolType").as_deref(),
            Some("type")
        );
        assert_eq!(table.top_name("x/y", "agentPoolType"), None);
        assert!(table.form(pool).unwrap().parent.is_some());
    }
}
