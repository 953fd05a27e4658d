//! What surrounds the project: environment, external inputs, modules, folders outside, secrets, live states, arguments.

use std::fs;

use serde_json::{Value, json};

use super::{PROD, Project, said, write};

#[test]
fn variables_of_the_environment_are_read_where_the_user_allows_it() {
    let project = Project::new();
    let tag = |options: &[&str], value: Option<&str>| {
        let mut command = project.command(&["expand", PROD]);
        command.args(options).env_remove("IMAGE_TAG");
        if let Some(value) = value {
            command.env("IMAGE_TAG", value);
        }
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", said(&output.stderr));
        let snapshot: Value = serde_json::from_slice(&output.stdout).unwrap();
        snapshot["predictedResources"][0]["tags"]["image"].clone()
    };
    assert_eq!(tag(&["--env", "IMAGE_TAG"], Some("v7")), "v7");
    assert_eq!(
        tag(&[], Some("v7")),
        "unbuilt",
        "not allowed: as if not set"
    );
    assert_eq!(tag(&["--env", "IMAGE_TAG"], None), "unbuilt");

    project.edit(
        "infra/base.bicepparam",
        "'IMAGE_TAG', 'unbuilt'",
        "'IMAGE_TAG'",
    );
    let (code, _) = project.json(&["check", PROD, "--env", "IMAGE_TAG"]);
    assert_eq!(code, 1, "allowed, and neither set nor with a default");
    let (code, check) = project.json(&["check", PROD]);
    assert_eq!(code, 0, "it may be set elsewhere: {check:#}");
    let help = check["findings"][0]["help"].as_str().unwrap();
    assert!(help.contains("--env IMAGE_TAG"), "{help}");
}

#[test]
fn external_inputs_are_taken_from_a_file() {
    let project = Project::new();
    project.edit(
        PROD,
        "count: 6",
        "count: externalInput('acme.count', { pool: 'ledger' })",
    );
    let count = |options: &[&str]| {
        let mut arguments = vec!["expand", PROD];
        arguments.extend(options);
        let output = project.run(&arguments);
        assert!(output.status.success(), "{}", said(&output.stderr));
        let snapshot: Value = serde_json::from_slice(&output.stdout).unwrap();
        let resources = snapshot["predictedResources"].as_array().unwrap();
        let pool = resources
            .iter()
            .find(|one| one["name"].as_str().unwrap().ends_with("/ledger"))
            .unwrap();
        pool["properties"]["count"].clone()
    };
    assert_eq!(count(&[]), "[externalInputs('acme_count_0')]");
    project.write(
        "inputs.json",
        r#"[{"kind": "acme.count", "config": {"pool": "ledger"}, "value": 9}, {"kind": "acme.count", "value": 1}]"#,
    );
    assert_eq!(count(&["--external-input", "inputs.json"]), 9);
}

