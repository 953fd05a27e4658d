//! What a change of the project does: findings at their literals, revisions, folders, parameter files.

use serde_json::json;

use super::{PROD, Project};

#[test]
fn a_size_in_a_parameter_file_is_refused_there_and_traced_through_each_module() {
    let project = Project::new();
    project.edit(PROD, "Standard_D16ds_v5", "Standard_D16ds_v6");
    let (code, plan) = project.json(&["plan", PROD, "--base", "main"]);
    assert_eq!((code, &plan["verdict"]), (1, &json!("blocked")), "{plan:#}");
    assert_eq!(plan["before"], json!({"kind": "git", "label": "main"}));
    assert_eq!(plan["after"]["template"], "infra/main.bicep");
    assert_eq!(plan["after"]["parameters"], json!([PROD]));
    let finding = &plan["findings"][0];
    assert_eq!(finding["rule"], "aks-pool-vm-size-change");
    assert_eq!(finding["azure"]["code"], "PropertyChangeNotAllowed");
    assert_eq!(
        project.text_at(&finding["location"]),
        (PROD.to_owned(), "'Standard_D16ds_v6'".to_owned())
    );
    let steps: Vec<(String, String)> = finding["trace"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| {
            let path = step["location"]["path"].as_str().unwrap().to_owned();
            (step["kind"].as_str().unwrap().to_owned(), path)
        })
        .collect();
    let modules: Vec<&str> = steps
        .iter()
        .filter(|(kind, _)| kind == "module")
        .map(|(_, path)| path.as_str())
        .collect();
    assert_eq!(
        modules,
        [
            "infra/modules/pools.bicep",
            "infra/modules/cluster.bicep",
            "infra/main.bicep"
        ],
        "{steps:?}"
    );
    assert_eq!(steps.first().unwrap().1, "infra/modules/pool.bicep");
    assert_eq!(
        steps.last().unwrap(),
        &("parameter-file".to_owned(), PROD.to_owned())
    );
    let related = &finding["related"][0]["location"];
    assert_eq!(related["revision"], "main");
    assert_eq!(related["path"], PROD);
}

#[test]
fn an_unchanged_project_has_no_changes_and_no_findings() {
    let project = Project::new();
    let (code, plan) = project.json(&["plan", PROD]);
    assert_eq!((code, &plan["verdict"]), (0, &json!("ok")), "{plan:#}");
    let (code, check) = project.json(&["check"]);
    assert_eq!(code, 0, "{check:#}");
    assert_eq!(check["findings"], json!([]), "{:#}", check["findings"]);
}

