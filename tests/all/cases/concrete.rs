//! Evaluated resources as a template without expressions, and the same cluster said in other ways.

use armplan::aks::facts::{Facts, Scope};
use armplan::diff::Compare;
use serde_json::{Value, json};

use super::live::without_open_values;

/// A cluster and its child pools as a template of literals; what is not known is left out.
pub(crate) fn template(cluster: &Value, pools: &[Value]) -> Value {
    let literal = |resource: &Value| escaped(&without_open_values(resource));
    let pools: Vec<Value> = pools.iter().map(literal).collect();
    with_expressions(&literal(cluster), &pools)
}

/// A cluster and its child pools as a template, text as it stands.
pub(crate) fn with_expressions(cluster: &Value, pools: &[Value]) -> Value {
    let mut resources = vec![declared(cluster)];
    for pool in pools {
        let mut pool = declared(pool);
        if pool.get("dependsOn").is_none() {
            pool["dependsOn"] = json!([cluster["id"]]);
        }
        resources.push(pool);
    }
    json!({
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "resources": resources,
    })
}

fn declared(resource: &Value) -> Value {
    let mut resource = resource.clone();
    if let Some(members) = resource.as_object_mut() {
        members.remove("id");
    }
    resource
}

/// Text that looks like an expression gets its second bracket back.
fn escaped(value: &Value) -> Value {
    match value {
        Value::String(text) if text.starts_with('[') && text.ends_with(']') => {
            Value::String(format!("[{text}"))
        }
        Value::Array(items) => items.iter().map(escaped).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), escaped(value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        other => other.clone(),
    }
}

/// A cluster whose last inline pool (not the first) stands beside it as a child resource; none where there is only one.
pub(crate) fn pool_moved_out(cluster: &Value, pools: &[Value]) -> Option<Value> {
    let mut cluster = cluster.clone();
    let inline = cluster["properties"]["agentPoolProfiles"].as_array_mut()?;
    if inline.len() < 2 {
        return None;
    }
    let mut properties = inline.pop()?;
    let name = properties.as_object_mut()?.remove("name")?;
    let child = json!({
        "type": "Microsoft.ContainerService/managedClusters/agentPools",
        "apiVersion": cluster["apiVersion"],
        "name": format!("{}/{}", cluster["name"].as_str()?, name.as_str()?),
        "properties": properties,
    });
    let mut all = pools.to_vec();
    all.push(child);
    Some(template(&cluster, &all))
}

/// The same cluster as somebody else would write it: enum values and ids in other case, sets and pools in other order.
pub(crate) fn in_other_spelling(cluster: &Value, pools: &[Value]) -> Value {
    let mut cluster = cluster.clone();
    let mut pools = pools.to_vec();
    spell_otherwise(&mut cluster, &mut pools);
    template(&cluster, &pools)
}

/// Spells a cluster and its pools otherwise.
pub(crate) fn spell_otherwise(cluster: &mut Value, pools: &mut [Value]) {
    let facts = Facts::embedded().expect("valid tables");
    for property in facts.properties() {
        let path: Vec<&str> = property.path.split('.').collect();
        let compare = property.comparison.compare;
        match property.scope {
            Scope::Cluster => respell(&mut cluster["properties"], &path, compare),
            Scope::Pool => {
                let inline = cluster["properties"]["agentPoolProfiles"].as_array_mut();
                for pool in inline.into_iter().flatten() {
                    respell(pool, &path, compare);
                }
                for pool in &mut *pools {
                    respell(&mut pool["properties"], &path, compare);
                }
            }
            Scope::Resource => respell(cluster, &path, compare),
        }
    }
    if let Some(inline) = cluster["properties"]["agentPoolProfiles"].as_array_mut() {
        inline.reverse();
    }
    pools.reverse();
}

fn respell(value: &mut Value, path: &[&str], compare: Compare) {
    let Some((name, rest)) = path.split_first() else {
        return other_spelling(value, compare);
    };
    let members = value.as_object_mut().into_iter().flatten();
    for (_, value) in members.filter(|(known, _)| known.eq_ignore_ascii_case(name)) {
        respell(value, rest, compare);
    }
}

fn other_spelling(value: &mut Value, compare: Compare) {
    match (compare, value) {
        (Compare::Text | Compare::Id, Value::String(text)) => *text = swapped(text),
        (Compare::Set | Compare::IdSet, Value::Array(items)) => {
            items.reverse();
            for item in items {
                if let Value::String(text) = item {
                    *text = swapped(text);
                }
            }
        }
        (Compare::CidrSet | Compare::ObjectSet, Value::Array(items)) => items.reverse(),
        _ => {}
    }
}

fn swapped(text: &str) -> String {
    text.chars()
        .map(|letter| {
            if letter.is_ascii_uppercase() {
                letter.to_ascii_lowercase()
            } else {
                letter.to_ascii_uppercase()
            }
        })
        .collect()
}