#[test]
fn a_module_that_was_not_restored_is_open_and_the_rest_is_evaluated() {
    let project = Project::new();
    project.write(
        "infra/bicepconfig.json",
        "{\n  // ours\n  \"moduleAliases\": { \"br\": { \"own\": { \"registry\": \"registry.example.org\", \"modulePath\": \"bicep\" } } }\n}\n",
    );
    project.edit(
        "infra/main.bicep",
        "output clusterId",
        "module log 'br/own:log:1.0' = { params: { name: names.cluster } }\n\noutput clusterId",
    );
    let (code, plan) = project.json(&["plan", PROD, "--new"]);
    assert_eq!((code, &plan["complete"]), (0, &json!(false)), "{plan:#}");
    assert!(plan["changes"].as_array().unwrap().len() >= 3, "{plan:#}");
    let (code, check) = project.json(&["check", PROD]);
    assert_eq!(code, 0, "{check:#}");
    let finding = &check["findings"][0];
    assert_eq!(finding["rule"], "module-not-found", "{check:#}");
    assert_eq!(finding["level"], "warning");
    assert_eq!(project.text_at(&finding["location"]).1, "'br/own:log:1.0'");
    let help = finding["help"].as_str().unwrap();
    assert!(help.contains("bicep restore infra/main.bicep"), "{help}");

    let module = "param name string\nresource log 'Microsoft.OperationalInsights/workspaces@2023-09-01' = { name: 'log-${name}', location: 'westeurope' }\n";
    let logs = |project: &Project| {
        let (code, plan) = project.json(&["plan", PROD, "--new"]);
        assert_eq!((code, &plan["complete"]), (0, &json!(true)), "{plan:#}");
        let changes = plan["changes"].as_array().unwrap().clone();
        changes
            .iter()
            .filter(|change| {
                change["resourceId"]
                    .as_str()
                    .unwrap()
                    .ends_with("/log-aks-ledger-prod")
            })
            .count()
    };
    // In the repository, by the table.
    project.write("vendor/log/1.0.bicep", module);
    project.write(
        "armplan.toml",
        "[modules]\n\"br/own:\" = \"vendor/{path}/{version}.bicep\"\n",
    );
    assert_eq!(logs(&project), 1);
    // In the cache of the compiler, over a link as package managers make them.
    fs::remove_file(project.folder.join("armplan.toml")).unwrap();
    let compiled = r#"{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0",
        "parameters": {"name": {"type": "string"}},
        "resources": [{"type": "Microsoft.OperationalInsights/workspaces", "apiVersion": "2023-09-01", "name": "[format('log-{0}', parameters('name'))]", "location": "westeurope"}]}"#;
    project.write_home("elsewhere/main.json", compiled);
    let cached = ".bicep/br/registry.example.org/bicep$log/1.0$";
    fs::create_dir_all(project.home.join(cached)).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(
        project.home.join("elsewhere/main.json"),
        project.home.join(cached).join("main.json"),
    )
    .unwrap();
    #[cfg(not(unix))]
    project.write_home(&format!("{cached}/main.json"), compiled);
    assert_eq!(logs(&project), 1);
    // In the cache that the configuration names instead.
    project.edit(
        "infra/bicepconfig.json",
        "// ours",
        "\"cacheRootDirectory\": \"../restored\",",
    );
    let (_, plan) = project.json(&["plan", PROD, "--new"]);
    assert_eq!(plan["complete"], false, "{plan:#}");
    project.write(
        "restored/br/registry.example.org/bicep$log/1.0$/main.json",
        compiled,
    );
    assert_eq!(logs(&project), 1);
}

#[test]
fn a_compiled_module_needs_no_value_where_the_type_that_it_refers_to_takes_null() {
    let project = Project::new();
    project.write(
        "infra/compiled.json",
        r##"{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0",
            "languageVersion": "2.0", "definitions": {"lock": {"$ref": "#/definitions/deep"}, "deep": {"type": "object", "nullable": true},
            "text": {"type": "string"}},
            "parameters": {"lock": {"$ref": "#/definitions/lock"}, "need": {"$ref": "#/definitions/text"}}, "resources": {}}"##,
    );
    project.write(
        "infra/uses.bicep",
        "module m 'compiled.json' = { params: { need: 'x' } }\n",
    );
    let (code, check) = project.json(&["check", "infra/uses.bicep"]);
    assert_eq!((code, &check["findings"]), (0, &json!([])), "{check:#}");
    project.edit("infra/uses.bicep", "need: 'x'", "");
    let (code, check) = project.json(&["check", "infra/uses.bicep"]);
    assert_eq!(code, 1, "{check:#}");
}

#[test]
fn an_unknown_alias_and_an_absent_file_are_errors() {
    let project = Project::new();
    for (path, words) in [
        ("br/nobody:log:1.0", "no alias 'nobody'"),
        ("modules/nothing.bicep", "nothing.bicep"),
        ("http://example.org/a.bicep", "scheme"),
    ] {
        project.edit(
            "infra/main.bicep",
            "output clusterId",
            &format!("module extra '{path}' = {{}}\n\noutput clusterId"),
        );
        let (code, check) = project.json(&["check", PROD]);
        assert_eq!(code, 1, "{path}: {check:#}");
        let finding = &check["findings"][0];
        assert_eq!(finding["rule"], "module-not-found");
        let message = finding["message"].as_str().unwrap();
        assert!(message.contains(words), "{message}");
        assert_eq!(project.text_at(&finding["location"]).1, format!("'{path}'"));
        project.git(&["checkout", "-q", "."]);
    }
}