#[test]
fn modules_imports_and_loaded_files_are_read_at_the_revision() {
    let project = Project::new();
    let changes: [(&str, &str, &str, &str); 4] = [
        (
            "infra/modules/pool.bicep",
            "maxPods: 60",
            "maxPods: 50",
            "50",
        ),
        (
            "infra/settings/network.json",
            "10.244.0.0/16",
            "10.245.0.0/16",
            "\"10.245.0.0/16\"",
        ),
        (
            "infra/types.bicep",
            "? 'Ephemeral'",
            "? 'Managed'",
            "'Managed'",
        ),
        (
            "infra/prod.bicepparam",
            "size = 'Standard_D8ds_v5'",
            "size = 'Standard_D8ds_v6'",
            "'Standard_D8ds_v6'",
        ),
    ];
    for (path, old, new, marked) in changes {
        project.edit(path, old, new);
        let (code, plan) = project.json(&["plan", PROD, "--base", "main"]);
        assert_eq!(code, 1, "{path}: {plan:#}");
        let places: Vec<(String, String)> = plan["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|finding| project.text_at(&finding["location"]))
            .collect();
        let wanted = (path.to_owned(), marked.to_owned());
        assert!(places.contains(&wanted), "{path}: {places:?}");
        project.git(&["checkout", "-q", "."]);
    }
}

#[test]
fn another_template_is_used_at_the_revision() {
    let project = Project::new();
    project.write(
        "infra/empty.bicep",
        "param stage string\nparam pools array\nparam imageTag string\n",
    );
    project.edit(PROD, "using 'main.bicep'", "using 'empty.bicep'");
    let (code, plan) = project.json(&["plan", PROD, "--base", "main", "--mode", "stack"]);
    assert_eq!(code, 0, "{plan:#}");
    assert_eq!(plan["after"]["template"], "infra/empty.bicep");
    let kinds: Vec<&str> = plan["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| change["changeType"].as_str().unwrap())
        .collect();
    assert!(kinds.contains(&"Delete"), "{plan:#}");
}

#[test]
fn templates_before_may_be_bicep_too() {
    let project = Project::new();
    for before in [
        &["--before", "infra/main.bicep"][..],
        &["--before", "infra/main.bicep", "--before-params", PROD],
        &["--before", PROD],
    ] {
        let mut arguments = vec!["plan", PROD];
        arguments.extend(before);
        let (code, plan) = project.json(&arguments);
        assert_eq!(
            (code, &plan["verdict"]),
            (0, &json!("ok")),
            "{before:?}: {plan:#}"
        );
        project.edit("infra/main.bicep", "'aks-ledger-", "'aks-ledger-");
    }
    let (code, plan) = project.json(&["plan", PROD, "--before", "infra/dev.bicepparam"]);
    assert_eq!((code, &plan["verdict"]), (0, &json!("changes")), "{plan:#}");
}

#[test]
fn a_folder_is_checked_once_for_each_parameter_file() {
    let project = Project::new();
    project.write("infra/.gitignore", "generated/\n");
    project.write("infra/generated/broken.bicep", "param = 1\n");
    project.write(
        "infra/modules/pool.parameters.json",
        r#"{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#", "contentVersion": "1.0.0.0",
            "parameters": {"clusterName": {"value": "c"}, "name": {"value": "p"}, "vmSize": {"value": "Standard_D4ds_v5"},
                           "count": {"value": 1}, "osDiskType": {"value": "Managed"}}}"#,
    );
    let (code, check) = project.json(&["check", "infra"]);
    assert_eq!(code, 0, "{check:#}");
    let mut pairs: Vec<(String, Vec<String>)> = check["deployments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            let parameters = one["parameters"].as_array().unwrap();
            let parameters = parameters
                .iter()
                .map(|one| one.as_str().unwrap().to_owned());
            (
                one["template"].as_str().unwrap().to_owned(),
                parameters.collect(),
            )
        })
        .collect();
    pairs.sort();
    let pair = |template: &str, parameters: &[&str]| {
        let parameters = parameters.iter().map(|&one| one.to_owned()).collect();
        (template.to_owned(), parameters)
    };
    assert_eq!(
        pairs,
        [
            pair("infra/base.bicepparam", &["infra/base.bicepparam"]),
            pair("infra/main.bicep", &["infra/dev.bicepparam"]),
            pair("infra/main.bicep", &[PROD]),
            pair(
                "infra/modules/pool.bicep",
                &["infra/modules/pool.parameters.json"]
            ),
        ]
    );
}

#[test]
fn what_the_compiler_made_is_left_out_beside_its_source() {
    let project = Project::new();
    let made = |maker: &str| {
        format!(
            r#"{{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0",
                "metadata": {{"_generator": {{"name": "{maker}", "version": "0.40.2"}}}}, "resources": []}}"#
        )
    };
    project.write("infra/main.json", &made("bicep"));
    project.write("infra/types.json", &made("somebody"));
    project.write("infra/alone.json", &made("bicep"));
    let (_, check) = project.json(&["check", "infra"]);
    let templates: Vec<&str> = check["deployments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["template"].as_str().unwrap())
        .filter(|template| template.contains(".json"))
        .collect();
    assert_eq!(templates, ["infra/alone.json", "infra/types.json"]);
    let (_, check) = project.json(&["check", "infra/main.json"]);
    assert_eq!(check["after"]["template"], "infra/main.json");
}

