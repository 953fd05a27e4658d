//! `bicepconfig.json` to the aliases of registries and template specs that it defines, with the compiler's own, and to the
//! place of the module cache where it names one.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::source::normal;
use crate::syntax::json::{Document, Node};

/// The name of the compiler's configuration.
pub const FILE_NAME: &str = "bicepconfig.json";

/// What aliases stand for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Aliases {
    /// Of registries: host and path before the module's.
    pub(super) registries: BTreeMap<String, String>,
    /// Of template specs: subscription and resource group.
    pub(super) specs: BTreeMap<String, String>,
    /// The file as shown to the user; none where there is none.
    pub(super) place: Option<String>,
    /// The folder that is the module cache instead of `.bicep` in the home folder.
    pub(super) cache: Option<PathBuf>,
}

impl Default for Aliases {
    fn default() -> Self {
        let public = ("public".to_owned(), "mcr.microsoft.com/bicep".to_owned());
        Self {
            registries: BTreeMap::from([public]),
            specs: BTreeMap::new(),
            place: None,
            cache: None,
        }
    }
}

impl Aliases {
    /// Those of a configuration in `folder`, over the built-in ones. What is wrong in it is the compiler's to tell.
    pub(super) fn read(document: &Document, shown: &str, folder: &Path) -> Self {
        let cache = document
            .root()
            .and_then(|root| root.get("cacheRootDirectory"))
            .and_then(Node::string)
            .filter(|path| !path.trim().is_empty());
        let mut aliases = Self {
            place: Some(shown.to_owned()),
            cache: cache.map(|path| normal(&folder.join(&*path))),
            ..Self::default()
        };
        let sections = document.root().and_then(|root| root.get("moduleAliases"));
        let text = |node: Node<'_>, name: &str| {
            let value = node.get(name).and_then(Node::string)?;
            Some(value.trim_matches('/').to_owned())
        };
        let of = |section: &str| sections.and_then(|sections| sections.get(section));
        for (name, node) in members(of("br")) {
            if let Some(host) = text(node, "registry") {
                let path = text(node, "modulePath").filter(|path| !path.is_empty());
                let prefix = path.map_or(host.clone(), |path| format!("{host}/{path}"));
                aliases.registries.insert(name, prefix);
            }
        }
        for (name, node) in members(of("ts")) {
            if let (Some(subscription), Some(group)) =
                (text(node, "subscription"), text(node, "resourceGroup"))
            {
                aliases
                    .specs
                    .insert(name, format!("{subscription}/{group}"));
            }
        }
        aliases
    }
}

fn members(section: Option<Node<'_>>) -> Vec<(String, Node<'_>)> {
    let members = section.into_iter().flat_map(Node::members);
    members
        .filter_map(|member| Some((member.key.string()?.into_owned(), member.value)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::FileId;

    fn read(text: &str) -> Aliases {
        let document = Document::parse(FileId(0), text.into());
        Aliases::read(&document, "bicepconfig.json", Path::new("/repository/aks"))
    }

    #[test]
    fn the_cache_lies_where_the_configuration_says() {
        let cache = |text: &str| read(text).cache;
        let place = |path: &str| Some(PathBuf::from(path));
        assert_eq!(
            cache(r#"{"cacheRootDirectory": "../modules"}"#),
            place("/repository/modules")
        );
        assert_eq!(
            cache(r#"{"cacheRootDirectory": "/cache"}"#),
            place("/cache")
        );
        assert_eq!(cache(r#"{"cacheRootDirectory": " "}"#), None);
        assert_eq!(cache(r#"{"cacheRootDirectory": 5}"#), None);
    }

    #[test]
    fn comments_are_allowed_and_the_builtin_alias_can_be_replaced() {
        let text = r#"{
            // ours
            "moduleAliases": {
                "br": { "own": { "registry": "own.example.org", "modulePath": "bicep/modules" }, "bare": { "registry": "h.io" }, },
                /* and theirs */ "ts": { "specs": { "subscription": "s", "resourceGroup": "g" }, "half": { "subscription": "s" } }
            }
        }"#;
        let aliases = read(text);
        let registries: Vec<(&str, &str)> = aliases
            .registries
            .iter()
            .map(|(name, prefix)| (name.as_str(), prefix.as_str()))
            .collect();
        assert_eq!(
            registries,
            [
                ("bare", "h.io"),
                ("own", "own.example.org/bicep/modules"),
                ("public", "mcr.microsoft.com/bicep")
            ]
        );
        assert_eq!(aliases.specs.len(), 1);
        let own = r#"{"moduleAliases": {"br": {"public": {"registry": "mirror.example.org"}}}}"#;
        let aliases = read(own);
        assert_eq!(aliases.registries["public"], "mirror.example.org");
    }
}
