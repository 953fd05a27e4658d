//! Every row of the AKS tables against every form of a live state: the case's state before is what runs, and the plan
//! says what the case expects.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use armplan::aks::Date;
use armplan::config::Mode;
use serde_json::{Value, json};

use super::cases::evaluate::{GROUP, SUBSCRIPTION};
use super::cases::live::{self, FORMS};
use super::cases::plan::from_live;
use super::cases::{self, Case, Tree, concrete};
use super::program::Folder;

#[test]
fn every_fact_is_seen_in_every_live_form() {
    let rows = rows();
    assert!(rows.len() > 300, "{} cases", rows.len());
    let wrong = Mutex::new(Vec::new());
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some(row) = rows.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let problems = problems(row);
                    let mut wrong = wrong.lock().unwrap_or_else(PoisonError::into_inner);
                    wrong.extend(problems);
                }
            });
        }
    });
    let mut wrong = wrong.into_inner().unwrap_or_else(PoisonError::into_inner);
    wrong.sort();
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

/// `az aks nodepool list` shows pools and nothing of their cluster: what the template says of the cluster is no change.
#[test]
fn a_list_of_pools_says_nothing_of_the_cluster() {
    let cluster = |size: &str| {
        format!(
            r#""resources": [ {{ "type": "Microsoft.ContainerService/managedClusters", "apiVersion": "2025-05-01", "name": "aks1", "location": "westeurope",
            "properties": {{ "dnsPrefix": "aks1", "networkProfile": {{ "networkPlugin": "azure" }},
            "agentPoolProfiles": [ {{ "name": "system", "mode": "System", "count": 3, "vmSize": "{size}" }} ] }} }} ]"#
        )
    };
    let id = format!(
        "/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}/providers/Microsoft.ContainerService/managedClusters/aks1/agentPools/system"
    );
    let list = json!([{ "id": id, "name": "system", "type": "Microsoft.ContainerService/managedClusters/agentPools",
        "mode": "System", "count": 3, "vmSize": "Standard_D4s_v5", "typePropertiesType": "VirtualMachineScaleSets" }]);
    let folder = Folder::new()
        .template("same.json", &cluster("Standard_D4s_v5"))
        .template("larger.json", &cluster("Standard_D8s_v5"))
        .with("pools.json", &list.to_string());
    let rules = |template: &str, code: i32| -> Vec<String> {
        let plan = ["plan", template, "--live", "pools.json", "--format", "json"];
        let document = folder.run(&plan).exits(code).document();
        let findings = document["findings"].as_array().expect("findings");
        let rules = findings.iter().map(|one| one["rule"].to_string());
        rules.collect()
    };
    assert_eq!(rules("same.json", 0), Vec::<String>::new());
    assert_eq!(rules("larger.json", 1), ["\"aks-pool-vm-size-change\""]);
}

/// All cases that have a state before and an expectation.
fn rows() -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/facts");
    let mut rows = Vec::new();
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.expect("a readable folder");
        let jsonl = entry.path().extension().is_some_and(|one| one == "jsonl");
        if !jsonl {
            continue;
        }
        for line in cases::text(entry.path()).lines() {
            let row: Value = serde_json::from_str(line).expect("a JSON line");
            // What runs is one cluster of one name, and no network beside it.
            let is_more = ["name", "others"]
                .iter()
                .any(|more| !row["before"][more].is_null() || !row["after"][more].is_null());
            if row["before"].is_object() && row["expect"]["rule"].is_string() && !is_more {
                rows.push(row);
            }
        }
    }
    rows
}

/// Rows that a live state answers otherwise than a template does, the rule that is named instead, and why.
const OTHERWISE: [(&str, Option<&str>, &str); 5] = [
    (
        "I15a",
        Some("aks-pool-dropped-from-cluster"),
        "it does not say what a stack holds",
    ),
    (
        "I9a",
        None,
        "the pool runs as it is stated, and what no plan touches is not judged",
    ),
    (
        "P22",
        Some("aks-os-sku-version"),
        "the image is known, and what becomes of it is said instead",
    ),
    (
        "U2",
        Some("aks-pool-immutable-property"),
        "the default that the service chose is known",
    ),
    ("V25", None, "the full version behind the alias is known"),
];

