//! What remains to change in the sources, at the place that decides.

use super::super::program::Folder;

const SCOPE: [&str; 4] = ["--resource-group", "rg", "--as-of", "2026-07-01"];

fn pool(name: &str, size: &str) -> String {
    format!(
        r#"{{ "type": "Microsoft.ContainerService/managedClusters/agentPools", "apiVersion": "2025-05-01",
      "name": "{name}",
      "properties": {{ "mode": "User", "osType": "Linux", "vmSize": "{size}", "count": 2 }} }}"#
    )
}

/// A plan of a template with other machines; `sections` has SIZE for the size.
fn plan(sections: &str, arguments: &[&str]) -> String {
    let folder = Folder::new()
        .template("before.json", &sections.replace("SIZE", "Standard_D4s_v5"))
        .template("after.json", &sections.replace("SIZE", "Standard_D8s_v5"))
        .parameters(
            "p.json",
            r#""pool": { "value": "np1" }, "cluster": { "value": "aks" }"#,
        );
    let base = ["plan", "after.json", "--before", "before.json"];
    folder
        .run(&[&base[..], &SCOPE, arguments].concat())
        .exits(1)
        .silent()
        .stdout
}

#[track_caller]
fn has(text: &str, lines: &[&str]) {
    let wanted = lines.join("\n");
    assert!(text.contains(&wanted), "no\n{wanted}\nin\n{text}");
}

#[test]
fn a_literal_name_is_replaced() {
    let sections = format!(r#""resources": [ {} ]"#, pool("aks/np1", "SIZE"));
    has(
        &plan(&sections, &[]),
        &[
            "  after.json:3: the pool's name 'np1' becomes 'np2'",
            "--- after.json",
            "+++ after.json",
            "@@ -3 +3 @@ after.json:3",
            "-      \"name\": \"aks/np1\",",
            "+      \"name\": \"aks/np2\",",
        ],
    );
}

#[test]
fn a_name_is_replaced_in_the_parameter_file_and_on_the_command_line() {
    let sections = format!(
        r#""parameters": {{ "cluster": {{ "type": "string" }}, "pool": {{ "type": "string" }} }},
"resources": [ {} ]"#,
        pool(
            "[format('{0}/{1}', parameters('cluster'), parameters('pool'))]",
            "SIZE"
        )
    );
    has(
        &plan(&sections, &["-p", "p.json"]),
        &[
            "  p.json:2: the pool's name 'np1' becomes 'np2'",
            "--- p.json",
            "+++ p.json",
            "@@ -2 +2 @@ p.json:2",
            "-\"parameters\": { \"pool\": { \"value\": \"np1\" }, \"cluster\": { \"value\": \"aks\" } } }",
            "+\"parameters\": { \"pool\": { \"value\": \"np2\" }, \"cluster\": { \"value\": \"aks\" } } }",
        ],
    );
    has(
        &plan(&sections, &["-p", "pool=np1", "-p", "cluster=aks"]),
        &[
            "--- <command line>",
            "+++ <command line>",
            "@@ -1 +1 @@ <command line>:1",
            "-pool=np1",
            "+pool=np2",
        ],
    );
}

#[test]
fn a_computed_name_is_told_and_not_edited() {
    let sections = format!(
        r#""resources": [ {} ]"#,
        pool("[concat('aks/n', 'p', string(1))]", "SIZE")
    );
    let text = plan(&sections, &[]);
    has(
        &text,
        &[
            "  after.json:3: the pool's name 'np1' becomes 'np2': it is computed, so its parts have to change\n",
        ],
    );
    assert!(!text.contains("@@"), "{text}");
}

#[test]
fn other_places_of_the_name_are_listed() {
    let other = pool("aks/other", "Standard_D4s_v5").replace(
        "\"properties\"",
        "\"dependsOn\": [\"[resourceId('Microsoft.ContainerService/managedClusters/agentPools', 'aks', 'np1')]\"],\n\"properties\"",
    );
    let sections = format!(r#""resources": [ {}, {other} ]"#, pool("aks/np1", "SIZE"));
    has(&plan(&sections, &[]), &["  named as well at after.json:6"]);
}

#[test]
fn a_secret_beside_an_edit_is_not_shown() {
    let sections = format!(
        r#""parameters": {{ "key": {{ "type": "secureString", "defaultValue": "unmistakable" }} }}, "variables": {{ "pool": "np1" }},
"resources": [ {} ]"#,
        pool("[concat('aks/', variables('pool'))]", "SIZE")
    );
    let text = plan(&sections, &[]);
    has(
        &text,
        &["\"defaultValue\": (secure) } }, \"variables\": { \"pool\": \"np2\" },"],
    );
    assert!(!text.contains("unmistakable"), "{text}");
}

#[test]
fn markdown_has_the_edits_too() {
    let sections = format!(r#""resources": [ {} ]"#, pool("aks/np1", "SIZE"));
    let text = plan(&sections, &["--format", "markdown"]);
    has(&text, &["### Remaining edits"]);
    has(&text, &["```diff", "--- after.json"]);
}

#[test]
fn a_name_in_bicep_is_replaced_there() {
    let source = "param clusterName string = 'aks'
var poolName = 'np1'
resource pool 'Microsoft.ContainerService/managedClusters/agentPools@2025-05-01' = {
  name: '${clusterName}/${poolName}'
  properties: { mode: 'User', osType: 'Linux', vmSize: 'SIZE', count: 2 }
}
";
    let folder = Folder::new()
        .with("before.bicep", &source.replace("SIZE", "Standard_D4s_v5"))
        .with("after.bicep", &source.replace("SIZE", "Standard_D8s_v5"));
    let base = [
        "plan",
        "after.bicep",
        "--before",
        "before.bicep",
        "--emit",
        "steps",
    ];
    let ran = folder.run(&[&base[..], &SCOPE].concat()).exits(1).silent();
    has(
        &ran.stdout,
        &[
            "@@ -2 +2 @@ after.bicep:2",
            "-var poolName = 'np1'",
            "+var poolName = 'np2'",
        ],
    );
    let template = std::fs::read_to_string(folder.0.join("steps/01-add-pool-np2.json")).unwrap();
    has(
        &template,
        &["\"name\": \"[concat(parameters('clusterName'), '/np2')]\""],
    );
}