#[test]
fn what_lies_outside_is_read_only_where_it_is_allowed() {
    let project = Project::new();
    let outside = project.folder.with_file_name(format!(
        "{}-shared",
        project.folder.file_name().unwrap().to_string_lossy()
    ));
    fs::create_dir_all(&outside).unwrap();
    write(&outside.join("tags.json"), "{\"team\": \"payments\"}");
    write(&outside.join("note.bicep"), "output note string = 'n'\n");
    let name = outside.file_name().unwrap().to_string_lossy().into_owned();
    project.edit("infra/main.bicep", "output clusterId", &format!(
        "var shared = loadJsonContent('../../{name}/tags.json')\nmodule note '../../{name}/note.bicep' = {{}}\noutput team string = shared.team\noutput clusterId"
    ));
    let (code, check) = project.json(&["check", PROD]);
    assert_eq!(code, 0, "{check:#}");
    let told: Vec<String> = check["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| format!("{} {}", finding["message"], finding["help"]))
        .collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(
        told.iter()
            .all(|told| told.contains("--root") && told.contains("--allow-path")),
        "{told:?}"
    );
    let outside = outside.to_string_lossy().into_owned();
    let (code, check) = project.json(&["check", PROD, "--allow-path", &outside]);
    assert_eq!((code, &check["findings"]), (0, &json!([])));
    let parent = project
        .folder
        .parent()
        .unwrap()
        .to_string_lossy()
        .into_owned();
    let (code, check) = project.json(&["check", PROD, "--root", &parent]);
    assert_eq!((code, &check["findings"]), (0, &json!([])));
    let _ = fs::remove_dir_all(outside);
}

#[test]
fn why_follows_a_value_through_the_modules() {
    let project = Project::new();
    let output = project.run(&["why", PROD, "batch", "vmSize"]);
    assert!(output.status.success(), "{}", said(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout);
    for place in [
        "modules/pool.bicep",
        "modules/pools.bicep",
        "modules/cluster.bicep",
        "main.bicep",
        "prod.bicepparam:4",
        "Standard_D8ds_v5",
    ] {
        assert!(text.contains(place), "{place}: {text}");
    }
}

#[test]
fn secrets_of_a_parameter_file_are_never_shown() {
    for value in ["'${stem}-two'", "['hunter-three']", "'hunter-four', 1"] {
        let project = Project::new();
        let given = format!("var stem = 'hunter'\nparam proxyPassword = {value}\n\nvar size");
        project.edit(PROD, "var size", &given);
        for arguments in [
            &["check", PROD][..],
            &["check", PROD, "--format", "json"],
            &["plan", PROD, "--new"],
            &["plan", PROD, "--new", "--format", "json"],
            &["expand", PROD],
            &["why", PROD, "aks-ledger-prod", "httpProxyConfig"],
        ] {
            let output = project.run(arguments);
            assert!(!output.stdout.is_empty() || !output.stderr.is_empty());
            let all = format!(
                "{}{}",
                String::from_utf8_lossy(&output.stdout),
                said(&output.stderr)
            );
            assert!(!all.contains("hunter"), "{arguments:?}: {all}");
        }
    }
}

#[test]
fn a_vault_reference_is_unknown_and_secret() {
    let project = Project::new();
    project.edit(PROD, "var size", "param proxyPassword = az.getSecret('0b1f6471-1bf0-4dda-aec3-cb9272f09590', 'rg-kv', 'kv-ledger', 'proxy')\n\nvar size");
    let output = project.run(&["expand", PROD]);
    assert!(output.status.success(), "{}", said(&output.stderr));
    let (code, plan) = project.json(&["plan", PROD, "--new"]);
    assert_eq!(code, 0, "{plan:#}");
    assert!(!plan.to_string().contains("http://proxy:$"), "{plan:#}");
}

#[test]
fn a_live_snapshot_is_compared_with_a_parameter_file() {
    let project = Project::new();
    let pool = |name: &str, size: &str, disk: &str, count: u8| {
        json!({
            "id": format!("/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590/resourcegroups/rg-ledger/providers/Microsoft.ContainerService/managedClusters/aks-ledger-prod/agentPools/{name}"),
            "name": name, "type": "Microsoft.ContainerService/managedClusters/agentPools",
            "mode": "User", "osType": "Linux", "osSku": "AzureLinux", "vmSize": size, "count": count,
            "osDiskType": disk, "osDiskSizeGb": 128, "maxPods": 60, "provisioningState": "Succeeded",
            "typePropertiesType": "VirtualMachineScaleSets",
        })
    };
    let live = json!([
        pool("ledger", "Standard_D16ds_v5", "Managed", 6),
        pool("batch", "Standard_D4ds_v5", "Ephemeral", 2)
    ]);
    project.write("live.json", &live.to_string());
    let (code, plan) = project.json(&["plan", PROD, "--live", "live.json"]);
    assert_eq!((code, &plan["verdict"]), (1, &json!("blocked")), "{plan:#}");
    let findings = plan["findings"].as_array().unwrap();
    let sizes: Vec<(String, String)> = findings
        .iter()
        .filter(|finding| finding["rule"] == "aks-pool-vm-size-change")
        .map(|finding| project.text_at(&finding["location"]))
        .collect();
    assert_eq!(sizes, [(PROD.to_owned(), "'Standard_D8ds_v5'".to_owned())]);
}

#[test]
fn resources_of_other_extensions_are_not_azures() {
    let project = Project::new();
    project.write(
        "graph.bicep",
        "extension microsoftGraphV1\n\
         resource group 'Microsoft.Graph/groups@v1.0' = {\n  displayName: 'a'\n  mailEnabled: false\n}\n\
         resource store 'Microsoft.Storage/storageAccounts@2023-05-01' = {\n  name: 'store'\n  location: 'westeurope'\n\
         \x20 kind: 'StorageV2'\n  sku: { name: 'Standard_LRS' }\n  tags: { group: group.id }\n  dependsOn: [group]\n}\n",
    );
    let (code, check) = project.json(&["check", "graph.bicep"]);
    assert_eq!((code, &check["findings"]), (0, &json!([])), "{check:#}");
    let output = project.run(&["expand", "graph.bicep"]);
    let snapshot: Value = serde_json::from_slice(&output.stdout).unwrap();
    let resources = snapshot["predictedResources"].as_array().unwrap();
    assert_eq!(resources.len(), 1, "{snapshot:#}");
    assert_eq!(resources[0]["tags"]["group"], "[reference('group').id]");
}

#[test]
fn deployments_of_the_configuration_may_be_bicep() {
    let project = Project::new();
    project.write(
        "armplan.toml",
        "[[deployment]]\nname = \"prod\"\ntemplate = \"infra/prod.bicepparam\"\nresource-group = \"rg-prod\"\n\n\
         [[deployment]]\nname = \"dev\"\ntemplate = \"infra/main.bicep\"\nparameters = [\"infra/dev.bicepparam\"]\nresource-group = \"rg-dev\"\n",
    );
    project.edit("infra/modules/pool.bicep", "maxPods: 60", "maxPods: 50");
    let (code, plan) = project.json(&["plan"]);
    assert_eq!(code, 1, "{plan:#}");
    let names: Vec<(&str, &str)> = plan["deployments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (
                one["name"].as_str().unwrap(),
                one["verdict"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(names, [("prod", "blocked"), ("dev", "blocked")]);
    for hint in [
        "infra/modules/pool.bicep",
        "infra/settings/motd.txt",
        "infra/types.bicep",
    ] {
        let (_, plan) = project.json(&["plan", "--hints", hint]);
        assert_eq!(plan["deployments"].as_array().unwrap().len(), 2, "{hint}");
    }
    let (_, plan) = project.json(&["plan", "--hints", "infra/base.bicepparam"]);
    assert_eq!(plan["deployments"].as_array().unwrap().len(), 1, "{plan:#}");
}

#[test]
fn arguments_that_make_no_sense_end_with_2_and_say_why() {
    let project = Project::new();
    project.write("inputs.json", "{\"kind\": \"a\"}");
    for (arguments, words) in [
        (&["check", PROD, "--env", "A=b"][..], "give its name only"),
        (
            &["check", PROD, "--env", ""],
            "no name of an environment variable",
        ),
        (
            &["check", PROD, "--external-input", "nowhere.json"],
            "nowhere.json: no such file",
        ),
        (
            &["check", PROD, "--external-input", "inputs.json"],
            "inputs.json:1:1",
        ),
        (&["check", "nowhere.bicep"], "nowhere.bicep: no such file"),
        (
            &["plan", "nowhere.bicepparam"],
            "nowhere.bicepparam: no such file",
        ),
        (
            &["expand", "infra/base.bicepparam"],
            "give this file with -p",
        ),
        (&["plan", "infra/base.bicepparam"], "give this file with -p"),
        (
            &["plan", PROD, "-p", "nowhere.bicepparam"],
            "nowhere.bicepparam: no such file",
        ),
        (
            &["plan", PROD, "--before", "nowhere.bicep"],
            "nowhere.bicep: no such file",
        ),
        (
            &["plan", PROD, "--management-group", "m"],
            "it deploys to a resource group",
        ),
    ] {
        let output = project.run(arguments);
        assert_eq!(
            output.status.code(),
            Some(2),
            "{arguments:?}: {}",
            said(&output.stderr)
        );
        let told = said(&output.stderr);
        assert!(told.contains(words), "{arguments:?}: {told}");
    }
}
