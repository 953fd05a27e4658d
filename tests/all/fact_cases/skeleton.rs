//! States of the cases as templates: one skeleton, every member on a line of its own.

use serde::Deserialize;
use serde_json::{Map, Value, json};

/// A cluster and its pools.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Skeleton {
    api: String,
    root: Map<String, Value>,
    cluster: Map<String, Value>,
    inline: Option<Vec<Map<String, Value>>>,
    child: Vec<Map<String, Value>>,
    /// Name of the cluster, if not `prod`.
    name: Option<String>,
    /// Resources that stand after the others, a line each.
    #[serde(default)]
    others: Vec<Value>,
}

impl Skeleton {
    /// The subscription of every case.
    pub(super) const SUBSCRIPTION: &str = "11111111-1111-1111-1111-111111111111";
    /// The resource group of every case.
    pub(super) const GROUP: &str = "rg";

    /// The template.
    pub(super) fn text(&self) -> String {
        let mut lines = vec![
            "{".to_owned(),
            r#"  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#","#.to_owned(),
            r#"  "contentVersion": "1.0.0.0","#.to_owned(),
            r#"  "resources": ["#.to_owned(),
        ];
        self.cluster(&mut lines);
        for pool in &self.child {
            comma(&mut lines);
            self.child(pool, &mut lines);
        }
        for other in &self.others {
            comma(&mut lines);
            lines.push(format!("    {other}"));
        }
        lines.extend(["  ]".to_owned(), "}".to_owned()]);
        lines.join("\n")
    }

    /// The same as what runs, in the form of a snapshot.
    pub(super) fn snapshot(&self) -> String {
        let id = format!(
            "/subscriptions/{}/resourceGroups/{}/providers/Microsoft.ContainerService/managedClusters/prod",
            Self::SUBSCRIPTION,
            Self::GROUP
        );
        let mut cluster = self.root.clone();
        let mut properties = self.cluster.clone();
        if let Some(pools) = &self.inline {
            properties.insert("agentPoolProfiles".to_owned(), json!(pools));
        }
        cluster.insert("id".to_owned(), json!(id));
        cluster.insert(
            "type".to_owned(),
            json!("Microsoft.ContainerService/managedClusters"),
        );
        cluster.insert("apiVersion".to_owned(), json!(self.api));
        cluster.insert("name".to_owned(), json!("prod"));
        cluster.insert("properties".to_owned(), json!(properties));
        let mut resources = vec![json!(cluster)];
        for pool in &self.child {
            let mut own = pool.clone();
            let name = own.remove("name").unwrap_or_default();
            let name = name.as_str().unwrap_or_default();
            own.retain(|member, _| !member.starts_with('$'));
            resources.push(json!({
                "id": format!("{id}/agentPools/{name}"),
                "type": "Microsoft.ContainerService/managedClusters/agentPools",
                "apiVersion": self.api,
                "name": format!("prod/{name}"),
                "properties": own,
            }));
        }
        json!({"predictedResources": resources, "diagnostics": [], "outputs": {}}).to_string()
    }

    fn cluster(&self, lines: &mut Vec<String>) {
        head(
            lines,
            "Microsoft.ContainerService/managedClusters",
            &self.api,
            self.name.as_deref().unwrap_or("prod"),
        );
        for (name, value) in &self.root {
            lines.push(format!(r#"      "{name}": {value},"#));
        }
        lines.push(r#"      "properties": {"#.to_owned());
        members(lines, "        ", self.cluster.iter());
        if let Some(pools) = &self.inline {
            if !self.cluster.is_empty() {
                comma(lines);
            }
            lines.push(r#"        "agentPoolProfiles": ["#.to_owned());
            for (at, pool) in pools.iter().enumerate() {
                if at > 0 {
                    comma(lines);
                }
                lines.push("          {".to_owned());
                members(lines, "            ", pool.iter());
                lines.push("          }".to_owned());
            }
            lines.push("        ]".to_owned());
        }
        lines.extend(["      }".to_owned(), "    }".to_owned()]);
    }

    fn child(&self, pool: &Map<String, Value>, lines: &mut Vec<String>) {
        let name = pool.get("name").and_then(Value::as_str).unwrap_or_default();
        head(
            lines,
            "Microsoft.ContainerService/managedClusters/agentPools",
            &self.api,
            &format!("prod/{name}"),
        );
        let depends = match pool.get("$dependsOn") {
            None => r#""[resourceId('Microsoft.ContainerService/managedClusters', 'prod')]""#.to_owned(),
            Some(names) => names
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .map(|other| {
                    format!(r#""[resourceId('Microsoft.ContainerService/managedClusters/agentPools', 'prod', '{other}')]""#)
                })
                .collect::<Vec<_>>()
                .join(", "),
        };
        lines.push(format!(r#"      "dependsOn": [{depends}],"#));
        lines.push(r#"      "properties": {"#.to_owned());
        let own = pool
            .iter()
            .filter(|(member, _)| *member != "name" && !member.starts_with('$'));
        members(lines, "        ", own);
        lines.extend(["      }".to_owned(), "    }".to_owned()]);
    }
}

fn head(lines: &mut Vec<String>, kind: &str, api: &str, name: &str) {
    lines.push("    {".to_owned());
    lines.push(format!(r#"      "type": "{kind}","#));
    lines.push(format!(r#"      "apiVersion": "{api}","#));
    lines.push(format!(r#"      "name": "{name}","#));
}

fn members<'a>(
    lines: &mut Vec<String>,
    indent: &str,
    members: impl Iterator<Item = (&'a String, &'a Value)>,
) {
    let start = lines.len();
    for (name, value) in members {
        if lines.len() > start {
            comma(lines);
        }
        lines.push(format!(r#"{indent}"{name}": {value}"#));
    }
}

fn comma(lines: &mut [String]) {
    if let Some(last) = lines.last_mut() {
        last.push(',');
    }
}
