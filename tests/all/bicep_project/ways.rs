//! The way from a value back to its literal as it is told of Bicep, and what is said where a side cannot be evaluated whole.

use serde_json::{Value, json};

use super::{PROD, Project};

/// The steps of a trace: kind, text and file.
fn steps(finding: &Value) -> Vec<(&str, &str, &str)> {
    let steps = finding["trace"].as_array().unwrap();
    steps
        .iter()
        .map(|step| {
            (
                step["kind"].as_str().unwrap(),
                step["text"].as_str().unwrap(),
                step["location"]["path"].as_str().unwrap(),
            )
        })
        .collect()
}

#[test]
fn what_an_imported_file_imports_goes_by_its_own_name() {
    let project = Project::new();
    project.write(
        "infra/sizes.bicep",
        "@export()\nvar sizes = { large: 'Standard_D8ds_v5' }\n",
    );
    project.write(
        "infra/pools.bicep",
        "import { sizes } from 'sizes.bicep'\n@export()\nvar batch = { name: 'batch', vmSize: sizes.large, count: 2, ephemeral: true }\n",
    );
    project.import_batch("batch");
    project.git(&["add", "-A"]);
    project.git(&["commit", "-q", "-m", "Import"]);
    project.edit("infra/sizes.bicep", "Standard_D8ds_v5", "Standard_D16ds_v5");
    let (code, plan) = project.json(&["plan", PROD]);
    assert_eq!(code, 1, "{plan:#}");
    let finding = &plan["findings"][0];
    assert_eq!(
        project.text_at(&finding["location"]),
        (
            "infra/sizes.bicep".to_owned(),
            "'Standard_D16ds_v5'".to_owned()
        )
    );
    let steps = steps(finding);
    assert_eq!(
        steps[steps.len() - 2..],
        [
            ("variable", "batch", "infra/pools.bicep"),
            ("variable", "sizes", "infra/sizes.bicep")
        ],
        "{steps:?}"
    );
}

#[test]
fn the_name_of_a_pool_is_traced_to_the_parameter_file() {
    let project = Project::new();
    project.edit(PROD, "name: 'batch'", "name: 'nightly'");
    let (_, plan) = project.json(&["plan", PROD]);
    let renamed = plan["findings"].as_array().unwrap().iter();
    let mut renamed = renamed.filter(|finding| finding["rule"] == "aks-pool-renamed");
    let finding = renamed.next().unwrap();
    assert_eq!(
        project.text_at(&finding["location"]),
        ("infra/modules/pool.bicep".to_owned(), "name".to_owned())
    );
    let trace = finding["trace"].as_array().unwrap();
    let last = project.text_at(&trace.last().unwrap()["location"]);
    assert_eq!(last, (PROD.to_owned(), "'nightly'".to_owned()));
    assert!(
        trace.iter().all(|step| step["kind"] != "function"),
        "{trace:#?}"
    );
    let before = &finding["related"][0]["location"];
    assert_eq!(
        (&before["path"], &before["revision"]),
        (&json!(PROD), &json!("HEAD"))
    );
}

#[test]
fn a_computed_name_of_a_pool_is_traced_to_the_part_that_was_changed() {
    let project = Project::new();
    project.edit(
        "infra/modules/pool.bicep",
        "  name: name\n",
        "  name: '${name}1'\n",
    );
    project.git(&["commit", "-qam", "Number the pools"]);
    project.edit(PROD, "name: 'batch'", "name: 'nightly'");
    let (_, plan) = project.json(&["plan", PROD]);
    let mut findings = plan["findings"].as_array().unwrap().iter();
    let finding = findings
        .find(|one| one["rule"] == "aks-pool-renamed")
        .unwrap();
    let trace = finding["trace"].as_array().unwrap();
    let last = project.text_at(&trace.last().unwrap()["location"]);
    assert_eq!(
        last,
        (PROD.to_owned(), "'nightly'".to_owned()),
        "{trace:#?}"
    );
}

#[test]
fn why_names_what_stands_in_the_files() {
    let project = Project::new();
    project.edit(
        "infra/main.bicep",
        "tags: { stage: stage,",
        "tags: { ...owned('team'), zones: pools[0].?zones ?? [], stage: stage,",
    );
    project.edit(
        "infra/main.bicep",
        "@allowed(['dev'",
        "func owned(who string) object => { owner: 'by', who: who }\n\n@allowed(['dev'",
    );
    let said = |arguments: &[&str]| {
        let output = project.run(arguments);
        String::from_utf8(output.stdout).unwrap() + &String::from_utf8_lossy(&output.stderr)
    };
    let owner = said(&["why", PROD, "aks-ledger-prod", "tags.owner"]);
    assert!(
        owner.contains("literal 'by'") && owner.contains("infra/main.bicep:4:43"),
        "{owner}"
    );
    // The pattern that joins parent and child stands in no file.
    let name = said(&["why", PROD, "batch", "name"]);
    assert!(!name.contains("literal"), "{name}");
    assert!(name.contains("infra/prod.bicepparam:8:11"), "{name}");
    let system = said(&["why", PROD, "system", "vmSize"]);
    assert!(system.contains("/agentPools/system\n"), "{system}");
    let missing = said(&["why", PROD, "aks-ledger-prod", "nothing"]);
    for member in ["location", "sku", "tags", "dnsPrefix"] {
        assert!(missing.contains(member), "{missing}");
    }
}