fn problems(row: &Value) -> Vec<String> {
    let before = resources(&row["before"]);
    let after = resources(&row["after"]);
    let clusters = live::run(&before);
    let (cluster, pools) = after.split_first().expect("a cluster");
    let template = concrete::with_expressions(cluster, pools).to_string();
    let tree = Tree::from([("after.json".to_owned(), template)]);
    let features = row["features"].as_array();
    let features = features.into_iter().flatten().filter_map(Value::as_str);
    let case = Case {
        features: features.map(str::to_owned).collect(),
        as_of: Date::first_day(row["as-of"].as_str().unwrap_or("2026-11-23")),
        mode: (row["mode"] == "stack").then_some(Mode::Stack),
        ..Case::of_template("after.json")
    };
    let mut problems = Vec::new();
    for form in FORMS {
        let live = live::files(form, &clusters, &before);
        let plan = from_live(&case, &live, &tree);
        if let Some(problem) = problem(row, &plan) {
            problems.push(format!(
                "{} {} {form:?}: {problem}",
                row["row"], row["case"]
            ));
        }
    }
    problems
}

/// A state of a case as the resources that it stands for, the cluster first.
fn resources(state: &Value) -> Vec<Value> {
    let id = format!(
        "/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}/providers/Microsoft.ContainerService/managedClusters/prod"
    );
    let mut cluster = json!({
        "id": id,
        "type": "Microsoft.ContainerService/managedClusters",
        "name": "prod",
        "apiVersion": state["api"],
    });
    for (name, value) in state["root"].as_object().into_iter().flatten() {
        cluster[name] = value.clone();
    }
    cluster["properties"] = state["cluster"].clone();
    cluster["properties"]["agentPoolProfiles"] = state["inline"].clone();
    let mut resources = vec![cluster];
    for pool in state["child"].as_array().into_iter().flatten() {
        let mut properties = pool.clone();
        let members = properties.as_object_mut().expect("a pool");
        let name = members.remove("name");
        let name = name.as_ref().and_then(Value::as_str).unwrap_or("pool");
        let waits = members.remove("$dependsOn").map_or_else(
            || json!([id]),
            |pools| {
                let pools = pools.as_array().into_iter().flatten();
                let pools = pools.filter_map(Value::as_str);
                pools.map(|one| format!("{id}/agentPools/{one}")).collect()
            },
        );
        resources.push(json!({
            "dependsOn": waits,
            "id": format!("{id}/agentPools/{name}"),
            "type": "Microsoft.ContainerService/managedClusters/agentPools",
            "name": format!("prod/{name}"),
            "apiVersion": state["api"],
            "properties": properties,
        }));
    }
    resources
}

/// Whether the plan lacks the finding of the case.
fn problem(row: &Value, plan: &Value) -> Option<String> {
    let expected = &row["expect"];
    let findings = plan["findings"].as_array();
    let otherwise = OTHERWISE.iter().find(|(id, ..)| row["row"] == *id);
    if let Some((_, instead, _)) = otherwise {
        let mut rules = findings.into_iter().flatten().map(|one| &one["rule"]);
        let said = match instead {
            Some(rule) => rules.any(|said| said == rule),
            None => rules.next().is_none(),
        };
        if said {
            return None;
        }
    }
    let of_rule: Vec<&Value> = findings
        .into_iter()
        .flatten()
        .filter(|finding| finding["rule"] == expected["rule"])
        .collect();
    let code = |finding: &Value| finding["azure"].get("code").cloned().unwrap_or(Value::Null);
    let right = |finding: &&&Value| {
        finding["level"] == expected["level"] && code(finding) == expected["code"]
    };
    if of_rule.iter().any(|finding| right(&finding)) {
        return None;
    }
    let found: Vec<String> = of_rule
        .iter()
        .map(|finding| {
            format!(
                "{} {} {}",
                finding["level"],
                code(finding),
                finding["message"]
            )
        })
        .collect();
    let others: Vec<String> = plan["findings"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|finding| format!("{} {}", finding["rule"], finding["message"]))
        .collect();
    Some(format!(
        "{} {} {} is not said, but {found:?} of {others:?}",
        expected["level"], expected["rule"], expected["code"]
    ))
}