#[test]
fn modules_are_judged_where_they_are_used_and_in_a_circle_by_themselves() {
    let project = Project::new();
    project.write(
        "infra/unused.bicep",
        "param a string = ''\noutput o string = substring(a, 0, 3)\n",
    );
    project.write("infra/one.bicep", "module two 'two.bicep' = {}\n");
    project.write("infra/two.bicep", "module one 'one.bicep' = {}\n");
    project.write("infra/self.bicep", "module this 'self.bicep' = {}\n");
    let (code, check) = project.json(&["check", "infra"]);
    assert_eq!(code, 1, "{check:#}");
    let templates: Vec<&str> = check["deployments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["template"].as_str().unwrap())
        .collect();
    for circle in ["infra/one.bicep", "infra/two.bicep", "infra/self.bicep"] {
        assert!(templates.contains(&circle), "{circle}: {templates:?}");
    }
    assert!(
        !templates.contains(&"infra/modules/pool.bicep"),
        "{templates:?}"
    );
    // Nobody deploys it with its default perhaps: what fails with it only is no error.
    let unused: Vec<(&str, &str)> = check["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["location"]["path"] == "infra/unused.bicep")
        .map(|finding| {
            (
                finding["level"].as_str().unwrap(),
                finding["message"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(unused.len(), 1, "{unused:?}");
    assert_eq!(unused[0].0, "warning");
    assert!(
        unused[0]
            .1
            .ends_with("(with the defaults of the parameters)"),
        "{unused:?}"
    );
    project.edit("infra/unused.bicep", "param a string = ''", "var a = ''");
    let (_, check) = project.json(&["check", "infra/unused.bicep"]);
    assert_eq!(check["findings"][0]["level"], "error", "{check:#}");
}

#[test]
fn a_parameter_file_is_checked_with_the_template_that_it_uses() {
    let project = Project::new();
    project.edit(PROD, "count: 6", "count: 6, size: nothing");
    project.edit(PROD, "param pools", "param pool");
    let (code, check) = project.json(&["check", PROD]);
    assert_eq!(code, 1);
    let found: Vec<(&str, (String, String))> = check["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| {
            (
                finding["rule"].as_str().unwrap(),
                project.text_at(&finding["location"]),
            )
        })
        .collect();
    let has = |rule: &str, text: &str| {
        found
            .iter()
            .any(|(own, (path, marked))| *own == rule && path == PROD && marked == text)
    };
    assert!(has("param-unknown", "pool"), "{found:?}");
    assert!(has("param-required-missing", "'main.bicep'"), "{found:?}");
    assert!(
        found
            .iter()
            .any(|(_, (path, text))| path == PROD && text == "nothing"),
        "{found:?}"
    );
}

/// A name that one module gives to another is known also where nobody says into which subscription and group it all goes.
#[test]
fn a_pool_belongs_to_the_cluster_of_another_module_without_scope_options() {
    let project = Project::new();
    project.write(
        "infra/two.bicep",
        "param size string\n\
         module plane 'plane.bicep' = {}\n\
         module work 'work.bicep' = { params: { cluster: plane.outputs.name, size: size } }\n",
    );
    project.write(
        "infra/plane.bicep",
        "resource aks 'Microsoft.ContainerService/managedClusters@2025-10-01' = { name: 'aks-two', location: 'westeurope', \
         identity: { type: 'SystemAssigned' }, properties: { dnsPrefix: 'two', agentPoolProfiles: [\n\
         { name: 'system', mode: 'System', vmSize: 'Standard_D4s_v5', count: 3 } ] } }\noutput name string = aks.name\n",
    );
    project.write(
        "infra/work.bicep",
        "param cluster string\nparam size string\n\
         resource aks 'Microsoft.ContainerService/managedClusters@2025-10-01' existing = { name: cluster }\n\
         resource pool 'Microsoft.ContainerService/managedClusters/agentPools@2025-10-01' = { parent: aks, name: 'work', \
         properties: { vmSize: size, count: 2, mode: 'User' } }\n",
    );
    let using = |size: &str| format!("using 'two.bicep'\nparam size = '{size}'\n");
    project.write("infra/two.bicepparam", &using("Standard_D4s_v5"));
    project.git(&["add", "-A"]);
    project.git(&["commit", "-q", "-m", "two modules"]);
    project.write("infra/two.bicepparam", &using("Standard_D8s_v5"));
    let (code, plan) = project.json(&["plan", "infra/two.bicepparam", "--base", "main"]);
    assert_eq!((code, &plan["complete"]), (1, &json!(true)), "{plan:#}");
    let resource = plan["findings"][0]["resource"].as_str().unwrap();
    assert!(
        resource.ends_with("/managedClusters/aks-two/agentPools/work"),
        "{resource}"
    );
    assert_eq!(plan["steps"][0]["target"], "aks-two/work2");
    // The official engine leaves the name open there.
    let (_, expanded) = project.json(&["expand", "infra/two.bicep"]);
    let open = expanded["predictedResources"][1]["name"].as_str().unwrap();
    assert!(open.contains("reference("), "{open}");
}