/// Type of change and reason by the last part of the id.
fn change<'p>(plan: &'p Value, name: &str) -> (&'p str, &'p str) {
    let changes = plan["changes"].as_array().unwrap();
    let id = |change: &&Value| {
        let id = change["resourceId"].as_str().unwrap();
        id.rsplit('/').next() == Some(name)
    };
    let change = changes.iter().find(id).unwrap();
    (
        change["changeType"].as_str().unwrap(),
        change["reason"].as_str().unwrap_or(""),
    )
}

#[test]
fn pools_of_a_module_that_cannot_be_read_are_neither_gone_nor_new() {
    let project = Project::new();
    let pool = "infra/modules/pool.bicep";
    let breaks = ("resource pool 'Micro", "resource pool pool 'Micro");
    project.edit(pool, breaks.0, breaks.1);
    for mode in ["incremental", "stack", "complete"] {
        let (code, plan) = project.json(&["plan", PROD, "--mode", mode]);
        assert_eq!(
            (code, &plan["verdict"]),
            (1, &json!("incomplete")),
            "{plan:#}"
        );
        let (kind, reason) = change(&plan, "batch");
        assert_eq!(kind, "Ignore");
        assert!(reason.contains("not all of the template"), "{reason}");
        assert_eq!(plan["steps"], json!([]), "{plan:#}");
        let findings = plan["findings"].as_array().unwrap().iter();
        let about_aks = |rule: &str| rule.starts_with("aks-");
        assert_eq!(
            findings
                .filter(|finding| about_aks(finding["rule"].as_str().unwrap()))
                .count(),
            0,
            "{plan:#}"
        );
    }
    project.git(&["commit", "-qam", "Break it"]);
    project.edit(pool, breaks.1, breaks.0);
    let (code, plan) = project.json(&["plan", PROD]);
    assert_eq!(
        (code, &plan["verdict"]),
        (0, &json!("incomplete")),
        "{plan:#}"
    );
    let (kind, reason) = change(&plan, "batch");
    assert_eq!(kind, "Ignore");
    assert!(reason.contains("state before"), "{reason}");
    assert_eq!(plan["findings"], json!([]), "{plan:#}");
}

#[test]
fn a_module_that_neither_side_has_hides_nothing_else() {
    let project = Project::new();
    let main = "infra/main.bicep";
    let text = std::fs::read_to_string(project.folder.join(main)).unwrap();
    let module = "module vault 'br:registry.example/vault:1.0' = { name: 'vault', params: {} }\n";
    project.write(main, &format!("{text}{module}"));
    project.git(&["commit", "-qam", "Use a module that is not restored"]);
    project.edit(main, "vault:1.0", "vault:2.0");
    project.edit(
        PROD,
        "  { name: 'ledger',",
        "  { name: 'extra', vmSize: 'Standard_D4ds_v5', count: 1 }\n  { name: 'ledger',",
    );
    let (_, plan) = project.json(&["plan", PROD]);
    assert_eq!(change(&plan, "extra").0, "Create", "{plan:#}");
}

#[test]
fn deployments_that_share_a_value_are_told_apart_on_one_line() {
    let project = Project::new();
    project.write(
        "armplan.toml",
        "[[deployment]]\nname = \"east\"\ntemplate = \"infra/prod.bicepparam\"\nlocation = \"eastus\"\n\n[[deployment]]\nname = \"west\"\ntemplate = \"infra/prod.bicepparam\"\nlocation = \"westus\"\nmanagement-group = \"other\"\n",
    );
    project.edit(PROD, "Standard_D16ds_v5", "Standard_D16ds_v6");
    let output = project.run(&["plan", "--format", "concise"]);
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| line.contains("error["))
        .collect();
    assert_eq!(lines.len(), 2, "{text}");
    assert!(
        lines[0].ends_with(" (east)") && lines[1].ends_with(" (west)"),
        "{text}"
    );
}

#[test]
fn a_listed_key_in_other_words_is_no_change() {
    let project = Project::new();
    let text = |version: &str, key: &str| {
        format!(
            "resource store 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {{ name: 'ledgerstore' }}\n\
             var connection = 'AccountName=ledgerstore;AccountKey=${{{key}.keys[0].value}}'\n\
             resource vault 'Microsoft.KeyVault/vaults@{version}' existing = {{\n  name: 'kv'\n\
             \n  resource secret 'secrets' = {{ name: 'store', properties: {{ value: connection }} }}\n}}\n"
        )
    };
    let file = "infra/store.bicep";
    project.write(
        file,
        &text("2024-11-01", "listKeys(store.id, '2024-01-01')"),
    );
    project.git(&["add", "-A"]);
    project.git(&["commit", "-qm", "Keep a key"]);
    project.write(file, &text("2024-11-01", "store.listKeys()"));
    let (code, plan) = project.json(&["plan", file]);
    assert_eq!((code, &plan["verdict"]), (0, &json!("ok")), "{plan:#}");
}
